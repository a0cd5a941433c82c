# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU units and memory of a task and of its containers.

Sources: botocore's documentation of ContainerDefinition and RegisterTaskDefinition, and
RegisterTaskDefinition's answers, such as ``The sum of all container 'cpu' values cannot be greater
than the task-level 'cpu' value`` and ``At least one of 'memory' or 'memoryReservation' must be
specified``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_sizes import (
    Size,
    read_size,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    number,
    part,
)

SMALLEST_MEMORY = 6
"""MiB that Docker reserves for a container (botocore, ContainerDefinition.memory)."""

EC2_CPU_UNITS = (128, 196608)
"""CPU units of a task outside Fargate (botocore, RegisterTaskDefinition.cpu). AWS has raised the
upper bound before."""

EPHEMERAL_GIB = (21, 200)
"""botocore, EphemeralStorage.sizeInGiB."""


def check_resources(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check the sizes of a task and of its containers, and their sums."""
    size = read_size(
        definition.get("cpu"),
        definition.get("memory"),
        findings,
        cpu_at=("cpu",),
        memory_at=("memory",),
    )
    _check_ec2_cpu(definition, size, findings)
    for location, container in task_traits.containers(definition):
        check_container_memory(container, location, findings)
        _check_memory_is_given(definition, container, location, findings)
    check_sums(
        list(task_traits.containers(definition)),
        size,
        findings,
        at=(task_traits.CONTAINERS,),
        windows=task_traits.is_windows(definition),
    )
    check_ephemeral_storage(definition, (), findings)
    if is_given(definition.get("ephemeralStorage")) and not _may_be_fargate(definition):
        findings.error(
            ("ephemeralStorage",),
            "Only tasks on Fargate take a size of their ephemeral storage; leave it out.",
        )


def _may_be_fargate(definition: Mapping[str, Any]) -> bool:
    required = task_traits.compatibilities(definition)
    return not required or task_traits.FARGATE in required


def _check_ec2_cpu(definition: Mapping[str, Any], size: Size, findings: Findings) -> None:
    if size.cpu is None or task_traits.is_for_fargate(definition):
        return
    low, high = EC2_CPU_UNITS
    if size.cpu < low:
        findings.error(
            ("cpu",), f"{size.cpu} CPU units are too few for a task; allowed are {low} to {high}."
        )
    elif size.cpu > high:
        findings.warn(
            ("cpu",), f"{size.cpu} CPU units are more than the {high} that AWS documents."
        )


def check_container_memory(
    container: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """Check a container's (or a container override's) own numbers."""
    cpu = number(container.get("cpu"))
    if cpu is not None and cpu < 0:
        findings.error((*location, "cpu"), f"{cpu} CPU units are not allowed; give 0 or more.")
    for member in ("memory", "memoryReservation"):
        mib = number(container.get(member))
        if mib is not None and mib < 1:
            findings.error((*location, member), f"{mib} MiB are not allowed; give 1 or more.")
        elif mib is not None and mib < SMALLEST_MEMORY:
            findings.warn(
                (*location, member),
                f"{mib} MiB are less than the {SMALLEST_MEMORY} that Docker needs.",
            )
    hard, soft = number(container.get("memory")), number(container.get("memoryReservation"))
    if hard is not None and soft is not None and soft > hard:
        findings.error(
            (*location, "memoryReservation"),
            f"The reservation of {soft} MiB is above the container's limit of {hard} MiB; it can"
            f" be {hard} at the most.",
        )


def _check_memory_is_given(
    definition: Mapping[str, Any],
    container: Mapping[str, Any],
    location: Location,
    findings: Findings,
) -> None:
    if is_given(definition.get("memory")) or task_traits.is_for_fargate(definition):
        return
    if not is_given(container.get("memory")) and not is_given(container.get("memoryReservation")):
        findings.error(
            (*location, "memory"),
            "Outside Fargate a container needs memory or memory_reservation, or the task needs"
            " memory.",
        )


Containers = list[tuple[Location, Mapping[str, Any]]]
"""Container definitions, or what is left of them after overrides, with their locations."""

Note = Callable[[Location, str], None]


def check_sums(
    containers: Containers, task: Size, findings: Findings, *, at: Location, windows: bool = False
) -> None:
    """Check that the containers fit into the task, each of them and all together.

    The sum of what is reserved must fit; limits above that are legal. ``at`` is where sums are
    noted. For Windows containers AWS does not enforce the task's size, so that there everything is
    a warning.
    """
    note = findings.warn if windows else findings.error
    if task.cpu and _fit_alone(containers, ("cpu",), task.cpu, "CPU units", note):
        cpu = sum(number(container.get("cpu")) or 0 for _location, container in containers)
        if cpu > task.cpu:
            note(
                at,
                f"The containers' CPU units add up to {cpu}, the task has {task.cpu}.",
            )
    members = ("memory", "memoryReservation")
    if task.memory and _fit_alone(containers, members, task.memory, "MiB", note):
        _check_memory_sum(containers, task.memory, findings, note, at)


def _fit_alone(
    containers: Containers, members: tuple[str, ...], limit: int, unit: str, note: Note
) -> bool:
    fit = True
    for location, container in containers:
        for member in members:
            given = number(container.get(member))
            if given is not None and given > limit:
                fit = False
                note(
                    (*location, member), f"{given} {unit} are more than the task's {limit} {unit}."
                )
    return fit


def _check_memory_sum(
    containers: Containers, task_memory: int, findings: Findings, note: Note, at: Location
) -> None:
    limits = [
        (number(container.get("memory")), number(container.get("memoryReservation")))
        for _location, container in containers
    ]
    reserved = sum((soft if soft is not None else hard) or 0 for hard, soft in limits)
    allowed = sum((hard if hard is not None else soft) or 0 for hard, soft in limits)
    if reserved > task_memory:
        note(
            at,
            f"The containers' memory adds up to {reserved} MiB, the task has {task_memory} MiB.",
        )
    elif allowed > task_memory:
        findings.warn(
            at,
            f"The containers' memory limits add up to {allowed} MiB, the task has {task_memory}"
            " MiB: together they can run out of memory.",
        )


def check_ephemeral_storage(
    document: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """Check the size of the ephemeral storage of a task definition or of an override."""
    size = number(part(document, "ephemeralStorage", "sizeInGiB"))
    low, high = EPHEMERAL_GIB
    if size is not None and not low <= size <= high:
        findings.error(
            (*location, "ephemeralStorage", "sizeInGiB"),
            f"{size} GiB are out of range; allowed are {low} to {high}. Without it a task has 20"
            " GiB.",
        )
