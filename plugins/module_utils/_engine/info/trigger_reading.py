# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading every trigger that starts ECS tasks, rules and schedules alike, with few calls: listings
for many, single calls for a few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    list_rule_tags,
    list_rules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    list_schedule_group_tags,
    list_schedules,
    list_schedules_named,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.reading import (
    FEW,
    GROUPS,
    RULES,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.permissions import (
    why_unread,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import (
    rules,
    schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import (
    starts_in_ecs,
    targets_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    DEFAULT_BUS,
    parse_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_export import (
    starts_tasks,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import is_state_machine
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import ObservedBatch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import ObservedRule

RULE_KIND, SCHEDULE_KIND = "rule", "schedule"

UNIVERSAL = ":aws-sdk:"
"""Stands in the ARN of a universal target, which is a call of any operation."""


@dataclass(frozen=True)
class Selection:
    """Which triggers are wanted; what is None does not choose."""

    cluster_arn: str | None = None
    owner: str | None = None
    names: tuple[str, ...] | None = None
    workers: int = 1

    @property
    def has_few_names(self) -> bool:
        """Whether single calls are cheaper than listings of the whole account."""
        return self.names is not None and len(self.names) <= FEW

    def wants(self, name: str) -> bool:
        """Whether a trigger of this name may be wanted."""
        return self.names is None or name in self.names


@dataclass(eq=False)
class Trigger:
    """A rule with its targets, or a schedule, and the tags that say whose it is.

    ``tags`` are those of the rule or of the schedule's group. ``unread`` says what could not be
    read of it, and ``remarks`` what of lesser weight.
    """

    kind: str
    name: str
    arn: str
    tags: Mapping[str, str] = field(default_factory=dict)
    observed: ObservedBatch = field(default_factory=ObservedBatch)
    unread: str | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def owner(self) -> str | None:
        """Return whose the trigger is."""
        return self.tags.get(OWNER_TAG)

    @property
    def targets(self) -> Sequence[Document]:
        """Return everything that the trigger starts."""
        if self.observed.schedule is not None:
            return (self.observed.schedule.schedule.get("Target", {}),)
        return self.observed.targets.targets

    @property
    def order(self) -> tuple[str, str, str]:
        """Return where the trigger stands among others."""
        return self.name, self.kind, self.arn


@dataclass(frozen=True)
class TriggerReading:
    """The triggers that start ECS tasks. ``group_sizes`` counts all schedules of each group, where
    all were listed; ``remarks`` say what could not be listed."""

    triggers: Sequence[Trigger]
    group_sizes: Mapping[str, int]
    remarks: Sequence[str]


def read_triggers(session: Session, selection: Selection) -> TriggerReading:
    """Read all wanted triggers. One that goes meanwhile is left out.

    :raises AwsError: where neither rules nor schedules can be listed.
    """
    reader = _Reader(session, selection)
    listings = (reader.list_rules, reader.list_schedules)
    found = in_threads(selection.workers, attempt(lambda listing: listing()), listings)
    errors = [listed for listed in found if isinstance(listed, AwsError)]
    if len(errors) == len(found):
        raise errors[0]
    for error in errors:
        if not isinstance(error, AccessDenied):
            raise error
    triggers = [each for listed in found if not isinstance(listed, AwsError) for each in listed]
    reader.read_tags(triggers)
    read = list(filter(reader.wants, reader.read(reader.of_owner(triggers))))
    reader.set_aside_unknown_owners(read)
    return TriggerReading(
        sorted(read, key=lambda trigger: trigger.order),
        reader.group_sizes,
        [f"Not all batches were read. {why_unread(error)}" for error in errors],
    )


class _Reader:
    """Reads the triggers of one selection."""

    def __init__(self, session: Session, selection: Selection) -> None:
        self._session = session
        self._selection = selection
        self.group_sizes: Counter[str] = Counter()

    def list_rules(self) -> list[Trigger]:
        """Return the wanted rules that have a schedule, without their tags and targets."""
        selection, client = self._selection, self._session.clients.client("events")
        if selection.has_few_names:
            found = in_threads(selection.workers, self._rule_of_name, selection.names or ())
            listed = [rule for rule in found if rule is not None]
        else:
            listed = list_rules(client, DEFAULT_BUS)
        return [
            Trigger(
                RULE_KIND,
                str(rule["Name"]),
                str(rule["Arn"]),
                observed=ObservedBatch(rule=ObservedRule(rule)),
            )
            for rule in listed
            if rule.get("ScheduleExpression") and selection.wants(str(rule["Name"]))
        ]

    def _rule_of_name(self, name: str) -> Document | None:
        observed = rules.observe(self._session, name, DEFAULT_BUS, with_tags=False)
        return observed.rule if observed else None

    def list_schedules(self) -> list[Trigger]:
        """Return the wanted schedules that have to do with ECS, without what they start."""
        selection = self._selection
        if selection.has_few_names:
            found = in_threads(selection.workers, self._schedules_of_name, selection.names or ())
            listed = [schedule for schedules_ in found for schedule in schedules_]
        else:
            listed = list_schedules(self._session.clients.client("scheduler"))
            self.group_sizes.update(str(schedule["GroupName"]) for schedule in listed)
        return [
            Trigger(SCHEDULE_KIND, str(schedule["Name"]), str(schedule["Arn"]))
            for schedule in filter(starts_in_ecs, listed)
            if selection.wants(str(schedule["Name"])) and self._may_be_in_cluster(schedule)
        ]

    def _may_be_in_cluster(self, schedule: Document) -> bool:
        """Whether a schedule starts tasks in the wanted cluster, or only its input tells."""
        arn = str(schedule["Target"]["Arn"])
        only_input_tells = UNIVERSAL in arn or is_state_machine(arn)
        return self._selection.cluster_arn in {None, arn} or only_input_tells

    def _schedules_of_name(self, name: str) -> list[Document]:
        return list_schedules_named(self._session.clients.client("scheduler"), name)

    def read_tags(self, triggers: Sequence[Trigger]) -> None:
        """Read the tags of rules, and for schedules those of their groups: from the index where
        there are many. What is missing from it is asked, since it may lag behind."""
        places: dict[str, list[Trigger]] = {}
        for trigger in triggers:
            places.setdefault(_tagged_arn(trigger), []).append(trigger)
        places.pop("", None)
        index = self._index() if len(places) > FEW else {}
        asked = [arn for arn in places if self._has_to_be_asked(index.get(arn))]
        found = in_threads(self._selection.workers, attempt(self._tags_of), asked)
        tags = {**index, **dict(zip(asked, found, strict=True))}
        for arn, tagged in places.items():
            of_arn = tags.get(arn, {})
            for trigger in tagged:
                if isinstance(of_arn, AwsError):
                    trigger.remarks.append(f"Tags and owner are not known. {why_unread(of_arn)}")
                else:
                    trigger.tags = of_arn

    def _index(self) -> dict[str, dict[str, str]]:
        client = self._session.clients.client("resourcegroupstaggingapi")
        try:
            return get_resources(client, (RULES, GROUPS))
        except AccessDenied:
            return {}

    def _has_to_be_asked(self, listed: Mapping[str, str] | None) -> bool:
        """Whether the index may be behind: what it does not know, and what it does not know as the
        owner's where that is what is looked for."""
        if listed is None:
            return True
        return self._selection.owner is not None and OWNER_TAG not in listed

    def _tags_of(self, arn: str) -> dict[str, str]:
        parsed = parse_arn(arn)
        try:
            if parsed is not None and parsed.service == "scheduler":
                client = self._session.clients.client("scheduler")
                return list_schedule_group_tags(client, arn)
            return list_rule_tags(self._session.clients.client("events"), arn)
        except NotFound:
            return {}

    def of_owner(self, triggers: Iterable[Trigger]) -> list[Trigger]:
        """Return the triggers that are the wanted owner's, or of which nobody can tell."""
        owner = self._selection.owner
        return [
            trigger
            for trigger in triggers
            if owner is None or trigger.owner == owner or trigger.remarks
        ]

    def read(self, triggers: Sequence[Trigger]) -> list[Trigger]:
        """Read what the triggers start; return those that are still there."""
        found = in_threads(self._selection.workers, attempt(self._read_one), triggers)
        for trigger, read in zip(triggers, found, strict=True):
            if isinstance(read, AwsError):
                trigger.unread = why_unread(read)
        return [trigger for trigger, read in zip(triggers, found, strict=True) if read]

    def _read_one(self, trigger: Trigger) -> bool:
        readers: dict[str, Callable[[Trigger], bool]] = {
            RULE_KIND: self._read_targets,
            SCHEDULE_KIND: self._read_schedule,
        }
        return readers[trigger.kind](trigger)

    def _read_targets(self, trigger: Trigger) -> bool:
        rule = trigger.observed.rule
        if rule is None:
            return False
        found = targets_of(self._session, {"Name": trigger.name, "EventBusName": DEFAULT_BUS})
        trigger.observed = ObservedBatch(
            ObservedRule(rule.rule, trigger.tags), ObservedTargets(tuple(found))
        )
        return True

    def _read_schedule(self, trigger: Trigger) -> bool:
        observed = schedules.observe(self._session, trigger.name, group_of_schedule(trigger.arn))
        trigger.observed = ObservedBatch(schedule=observed)
        return observed is not None

    def set_aside_unknown_owners(self, triggers: Iterable[Trigger]) -> None:
        """Note of triggers whose tags could not be read that they may be another owner's."""
        for trigger in triggers:
            if self._selection.owner is not None and trigger.remarks:
                trigger.unread = trigger.unread or " ".join(trigger.remarks)

    def wants(self, trigger: Trigger) -> bool:
        """Whether a trigger that was read starts tasks, and in the wanted cluster."""
        if trigger.unread is not None:
            return True
        started = [target for target in trigger.targets if starts_tasks(target)]
        cluster = self._selection.cluster_arn
        return any(cluster is None or _is_in(target, cluster) for target in started)


def _is_in(target: Mapping[str, object], cluster_arn: str) -> bool:
    """Whether a target starts its tasks in a cluster; a universal one says so in its input."""
    if target.get("Arn") == cluster_arn:
        return True
    name = cluster_arn.rpartition("/")[2]
    text = str(target.get("Input", ""))
    return UNIVERSAL in str(target.get("Arn")) and (f'"{name}"' in text or cluster_arn in text)


def _tagged_arn(trigger: Trigger) -> str:
    """Return the ARN of what carries the tags; the group ``default`` is nobody's."""
    if trigger.kind == RULE_KIND:
        return trigger.arn
    group = group_of_schedule(trigger.arn)
    if group == DEFAULT_GROUP:
        return ""
    return trigger.arn.rpartition(f":schedule/{group}/")[0] + f":schedule-group/{group}"


def group_of_schedule(arn: str) -> str:
    """Return the group that a schedule's ARN names (``...:schedule/GROUP/NAME``)."""
    parsed = parse_arn(arn)
    steps = parsed.resource.split("/") if parsed else []
    return steps[1] if len(steps) == 3 else DEFAULT_GROUP
