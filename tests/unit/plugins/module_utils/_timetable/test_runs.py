# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of a schedule between two times, and the reason where there are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.runs import (
    UNKNOWN_START,
    Runs,
    Schedule,
    runs_between,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    random_cron,
)
from hypothesis import given, settings
from hypothesis import strategies as st

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
END = BEGIN + timedelta(days=7)


def runs(expression, zone="UTC", begin=BEGIN, before=END, **dates) -> Runs:
    return runs_between(Schedule(expression, zone, **dates), begin, before)


def times(*arguments, **options):
    return [f"{time:%d %H:%M}" for time in runs(*arguments, **options).times]


def test_the_begin_is_in_it_and_the_end_is_not():
    assert times("cron(0 0 * * ? *)") == [f"{day} 00:00" for day in range(23, 30)]


def test_runs_are_in_the_schedules_own_zone():
    assert times("cron(0 3 ? * MON *)", "Asia/Tokyo") == ["29 18:00"]


def test_more_runs_than_are_asked_for_at_once_are_all_there():
    found = runs("cron(* * * * ? *)").times

    assert len(found) == 7 * 1440
    assert found[0] == BEGIN
    assert found[-1] == END - timedelta(minutes=1)


def test_a_schedule_runs_within_its_dates():
    dates = {"start": datetime(2026, 11, 24, tzinfo=UTC), "end": datetime(2026, 11, 25, tzinfo=UTC)}

    assert times("cron(0 0,12 * * ? *)", **dates) == ["24 00:00", "24 12:00", "25 00:00"]


def test_a_single_time_is_shown_where_it_lies_within():
    assert times("at(2026-11-24T09:30:00)", "Asia/Tokyo") == ["24 00:30"]
    assert times("at(2026-12-24T09:30:00)") == []


def test_a_rate_counts_from_its_start():
    start = datetime(2026, 11, 1, 5, tzinfo=UTC)

    assert times("rate(3 days)", start=start) == ["25 05:00", "28 05:00"]


def test_a_rate_without_a_start_has_a_period_and_no_times():
    assert runs("rate(2 hours)") == Runs((), "every 2 hours", 120, UNKNOWN_START)


@pytest.mark.parametrize(
    ("expression", "options", "remark"),
    [
        ("", {}, "has no schedule"),
        ("cron(61 * * * ? *)", {}, "61 is out of range"),
        ("cron(0 3 * * ? *)", {"zone": "Asia/Tokio"}, "did you mean Asia/Tokyo"),
        ("cron(0 6 1 * ? *)", {"zone": "Asia/Tokyo"}, "runs next at 2026-12-01T06:00+09:00"),
        ("cron(0 6 1 * ? 2025)", {}, "never runs again: its last year, 2025, is over"),
        ("at(2026-11-22T00:00:00)", {}, "is over"),
        ("cron(0 6 * * ? *)", {"end": BEGIN}, "would be after its end"),
    ],
)
def test_a_lack_of_runs_has_its_reason(expression, options, remark):
    found = runs(expression, **options)

    assert found.times == ()
    assert remark in found.remark


@pytest.mark.parametrize(
    ("expression", "begin", "expected"),
    [
        ("cron(30 2 * * ? *)", datetime(2027, 3, 27, 23, tzinfo=UTC), []),
        ("cron(30 2 * * ? *)", datetime(2026, 10, 24, 22, tzinfo=UTC), ["25 00:30"]),
        ("cron(30 1-3 * * ? *)", datetime(2027, 3, 27, 23, tzinfo=UTC), ["28 00:30", "28 01:30"]),
    ],
)
def test_a_skipped_time_does_not_run_and_a_repeated_one_runs_once(expression, begin, expected):
    assert times(expression, "Europe/Berlin", begin, begin + timedelta(hours=23)) == expected


@pytest.mark.property
@settings(deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 7 * 1440),
    st.sampled_from(("UTC", "America/New_York", "Australia/Lord_Howe")),
)
def test_they_are_the_next_runs_up_to_the_end(chance, begin, minutes, zone):
    expression = random_cron(chance, years=(2019, 2041))
    end = begin + timedelta(minutes=minutes)

    found = runs(expression, zone, begin, end).times

    after = begin - timedelta.resolution
    following = next_runs(parse(expression), after, zone, min(len(found) + 1, 1000)).times
    # In UTC: Python takes no two times of different zones for equal in an hour that is repeated.
    expected = [time.astimezone(UTC) for time in following if time < end]
    assert [time.astimezone(UTC) for time in found[:999]] == expected[:999]
