# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What results say of a schedule: the next runs, and the schedule in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

SHOWN_RUNS = 5


def schedule_facts(text: str | None, timezone: str | None = None) -> dict[str, Any]:
    """Return ``next_runs``, ``next_runs_remark`` and ``schedule_explained`` of a schedule expression.

    An expression that AWS has and that nobody understands is explained as such, never a failure of reading it.
    """
    if not text:
        return {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}
    try:
        expression = parse(text)
        runs = next_runs(expression, datetime.now(UTC), timezone or "UTC", SHOWN_RUNS)
        return {
            "next_runs": [run.isoformat() for run in runs.times],
            "next_runs_remark": runs.remark,
            "schedule_explained": explain(expression, timezone),
        }
    except ScheduleError as error:
        return {"next_runs": [], "next_runs_remark": str(error), "schedule_explained": None}
