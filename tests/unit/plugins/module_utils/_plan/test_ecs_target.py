# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for targets: one PutTargets where something differs, others kept, told of or removed, and
never a moment without a target."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import normal_form
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    KEEP,
    REMOVE,
    WARN,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
    plan_target_removal,
    wanted_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action

KEY = {"Rule": "nightly", "EventBusName": "default"}


def target(target_id: str = "ours", **ecs: Any) -> dict[str, Any]:
    return {
        "Id": target_id,
        "Arn": "cluster",
        "RoleArn": "role",
        "EcsParameters": {"TaskDefinitionArn": "hello", **ecs},
    }


def others(count: int) -> tuple[dict[str, Any], ...]:
    return tuple({"Id": f"other-{number}", "Arn": f"queue-{number}"} for number in range(count))


def wish(other_targets: str = WARN, **given: Any) -> TargetWish:
    return TargetWish("nightly", "default", "ours", given, other_targets)


def given_whole() -> dict[str, Any]:
    whole = target()
    del whole["Id"]
    return whole


def put(*targets: dict[str, Any]) -> Action:
    return Action("events", "PutTargets", {**KEY, "Targets": list(targets)})


def remove(*ids: str) -> Action:
    return Action("events", "RemoveTargets", {**KEY, "Ids": list(ids)})


def test_a_new_target_is_put():
    plan = plan_target(ObservedTargets(), wish(**given_whole()))
    assert plan.actions == (put(target()),)
    assert plan.changed
    assert plan.before is None
    assert plan.after == normal_form(target())
    assert Change("Arn", None, "cluster") in plan.changes


def test_the_same_target_needs_no_action():
    observed = ObservedTargets((target(),))
    plan = plan_target(observed, wish(**given_whole()))
    assert (plan.actions, plan.changes, plan.warnings) == ((), (), ())
    assert not plan.changed
    assert plan.before == plan.after


def test_a_changed_target_is_put_whole():
    observed = ObservedTargets((target(TaskCount=3, NewSetting="x"),))
    plan = plan_target(observed, wish(EcsParameters={"TaskCount": 2}))
    assert plan.actions == (put(target(TaskCount=2, NewSetting="x")),)
    assert plan.changes == (Change("EcsParameters.TaskCount", 3, 2),)
    assert plan.facts["target"] == wanted_target(observed, wish(EcsParameters={"TaskCount": 2}))


def test_said_in_another_way_it_needs_no_action():
    observed = ObservedTargets(({**target(TaskCount=1), "Input": '{"cpu": "1", "memory": "2"}'},))
    given = {"Input": '{"memory":"2","cpu":"1"}', "EcsParameters": {"EnableExecuteCommand": False}}
    assert plan_target(observed, wish(**given)).actions == ()


@pytest.mark.parametrize("other_targets", [KEEP, WARN])
def test_other_targets_stay(other_targets):
    observed = ObservedTargets((target(), *others(2)))
    plan = plan_target(observed, wish(other_targets, **given_whole()))
    assert plan.actions == ()
    assert plan.facts["others"] == others(2)


def test_other_targets_are_told_of_by_default():
    observed = ObservedTargets((target(), *others(2)))
    (warning,) = plan_target(observed, wish()).warnings
    assert "nightly has other targets besides ours" in warning
    assert "other-0 (queue-0), other-1 (queue-1)" in warning
    assert "Set other_targets to" in warning


def test_other_targets_that_are_kept_are_not_told_of():
    assert plan_target(ObservedTargets((target(), *others(2))), wish(KEEP)).warnings == ()


def test_without_other_targets_there_is_nothing_to_tell():
    assert plan_target(ObservedTargets((target(),)), wish(WARN)).warnings == ()


def test_other_targets_are_removed_after_the_new_one_is_put():
    plan = plan_target(ObservedTargets(others(2)), wish(REMOVE, **given_whole()))
    assert plan.actions == (put(target()), remove("other-0", "other-1"))
    assert plan.changes[-2:] == (
        Change("targets[other-0]", "present", None),
        Change("targets[other-1]", "present", None),
    )
    assert plan.warnings == ()


def test_other_targets_alone_are_a_change():
    plan = plan_target(ObservedTargets((target(), *others(1))), wish(REMOVE, **given_whole()))
    assert plan.actions == (remove("other-0"),)
    assert plan.changes == (Change("targets[other-0]", "present", None),)


def test_on_a_full_rule_one_that_has_to_go_makes_room_first():
    plan = plan_target(ObservedTargets(others(5)), wish(REMOVE, **given_whole()))
    assert plan.actions == (
        remove("other-0"),
        put(target()),
        remove("other-1", "other-2", "other-3", "other-4"),
    )


def test_on_a_full_rule_that_has_the_target_nothing_makes_room():
    observed = ObservedTargets((target(TaskCount=2), *others(4)))
    plan = plan_target(observed, wish(REMOVE, EcsParameters={"TaskCount": 1}))
    assert [action.operation for action in plan.actions] == ["PutTargets", "RemoveTargets"]


@pytest.mark.parametrize("other_targets", [KEEP, WARN])
def test_on_a_full_rule_others_are_never_removed_unasked(other_targets):
    plan = plan_target(ObservedTargets(others(5)), wish(other_targets, **given_whole()))
    assert plan.actions == (put(target()),)


def test_removal_removes_the_one_that_was_named():
    plan = plan_target_removal(ObservedTargets((target(), *others(2))), wish())
    assert plan.actions == (remove("ours"),)
    assert (plan.before, plan.after) == (normal_form(target()), None)
    assert plan.facts == {"target": None, "others": others(2)}
    assert Change("Arn", "cluster", None) in plan.changes


def test_removal_of_what_is_not_there_does_nothing():
    plan = plan_target_removal(ObservedTargets(others(2)), wish(REMOVE))
    assert (plan.actions, plan.changes, plan.before, plan.after) == ((), (), None, None)
    assert plan.facts["others"] == others(2)
