# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for schedule groups: tags on creation or in place, and what goes with a group."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleGroupWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import (
    ObservedScheduleGroup,
    plan_schedule_group,
    plan_schedule_group_removal,
)

ARN = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/nightly"


def observed(tags: dict[str, str] | None = None, state: str = "ACTIVE") -> ObservedScheduleGroup:
    return ObservedScheduleGroup({"Name": "nightly", "Arn": ARN, "State": state}, tags or {})


def wish(tags: dict[str, str] | None = None, **members: Any) -> ScheduleGroupWish:
    return ScheduleGroupWish("nightly", tags, **members)


def test_a_new_group_is_created_with_its_tags():
    plan = plan_schedule_group(None, wish({"team": "a"}))
    request = {"Name": "nightly", "Tags": {"team": "a"}}
    assert plan.actions == (Action("scheduler", "CreateScheduleGroup", request),)
    assert plan.after == {"Name": "nightly", "State": "ACTIVE", "Tags": {"team": "a"}}
    assert plan.changes == (
        Change("Name", None, "nightly"),
        Change("State", None, "ACTIVE"),
        Change("tags[team]", None, "a"),
    )


@pytest.mark.parametrize("tags", [None, {}])
def test_a_new_group_without_tags_sends_none(tags):
    plan = plan_schedule_group(None, wish(tags))
    assert plan.actions == (Action("scheduler", "CreateScheduleGroup", {"Name": "nightly"}),)


@pytest.mark.parametrize("tags", [None, {"team": "a"}])
def test_a_group_that_is_right_needs_no_action(tags):
    plan = plan_schedule_group(observed({"team": "a"}), wish(tags))
    assert (plan.actions, plan.changes) == ((), ())
    assert plan.before == plan.after


def test_tags_change_in_place():
    plan = plan_schedule_group(observed({"team": "a", "old": "x"}), wish({"team": "b"}))
    assert plan.actions == (
        Action("scheduler", "TagResource", {"ResourceArn": ARN, "Tags": {"team": "b"}}),
        Action("scheduler", "UntagResource", {"ResourceArn": ARN, "TagKeys": ["old"]}),
    )
    assert plan.changes == (Change("tags[old]", "x", None), Change("tags[team]", "a", "b"))


def test_other_tags_stay_where_they_are_not_purged():
    plan = plan_schedule_group(observed({"old": "x"}), wish({"team": "b"}, purge_tags=False))
    assert [action.operation for action in plan.actions] == ["TagResource"]
    assert plan.after is not None and plan.after["Tags"] == {"old": "x", "team": "b"}


def test_a_group_that_is_going_is_made_anew():
    assert plan_schedule_group(observed(state="DELETING"), wish()) == plan_schedule_group(
        None, wish()
    )


def test_with_a_group_its_schedules_go_and_are_named():
    plan = plan_schedule_group_removal(observed(), ["a", "b"])
    assert plan.actions == (Action("scheduler", "DeleteScheduleGroup", {"Name": "nightly"}),)
    assert plan.changes == (
        Change("Name", "nightly", None),
        Change("State", "ACTIVE", None),
        Change("schedules[a]", "present", None),
        Change("schedules[b]", "present", None),
    )
    assert plan.warnings == ("With the schedule group nightly AWS deletes its schedules: a, b.",)


def test_an_empty_group_goes_without_a_warning():
    assert plan_schedule_group_removal(observed(), []).warnings == ()


@pytest.mark.parametrize("group", [None, observed(state="DELETING")], ids=["gone", "going"])
def test_a_group_that_is_gone_or_going_needs_no_removal(group):
    assert not plan_schedule_group_removal(group, []).changed
