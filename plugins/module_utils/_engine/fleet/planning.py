# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a fleet: task definitions, schedule groups and triggers, from what is wanted and what
was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    FamilyWork,
    Fleet,
    GroupWork,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    with_arns,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    DEFAULT_BUS,
    rule_arn,
    schedule_arn,
    task_definition_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG, RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import read_guard
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    ScheduleGroupWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    BatchWish,
    with_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_move import plan_batch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_removal import (
    plan_batch_removal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ownership import only_marks
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import (
    plan_schedule_group,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    plan_task_definition,
)

OTHER_INPUTS: Document = {"InputPath": "", "InputTransformer": {}}
"""What a rule's target may have in place of the overrides, and a batch's has not."""

UNKNOWN_REVISION = 0
"""Stands for the revision that only AWS knows, until it is registered."""


def plan_fleet(fleet: Fleet) -> None:
    """Plan what was not planned when it was read: schedule groups, and the triggers of batches
    beside which something foreign was found."""
    for group in fleet.groups.values():
        _plan_group(fleet, group)
    for work in fleet.works:
        if work.plan is None:
            plan_work(fleet, work)


def plan_family(fleet: Fleet, family: FamilyWork) -> None:
    """Plan a task definition that was read."""
    family.plan = _plan_family(fleet, family)
    family.arn = _arn_to_come(fleet, family)


def _plan_family(fleet: Fleet, family: FamilyWork) -> Plan:
    plan = plan_task_definition(family.observed, family.wish)
    if family.observed is None or not _leaves_unmarked(fleet, family.observed.tags, plan.changes):
        return plan
    facts = {**plan.facts, "tags": dict(family.observed.tags)}
    return replace(plan, after=plan.before, changes=(), actions=(), facts=facts)


def _leaves_unmarked(fleet: Fleet, tags: Mapping[str, str], changes: Sequence[Change]) -> bool:
    """Whether something stays without our tags: it is adopted as it is, and there is no owner whom
    a tag would tell from others. It is marked when it is first changed."""
    return fleet.options.adopt and fleet.options.owner is None and only_marks(tags, changes)


def _arn_to_come(fleet: Fleet, family: FamilyWork) -> str:
    if family.observed is not None and not family.registers:
        return family.observed.arn
    return task_definition_arn(fleet.session.place(), f"{family.name}:{UNKNOWN_REVISION}")


def _plan_group(fleet: Fleet, group: GroupWork) -> None:
    """Make the owner's own group, and mark one that is taken over."""
    owner = fleet.options.owner
    if owner is None or (group.observed is None and group.name != owner):
        return
    tags = {OWNER_TAG: owner}
    group.plan = plan_schedule_group(
        group.observed, ScheduleGroupWish(group.name, tags, purge_tags=False)
    )
    if group.strangers:
        group.works[0].notes.append(
            f"With the schedule group {group.name} its other schedules belong to {owner} from now"
            f" on, and prune removes them unless they are declared: {', '.join(group.strangers)}."
        )


def plan_work(fleet: Fleet, work: BatchWork) -> None:
    """Plan the trigger of a batch that was read, after its task definition, unless either has
    failed."""
    batch = work.batch
    work.error = work.error or work.family_error
    if work.error is not None:
        return
    if batch.absent:
        work.plan = plan_batch_removal(
            work.observed,
            fleet.clock.now(),
            own_target=batch.target_id,
            with_others=batch.other_targets == "remove",
        )
        return
    work.wish = wish_of(fleet.session, work)
    place = fleet.session.place()
    if batch.trigger == RULE:
        work.trigger_arn = rule_arn(place, batch.name, DEFAULT_BUS)
    else:
        work.trigger_arn = schedule_arn(place, batch.group_name, batch.name)
    point_at_definition(fleet, work)


def point_at_definition(fleet: Fleet, work: BatchWork) -> None:
    """Plan the trigger with the task definition that the batch starts, as far as it is known."""
    if work.wish is None:
        return
    if work.own_family is not None:
        work.wish = work.wish.with_definition(str(work.own_family.arn))
    work.definition_arn = work.wish.definition_arn
    plan = plan_batch(work.observed, work.wish, fleet.clock.now(), fleet.session.place())
    rule = work.observed.rule
    if rule is not None and _leaves_unmarked(fleet, rule.tags, plan.changes):
        plan = replace(plan, after=plan.before, changes=(), actions=())
    work.plan = plan


def wish_of(session: Session, work: BatchWork) -> BatchWish:
    """Return the batch in the API's spelling, with ARNs for names."""
    if work.schedule is not None:
        wish = BatchWish(work.batch, schedule=work.schedule.wish)
        return wish.with_target(_resolved(session, work, wish.target_document, "scheduler"))
    if work.rule is None or work.target is None:
        raise ValueError("a batch has a rule with a target, or a schedule")
    batch = work.batch
    target = {**OTHER_INPUTS, **_resolved(session, work, work.target.target, "events")}
    return BatchWish(
        batch,
        rule=work.rule.wish,
        target=TargetWish(batch.name, DEFAULT_BUS, batch.target_id, target, batch.other_targets),
    )


def _resolved(
    session: Session, work: BatchWork, target: Mapping[str, object], service: str
) -> Document:
    name = work.batch.definition_name or (work.own_family.name if work.own_family else "")
    complete = with_task_definition(target, name)
    resolved: Document = coerce(with_arns(session, complete), structure(service, "Target"))
    return {**resolved, GUARD: read_guard(work.batch.guard, work.batch.name)}
