# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated expressions in many zones: the next runs are those that the judge finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    random_cron,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.judge import (
    every_quarter,
)

EXPRESSIONS_EACH = 500
COUNT = 5
HORIZON = timedelta(days=5 * 366)
CHANGES = {
    # A day near a change of the clocks, where half of the searches begin.
    "UTC": "2028-02-28",
    "Asia/Tokyo": "2027-12-31",
    "Europe/Berlin": "2027-03-27",
    "America/New_York": "2027-11-06",
    "America/Havana": "2027-03-13",
    "Australia/Lord_Howe": "2027-04-03",
    "Atlantic/Azores": "2027-10-30",
    "Africa/Casablanca": "2027-02-06",
    "Asia/Gaza": "2027-10-29",
    "Pacific/Chatham": "2027-09-25",
    "Antarctica/Troll": "2027-03-27",
}


def random_instant(random: Random, near: str) -> datetime:
    if random.random() < 0.5:
        start = datetime.fromisoformat(f"{near}T00:00:00+00:00")
        return start + timedelta(minutes=random.randrange(2 * 1440))
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(5 * 366 * 86400))


@pytest.mark.parametrize("zone", CHANGES)
def test_generated_expressions_run_when_the_judge_says(zone):
    random = Random(zone)
    with_all_runs = 0
    for _index in range(EXPRESSIONS_EACH):
        text, after = random_cron(random), random_instant(random, CHANGES[zone])
        until = after + HORIZON
        expected = list(islice(every_quarter(text, after, until, ZoneInfo(zone)), COUNT))

        found = next_runs(parse(text), after, zone, COUNT, end=until).times

        assert [run.isoformat() for run in found] == [run.isoformat() for run in expected], text
        with_all_runs += len(found) == COUNT
    assert with_all_runs > 0.75 * EXPRESSIONS_EACH


@pytest.mark.parametrize(
    "text",
    ["cron(0 3 29 2 ? *)", "cron(0 3 ? 2 2#5 *)", "cron(0 3 31W 2-4 ? *)", "cron(0 3 30 2 ? *)"],
)
def test_what_runs_once_in_decades_runs_when_the_judge_says(text):
    after, until = datetime(2090, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, tzinfo=UTC)

    found = next_runs(parse(text), after, count=1000, end=until).times

    assert [*found] == list(every_quarter(text, after, until, UTC))
