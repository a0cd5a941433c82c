# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon Resource Names: taken apart and built, for every partition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where resources live: partition (``aws``, ``aws-cn``, ``aws-us-gov``), region and account."""

    partition: str
    region: str
    account_id: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of ``resource`` (such as ``cluster/batch``) of a regional service."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN. ``resource`` is everything after the account."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str

    @property
    def name(self) -> str:
        """Return the last step of the resource's path."""
        return self.resource.rpartition("/")[2]


def parse_arn(text: str | None) -> Arn | None:
    """Return the parts of ``text``, or None where it is no ARN."""
    parts = str(text or "").split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        return None
    return Arn(*parts[1:])


def is_arn(text: str | None) -> bool:
    """Whether ``text`` has an ARN's form."""
    return parse_arn(text) is not None


def cluster_arn(place: Place, cluster: str) -> str:
    """Return the ARN of a cluster given by name or by ARN."""
    return cluster if is_arn(cluster) else place.arn("ecs", f"cluster/{cluster}")


def task_definition_arn(place: Place, reference: str) -> str:
    """Return the ARN of ``family``, ``family:revision`` or an ARN; without a revision it means
    the latest ACTIVE one."""
    return reference if is_arn(reference) else place.arn("ecs", f"task-definition/{reference}")


def family_and_revision(reference: str) -> tuple[str, int | None]:
    """Return family and revision of ``family``, ``family:revision`` or an ARN of either."""
    arn = parse_arn(reference)
    name = arn.resource.removeprefix("task-definition/") if arn else reference
    family, _colon, revision = name.partition(":")
    return family, int(revision) if revision.isdigit() else None


def rule_arn(place: Place, name: str, event_bus_name: str | None) -> str:
    """Return a rule's ARN; the default bus does not stand in it (EventBridge's documentation)."""
    bus = bus_name(event_bus_name)
    return place.arn("events", f"rule/{name}" if bus == DEFAULT_BUS else f"rule/{bus}/{name}")


def schedule_arn(place: Place, group_name: str, name: str) -> str:
    """Return a schedule's ARN (botocore, CreateScheduleOutput)."""
    return place.arn("scheduler", f"schedule/{group_name}/{name}")


def schedule_group_arn(place: Place, name: str) -> str:
    """Return a schedule group's ARN (botocore, CreateScheduleGroupOutput)."""
    return place.arn("scheduler", f"schedule-group/{name}")


def state_machine_arn(place: Place, name: str) -> str:
    """Return a state machine's ARN (Step Functions' documentation)."""
    return place.arn("states", f"stateMachine:{name}")


DEFAULT_BUS = "default"
"""The only bus on which rules with a schedule live."""


def bus_name(event_bus: str | None) -> str:
    """Return the name of an event bus given by name or by ARN, the default bus where none is
    given."""
    arn = parse_arn(event_bus)
    return arn.resource.removeprefix("event-bus/") if arn else (event_bus or DEFAULT_BUS)
