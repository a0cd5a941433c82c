# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target sends to RunTask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.ecs_target import CannotInvoke, is_ecs_target, run_task_request
from emulator.models import operation_model

CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
DEFINITION = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello:3"

EVERY_PARAMETER: dict[str, tuple[Any, str, Any]] = {
    # EcsParameters' name: its value, RunTask's name, the value there
    "TaskDefinitionArn": (DEFINITION, "taskDefinition", DEFINITION),
    "TaskCount": (2, "count", 2),
    "LaunchType": ("FARGATE", "launchType", "FARGATE"),
    "NetworkConfiguration": (
        {
            "awsvpcConfiguration": {
                "Subnets": ["subnet-1"],
                "SecurityGroups": ["sg-1"],
                "AssignPublicIp": "ENABLED",
            }
        },
        "networkConfiguration",
        {
            "awsvpcConfiguration": {
                "subnets": ["subnet-1"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "ENABLED",
            }
        },
    ),
    "PlatformVersion": ("1.4.0", "platformVersion", "1.4.0"),
    "Group": ("nightly", "group", "nightly"),
    "CapacityProviderStrategy": (
        [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
        "capacityProviderStrategy",
        [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
    ),
    "EnableECSManagedTags": (True, "enableECSManagedTags", True),
    "EnableExecuteCommand": (True, "enableExecuteCommand", True),
    "PlacementConstraints": (
        [{"type": "memberOf", "expression": "attribute:a == b"}],
        "placementConstraints",
        [{"type": "memberOf", "expression": "attribute:a == b"}],
    ),
    "PlacementStrategy": (
        [{"type": "spread", "field": "host"}],
        "placementStrategy",
        [{"type": "spread", "field": "host"}],
    ),
    "PropagateTags": ("TASK_DEFINITION", "propagateTags", "TASK_DEFINITION"),
    "ReferenceId": ("reference", "referenceId", "reference"),
    "Tags": ([{"Key": "a", "Value": "b"}], "tags", [{"key": "a", "value": "b"}]),
}


def target(**more: Any) -> dict[str, Any]:
    return {"Id": "hello", "Arn": CLUSTER, **more}


@pytest.mark.parametrize("name", EVERY_PARAMETER)
def test_each_of_the_ecs_parameters_is_passed_on(name: str) -> None:
    value, new_name, new_value = EVERY_PARAMETER[name]
    assert run_task_request(target(EcsParameters={name: value}), "events-rule/hello") == {
        "cluster": CLUSTER,
        "startedBy": "events-rule/hello",
        new_name: new_value,
    }


def test_no_parameter_that_aws_has_is_missing_here() -> None:
    model = operation_model("events", "PutTargets")
    assert model is not None
    parameters = model.input_shape.members["Targets"].member.members["EcsParameters"]
    assert set(parameters.members) == set(EVERY_PARAMETER)


def test_the_scheduler_s_tags_are_passed_on() -> None:
    parameters = {"Tags": [{"key": "a", "value": "b"}]}
    request = run_task_request(target(EcsParameters=parameters), "chronos-schedule/hello")
    assert request["tags"] == [{"key": "a", "value": "b"}]


def test_the_input_is_the_overrides() -> None:
    overrides = {"containerOverrides": [{"name": "hello", "command": ["echo"]}]}
    request = run_task_request(target(Input=json.dumps(overrides)), "events-rule/hello")
    assert request["overrides"] == overrides


def test_the_universal_target_s_input_is_the_whole_request() -> None:
    whole = {
        "Cluster": "batch",
        "TaskDefinition": "hello",
        "Overrides": {"ContainerOverrides": [{"Name": "hello", "Command": ["echo", "Hi"]}]},
        "EnableECSManagedTags": True,
    }
    arn = "arn:aws:scheduler:::aws-sdk:ecs:runTask"
    assert run_task_request({"Arn": arn, "Input": json.dumps(whole)}, "") == {
        "cluster": "batch",
        "taskDefinition": "hello",
        "overrides": {"containerOverrides": [{"name": "hello", "command": ["echo", "Hi"]}]},
        "enableECSManagedTags": True,
    }


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Input": "no JSON"}, "Input is not JSON"),
        ({"Input": "[]"}, "not a JSON object"),
        ({"InputPath": "$.detail"}, "InputPath"),
        ({"InputTransformer": {"InputTemplate": "x"}}, "InputTransformer"),
    ],
)
def test_what_cannot_be_sent_is_an_error(more: dict[str, Any], message: str) -> None:
    with pytest.raises(CannotInvoke, match=message):
        run_task_request(target(**more), "events-rule/hello")


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (CLUSTER, True),
        ("arn:aws:scheduler:::aws-sdk:ecs:runTask", True),
        ("arn:aws:sqs:ap-northeast-1:123456789012:queue", False),
        ("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", False),
    ],
)
def test_only_targets_that_start_tasks_are_started(arn: str, expected: bool) -> None:
    assert is_ecs_target({"Arn": arn}) is expected
