# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When schedules run next, and the remarks where they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule import time_zone
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import (
    NextRuns,
    next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

AFTER = datetime(2026, 11, 22, tzinfo=UTC)
"""A Sunday."""


def runs(text, after=AFTER, **options) -> NextRuns:
    return next_runs(parse(text), after, **options)


def times(text, after=AFTER, **options) -> list[str]:
    return [moment.isoformat() for moment in runs(text, after, **options).times]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0 3 * * ? *)", ["2026-11-22T03:00", "2026-11-23T03:00", "2026-11-24T03:00"]),
        ("cron(0 0 * * ? *)", ["2026-11-23T00:00", "2026-11-24T00:00", "2026-11-25T00:00"]),
        ("cron(0 8,20-2/8 ? * 2 *)", ["2026-11-23T08:00", "2026-11-23T20:00", "2026-11-30T08:00"]),
        ("cron(0 3 1W * ? *)", ["2026-12-01T03:00", "2027-01-01T03:00", "2027-02-01T03:00"]),
        ("cron(0 3 31W * ? *)", ["2026-12-31T03:00", "2027-01-29T03:00", "2027-03-31T03:00"]),
        ("cron(0 3 L * ? *)", ["2026-11-30T03:00", "2026-12-31T03:00", "2027-01-31T03:00"]),
        ("cron(0 3 L-30 * ? *)", ["2026-12-01T03:00", "2027-01-01T03:00", "2027-03-01T03:00"]),
        ("cron(0 3 LW * ? *)", ["2026-11-30T03:00", "2026-12-31T03:00", "2027-01-29T03:00"]),
        ("cron(0 3 ? * L *)", ["2026-11-28T03:00", "2026-12-05T03:00", "2026-12-12T03:00"]),
        ("cron(0 3 ? * 6L *)", ["2026-11-27T03:00", "2026-12-25T03:00", "2027-01-29T03:00"]),
        ("cron(0 3 ? * 3#3 *)", ["2026-12-15T03:00", "2027-01-19T03:00", "2027-02-16T03:00"]),
        ("cron(0 3 29 2 ? 2090/1)", ["2092-02-29T03:00", "2096-02-29T03:00", "2104-02-29T03:00"]),
        ("cron(0 3 ? 2 2#5 *)", ["2044-02-29T03:00", "2072-02-29T03:00", "2112-02-29T03:00"]),
        ("cron(59 23 31 12 ? 2199)", ["2199-12-31T23:59"]),
    ],
)  # fmt: skip
def test_the_next_runs_in_utc(text, expected):
    assert times(text, count=3) == [f"{time}:00+00:00" for time in expected]


def test_five_runs_are_the_default():
    assert len(runs("cron(* * * * ? *)").times) == 5


def test_a_run_at_the_given_instant_is_over():
    assert times("cron(0 3 * * ? *)", AFTER.replace(hour=3), count=1) == [
        "2026-11-23T03:00:00+00:00"
    ]


def test_a_run_one_microsecond_later_is_next():
    after = AFTER.replace(hour=3) - timedelta.resolution

    assert times("cron(0 3 * * ? *)", after, count=1) == ["2026-11-22T03:00:00+00:00"]


def test_the_instant_may_be_given_in_any_zone():
    after = datetime(2026, 11, 22, 5, tzinfo=timezone(timedelta(hours=9)))

    assert times("cron(0 3 * * ? *)", after, count=1) == ["2026-11-22T03:00:00+00:00"]


def test_runs_are_in_the_zone_of_the_schedule():
    result = runs("cron(0 3 * * ? *)", timezone="Asia/Tokyo", count=1)

    assert result.times == (datetime(2026, 11, 23, 3, tzinfo=ZoneInfo("Asia/Tokyo")),)
    assert result.times[0].tzinfo == ZoneInfo("Asia/Tokyo")


def test_no_remark_is_made_where_all_runs_are_found():
    assert runs("cron(0 3 * * ? *)").remark is None


@pytest.mark.parametrize(
    ("text", "zone", "remark"),
    [
        ("cron(0 3 * * ? 2005)", "UTC", "never runs again: its last year, 2005, is over"),
        (
            "cron(0 3 30 2 ? *)",
            "UTC",
            "never runs again: day-of-month '30' matches no day of February in 1970 to 2199",
        ),
        (
            "cron(0 3 29 2 ? 2027)",
            "UTC",
            "never runs again: day-of-month '29' matches no day of February in 2027",
        ),
        (
            "cron(0 3 ? 1,2,3,6 2#6 *)",
            "UTC",
            "never runs again: day-of-week '2#6' matches no day of January to March and June in"
            " 1970 to 2199",
        ),
        (
            "cron(0 3 1 1 ? 2026)",
            "UTC",
            "never runs again: nothing after 2026-11-22T00:00 matches until its last year, 2026,"
            " ends",
        ),
        (
            "cron(30 2 14 3 ? 2027)",
            "America/New_York",
            "never runs again: the clocks in America/New_York skip every time that is left until"
            " 2027",
        ),
    ],
)
def test_that_a_schedule_never_runs_is_proved(text, zone, remark):
    assert runs(text, timezone=zone) == NextRuns((), remark)


def test_that_a_schedule_ends_is_said():
    result = runs("cron(0 3 30 12 ? 2026-2027)")

    assert [moment.year for moment in result.times] == [2026, 2027]
    assert result.remark == (
        "no run follows the last one shown: nothing after 2027-12-30T03:00 matches until its last"
        " year, 2027, ends"
    )


def test_a_time_skipped_later_on_the_last_day_is_told_from_none():
    after = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)

    result = runs("cron(30 2 14 3 ? 2027)", after, timezone="America/New_York")

    assert "skip every time that is left" in result.remark


def test_a_stray_comma_never_runs():
    result = runs("cron(0/5, 9-18, ?, *, MON-FRI, *)")

    assert result.times == ()
    assert "remove the comma" in result.remark


@pytest.mark.parametrize(
    "after", [datetime.min.replace(tzinfo=UTC), datetime(1969, 12, 31, 14, 59, tzinfo=UTC)]
)
def test_the_first_year_is_1970(after):
    assert times("cron(0 0 1 1 ? *)", after, timezone="Asia/Tokyo", count=1) == [
        "1970-01-01T00:00:00+09:00"
    ]


@pytest.mark.parametrize(
    "after", [datetime.max.replace(tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)]
)
def test_the_last_year_is_2199(after):
    result = runs("cron(0 0 1 1 ? *)", after, timezone="Asia/Tokyo")

    assert result == NextRuns((), "never runs again: its last year, 2199, is over")


class TestStartAndEnd:
    def test_no_run_is_before_the_start_and_one_at_the_start_is_the_first(self):
        start = datetime(2027, 1, 5, 3, tzinfo=UTC)

        assert times("cron(0 3 * * ? *)", start=start, count=1) == ["2027-01-05T03:00:00+00:00"]

    def test_a_start_that_has_passed_is_equal_to_none(self):
        start = datetime(2025, 1, 5, 3, tzinfo=UTC)

        assert runs("cron(0 3 * * ? *)", start=start) == runs("cron(0 3 * * ? *)")

    def test_a_run_at_the_end_is_the_last(self):
        result = runs("cron(0 3 * * ? *)", end=datetime(2026, 11, 23, 3, tzinfo=UTC))

        assert len(result.times) == 2
        assert result.remark == (
            "no run follows the last one shown: 2026-11-24T03:00:00+00:00 would be after its end,"
            " 2026-11-23T03:00:00+00:00"
        )

    def test_an_end_that_has_passed_leaves_none(self):
        result = runs("cron(0 3 * * ? *)", end=datetime(2026, 11, 21, tzinfo=UTC))

        assert result.times == ()
        assert result.remark.startswith("never runs again: 2026-11-22T03:00:00+00:00 would be")


class TestRate:
    def test_without_a_start_nothing_is_known(self):
        result = runs("rate(5 minutes)")

        assert result.times == ()
        assert "counts from its creation, which AWS does not tell" in result.remark

    def test_the_start_is_the_first_run(self):
        start = AFTER + timedelta(minutes=2)

        assert times("rate(5 minutes)", start=start, count=2) == [
            "2026-11-22T00:02:00+00:00",
            "2026-11-22T00:07:00+00:00",
        ]

    @pytest.mark.parametrize(
        ("minutes_ago", "next_minute"), [(0, 5), (1, 4), (4, 1), (5, 5), (12, 3), (500_001, 4)]
    )
    def test_runs_are_counted_from_the_start(self, minutes_ago, next_minute):
        start = AFTER - timedelta(minutes=minutes_ago)

        assert runs("rate(5 minutes)", start=start, count=1).times == (
            AFTER + timedelta(minutes=next_minute),
        )

    def test_a_start_keeps_its_fraction_of_a_second(self):
        start = AFTER - timedelta(microseconds=1)

        assert times("rate(1 minute)", start=start, count=1) == ["2026-11-22T00:00:59.999999+00:00"]

    def test_a_day_is_24_hours_where_the_clocks_change(self):
        start = datetime(2027, 3, 27, 12, tzinfo=ZoneInfo("Europe/Berlin"))

        assert times("rate(1 day)", start, start=start, timezone="Europe/Berlin", count=2) == [
            "2027-03-28T13:00:00+02:00",
            "2027-03-29T13:00:00+02:00",
        ]

    def test_it_ends(self):
        end = AFTER + timedelta(minutes=10)

        result = runs("rate(5 minutes)", start=AFTER, end=end)

        assert [moment.minute for moment in result.times] == [5, 10]
        assert "would be after its end" in result.remark

    def test_it_ends_with_the_calendar(self):
        result = runs("rate(3000000 days)", start=AFTER - timedelta(days=1))

        assert result.times == ()
        assert result.remark == "never runs again: the next run is after the year 9999"


class TestAt:
    def test_it_runs_once_in_its_zone(self):
        assert runs("at(2026-12-24T18:00:00)", timezone="Asia/Tokyo") == NextRuns(
            (datetime(2026, 12, 24, 18, tzinfo=ZoneInfo("Asia/Tokyo")),), "runs only once"
        )

    def test_one_run_is_all_that_was_asked_for(self):
        assert runs("at(2026-12-24T18:00:00)", count=1).remark is None

    def test_it_is_over(self):
        assert runs("at(2026-11-22T09:00:00)", timezone="Asia/Tokyo") == NextRuns(
            (), "never runs again: its only time, 2026-11-22T09:00:00+09:00, is over"
        )

    def test_the_clocks_may_skip_it(self):
        assert runs("at(2027-03-14T02:30:00)", timezone="America/New_York") == NextRuns(
            (), "never runs: the clocks in America/New_York skip its only time, 2027-03-14T02:30:00"
        )

    def test_start_and_end_do_not_count(self):
        start, end = AFTER + timedelta(days=300), AFTER - timedelta(days=300)

        assert len(runs("at(2026-12-24T18:00:00)", start=start, end=end).times) == 1

    @pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
    @pytest.mark.parametrize(
        ("text", "expected"), [("at(0001-01-01T00:00:00)", 0), ("at(9999-12-31T23:59:59)", 1)]
    )
    def test_the_ends_of_the_calendar_do_no_harm(self, text, expected, zone):
        assert len(runs(text, timezone=zone).times) == expected


class TestWrongInput:
    @pytest.mark.parametrize("name", ["after", "start", "end"])
    def test_a_time_without_an_offset_is_refused(self, name):
        options = {"after": AFTER, name: datetime(2026, 11, 22, 3)}

        with pytest.raises(
            ScheduleError, match=r"has no offset; give one, such as .*\+00:00"
        ) as raised:
            runs("cron(0 3 * * ? *)", **options)

        assert raised.value.field == name

    def test_a_time_that_utc_cannot_name_is_refused(self):
        after = datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))

        with pytest.raises(ScheduleError, match="not within the years 1 to 9999"):
            runs("cron(0 3 * * ? *)", after)

    @pytest.mark.parametrize("count", [0, -1, 1001])
    def test_a_count_out_of_range_is_refused(self, count):
        with pytest.raises(ScheduleError, match="allowed are 1 to 1000") as raised:
            runs("cron(0 3 * * ? *)", count=count)

        assert raised.value.field == "count"

    def test_an_unknown_zone_is_refused(self):
        with pytest.raises(ScheduleError, match="did you mean Asia/Tokyo") as raised:
            runs("cron(0 3 * * ? *)", timezone="Asia/Tokio")

        assert raised.value.field == "timezone"

    def test_without_a_zone_database_nothing_is_known(self, monkeypatch):
        monkeypatch.setattr(time_zone, "_database", frozenset)
        monkeypatch.setattr(time_zone, "_load", lambda name: None)

        result = runs("cron(0 3 * * ? *)", timezone="Asia/Tokyo")

        assert result == NextRuns(
            (), "not known, since this host has no data for the zone 'Asia/Tokyo'"
        )
        assert len(runs("cron(0 3 * * ? *)").times) == 5
