# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When schedules are due: cron, rate and at, in UTC and in a time zone, between dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from emulator.timetable import Timetable

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


def due(timetable: Timetable, after: str, until: str) -> list[str]:
    """The due times in this window, as text in UTC."""
    window = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (after, until))
    return [moment.strftime("%Y-%m-%dT%H:%M:%S") for moment in timetable.due(*window)]


def test_cron_fires_at_the_start_of_each_matching_minute() -> None:
    timetable = Timetable("cron(*/30 * * * ? *)", base=NOON)
    assert due(timetable, "2026-11-22T12:00:00", "2026-11-22T13:00:00") == [
        "2026-11-22T12:30:00",
        "2026-11-22T13:00:00",
    ]


def test_adjoining_windows_neither_repeat_nor_lose_a_time() -> None:
    timetable = Timetable("cron(* * * * ? *)", base=NOON)
    whole = due(timetable, "2026-11-22T12:00:00", "2026-11-22T12:10:00")
    edges = ["12:00:00", "12:00:59", "12:03:00", "12:03:01", "12:09:59", "12:10:00"]
    windows = zip(edges, edges[1:], strict=False)
    parts = [due(timetable, f"2026-11-22T{a}", f"2026-11-22T{b}") for a, b in windows]
    assert [moment for part in parts for moment in part] == whole
    assert len(whole) == 10


def test_a_rule_s_rate_is_first_due_one_period_after_its_base() -> None:
    timetable = Timetable("rate(5 minutes)", base=NOON)
    assert due(timetable, "2026-11-22T12:00:00", "2026-11-22T12:11:00") == [
        "2026-11-22T12:05:30",
        "2026-11-22T12:10:30",
    ]


def test_a_schedule_s_rate_is_first_due_at_once() -> None:
    timetable = Timetable("rate(1 hour)", base=NOON, first_at_base=True)
    assert due(timetable, "2026-11-22T12:00:00", "2026-11-22T13:30:00") == [
        "2026-11-22T12:00:30",
        "2026-11-22T13:00:30",
    ]


def test_a_schedule_s_rate_counts_from_its_start_date() -> None:
    start = NOON + timedelta(days=2)
    timetable = Timetable("rate(1 days)", base=NOON, first_at_base=True, start=start)
    assert due(timetable, "2026-11-22T12:00:00", "2026-11-26T00:00:00") == [
        "2026-11-24T12:00:30",
        "2026-11-25T12:00:30",
    ]


def test_nothing_is_due_before_the_start_or_after_the_end() -> None:
    timetable = Timetable(
        "cron(0 3 * * ? *)",
        base=NOON,
        start=datetime(2026, 11, 24, 3, tzinfo=UTC),
        end=datetime(2026, 11, 25, 3, tzinfo=UTC),
    )
    assert due(timetable, "2026-11-22T00:00:00", "2026-11-30T00:00:00") == [
        "2026-11-24T03:00:00",
        "2026-11-25T03:00:00",
    ]


def test_at_is_due_once_at_its_local_time_whatever_start_and_end_say() -> None:
    timetable = Timetable(
        "at(2026-11-23T09:15:20)", base=NOON, zone="Asia/Tokyo", end=NOON - timedelta(days=9)
    )
    assert due(timetable, "2026-11-22T12:00:00", "2026-12-22T12:00:00") == ["2026-11-23T00:15:20"]


def test_cron_goes_by_the_local_clock() -> None:
    timetable = Timetable("cron(0 3 * * ? *)", base=NOON, zone="Asia/Tokyo")
    assert due(timetable, "2026-11-22T00:00:00", "2026-11-23T00:00:00") == ["2026-11-22T18:00:00"]


# New York: 2:00 to 3:00 is skipped on 2027-03-14, 1:00 to 2:00 comes twice on 2026-11-01.
@pytest.mark.parametrize(
    ("expression", "after", "until", "expected"),
    [
        ("cron(30 2 * * ? *)", "2027-03-14T00:00:00", "2027-03-15T00:00:00", []),
        ("at(2027-03-14T02:30:00)", "2027-03-13T00:00:00", "2027-03-16T00:00:00", []),
        (
            "cron(30 1 * * ? *)",
            "2026-11-01T00:00:00",
            "2026-11-02T00:00:00",
            ["2026-11-01T05:30:00"],
        ),
        (
            "cron(30 2 * * ? *)",
            "2027-03-15T00:00:00",
            "2027-03-16T00:00:00",
            ["2027-03-15T06:30:00"],
        ),
    ],
)
def test_daylight_saving_time(expression: str, after: str, until: str, expected: list[str]) -> None:
    timetable = Timetable(expression, base=NOON, zone="America/New_York")
    assert due(timetable, after, until) == expected


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("rate(0 minutes)", "UTC"),
        ("rate(5 foo)", "UTC"),
        ("at(garbage)", "UTC"),
        ("at(2026-13-01T00:00:00)", "UTC"),
        ("cron(99 3 * * ? *)", "UTC"),
        ("cron(0 3 * * ? *)", "Mars/Phobos"),
        ("at(2026-11-23T09:15:20)", "Mars/Phobos"),
    ],
)
def test_what_cannot_be_read_is_an_error(expression: str, zone: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Timetable(expression, base=NOON, zone=zone).due(NOON, NOON + timedelta(minutes=1))
