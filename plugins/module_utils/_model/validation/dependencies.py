# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What containers of one task say about each other: dependencies, shared volumes, links and
proxies.

Sources: botocore's documentation of the members, and RegisterTaskDefinition's answers, such as
``Cannot depend on container 'x' because it does not exist``, ``A dependency container with SUCCESS
or COMPLETE condition cannot be an essential container`` and ``A dependency container with HEALTHY
condition must have health check configured``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    part,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    listed,
    shown,
)

REQUIRED_PROXY_PROPERTIES = ("AppPorts", "EgressIgnoredIPs", "ProxyEgressPort", "ProxyIngressPort")
"""RegisterTaskDefinition refuses an App Mesh proxy without them (botocore,
ProxyConfiguration.properties)."""


def check_dependencies(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check every reference from one container to another."""
    known = task_traits.container_names(definition)
    by_name = {text(one.get("name")): one for _location, one in task_traits.containers(definition)}
    for location, container in task_traits.containers(definition):
        for index, dependency in entries(container, "dependsOn"):
            at = (*location, "dependsOn", index)
            name = text(dependency.get("containerName"))
            if _refers(name, text(container.get("name")), known, (*at, "containerName"), findings):
                _check_condition(dependency, by_name[name], at, findings)
        for index, source in entries(container, "volumesFrom"):
            at = (*location, "volumesFrom", index, "sourceContainer")
            _refers(
                text(source.get("sourceContainer")),
                text(container.get("name")),
                known,
                at,
                findings,
            )
        _check_links(definition, container, location, findings)
    _check_cycles(definition, findings)
    _check_firelens(definition, findings)
    _check_proxy(definition, known, findings)


def _refers(
    name: str | None, own_name: str | None, known: list[str], location: Location, findings: Findings
) -> bool:
    """Note a reference to the container itself or to none, and tell whether it is neither."""
    if name is None:
        return False
    if name == own_name:
        findings.error(location, f"{shown(name)} is this container itself.")
    elif name not in known:
        findings.error(location, unknown_container(name, known))
    return name in known and name != own_name


def unknown_container(name: str, known: list[str]) -> str:
    """Return the message for a container that the task definition does not have."""
    hint = did_you_mean(name, known) or "."
    return (
        f"{shown(name)} is no container of this task definition; it has"
        f" {choices(dict.fromkeys(known), 'and')}{hint}"
    )


def _check_condition(
    dependency: Mapping[str, Any],
    container: Mapping[str, Any],
    location: Location,
    findings: Findings,
) -> None:
    condition = text(dependency.get("condition"))
    name = shown(text(container.get("name")))
    at = (*location, "condition")
    if condition in {"COMPLETE", "SUCCESS"} and task_traits.is_essential(container):
        findings.error(
            at,
            f"{condition} needs a container that is not essential, since the task ends with an"
            " essential one; set"
            f" essential: false for {name}.",
        )
    if condition == "HEALTHY" and not is_given(container.get("healthCheck")):
        findings.error(
            at, f"HEALTHY needs a health check, and {name} has none; give it one, or use START."
        )


def _check_links(
    definition: Mapping[str, Any],
    container: Mapping[str, Any],
    location: Location,
    findings: Findings,
) -> None:
    """botocore, links: 'only supported if the network mode of a task definition is bridge'."""
    if task_traits.is_for_fargate(definition):
        return
    mode = task_traits.network_mode(definition)
    links = items(container, "links")
    if links and mode != "bridge":
        findings.error(
            (*location, "links"), f"Links need the network mode 'bridge', and it is {shown(mode)}."
        )
        return
    known = task_traits.container_names(definition)
    for index, link in enumerate(links):
        _refers(
            str(link).partition(":")[0],
            text(container.get("name")),
            known,
            (*location, "links", index),
            findings,
        )


def _check_cycles(definition: Mapping[str, Any], findings: Findings) -> None:
    needs = {
        text(container.get("name")) or "": [
            text(one.get("containerName")) or "" for _i, one in entries(container, "dependsOn")
        ]
        for _location, container in task_traits.containers(definition)
    }
    cycle = _cycle(needs)
    if cycle:
        for location, container in task_traits.containers(definition):
            if container.get("name") == cycle[0]:
                findings.error(
                    (*location, "dependsOn"),
                    f"The dependencies run in a circle: {' -> '.join(cycle)}.",
                )
                return


def _cycle(needs: Mapping[str, list[str]]) -> list[str]:
    """Return the names along a circle, its first name at both ends; empty where there is none."""
    done: set[str] = set()
    for start in needs:
        way = _way_back(start, [], needs, done)
        if way:
            return way
    return []


def _way_back(
    name: str, way: list[str], needs: Mapping[str, list[str]], done: set[str]
) -> list[str]:
    if name in way:
        circle = [*way[way.index(name) :], name]
        return circle if len(circle) > 2 else []
    if name in done:
        return []
    for other in needs.get(name, []):
        found = _way_back(other, [*way, name], needs, done)
        if found:
            return found
    done.add(name)
    return []


def _check_firelens(definition: Mapping[str, Any], findings: Findings) -> None:
    """RegisterTaskDefinition asks for a FireLens container and for one that logs through it, or
    for neither."""
    containers = list(task_traits.containers(definition))
    routers = [
        location for location, one in containers if is_given(one.get("firelensConfiguration"))
    ]
    users = [
        location for location, one in containers if task_traits.log_driver(one) == "awsfirelens"
    ]
    if routers and not users:
        at = (*routers[0], "firelensConfiguration")
        findings.error(
            at,
            "No container logs through FireLens; one of them needs the log driver 'awsfirelens'.",
        )
    if users and not routers:
        at = (*users[0], "logConfiguration", "logDriver")
        findings.error(
            at, "The log driver 'awsfirelens' needs a container with firelens_configuration."
        )


def _check_proxy(definition: Mapping[str, Any], known: list[str], findings: Findings) -> None:
    if not is_given(definition.get("proxyConfiguration")):
        return
    name = text(part(definition, "proxyConfiguration", "containerName"))
    if name and name not in known:
        findings.error(("proxyConfiguration", "containerName"), unknown_container(name, known))
    mode = task_traits.network_mode(definition)
    if mode != task_traits.AWSVPC:
        findings.error(
            ("proxyConfiguration",),
            f"A proxy needs the network mode 'awsvpc', and it is {shown(mode)}.",
        )
    given = {
        text(one.get("name"))
        for _index, one in entries(definition, "proxyConfiguration", "properties")
    }
    missing = [one for one in REQUIRED_PROXY_PROPERTIES if one not in given]
    if missing:
        at = ("proxyConfiguration", "properties")
        findings.error(at, f"An App Mesh proxy needs the properties {listed(missing, 'and')} too.")
