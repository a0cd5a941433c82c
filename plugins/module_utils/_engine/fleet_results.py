# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of a fleet: one item per batch, and a failure that says all where one failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet import BatchWork, Fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet_planning import (
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

NOTHING_RUNS: Document = {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}


def outcome_of(fleet: Fleet) -> Outcome:
    """Return one item per batch.

    :raises Failure: with all of them, where one failed.
    """
    items = [_item(fleet, work) for work in fleet.works]
    changed = [work for work in fleet.works if _all_changes(fleet, work)]
    outcome = Outcome(
        changed=any(item["changed"] for item in items),
        results={
            "batches": items,
            "api_calls": dict(sorted(fleet.session.clients.calls.items())),
        },
        before={work.batch.name: _side(work, "before") for work in changed},
        after={work.batch.name: _side(work, "after") for work in changed},
        warnings=[
            f"{work.batch.name}: {warning}" for work in fleet.works for warning in work.warnings()
        ],
    )
    failed = [work for work in fleet.works if work.error is not None]
    if failed:
        raise Failure(_told(fleet, failed), outcome)
    return outcome


def _told(fleet: Fleet, failed: list[BatchWork]) -> str:
    listed = "\n".join(f"- {work.batch.name}: {work.error}" for work in failed)
    others = len(fleet.works) - len(failed)
    rest = f" The other {others} are as wanted." if others and not fleet.session.check_mode else ""
    return f"{len(failed)} of {len(fleet.works)} batches failed.{rest}\n{listed}"


def _item(fleet: Fleet, work: BatchWork) -> Document:
    changes = _all_changes(fleet, work)
    return {
        "name": work.batch.name,
        "changed": bool(changes) if work.error is None else _was_written(fleet, work),
        "changes": shown_changes(changes),
        "task_definition_arn": _shown_arn(work.definition_arn),
        "trigger_arn": work.trigger_arn,
        **_facts(fleet, work),
        "error": work.error,
    }


def _all_changes(fleet: Fleet, work: BatchWork) -> list[Change]:
    """Return what changes for a batch: its task definition, its schedule group and its trigger."""
    family, group = work.own_family, _group(fleet, work)
    changes = [
        *(family.plan.changes if family and family.plan else ()),
        *(group.changes if group else ()),
        *(work.plan.changes if work.plan else ()),
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
