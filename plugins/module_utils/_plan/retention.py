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

DELETING = "DELETE_IN_PROGRESS"
"""The status of a revision that was deleted, until no task uses it (botocore)."""


@dataclass(frozen=True)
class Revisions:
    """The revisions of one family, newest first, and those that a trigger uses, all as ARNs."""

    active: Sequence[str]
    inactive: Sequence[str]
    used: Set[str]


def plan_retention(revisions: Revisions, keep: int, *, delete: bool) -> Plan:
    """Return what leaves the newest ``keep`` revisions and every one in use; deletion follows
    deregistration."""
    newest, older = revisions.active[:keep], revisions.active[keep:]
    kept = [*newest, *(arn for arn in older if arn in revisions.used)]
    deregistered = [arn for arn in older if arn not in revisions.used]
    unused = [arn for arn in revisions.inactive if arn not in revisions.used] if delete else []
    deleted = [*deregistered, *unused] if delete else []
    actions = [
        Action("ecs", "DeregisterTaskDefinition", {"taskDefinition": arn}) for arn in deregistered
    ]
    for start in range(0, len(deleted), DELETIONS_PER_CALL):
        chunk = deleted[start : start + DELETIONS_PER_CALL]
        actions.append(Action("ecs", "DeleteTaskDefinitions", {"taskDefinitions": chunk}))
    gone = DELETING if delete else "INACTIVE"
    changes = [_status(arn, "ACTIVE", gone) for arn in deregistered]
    changes += [_status(arn, "INACTIVE", DELETING) for arn in unused]
    return Plan(
        before={"active": list(revisions.active)},
        after={"active": kept},
        changes=tuple(changes),
        actions=tuple(actions),
        facts={"kept": kept, "deregistered": deregistered, "deleted": deleted},
    )


def _status(arn: str, before: str, after: str) -> Change:
    return Change(f"taskDefinitions[{arn.rpartition('/')[2]}].status", before, after)
