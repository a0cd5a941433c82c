# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RunTask and its kin as ECS refuses and answers them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.strict import ecs_task_definitions, state
from emulator.strict.ecs_sizes import cpu_units, is_fargate_size, memory_mib
from emulator.strict.registry import corrects, refuses
from emulator.strict.tags import refuse_bad_tags

CODE = "InvalidParameterException"

_MOST_TASKS = 10
_LONGEST_OVERRIDES = 8192
_LONGEST_STARTED_BY = 128
_MOST_SUBNETS = 16
_MOST_SECURITY_GROUPS = 5
_FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")


def _fail(message: str) -> ApiError:
    return ApiError(CODE, message)


def _overrides(call: Call) -> dict[str, Any]:
    return call.parameters.get("overrides") or {}


def _awsvpc(call: Call) -> dict[str, Any] | None:
    return (call.parameters.get("networkConfiguration") or {}).get("awsvpcConfiguration")


def _is_on_fargate(call: Call) -> bool:
    strategy = call.parameters.get("capacityProviderStrategy") or []
    providers = [each.get("capacityProvider") for each in strategy]
    on_fargate = any(provider in _FARGATE_PROVIDERS for provider in providers)
    return call.parameters.get("launchType") == "FARGATE" or on_fargate


def _task_definition(call: Call) -> dict[str, Any]:
    found = ecs_task_definitions.find(call, call.parameters["taskDefinition"])
    if found is None:
        raise ApiError("ClientException", "TaskDefinition not found.")
    return found


@refuses("ecs", "RunTask")
def inactive_cluster(call: Call, forward: Forward) -> None:
    """A deleted cluster stays describable but takes no tasks [botocore DeleteCluster]."""
    asked = call.sibling("DescribeClusters", clusters=[call.parameters.get("cluster") or "default"])
    clusters = forward(asked)["clusters"]
    if not clusters:
        raise ApiError("ClusterNotFoundException", "Cluster not found.")
    if clusters[0]["status"] != "ACTIVE":
        raise ApiError("ClusterNotFoundException", "The referenced cluster was inactive.")


@refuses("ecs", "RunTask")
def too_many_tasks(call: Call, _forward: Forward) -> None:
    """One to ten tasks a call [botocore count]."""
    count = call.parameters.get("count")
    if count is not None and not 1 <= count <= _MOST_TASKS:
        raise _fail(f"Count should be between 1 and {_MOST_TASKS}.")


@refuses("ecs", "RunTask")
def inactive_task_definition(call: Call, _forward: Forward) -> None:
    """A deregistered revision starts nothing more [memory]."""
    if _task_definition(call)["status"] != "ACTIVE":
        raise ApiError("ClientException", "TaskDefinition is inactive")


@refuses("ecs", "RunTask")
def override_of_unknown_container(call: Call, _forward: Forward) -> None:
    """AWS's own text [observed, django-ecsmanage#21]."""
    known = {container["name"] for container in _task_definition(call)["containerDefinitions"]}
    for override in _overrides(call).get("containerOverrides") or []:
        name = override.get("name")
        if name is None and set(override) - {"name"}:
            raise _fail("Container override without a name.")
        if name is not None and name not in known:
            raise _fail(
                f"Override for container named {name} is not a container in the TaskDefinition."
            )


@refuses("ecs", "RunTask")
def overrides_too_long(call: Call, _forward: Forward) -> None:
    """8192 characters of JSON [botocore RunTask overrides]."""
    if len(json.dumps(_overrides(call), separators=(",", ":"))) > _LONGEST_OVERRIDES:
        raise _fail(f"Container Overrides length must be at most {_LONGEST_OVERRIDES}")


@refuses("ecs", "RunTask")
def overrides_of_no_fargate_size(call: Call, _forward: Forward) -> None:
    """The size after the overrides is a pair of the table [memory]."""
    given = _overrides(call)
    if not _is_on_fargate(call) or not {"cpu", "memory"} & set(given):
        return
    definition = _task_definition(call)
    cpu = cpu_units(given.get("cpu") or definition.get("cpu") or "")
    memory = memory_mib(given.get("memory") or definition.get("memory") or "")
    if not is_fargate_size(cpu, memory):
        raise ApiError("ClientException", "No Fargate configuration exists for given values.")


@refuses("ecs", "RunTask")
def execute_command_without_task_role(call: Call, _forward: Forward) -> None:
    """ECS Exec works with the task role's permissions [botocore enableExecuteCommand]."""
    if not call.parameters.get("enableExecuteCommand"):
        return
    if not _overrides(call).get("taskRoleArn") and not _task_definition(call).get("taskRoleArn"):
        raise _fail(
            "The task couldn't be started because a valid taskRoleArn is not being used. Specify a "
            "valid task role in your task definition and try again."
        )


@refuses("ecs", "RunTask")
def launch_type_that_the_definition_lacks(call: Call, _forward: Forward) -> None:
    """Fargate runs only what is compatible with it [memory]."""
    if _is_on_fargate(call) and "FARGATE" not in _task_definition(call)["compatibilities"]:
        raise _fail("Task definition does not support launch_type FARGATE.")


@refuses("ecs", "RunTask")
def network_configuration_that_does_not_fit(call: Call, _forward: Forward) -> None:
    """Needed with awsvpc, and only with it [botocore networkConfiguration]."""
    uses_awsvpc = _task_definition(call)["networkMode"] == "awsvpc"
    if uses_awsvpc and _awsvpc(call) is None:
        raise _fail(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if not uses_awsvpc and _awsvpc(call) is not None:
        raise _fail(
            "Network Configuration is not valid for the given networkMode of this task definition."
        )


@refuses("ecs", "RunTask")
def too_many_subnets_or_groups(call: Call, _forward: Forward) -> None:
    """1 to 16 subnets, up to 5 security groups [botocore AwsVpcConfiguration]."""
    network = _awsvpc(call)
    if network is None:
        return
    if not 1 <= len(network.get("subnets") or []) <= _MOST_SUBNETS:
        raise _fail(f"subnets should have between 1 and {_MOST_SUBNETS} items.")
    if len(network.get("securityGroups") or []) > _MOST_SECURITY_GROUPS:
        raise _fail(f"securityGroups can have at most {_MOST_SECURITY_GROUPS} items.")


@refuses("ecs", "RunTask")
def no_container_instances(call: Call, forward: Forward) -> None:
    """EC2 tasks need instances; moto fails without an error of its own."""
    if _is_on_fargate(call) or call.parameters.get("capacityProviderStrategy"):
        return
    cluster = call.parameters.get("cluster") or "default"
    described = forward(call.sibling("DescribeClusters", clusters=[cluster]))["clusters"][0]
    if described.get("defaultCapacityProviderStrategy"):
        return
    if not forward(call.sibling("ListContainerInstances", cluster=cluster))[
        "containerInstanceArns"
    ]:
        raise _fail("No Container Instances were found in your cluster.")


@refuses("ecs", "RunTask")
def bad_marks(call: Call, _forward: Forward) -> None:
    """Tags as everywhere; startedBy up to 128 characters [botocore startedBy]."""
    refuse_bad_tags(CODE, call.parameters.get("tags"))
    if len(call.parameters.get("startedBy") or "") > _LONGEST_STARTED_BY:
        raise _fail(f"startedBy can have at most {_LONGEST_STARTED_BY} characters.")


@dataclass
class Started:
    """The RunTask calls that carried a client token: what was asked, and which tasks it started."""

    by_token: dict[str, tuple[dict[str, Any], list[str]]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


@corrects("ecs", "RunTask")
def client_token(call: Call, forward: Forward) -> dict[str, Any]:
    """The same token with the same request answers the same tasks, with another request it is a
    conflict [botocore clientToken]."""
    token = call.parameters.get("clientToken")
    if not token:
        return forward(call)
    asked = {name: value for name, value in call.parameters.items() if name != "clientToken"}
    started = state.of(call, Started)
    with started.lock:
        if token in started.by_token:
            return _started_before(call, forward, asked, *started.by_token[token])
        answer = forward(call)
        started.by_token[token] = (asked, [task["taskArn"] for task in answer["tasks"]])
        return answer


def _started_before(
    call: Call, forward: Forward, asked: dict[str, Any], first: dict[str, Any], arns: list[str]
) -> dict[str, Any]:
    if first != asked:
        raise ApiError("ConflictException", "The client token was used with another request.")
    cluster = {"cluster": asked["cluster"]} if "cluster" in asked else {}
    return forward(call.sibling("DescribeTasks", tasks=arns, **cluster))


@corrects("ecs", "RunTask")
def resolved_task_definition(call: Call, forward: Forward) -> dict[str, Any]:
    """The newest ACTIVE revision, where none is named; moto would take an inactive one."""
    arn = _task_definition(call)["taskDefinitionArn"]
    return forward(replace(call, parameters={**call.parameters, "taskDefinition": arn}))


@corrects("ecs", "RunTask")
def unknown_subnet(call: Call, forward: Forward) -> dict[str, Any]:
    """ECS reports what EC2 said; moto lets EC2's own error through [memory]."""
    try:
        return forward(call)
    except ApiError as error:
        if not error.code.startswith(("InvalidSubnet", "InvalidGroup")):
            raise
        kind = "subnet" if error.code.startswith("InvalidSubnet") else "security group"
        network = _awsvpc(call) or {}
        named = network.get("subnets" if kind == "subnet" else "securityGroups") or []
        raise _fail(
            f"Error retrieving {kind} information for [{', '.join(named)}]: {error.message} "
            f"(ErrorCode: {error.code})"
        ) from error


@corrects("ecs", "RunTask")
def default_security_group(call: Call, forward: Forward) -> dict[str, Any]:
    """Without security groups a task gets its VPC's default one [botocore
    AwsVpcConfiguration]; moto fails."""
    network = _awsvpc(call)
    if network is None or network.get("securityGroups"):
        return forward(call)
    groups = _default_security_groups(call, forward, network["subnets"][0])
    filled = {"awsvpcConfiguration": {**network, "securityGroups": groups}}
    return forward(replace(call, parameters={**call.parameters, "networkConfiguration": filled}))


def _default_security_groups(call: Call, forward: Forward, subnet: str) -> list[str]:
    try:
        asked = call.sibling("DescribeSubnets", service="ec2", SubnetIds=[subnet])
        vpc = forward(asked)["Subnets"][0]["VpcId"]
    except ApiError:
        return []
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    asked = call.sibling("DescribeSecurityGroups", service="ec2", Filters=filters)
    return [group["GroupId"] for group in forward(asked)["SecurityGroups"]]


@corrects("ecs", "DescribeTasks")
def missing_tasks(call: Call, forward: Forward) -> dict[str, Any]:
    """A task that is not there is a failure MISSING; moto leaves it out."""
    answer = forward(call)
    found = {task["taskArn"] for task in answer["tasks"]}
    named = {failure.get("arn") for failure in answer.get("failures") or []} | found
    for task in call.parameters["tasks"]:
        if not any(str(arn).endswith(task.rpartition("/")[2]) for arn in named):
            answer["failures"].append({"arn": task, "reason": "MISSING"})
    return answer


@refuses("ecs", "StopTask")
def unknown_task(call: Call, forward: Forward) -> None:
    """moto fails without an error of its own."""
    task, cluster = call.parameters["task"], call.parameters.get("cluster") or "default"
    if not forward(call.sibling("DescribeTasks", cluster=cluster, tasks=[task]))["tasks"]:
        raise _fail("The referenced task was not found.")
