# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding what carries the owner's tag and is no longer declared: rules, schedules and task
definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    list_families,
    list_task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    list_rule_tags,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    Fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import schedule_groups
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import Use
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    DEFAULT_BUS,
    family_and_revision,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import BATCH_TAG, OWNER_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import is_state_machine
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import ObservedBatch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_removal import (
    plan_batch_removal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action
from ansible_collections.batchwork.aws.plugins.module_utils._plan.pruning import (
    DEFINITION,
    RULE,
    SCHEDULE,
    Orphan,
    own_target_of,
    owned_groups,
    undeclared_revisions,
    undeclared_rules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import ObservedRule
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    plan_deregistration,
)

FEW_FAMILIES = 5
"""Up to so many families are asked for their revisions without asking which have any: tags of
families that have none left stay in the index."""


def owner_of(fleet: Fleet) -> str:
    """Return the owner; without one nothing is pruned."""
    return str(fleet.options.owner)


def is_owned_batch(fleet: Fleet, tags: Mapping[str, str]) -> bool:
    """Whether something is part of any batch of the owner's."""
    return tags.get(OWNER_TAG) == owner_of(fleet) and BATCH_TAG in tags


def orphaned_rules(fleet: Fleet) -> list[Orphan]:
    """Return the owner's rules that no batch declares."""
    declared = [work.batch.name for work in fleet.works]
    found = undeclared_rules(fleet.index.tags, owner_of(fleet), declared)
    rules = [
        ObservedRule(rule)
        for name in found
        if (rule := (fleet.index.rules or {}).get(name)) and not rule.get("ManagedBy")
    ]
    orphans = in_threads(fleet.options.workers, lambda rule: _orphaned_rule(fleet, rule), rules)
    return [orphan for orphan in orphans if orphan is not None]


def _orphaned_rule(fleet: Fleet, rule: ObservedRule) -> Orphan | None:
    """Plan the removal of a rule, if its tags still say that it is the owner's."""
    name, client = str(rule.rule["Name"]), fleet.session.clients.client("events")
    try:
        tags = list_rule_tags(client, rule.arn)
        targets = ObservedTargets(tuple(list_targets(client, name, DEFAULT_BUS)))
    except NotFound:
        return None
    own_target = own_target_of(name, targets)
    if not is_owned_batch(fleet, tags):
        return None
    if own_target is None:
        fleet.notes.append(
            f"The rule {name} is no longer declared, but has several targets and none of its name;"
            " it was left alone."
        )
        return None
    observed = ObservedBatch(replace(rule, tags=tags), targets)
    plan = plan_batch_removal(observed, fleet.clock.now(), own_target=own_target)
    return Orphan(
        RULE,
        name,
        rule.arn,
        tags[BATCH_TAG],
        plan.actions,
        plan.changes,
        plan.warnings,
        plan.before.get(RULE),
        staying=targets.others(own_target),
    )


def orphaned_schedules(fleet: Fleet) -> list[Orphan]:
    """Look into every group that is the owner's; one that is taken over in this very run is not
    yet."""
    names = {*owned_groups(fleet.index.tags, owner_of(fleet)), owner_of(fleet)} - {DEFAULT_GROUP}
    found = in_threads(
        fleet.options.workers, lambda name: _orphans_in_group(fleet, name), sorted(names)
    )
    return [orphan for orphans in found for orphan in orphans]


def _orphans_in_group(fleet: Fleet, group_name: str) -> list[Orphan]:
    group = schedule_groups.observe(fleet.session, group_name, with_tags=True)
    if group is None or group.is_going or group.tags.get(OWNER_TAG) != owner_of(fleet):
        return []
    declared = {work.batch.name for work in fleet.works if work.batch.group_name == group_name}
    try:
        found = list_schedules(fleet.session.clients.client("scheduler"), group_name)
    except NotFound:
        return []
    undeclared = [schedule for schedule in found if schedule["Name"] not in declared]
    batches = [schedule for schedule in undeclared if _starts_tasks(fleet, schedule)]
    others = sorted(str(each["Name"]) for each in undeclared if each not in batches)
    if others:
        fleet.notes.append(
            f"The schedule group {group_name} has schedules that start no ECS task and were left"
            f" alone: {', '.join(others)}."
        )
    return [_orphaned_schedule(schedule) for schedule in batches]


def _starts_tasks(fleet: Fleet, schedule: Document) -> bool:
    """Whether a listed schedule starts an ECS task; of a state machine only its input tells."""
    arn = schedule.get("Target", {}).get("Arn")
    if not is_state_machine(arn):
        return ":ecs:" in str(arn)
    try:
        found = get_schedule(
            fleet.session.clients.client("scheduler"), schedule["Name"], schedule["GroupName"]
        )
    except NotFound:
        return False
    return GUARD in found["Target"]


def _orphaned_schedule(schedule: Document) -> Orphan:
    name, group_name = str(schedule["Name"]), str(schedule["GroupName"])
    key = {"Name": name, "GroupName": group_name}
    return Orphan(
        SCHEDULE,
        name,
        str(schedule["Arn"]),
        name,
        (Action("scheduler", "DeleteSchedule", key),),
        before=key,
        group_name=group_name,
    )


def orphaned_revisions(fleet: Fleet, uses: Callable[[], frozenset[Use]]) -> list[Orphan]:
    """Return the owner's revisions of undeclared families, without those that a trigger starts."""
    found = undeclared_revisions(fleet.index.tags, owner_of(fleet), _declared_families(fleet))
    families = _families_with_revisions(fleet, found)
    client = fleet.session.clients.client("ecs")
    active = in_threads(
        fleet.options.workers, lambda family: list_task_definitions(client, family), families
    )
    candidates = {
        family: [arn for arn in arns if arn in found[family]]
        for family, arns in zip(families, active, strict=True)
    }
    used = uses() if any(candidates.values()) else frozenset()
    unused = (
        _unused(family, arns, used, fleet.notes.append) for family, arns in candidates.items()
    )
    return [
        _orphaned_revision(arn, found[family_and_revision(arn)[0]][arn])
        for arns in unused
        for arn in arns
    ]


def _declared_families(fleet: Fleet) -> set[str]:
    present = [work.batch for work in fleet.works if not work.batch.absent]
    return {family_and_revision(str(batch.family_name))[0] for batch in present}


def _families_with_revisions(fleet: Fleet, families: Iterable[str]) -> list[str]:
    listed = sorted(families)
    if len(listed) <= FEW_FAMILIES:
        return listed
    active = set(list_families(fleet.session.clients.client("ecs")))
    return [family for family in listed if family in active]


def _unused(
    family: str, arns: list[str], uses: frozenset[Use], note: Callable[[str], None]
) -> list[str]:
    """Return the revisions that no trigger starts; where one starts the latest, that one stays."""
    used = {arn for arn in arns if family_and_revision(arn) in uses}
    if (family, None) in uses:
        used |= set(arns[:1])
    if used:
        names = ", ".join(sorted(arn.rpartition("/")[2] for arn in used))
        note(f"{names} is no longer declared, but a rule or schedule still starts it; it stays.")
    return [arn for arn in arns if arn not in used]


def _orphaned_revision(arn: str, batch: str) -> Orphan:
    plan = plan_deregistration([arn])
    name = arn.rpartition("/")[2]
    return Orphan(DEFINITION, name, arn, batch, plan.actions, plan.changes, before=plan.before)
