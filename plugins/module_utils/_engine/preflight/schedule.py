# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a batch runs next, in its own zone and in local time, so that a wrong zone is seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import (
    EVENTS,
    Examined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    facts_of_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.offline import (
    SCHEDULE,
)

SHOWN = 3
SHAPE = "%Y-%m-%d %H:%M"


def check_next_runs(
    examined: Examined, schedule: Mapping[str, Any], now: datetime | None = None
) -> Check:
    """Say when the batch runs next; a schedule that never runs again is NG."""
    facts = facts_of_schedule(schedule, now or datetime.now(UTC))
    runs = [datetime.fromisoformat(run) for run in facts["next_runs"][:SHOWN]]
    zone = str(schedule.get("ScheduleExpressionTimezone") or "UTC")
    subject = f"schedule {schedule.get('ScheduleExpression')} in {zone}"
    remark = facts["next_runs_remark"]
    if not runs and not str(schedule.get("ScheduleExpression")).startswith("rate("):
        reason = f"It does not run any more: {remark}." if remark else "It does not run any more."
        return ng(SCHEDULE, subject, reason, "Give a schedule that has a time to come.")
    told = f"It runs {facts['schedule_explained']}" if facts["schedule_explained"] else "It runs"
    if not runs:
        return ok(SCHEDULE, subject, f"{told}; {remark}.")
    listed = ", ".join(_shown(run) for run in runs)
    hint = ""
    if examined.service == EVENTS and _differs_from_utc(runs[0]):
        hint = (
            "A rule knows UTC only; where local time is meant, use trigger scheduler with timezone."
        )
    return ok(SCHEDULE, subject, f"{told}, next at {listed}.", hint)


def _shown(run: datetime) -> str:
    """Return a run in its zone, and in local time where that is another."""
    own = f"{run.strftime(SHAPE)} {run.tzname()}"
    local = run.astimezone()
    if local.utcoffset() == run.utcoffset():
        return own
    return f"{own} ({local.strftime(SHAPE)} {local.tzname()} here)"


def _differs_from_utc(run: datetime) -> bool:
    return run.astimezone().utcoffset() != timedelta(0)
