# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which task definitions the rules and schedules of the region start, whoever made them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.event_buses import list_event_buses
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    list_rules,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    may_run_tasks,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
    universal_request,
)

Use: TypeAlias = "tuple[str, int | None]"
"""Family and revision of what a trigger starts; without a revision it is the latest one."""


def uses_of_triggers(
    session: Session, *, skip: Container[str] = (), workers: int = 1
) -> frozenset[Use]:
    """Return what the rules and schedules start. A trigger that goes meanwhile starts nothing.

    :param skip: ARNs of rules and schedules that do not count.
    """
    rules = [rule for rule in _rules(session) if rule["Arn"] not in skip]
    targets = in_threads(workers, lambda rule: targets_of(session, rule), rules)
    schedules = [found for found in ecs_schedules(session) if found["Arn"] not in skip]
    scheduled = in_threads(workers, lambda schedule: _target_of(session, schedule), schedules)
    return uses_of_targets(target for found in (*targets, *scheduled) for target in found)


def _rules(session: Session) -> Iterator[Document]:
    """Yield the rules of all buses, each with its bus."""
    events = session.clients.client("events")
    for bus in list_event_buses(events):
        for rule in list_rules(events, event_bus_name=bus["Name"]):
            yield {**rule, "EventBusName": bus["Name"]}


def targets_of(session: Session, rule: Document) -> list[Document]:
    """Return the targets of a rule; one that goes meanwhile has none."""
    try:
        return list_targets(session.clients.client("events"), rule["Name"], rule["EventBusName"])
    except NotFound:
        return []


def ecs_schedules(session: Session) -> Iterator[Document]:
    """Yield summaries of the schedules that may have to do with ECS."""
    return filter(starts_in_ecs, list_schedules(session.clients.client("scheduler")))


def starts_in_ecs(schedule: Mapping[str, Any]) -> bool:
    """Whether a schedule may start ECS tasks, by its summary."""
    return may_run_tasks(schedule.get("Target", {}).get("Arn"))


def _target_of(session: Session, schedule: Document) -> list[Document]:
    client = session.clients.client("scheduler")
    try:
        return [get_schedule(client, schedule["Name"], schedule["GroupName"])["Target"]]
    except NotFound:
        return []


def uses_of_targets(targets: Iterable[Mapping[str, Any]]) -> frozenset[Use]:
    """Return what targets start."""
    return frozenset(use for target in targets for use in _started_by(target))


def _started_by(target: Mapping[str, Any]) -> Iterator[Use]:
    """Yield what a target starts, through EcsParameters or as a call of RunTask (a universal
    target)."""
    reference = target.get("EcsParameters", {}).get("TaskDefinitionArn")
    if reference is None and is_run_task_target(target):
        reference = universal_request(target).get("taskDefinition")
    if reference:
        yield family_and_revision(str(reference))
