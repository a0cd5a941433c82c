# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of a large fleet as its reader meets it, in Chromium: what is marked, what one can
search, that nothing is loaded, and how long it takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.filter.batch_status_page import batch_status_page
from selenium.webdriver.common.by import By

from browser.example_fleet import example_fleet
from browser.opening import MANY, SECONDS_TO_OPEN, shortest_opening

TASKS = "arn:aws:ecs:eu-central-1:123456789012:task/batch"
HISTORY = 10
FAILED, OVERLAPPING, DISABLED, WITH_DEAD_LETTER = 3, 4, 5, 6
"""Places of the batches that are not as they should be."""


def run(number: int, exit_code: int = 0) -> dict[str, Any]:
    return {
        "task_arn": f"{TASKS}/{number:032x}",
        "started_at": f"2026-11-{25 - number % 20:02}T03:00:00+00:00",
        "stopped_at": f"2026-11-{25 - number % 20:02}T03:01:00+00:00",
        "duration_seconds": 60,
        "exit_code": exit_code,
        "stop_code": "EssentialContainerExited",
        "stop_reason": "Essential container in task exited",
        "revision": 4,
        "source": "ecs",
    }


def status(place: int) -> dict[str, Any]:
    """What ``scheduled_batch_info`` tells of a batch, with its history."""
    going = {"task_arn": f"{TASKS}/{place}", "started_at": None, "started_by": "events-rule"}
    return {
        "enabled": place != DISABLED,
        "owner": "reports",
        "schedule_explained": "at 03:00 every day",
        "next_runs": [f"2026-11-{day}T03:00:00+00:00" for day in range(26, 31)],
        "next_runs_remark": None,
        "revision": 4,
        "newest_revision": 4,
        "running": [going, going] if place == OVERLAPPING else [],
        "overlapping": place == OVERLAPPING,
        "last_runs": [run(each, int(place == FAILED and each == 0)) for each in range(HISTORY)],
        "invocations": 24,
        "failed_invocations": int(place == FAILED),
        "dead_letters": int(place == WITH_DEAD_LETTER),
        "remarks": [],
    }


@pytest.fixture
def shown(browser: Any, tmp_path: Any) -> list[dict[str, Any]]:
    """The batches of the page that is open."""
    batches = [
        {**batch, "status": status(place)} for place, batch in enumerate(example_fleet(MANY))
    ]
    page = tmp_path / "status.html"
    page.write_text(batch_status_page(batches), encoding="utf-8")
    browser.get(page.as_uri())
    return batches


def rows(browser: Any) -> list[list[str]]:
    """The cells of each batch that is shown, as they are read. One call for all of them."""
    found: list[list[str]] = browser.execute_script(
        'return [...document.querySelectorAll("#batches > tbody > tr")]'
        ".filter((row) => row.checkVisibility())"
        ".map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    return found


def marked(browser: Any, place: int) -> list[str]:
    """The columns of a batch that are painted as in need of a look."""
    titles = browser.find_elements(By.CSS_SELECTOR, "#batches > thead th")
    cells = browser.find_elements(
        By.CSS_SELECTOR, f"#batches > tbody > tr:nth-child({place + 1}) > td"
    )
    return [
        title.text
        for title, cell in zip(titles, cells, strict=True)
        if cell.value_of_css_property("color") == "rgba(198, 40, 40, 1)"
    ]


def test_five_hundred_batches_open_in_time(browser, shown):
    assert shortest_opening(browser, "on the status page") < SECONDS_TO_OPEN
    found = rows(browser)
    assert [cells[0].split("\n")[0] for cells in found] == [batch["name"] for batch in shown]
    assert {cells[5] for place, cells in enumerate(found) if place != FAILED} == {
        "2026-11-25 03:00 UTC, exit 0, 0:01:00"
    }


def test_what_needs_a_look_is_marked(browser, shown):
    told = browser.find_element(By.CSS_SELECTOR, ".made").text
    # Who disabled a batch knows it.
    assert told.startswith(f"{MANY} batches, 3 need a look.")
    found = rows(browser)

    assert found[FAILED][5] == "2026-11-25 03:00 UTC, exit 1, 0:01:00"
    assert marked(browser, FAILED) == ["last run", "failed"]
    assert found[OVERLAPPING][7] == "2, overlapping"
    assert marked(browser, OVERLAPPING) == ["running"]
    assert marked(browser, DISABLED) == ["enabled"]
    assert marked(browser, WITH_DEAD_LETTER) == ["dead letters"]
    assert marked(browser, 0) == []


def test_the_runs_of_a_batch_are_a_click_away(browser, shown):
    batch = browser.find_element(By.CSS_SELECTOR, f"#batches > tbody > tr:nth-child({FAILED + 1})")
    runs = batch.find_elements(By.CSS_SELECTOR, "details tr")
    assert not runs[1].is_displayed()

    batch.find_element(By.TAG_NAME, "summary").click()

    assert [each.text.split(" UTC ")[1][:9] for each in runs[1:3]] == ["0:01:00 1", "0:01:00 0"]
    assert [each.get_attribute("class") for each in runs[1:]] == ["bad"] + [""] * (HISTORY - 1)


def test_a_search_leaves_what_was_searched(browser, shown):
    browser.find_element(By.ID, "search").send_keys("ORDERS")

    names = [cells[0].split("\n")[0] for cells in rows(browser)]
    assert names == [batch["name"] for batch in shown if "orders" in batch["name"]]


def test_nothing_is_loaded_and_nothing_could_be(browser, shown):
    assert browser.execute_script('return performance.getEntriesByType("resource").length') == 0
    assert re.findall(r"https?://[^\s\"'<]+", browser.page_source) == []
    browser.execute_script(
        'const image = new Image(); image.src = "http://127.0.0.1:9/"; document.body.append(image);'
    )
    refusals = browser.get_log("browser")
    assert ["Content Security Policy" in each["message"] for each in refusals] == [True]
