# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for batches: a rule with its target or a schedule, moves between the two, and removal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    RULE,
    SCHEDULER,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    ScheduleWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    BatchPlan,
    BatchWish,
    ObservedBatch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_move import plan_batch
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_removal import (
    plan_batch_removal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import ObservedRule
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import ObservedSchedule

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLACE = Place("aws", "eu-west-1", "123456789012")
RULE_ARN = PLACE.arn("events", "rule/hello")
TAGS = {"batchwork:batch": "hello"}
TARGET = {
    "Arn": PLACE.arn("ecs", "cluster/batch"),
    "RoleArn": "arn:aws:iam::123456789012:role/events",
    "EcsParameters": {"TaskDefinitionArn": PLACE.arn("ecs", "task-definition/hello:1")},
}
NOTHING = ObservedBatch()


def wish(trigger: str = RULE, enabled: bool | None = None, **options: Any) -> BatchWish:
    """A batch as it is wanted; ``expression`` and ``others`` are its schedule and other_targets."""
    batch = Batch("hello", {"trigger": trigger, **options}, ("batches[0] (hello)",))
    expression = options.get("expression", "rate(1 day)")
    if trigger == SCHEDULER:
        given = {"ScheduleExpression": expression, "Target": TARGET}
        return BatchWish(batch, schedule=ScheduleWish("hello", "default", given, enabled))
    rule = RuleWish("hello", "default", {"ScheduleExpression": expression}, enabled, TAGS)
    others = options.get("others", "warn")
    return BatchWish(batch, rule, TargetWish("hello", "default", "hello", TARGET, others))


def rule(state: str = "ENABLED", **tags: str) -> ObservedRule:
    content = {"Name": "hello", "Arn": RULE_ARN, "EventBusName": "default", "State": state}
    return ObservedRule({**content, "ScheduleExpression": "rate(1 day)"}, {**TAGS, **tags})


def schedule(state: str = "ENABLED", **members: Any) -> ObservedSchedule:
    content = {"Name": "hello", "GroupName": "default", "State": state, "Target": TARGET}
    content["FlexibleTimeWindow"] = {"Mode": "OFF"}
    content["ScheduleExpression"] = "rate(1 day)"
    arn = PLACE.arn("scheduler", "schedule/default/hello")
    return ObservedSchedule({**content, **members}, arn)


def targets(*foreign: str, own: bool = True) -> ObservedTargets:
    mine = [{**TARGET, "Id": "hello"}] if own else []
    return ObservedTargets((*mine, *({"Id": name, "Arn": "arn:x"} for name in foreign)))


def standing_rule(state: str = "ENABLED", *foreign: str, **tags: str) -> ObservedBatch:
    return ObservedBatch(rule(state, **tags), targets(*foreign))


def plan(observed: ObservedBatch, wanted: BatchWish) -> BatchPlan:
    return plan_batch(observed, wanted, NOW, PLACE)


def calls(found: BatchPlan) -> list[str]:
    return [action.operation for action in found.actions]


def states(found: BatchPlan) -> list[tuple[str, str]]:
    """The states that each writing of a trigger gives it."""
    return [
        (action.operation, action.parameters["State"])
        for action in found.actions
        if "State" in action.parameters
    ]


def paths(found: BatchPlan) -> list[str]:
    return [change.path for change in found.changes]


class TestTriggers:
    def test_a_new_rule_is_put_before_its_target(self):
        found = plan(NOTHING, wish())
        assert calls(found) == ["PutRule", "PutTargets"]
        assert found.actions[0].parameters["Tags"] == TAGS
        assert found.before == {}
        assert set(found.after) == {"rule", "target"}
        assert found.stands["ScheduleExpression"] == "rate(1 day)"

    def test_a_new_schedule_is_created(self):
        found = plan(NOTHING, wish(SCHEDULER))
        assert calls(found) == ["CreateSchedule"]
        assert set(found.after) == {"schedule"}

    @pytest.mark.parametrize(
        ("observed", "wanted"),
        [
            (standing_rule(), wish()),
            (standing_rule("DISABLED"), wish()),
            (standing_rule("DISABLED"), wish(enabled=False)),
            (ObservedBatch(schedule=schedule()), wish(SCHEDULER)),
            (ObservedBatch(schedule=schedule("DISABLED")), wish(SCHEDULER)),
        ],
    )
    def test_what_is_as_wanted_is_left_alone(self, observed, wanted):
        found = plan(observed, wanted)
        assert not found.changed
        assert found.changes == ()
        assert found.before == found.after

    @pytest.mark.parametrize("trigger", [RULE, SCHEDULER])
    def test_another_task_definition_changes_the_target_alone(self, trigger):
        arn = PLACE.arn("ecs", "task-definition/hello:2")
        observed = ObservedBatch(schedule=schedule()) if trigger != RULE else standing_rule()
        found = plan(observed, wish(trigger).with_definition(arn))
        assert calls(found) == ["PutTargets" if trigger == RULE else "UpdateSchedule"]
        (change,) = found.changes
        assert change.path.endswith("EcsParameters.TaskDefinitionArn")
        assert change.after == arn

    def test_a_one_time_schedule_that_has_run_is_left_as_it_is(self):
        past = "at(2026-11-01T00:00:00)"
        observed = ObservedBatch(schedule=schedule(ScheduleExpression=past))
        found = plan(observed, wish(SCHEDULER, expression=past).with_definition("arn:new"))
        assert not found.changed
        assert found.changes == ()
        (warning,) = found.warnings
        assert warning.startswith(f"{past} has run.")

    def test_a_one_time_schedule_gets_another_time(self):
        observed = ObservedBatch(schedule=schedule(ScheduleExpression="at(2026-11-01T00:00:00)"))
        found = plan(observed, wish(SCHEDULER, expression="at(2026-12-01T00:00:00)"))
        assert calls(found) == ["UpdateSchedule"]

    @pytest.mark.parametrize("trigger", [RULE, SCHEDULER])
    def test_a_wish_knows_what_it_starts_and_in_which_state(self, trigger):
        wanted = wish(trigger, enabled=False).with_definition("arn:other")
        assert wanted.definition_arn == "arn:other"
        assert wanted.enabled is False
        assert wanted.target_document["Arn"] == TARGET["Arn"]

    def test_an_absent_batch_wants_nothing(self):
        nothing = BatchWish(Batch("hello", {"state": "absent"}))
        assert (nothing.enabled, nothing.target_document) == (None, {})
        assert nothing.with_definition("arn:other") == nothing

    def test_what_is_not_the_batch_s_is_forgotten(self):
        both = ObservedBatch(rule(), targets(), schedule())
        assert both.without_rule() == ObservedBatch(schedule=schedule())
        assert both.without_schedule() == ObservedBatch(rule(), targets())

    def test_a_batch_without_a_trigger_is_a_mistake_of_ours(self):
        with pytest.raises(ValueError, match="a rule with a target, or a schedule"):
            plan(NOTHING, BatchWish(Batch("hello", {})))


class TestMoves:
    def test_from_a_rule_to_a_schedule(self):
        found = plan(standing_rule(), wish(SCHEDULER))
        assert calls(found) == [
            "TagResource",
            "CreateSchedule",
            "PutRule",
            "UpdateSchedule",
            "RemoveTargets",
            "DeleteRule",
        ]
        assert states(found) == [
            ("CreateSchedule", "DISABLED"),
            ("PutRule", "DISABLED"),
            ("UpdateSchedule", "ENABLED"),
        ]
        assert found.switch == 2

    def test_from_a_schedule_to_a_rule(self):
        found = plan(ObservedBatch(schedule=schedule()), wish())
        assert calls(found) == [
            "PutRule",
            "PutTargets",
            "UpdateSchedule",
            "PutRule",
            "DeleteSchedule",
            "UntagResource",
        ]
        assert states(found) == [
            ("PutRule", "DISABLED"),
            ("UpdateSchedule", "DISABLED"),
            ("PutRule", "ENABLED"),
        ]
        assert found.actions[0].parameters["Tags"] == {**TAGS, "batchwork:migration": "enabled"}
        assert found.actions[-1].parameters == {
            "ResourceARN": RULE_ARN,
            "TagKeys": ["batchwork:migration"],
        }
        assert found.switch == 2

    def test_a_stopped_batch_stays_stopped_and_waits_for_nothing(self):
        found = plan(standing_rule("DISABLED"), wish(SCHEDULER))
        assert calls(found) == ["TagResource", "CreateSchedule", "RemoveTargets", "DeleteRule"]
        assert found.actions[0].parameters["Tags"] == {"batchwork:migration": "stopped"}
        assert states(found) == [("CreateSchedule", "DISABLED")]
        assert found.switch is None
        assert found.after["schedule"]["State"] == "DISABLED"

    def test_both_enabled_by_hand_are_parted_first(self):
        both = ObservedBatch(rule(), targets(), schedule())
        found = plan(both, wish(SCHEDULER))
        assert calls(found) == ["PutRule", "TagResource", "RemoveTargets", "DeleteRule"]
        assert states(found) == [("PutRule", "DISABLED")]
        assert found.switch is None

    def test_the_record_is_tagged_once(self):
        both = ObservedBatch(rule("DISABLED"), targets(), schedule())
        found = plan(both, wish())
        assert calls(found).count("TagResource") == 1

    def test_what_changes_with_the_move_is_told(self):
        found = plan(standing_rule(), wish(SCHEDULER, expression="rate(2 days)"))
        assert found.changes == (
            Change("trigger", "rule", "scheduler"),
            Change("ScheduleExpression", "rate(1 day)", "rate(2 days)"),
        )
        assert set(found.before) == {"rule", "target"}
        assert set(found.after) == {"schedule"}

    def test_a_move_alone_changes_nothing_else(self):
        assert paths(plan(standing_rule(), wish(SCHEDULER))) == ["trigger"]
        assert paths(plan(ObservedBatch(schedule=schedule()), wish())) == ["trigger"]

    def test_the_end_is_shown_and_not_the_way(self):
        found = plan(ObservedBatch(schedule=schedule()), wish())
        assert found.after["rule"]["State"] == "ENABLED"
        assert found.after["rule"]["Tags"] == TAGS
        assert found.stands["State"] == "ENABLED"

    def test_a_forgotten_record_is_a_move_to_finish(self):
        observed = standing_rule(**{"batchwork:migration": "enabled"})
        found = plan(observed, wish())
        assert calls(found) == ["UntagResource"]
        assert found.changes == (Change("trigger", "a move that was interrupted", "finished"),)

    def test_what_was_wanted_when_the_move_began_may_have_changed(self):
        prepared = schedule("DISABLED", ScheduleExpression="rate(3 days)")
        observed = ObservedBatch(
            rule("DISABLED", **{"batchwork:migration": "enabled"}), targets(), prepared
        )
        found = plan(observed, wish(SCHEDULER))
        assert calls(found) == ["UpdateSchedule", "UpdateSchedule", "RemoveTargets", "DeleteRule"]
        assert {
            action.parameters["ScheduleExpression"]
            for action in found.actions
            if action.operation == "UpdateSchedule"
        } == {"rate(1 day)"}
        assert states(found) == [("UpdateSchedule", "DISABLED"), ("UpdateSchedule", "ENABLED")]

    def test_enabled_as_asked_wins_over_the_record(self):
        observed = ObservedBatch(
            rule("DISABLED", **{"batchwork:migration": "enabled"}), targets(), schedule("DISABLED")
        )
        found = plan(observed, wish(SCHEDULER, enabled=False))
        assert found.actions[0].parameters["Tags"] == {"batchwork:migration": "stopped"}
        assert found.after["schedule"]["State"] == "DISABLED"
        assert states(found) == []


def removal(observed: ObservedBatch, **how: Any) -> BatchPlan:
    return plan_batch_removal(observed, NOW, own_target="hello", **how)


class TestRemoval:
    def test_a_rule_goes_after_its_target(self):
        found = removal(standing_rule())
        assert calls(found) == ["RemoveTargets", "DeleteRule"]
        assert set(found.before) == {"rule"}
        assert found.after == {}
        assert found.stands is None

    def test_a_schedule_goes(self):
        assert calls(removal(ObservedBatch(schedule=schedule()))) == ["DeleteSchedule"]

    def test_both_go_out_of_the_middle_of_a_move(self):
        both = ObservedBatch(rule(), targets(), schedule())
        assert calls(removal(both)) == ["RemoveTargets", "DeleteRule", "DeleteSchedule"]

    def test_nothing_is_left_to_remove(self):
        assert not removal(NOTHING).changed

    def test_foreign_targets_keep_the_rule_which_is_then_nobody_s(self):
        found = removal(standing_rule("ENABLED", "theirs", **{"batchwork:owner": "reports"}))
        assert calls(found) == ["RemoveTargets", "UntagResource"]
        remove, untag = found.actions
        assert remove.parameters["Ids"] == ["hello"]
        assert untag.parameters["TagKeys"] == ["batchwork:batch", "batchwork:owner"]
        assert paths(found) == ["targets[hello]", "tags[batchwork:batch]", "tags[batchwork:owner]"]
        (warning,) = found.warnings
        assert "theirs" in warning

    def test_a_target_that_has_gone_is_not_removed_again(self):
        observed = ObservedBatch(rule(), targets("theirs", own=False))
        assert calls(removal(observed)) == ["UntagResource"]

    def test_foreign_targets_go_where_that_was_asked_for(self):
        found = removal(standing_rule("ENABLED", "theirs"), with_others=True)
        assert calls(found) == ["RemoveTargets", "DeleteRule"]
        assert found.actions[0].parameters["Ids"] == ["hello", "theirs"]
