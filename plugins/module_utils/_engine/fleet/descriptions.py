# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a batch as the user wrote it to what each service takes, with every check that needs no
call."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    Described,
    FamilyWork,
    Fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    check_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.schedules import (
    check_parts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    RULE,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    compare,
    same,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    Description,
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged as merged_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule_options import (
    read_rule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import (
    read_schedule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    read_target_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import with_task_definition

DESCRIBED_BESIDE = "described-beside"
"""Stands for a task definition that the batch describes: its own mistakes are found there."""

NO_CONTENT = ("tags", "purge_tags")
"""Options of a task definition that are no part of its content."""


def describe_fleet(fleet: Fleet) -> None:
    """Read and check all batches.

    :raises InvalidDescription: with every mistake of all of them together.
    """
    options = fleet.options
    mistakes = list(options.mistakes())
    reading = read_batches(options.batches, options.defaults, options.images, options.owner)
    mistakes += reading.mistakes
    known: dict[str, _Known] = {}
    fleet.works = [describe_batch(batch, known) for batch in reading.batches]
    mistakes += [mistake for work in fleet.works for mistake in work.mistakes()]
    mistakes += _join_families(fleet)
    if mistakes:
        raise InvalidDescription(mistakes)


@dataclass(frozen=True)
class _Known:
    """A task definition without fault that was described before, with the options and the tags that
    it was described with."""

    options: Mapping[str, object]
    tags: Mapping[str, str]
    description: Description


def describe_batch(batch: Batch, known: dict[str, _Known] | None = None) -> BatchWork:
    """Return a batch as each service takes it, with what was found wrong with it. What several
    describe alike is read and checked once; ``known`` are those before, by family."""
    work = BatchWork(batch)
    known = {} if known is None else known
    if batch.absent:
        return work
    if batch.definition is not None:
        alike = {} if known is None else known
        work.definition = _describe_definition(batch, batch.definition, alike)
        work.described.append(Described(work.definition.findings, work.definition.paths))
    if batch.trigger == RULE:
        _describe_rule(work)
    else:
        _describe_schedule(work)
    return work


def _describe_definition(
    batch: Batch, described: Mapping[str, object], known: dict[str, _Known]
) -> Description:
    options = {key: value for key, value in described.items() if key not in NO_CONTENT}
    tags = definition_tags(batch)
    common = {key: value for key, value in tags.items() if key != BATCH_TAG}
    family = str(options.get("family"))
    before = known.get(family)
    if before is not None and same([before.options, before.tags], [options, common]):
        return before.description
    description = describe_task_definition(
        options,
        input_shape("ecs", "RegisterTaskDefinition"),
        tags,
        path=(*batch.path, "task_definition"),
    )
    if not (description.findings.errors or description.findings.warnings):
        known[family] = _Known(options, common, description)
    return description


def definition_tags(batch: Batch) -> dict[str, str]:
    """Return the tags that a batch wants on the task definition that it describes."""
    own = (batch.definition or {}).get("tags") or {}
    return {**batch.tags, **{str(key): str(value) for key, value in own.items()}}


def _describe_rule(work: BatchWork) -> None:
    batch, findings = work.batch, Findings()
    rule = read_rule_options(
        batch.rule_options(), input_shape("events", "PutRule"), path=batch.path
    )
    rule.paths.note(("ScheduleExpression",), (*batch.path, "schedule"))
    with suppress(InvalidDescription):
        rule.check_given()
    target = read_target_options(
        batch.target_options(),
        structure("events", "Target"),
        structure("ecs", "TaskOverride"),
        findings,
        path=batch.path,
    )
    target.paths.note(("Id",), (*batch.path, "target_id"))
    work.rule, work.target = rule, target
    work.described += [Described(rule.findings, rule.paths), Described(findings, target.paths)]
    whole = {**merged_target(None, target.target), "Id": batch.target_id}
    check_target(
        _with_definition(whole, batch),
        findings,
        service="events",
        complete=True,
        definition=_own_definition(work),
    )


def _describe_schedule(work: BatchWork) -> None:
    batch = work.batch
    schedule = read_schedule_options(
        batch.schedule_options(),
        input_shape("scheduler", "CreateSchedule"),
        structure("ecs", "TaskOverride"),
        path=batch.path,
    )
    schedule.paths.note(("ScheduleExpression",), (*batch.path, "schedule"))
    schedule.paths.note(("ScheduleExpressionTimezone",), (*batch.path, "timezone"))
    work.schedule = schedule
    work.described.append(Described(schedule.findings, schedule.paths))
    target = _with_definition(schedule.wish.given["Target"], batch)
    wish = replace(schedule.wish, given={**schedule.wish.given, "Target": target})
    check_parts(
        replace(schedule, wish=wish), complete_target=True, definition=_own_definition(work)
    )


def _with_definition(target: Document, batch: Batch) -> Document:
    return with_task_definition(target, batch.definition_name or DESCRIBED_BESIDE)


def _own_definition(work: BatchWork) -> Document | None:
    """Return the task definition that the batch describes itself, where it is sound enough to
    look at."""
    if work.definition is None or work.definition.findings.errors:
        return None
    return work.definition.normal


def _join_families(fleet: Fleet) -> list[str]:
    """Gather the batches that describe or name one family; return where they contradict each
    other."""
    mistakes = []
    for work in fleet.works:
        if work.definition is None or work.definition.findings.errors:
            continue
        name = str(work.definition.document["family"])
        family = fleet.families.get(name)
        if family is None:
            work.family = fleet.families[name] = _family_of(name, work)
            continue
        work.family = family
        mistakes += _contradictions(family, work)
        family.works.append(work)
        tags = _common_tags(family.wish.tags or {}, definition_tags(work.batch))
        family.wish = replace(family.wish, tags=tags)
    for work in fleet.works:
        named = None if work.batch.absent else work.batch.definition_name
        work.family = fleet.families.get(named or "", work.family)
    return mistakes


def _family_of(name: str, work: BatchWork) -> FamilyWork:
    described = work.batch.definition or {}
    document = work.definition.document if work.definition else {}
    purge_tags = bool(described.get("purge_tags", True))
    wish = TaskDefinitionWish(document, definition_tags(work.batch), purge_tags)
    return FamilyWork(name, wish, [work])


def _contradictions(family: FamilyWork, work: BatchWork) -> list[str]:
    first = family.works[0]
    document, known = (work.definition.document if work.definition else {}), family.wish.definition
    changes = compare(normal_form(known), normal_form(document)) if document != known else ()
    differs = [change.path for change in changes]
    own, other = ((each.batch.definition or {}).get("tags") or {} for each in (first, work))
    differs += ["tags"] if own != other else []
    if not differs:
        return []
    return [
        f"{first.batch.where} and {work.batch.where}: both describe the task definition"
        f" {family.name}, with different content at {', '.join(differs[:3])}."
    ]


def _common_tags(wanted: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that all batches want; what several share carries no single batch's name."""
    return {
        key: value for key, value in wanted.items() if key != BATCH_TAG and tags.get(key) == value
    }
