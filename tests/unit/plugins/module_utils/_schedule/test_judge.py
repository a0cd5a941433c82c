# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge itself: its short way gives what stepping through every minute gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    DOCUMENTED,
    random_cron,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.judge import (
    every_minute,
    every_quarter,
)


@pytest.mark.parametrize(
    ("zone", "after"),
    [
        ("UTC", datetime(2026, 2, 26, 23, 59, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 7, 12, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 10, 31, 12, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 3, 7, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 3, 7, tzinfo=UTC)),
        ("Pacific/Chatham", datetime(2026, 9, 26, 3, 7, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 9, 26, 3, 7, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 29, 3, 7, tzinfo=UTC)),
    ],
)
def test_leaving_out_days_and_quarters_changes_nothing(zone, after):
    random = Random(f"{zone} {after}")
    until = after + timedelta(days=2)
    texts = [random_cron(random, years=(2010, 2027)) for _index in range(6)]
    for text in ("cron(* * * * ? *)", "cron(5/25 * ? * * *)", *texts):
        expected = list(every_minute(text, after, until, ZoneInfo(zone)))
        assert list(every_quarter(text, after, until, ZoneInfo(zone))) == expected


def test_the_judge_knows_the_calendar():
    after, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)

    def days(day_of_month, day_of_week):
        text = f"cron(0 3 {day_of_month} 8 {day_of_week} *)"
        return [run.day for run in every_quarter(text, after, until, UTC)]

    # August 2026 begins on a Saturday and ends on a Monday.
    assert days("1W", "?") == [3]
    assert days("2W", "?") == [3]
    assert days("8W", "?") == [7]
    assert days("L", "?") == [31]
    assert days("L-3", "?") == [28]
    assert days("LW", "?") == [31]
    assert days("30-2", "?") == [1, 2, 30, 31]
    assert days("?", "L") == [1, 8, 15, 22, 29]
    assert days("?", "6L") == [28]
    assert days("?", "SAT#5") == [29]
    assert days("?", "FRI#5") == []
    assert days("?", "SUN-TUE/2") == [2, 4, 9, 11, 16, 18, 23, 25, 30]


def test_the_documented_examples_run():
    after = datetime(2018, 12, 31, tzinfo=UTC)
    for text in DOCUMENTED:
        runs = every_quarter(text, after, datetime(2029, 12, 31, tzinfo=UTC), UTC)
        assert next(runs, None) is not None, text
