# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which old revisions of a family may go: never one that a rule or a schedule still starts."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan

DELETIONS_PER_CALL = 10
"""DeleteTaskDefinitions takes up to ten revisions (botocore)."""


@dataclass(frozen=True)
class Revisions:
    """The revisions of one family, newest first, and those that a trigger uses, all as ARNs."""

    active: Sequence[str]
    inactive: Sequence[str]
    used: Set[str]


def plan_retention(revisions: Revisions, keep: int, *, delete: bool) -> Plan:
    """Return what leaves the newest ``keep`` revisions and every one in use; deletion follows
    deregistration."""
    kept = [
        arn for index, arn in enumerate(revisions.active) if index < keep or arn in revisions.used
    ]
    deregistered = [arn for arn in revisions.active if arn not in kept]
    candidates = [*deregistered, *revisions.inactive] if delete else []
    deleted = [arn for arn in candidates if arn not in revisions.used]
    actions = [
        Action("ecs", "DeregisterTaskDefinition", {"taskDefinition": arn}) for arn in deregistered
    ]
    for start in range(0, len(deleted), DELETIONS_PER_CALL):
        chunk = deleted[start : start + DELETIONS_PER_CALL]
        actions.append(Action("ecs", "DeleteTaskDefinitions", {"taskDefinitions": chunk}))
    changes = [
        _status(arn, "ACTIVE", "DELETE_IN_PROGRESS" if arn in deleted else "INACTIVE")
        for arn in deregistered
    ]
    changes += [
        _status(arn, "INACTIVE", "DELETE_IN_PROGRESS") for arn in deleted if arn not in deregistered
    ]
    return Plan(
        before={"active": list(revisions.active)},
        after={"active": kept},
        changes=tuple(changes),
        actions=tuple(actions),
        facts={"kept": kept, "deregistered": deregistered, "deleted": deleted},
    )


def _status(arn: str, before: str, after: str) -> Change:
    return Change(f"taskDefinitions[{arn.rpartition('/')[2]}].status", before, after)
