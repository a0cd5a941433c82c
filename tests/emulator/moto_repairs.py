# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repairs of moto itself, where it fails on a request that AWS takes."""

from __future__ import annotations

import copy
from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend
from moto.iam.models import IAMBackend


def let_containers_be_without_memory() -> None:
    """Let RunTask count a container without memory as 0 MiB: the task's own memory is enough (AWS's
    guide on Fargate), where moto 5.2.5 ends in a TypeError."""
    # pylint: disable-next=protected-access
    counted = EC2ContainerServiceBackend._calculate_task_resource_requirements

    def counted_with_zero(task_definition: Any) -> Any:
        other = copy.copy(task_definition)
        other.container_definitions = [
            {
                **container,
                "memory": container.get("memory") or container.get("memoryReservation", 0),
            }
            for container in task_definition.container_definitions
        ]
        return counted(other)

    # A repair takes the place of a method, here and below.
    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(  # type: ignore[method-assign]
        counted_with_zero
    )


def build_managed_policies_once() -> None:
    """Keep AWS's 1,500 managed policies between resets: moto builds them anew for every emptied
    account (70 ms), and nothing of them changes but the number of attachments."""
    # pylint: disable-next=protected-access
    build = IAMBackend._init_aws_policies
    built: dict[tuple[str, str], list[Any]] = {}

    def copies(backend: Any) -> list[Any]:
        key = (backend.account_id, backend.partition)
        if key not in built:
            built[key] = build(backend)
        return [copy.copy(policy) for policy in built[key]]

    IAMBackend._init_aws_policies = copies  # type: ignore[method-assign, assignment]
