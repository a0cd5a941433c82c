# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for rules: PutRule with all of the rule, tags on creation or in place, targets removed
before their rule."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import RuleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
    plan_rule_removal,
)

ARN = "arn:aws:events:ap-northeast-1:123456789012:rule/nightly"
RULE = {
    "Name": "nightly",
    "ScheduleExpression": "rate(1 day)",
    "State": "ENABLED",
    "EventBusName": "default",
}


def observed(tags: dict[str, str] | None = None, **members: Any) -> ObservedRule:
    return ObservedRule({**RULE, "Arn": ARN, "CreatedBy": "123456789012", **members}, tags or {})


def wish(**members: Any) -> RuleWish:
    return RuleWish("nightly", "default", **members)


def operations(plan: Any) -> list[str]:
    return [action.operation for action in plan.actions]


def test_a_new_rule_is_put_with_its_tags():
    given = {"ScheduleExpression": "rate(1 day)"}
    plan = plan_rule(None, wish(given=given, tags={"team": "a"}))
    assert plan.actions == (Action("events", "PutRule", {**RULE, "Tags": {"team": "a"}}),)
    assert (plan.before, plan.after) == (None, {**RULE, "Tags": {"team": "a"}})
    assert Change("ScheduleExpression", None, "rate(1 day)") in plan.changes
    assert Change("tags[team]", None, "a") in plan.changes


@pytest.mark.parametrize("tags", [None, {}])
def test_a_new_rule_without_tags_sends_none(tags):
    plan = plan_rule(None, wish(given={"ScheduleExpression": "rate(1 day)"}, tags=tags))
    assert plan.actions == (Action("events", "PutRule", RULE),)


def test_nothing_given_needs_no_action():
    plan = plan_rule(observed({"team": "a"}), wish())
    assert (plan.actions, plan.changes, plan.changed) == ((), (), False)
    assert plan.before == plan.after == {**RULE, "Tags": {"team": "a"}}


def test_a_changed_rule_is_put_whole_and_without_tags():
    found = observed({"team": "a"}, Description="text", RoleArn="role")
    plan = plan_rule(found, wish(given={"Description": "new"}, tags={"team": "a"}))
    assert plan.actions == (
        Action("events", "PutRule", {**RULE, "Description": "new", "RoleArn": "role"}),
    )
    assert plan.changes == (Change("Description", "text", "new"),)


def test_a_disabled_rule_stays_disabled():
    plan = plan_rule(observed(State="DISABLED"), wish(given={"Description": "new"}))
    assert plan.actions[0].parameters["State"] == "DISABLED"


def test_enabling_is_a_change():
    plan = plan_rule(observed(State="DISABLED"), wish(enabled=True))
    assert plan.changes == (Change("State", "DISABLED", "ENABLED"),)
    assert operations(plan) == ["PutRule"]


def test_tags_alone_change_in_place():
    plan = plan_rule(observed({"old": "x", "team": "a"}), wish(tags={"team": "b"}))
    assert plan.actions == (
        Action("events", "TagResource", {"ResourceARN": ARN, "Tags": {"team": "b"}}),
        Action("events", "UntagResource", {"ResourceARN": ARN, "TagKeys": ["old"]}),
    )
    assert plan.changes == (Change("tags[old]", "x", None), Change("tags[team]", "a", "b"))


def test_tags_stay_without_purging():
    plan = plan_rule(observed({"old": "x"}), wish(tags={"team": "b"}, purge_tags=False))
    assert operations(plan) == ["TagResource"]
    assert plan.after == {**RULE, "Tags": {"old": "x", "team": "b"}}


def test_the_rule_is_put_before_its_tags_change():
    plan = plan_rule(observed({"old": "x"}), wish(given={"Description": "new"}, tags={}))
    assert operations(plan) == ["PutRule", "UntagResource"]


def test_removal_removes_the_targets_first():
    plan = plan_rule_removal(observed(), "default", ["a", "b"])
    assert plan.actions == (
        Action(
            "events",
            "RemoveTargets",
            {"Rule": "nightly", "EventBusName": "default", "Ids": ["a", "b"]},
        ),
        Action("events", "DeleteRule", {"Name": "nightly", "EventBusName": "default"}),
    )
    assert plan.changes[:2] == (
        Change("targets[a]", "present", None),
        Change("targets[b]", "present", None),
    )
    assert Change("ScheduleExpression", "rate(1 day)", None) in plan.changes
    assert (plan.before, plan.after) == (RULE, None)


def test_removal_without_targets():
    assert operations(plan_rule_removal(observed(), "orders", [])) == ["DeleteRule"]


def test_removal_of_what_is_not_there_does_nothing():
    plan = plan_rule_removal(None, "default", [])
    assert (plan.actions, plan.changes, plan.before, plan.after) == ((), (), None, None)
