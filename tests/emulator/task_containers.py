# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the containers of a task are to run: a task definition and the overrides, merged.

Everything comes from the request and the task definition. What an image would bring along (its own
entry point, command, user, working directory and files) does not exist here; secrets, environment
files and volumes are not resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""The PATH of a container whose definition gives none, as container runtimes set it."""

DEFAULT_STOP_TIMEOUT = 30
"""Seconds between SIGTERM and SIGKILL (ECS: stopTimeout)."""


@dataclass(frozen=True)
class LogDestination:
    """Where the awslogs driver of one container writes."""

    group: str
    region: str
    stream: str
    create_group: bool


@dataclass(frozen=True)
class Container:
    """One container of a task, ready to be started.

    An empty `command` means that only the image knows what to run. `depends_on` holds pairs of
    container name and condition (START, COMPLETE, SUCCESS or HEALTHY).
    """

    name: str
    image: str
    essential: bool
    command: tuple[str, ...]
    environment: Mapping[str, str]
    stop_timeout: float
    depends_on: tuple[tuple[str, str], ...]
    log: LogDestination | None


def merge_containers(
    definition: Mapping[str, Any], overrides: Mapping[str, Any], task_id: str, region: str
) -> tuple[Container, ...]:
    """The containers of a task definition under RunTask's `overrides`, in the given order."""
    overrides_by_name = {
        override["name"]: override for override in overrides.get("containerOverrides") or ()
    }
    return tuple(
        _merge(container, overrides_by_name.get(container["name"], {}), task_id, region)
        for container in definition.get("containerDefinitions") or ()
    )


def _merge(
    container: Mapping[str, Any], override: Mapping[str, Any], task_id: str, region: str
) -> Container:
    command = override.get("command") or container.get("command") or ()
    return Container(
        name=container["name"],
        image=container.get("image", ""),
        essential=container.get("essential", True),
        command=(*(container.get("entryPoint") or ()), *command),
        environment={
            "PATH": PATH,
            **_environment(container.get("environment") or ()),
            **_environment(override.get("environment") or ()),
        },
        stop_timeout=container.get("stopTimeout") or DEFAULT_STOP_TIMEOUT,
        depends_on=tuple(
            (dependency["containerName"], dependency["condition"])
            for dependency in container.get("dependsOn") or ()
        ),
        log=_log_destination(container, task_id, region),
    )


def _environment(pairs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {pair["name"]: pair.get("value", "") for pair in pairs}


def _log_destination(
    container: Mapping[str, Any], task_id: str, region: str
) -> LogDestination | None:
    configuration = container.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options") or {}
    prefix = options.get("awslogs-stream-prefix")
    # Without a prefix, which Fargate requires, the stream is named after the container's id.
    stream = (
        f"{prefix}/{container['name']}/{task_id}"
        if prefix
        else runtime_id(task_id, container["name"])
    )
    return LogDestination(
        group=options.get("awslogs-group", ""),
        region=options.get("awslogs-region") or region,
        stream=stream,
        create_group=str(options.get("awslogs-create-group", "")).lower() == "true",
    )


def runtime_id(task_id: str, container_name: str) -> str:
    """The id that the container runtime gives a container: stable, and unlike any other's."""
    return f"{task_id}-{container_name}"
