# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of one task: what DescribeTasks tells of it, kept up to date while it runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.task_containers import Container, runtime_id

STOPPED = "STOPPED"

_STATUS_TIMES = {
    "PENDING": ("connectivityAt", "pullStartedAt"),
    "RUNNING": ("startedAt", "pullStoppedAt"),
    "STOPPING": ("stoppingAt",),
    "DEPROVISIONING": ("stoppingAt", "executionStoppedAt"),
    STOPPED: ("stoppedAt",),
}
"""The times that are set when a task first reaches a status."""

_KEPT_PARAMETERS = ("startedBy", "enableExecuteCommand", "referenceId")
_FARGATE_FACTS = {"platformFamily": "Linux", "ephemeralStorage": {"sizeInGiB": 20}}
_LATEST_PLATFORM = "1.4.0"


@dataclass
class _ContainerState:
    last_status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class StopFacts:
    """Why a task stops: AWS's stop code and the text of stoppedReason."""

    code: str
    reason: str


@dataclass
class TaskRecord:
    """One task.

    `accepted` is the task as the emulated RunTask answered it (ARNs, network attachment),
    `parameters` the request, `definition` the task definition, `tags` all of the task's tags.
    Every method may be called from any thread.
    """

    accepted: Mapping[str, Any]
    parameters: Mapping[str, Any]
    definition: Mapping[str, Any]
    containers: tuple[Container, ...]
    tags: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._states = {container.name: _ContainerState() for container in self.containers}
        self._stop: StopFacts | None = None
        self._times: dict[str, datetime] = {"createdAt": _now()}
        self._statuses: list[tuple[str, datetime]] = [("PROVISIONING", _now())]

    def age(self, duration: timedelta) -> None:
        """Let the task have been asked for earlier, which a test cannot wait for."""
        with self._lock:
            self._times["createdAt"] -= duration

    @property
    def arn(self) -> str:
        """The task's ARN."""
        return str(self.accepted["taskArn"])

    @property
    def task_id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def cluster_arn(self) -> str:
        """The ARN of the cluster that the task runs on."""
        return str(self.accepted["clusterArn"])

    @property
    def started_by(self) -> str | None:
        """RunTask's startedBy."""
        return self.parameters.get("startedBy")

    @property
    def family(self) -> str:
        """The family of the task's definition."""
        return str(self.definition["family"])

    @property
    def last_status(self) -> str:
        """The status that the task has reached."""
        return self._statuses[-1][0]

    @property
    def desired_status(self) -> str:
        """RUNNING, or STOPPED from the moment that a reason to stop is known."""
        return STOPPED if self._stop else "RUNNING"

    @property
    def launch_type(self) -> str:
        """The launch type asked for, or the one behind the capacity provider."""
        given = self.parameters.get("launchType")
        provider = self._capacity_provider() or ""
        return given or ("FARGATE" if provider.startswith("FARGATE") else "EC2")

    def advance(self, status: str) -> None:
        """Reach a status, now."""
        with self._lock:
            now = _now()
            self._statuses.append((status, now))
            for name in _STATUS_TIMES.get(status, ()):
                self._times.setdefault(name, now)

    def stop(self, facts: StopFacts) -> None:
        """Note why the task stops. The first reason counts."""
        with self._lock:
            self._stop = self._stop or facts

    def container_started(self, name: str) -> None:
        """Note that a container runs."""
        with self._lock:
            self._states[name].last_status = "RUNNING"

    def container_ended(self, name: str, exit_code: int | None, reason: str | None = None) -> None:
        """Note that a container is gone; `exit_code` is None for one that never ran."""
        with self._lock:
            self._states[name] = _ContainerState(STOPPED, exit_code, reason)

    def statuses(self) -> list[tuple[str, datetime]]:
        """Every status that was reached, with its time."""
        with self._lock:
            return list(self._statuses)

    def describe(self, *, with_tags: bool = False) -> dict[str, Any]:
        """The task as DescribeTasks returns it; times are aware datetimes."""
        with self._lock:
            task = {
                **self._identity(),
                **self._request_facts(),
                **self._times,
                "lastStatus": self.last_status,
                "desiredStatus": self.desired_status,
                "containers": [self._describe_container(each) for each in self.containers],
                "version": len(self._statuses),
                "healthStatus": "UNKNOWN",
                "connectivity": "CONNECTED",
            }
            if self._stop:
                task |= {"stopCode": self._stop.code, "stoppedReason": self._stop.reason}
        return task | {"tags": list(self.tags) if with_tags else []}

    def _identity(self) -> dict[str, Any]:
        names = ("taskArn", "clusterArn", "taskDefinitionArn", "containerInstanceArn")
        known = {name: self.accepted[name] for name in names if self.accepted.get(name)}
        return {**known, "attachments": list(self.accepted.get("attachments") or [])}

    def _request_facts(self) -> dict[str, Any]:
        overrides = self.parameters.get("overrides") or {}
        facts = {
            "group": self.parameters.get("group") or f"family:{self.family}",
            "launchType": self.launch_type,
            "overrides": self._echoed_overrides(overrides),
            "enableExecuteCommand": False,
            **{name: self.parameters[name] for name in _KEPT_PARAMETERS if name in self.parameters},
            "capacityProviderName": self._capacity_provider(),
            "cpu": overrides.get("cpu") or self.definition.get("cpu"),
            "memory": overrides.get("memory") or self.definition.get("memory"),
            **(self._fargate_facts(overrides) if self.launch_type == "FARGATE" else {}),
        }
        return {name: value for name, value in facts.items() if value is not None}

    def _fargate_facts(self, overrides: Mapping[str, Any]) -> dict[str, Any]:
        version = self.parameters.get("platformVersion") or "LATEST"
        storage = overrides.get("ephemeralStorage") or self.definition.get("ephemeralStorage")
        return {
            **_FARGATE_FACTS,
            "platformVersion": _LATEST_PLATFORM if version == "LATEST" else version,
            **({"ephemeralStorage": storage} if storage else {}),
        }

    def _echoed_overrides(self, overrides: Mapping[str, Any]) -> dict[str, Any]:
        given = list(overrides.get("containerOverrides") or ())
        names = {override["name"] for override in given}
        rest = [{"name": each.name} for each in self.containers if each.name not in names]
        return {**overrides, "containerOverrides": given + rest}

    def _capacity_provider(self) -> str | None:
        strategy = self.parameters.get("capacityProviderStrategy") or [{}]
        name: str | None = self.accepted.get("capacityProviderName")
        return name or strategy[0].get("capacityProvider")

    def _describe_container(self, container: Container) -> dict[str, Any]:
        state = self._states[container.name]
        known = {"exitCode": state.exit_code, "reason": state.reason}
        return {
            "containerArn": f"{self.arn.replace(':task/', ':container/')}/{container.name}",
            "taskArn": self.arn,
            "name": container.name,
            "image": container.image,
            "runtimeId": runtime_id(self.task_id, container.name),
            "lastStatus": state.last_status,
            "healthStatus": "UNKNOWN",
            "networkBindings": [],
            "networkInterfaces": [],
            **{name: value for name, value in known.items() if value is not None},
        }


def _now() -> datetime:
    return datetime.now(UTC)
