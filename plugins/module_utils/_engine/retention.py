# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old revisions of a family: which of them rules and schedules still start, and what may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    list_task_definitions,
)
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
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.retention import (
    Revisions,
    plan_retention,
)


def retain_revisions(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Deregister old revisions of a family (module ``ecs_task_definition_retention``)."""
    if params["keep"] < 1:
        raise InvalidDescription(
            [f"keep: {params['keep']} is too few; at least 1 revision has to stay."]
        )
    plan = plan_of_retention(session, params["family"], params["keep"], delete=params["delete"])
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(
        plan, {name: plan.facts[name] for name in ("kept", "deregistered", "deleted")}
    )


def plan_of_retention(session: Session, family: str, keep: int, *, delete: bool) -> Plan:
    """Read a family's revisions, and who uses them only where some would go."""
    client = session.clients.client("ecs")
    active = list_task_definitions(client, family)
    inactive = list_task_definitions(client, family, "INACTIVE") if delete else []
    used: frozenset[str] = frozenset()
    if len(active) > keep or inactive:
        in_use = {
            number
            for name, number in used_revisions(session)
            if name == family and number is not None
        }
        used = frozenset(
            arn for arn in (*active, *inactive) if family_and_revision(arn)[1] in in_use
        )
    return plan_retention(Revisions(active, inactive, used), keep, delete=delete)


def used_revisions(session: Session) -> Iterator[tuple[str, int | None]]:
    """Yield family and revision of every task definition that a rule or a schedule of the region
    starts. A trigger that goes meanwhile starts nothing any more."""
    for target in (*_rule_targets(session), *_schedule_targets(session)):
        yield from _started_by(target)


def _rule_targets(session: Session) -> Iterator[Document]:
    events = session.clients.client("events")
    for bus in list_event_buses(events):
        for rule in list_rules(events, event_bus_name=bus["Name"]):
            with suppress(NotFound):
                yield from list_targets(events, rule["Name"], bus["Name"])


def _schedule_targets(session: Session) -> Iterator[Document]:
    scheduler = session.clients.client("scheduler")
    for summary in list_schedules(scheduler):
        if ":ecs:" in str(summary.get("Target", {}).get("Arn")):
            with suppress(NotFound):
                yield get_schedule(scheduler, summary["Name"], summary["GroupName"])["Target"]


def _started_by(target: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Yield what a target starts, through EcsParameters or as a call of RunTask (a universal
    target)."""
    reference = target.get("EcsParameters", {}).get("TaskDefinitionArn")
    if reference is None and str(target.get("Arn", "")).endswith(":ecs:runTask"):
        request = parsed_json(target.get("Input"))
        reference = request.get("TaskDefinition") if isinstance(request, dict) else None
    if reference:
        yield family_and_revision(str(reference))
