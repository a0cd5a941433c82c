# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the picture of the timetable that README shows: an example's night of the clock change.

Usage: PYTHONPATH=tests:$ANSIBLE_COLLECTIONS_PATH python -m browser.take_picture docs/timetable.png
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ansible_collections.batchwork.aws.plugins.filter.timetable import timetable
from ansible_collections.batchwork.aws.plugins.filter.timetable_page import timetable_page

from browser.chromium import chromium
from browser.example_fleet import example_fleet

BATCHES = 64
WIDTH, HEIGHT = 1280, 800


def take_picture(target: Path) -> None:
    """Write the picture, a PNG file."""
    shown = timetable(
        example_fleet(BATCHES),
        zone="Europe/Berlin",
        first_day="2026-10-24",
        more_than=8,
        now="2026-10-24T06:00:00Z",
    )
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = Path(folder, "timetable.html")
        page.write_text(timetable_page(shown), encoding="utf-8")
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False},
        )
        browser.get(f"{page.as_uri()}#day=2026-10-25&idle=no")
        browser.get_screenshot_as_file(str(target))


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]))
