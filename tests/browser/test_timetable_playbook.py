# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook batchwork.aws.timetable: from a file of batches to a page that opens."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from browser.example_fleet import example_fleet

FLEET = {
    "owner": "reports",
    "defaults": {"trigger": "scheduler", "timezone": "Europe/Berlin", "cluster": "batch"},
    "batches": [
        {"name": "nightly", "schedule": "cron(0 3 * * ? *)", "tags": {"a": "{{ not_a_template }}"}},
        {"name": "gone", "schedule": "cron(0 4 * * ? *)", "state": "absent"},
    ],
}


def play(folder: Any, *arguments: str) -> str:
    """Run the playbook in a folder and return what it prints; AWS must not be asked."""
    command = ["ansible-playbook", "batchwork.aws.timetable", *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("spelling", [FLEET, FLEET["batches"]])
def test_a_file_of_batches_becomes_a_page(browser, tmp_path, spelling):
    tmp_path.joinpath("fleet.yml").write_text(json.dumps(spelling), encoding="utf-8")

    printed = play(
        tmp_path,
        *("-e", "timetable_batches_file=fleet.yml"),
        *("-e", "timetable_first_day=2026-11-23"),
        *("-e", "timetable_title='Our nights'"),
    )

    assert f"{tmp_path}/timetable.html shows 1 batches and 7 runs from 2026-11-23" in printed
    browser.get(tmp_path.joinpath("timetable.html").as_uri())
    assert browser.title == "Our nights"
    rows = browser.find_elements(By.CSS_SELECTOR, ".row")
    assert [row.get_attribute("data-name") for row in rows] == ["nightly"]


def test_check_mode_writes_nothing(tmp_path):
    tmp_path.joinpath("vars.json").write_text(
        json.dumps({"timetable_batches": example_fleet(30)}), encoding="utf-8"
    )

    printed = play(tmp_path, "--check", "-e", "@vars.json")

    assert "changed=1" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["vars.json"]
