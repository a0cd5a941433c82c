# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Fargate does not take in a task definition.

Sources: AWS's developer guide, "Task definition differences for Fargate" (2026); botocore's
documentation of the members; and RegisterTaskDefinition's own answers, such as ``Fargate compatible
task definitions do not support devices`` or ``Fargate only supports network mode 'awsvpc'``. AWS
checks all this where the definition requires the compatibility FARGATE. tmpfs is not in the list:
Fargate takes it since January 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_sizes import (
    check_fargate_size,
    read_size,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    number,
    part,
    refuse_once,
    text,
    truth,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    shown,
)


@dataclass(frozen=True)
class Forbidden:
    """A member that Fargate does not take, with what to do instead."""

    steps: tuple[str, ...]
    what: str
    remedy: str


_EC2 = "leave it out, or run the task on EC2"

TASK_MEMBERS = (
    Forbidden(("ipcMode",), "an IPC mode", _EC2),
    Forbidden(("placementConstraints",), "placement constraints", _EC2),
)

CONTAINER_MEMBERS = (
    Forbidden(("disableNetworking",), "containers without networking", _EC2),
    Forbidden(("dnsServers",), "DNS servers of the container's own", "use the VPC's DHCP options"),
    Forbidden(("dnsSearchDomains",), "DNS search domains", "use the VPC's DHCP options"),
    Forbidden(("dockerSecurityOptions",), "Docker security options", _EC2),
    Forbidden(("extraHosts",), "extra hosts", "use a private hosted zone, or run the task on EC2"),
    Forbidden(("links",), "links", "containers of one task reach each other at localhost"),
    Forbidden(("privileged",), "privileged containers", _EC2),
    Forbidden(("linuxParameters", "devices"), "host devices", _EC2),
    Forbidden(("linuxParameters", "maxSwap"), "swap settings", _EC2),
    Forbidden(("linuxParameters", "swappiness"), "swap settings", _EC2),
    Forbidden(
        ("linuxParameters", "sharedMemorySize"),
        "a size of shared memory",
        "mount a tmpfs at /dev/shm",
    ),
)

VOLUME_MEMBERS = (
    Forbidden(
        ("dockerVolumeConfiguration",),
        "Docker volumes",
        "use EFS or a volume without a configuration",
    ),
    Forbidden(
        ("host", "sourcePath"),
        "host paths",
        "leave it out: the volume is then empty and the task's own",
    ),
)

LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
ADDABLE_CAPABILITY = "SYS_PTRACE"
TIMEOUT_SECONDS = (2, 120)
OLD_WINDOWS = ("2004_CORE", "2016_FULL", "20H2_CORE")
"""Releases of Windows Server that AWS's guide does not list for Fargate."""


def check_fargate(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check a task definition that requires Fargate."""
    if not task_traits.is_for_fargate(definition):
        return
    _check_network_mode(definition, findings)
    _check_size(definition, findings)
    _check_platform(definition, findings)
    _check_forbidden(definition, TASK_MEMBERS, (), findings)
    for index, volume in entries(definition, "volumes"):
        _check_forbidden(volume, VOLUME_MEMBERS, ("volumes", index), findings)
    for location, container in task_traits.containers(definition):
        _check_forbidden(container, CONTAINER_MEMBERS, location, findings)
        _check_container(container, location, findings)


def _check_network_mode(definition: Mapping[str, Any], findings: Findings) -> None:
    mode = text(definition.get("networkMode"))
    if mode != task_traits.AWSVPC:
        given = f"not {shown(mode)}" if mode else "and none is set"
        refuse_once(
            findings, ("networkMode",), f"Fargate takes the network mode 'awsvpc' only, {given}."
        )


def _check_size(definition: Mapping[str, Any], findings: Findings) -> None:
    cpu, memory = definition.get("cpu"), definition.get("memory")
    for member, value, example in (("cpu", cpu, 256), ("memory", memory, 512)):
        if not is_given(value):
            findings.error(
                (member,),
                f"Fargate needs the task's {member} (not only the containers'), such as {example}.",
            )
    size = read_size(cpu, memory, Findings(), cpu_at=("cpu",), memory_at=("memory",))
    windows = task_traits.is_windows(definition)
    check_fargate_size(size, findings, cpu_at=("cpu",), memory_at=("memory",), windows=windows)


def _check_platform(definition: Mapping[str, Any], findings: Findings) -> None:
    pid_mode = text(definition.get("pidMode"))
    if pid_mode == "host":
        findings.error(("pidMode",), "Fargate takes the PID mode 'task' only, not 'host'.")
    if not task_traits.is_windows(definition):
        return
    if pid_mode:
        refuse_once(findings, ("pidMode",), "Fargate takes no PID mode with Windows containers.")
    platform = ("runtimePlatform", "operatingSystemFamily")
    family = str(part(definition, *platform))
    if family.endswith(OLD_WINDOWS):
        findings.warn(
            platform, f"{shown(family)} is not known to run on Fargate; 2019 and later releases do."
        )
    if text(part(definition, "runtimePlatform", "cpuArchitecture")) == "ARM64":
        location = ("runtimePlatform", "cpuArchitecture")
        findings.error(location, "Windows runs on 'X86_64' only on Fargate, not on 'ARM64'.")


def _check_forbidden(
    document: Mapping[str, Any],
    members: tuple[Forbidden, ...],
    location: Location,
    findings: Findings,
) -> None:
    for member in members:
        value = part(document, *member.steps)
        if is_given(value) and truth(value) is not False:
            findings.error(
                (*location, *member.steps), f"Fargate does not take {member.what}; {member.remedy}."
            )


def _check_container(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    _check_capabilities(container, location, findings)
    driver = task_traits.log_driver(container)
    if driver and driver not in LOG_DRIVERS:
        at = (*location, "logConfiguration", "logDriver")
        refuse_once(
            findings, at, f"Fargate has no log driver {shown(driver)}; use {choices(LOG_DRIVERS)}."
        )
    for index, requirement in entries(container, "resourceRequirements"):
        if requirement.get("type") == "GPU":
            findings.error(
                (*location, "resourceRequirements", index),
                "Fargate has no GPUs; run the task on EC2.",
            )
    low, high = TIMEOUT_SECONDS
    for member in ("startTimeout", "stopTimeout"):
        seconds = number(container.get(member))
        if seconds is not None and not low <= seconds <= high:
            at = (*location, member)
            refuse_once(
                findings,
                at,
                f"{seconds} is out of range; Fargate takes {low} to {high} seconds.",
            )
    _check_firelens(container, location, findings)


def _check_capabilities(
    container: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    steps = ("linuxParameters", "capabilities", "add")
    for index, capability in enumerate(items(container, *steps)):
        if capability != ADDABLE_CAPABILITY:
            findings.error(
                (*location, *steps, index),
                f"{shown(capability)} cannot be added on Fargate; the only capability that can is"
                f" {ADDABLE_CAPABILITY!r}.",
            )


def _check_firelens(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    """botocore, FirelensConfiguration.options: Fargate takes the configuration file type
    ``file`` only."""
    steps = ("firelensConfiguration", "options", "config-file-type")
    kind = text(part(container, *steps))
    if kind and kind != "file":
        findings.error(
            (*location, *steps),
            f"Fargate takes the configuration file type 'file' only, not {shown(kind)}.",
        )
