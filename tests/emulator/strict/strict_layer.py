# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The middleware of the strict layer: botocore's model first, then refusals, then corrections.

Each function here says where its knowledge comes from: [botocore X] is AWS's text on X in
botocore's service model, [AWS, "page"] a page of AWS's documentation, [observed, where] an answer
of a real account that somebody has published, and [memory] what is known from experience and not
verified.
"""

from __future__ import annotations

from typing import Any

from emulator.layer import Call, Forward, Middleware, stack
from emulator.strict import (
    cloudtrail,
    ec2,
    ecs_clusters,
    ecs_task_definitions,
    ecs_tasks,
    events,
    iam,
    iam_simulation,
    logs,
    registry,
    scheduler,
    service_model,
    state,
    tagging,
)

RULES = (
    cloudtrail,
    ec2,
    ecs_clusters,
    ecs_task_definitions,
    ecs_tasks,
    events,
    iam,
    iam_simulation,
    logs,
    scheduler,
    tagging,
)
"""The modules with refusals and corrections: importing them registers what they hold."""


def strict(call: Call, forward: Forward) -> dict[str, Any]:
    """Refuse what AWS refuses, and answer as AWS answers."""
    service_model.refuse(call)
    registry.refuse(call, forward)
    corrections = [_only_for(call, correction) for correction in registry.corrections(call)]
    return stack(corrections, forward)(call)


def _only_for(call: Call, correction: Middleware) -> Middleware:
    """Let what a correction looks up by another operation pass the corrections after it."""

    def correct(passed_on: Call, forward: Forward) -> dict[str, Any]:
        if (passed_on.service, passed_on.operation) != (call.service, call.operation):
            return forward(passed_on)
        return correction(passed_on, forward)

    return correct


def reset() -> None:
    """Forget what the strict layer remembers."""
    state.reset()
    tagging.lag(False)
