# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only targets of EventBridge Scheduler have: the universal target, and keywords in the input.

Source: EventBridge Scheduler's guide, "Using universal targets" and "Adding context attributes".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

RUN_TASK = ":scheduler:::aws-sdk:ecs:runTask"
"""The end of the ARN of the target whose input is RunTask's whole request."""


def is_run_task_target(target: Mapping[str, Any]) -> bool:
    """Whether this is the universal target that calls RunTask."""
    return str(target.get("Arn", "")).endswith(RUN_TASK)


def universal_request(target: Mapping[str, Any]) -> Document:
    """Return the RunTask request that a universal target's input is; input that is no JSON object
    is no request.

    The input spells members with a capital, RunTask without: ``{"Cluster": "batch"}``.
    """
    parsed = parsed_json(target.get("Input") or "{}")
    request: Document = _uncapitalised(parsed) if isinstance(parsed, dict) else {}
    return request


def _uncapitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _uncapitalised(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_uncapitalised(item) for item in value]
    return value


def with_context_attributes(
    target: Document, schedule_arn: str, moment: datetime, execution_id: str
) -> Document:
    """Return the target with the keywords in its input replaced, as Scheduler does at each run.

    :param moment: the scheduled time; for a run by hand the present.
    """
    if not target.get("Input"):
        return target
    attributes = {
        "<aws.scheduler.schedule-arn>": schedule_arn,
        "<aws.scheduler.scheduled-time>": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "<aws.scheduler.execution-id>": execution_id,
        "<aws.scheduler.attempt-number>": "1",
    }
    text = target["Input"]
    for keyword, value in attributes.items():
        text = text.replace(keyword, value)
    return {**target, "Input": text}
