# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a window, as Debian's packages chromium and chromium-driver have it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selenium import webdriver

SWITCHES = (
    "--headless",
    "--no-sandbox",  # Chromium's sandbox refuses to work for root, as which CI runs.
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)
WIDTH, HEIGHT = 1400, 900


class NoBrowser(Exception):
    """A program of the browser is missing: a failure, since these tests are about nothing else."""


def _path_of(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise NoBrowser(
            f"there is no {program}: install Debian's packages chromium, chromium-driver"
        )
    return path


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser and end it with the block."""
    options = webdriver.ChromeOptions()
    options.binary_location = _path_of("chromium")
    for switch in (*SWITCHES, f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(_path_of("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()
