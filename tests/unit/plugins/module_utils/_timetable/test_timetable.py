# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a page shows, from batches."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._timetable import timetable
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.batches import read_batches
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable import (
    make_timetable,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)

NOW = datetime(2026, 11, 22, 23, 30, 15, tzinfo=UTC)
FIRST = date(2026, 11, 23)


def make(*batches, zone="UTC", first=FIRST, more_than=10):
    return make_timetable(read_batches(batches), zone, first, more_than, NOW)


def batch(name, schedule, minutes=None, **options):
    runs = [{"duration_seconds": 60 * minutes, "exit_code": 0}] if minutes else []
    return {"name": name, "schedule": schedule, "status": {"last_runs": runs}, **options}


def test_it_begins_today_in_its_zone_unless_a_day_is_given():
    assert make(zone="Asia/Tokyo", first=None)["days"][0]["date"] == "2026-11-23"
    assert make(zone="America/New_York", first=None)["days"][0]["date"] == "2026-11-22"


def test_it_says_which_days_and_which_clock():
    shown = make(zone="Europe/Berlin", first=date(2026, 10, 24))

    assert (shown["begin"], shown["made_at"]) == (
        "2026-10-23T22:00+00:00",
        "2026-11-23T00:30+01:00",
    )
    assert shown["length"] == 7 * 1440 + 60
    assert shown["days"][1] == {
        "date": "2026-10-25",
        "begin": 1440,
        "end": 2940,
        "weekend": True,
        "changes": [{"at": 1620, "minutes": -60}],
    }
    assert shown["zones"] == {"Europe/Berlin": [[0, 120, "CEST"], [1620, 60, "CET"]]}


def test_runs_are_progressions_from_the_first_midnight_on():
    shown = make(
        batch("hourly", "cron(5 * * * ? *)"),
        batch("tokyo", "cron(0 9 * * ? *)", trigger="scheduler", timezone="Asia/Tokyo"),
        zone="Asia/Tokyo",
    )

    assert [one["starts"] for one in shown["batches"]] == [[[5, 60, 168]], [[540, 1440, 7]]]
    assert [one["words"] for one in shown["batches"]] == [
        "5 minutes past every hour",
        "at 09:00 every day",
    ]
    assert shown["zones"] == {"Asia/Tokyo": [[0, 540, "JST"]], "UTC": [[0, 0, "UTC"]]}
    assert shown["runs"] == 175


def test_a_run_that_goes_on_at_midnight_is_in_it():
    shown = make(batch("late", "cron(0 22 * * ? *)", minutes=180))

    assert shown["batches"][0]["starts"] == [[-120, 1440, 8]]
    assert shown["runs"] == 7
    assert shown["peak"] == {"at": "2026-11-23T00:00+00:00", "tasks": 1}


def test_tasks_that_run_at_the_same_time_are_counted():
    shown = make(
        batch("long", "cron(0 3 ? * TUE *)", minutes=60, task_count=2),
        batch("short", "cron(30 3 * * ? *)"),
        batch("off", "cron(30 3 * * ? *)", enabled=False, task_count=9),
    )

    assert shown["peak"] == {"at": "2026-11-24T03:30+00:00", "tasks": 3}


def test_crowded_minutes_name_their_batches():
    window = {"mode": "FLEXIBLE", "maximum_window_in_minutes": 15}
    shown = make(
        batch("a", "cron(0 3 ? * MON *)", task_count=2),
        batch("b", "cron(0 3 * * ? *)"),
        batch("off", "cron(0 3 * * ? *)", enabled=False),
        batch("loose", "cron(0 3 * * ? *)", trigger="scheduler", flexible_time_window=window),
        more_than=2,
    )

    assert shown["crowded"] == [
        {"at": "2026-11-23T03:00+00:00", "minute": 180, "tasks": 3, "batches": ["a", "b"]}
    ]


def test_two_runs_within_one_minute_are_one_mark():
    start = "2026-11-23T00:00:20Z"
    shown = make(batch("beat", "rate(1 minute)", trigger="scheduler", start_date=start))

    assert shown["batches"][0]["starts"] == [[0, 1, 10_080]]


def test_what_has_no_runs_says_why():
    shown = make(batch("beat", "rate(1 hour)"), batch("broken", "every day"))

    assert [one["period"] for one in shown["batches"]] == [60, None]
    assert "AWS does not tell" in shown["batches"][0]["remark"]
    assert "must be cron(...), rate(...) or at(...)" in shown["batches"][1]["remark"]
    assert shown["zones"] == {"UTC": [[0, 0, "UTC"]]}


def test_an_unknown_zone_is_refused():
    with pytest.raises(TimetableError, match="did you mean Asia/Tokyo"):
        make(zone="Tokyo")


def test_a_host_without_data_for_the_zone_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(timetable, "load_time_zone", lambda name: None)

    with pytest.raises(TimetableError, match="install the package tzdata"):
        make(zone="Asia/Tokyo")


def test_a_run_every_minute_takes_little_room():
    shown = make(*(batch(f"poll-{number}", "cron(* * * * ? *)") for number in range(10)))

    assert shown["runs"] == 10 * 7 * 1440
    assert len(json.dumps(shown["batches"])) < 10 * 400
