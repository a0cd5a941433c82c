# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of a fleet: one item per batch, and a failure that says all where one failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    Fleet,
    PruneWork,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.planning import (
    UNKNOWN_REVISION,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import (
    Failure,
    Outcome,
    shown_changes,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    facts_of_schedule,
    schedule_facts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

SHOWN_NAMES = 3
"""Batches that a warning names of many that it is about."""

NOTHING_RUNS: Document = {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}


def outcome_of(fleet: Fleet) -> Outcome:
    """Return one item per batch, and one for all that was pruned.

    :raises Failure: with all of them, where one failed.
    """
    items = [_item(fleet, work) for work in fleet.works]
    pruned = [work for work in fleet.prunes if work.done or work.error or _is_foreseen(fleet)]
    outcome = Outcome(
        changed=any(item["changed"] for item in items) or any(not work.error for work in pruned),
        results={
            "batches": items,
            "pruned": [work.orphan.as_result(work.error) for work in pruned],
            "api_calls": dict(sorted(fleet.session.clients.calls.items())),
        },
        before={**_sides(fleet, "before"), **_pruned_sides(pruned)},
        after=_sides(fleet, "after"),
        warnings=_warnings(fleet, pruned),
    )
    told = [*_failed_batches(fleet), *_failed_prunes(fleet)]
    if told:
        raise Failure("\n".join(told), outcome)
    return outcome


def _is_foreseen(fleet: Fleet) -> bool:
    """Whether what is planned would be done."""
    return not fleet.writes and not any(work.error for work in fleet.works)


def _warnings(fleet: Fleet, pruned: list[PruneWork]) -> list[str]:
    of_pruned = [warning for work in pruned for warning in work.orphan.warnings]
    return list(dict.fromkeys([*_batch_warnings(fleet), *fleet.notes, *of_pruned]))


def _batch_warnings(fleet: Fleet) -> list[str]:
    """Return what is doubtful in the batches, once for all of which the same is said."""
    alike: dict[str, list[tuple[BatchWork, str]]] = {}
    for work in fleet.works:
        for warning in work.warnings():
            alike.setdefault(warning.removeprefix(work.batch.where), []).append((work, warning))
    return [f"{_named([work for work, _warning in told])}: {told[0][1]}" for told in alike.values()]


def _named(works: Sequence[BatchWork]) -> str:
    names = [work.batch.name for work in works]
    if len(names) <= SHOWN_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more batches"


def _failed_batches(fleet: Fleet) -> list[str]:
    failed = [work for work in fleet.works if work.error is not None]
    if not failed:
        return []
    others = len(fleet.works) - len(failed)
    rest = f" The other {others} are as wanted." if others and fleet.writes else ""
    if fleet.prunes and not any(work.done for work in fleet.prunes):
        rest += " Nothing was pruned."
    listed = [f"- {work.batch.name}: {work.error}" for work in failed]
    return [f"{len(failed)} of {len(fleet.works)} batches failed.{rest}", *listed]


def _failed_prunes(fleet: Fleet) -> list[str]:
    failed = [work for work in fleet.prunes if work.error is not None]
    if not failed:
        return []
    listed = [f"- {work.orphan.kind} {work.orphan.name}: {work.error}" for work in failed]
    return [f"{len(failed)} of {len(fleet.prunes)} removals failed.", *listed]


def _sides(fleet: Fleet, side: str) -> Document:
    changed = [work for work in fleet.works if _all_changes(fleet, work)]
    return {work.batch.name: _side(work, side) for work in changed}


def _pruned_sides(pruned: list[PruneWork]) -> Document:
    return {
        f"pruned {work.orphan.kind} {work.orphan.arn.rpartition('/')[2]}": work.orphan.before or {}
        for work in pruned
    }


def _item(fleet: Fleet, work: BatchWork) -> Document:
    changes = _all_changes(fleet, work)
    return {
        "name": work.batch.name,
        "changed": bool(changes) if work.error is None else _was_written(fleet, work),
        "changes": shown_changes(changes),
        "task_definition_arn": _shown_arn(work.definition_arn),
        "trigger_arn": work.trigger_arn,
        **_facts(fleet, work),
        **_deregistered(fleet, work),
        **_found(fleet, work),
        "error": work.error,
    }


def _found(fleet: Fleet, work: BatchWork) -> Document:
    """Return whose the described task definition is, where nothing is to be done yet."""
    if not fleet.options.plan_only:
        return {}
    family = work.own_family
    tags = dict(family.observed.tags) if family and family.observed else None
    return {"found_task_definition_tags": tags}


def _deregistered(fleet: Fleet, work: BatchWork) -> Document:
    """Return the old revisions that went, where that was asked for."""
    if fleet.options.keep_revisions is None:
        return {}
    retention = work.own_family.retention if work.own_family else None
    return {"deregistered": list(retention.facts["deregistered"]) if retention else []}


def _all_changes(fleet: Fleet, work: BatchWork) -> list[Change]:
    """Return what changes for a batch: its task definition, its schedule group, its trigger, and
    old revisions that go."""
    family, group = work.own_family, _group(fleet, work)
    changes = [
        *(family.plan.changes if family and family.plan else ()),
        *(group.changes if group else ()),
        *(work.plan.changes if work.plan else ()),
        *(family.retention.changes if family and family.retention else ()),
    ]
    return [
        replace(change, before=_shown_arn(change.before), after=_shown_arn(change.after))
        for change in changes
    ]


def _group(fleet: Fleet, work: BatchWork) -> Any:
    return fleet.groups.get(work.batch.group_name) if work.wants_schedule else None


def _was_written(fleet: Fleet, work: BatchWork) -> bool:
    """Whether anything was changed for a batch that failed."""
    family, group = work.own_family, _group(fleet, work)
    return bool(work.done or (family and family.written) or (group and group.written))


def _facts(fleet: Fleet, work: BatchWork) -> Document:
    stands = work.plan.stands if work.plan else None
    if stands is None:
        return dict(NOTHING_RUNS)
    now = fleet.clock.now()
    if work.batch.trigger == RULE:
        return schedule_facts(stands.get("ScheduleExpression"), now=now)
    return facts_of_schedule(stands, now)


def _side(work: BatchWork, side: str) -> Document:
    trigger = getattr(work.plan, side) if work.plan else {}
    family = work.own_family
    definition = getattr(family.plan, side) if family and family.plan else None
    parts = {**trigger, **({"task_definition": definition} if definition else {})}
    shown: Document = _without_unknown_revision(parts)
    return shown


def _without_unknown_revision(document: Any) -> Any:
    if isinstance(document, Mapping):
        return {key: _without_unknown_revision(value) for key, value in document.items()}
    return _shown_arn(document)


def _shown_arn(value: Any) -> Any:
    """Return an ARN without the revision that only AWS can know."""
    if not isinstance(value, str) or ":task-definition/" not in value:
        return value
    return value.removesuffix(f":{UNKNOWN_REVISION}")
