# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for schedules: all of a schedule is sent, and a move creates before it deletes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    ObservedSchedule,
    ObservedSchedules,
    plan_schedule,
    plan_schedule_removal,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SCHEDULE = {
    "Name": "nightly",
    "GroupName": "reports",
    "ScheduleExpression": "rate(1 day)",
    "ScheduleExpressionTimezone": "UTC",
    "State": "DISABLED",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "NONE",
    "Target": {"Arn": "cluster", "RoleArn": "role"},
}
NOTHING = ObservedSchedules()


def observed(**members: Any) -> ObservedSchedule:
    schedule = {**SCHEDULE, **members}
    arn = f"arn:aws:scheduler:eu-west-1:123456789012:schedule/{schedule['GroupName']}/nightly"
    return ObservedSchedule(schedule, arn)


def plan(
    current: ObservedSchedule | None = None,
    previous: ObservedSchedule | None = None,
    **wish: Any,
) -> Plan:
    wanted = ScheduleWish(
        "nightly", "reports", previous_group_name="old" if previous else None, **wish
    )
    return plan_schedule(ObservedSchedules(current, previous), wanted, NOW)


CREATED = {
    "Name": "nightly",
    "GroupName": "reports",
    "ScheduleExpression": "rate(1 day)",
    "Target": {"Arn": "cluster", "RoleArn": "role"},
    "State": "ENABLED",
    "FlexibleTimeWindow": {"Mode": "OFF"},
}
GIVEN = {member: CREATED[member] for member in ("ScheduleExpression", "Target")}
DELETE_OLD = Action("scheduler", "DeleteSchedule", {"Name": "nightly", "GroupName": "old"})


def test_a_new_schedule_is_created():
    made = plan(given=GIVEN)
    assert made.actions == (Action("scheduler", "CreateSchedule", CREATED),)
    assert made.before is None
    assert made.after is not None and made.after["ActionAfterCompletion"] == "NONE"
    assert Change("ScheduleExpression", None, "rate(1 day)") in made.changes
    assert made.facts == {"schedule": CREATED, "written": True}


def test_nothing_given_needs_no_action():
    same = plan(observed())
    assert (same.actions, same.changes, same.changed) == ((), (), False)
    assert same.before == same.after
    assert same.facts == {"schedule": SCHEDULE, "written": False}


def test_one_change_sends_all_of_the_schedule():
    changed = plan(observed(NewMember=1), given={"Description": "new"})
    whole = {**SCHEDULE, "NewMember": 1, "Description": "new"}
    assert changed.actions == (Action("scheduler", "UpdateSchedule", whole),)
    assert changed.changes == (Change("Description", None, "new"),)
    assert changed.facts["schedule"]["State"] == "DISABLED"


def test_what_means_the_same_is_not_sent():
    given = {"ScheduleExpressionTimezone": "", "StartDate": NOW - DAY, "Description": ""}
    assert not plan(observed(StartDate=NOW - 2 * DAY), given=given).changed


def test_an_unchanged_schedule_keeps_the_start_that_aws_has():
    begun = observed(StartDate=NOW - DAY)
    assert plan(begun).facts["schedule"]["StartDate"] == NOW - DAY
    assert "StartDate" not in plan(begun, enabled=True).facts["schedule"]


def test_a_rate_that_loses_its_start_is_warned_of():
    begun = observed(StartDate=NOW - DAY)
    assert "rate(1 day)" in plan(begun, enabled=True).warnings[0]
    assert plan(begun).warnings == ()
    assert plan(observed(), enabled=True).warnings == ()
    assert plan(begun, given={"StartDate": NOW + DAY}).warnings == ()
    cron = observed(StartDate=NOW - DAY, ScheduleExpression="cron(0 3 * * ? *)")
    assert plan(cron, enabled=True).warnings == ()


def test_a_move_creates_the_schedule_as_it_was_and_then_deletes_it_in_the_old_group():
    old = observed(GroupName="old", NewMember=1)
    moved = plan(None, old)
    assert moved.actions == (
        Action("scheduler", "CreateSchedule", {**SCHEDULE, "NewMember": 1}),
        DELETE_OLD,
    )
    assert moved.changes == (Change("GroupName", "old", "reports"),)


@pytest.mark.parametrize("state", ["ENABLED", "DISABLED"])
def test_a_move_keeps_the_state(state):
    (create, _delete) = plan(None, observed(GroupName="old", State=state)).actions
    assert create.parameters["State"] == state


def test_a_move_can_change_the_schedule():
    moved = plan(None, observed(GroupName="old"), given={"Description": "new"}, enabled=True)
    assert moved.changes == (
        Change("Description", None, "new"),
        Change("GroupName", "old", "reports"),
        Change("State", "DISABLED", "ENABLED"),
    )


def test_an_interrupted_move_is_finished():
    finished = plan(observed(), observed(GroupName="old"))
    assert finished.actions == (DELETE_OLD,)
    assert finished.changes == (Change("schedules[old/nightly]", "present", None),)
    assert finished.facts["written"] is False


def test_an_interrupted_move_is_finished_after_the_new_schedule_is_right():
    finished = plan(observed(), observed(GroupName="old"), given={"Description": "new"})
    assert [action.operation for action in finished.actions] == [
        "UpdateSchedule",
        "DeleteSchedule",
    ]
    assert finished.changes == (
        Change("Description", None, "new"),
        Change("schedules[old/nightly]", "present", None),
    )


def test_without_a_schedule_in_the_old_group_nothing_moves():
    wish = ScheduleWish("nightly", "reports", GIVEN, previous_group_name="old")
    assert plan_schedule(NOTHING, wish, NOW) == plan(given=GIVEN)


def test_the_removal_deletes_the_schedule_in_its_group():
    removal = plan_schedule_removal(observed(), NOW)
    key = {"Name": "nightly", "GroupName": "reports"}
    assert removal.actions == (Action("scheduler", "DeleteSchedule", key),)
    assert removal.after is None
    assert Change("ScheduleExpression", "rate(1 day)", None) in removal.changes


def test_nothing_there_needs_no_removal():
    assert not plan_schedule_removal(None, NOW).changed
