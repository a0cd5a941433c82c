# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser for all tests, and pages opened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.filter.timetable import timetable
from ansible_collections.batchwork.aws.plugins.filter.timetable_page import timetable_page

from browser.chromium import HEIGHT, WIDTH, chromium


@pytest.fixture(scope="session")
def started_browser() -> Iterator[Any]:
    with chromium() as driver:
        yield driver


@pytest.fixture
def browser(started_browser: Any) -> Iterator[Any]:
    """The browser, as if just started. A message on its console, such as of an error in the page's
    script or of something that its policy refuses, fails the test."""
    driver = started_browser
    driver.set_window_size(WIDTH, HEIGHT)
    driver.get_log("browser")
    yield driver
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    messages = driver.get_log("browser")
    driver.get("about:blank")
    assert messages == []


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Makes the page of batches, opens it and returns the timetable that it shows."""

    def open_it(batches: list[dict[str, Any]], address: str = "", **options: Any) -> dict[str, Any]:
        shown = timetable(batches, **options)
        page = tmp_path / "timetable.html"
        page.write_text(timetable_page(shown), encoding="utf-8")
        browser.get(f"{page.as_uri()}{address}")
        return shown

    return open_it
