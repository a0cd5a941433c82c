# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port mappings and what else of a container's network depends on the network mode.

Sources: botocore's documentation of PortMapping and ContainerDefinition, and
RegisterTaskDefinition's answers, such as ``When networkMode=awsvpc, the host ports and container
ports in port mappings must match`` and ``hostname is not supported on container when
networkMode=awsvpc``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    number,
    text,
    truth,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

HIGHEST_PORT = 65535

NOT_WITH_AWSVPC: Mapping[str, str] = {
    "hostname": "a host name",
    "extraHosts": "extra hosts",
    "dnsServers": "DNS servers of the container's own",
    "disableNetworking": "a container without networking",
}
"""Members that RegisterTaskDefinition refuses with networkMode=awsvpc, wherever the task runs."""


def check_network(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check what the containers say about their network."""
    mode = task_traits.network_mode(definition)
    used: set[tuple[str, int]] = set()
    port_names: set[str] = set()
    for location, container in task_traits.containers(definition):
        _check_members(definition, container, location, findings)
        if mode == "bridge":
            used = set()
        for index, port in entries(container, "portMappings"):
            at: Location = (*location, "portMappings", index)
            _check_mapping(port, mode, at, findings)
            _check_reuse(port, used, at, findings)
        _check_names(container, location, port_names, findings)


def _check_members(
    definition: Mapping[str, Any],
    container: Mapping[str, Any],
    location: Location,
    findings: Findings,
) -> None:
    mode = task_traits.network_mode(definition)
    if mode == "none" and is_given(container.get("portMappings")):
        findings.error(
            (*location, "portMappings"), "There are no ports to map with the network mode 'none'."
        )
    if mode != task_traits.AWSVPC:
        return
    fargate_says_it = (
        {"extraHosts", "dnsServers", "disableNetworking"}
        if task_traits.is_for_fargate(definition)
        else set()
    )
    for member, what in NOT_WITH_AWSVPC.items():
        value = container.get(member)
        if is_given(value) and truth(value) is not False and member not in fargate_says_it:
            findings.error(
                (*location, member), f"With the network mode 'awsvpc' AWS does not take {what}."
            )


def _check_mapping(
    port: Mapping[str, Any], mode: str, location: Location, findings: Findings
) -> None:
    container_port, host_port = number(port.get("containerPort")), number(port.get("hostPort"))
    port_range = text(port.get("containerPortRange"))
    if port_range is not None:
        _check_range(port, port_range, mode, location, findings)
    elif port.get("containerPort") is None:
        findings.error(
            (*location, "containerPort"),
            "A port mapping needs a container port or a range of them.",
        )
    for member, value, low in (("containerPort", container_port, 1), ("hostPort", host_port, 0)):
        if value is not None and not low <= value <= HIGHEST_PORT:
            findings.error(
                (*location, member), f"{value} is no port; allowed is {low} to {HIGHEST_PORT}."
            )
    if (
        mode in {task_traits.AWSVPC, "host"}
        and host_port
        and container_port
        and host_port != container_port
    ):
        findings.error(
            (*location, "hostPort"),
            f"With the network mode {mode!r} the host port must be the container port,"
            f" {container_port}, and it is"
            f" {host_port}; leave it out.",
        )


def _check_range(
    port: Mapping[str, Any], port_range: str, mode: str, location: Location, findings: Findings
) -> None:
    at = (*location, "containerPortRange")
    if is_given(port.get("containerPort")) or is_given(port.get("hostPort")):
        findings.error(
            at, "A range of ports and a single port exclude each other; give one of them."
        )
    if mode in {"host", "none"}:
        findings.error(
            at, f"A range of ports needs the network mode 'bridge' or 'awsvpc', and it is {mode!r}."
        )
    bounds = _bounds(port_range)
    if bounds is None or not 1 <= bounds[0] < bounds[1] <= HIGHEST_PORT:
        findings.error(
            at,
            f"{shown(port_range)} is no range of ports; give the first and the last port, such as"
            " '8000-8010'.",
        )


def _bounds(port_range: str) -> tuple[int, int] | None:
    first, _hyphen, last = port_range.partition("-")
    low, high = number(first), number(last)
    return None if low is None or high is None else (low, high)


def _check_reuse(
    port: Mapping[str, Any],
    used: set[tuple[str, int]],
    location: Location,
    findings: Findings,
) -> None:
    """``container port is used multiple times in task``: per container in a bridge, per task
    elsewhere."""
    container_port = number(port.get("containerPort"))
    if container_port is None:
        return
    protocol = "udp" if port.get("protocol") == "udp" else "tcp"
    other = "tcp" if protocol == "udp" else "udp"
    if (protocol, container_port) in used:
        findings.error(
            (*location, "containerPort"), f"Port {container_port}/{protocol} is mapped twice."
        )
    elif (other, container_port) in used:
        findings.warn(
            (*location, "containerPort"),
            f"Port {container_port} is mapped for tcp and for udp; AWS documents that a port can"
            " have one protocol.",
        )
    used.add((protocol, container_port))


def _check_names(
    container: Mapping[str, Any],
    location: Location,
    seen: set[str],
    findings: Findings,
) -> None:
    """Names of ports are unique in the whole task (``port mapping name is already used``)."""
    for index, port in entries(container, "portMappings"):
        name = text(port.get("name"))
        at = (*location, "portMappings", index, "name")
        if name is None:
            continue
        problem = names.port_name_problem(name)
        if problem:
            findings.error(at, problem)
        if name in seen:
            findings.error(
                at,
                f"{shown(name)} is the name of an earlier port too; names must be unique in the"
                " task.",
            )
        seen.add(name)
