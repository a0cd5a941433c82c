# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What results say of a schedule: the next runs, and the schedule in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import (
    RATE_WITHOUT_START,
    next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

SHOWN_RUNS = 5
RATE_OF_SCHEDULE = (
    "a rate() schedule without a start date counts from when it was made or last changed, and AWS"
    " does not document which; give start_date to set when it runs"
)


def schedule_facts(
    text: str | None,
    timezone: str | None = None,
    *,
    now: datetime | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> dict[str, Any]:
    """Return ``next_runs``, ``next_runs_remark`` and ``schedule_explained`` of an expression.

    An expression that AWS has and that nobody understands is explained as such, never a failure of
    reading it.
    """
    if not text:
        return {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}
    try:
        expression = parse(text)
        after = now or datetime.now(UTC)
        runs = next_runs(expression, after, timezone or "UTC", SHOWN_RUNS, start, end)
        return {
            "next_runs": [run.isoformat() for run in runs.times],
            "next_runs_remark": runs.remark,
            "schedule_explained": explain(expression, timezone),
        }
    except ScheduleError as error:
        return {"next_runs": [], "next_runs_remark": str(error), "schedule_explained": None}


def facts_of_schedule(schedule: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the same for a schedule of EventBridge Scheduler, within its dates and in its zone."""
    facts = schedule_facts(
        schedule.get("ScheduleExpression"),
        schedule.get("ScheduleExpressionTimezone") or "UTC",
        now=now,
        start=schedule.get("StartDate"),
        end=schedule.get("EndDate"),
    )
    if facts["next_runs_remark"] == RATE_WITHOUT_START:
        facts["next_runs_remark"] = RATE_OF_SCHEDULE
    return facts
