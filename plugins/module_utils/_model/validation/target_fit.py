# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a target, and its overrides, against the task definition that it starts.

RunTask refuses all this only when the task should start, and then only CloudTrail, the metric
FailedInvocations or the dead-letter queue show it. Sources: RunTask's answers, such as ``Override
for container named X is not a container in the TaskDefinition.`` and ``Network Configuration is not
valid for the given networkMode of this task definition.``; AWS's developer guide on Fargate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    target_traits,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.dependencies import (
    unknown_container,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.overrides import (
    read_input,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    text,
    truth,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.target_launch import (
    WINDOWS_VERSION,
    platform_numbers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.target_size import (
    check_size_with_overrides,
    overridden,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
    shown,
)


def check_against_task_definition(
    target: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    *,
    location: Location = (),
    overrides: Mapping[str, Any] | None = None,
) -> None:
    """Note what makes RunTask refuse this target with this task definition.

    ``task_definition`` is a request, or what DescribeTaskDefinition answers. The overrides are
    those of the target's ``Input``, unless ``overrides`` gives others. ``location`` is where the
    target stands.
    """
    at: Location = (*location, "Input")
    if overrides is None:
        overrides = read_input(target.get("Input"), Findings(), at) or {}
    _check_status(task_definition, findings, location)
    _check_names(overrides, task_definition, findings, at)
    _check_variables(overrides, task_definition, findings, at)
    check_size_with_overrides(target, overrides, task_definition, findings, at)
    _check_compatibility(target, task_definition, findings, location)
    _check_network(target, task_definition, findings, location)
    _check_execute_command(target, overrides, task_definition, findings, location)
    _check_platform(target, task_definition, findings, location)
    _check_launch_volumes(task_definition, findings, location)


def _check_status(
    task_definition: Mapping[str, Any], findings: Findings, location: Location
) -> None:
    status = text(task_definition.get("status"))
    if status not in {None, "ACTIVE"}:
        findings.error(
            (*location, target_traits.ECS, "TaskDefinitionArn"),
            f"This task definition is {status}, so that no task can start from it; give an ACTIVE"
            " one.",
        )


def _check_names(
    overrides: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    known = task_traits.container_names(task_definition)
    for index, override in entries(overrides, "containerOverrides"):
        name = text(override.get("name"))
        if name and name not in known:
            findings.error(
                (*location, "containerOverrides", index, "name"), unknown_container(name, known)
            )


def _check_variables(
    overrides: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    """ECS: 'The secret name must be unique and not shared with any new or existing environment
    variables'."""
    secrets = {
        (text(container.get("name")), text(secret.get("name")))
        for _location, container in task_traits.containers(task_definition)
        for _index, secret in entries(container, "secrets")
    }
    for index, override in entries(overrides, "containerOverrides"):
        for position, variable in entries(override, "environment"):
            name = text(variable.get("name"))
            if (text(override.get("name")), name) in secrets:
                findings.error(
                    (*location, "containerOverrides", index, "environment", position, "name"),
                    f"{shown(name)} is a secret of this container in the task definition, and no"
                    " variable can have its"
                    " name too.",
                )


def _check_compatibility(
    target: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    """RunTask: 'Task definition does not support launch_type FARGATE.'"""
    launch = (
        "FARGATE" if target_traits.runs_on_fargate(target) else target_traits.launch_type(target)
    )
    if launch is None:
        return
    member = "LaunchType" if target_traits.launch_type(target) else target_traits.STRATEGY
    at = (*location, target_traits.ECS, member)
    answered = [str(one) for one in items(task_definition, "compatibilities")]
    required = task_traits.compatibilities(task_definition)
    if answered and launch not in answered:
        findings.error(
            at, f"The task definition does not run on {launch}; it runs on {listed(answered)}."
        )
    elif launch == "FARGATE" and required and "FARGATE" not in required:
        findings.error(
            at,
            "The task definition does not run on FARGATE; it requires"
            f" {listed(sorted(required), 'and')}.",
        )
    elif launch == "FARGATE" and task_traits.network_mode(task_definition) != task_traits.AWSVPC:
        mode = shown(task_traits.network_mode(task_definition))
        findings.error(
            at, f"Fargate needs the network mode 'awsvpc', and the task definition has {mode}."
        )


def _check_network(
    target: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    mode = task_traits.network_mode(task_definition)
    at = (*location, target_traits.ECS, "NetworkConfiguration")
    given = is_given(target_traits.parameters(target).get("NetworkConfiguration"))
    if given and mode != task_traits.AWSVPC:
        findings.error(
            at,
            "Only the network mode 'awsvpc' takes a network configuration, and the task"
            f" definition has {mode!r}.",
        )
    elif not given and mode == task_traits.AWSVPC and not target_traits.runs_on_fargate(target):
        findings.error(
            at,
            "The task definition has the network mode 'awsvpc', which needs a network"
            " configuration.",
        )


def _check_execute_command(
    target: Mapping[str, Any],
    overrides: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    """RunTask with enableExecuteCommand: the task definition must have a task role."""
    if truth(target_traits.parameters(target).get("EnableExecuteCommand")) is not True:
        return
    at = (*location, target_traits.ECS, "EnableExecuteCommand")
    if not is_given(overridden(overrides, task_definition, "taskRoleArn")):
        findings.error(
            at, "Commands in running containers need a task role, and the task definition has none."
        )
    for _location, container in task_traits.containers(task_definition):
        if truth(container.get("readonlyRootFilesystem")) is True:
            name = shown(text(container.get("name")))
            findings.warn(
                at, f"Commands cannot run in {name}, whose root file system is read-only."
            )


def _check_platform(
    target: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    """Fargate has a platform 1.4.0 for Linux and 1.0.0 for Windows; FARGATE_SPOT runs Linux
    only."""
    windows = task_traits.is_windows(task_definition)
    at = (*location, target_traits.ECS)
    version = platform_numbers(text(target_traits.parameters(target).get("PlatformVersion")) or "")
    if version is not None and windows and version != WINDOWS_VERSION:
        findings.error(
            (*at, "PlatformVersion"),
            "Windows tasks on Fargate have the platform version '1.0.0' or 'LATEST'.",
        )
    if version == WINDOWS_VERSION and not windows:
        findings.warn(
            (*at, "PlatformVersion"),
            "For Linux the platform version 1.0.0 is retired; give '1.4.0' or 'LATEST'.",
        )
    if windows and "FARGATE_SPOT" in target_traits.providers(target):
        findings.error((*at, target_traits.STRATEGY), "FARGATE_SPOT runs Linux tasks only.")


def _check_launch_volumes(
    task_definition: Mapping[str, Any], findings: Findings, location: Location
) -> None:
    """EcsParameters has no member for the volumes that RunTask would need (botocore, events and
    scheduler)."""
    for _index, volume in entries(task_definition, "volumes"):
        if truth(volume.get("configuredAtLaunch")) is True:
            findings.warn(
                (*location, target_traits.ECS, "TaskDefinitionArn"),
                f"The volume {shown(text(volume.get('name')))} is configured at launch, which a"
                " rule or a schedule cannot"
                " do: the task will not start.",
            )
