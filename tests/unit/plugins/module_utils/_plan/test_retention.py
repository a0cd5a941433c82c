# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which revisions go: those beyond the newest ones, never one in use, deletion after
deregistration and ten at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.retention import (
    Revisions,
    plan_retention,
)


def arn(revision: int) -> str:
    return f"arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello:{revision}"


def arns(revisions: Iterable[int]) -> list[str]:
    return [arn(revision) for revision in revisions]


def plan(
    active: Iterable[int],
    keep: int,
    *,
    inactive: Iterable[int] = (),
    used: Iterable[int] = (),
    delete: bool = False,
) -> Plan:
    revisions = Revisions(arns(active), arns(inactive), frozenset(arns(used)))
    return plan_retention(revisions, keep, delete=delete)


def deregister(revision: int) -> Action:
    return Action("ecs", "DeregisterTaskDefinition", {"taskDefinition": arn(revision)})


def delete(*revisions: int) -> Action:
    return Action("ecs", "DeleteTaskDefinitions", {"taskDefinitions": arns(revisions)})


def status(revision: int, before: str, after: str) -> Change:
    return Change(f"taskDefinitions[hello:{revision}].status", before, after)


def facts(result: Plan) -> dict[str, Any]:
    return {
        name: [int(each.rpartition(":")[2]) for each in found]
        for name, found in result.facts.items()
    }


@pytest.mark.parametrize("keep", [3, 4])
def test_within_the_newest_nothing_goes(keep):
    result = plan([9, 8, 7], keep)
    assert (result.actions, result.changes) == ((), ())
    assert facts(result) == {"kept": [9, 8, 7], "deregistered": [], "deleted": []}
    assert result.before == result.after == {"active": arns([9, 8, 7])}


def test_beyond_the_newest_all_go():
    result = plan([9, 8, 7, 6], 2)
    assert result.actions == (deregister(7), deregister(6))
    assert result.changes == (status(7, "ACTIVE", "INACTIVE"), status(6, "ACTIVE", "INACTIVE"))
    assert result.after == {"active": arns([9, 8])}


def test_a_revision_in_use_stays_and_counts_for_nothing_else():
    result = plan([9, 8, 7, 6], 1, used=[7, 9])
    assert facts(result) == {"kept": [9, 7], "deregistered": [8, 6], "deleted": []}


def test_without_asking_nothing_is_deleted():
    assert plan([9], 1, inactive=[8, 7]).actions == ()


def test_deletion_follows_deregistration():
    result = plan([9, 8], 1, inactive=[7], delete=True)
    assert result.actions == (deregister(8), delete(8, 7))
    assert result.changes == (
        status(8, "ACTIVE", "DELETE_IN_PROGRESS"),
        status(7, "INACTIVE", "DELETE_IN_PROGRESS"),
    )


def test_an_inactive_revision_in_use_is_not_deleted():
    result = plan([9], 1, inactive=[8, 7], used=[8], delete=True)
    assert result.actions == (delete(7),)


def test_at_most_ten_are_deleted_by_one_call():
    result = plan([30], 1, inactive=range(29, 6, -1), delete=True)
    assert result.actions == (
        delete(*range(29, 19, -1)),
        delete(*range(19, 9, -1)),
        delete(9, 8, 7),
    )


def test_nothing_there_is_nothing_to_do():
    assert plan([], 1, delete=True).actions == ()
