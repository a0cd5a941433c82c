# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the clocks change: a skipped local time does not run, a repeated one runs once.

Source: "Schedule types" of the EventBridge Scheduler user guide.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.judge import (
    every_minute,
)


def times(text: str, after: str, zone: str, count: int) -> list[str]:
    result = next_runs(parse(text), datetime.fromisoformat(after), zone, count)
    return [moment.isoformat(timespec="minutes") for moment in result.times]


SKIPPED = (
    # zone, date, the first skipped reading and the first that exists again
    ("America/New_York", "2026-03-08", "02:00", "03:00"),
    ("Europe/Berlin", "2026-03-29", "02:00", "03:00"),
    ("Europe/London", "2026-03-29", "01:00", "02:00"),
    ("Europe/Dublin", "2026-03-29", "01:00", "02:00"),
    ("Atlantic/Azores", "2026-03-29", "00:00", "01:00"),
    ("America/Havana", "2026-03-08", "00:00", "01:00"),
    ("America/Santiago", "2026-09-06", "00:00", "01:00"),
    ("Australia/Sydney", "2026-10-04", "02:00", "03:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:00", "02:30"),
    ("Pacific/Chatham", "2026-09-27", "02:45", "03:45"),
    ("Antarctica/Troll", "2026-03-29", "01:00", "03:00"),
    ("Africa/Casablanca", "2025-04-06", "02:00", "03:00"),
    ("Asia/Gaza", "2025-04-12", "02:00", "03:00"),
)
REPEATED = (
    # zone, date, the first repeated reading, its first offset and the offset afterwards
    ("America/New_York", "2026-11-01", "01:00", "-04:00", "-05:00"),
    ("Europe/Berlin", "2026-10-25", "02:00", "+02:00", "+01:00"),
    ("Europe/London", "2026-10-25", "01:00", "+01:00", "+00:00"),
    ("Europe/Dublin", "2026-10-25", "01:00", "+01:00", "+00:00"),
    ("Atlantic/Azores", "2026-10-25", "00:00", "+00:00", "-01:00"),
    ("America/Havana", "2026-11-01", "00:00", "-04:00", "-05:00"),
    ("America/Santiago", "2026-04-04", "23:00", "-03:00", "-04:00"),
    ("Australia/Sydney", "2026-04-05", "02:00", "+11:00", "+10:00"),
    ("Australia/Lord_Howe", "2026-04-05", "01:30", "+11:00", "+10:30"),
    ("Pacific/Chatham", "2026-04-05", "02:45", "+13:45", "+12:45"),
    ("Antarctica/Troll", "2026-10-25", "01:00", "+02:00", "+00:00"),
    ("Africa/Casablanca", "2025-02-23", "02:00", "+01:00", "+00:00"),
    ("Asia/Gaza", "2025-10-25", "01:00", "+03:00", "+02:00"),
)


@pytest.mark.parametrize(("zone", "day", "skipped", "exists"), SKIPPED)
def test_a_skipped_time_does_not_run(zone, day, skipped, exists):
    noon_before = f"{datetime.fromisoformat(day) - timedelta(hours=12)}+00:00"
    hour, minute = skipped.split(":")

    runs = times(f"cron({minute} {hour} * * ? *)", noon_before, zone, 3)

    assert day not in [run.partition("T")[0] for run in runs]


@pytest.mark.parametrize(("zone", "day", "skipped", "exists"), SKIPPED)
def test_the_first_time_after_the_gap_runs(zone, day, skipped, exists):
    last = datetime.fromisoformat(f"{day}T{skipped}") - timedelta(minutes=1)
    after = last.replace(tzinfo=ZoneInfo(zone)) - timedelta(seconds=1)

    runs = times("cron(* * * * ? *)", str(after), zone, 2)

    assert runs[0].startswith(f"{last:%Y-%m-%dT%H:%M}")
    assert runs[1].startswith(f"{day}T{exists}")


@pytest.mark.parametrize(("zone", "day", "repeated", "before", "afterwards"), REPEATED)
def test_a_repeated_time_runs_the_first_time_only(zone, day, repeated, before, afterwards):
    noon_before = f"{datetime.fromisoformat(day) - timedelta(hours=24)}+00:00"
    hour, minute = repeated.split(":")

    runs = times(f"cron({minute} {hour} * * ? *)", noon_before, zone, 4)

    assert [run for run in runs if run.startswith(day)] == [f"{day}T{repeated}{before}"]
    assert [run[-6:] for run in runs if run[:10] > day][0] == afterwards


@pytest.mark.parametrize(("zone", "day", "repeated", "before", "afterwards"), REPEATED)
def test_after_the_first_time_a_repeated_one_is_over(zone, day, repeated, before, afterwards):
    second_time = f"{day}T{repeated}:00{afterwards}"
    hour, minute = repeated.split(":")

    (run,) = times(f"cron({minute} {hour} * * ? *)", second_time, zone, 1)

    assert run[:10] > day


def test_a_skipped_day_does_not_run():
    assert times("cron(0 12 * * ? *)", "2011-12-28T00:00+00:00", "Pacific/Apia", 3) == [
        "2011-12-28T12:00-10:00",
        "2011-12-29T12:00-10:00",
        "2011-12-31T12:00+14:00",
    ]


def test_a_schedule_that_names_only_skipped_times_never_runs():
    text = "cron(* 2 ? 3 SUN#2 *)"  # Since 2007, New York's clocks change at 2 on that day.
    result = next_runs(parse(text), datetime(2026, 11, 22, tzinfo=UTC), "America/New_York")

    assert result.times == ()
    assert result.remark == (
        "never runs again: the clocks in America/New_York skip every time that is left until 2199"
    )


EDGES = (
    ("Africa/Cairo", 2026),
    ("Africa/Casablanca", 2026),
    ("America/Havana", 2026),
    ("America/New_York", 2026),
    ("America/Nuuk", 2026),
    ("America/Santiago", 2026),
    ("America/St_Johns", 2026),
    ("Antarctica/Troll", 2026),
    ("Asia/Beirut", 2026),
    ("Asia/Gaza", 2026),
    ("Asia/Jerusalem", 2026),
    ("Asia/Tehran", 2022),
    ("Atlantic/Azores", 2026),
    ("Australia/Adelaide", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Europe/Dublin", 2026),
    ("Europe/Istanbul", 2016),
    ("Europe/London", 2026),
    ("Pacific/Apia", 2011),
    ("Pacific/Chatham", 2026),
)
AT_EDGES = (
    "cron(0/5 * * * ? *)",
    "cron(0,30,45,59 0-3,22-23 ? * * *)",
    "cron(17/20 0/2 1-31 * ? *)",
    "cron(30 2 * * ? *)",
    "cron(15 0 L * ? *)",
    "cron(30 1 ? * SUN *)",
)


def changes(zone: tzinfo, year: int) -> list[datetime]:
    """Return the hours in UTC at whose end the zone's offset is another one."""
    hours = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(8784))
    return [
        hour
        for hour in hours
        if hour.astimezone(zone).utcoffset()
        != (hour + timedelta(hours=1)).astimezone(zone).utcoffset()
    ]


@pytest.mark.parametrize(("name", "year"), EDGES)
def test_around_every_change_the_runs_are_those_of_the_judge(name, year):
    zone = ZoneInfo(name)
    found_changes = changes(zone, year)
    assert found_changes, "the zone is here because its clocks change in that year"
    for change in found_changes:
        after, until = change - timedelta(hours=15), change + timedelta(hours=15)
        for text in AT_EDGES:
            expected = [run.isoformat() for run in every_minute(text, after, until, zone)]

            found = next_runs(parse(text), after, name, 1000, end=until).times

            assert [run.isoformat() for run in found] == expected, (text, change)
