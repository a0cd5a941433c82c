# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a fleet finds in AWS, with the fewest calls: listings for many batches, single calls for a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    list_rule_tags,
    list_rules,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule_group,
    list_schedule_group_tags,
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources
from ansible_collections.batchwork.aws.plugins.module_utils._engine import rules, schedules
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE, Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import ObservedBatch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import ObservedTargets
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import ObservedRule

BUS = "default"
FEW = 3
"""Up to so many batches are read one by one: a listing of the whole account would cost more."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(workers: int, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what ``work`` returns for every item, in their order, with at most ``workers`` at a time."""
    listed = list(items)
    if len(listed) <= 1:
        return [work(item) for item in listed]
    with ThreadPoolExecutor(max_workers=min(workers, len(listed))) as pool:
        return list(pool.map(work, listed))


@dataclass
class Index:
    """What listings told of the account: rules with their tags, schedules by group, and the groups' tags.

    ``rules`` is None where the batches are few and asked for one by one. A group that does not exist has no entry.
    """

    rules: Mapping[str, Document] | None = None
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    schedules: Mapping[str, frozenset[str]] | None = None
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_index(session: Session, batches: Sequence[Batch], workers: int) -> Index:
    """Read what is common to all batches."""
    groups = sorted({batch.group_name for batch in batches})
    used_groups = sorted({batch.group_name for batch in batches if batch.trigger != RULE})
    group_tags = dict(zip(used_groups, in_threads(workers, lambda name: _group_tags(session, name), used_groups)))
    known_groups = {name: tags for name, tags in group_tags.items() if tags is not None}
    if len(batches) <= FEW:
        return Index(groups=known_groups)
    events = session.clients.client("events")
    listed = {str(rule["Name"]): rule for rule in list_rules(events, event_bus_name=BUS)}
    tags = get_resources(session.clients.client("resourcegroupstaggingapi"), ["events:rule"])
    names = in_threads(workers, lambda name: _schedule_names(session, name), groups)
    return Index(listed, tags, dict(zip(groups, names)), known_groups)


def _group_tags(session: Session, name: str) -> Mapping[str, str] | None:
    """Return the tags of a schedule group, None where there is none; AWS's default group has none."""
    if name == "default":
        return {}
    client = session.clients.client("scheduler")
    try:
        group = get_schedule_group(client, name)
    except NotFound:
        return None
    return list_schedule_group_tags(client, str(group["Arn"]))


def _schedule_names(session: Session, group: str) -> frozenset[str]:
    try:
        found = list_schedules(session.clients.client("scheduler"), group)
    except NotFound:
        return frozenset()
    return frozenset(str(schedule["Name"]) for schedule in found)


def observe_batch(session: Session, index: Index, batch: Batch) -> ObservedBatch:
    """Read the rule with its targets and the schedule of a batch's name, whoever they belong to."""
    rule = _rule(session, index, batch)
    targets: tuple[Document, ...] = ()
    if rule is not None:
        targets = tuple(list_targets(session.clients.client("events"), batch.name, BUS))
    schedule = None
    if index.schedules is None or batch.name in index.schedules.get(batch.group_name, ()):
        schedule = schedules.observe(session, batch.name, batch.group_name)
    return ObservedBatch(rule, ObservedTargets(targets), schedule)


def _rule(session: Session, index: Index, batch: Batch) -> ObservedRule | None:
    if index.rules is None:
        return rules.observe(session, batch.name, BUS, with_tags=True)
    rule = index.rules.get(batch.name)
    if rule is None:
        return None
    tags = index.tags.get(str(rule["Arn"]))
    if tags != batch.tags:
        # The index may lag behind: what differs is asked for itself.
        tags = list_rule_tags(session.clients.client("events"), str(rule["Arn"]))
    return ObservedRule(rule, tags)


def attempt(work: Callable[[Item], Result]) -> Callable[[Item], Result | AwsError]:
    """Return ``work`` with its AwsErrors as results, so that one failing item does not stop the others."""

    def attempted(item: Item) -> Result | AwsError:
        try:
            return work(item)
        except AwsError as error:
            return error

    return attempted


