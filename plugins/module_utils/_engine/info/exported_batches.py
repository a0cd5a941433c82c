# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every scheduled ECS task as the batch that ``scheduled_batches`` would make of it, and how it
stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.descriptions import (
    describe_batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.planning import wish_of
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.trigger_reading import (
    RULE_KIND,
    Trigger,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.permissions import why_unread
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import (
    task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import TAG_PREFIX
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_export import (
    Description,
    TargetShapes,
    batch_of_rule,
    batch_of_schedule,
    described_definition,
    own_target,
    unsaid_of_rule,
    unsaid_of_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import plan_trigger
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
    plan_task_definition,
)

NAMED = "The task definition is named, not described: {why}"
"""What is told where a description was asked for, and would not be what the trigger starts."""


@dataclass(eq=False)
class Exported:
    """A trigger, and the batch that says the same.

    ``family`` is the ARN of the family's latest revision, without a revision; ``newest`` is that
    revision as far as it could be read. ``remarks`` say what could not be.
    """

    trigger: Trigger
    target: Document
    batch: Description
    family: str
    newest: DescribedTaskDefinition | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def definition_arn(self) -> str:
        """Return what the trigger starts, with the revision where one is pinned."""
        return str(self.target.get("EcsParameters", {}).get("TaskDefinitionArn", ""))

    @property
    def revision(self) -> int | None:
        """Return the pinned revision."""
        return family_and_revision(self.definition_arn)[1]

    @property
    def newest_revision(self) -> int | None:
        """Return the family's newest ACTIVE revision."""
        found = self.newest.definition.get("revision") if self.newest else None
        return None if found is None else int(found)


@dataclass(frozen=True)
class Export:
    """All batches, and what no batch can say."""

    batches: Sequence[Exported]
    not_batches: Sequence[Document]


def export(session: Session, triggers: Sequence[Trigger], now: datetime) -> Export:
    """Return the triggers as batches, each checked to be what ``scheduled_batches`` would leave
    unchanged; no call is sent."""
    batches: list[Exported] = []
    not_batches: list[Document] = []
    for trigger in triggers:
        exported = _exported(trigger)
        reasons = (
            [exported] if isinstance(exported, str) else list(_reasons(session, exported, now))
        )
        if isinstance(exported, Exported) and not reasons:
            batches.append(exported)
        else:
            not_batches.append(_left_out(trigger, " ".join(reasons)))
        not_batches += _other_targets(exported)
    return Export(batches, not_batches)


def _left_out(trigger: Trigger, reason: str) -> Document:
    return {"kind": trigger.kind, "name": trigger.name, "arn": trigger.arn, "reason": reason}


def _other_targets(exported: Exported | str) -> list[Document]:
    """Return the other targets of a rule, which are no part of its batch."""
    if isinstance(exported, str):
        return []
    others = exported.trigger.observed.targets.others(str(exported.target.get("Id")))
    return [
        {
            "kind": "target",
            "name": f"{exported.trigger.name}/{target['Id']}",
            "arn": str(target.get("Arn")),
            "reason": f"Another target of the rule {exported.trigger.name}, which a batch does not"
            " manage; other_targets says that it stays.",
        }
        for target in others
    ]


def _exported(trigger: Trigger) -> Exported | str:
    """Return a trigger as a batch, or why it is none."""
    if trigger.unread is not None:
        return trigger.unread
    return _exported_rule(trigger) if trigger.kind == RULE_KIND else _exported_schedule(trigger)


def _exported_rule(trigger: Trigger) -> Exported | str:
    rule = trigger.observed.rule.rule if trigger.observed.rule else {}
    target = own_target(rule, trigger.targets, trigger.tags)
    if not isinstance(target, dict):
        return target or "The rule starts no ECS task."
    reasons = " ".join(unsaid_of_rule(rule, target))
    if reasons:
        return reasons
    others = len(trigger.targets) > 1
    batch = batch_of_rule(rule, target, trigger.tags, _shapes("events"), others=others)
    return _as_exported(trigger, target, batch)


def _exported_schedule(trigger: Trigger) -> Exported | str:
    schedule = trigger.observed.schedule.schedule if trigger.observed.schedule else {}
    reasons = " ".join(unsaid_of_schedule(schedule))
    if reasons:
        return reasons
    batch = batch_of_schedule(schedule, trigger.arn, _shapes("scheduler"))
    return _as_exported(trigger, dict(schedule["Target"]), batch)


def _as_exported(trigger: Trigger, target: Document, batch: Description) -> Exported:
    reference = str(target.get("EcsParameters", {}).get("TaskDefinitionArn", ""))
    revision = family_and_revision(reference)[1]
    family = reference if revision is None else reference.removesuffix(f":{revision}")
    return Exported(trigger, target, batch, family, remarks=list(trigger.remarks))


def _shapes(service: str) -> TargetShapes:
    return TargetShapes(structure(service, "Target"), structure("ecs", "TaskOverride"))


def _reasons(session: Session, exported: Exported, now: datetime) -> Iterator[str]:
    """Yield why ``scheduled_batches`` would refuse or change what is there."""
    try:
        changes = _differences(session, exported, exported.batch, now)
    except InvalidDescription as invalid:
        yield "scheduled_batches would refuse it."
        yield from invalid.sentences
        return
    for path in changes:
        yield f"A batch cannot say its {path}."


def _differences(
    session: Session, exported: Exported, batch: Description, now: datetime
) -> list[str]:
    """Return the paths at which the deployed batch would differ from what AWS has, besides the
    tags that say whose it is.

    It is described and planned as ``scheduled_batches`` does, so that nothing can get lost on the
    way there and back.

    :raises InvalidDescription: where the batch would be refused.
    """
    reading = read_batches([batch], owner=exported.trigger.owner)
    works = [describe_batch(each, {}) for each in reading.batches]
    mistakes = [*reading.mistakes, *(each for work in works for each in work.mistakes())]
    if mistakes:
        raise InvalidDescription(mistake.partition(").")[2] or mistake for mistake in mistakes)
    (work,) = works
    changes = []
    if work.definition is not None:
        changes += _changes_of_definition(exported, work.definition.document)
    wish = wish_of(session, work)
    if work.definition is not None:
        wish = wish.with_definition(exported.definition_arn)
    plan = plan_trigger(exported.trigger.observed, wish, now)
    changes += [change.path for change in plan.changes]
    return [path for path in changes if not path.startswith(f"tags[{TAG_PREFIX}")]


def _changes_of_definition(exported: Exported, document: Document) -> list[str]:
    """Return where a described task definition would differ from the newest revision."""
    plan = plan_task_definition(exported.newest, TaskDefinitionWish(document, None))
    return [change.path for change in plan.changes]


def read_newest_revisions(session: Session, batches: Sequence[Exported], workers: int) -> None:
    """Read the newest ACTIVE revision of each family once, for all batches that start it."""

    def read(family: str) -> DescribedTaskDefinition | None:
        return task_definitions.observe(session, family)

    families = sorted({exported.family for exported in batches})
    found = dict(zip(families, in_threads(workers, attempt(read), families), strict=True))
    for exported in batches:
        newest = found[exported.family]
        if isinstance(newest, AwsError):
            exported.remarks.append(f"The newest revision is not known. {why_unread(newest)}")
            continue
        is_active = newest is not None and newest.definition.get("status", "ACTIVE") == "ACTIVE"
        exported.newest = newest if is_active else None
        if not is_active:
            family = family_and_revision(exported.family)[0]
            exported.remarks.append(f"The task definition {family} has no ACTIVE revision.")


def describe_definitions(session: Session, batches: Sequence[Exported], now: datetime) -> None:
    """Describe the task definitions in full where that is what the triggers start and go on to
    start."""
    shape = input_shape("ecs", "RegisterTaskDefinition")
    for exported in batches:
        why = _why_named(exported)
        if why is None and exported.newest is not None:
            described = described_definition(
                exported.newest.definition, exported.newest.tags, shape
            )
            batch = {**exported.batch, "task_definition": described}
            try:
                changes = _differences(session, exported, batch, now)
            except InvalidDescription as invalid:
                why = " ".join(invalid.sentences)
            else:
                why = f"a description cannot say its {', '.join(changes)}." if changes else None
            exported.batch = exported.batch if why else batch
        if why:
            exported.remarks.append(NAMED.format(why=why))


def _why_named(exported: Exported) -> str | None:
    """Return why a description would change what the trigger starts."""
    if exported.newest is None:
        return "it could not be read."
    if exported.revision is None:
        return "the batch starts the family's latest revision, and a description pins one."
    if exported.revision != exported.newest_revision:
        return (
            f"the batch starts revision {exported.revision}, and a description would register a new"
            f" one after {exported.newest_revision}."
        )
    return None
