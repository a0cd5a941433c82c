# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a fleet finds in AWS, with the fewest calls: listings for many batches, single calls
for a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    list_rule_tags,
    list_rules,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    FamilyWork,
    Fleet,
    GroupWork,
    Index,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.planning import (
    plan_family,
    plan_work,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import (
    rules,
    schedule_groups,
    schedules,
    task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import DEFAULT_BUS
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
    RULE,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import AWS_PREFIX
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import ObservedBatch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import ObservedRule
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import (
    ObservedScheduleGroup,
)

FEW = 3
"""Up to so many batches are read one by one: a listing of the whole account would cost more."""

RULES = "events:rule"
GROUPS = "scheduler:schedule-group"
DEFINITIONS = "ecs:task-definition"


def read_fleet(fleet: Fleet) -> None:
    """Read listings, task definitions, triggers and schedule groups. A batch that cannot be read
    fails alone; without the listings all of them do.

    What is read is planned at once, while other calls are on their way: for a large fleet that
    thinks as long as AWS takes to answer, this halves the time.
    """
    if any(not work.batch.absent for work in fleet.works):
        fleet.session.place()  # Asked for here, before several threads need it.
    fleet.index = _read_index(fleet)
    _read_families(fleet)
    _read_batches(fleet)
    _read_groups(fleet)


def _read_index(fleet: Fleet) -> Index:
    """Read what is common to all batches."""
    batches = [work.batch for work in fleet.works]
    if len(batches) <= FEW and not fleet.options.prune:
        return Index()
    events = fleet.session.clients.client("events")
    listed = {str(rule["Name"]): rule for rule in list_rules(events, event_bus_name=DEFAULT_BUS)}
    groups = sorted({batch.group_name for batch in batches})
    names = in_threads(fleet.options.workers, lambda name: _names_in(fleet.session, name), groups)
    return Index(listed, _read_tags(fleet), dict(zip(groups, names, strict=True)))


def _read_tags(fleet: Fleet) -> Mapping[str, Mapping[str, str]]:
    """Return the tags of what belongs to the owner, or to batches without one.

    It spares a call per rule. Who may not use it pays with those calls; only ``prune`` cannot do
    without.
    """
    owner, prune = fleet.options.owner, fleet.options.prune
    kinds = (RULES, GROUPS, DEFINITIONS) if prune else (RULES,)
    ours = {OWNER_TAG: [owner]} if owner else {BATCH_TAG: []}
    try:
        return get_resources(fleet.session.clients.client("resourcegroupstaggingapi"), kinds, ours)
    except AccessDenied:
        if prune:
            raise
        return {}


def _names_in(session: Session, group: str) -> frozenset[str]:
    try:
        found = list_schedules(session.clients.client("scheduler"), group)
    except NotFound:
        return frozenset()
    return frozenset(str(schedule["Name"]) for schedule in found)


def _read_families(fleet: Fleet) -> None:
    def observe(family: FamilyWork) -> None:
        try:
            family.observed = task_definitions.observe(fleet.session, family.name)
        except AwsError as error:
            family.error = fleet.session.without_secrets(str(error))
        else:
            plan_family(fleet, family)

    in_threads(fleet.options.workers, observe, fleet.families.values())


def _read_batches(fleet: Fleet) -> None:
    def observe(work: BatchWork) -> None:
        try:
            work.observed = _observe_batch(fleet.session, fleet.index, work.batch)
        except AwsError as error:
            work.error = fleet.session.without_secrets(str(error))
        else:
            plan_work(fleet, work)

    in_threads(fleet.options.workers, observe, fleet.works)


def _observe_batch(session: Session, index: Index, batch: Batch) -> ObservedBatch:
    """Read the rule with its targets and the schedule of a batch's name, whoever they belong to."""
    rule = _observe_rule(session, index, batch)
    targets: tuple[Document, ...] = ()
    if rule is not None:
        targets = tuple(list_targets(session.clients.client("events"), batch.name, DEFAULT_BUS))
    schedule = None
    if index.schedules is None or batch.name in index.schedules.get(batch.group_name, ()):
        schedule = schedules.observe(session, batch.name, batch.group_name)
    return ObservedBatch(rule, ObservedTargets(targets), schedule)


def _observe_rule(session: Session, index: Index, batch: Batch) -> ObservedRule | None:
    if index.rules is None:
        return rules.observe(session, batch.name, DEFAULT_BUS, with_tags=True)
    rule = index.rules.get(batch.name)
    if rule is None:
        return None
    arn = str(rule["Arn"])
    tags = index.tags.get(arn, {})
    if not _needs_no_look(tags, batch):
        # The listing may lag behind, and nothing is removed on its word alone.
        tags = list_rule_tags(session.clients.client("events"), arn)
    return ObservedRule(rule, tags)


def _needs_no_look(tags: Mapping[str, str], batch: Batch) -> bool:
    """Whether a rule stays and its listed tags are the wanted ones."""
    stays = batch.trigger == RULE and not batch.absent
    return stays and batch.tags == {
        key: value for key, value in tags.items() if not key.startswith(AWS_PREFIX)
    }


def _read_groups(fleet: Fleet) -> None:
    """Read the schedule groups that are used, or in which something of a batch's name was found."""
    for work in fleet.works:
        if work.wants_schedule and work.batch.group_name != DEFAULT_GROUP:
            name = work.batch.group_name
            fleet.groups.setdefault(name, GroupWork(name, [])).works.append(work)
    looked_at = {work.batch.group_name for work in fleet.works if work.observed.schedule}
    for name, found in _observe_groups(fleet, {*fleet.groups, *looked_at} - {DEFAULT_GROUP}):
        if isinstance(found, AwsError):
            _fail_all(fleet, name, found)
            continue
        fleet.group_tags[name] = found.tags if found else {}
        if name in fleet.groups:
            fleet.groups[name].observed = found
            fleet.groups[name].strangers = _strangers(fleet, fleet.groups[name])


def _observe_groups(
    fleet: Fleet, names: Iterable[str]
) -> list[tuple[str, ObservedScheduleGroup | AwsError | None]]:
    def observe(name: str) -> ObservedScheduleGroup | None:
        return schedule_groups.observe(fleet.session, name, with_tags=True)

    listed = sorted(names)
    found = in_threads(fleet.options.workers, attempt(observe), listed)
    return list(zip(listed, found, strict=True))


def _strangers(fleet: Fleet, group: GroupWork) -> list[str]:
    """Return the schedules that would belong to the owner with a group that is taken over."""
    options, observed = fleet.options, group.observed
    taken_over = options.adopt and options.owner is not None and observed is not None
    if not taken_over or OWNER_TAG in fleet.group_tags[group.name]:
        return []
    known = (fleet.index.schedules or {}).get(group.name)
    names = _names_in(fleet.session, group.name) if known is None else known
    return sorted(names - {work.batch.name for work in group.works})


def _fail_all(fleet: Fleet, group_name: str, error: AwsError) -> None:
    """Let all batches fail that have to do with a group that cannot be read."""
    for work in fleet.works:
        if work.batch.group_name == group_name and (work.wants_schedule or work.observed.schedule):
            work.error = work.error or fleet.session.without_secrets(str(error))
            work.plan = None
