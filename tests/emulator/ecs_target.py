# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an ECS target of a rule or schedule sends to RunTask when it fires."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_PASSED_ON = {
    "TaskDefinitionArn": "taskDefinition",
    "TaskCount": "count",
    "LaunchType": "launchType",
    "PlatformVersion": "platformVersion",
    "Group": "group",
    "CapacityProviderStrategy": "capacityProviderStrategy",
    "EnableECSManagedTags": "enableECSManagedTags",
    "EnableExecuteCommand": "enableExecuteCommand",
    "PlacementConstraints": "placementConstraints",
    "PlacementStrategy": "placementStrategy",
    "PropagateTags": "propagateTags",
    "ReferenceId": "referenceId",
}
"""EcsParameters that RunTask takes as they are; the other two it spells otherwise."""

RUN_TASK_TARGET = ":scheduler:::aws-sdk:ecs:runTask"
"""The end of the ARN of the Scheduler's universal target, whose input is the whole request."""


class CannotInvoke(Exception):
    """The target cannot be turned into a RunTask request."""


def is_ecs_target(target: Mapping[str, Any]) -> bool:
    """Whether a target starts an ECS task."""
    return ":cluster/" in target["Arn"] or target["Arn"].endswith(RUN_TASK_TARGET)


def run_task_request(target: Mapping[str, Any], started_by: str) -> dict[str, Any]:
    """RunTask's parameters. Raises CannotInvoke."""
    if target["Arn"].endswith(RUN_TASK_TARGET):
        request: dict[str, Any] = _uncapitalised(_parsed_input(target))
        return request
    if "InputPath" in target or "InputTransformer" in target:
        raise CannotInvoke("InputPath and InputTransformer are not evaluated here")
    parameters = target.get("EcsParameters") or {}
    request = {
        "cluster": target["Arn"],
        "startedBy": started_by,
        **{new: parameters[old] for old, new in _PASSED_ON.items() if old in parameters},
    }
    if "NetworkConfiguration" in parameters:
        request["networkConfiguration"] = _uncapitalised(parameters["NetworkConfiguration"])
    if "Tags" in parameters:
        request["tags"] = _uncapitalised(parameters["Tags"])
    if target.get("Input"):
        request["overrides"] = _parsed_input(target)
    return request


NOT_CONVERTED = "Unable to convert target input to TaskOverride"
"""What AWS says of such an input [observed, aws-cli#2760 and boto3#4370]; what follows is ours."""


def _parsed_input(target: Mapping[str, Any]) -> Any:
    try:
        parsed = json.loads(target.get("Input") or "{}")
    except ValueError as error:
        raise CannotInvoke(f"{NOT_CONVERTED}: Input is not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise CannotInvoke(f"{NOT_CONVERTED}: Input is not a JSON object")
    return parsed


def _uncapitalised(value: Any) -> Any:
    """The same with every key's first letter in lower case, as ECS spells its fields."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _uncapitalised(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_uncapitalised(each) for each in value]
    return value
