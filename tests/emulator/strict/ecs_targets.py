# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ECS target of a rule or a schedule: what both services refuse [botocore EcsParameters]."""

from __future__ import annotations

import json
import re
from typing import Any

from emulator import models
from emulator.ecs_target import NOT_CONVERTED
from emulator.layer import ApiError

CODE = "ValidationException"

_CLUSTER = re.compile(r"arn:aws[a-z-]*:ecs:[^:]*:\d{12}:cluster/.+")
_MOST_SUBNETS = 16
_MOST_SECURITY_GROUPS = 5


def is_cluster(arn: str) -> bool:
    """Whether a target's ARN means an ECS cluster."""
    return bool(_CLUSTER.fullmatch(arn))


def refuse_bad_ecs_target(target: dict[str, Any]) -> None:
    """Raise `ApiError` for an ECS target that AWS refuses. `target` is in the API's spelling, which
    EventBridge and Scheduler share here."""
    name = target.get("Id") or target["Arn"]
    parameters = target.get("EcsParameters")
    if not parameters:
        raise ApiError(CODE, f"EcsParameters must be specified for the ECS target {name}.")
    if not target.get("RoleArn"):
        raise ApiError(CODE, f"RoleArn is required for target {target['Arn']}.")
    _refuse_two_ways_to_launch(parameters)
    _refuse_bad_network(parameters)


def _refuse_two_ways_to_launch(parameters: dict[str, Any]) -> None:
    """ "If you specify a capacityProviderStrategy, the launchType parameter must be omitted"."""
    if parameters.get("LaunchType") and parameters.get("CapacityProviderStrategy"):
        raise ApiError(CODE, "LaunchType and CapacityProviderStrategy cannot both be specified.")
    bases = [each for each in parameters.get("CapacityProviderStrategy") or [] if each.get("base")]
    if len(bases) > 1:
        raise ApiError(CODE, "Only one capacity provider in a strategy can have a base.")


def _refuse_bad_network(parameters: dict[str, Any]) -> None:
    """NetworkConfiguration "is required if LaunchType is FARGATE"; 16 subnets, 5 groups."""
    network = (parameters.get("NetworkConfiguration") or {}).get("awsvpcConfiguration")
    if network is None:
        if parameters.get("LaunchType") == "FARGATE":
            raise ApiError(CODE, "NetworkConfiguration is required when LaunchType is FARGATE.")
        return
    if not 1 <= len(network.get("Subnets") or []) <= _MOST_SUBNETS:
        raise ApiError(CODE, f"Subnets should have between 1 and {_MOST_SUBNETS} items.")
    if len(network.get("SecurityGroups") or []) > _MOST_SECURITY_GROUPS:
        raise ApiError(CODE, f"SecurityGroups can have at most {_MOST_SECURITY_GROUPS} items.")


def refuse_input_that_is_not_json(target: dict[str, Any]) -> None:
    """A target's Input is JSON text [botocore Input]."""
    if target.get("Input") is None:
        return
    try:
        json.loads(target["Input"])
    except ValueError as error:
        name = target.get("Id") or target["Arn"]
        raise ApiError(CODE, f"JSON syntax error in input for target {name}: {error}") from error


def refuse_input_that_is_no_task_override(target: dict[str, Any]) -> None:
    """Scheduler reads the input as a TaskOverride at once, members that it does not know included
    [observed, boto3#4370]; EventBridge takes any JSON."""
    if target.get("Input") is None:
        return
    given = json.loads(target["Input"])
    known = models.members("ecs", "TaskOverride")
    if not isinstance(given, dict) or set(given) - known:
        raise ApiError(
            CODE,
            f"{NOT_CONVERTED}, JSON syntax error in input: [Source: (String)"
            f'"{target["Input"]}"; line: 1, column: 1]',
        )
