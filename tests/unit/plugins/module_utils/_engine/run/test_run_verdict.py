# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a run counts as failed, and what is said of it then."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.verdict import (
    exit_code_of,
    problem_of,
    telling_task,
)

STARTED = {"startedAt": "2030-01-01", "lastStatus": "STOPPED"}
ENDED = {**STARTED, "stopCode": "EssentialContainerExited", "stoppedReason": "It exited"}


def app(**facts: Any) -> list[dict[str, Any]]:
    return [{"name": "side", "exitCode": 9}, {"name": "app", **facts}]


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ({**ENDED, "containers": app(exitCode=0)}, None),
        ({**STARTED, "containers": app(exitCode=0)}, None),
        (
            {**ENDED, "containers": app(exitCode=3)},
            "The container app exited with code 3: EssentialContainerExited; It exited.",
        ),
        (
            {**ENDED, "containers": app(exitCode=137, reason="OutOfMemoryError: killed")},
            "The container app exited with code 137: EssentialContainerExited; It exited; "
            "app: OutOfMemoryError: killed. "
            "Give the task definition more memory, or let the batch use less.",
        ),
        (
            {**STARTED, "stopCode": "UserInitiated", "stoppedReason": "no.", "containers": app()},
            "The container app ended without an exit code: UserInitiated; no.",
        ),
        (
            {**STARTED, "stopCode": "SpotInterruption", "containers": app(exitCode=0)},
            "The task was stopped before its work was done: SpotInterruption.",
        ),
        (
            {
                "stopCode": "TaskFailedToStart",
                "stoppedReason": "CannotPullContainerError: manifest unknown",
                "containers": app(),
            },
            "The container app never started: "
            "TaskFailedToStart; CannotPullContainerError: manifest unknown. "
            "Push the image, or correct its name or tag in the task definition.",
        ),
        ({"containers": app()}, "The container app never started: ECS gives no reason."),
        ({}, "The container app never started: ECS gives no reason."),
    ],
    ids=str,
)
def test_the_verdict_on_a_stopped_task(task, problem):
    assert problem_of(task, "app") == problem


def test_the_exit_code_is_that_of_the_container_that_counts():
    task = {"containers": app(exitCode=0)}
    assert exit_code_of(task, "app") == 0
    assert exit_code_of(task, "side") == 9
    assert exit_code_of(task, "other") is None


def test_of_several_tasks_the_first_that_went_wrong_is_told():
    good = {**ENDED, "taskArn": "1", "containers": app(exitCode=0)}
    bad = {**ENDED, "taskArn": "2", "containers": app(exitCode=1)}
    worse = {**ENDED, "taskArn": "3", "containers": app()}
    assert telling_task([good, bad, worse], "app")["taskArn"] == "2"
    assert telling_task([good, good], "app")["taskArn"] == "1"
