# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet's changed triggers need besides what is theirs: clusters and task definitions that
exist and fit, room on the rule, and a time to come."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_clusters,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    Fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import (
    task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged as merged_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import TARGET
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
    check_target_ids,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.guard import (
    mistake_in_input,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.schedule import (
    check_course,
)


def check_changed(fleet: Fleet) -> None:
    """Check the batches that are written.

    Outside check mode what they name must exist; in check mode an earlier task may yet make it.

    :raises InvalidDescription: with all mistakes, before anything is written.
    """
    changed = [
        work
        for work in fleet.sound_works
        if work.plan and work.plan.changed and not work.batch.absent
    ]
    mistakes = [
        *_missing_clusters(fleet, changed),
        *_unfit_definitions(fleet, changed),
        *(sentence for work in changed for sentence in _misfits(fleet, work)),
    ]
    if mistakes:
        raise InvalidDescription(mistakes)


def _missing_clusters(fleet: Fleet, works: list[BatchWork]) -> list[str]:
    named = {work.batch.where: str(work.wish.target_document["Arn"]) for work in works if work.wish}
    if fleet.session.check_mode or not named:
        return []
    client = fleet.session.clients.client("ecs")
    found = describe_clusters(client, sorted(set(named.values())))
    return [
        f"{where}.cluster: there is no cluster {arn}."
        for where, arn in named.items()
        if arn not in found
    ]


def _unfit_definitions(fleet: Fleet, works: list[BatchWork]) -> list[str]:
    """Check triggers against task definitions that are named, not described."""
    mistakes = []
    named = [work for work in works if work.batch.definition_name]
    definitions = _named_definitions(fleet, [work for work in named if work.family is None])
    for work in named:
        if work.family is not None:
            definition: Document | AwsError | None = normal_form(work.family.wish.definition)
        else:
            definition = definitions[str(work.definition_arn)]
        if isinstance(definition, AwsError):
            work.error = fleet.session.without_secrets(str(definition))
        elif definition is not None:
            mistakes += _misfit_of_definition(work, definition)
        elif not fleet.session.check_mode:
            mistakes.append(
                f"{work.batch.where}.task_definition: there is no ACTIVE"
                f" {work.batch.definition_name}."
            )
    return mistakes


def _named_definitions(
    fleet: Fleet, works: list[BatchWork]
) -> dict[str, Document | AwsError | None]:
    """Read each of the named task definitions once."""

    def read(reference: str) -> Document | None:
        found = task_definitions.observe(fleet.session, reference)
        is_active = found is not None and found.definition.get("status") == "ACTIVE"
        return found.definition if found and is_active else None

    references = sorted({str(work.definition_arn) for work in works})
    found = in_threads(fleet.options.workers, attempt(read), references)
    return dict(zip(references, found, strict=True))


def _misfit_of_definition(work: BatchWork, definition: Document) -> list[str]:
    target = merged_target(None, work.wish.target_document) if work.wish else {}
    trigger = work.described[-1]
    found = Findings()
    location = TARGET if work.schedule else ()
    check_against_task_definition(target, definition, found, location=location)
    trigger.findings.warnings += found.warnings
    return [problem.render(trigger.paths.render) for problem in found.errors]


def _misfits(fleet: Fleet, work: BatchWork) -> list[str]:
    """Check the trigger as it is written."""
    found, trigger = Findings(), work.described[-1]
    if work.schedule is not None and work.plan is not None:
        check_course(work.plan.stands or {}, found, fleet.clock.now())
    elif work.batch.other_targets != "remove":
        others = work.observed.targets.others(work.batch.target_id)
        ids = [str(target["Id"]) for target in others]
        check_target_ids([*ids, work.batch.target_id], found, ("Id",))
    too_long = _guards_input(work)
    trigger.findings.warnings += found.warnings
    return [*too_long, *(problem.render(trigger.paths.render) for problem in found.errors)]


def _guards_input(work: BatchWork) -> list[str]:
    """Check that a rule's target can carry what its guard is told; a schedule's holds 256 KB."""
    if work.wish is None or work.wish.target is None:
        return []
    mistake = mistake_in_input(merged_target(None, work.wish.target_document))
    return [f"{work.batch.where}.guard: {mistake}"] if mistake else []
