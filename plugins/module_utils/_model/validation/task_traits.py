# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task definition says about where and how its tasks run, read tolerantly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Location
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    items,
    part,
    text,
    truth,
)

CONTAINERS = "containerDefinitions"

FARGATE = "FARGATE"
AWSVPC = "awsvpc"


def compatibilities(definition: Mapping[str, Any]) -> frozenset[str]:
    """Return the launch types that the definition has to be valid for."""
    return frozenset(str(item) for item in items(definition, "requiresCompatibilities"))


def is_for_fargate(definition: Mapping[str, Any]) -> bool:
    """Whether AWS checks the definition for Fargate."""
    return FARGATE in compatibilities(definition)


def network_mode(definition: Mapping[str, Any]) -> str:
    """Return the network mode; ``bridge`` is the default on Linux (botocore)."""
    return text(definition.get("networkMode")) or "bridge"


def is_windows(definition: Mapping[str, Any]) -> bool:
    """Whether the task's containers are Windows containers."""
    family = text(part(definition, "runtimePlatform", "operatingSystemFamily")) or ""
    return family.upper().startswith("WINDOWS")


def containers(definition: Mapping[str, Any]) -> Iterator[tuple[Location, Document]]:
    """Yield every container definition with its location."""
    for index, container in entries(definition, CONTAINERS):
        yield (CONTAINERS, index), container


def container_names(definition: Mapping[str, Any]) -> list[str]:
    """Return the names of the containers that have one."""
    names = (text(container.get("name")) for _location, container in containers(definition))
    return [name for name in names if name]


def is_essential(container: Mapping[str, Any]) -> bool:
    """Whether the task ends with this container; that is the default (botocore)."""
    return truth(container.get("essential")) is not False


def log_driver(container: Mapping[str, Any]) -> str | None:
    """Return the container's log driver."""
    return text(part(container, "logConfiguration", "logDriver"))
