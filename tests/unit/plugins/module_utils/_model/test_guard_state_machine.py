# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guard's state machine does, executed state by state over an ECS that is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    guarded,
    read_guard,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    TOOK_TOO_LONG,
    definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json

from emulator.layer import ApiError
from emulator.state_machines import Execution, Interpreter

CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/batch"
DEFINITION = "arn:aws:ecs:eu-central-1:123456789012:task-definition/report:4"
TASK = "arn:aws:ecs:eu-central-1:123456789012:task/batch/1"


class Ecs:
    """An ECS whose tasks end after ``seconds`` with the next of ``exit_codes``; ``groups`` are
    those of the family's tasks that run already."""

    def __init__(self, *exit_codes: int | None, groups: tuple[str, ...] = (), seconds: float = 5):
        self.exit_codes = list(exit_codes)
        self.groups, self.seconds = groups, seconds
        self.time, self.started = 0.0, 0.0
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.pauses: list[float] = []

    def send(self, operation: str, request: dict[str, Any]) -> Mapping[str, Any]:
        self.sent.append((operation, request))
        answers = {
            "ListTasks": self.list_tasks,
            "DescribeTasks": self.describe_tasks,
            "RunTask": self.run_task,
            "StopTask": lambda _request: {"task": {}},
        }
        return answers[operation](request)

    def list_tasks(self, _request: dict[str, Any]) -> Mapping[str, Any]:
        return {"taskArns": [f"{TASK}{index}" for index, _group in enumerate(self.groups)]}

    def describe_tasks(self, request: dict[str, Any]) -> Mapping[str, Any]:
        if request["tasks"] != [TASK]:
            assert isinstance(request["tasks"], list)
            return {"tasks": [{"group": group} for group in self.groups]}
        ended = self.time - self.started >= self.seconds
        status = "STOPPED" if ended else "RUNNING"
        containers = [{"exitCode": self.exit_codes[0]}] if ended else []
        return {"tasks": [{"lastStatus": status, "containers": containers}]}

    def run_task(self, _request: dict[str, Any]) -> Mapping[str, Any]:
        if len(self.operations()) and self.operations().count("RunTask") > 1:
            self.exit_codes.pop(0)
        self.started = self.time
        return {"tasks": [{"taskArn": TASK}], "failures": []}

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if seconds >= 10:
            self.pauses.append(seconds)

    def operations(self) -> list[str]:
        return [operation for operation, _request in self.sent]

    def run(self, **settings: Any) -> Execution:
        """Let the guard run a batch named report once."""
        guard = read_guard(
            {
                "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:guard",
                "timeout": 60,
                **settings,
            },
            "report",
        )
        target = {
            "Id": "report",
            "Arn": CLUSTER,
            "EcsParameters": {"TaskDefinitionArn": DEFINITION, "LaunchType": "FARGATE"},
            "Input": '{"containerOverrides":[{"name":"app","command":["report"]}]}',
            GUARD: guard,
        }
        content = parsed_json(guarded(target)["Input"])
        return Interpreter(self.send, self.sleep, lambda: self.time).run(definition("aws"), content)


def test_a_run_that_ends_well_sends_exactly_the_request():
    ecs = Ecs(0)
    assert ecs.run().status == "SUCCEEDED"
    assert dict(ecs.sent)["RunTask"] == {
        "cluster": CLUSTER,
        "taskDefinition": DEFINITION,
        "launchType": "FARGATE",
        "group": "batchwork:report",
        "overrides": {"containerOverrides": [{"name": "app", "command": ["report"]}]},
        "startedBy": "AWS Step Functions",
    }


def test_running_tasks_are_looked_for_by_family():
    ecs = Ecs(0)
    ecs.run()
    assert ecs.sent[0] == (
        "ListTasks",
        {"cluster": CLUSTER, "family": "report", "desiredStatus": "RUNNING"},
    )


@pytest.mark.parametrize("others", [(), ("family:report",), ("batchwork:other", "family:report")])
def test_a_run_that_overlaps_is_left_out(others):
    ecs = Ecs(0, groups=("batchwork:report", *others))
    assert ecs.run().status == "SUCCEEDED"
    assert "RunTask" not in ecs.operations()


@pytest.mark.parametrize("groups", [(), ("family:report",), ("batchwork:other",) * 3])
def test_other_batches_of_the_family_do_not_count(groups):
    ecs = Ecs(0, groups=groups)
    ecs.run()
    assert "RunTask" in ecs.operations()


def test_where_overlaps_are_allowed_nothing_is_looked_for():
    ecs = Ecs(0, groups=("batchwork:report",))
    ecs.run(overlap="allow")
    assert ecs.operations()[0] == "RunTask"


def test_a_run_that_takes_too_long_is_stopped_and_not_repeated():
    ecs = Ecs(0, seconds=3600)
    execution = ecs.run(retries=3)
    assert (execution.status, execution.error) == ("FAILED", TOOK_TOO_LONG)
    assert execution.cause == "The run took more than 60 seconds."
    assert ecs.operations().count("RunTask") == 1
    assert ("StopTask", {"cluster": CLUSTER, "task": TASK}) in ecs.sent


def test_a_run_that_fails_is_not_repeated_unless_asked():
    ecs = Ecs(3)
    execution = ecs.run()
    assert (execution.status, execution.error) == ("FAILED", "States.TaskFailed")
    assert ecs.operations().count("RunTask") == 1


def test_a_run_that_fails_is_repeated_after_growing_pauses():
    ecs = Ecs(3, 3, 0)
    assert ecs.run(retries=5).status == "SUCCEEDED"
    assert ecs.operations().count("RunTask") == 3
    assert ecs.pauses == [10, 15]


def test_it_is_repeated_as_often_as_said():
    ecs = Ecs(*[1] * 9)
    assert ecs.run(retries=2).status == "FAILED"
    assert ecs.operations().count("RunTask") == 3


def test_what_never_starts_fails_with_the_reason():
    ecs = Ecs(0)
    # This one ECS answers in another way, here and below.
    ecs.run_task = lambda _request: {  # type: ignore[method-assign]
        "tasks": [],
        "failures": [{"reason": "RESOURCE:ENI"}],
    }
    execution = ecs.run()
    assert execution.error == "AmazonECS.Unknown"
    assert "RESOURCE:ENI" in str(execution.cause)


def test_a_refusal_of_ecs_fails_the_run():
    ecs = Ecs(0)

    def refuse(_request: dict[str, Any]) -> Mapping[str, Any]:
        raise ApiError("ClientException", "TaskDefinition is inactive", 400)

    ecs.run_task = refuse  # type: ignore[method-assign]
    assert ecs.run().error == "ECS.ClientException"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_state_is_reached_from_another_and_of_the_partition(partition):
    found = definition(partition)
    followers = {found["StartAt"]}
    for state in found["States"].values():
        places = [state, *state.get("Choices", ()), *state.get("Catch", ())]
        followers |= {place[key] for place in places for key in ("Next", "Default") if key in place}
    assert followers == set(found["States"])
    resources = [state["Resource"] for state in found["States"].values() if "Resource" in state]
    assert all(resource.startswith(f"arn:{partition}:states:::") for resource in resources)
