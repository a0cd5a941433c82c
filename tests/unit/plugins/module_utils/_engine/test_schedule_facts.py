# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What results say of a schedule: its next runs in its zone and between its dates, and its
words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    RATE_OF_SCHEDULE,
    facts_of_schedule,
    schedule_facts,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_schedule_runs_by_the_clock_of_its_zone():
    schedule = {
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Asia/Tokyo",
    }
    facts = facts_of_schedule(schedule, NOW)
    assert facts["next_runs"][0] == "2026-11-23T03:00:00+09:00"
    assert len(facts["next_runs"]) == 5
    assert facts["next_runs_remark"] is None
    assert facts["schedule_explained"] == "at 03:00 every day, Asia/Tokyo"


def test_a_schedule_runs_between_its_dates():
    schedule = {
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "StartDate": datetime(2026, 12, 1, 12, tzinfo=UTC),
        "EndDate": datetime(2026, 12, 3, 12, tzinfo=UTC),
    }
    facts = facts_of_schedule(schedule, NOW)
    assert facts["next_runs"] == ["2026-12-02T03:00:00+00:00", "2026-12-03T03:00:00+00:00"]
    assert "end" in facts["next_runs_remark"]


def test_a_rate_counts_from_its_start_also_when_that_has_passed():
    start = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    schedule = {"ScheduleExpression": "rate(1 hour)", "StartDate": start}
    assert facts_of_schedule(schedule, NOW)["next_runs"][0] == "2026-11-22T12:30:00+00:00"


def test_a_rate_without_a_start_has_a_remark_of_its_own():
    facts = facts_of_schedule({"ScheduleExpression": "rate(1 hour)"}, NOW)
    assert facts["next_runs"] == []
    assert facts["next_runs_remark"] == RATE_OF_SCHEDULE
    assert schedule_facts("rate(1 hour)")["next_runs_remark"] != RATE_OF_SCHEDULE


@pytest.mark.parametrize("expression", ["", None])
def test_nothing_is_said_of_no_schedule(expression):
    facts = schedule_facts(expression)
    assert facts == {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}


def test_an_expression_that_nobody_understands_is_no_failure():
    facts = facts_of_schedule({"ScheduleExpression": "lunar(1)"}, NOW)
    assert (facts["next_runs"], facts["schedule_explained"]) == ([], None)
    assert "lunar(1)" in facts["next_runs_remark"]
