# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RegisterTaskDefinition refuses and moto takes.

The texts are AWS's where they are known; the codes always are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.strict.ecs_sizes import cpu_units, is_fargate_size, memory_mib
from emulator.strict.registry import refuses
from emulator.strict.tags import refuse_bad_tags

CODE = "ClientException"

_FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")
_NAME = _FAMILY
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
_ECR_IMAGE = re.compile(r"\d{12}\.dkr\.ecr[.-].*")
_MOST_CONTAINERS = 10
_LARGEST_DOCUMENT = 64 * 1024


def _fail(message: str) -> ApiError:
    return ApiError(CODE, message)


def _containers(call: Call) -> list[dict[str, Any]]:
    return call.parameters.get("containerDefinitions") or []


def _is_for(call: Call, kind: str) -> bool:
    return kind in (call.parameters.get("requiresCompatibilities") or [])


@refuses("ecs", "RegisterTaskDefinition")
def bad_family(call: Call, _forward: Forward) -> None:
    """Letters, digits, hyphens and underscores, up to 255 [botocore family]."""
    if not _FAMILY.fullmatch(call.parameters["family"]):
        raise _fail("Invalid family: use up to 255 letters, numbers, hyphens and underscores.")


@refuses("ecs", "RegisterTaskDefinition")
def bad_number_of_containers(call: Call, _forward: Forward) -> None:
    """At least one, at most ten [AWS, "Amazon ECS service quotas"]."""
    if not _containers(call):
        raise _fail("Container list cannot be empty.")
    if len(_containers(call)) > _MOST_CONTAINERS:
        raise _fail(f"Too many containers: {len(_containers(call))}, limit {_MOST_CONTAINERS}.")


@refuses("ecs", "RegisterTaskDefinition")
def container_without_name_or_image(call: Call, _forward: Forward) -> None:
    """Both are needed; a name is written like a family [botocore name]."""
    for container in _containers(call):
        for field in ("name", "image"):
            if not container.get(field):
                raise _fail(f"Container.{field} should not be null or empty.")
        if not _NAME.fullmatch(container["name"]):
            raise _fail(f"Invalid container name '{container['name']}'.")


@refuses("ecs", "RegisterTaskDefinition")
def duplicate_containers(call: Call, _forward: Forward) -> None:
    """Names are unique within a definition [memory]."""
    names = [container["name"] for container in _containers(call)]
    for name in names:
        if names.count(name) > 1:
            raise _fail(f"Container names must be unique: '{name}' is used more than once.")


@refuses("ecs", "RegisterTaskDefinition")
def no_essential_container(call: Call, _forward: Forward) -> None:
    """One container has to be essential [botocore essential]."""
    if all(container.get("essential") is False for container in _containers(call)):
        raise _fail("At least one container must be essential.")


@refuses("ecs", "RegisterTaskDefinition")
def unknown_volume(call: Call, _forward: Forward) -> None:
    """A mount names a volume of the definition [memory]."""
    known = {volume.get("name") for volume in call.parameters.get("volumes") or []}
    for container in _containers(call):
        for mount in container.get("mountPoints") or []:
            if mount.get("sourceVolume") not in known:
                raise _fail(f"Unknown volume '{mount.get('sourceVolume')}'.")


@refuses("ecs", "RegisterTaskDefinition")
def unknown_container(call: Call, _forward: Forward) -> None:
    """dependsOn and volumesFrom name other containers of the definition."""
    known = {container["name"] for container in _containers(call)}
    for container in _containers(call):
        named = [each.get("containerName") for each in container.get("dependsOn") or []]
        named += [each.get("sourceContainer") for each in container.get("volumesFrom") or []]
        for name in named:
            if name not in known - {container["name"]}:
                raise _fail(f"Container '{container['name']}' refers to unknown '{name}'.")


@refuses("ecs", "RegisterTaskDefinition")
def bad_role(call: Call, forward: Forward) -> None:
    """An ARN of a role; the task role may be a role's name instead [botocore taskRoleArn]."""
    for field in ("executionRoleArn", "taskRoleArn"):
        role = call.parameters.get(field)
        if (
            role
            and not _ROLE_ARN.fullmatch(role)
            and not (field == "taskRoleArn" and role_arn(call, forward, role))
        ):
            raise _fail("Role is not valid")


def role_arn(call: Call, forward: Forward, name: str) -> str | None:
    """The ARN of the role of that name, or None."""
    try:
        answer = forward(call.sibling("GetRole", service="iam", RoleName=name))
    except ApiError:
        return None
    return str(answer["Role"]["Arn"])


@refuses("ecs", "RegisterTaskDefinition")
def bad_task_size(call: Call, _forward: Forward) -> None:
    """Task cpu and memory are numbers, or numbers with vCPU and GB [botocore cpu, memory]."""
    for field, read in (("cpu", cpu_units), ("memory", memory_mib)):
        text = call.parameters.get(field)
        if text and read(text) is None:
            raise _fail(f"Invalid '{field}' setting for task.")


@refuses("ecs", "RegisterTaskDefinition")
def containers_larger_than_the_task(call: Call, _forward: Forward) -> None:
    """The containers' cpu and memory fit into the task's [botocore cpu, memory]."""
    for field, read in (("cpu", cpu_units), ("memory", memory_mib)):
        size = read(call.parameters.get(field) or "")
        total = sum(container.get(field) or 0 for container in _containers(call))
        if size is not None and total > size:
            raise _fail(f"The containers' {field} ({total}) is greater than the task's ({size}).")


@refuses("ecs", "RegisterTaskDefinition")
def container_without_memory(call: Call, _forward: Forward) -> None:
    """Without task memory, each container says its own [botocore memory]."""
    if call.parameters.get("memory") or _is_for(call, "FARGATE"):
        return
    for container in _containers(call):
        if not container.get("memory") and not container.get("memoryReservation"):
            raise _fail(
                f"Invalid setting for container '{container['name']}'. At least one of 'memory' "
                "or 'memoryReservation' must be specified."
            )


@refuses("ecs", "RegisterTaskDefinition")
def reservation_above_the_limit(call: Call, _forward: Forward) -> None:
    """A container's memory is greater than its memoryReservation [botocore memory]."""
    for container in _containers(call):
        limit, reserved = container.get("memory"), container.get("memoryReservation")
        if limit and reserved and reserved > limit:
            raise _fail(
                f"Invalid setting for container '{container['name']}'. The hard limit 'memory' "
                "must be greater than the soft limit 'memoryReservation'."
            )


@refuses("ecs", "RegisterTaskDefinition")
def secrets_without_execution_role(call: Call, _forward: Forward) -> None:
    """Secrets are read with the execution role [memory]."""
    if not call.parameters.get("executionRoleArn") and any(map(_secrets, _containers(call))):
        raise _fail(
            "When you are specifying container secrets, you must also specify a value for "
            "'executionRoleArn'."
        )


def _secrets(container: dict[str, Any]) -> list[Any]:
    log = container.get("logConfiguration") or {}
    return [*(container.get("secrets") or []), *(log.get("secretOptions") or [])]


@refuses("ecs", "RegisterTaskDefinition")
def fargate_without_awsvpc(call: Call, _forward: Forward) -> None:
    """Fargate has one network mode [botocore networkMode]."""
    if _is_for(call, "FARGATE") and call.parameters.get("networkMode") != "awsvpc":
        raise _fail("Fargate only supports network mode 'awsvpc'.")


@refuses("ecs", "RegisterTaskDefinition")
def fargate_without_a_size_that_exists(call: Call, _forward: Forward) -> None:
    """Cpu and memory of the task are needed, and are a pair of the table [botocore cpu]."""
    if not _is_for(call, "FARGATE"):
        return
    for field in ("cpu", "memory"):
        if not call.parameters.get(field):
            raise _fail(f"Fargate requires that '{field}' be defined at the task level.")
    cpu, memory = cpu_units(call.parameters["cpu"]), memory_mib(call.parameters["memory"])
    if not is_fargate_size(cpu, memory):
        raise _fail("No Fargate configuration exists for given values.")


@refuses("ecs", "RegisterTaskDefinition")
def fargate_without_execution_role(call: Call, _forward: Forward) -> None:
    """The agent needs a role for awslogs and for images from ECR [memory]."""
    if not _is_for(call, "FARGATE") or call.parameters.get("executionRoleArn"):
        return
    for container in _containers(call):
        for need in _needs_of_execution_role(container):
            raise _fail(
                f"Fargate requires task definition to have execution role ARN to support {need}."
            )


def _needs_of_execution_role(container: dict[str, Any]) -> Iterator[str]:
    if (container.get("logConfiguration") or {}).get("logDriver") == "awslogs":
        yield "log driver awslogs"
    if _ECR_IMAGE.match(container["image"]):
        yield "ECR images"
    if container.get("repositoryCredentials"):
        yield "private registry authentication"
    if container.get("environmentFiles"):
        yield "environment files"


_AWSLOGS_NEEDS = ("awslogs-group", "awslogs-region")


@refuses("ecs", "RegisterTaskDefinition")
def awslogs_without_its_options(call: Call, _forward: Forward) -> None:
    """Group and region always, the stream prefix on Fargate [botocore
    LogConfiguration]."""
    needed = {*_AWSLOGS_NEEDS}
    if _is_for(call, "FARGATE"):
        needed.add("awslogs-stream-prefix")
    for container in _containers(call):
        log = container.get("logConfiguration") or {}
        missing = needed - set(log.get("options") or {})
        if log.get("logDriver") == "awslogs" and missing:
            raise _fail(f"Log driver awslogs requires options: {', '.join(sorted(missing))}")


_FARGATE_LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
# AWS, "Amazon ECS task definition differences for Fargate".
_NOT_ON_FARGATE = ("ipcMode", "placementConstraints")
_NOT_IN_FARGATE_CONTAINERS = (
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerSecurityOptions",
    "extraHosts",
    "links",
    "privileged",
)
_NOT_IN_FARGATE_LINUX_PARAMETERS = (
    "devices",
    "maxSwap",
    "sharedMemorySize",
    "swappiness",
    "tmpfs",
)


@refuses("ecs", "RegisterTaskDefinition")
def what_fargate_does_not_have(call: Call, _forward: Forward) -> None:
    """Settings that need a host of one's own [AWS, as above]."""
    if not _is_for(call, "FARGATE"):
        return
    for field in _forbidden_on_fargate(call.parameters):
        raise _fail(f"Fargate compatible task definitions do not support {field}")


def _forbidden_on_fargate(definition: dict[str, Any]) -> Iterator[str]:
    yield from (field for field in _NOT_ON_FARGATE if definition.get(field))
    if definition.get("pidMode") == "host":
        yield "pidMode 'host'"
    for volume in definition.get("volumes") or []:
        if volume.get("dockerVolumeConfiguration"):
            yield "dockerVolumeConfiguration"
        if (volume.get("host") or {}).get("sourcePath"):
            yield "host.sourcePath"
    for container in definition["containerDefinitions"]:
        yield from _forbidden_in_fargate_container(container)


def _forbidden_in_fargate_container(container: dict[str, Any]) -> Iterator[str]:
    yield from (field for field in _NOT_IN_FARGATE_CONTAINERS if container.get(field))
    linux = container.get("linuxParameters") or {}
    for field in _NOT_IN_FARGATE_LINUX_PARAMETERS:
        if linux.get(field) not in (None, []):
            yield f"linuxParameters.{field}"
    if set((linux.get("capabilities") or {}).get("add") or []) - {"SYS_PTRACE", "CAP_SYS_PTRACE"}:
        yield "linuxParameters.capabilities.add other than SYS_PTRACE"
    driver = (container.get("logConfiguration") or {}).get("logDriver", "awslogs")
    if driver not in _FARGATE_LOG_DRIVERS:
        yield f"log driver '{driver}'"


@refuses("ecs", "RegisterTaskDefinition")
def bad_ephemeral_storage(call: Call, _forward: Forward) -> None:
    """21 to 200 GiB; 20 is the default and cannot be written [botocore
    EphemeralStorage]."""
    size = (call.parameters.get("ephemeralStorage") or {}).get("sizeInGiB")
    if size is not None and not 21 <= size <= 200:
        raise _fail("EphemeralStorage sizeInGiB must be between 21 and 200.")


@refuses("ecs", "RegisterTaskDefinition")
def bad_tags(call: Call, _forward: Forward) -> None:
    """Reserved, repeated, too many, or an empty list [observed by Terraform's provider]."""
    tags = call.parameters.get("tags")
    if tags == []:
        raise _fail("Tags can not be empty.")
    refuse_bad_tags(CODE, tags)


@refuses("ecs", "RegisterTaskDefinition")
def too_large(call: Call, _forward: Forward) -> None:
    """64 KiB for the whole definition [AWS, "Amazon ECS service quotas"]."""
    if len(json.dumps(call.parameters)) > _LARGEST_DOCUMENT:
        raise _fail("The task definition is larger than 64 KiB.")
