# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which batches preflight looks at: one, a list, or all of an owner; and what their descriptions
tell by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.descriptions import (
    describe_batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import BatchWork
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.reading import (
    GROUPS,
    RULES,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import (
    EVENTS,
    SCHEDULER,
    Examined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
    not_answered,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.schedule import (
    check_next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    ABSENT,
    BATCH_TAG,
    OPTIONS,
    OWNER_TAG,
    RULE,
    Batch,
    merged_under,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import merged
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    with_images,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.offline import (
    SCHEDULE,
    Written,
    check_command,
    check_topics,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.batch import (
    REQUIRED,
    mistakes_in_batch,
    read_options,
)

PLACES = frozenset({"name", "trigger", "group_name", "target_id"})
"""Options that only say where a deployed batch is."""

INCOMPLETE = "description"


def examined_batches(params: Mapping[str, Any]) -> list[Examined]:
    """Return the batches of the options, with what their descriptions tell without AWS."""
    if params.get("batches") is None:
        own = {name: value for name, value in params.items() if name not in NOT_OF_BATCH}
        return [_examine({}, own, (), params)] if params.get("name") else []
    below, mistakes = read_options(params.get("defaults") or {}, "defaults", without=("name",))
    examined = [
        _examine(below, description, (_where(index, description),), params)
        for index, description in enumerate(params["batches"])
    ]
    if examined:
        examined[0].checks[:0] = [_mistake(sentence) for sentence in mistakes]
    return examined


NOT_OF_BATCH = frozenset({"batches", "defaults", "images", "owner", "fail_on", "workers"})
"""Options of the module that belong to no batch."""


def _where(index: int, description: Mapping[str, Any]) -> str:
    name = description.get("name")
    return f"batches[{index}] ({name})" if name else f"batches[{index}]"


def _mistake(sentence: str) -> Check:
    subject = "description of the batch"
    return ng(INCOMPLETE, subject, sentence, "Correct the description; nothing can be made of it.")


def _examine(
    below: Mapping[str, Any],
    description: Mapping[str, Any],
    path: tuple[str, ...],
    params: Mapping[str, Any],
) -> Examined:
    where = path[0] if path else "batch"
    known = {key: value for key, value in description.items() if path or key in OPTIONS}
    given, mistakes = read_options(known, where)
    options = merged_under(below, given)
    deployed = set(options) <= PLACES
    options["task_definition"] = with_images(
        options.get("task_definition"), params.get("images") or {}
    )
    batch = Batch(str(options.get("name") or ""), options, path, params.get("owner"))
    if not deployed or not batch.name:
        mistakes = [*mistakes, *mistakes_in_batch(batch)]
    service = EVENTS if batch.trigger == RULE else SCHEDULER
    examined = Examined(batch, not deployed, service=service)
    examined.checks += [_mistake(sentence.removeprefix("batch.")) for sentence in mistakes]
    if not deployed:
        _describe(examined)
    return examined


def _describe(examined: Examined) -> None:
    """Check a declared batch as far as its description goes."""
    batch = examined.batch
    if batch.absent or not all(batch.options.get(option) for option in REQUIRED):
        reason = "The batch is to be removed." if batch.absent else "The description is incomplete."
        examined.checks.append(skip(INCOMPLETE, "everything else", reason))
        return
    work = examined.work = describe_batch(batch, {})
    examined.target = _target(work)
    examined.definition = _own_definition(work)
    examined.warnings += work.warnings()
    problems = list(_problems(work))
    examined.checks += check_topics(problems, without=(SCHEDULE,))
    if not any(check.name == SCHEDULE for check in examined.checks):
        examined.checks.append(check_next_runs(examined, declared_schedule(examined)))
    if examined.definition is not None:
        examined.checks.append(check_command(examined.definition, examined.overrides))


def declared_schedule(examined: Examined) -> Document:
    """Return when a declared batch runs, in the spelling of EventBridge Scheduler."""
    if examined.work and examined.work.schedule:
        given = examined.work.schedule.wish.given
        return {member: value for member, value in given.items() if value not in ("", {})}
    return {"ScheduleExpression": examined.batch.options.get("schedule")}


def _target(work: BatchWork) -> Document:
    if work.schedule is not None:
        return merged(None, work.schedule.wish.given.get("Target", {}))
    return merged(None, work.target.target if work.target else {})


def _own_definition(work: BatchWork) -> Document | None:
    if work.definition is None or work.definition.findings.errors:
        return None
    return normal_form(work.definition.document)


def _problems(work: BatchWork) -> Iterator[Written]:
    for described in work.described:
        for problem in described.findings.errors:
            location = problem.location
            inner = location[1:] if location[:1] == ("Target",) else location
            yield Written(inner, problem.render(described.paths.render))


def batches_of_owner(session: Session, owner: str) -> list[Examined]:
    """Return the deployed batches of an owner: tagged rules, and the schedules in its groups.

    Where nobody can tell which these are, the one that is returned says so.
    """
    subject = f"deployed batches of {owner}"
    try:
        found = _deployed_batches(session, owner)
    except AwsError as error:
        question = Question(OWNED, subject, tuple)
        return [_stand_in(owner, not_answered(session, question, error))]
    if not found:
        return [_stand_in(owner, skip(OWNED, subject, "There is none in this region."))]
    return [
        Examined(batch, False, service=EVENTS if batch.trigger == RULE else SCHEDULER)
        for batch in sorted(found, key=lambda batch: batch.name)
    ]


OWNED = "batches"


def _stand_in(owner: str, check: Check) -> Examined:
    """Return what stands for batches that nobody knows."""
    return Examined(Batch(owner, {"state": ABSENT}), True, checks=[check])


def _deployed_batches(session: Session, owner: str) -> list[Batch]:
    tagging = session.clients.client("resourcegroupstaggingapi")
    tags = get_resources(tagging, (RULES, GROUPS), {OWNER_TAG: [owner]})
    found = [
        Batch(arn.rpartition("/")[2], {"trigger": RULE}, (), owner)
        for arn, own in tags.items()
        if ":rule/" in arn and BATCH_TAG in own
    ]
    scheduler = session.clients.client("scheduler")
    for group in (arn.rpartition("/")[2] for arn in tags if ":schedule-group/" in arn):
        found += [
            Batch(str(schedule["Name"]), {"trigger": "scheduler", "group_name": group}, (), owner)
            for schedule in list_schedules(scheduler, group)
        ]
    return found
