# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine that guards batches, in Amazon States Language.

One state machine serves any number of batches: what to run, for how long and how often comes as its
input (see ``guard``). It looks whether the batch is running already, runs the task to its end
(``ecs:runTask.sync``), and repeats a run that failed after a growing pause.

Sources: the Amazon States Language (JSONata, 2024); Step Functions' documentation, "Run Amazon ECS
or Fargate tasks": parameters are in PascalCase, and a task that fails ends with States.TaskFailed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIRST_PAUSE, GROWTH = 10, 1.5
"""Seconds before the first repetition, and by how much each further pause is longer."""

TOOK_TOO_LONG = "Batchwork.TookTooLong"


def definition(partition: str) -> dict[str, Any]:
    """Return the definition of the state machine in a partition, such as ``aws``."""
    return {
        "Comment": "Guards scheduled batches: made by batchwork.aws.scheduled_batch_guard.",
        "QueryLanguage": "JSONata",
        "StartAt": "Read what to run",
        "States": {**_overlap_states(partition), **_run_states(partition)},
    }


def _overlap_states(partition: str) -> Mapping[str, Any]:
    """Look for runs of the batch: tasks of its family that are in its group."""
    return {
        "Read what to run": {
            "Type": "Pass",
            "Assign": {
                "guard": "{% $states.input.guard %}",
                "request": "{% $states.input.request %}",
                "repeated": 0,
            },
            "Next": "May runs overlap?",
        },
        "May runs overlap?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $guard.overlap = 'allow' %}", "Next": "Run"}],
            "Default": "List the family's tasks",
        },
        "List the family's tasks": {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:ecs:listTasks",
            "Arguments": {
                "Cluster": "{% $request.Cluster %}",
                "Family": ("{% $split($split($request.TaskDefinition, '/')[-1], ':')[0] %}"),
                "DesiredStatus": "RUNNING",
            },
            "Assign": {"tasks": "{% [$states.result.TaskArns] %}"},
            "Next": "Is there any task?",
        },
        "Is there any task?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $count($tasks) > 0 %}", "Next": "Look at the tasks"}],
            "Default": "Run",
        },
        "Look at the tasks": {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:ecs:describeTasks",
            "Arguments": {"Cluster": "{% $request.Cluster %}", "Tasks": "{% $tasks %}"},
            "Assign": {
                "running": "{% $count($states.result.Tasks[Group = $request.Group]) %}",
            },
            "Next": "Is the batch running?",
        },
        "Is the batch running?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $running > 0 %}", "Next": "Left out"}],
            "Default": "Run",
        },
        "Left out": {"Type": "Succeed"},
    }


def _run_states(partition: str) -> Mapping[str, Any]:
    """Run the task, and repeat what failed; what took too long is not repeated."""
    return {
        "Run": {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::ecs:runTask.sync",
            "Arguments": "{% $request %}",
            "TimeoutSeconds": "{% $guard.timeout %}",
            "Catch": [
                {"ErrorEquals": ["States.Timeout"], "Next": "Took too long"},
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"failure": "{% $states.errorOutput %}"},
                    "Next": "May it be repeated?",
                },
            ],
            "Next": "Ended",
        },
        "May it be repeated?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $repeated < $guard.retries %}", "Next": "Pause"}],
            "Default": "Failed",
        },
        "Pause": {
            "Type": "Wait",
            "Seconds": f"{{% $ceil({FIRST_PAUSE} * $power({GROWTH}, $repeated)) %}}",
            "Assign": {"repeated": "{% $repeated + 1 %}"},
            "Next": "Run",
        },
        "Failed": {
            "Type": "Fail",
            "Error": "{% $failure.Error %}",
            "Cause": "{% $failure.Cause %}",
        },
        "Took too long": {
            "Type": "Fail",
            "Error": TOOK_TOO_LONG,
            "Cause": "{% 'The run took more than ' & $string($guard.timeout) & ' seconds.' %}",
        },
        "Ended": {"Type": "Succeed"},
    }
