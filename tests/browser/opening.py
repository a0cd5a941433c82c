# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a page takes to open."""

from __future__ import annotations

from typing import Any

MANY = 500
"""Batches on a page that still has to open in time."""

SECONDS_TO_OPEN = 2
ATTEMPTS = 3

SCRIPT = """
const answer = arguments[0];
const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
const look = () => paint()
  ? answer(Math.max(paint().startTime, performance.getEntriesByType("navigation")[0].loadEventEnd))
  : setTimeout(look, 20);
look();
"""


def shortest_opening(browser: Any, what: str) -> float:
    """Load the page that is open a few times, say how long each took, and return the shortest."""
    seconds = []
    for _attempt in range(ATTEMPTS):
        browser.refresh()
        seconds.append(_opening_time(browser))
    print(f"{MANY} batches {what} open in {', '.join(f'{time:.2f}' for time in seconds)} s")
    return min(seconds)


def _opening_time(browser: Any) -> float:
    """Seconds from the request to the page that is loaded, drawn by its script and painted."""
    milliseconds: float = browser.execute_async_script(SCRIPT)
    return milliseconds / 1000
