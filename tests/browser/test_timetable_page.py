# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timetable's page as its reader meets it, in Chromium: what it shows, what one can choose, and
how long it takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from browser.example_fleet import example_fleet
from browser.opening import MANY, SECONDS_TO_OPEN, shortest_opening
from browser.screenshot import read_screenshot

BERLIN = {"zone": "Europe/Berlin", "first_day": "2026-11-23", "now": "2026-11-20T12:00:00Z"}
AUTUMN = {**BERLIN, "first_day": "2026-10-24"}
SPRING = {**BERLIN, "first_day": "2027-03-26"}


def batch(name: str, schedule: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "schedule": schedule, "cluster": "batch", **options}


def local(name: str, schedule: str, **options: Any) -> dict[str, Any]:
    return batch(name, schedule, trigger="scheduler", timezone="Europe/Berlin", **options)


def lasting(*minutes: int) -> dict[str, Any]:
    runs = [{"exit_code": 0, "duration_seconds": 60 * length} for length in minutes]
    return {"last_runs": runs}


def names(browser: Any) -> list[str]:
    rows = browser.find_elements(By.CSS_SELECTOR, ".row")
    return [row.get_attribute("data-name") for row in rows]


def line(browser: Any, name: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, f'.row[data-name="{name}"] svg')


def shape(browser: Any, name: str, kind: str) -> str:
    """What is drawn of one kind on a batch's line, in the page's minutes; empty for nothing."""
    paths = line(browser, name).find_elements(By.CSS_SELECTOR, f"path.{kind}")
    return "".join(path.get_attribute("d") for path in paths)


def ticks(browser: Any, name: str) -> list[int]:
    """Where the starts of a batch are drawn."""
    return [int(x) for x in re.findall(r"M(-?\d+) 3V21", shape(browser, name, "ticks"))]


def text(browser: Any, selector: str) -> str:
    return browser.find_element(By.CSS_SELECTOR, selector).text


def hours(browser: Any) -> list[str]:
    return [label.text for label in browser.find_elements(By.CSS_SELECTOR, "#axis span")]


def press(browser: Any, selector: str) -> None:
    browser.find_element(By.CSS_SELECTOR, selector).click()


def type_into_search(browser: Any, words: str) -> None:
    field = browser.find_element(By.ID, "search")
    field.clear()
    field.send_keys(words)


class TestDay:
    def test_each_batch_has_a_line_in_the_order_of_names(self, browser, open_page):
        open_page([local("nightly", "cron(0 3 * * ? *)"), local("early", "cron(0 1 * * ? *)")])

        assert names(browser) == ["early", "nightly"]

    def test_a_run_is_a_mark_at_its_minute_of_the_chosen_zone(self, browser, open_page):
        open_page(
            [
                local("in-berlin", "cron(0 3,15 * * ? *)"),
                batch("in-utc", "cron(30 3 * * ? *)"),
                batch("in-tokyo", "cron(0 9 * * ? *)", trigger="scheduler", timezone="Asia/Tokyo"),
            ],
            **BERLIN,
        )

        assert ticks(browser, "in-berlin") == [180, 900]
        assert ticks(browser, "in-utc") == [270]
        assert ticks(browser, "in-tokyo") == [60]
        assert hours(browser) == [f"{hour:02}" for hour in range(24)]

    def test_what_runs_have_lasted_is_a_bar(self, browser, open_page):
        open_page(
            [
                local("known", "cron(0 3 * * ? *)", status=lasting(40, 45, 90)),
                local("unknown", "cron(0 3 * * ? *)"),
            ],
            **BERLIN,
        )

        assert shape(browser, "known", "bars") == "M180 7H225V17H180z"
        assert shape(browser, "unknown", "bars") == ""

    def test_a_run_of_the_day_before_goes_on(self, browser, open_page):
        open_page([local("late", "cron(30 23 * * ? *)", status=lasting(120))], **BERLIN)

        assert shape(browser, "late", "bars") == "M0 7H90V17H0zM1410 7H1440V17H1410z"
        assert ticks(browser, "late") == [1410]

    def test_many_runs_close_together_are_one_band(self, browser, open_page):
        open_page([batch("poll", "cron(* * * * ? *)")], **BERLIN)

        assert shape(browser, "poll", "bands") == "M0 7H1440V17H0z"
        assert (
            line(browser, "poll").get_attribute("aria-label").startswith("poll: 1,440 runs: 00:00")
        )

    def test_a_flexible_window_is_a_span(self, browser, open_page):
        window = {"mode": "FLEXIBLE", "maximum_window_in_minutes": 30}
        open_page([local("loose", "cron(0 3 * * ? *)", flexible_time_window=window)], **BERLIN)

        assert shape(browser, "loose", "windows") == "M180 5H210V19H180z"

    def test_a_rate_without_a_known_start_is_hatched_and_not_in_the_curve(self, browser, open_page):
        open_page([batch("beat", "rate(2 hours)", task_count=3)], **BERLIN)

        assert "unknown" in line(browser, "beat").get_attribute("class")
        assert "repeating-linear-gradient" in line(browser, "beat").value_of_css_property(
            "background-image"
        )
        assert "1 rate() batch whose start is not known, up to 3 tasks" in text(browser, "#notices")
        assert "beat" in text(browser, "#remarks")

    def test_a_disabled_batch_is_grey_and_loads_nothing(self, browser, open_page):
        batches = [local("off", "cron(0 3 * * ? *)", enabled=False)]
        open_page([*batches, local("on", "cron(0 4 * * ? *)")], **BERLIN)

        assert ticks(browser, "off") == [180]
        assert text(browser, "#runs").startswith("1 ")
        assert text(browser, "#peak") == "1 Mon 23 Nov 04:00 CET"
        colours = [
            line(browser, name)
            .find_element(By.CSS_SELECTOR, "path.ticks")
            .value_of_css_property("stroke")
            for name in ("off", "on")
        ]
        assert colours == ["rgb(154, 163, 175)", "rgb(31, 95, 208)"]

    def test_a_schedule_that_nobody_understands_has_a_line_and_a_reason(self, browser, open_page):
        open_page([batch("broken", "cron(61 3 * * ? *)")], **BERLIN)

        assert names(browser) == ["broken"]
        assert "61 is out of range" in text(browser, "#remarks")

    def test_other_days_are_a_click_away(self, browser, open_page):
        open_page([local("fridays", "cron(0 18 ? * FRI *)")], **BERLIN)
        assert ticks(browser, "fridays") == []

        press(browser, '#days button[data-day="4"]')

        assert ticks(browser, "fridays") == [1080]
        assert browser.current_url.endswith("#day=2026-11-27")


class TestWeek:
    def test_seven_days_are_on_one_line(self, browser, open_page):
        open_page([local("nightly", "cron(0 3 * * ? *)")], **BERLIN)

        press(browser, "#view-week")

        assert ticks(browser, "nightly") == [day * 1440 + 180 for day in range(7)]
        assert hours(browser)[0] == "Mon 23 Nov"
        assert len(hours(browser)) == 7
        assert text(browser, "#runs").startswith("7 ")

    def test_a_link_shows_what_was_chosen(self, browser, open_page):
        batches = [
            local("one", "cron(0 3 * * ? *)"),
            batch("two", "cron(0 4 * * ? *)", cluster="x"),
        ]
        open_page(batches, "#view=week&cluster=x&search=tw", **BERLIN)

        assert names(browser) == ["two"]
        assert browser.find_element(By.ID, "view-week").get_attribute("aria-pressed") == "true"
        assert browser.find_element(By.ID, "search").get_attribute("value") == "tw"


class TestDaylightSaving:
    BATCHES = (
        local("hourly", "cron(15 * * * ? *)"),
        local("half-past-two", "cron(30 2 * * ? *)"),
        local("half-past-three", "cron(30 3 * * ? *)"),
        local("long", "cron(30 1 * * ? *)", status=lasting(60)),
    )

    def test_a_skipped_hour_is_a_gap_in_which_nothing_runs(self, browser, open_page):
        open_page(list(self.BATCHES), "#day=2027-03-28", **SPRING)

        assert hours(browser) == [f"{hour:02}" for hour in range(24)]
        assert browser.find_element(By.CSS_SELECTOR, "#axis .gone").text == "02"
        assert ticks(browser, "half-past-two") == []
        assert ticks(browser, "half-past-three") == [210]
        assert ticks(browser, "hourly") == [15, 75, *range(195, 1440, 60)]
        assert shape(browser, "long", "bars") == "M90 7H120V17H90zM180 7H210V17H180z"
        gap = browser.find_element(By.CSS_SELECTOR, "#grid path.skipped")
        assert gap.get_attribute("d") == "M120 0h60V100h-60z"
        assert text(browser, "#notices").startswith(
            "Sun 28 Mar has 23 hours: the clocks go forward from 02:00 CET to 03:00 CEST."
        )

    def test_a_repeated_hour_makes_a_day_of_25(self, browser, open_page):
        open_page(list(self.BATCHES), "#day=2026-10-25", **AUTUMN)

        assert hours(browser) == ["00", "01", "02", *(f"{hour:02}" for hour in range(2, 24))]
        assert ticks(browser, "half-past-two") == [150]
        assert ticks(browser, "half-past-three") == [270]
        again = browser.find_element(By.CSS_SELECTOR, "#grid path.repeated")
        assert again.get_attribute("d") == "M180 0H240V100H180z"
        assert "has 25 hours: the clocks go back from 03:00 CEST to 02:00 CET" in text(
            browser, "#notices"
        )
        assert text(browser, "#runs").startswith("27 ")  # hourly: the second 02:15 does not run

    def test_the_day_is_marked_where_days_are_chosen(self, browser, open_page):
        open_page(list(self.BATCHES), **AUTUMN)

        badges = browser.find_elements(By.CSS_SELECTOR, "#days .badge")
        assert [badge.text for badge in badges] == ["25 h"]

    def test_it_is_marked_in_the_week_too(self, browser, open_page):
        open_page(list(self.BATCHES), "#view=week", **SPRING)

        gap = browser.find_element(By.CSS_SELECTOR, "#grid path.skipped")
        assert gap.get_attribute("d") == f"M{2 * 1440 + 120} 0h60V100h-60z"

    def test_the_readers_own_zone_changes_nothing(self, browser, open_page):
        browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Kathmandu"})

        open_page(list(self.BATCHES), **BERLIN)

        assert ticks(browser, "half-past-two") == [150]
        browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})


class TestChoosing:
    BATCHES = (
        batch("orders-import", "cron(0 3 * * ? *)", cluster="ingest", status={"owner": "data"}),
        batch("orders-report", "cron(0 4 * * ? *)", cluster="reports", status={"owner": "data"}),
        batch("bill", "rate(1 day)", cluster="reports", tags={"batchwork:owner": "billing"}),
        batch("old", "cron(0 5 * * ? *)", enabled=False, description="Of the orders"),
        batch("monthly", "cron(0 5 1 * ? *)"),
    )

    def test_by_words_of_name_description_and_schedule(self, browser, open_page):
        open_page(list(self.BATCHES), **BERLIN)

        type_into_search(browser, "ORDERS")
        assert names(browser) == ["old", "orders-import", "orders-report"]
        assert text(browser, "#count") == "3 of 5"

        type_into_search(browser, "orders 04:00")
        assert names(browser) == ["orders-report"]

        type_into_search(browser, "nowhere")
        assert names(browser) == []
        assert text(browser, "#nothing") == "No batch matches."

    def test_by_cluster_and_owner(self, browser, open_page):
        open_page(list(self.BATCHES), **BERLIN)

        Select(browser.find_element(By.ID, "cluster")).select_by_value("reports")
        assert names(browser) == ["bill", "orders-report"]

        Select(browser.find_element(By.ID, "owner")).select_by_visible_text("data (2)")
        assert names(browser) == ["orders-report"]
        assert text(browser, "#peak") == "1 Mon 23 Nov 05:00 CET"

    def test_without_the_disabled_and_those_without_runs(self, browser, open_page):
        open_page(list(self.BATCHES), **BERLIN)

        press(browser, "#disabled")
        press(browser, "#idle")

        assert names(browser) == ["bill", "orders-import", "orders-report"]

    def test_the_order(self, browser, open_page):
        open_page(list(self.BATCHES), **BERLIN)

        Select(browser.find_element(By.ID, "order")).select_by_value("first")

        assert names(browser)[:3] == ["orders-import", "orders-report", "old"]


class TestLoad:
    def test_the_curve_and_the_crowds_are_those_of_the_timetable(self, browser, open_page):
        shown = open_page(example_fleet(80), "#view=week", more_than=5, **AUTUMN)

        assert len(shown["crowded"]) > 10
        assert text(browser, "#peak").startswith(f"{shown['peak']['tasks']:,}")
        assert text(browser, "#crowded-count").startswith(f"{len(shown['crowded']):,}")
        assert text(browser, "#runs").startswith(f"{shown['runs']:,}")
        rows = browser.find_elements(By.CSS_SELECTOR, "#crowds tbody tr")
        for row, crowd in zip(rows, shown["crowded"][:20], strict=False):
            button, tasks = (
                row.find_element(By.TAG_NAME, "button"),
                row.find_elements(By.TAG_NAME, "td")[1],
            )
            assert int(button.get_attribute("data-minute")) == crowd["minute"]
            assert int(tasks.text) == crowd["tasks"]

    def test_they_are_of_the_chosen_batches(self, browser, open_page):
        fleet = example_fleet(80)
        alone = open_page(
            [one for one in fleet if one["cluster"] == "ingest"], more_than=2, **AUTUMN
        )

        open_page(fleet, "#view=week&cluster=ingest", more_than=2, **AUTUMN)

        assert text(browser, "#peak").startswith(f"{alone['peak']['tasks']:,}")
        assert text(browser, "#crowded-count").startswith(f"{len(alone['crowded']):,}")

    def test_the_curve_steps_where_tasks_start_and_end(self, browser, open_page):
        open_page([local("two", "cron(0 6 * * ? *)", task_count=2, status=lasting(30))], **BERLIN)

        curve = browser.find_element(By.CSS_SELECTOR, "#load path.curve").get_attribute("d")
        assert curve == "M0 100H0V100H360V4H390V100H1440V100z"
        assert text(browser, "#load-most") == "2 at most"

    def test_a_crowded_minute_is_marked_and_leads_to_its_batches(self, browser, open_page):
        crowd = [local(f"crowd-{number}", "cron(30 2 * * ? *)") for number in range(3)]
        open_page([*crowd, local("alone", "cron(0 4 * * ? *)")], more_than=2, **BERLIN)

        assert text(browser, "#crowded-count") == "1 more than 2 tasks start"
        assert (
            browser.find_element(By.CSS_SELECTOR, "#grid path.stripes").get_attribute("d")
            == "M150 0V100"
        )
        assert shape(browser, "crowd-1", "crowds") == "M150 3V21"
        assert shape(browser, "alone", "crowds") == ""
        assert (
            text(browser, "#crowds tbody tr") == "Mon 23 Nov 02:30 CET 3 crowd-0, crowd-1, crowd-2"
        )

        press(browser, "#crowds button")
        assert names(browser) == ["crowd-0", "crowd-1", "crowd-2"]

        press(browser, "#clear")
        assert len(names(browser)) == 4


class TestReading:
    def test_a_run_is_explained_where_one_points(self, browser, open_page):
        tokyo = batch(
            "tokyo",
            "cron(0 9 * * ? *)",
            trigger="scheduler",
            timezone="Asia/Tokyo",
            task_count=2,
            status=lasting(12, 30, 12),
        )
        open_page([tokyo], **BERLIN)
        edges = line(browser, "tokyo").rect
        at = {"x": round(edges["x"] + edges["width"] * 60 / 1440), "y": round(edges["y"] + 10)}

        browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", **at})

        assert text(browser, "#tip").splitlines() == [
            "tokyo",
            "Mon 23 Nov 2026, 01:00 CET (UTC+01:00)",
            "Mon 23 Nov 09:00 JST in Asia/Tokyo",
            "lasts about 12 min, at most 30 min in 3 runs",
            "2 tasks",
            "at 09:00 every day",
        ]

    def test_the_keyboard_goes_along_runs_and_lines(self, browser, open_page):
        open_page([local("a", "cron(0 3,9 * * ? *)"), local("b", "cron(0 4 * * ? *)")], **BERLIN)
        keys = browser.find_element(By.TAG_NAME, "body").send_keys

        browser.execute_script("arguments[0].focus()", line(browser, "a"))
        browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        assert "09:00 CET" in text(browser, "#tip")
        assert "a; Mon 23 Nov 2026, 09:00 CET" in browser.find_element(By.ID, "live").get_attribute(
            "textContent"
        )

        browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
        browser.switch_to.active_element.send_keys(Keys.END)
        assert text(browser, "#tip").startswith("b\nMon 23 Nov 2026, 04:00 CET")

        keys("w")
        assert browser.find_element(By.ID, "view-week").get_attribute("aria-pressed") == "true"
        keys("/")
        assert browser.switch_to.active_element.get_attribute("id") == "search"

    @pytest.mark.parametrize(
        ("scheme", "paper", "mark"),
        [("light", (255, 255, 255), (31, 95, 208)), ("dark", (16, 21, 28), (127, 176, 255))],
    )
    def test_it_is_painted_in_the_readers_colours(self, browser, open_page, scheme, paper, mark):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        open_page([local("noon", "cron(0 12 * * ? *)")], **BERLIN)
        edges = line(browser, "noon").rect
        noon = round(edges["x"] + edges["width"] / 2)
        middle = round(edges["y"] + edges["height"] / 2)

        shot = read_screenshot(browser.get_screenshot_as_png())

        assert shot.colour(5, 5) == paper
        assert mark in {shot.colour(noon + shift, middle) for shift in (-1, 0, 1)}
        assert shot.colour(noon + 20, middle) == paper

    def test_without_scripts_there_are_tables(self, browser, open_page):
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

        open_page(
            [local("nightly", "cron(0 3 * * ? *)", status={"owner": "data"})], more_than=1, **BERLIN
        )

        assert "nightly batch data at 03:00 every day 7" in text(browser, "noscript table")


class TestSafety:
    MARKUP = (
        '<b>"bold"</b></script><script>document.title="run"</script><img src=x onerror=alert(1)>'
    )

    def test_markup_in_what_batches_say_stays_text(self, browser, open_page):
        said = batch(self.MARKUP, "cron(0 3 * * ? *)", description=self.MARKUP)
        open_page([{**said, "cluster": self.MARKUP, "status": {"owner": self.MARKUP}}], **BERLIN)

        assert names(browser) == [self.MARKUP]
        assert text(browser, ".row .title") == self.MARKUP
        assert browser.title == "Timetable of the batches"
        assert browser.find_elements(By.CSS_SELECTOR, "main img, .row b, #cluster b") == []
        assert len(browser.find_elements(By.TAG_NAME, "script")) == 2

    def test_nothing_is_loaded_and_nothing_else_can_run(self, browser, open_page):
        open_page(example_fleet(5), **BERLIN)

        assert browser.execute_script('return performance.getEntriesByType("resource").length') == 0
        addresses = set(re.findall(r"https?://[^\s\"'<]+", browser.page_source))
        assert addresses <= {"http://www.w3.org/2000/svg"}
        browser.execute_script(
            'const added = document.createElement("script"); added.textContent = "window.ran = 1";'
            "document.body.append(added);"
        )
        assert browser.execute_script("return window.ran") is None
        (refusal,) = browser.get_log("browser")
        assert "Content Security Policy" in refusal["message"]


class TestFiveHundredBatches:
    def test_the_page_opens_in_time(self, browser, open_page):
        open_page(example_fleet(MANY), **AUTUMN)

        assert shortest_opening(browser, "on the timetable") < SECONDS_TO_OPEN
        assert len(names(browser)) == MANY

    def test_choosing_answers_at_once(self, browser, open_page):
        open_page(example_fleet(MANY), "#view=week", **AUTUMN)

        milliseconds = browser.execute_script(
            'const search = document.getElementById("search"); const began = performance.now();'
            'search.value = "orders"; search.dispatchEvent(new Event("input"));'
            "document.body.getBoundingClientRect(); return performance.now() - began;"
        )
        print(f"500 batches are searched in {milliseconds:.0f} ms")

        assert set(names(browser)) == {
            one["name"] for one in example_fleet(MANY) if "orders" in one["name"]
        }
