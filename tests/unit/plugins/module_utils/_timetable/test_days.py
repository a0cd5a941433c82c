# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven days of a timetable, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.days import (
    ClockChange,
    ClockPiece,
    clock_pieces,
    days_from,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)


def days(first, zone):
    return days_from(date.fromisoformat(first), zone, ZoneInfo(zone))


def lengths(shown):
    return [day.end - day.begin for day in shown.days]


def test_seven_days_of_24_hours_follow_each_other():
    shown = days("2026-11-23", "Asia/Tokyo")

    assert shown.begin == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert [day.date.day for day in shown.days] == [23, 24, 25, 26, 27, 28, 29]
    assert lengths(shown) == [1440] * 7
    assert shown.length == 7 * 1440
    assert shown.end == shown.begin + timedelta(days=7)


@pytest.mark.parametrize(
    ("first", "zone", "length", "change"),
    [
        ("2027-03-28", "Europe/Berlin", 1380, ClockChange(120, 60)),
        ("2026-10-25", "Europe/Berlin", 1500, ClockChange(180, -60)),
        ("2026-10-04", "Australia/Lord_Howe", 1410, ClockChange(120, 30)),
        # Midnight is skipped, or comes twice: a day begins at the first moment of its date.
        ("2026-04-24", "Africa/Cairo", 1380, ClockChange(0, 60)),
        ("2026-11-01", "America/Havana", 1500, ClockChange(60, -60)),
    ],
)
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(first, zone, length, change):
    day = days(first, zone).days[0]

    assert day.end - day.begin == length
    assert day.changes == (change,)


def test_a_change_belongs_to_its_day_alone():
    shown = days("2026-10-24", "Europe/Berlin")

    assert [len(day.changes) for day in shown.days] == [0, 1, 0, 0, 0, 0, 0]
    assert lengths(shown) == [1440, 1500, *[1440] * 5]


def test_a_minute_and_its_local_time_belong_together():
    shown = days("2026-10-25", "Europe/Berlin")

    assert shown.local(120).isoformat() == "2026-10-25T02:00:00+02:00"
    assert shown.local(180).isoformat() == "2026-10-25T02:00:00+01:00"
    assert shown.minute(datetime(2026, 10, 25, 1, 0, 59, tzinfo=UTC)) == 180
    assert shown.minute(datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)) == -1


def test_a_clock_is_its_offsets_with_their_names():
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)

    assert clock_pieces(ZoneInfo("Europe/Berlin"), begin, 1440) == (
        ClockPiece(0, 120, "CEST"),
        ClockPiece(180, 60, "CET"),
    )
    # A midnight of India's is half an hour away from the hours at which Europe changes its clocks.
    assert clock_pieces(ZoneInfo("Europe/Berlin"), begin - timedelta(minutes=210), 1440)[1:] == (
        ClockPiece(390, 60, "CET"),
    )
    assert clock_pieces(UTC, begin, 1440) == (ClockPiece(0, 0, "UTC"),)


@pytest.mark.parametrize("first", ["1970-01-01", "2199-12-21"])
def test_a_day_that_schedules_do_not_know_is_refused(first):
    with pytest.raises(TimetableError, match="allowed are the dates from 1970-01-02 to 2199-12-20"):
        days(first, "UTC")
