# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules for schedules, on the emulator: what is kept, what is refused, and moving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.test_promises import (
    DEFINITION,
    GROUP,
    SCHEDULE,
    TRUST,
)

from emulator.strict import scheduler as strict_scheduler

Run = Callable[..., dict[str, Any]]

KEY = {"name": "hello", "group_name": "nightly"}
ROLE = "arn:aws:iam::123456789012:role/scheduler"


@pytest.fixture
def account(emulator: Any, aws: Callable[..., Any], run_module: Run) -> Run:
    """An account with everything that the schedule needs, and two schedule groups."""
    aws("ecs").create_cluster(clusterName="batch")
    aws("iam").create_role(RoleName="scheduler", AssumeRolePolicyDocument=TRUST)
    for name, params in (
        ("ecs_task_definition", DEFINITION),
        ("scheduler_schedule_group", GROUP),
        ("scheduler_schedule_group", {"name": "reports"}),
    ):
        assert not run_module(name, params)["failed"]
    emulator.clear_calls()
    return run_module


@pytest.fixture
def deployed(emulator: Any, account: Run) -> Run:
    """The same with the schedule."""
    assert not account("scheduler_schedule", SCHEDULE)["failed"]
    emulator.clear_calls()
    return account


@pytest.fixture
def in_aws(aws: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Reads a schedule as UpdateSchedule would take it back."""

    def read(group_name: str = "nightly") -> dict[str, Any]:
        answer = aws("scheduler").get_schedule(Name="hello", GroupName=group_name)
        hidden = ("ResponseMetadata", "Arn", "CreationDate", "LastModificationDate")
        return {member: value for member, value in answer.items() if member not in hidden}

    return read


def operations(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.calls]


def paths(result: dict[str, Any]) -> list[str]:
    assert not result["failed"], result
    return [change["path"] for change in result["changes"]]


@pytest.mark.parametrize(
    ("params", "member", "changed"),
    [
        ({"description": "new"}, "Description", ["Description"]),
        ({"description": ""}, "Description", ["Description"]),
        ({"enabled": False}, "State", ["State"]),
        ({"schedule_expression": "rate(1 day)"}, "ScheduleExpression", ["ScheduleExpression"]),
        (
            {"schedule_expression_timezone": ""},
            "ScheduleExpressionTimezone",
            ["ScheduleExpressionTimezone"],
        ),
        ({"start_date": ""}, "StartDate", ["StartDate"]),
        ({"end_date": "2132-01-01"}, "EndDate", ["EndDate"]),
        (
            {"flexible_time_window": {}},
            "FlexibleTimeWindow",
            ["FlexibleTimeWindow.MaximumWindowInMinutes", "FlexibleTimeWindow.Mode"],
        ),
        ({"action_after_completion": ""}, "ActionAfterCompletion", ["ActionAfterCompletion"]),
        ({"task_count": 2}, "Target", ["Target.EcsParameters.TaskCount"]),
        (
            {"retry_policy": {"maximum_event_age_in_seconds": 60}},
            "Target",
            ["Target.RetryPolicy.MaximumEventAgeInSeconds"],
        ),
        ({"dead_letter_arn": ""}, "Target", ["Target.DeadLetterConfig"]),
        ({"overrides": {}}, "Target", ["Target.Input"]),
        ({"task_tags": {}}, "Target", ["Target.EcsParameters.Tags[team]"]),
        (
            {"network_configuration": {"assign_public_ip": False}},
            "Target",
            [
                "Target.EcsParameters.NetworkConfiguration.awsvpcConfiguration.AssignPublicIp",
            ],
        ),
    ],
    ids=str,
)
def test_one_option_changes_one_thing_and_keeps_everything_else(
    deployed: Run, in_aws: Any, params: dict[str, Any], member: str, changed: list[str]
) -> None:
    before = in_aws()
    predicted = deployed("scheduler_schedule", {**KEY, **params}, check_mode=True)
    assert in_aws() == before
    result = deployed("scheduler_schedule", {**KEY, **params})
    assert paths(result) == changed
    assert predicted["changes"] == result["changes"]
    assert predicted["schedule"] == result["schedule"]
    after = in_aws()
    assert after.pop(member, None) != before.pop(member)
    assert after == before
    assert paths(deployed("scheduler_schedule", {**KEY, **params})) == []


def test_a_stopped_schedule_stays_stopped(deployed: Run, in_aws: Any) -> None:
    deployed("scheduler_schedule", {**KEY, "enabled": False})
    result = deployed("scheduler_schedule", {**SCHEDULE, "description": "changed"})
    assert paths(result) == ["Description"]
    assert (in_aws()["State"], in_aws()["ScheduleExpressionTimezone"]) == ("DISABLED", "Asia/Tokyo")


def test_an_unchanged_schedule_costs_one_read_also_where_names_are_given(
    deployed: Run, emulator: Any
) -> None:
    for params in ({}, {"cluster": "batch", "task_definition": "hello"}, SCHEDULE):
        emulator.clear_calls()
        assert paths(deployed("scheduler_schedule", {**KEY, **params})) == []
        assert operations(emulator) == ["GetSchedule"]


def test_what_is_in_aws_is_no_reason_not_to_stop_a_schedule(
    account: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    place = "ap-northeast-1:123456789012"
    aws("scheduler").create_schedule(
        Name="hello",
        GroupName="nightly",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": f"arn:aws:ecs:{place}:cluster/gone",
            "RoleArn": ROLE,
            "EcsParameters": {
                "TaskDefinitionArn": f"arn:aws:ecs:{place}:task-definition/gone",
                "PlatformVersion": "1.3.0",
                "LaunchType": "EC2",
            },
        },
    )
    emulator.clear_calls()
    assert paths(account("scheduler_schedule", {**KEY, "enabled": False})) == ["State"]
    assert operations(emulator) == ["GetSchedule", "UpdateSchedule"]


def test_all_mistakes_are_told_together_before_anything_is_asked(
    account: Run, emulator: Any
) -> None:
    wrong = {
        "schedule_expression": "rate(1 minutes)",
        "schedule_expression_timezone": "Asia/Tokio",
        "flexible_time_window": {"mode": "FLEXIBLE"},
        "start_date": "tomorrow",
        "task_count": 11,
        "role_arn": "scheduler",
        "task_tags": {f"key{number}": "x" for number in range(51)},
        "tags": {"team": "finance"},
        "launch_type": "LAMBDA",
    }
    result = account("scheduler_schedule", {**KEY, "role_arn": ROLE, "cluster": "batch", **wrong})
    assert result["failed"] and len(result["errors"]) == len(wrong)
    told = sorted(error.partition(":")[0].partition(".")[0] for error in result["errors"])
    assert told == sorted(wrong)
    assert "did you mean Asia/Tokyo" in result["msg"]
    assert "only schedule groups do" in result["msg"]
    assert emulator.calls == []


def test_a_new_schedule_says_all_that_it_needs(account: Run, emulator: Any) -> None:
    result = account("scheduler_schedule", KEY)
    assert [error.partition(":")[0] for error in result["errors"]] == [
        "schedule_expression",
        "cluster",
        "role_arn",
        "task_definition",
    ]
    assert emulator.writes() == []


def test_a_container_that_the_task_definition_lacks_is_refused(account: Run, emulator: Any) -> None:
    overrides = {"container_overrides": [{"name": "helo", "command": ["echo"]}]}
    result = account("scheduler_schedule", {**SCHEDULE, "overrides": overrides})
    assert result["failed"]
    assert result["msg"].startswith("overrides.container_overrides[0].name: ")
    assert emulator.writes() == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_missing_group_is_an_error_and_in_check_mode_a_prediction(
    account: Run, emulator: Any, check_mode: bool
) -> None:
    result = account(
        "scheduler_schedule", {**SCHEDULE, "group_name": "missing"}, check_mode=check_mode
    )
    assert emulator.writes() == []
    if check_mode:
        assert result["schedule"]["arn"].endswith(":schedule/missing/hello")
    else:
        assert result["msg"].startswith("group_name: There is no schedule group 'missing'")


def test_a_group_that_is_going_takes_no_schedule(
    account: Run, emulator: Any, aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long it takes to look at it.
    monkeypatch.setattr(strict_scheduler, "DELETION_SECONDS", 3600.0)
    aws("scheduler").delete_schedule_group(Name="nightly")
    emulator.clear_calls()
    result = account("scheduler_schedule", SCHEDULE)
    assert "being deleted" in result["msg"]
    assert emulator.writes() == []


def test_who_may_not_read_groups_can_still_make_a_schedule(account: Run, emulator: Any) -> None:
    refused = ("AccessDeniedException", "not you", 403)
    emulator.fault("scheduler", "GetScheduleGroup", error=refused, times=2)
    missing = account("scheduler_schedule", {**SCHEDULE, "group_name": "missing"})
    assert "Schedule group missing does not exist" in missing["msg"]
    assert not account("scheduler_schedule", SCHEDULE)["failed"]


def one_time(moment: datetime) -> str:
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def test_a_time_that_has_passed_is_refused_for_a_new_schedule(account: Run, emulator: Any) -> None:
    params = {**SCHEDULE, "schedule_expression": "at(2020-01-01T00:00:00)"}
    for check_mode in (False, True):
        result = account("scheduler_schedule", params, check_mode=check_mode)
        assert result["msg"].startswith("schedule_expression: 'at(2020-01-01T00:00:00)' has passed")
    assert emulator.writes() == []


def test_a_one_time_schedule_that_has_run_is_unchanged_and_cannot_be_changed(
    account: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    params = {
        **{name: SCHEDULE[name] for name in ("cluster", "task_definition")},
        **KEY,
        "role_arn": ROLE,
        "schedule_expression": "at(2020-01-01T00:00:00)",
    }
    aws("scheduler").create_schedule(
        Name="hello",
        GroupName="nightly",
        ScheduleExpression=params["schedule_expression"],
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch",
            "RoleArn": ROLE,
            "EcsParameters": {
                "TaskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"
            },
        },
    )
    emulator.clear_calls()
    unchanged = account("scheduler_schedule", params)
    assert paths(unchanged) == []
    assert "is over" in unchanged["schedule"]["next_runs_remark"]
    changed = account("scheduler_schedule", {**params, "description": "new"})
    assert "has passed" in changed["msg"]
    assert emulator.writes() == []
    assert account("scheduler_schedule", {**KEY, "state": "absent"})["changed"]


def test_a_one_time_schedule_runs_in_its_zone(account: Run) -> None:
    moment = datetime.now(UTC) + timedelta(days=1)
    params = {name: value for name, value in SCHEDULE.items() if not name.endswith("_date")}
    result = account("scheduler_schedule", {**params, "schedule_expression": one_time(moment)})
    assert result["schedule"]["next_runs"] == [f"{moment:%Y-%m-%dT%H:%M:%S}+09:00"]
    assert result["schedule"]["schedule_explained"].endswith("Asia/Tokyo")


def test_a_start_date_that_has_passed_is_none(account: Run, in_aws: Any, emulator: Any) -> None:
    params = {**SCHEDULE, "start_date": "2020-01-01"}
    result = account("scheduler_schedule", params)
    assert "start_date" not in result["schedule"]
    assert "StartDate" not in in_aws()
    emulator.clear_calls()
    assert paths(account("scheduler_schedule", params)) == []
    assert emulator.writes() == []


def test_a_start_date_that_passes_is_shown_and_not_sent_again(
    account: Run, in_aws: Any, aws: Callable[..., Any]
) -> None:
    started = (datetime.now(UTC) - timedelta(minutes=2)).replace(microsecond=0)
    params = {**SCHEDULE, "start_date": started.isoformat(), "schedule_expression": "rate(1 hour)"}
    account("scheduler_schedule", params)
    aws("scheduler").update_schedule(**in_aws(), StartDate=started)
    same = account("scheduler_schedule", params)
    assert paths(same) == []
    assert same["schedule"]["start_date"] == started.isoformat()
    first = started.astimezone(UTC) + timedelta(hours=1)
    assert datetime.fromisoformat(same["schedule"]["next_runs"][0]) == first
    changed = account("scheduler_schedule", {**params, "description": "new"})
    assert paths(changed) == ["Description"]
    assert "StartDate" not in in_aws()
    assert any("rate(1 hour)" in warning for warning in changed["warnings"])


def test_an_end_before_the_start_is_refused_also_where_aws_has_the_start(
    deployed: Run, emulator: Any
) -> None:
    result = deployed("scheduler_schedule", {**KEY, "end_date": "2129-01-01"})
    assert result["msg"].startswith("end_date: 2129-01-01T00:00:00+00:00 is not after")
    assert emulator.writes() == []


def test_a_lost_answer_does_not_create_a_conflict(account: Run, emulator: Any) -> None:
    emulator.fault("scheduler", "CreateSchedule", lost_answer=True)
    assert not account("scheduler_schedule", SCHEDULE)["failed"]
    first, second = (call for call in emulator.calls if call.operation == "CreateSchedule")
    assert first.parameters["ClientToken"] == second.parameters["ClientToken"]


def test_secrets_in_the_overrides_are_hidden_and_warned_of(deployed: Run) -> None:
    container = {"name": "hello", "environment": {"DB_PASSWORD": "hunter2"}}
    params = {**KEY, "overrides": {"container_overrides": [container]}}
    for check_mode in (True, False):
        result = deployed("scheduler_schedule", params, check_mode=check_mode, diff=True)
        assert not result["failed"]
        assert "hunter2" not in str(result)
        assert any("DB_PASSWORD" in warning for warning in result["warnings"])
    read = deployed("scheduler_schedule_info", KEY)
    assert "DB_PASSWORD" in str(read)
    assert "hunter2" not in str(read)


MOVE = {"name": "hello", "group_name": "reports", "previous_group_name": "nightly"}


@pytest.mark.parametrize("enabled", [True, False])
def test_a_move_takes_everything_along(
    deployed: Run, emulator: Any, in_aws: Any, enabled: bool
) -> None:
    deployed("scheduler_schedule", {**KEY, "enabled": enabled})
    before = in_aws()
    emulator.clear_calls()
    predicted = deployed("scheduler_schedule", MOVE, check_mode=True, diff=True)
    assert emulator.writes() == []
    moved = deployed("scheduler_schedule", MOVE, diff=True)
    assert predicted == moved
    assert moved["changes"] == [{"path": "GroupName", "before": "nightly", "after": "reports"}]
    assert [call.operation for call in emulator.writes()] == ["CreateSchedule", "DeleteSchedule"]
    assert operations(emulator)[-2:] == ["CreateSchedule", "DeleteSchedule"]
    assert in_aws("reports") == {**before, "GroupName": "reports"}
    assert deployed("scheduler_schedule_info", KEY)["schedules"] == []

    emulator.clear_calls()
    assert paths(deployed("scheduler_schedule", MOVE)) == []
    assert operations(emulator) == ["GetSchedule", "GetSchedule"]


def test_an_interrupted_move_is_told_and_finished_by_the_next_run(
    deployed: Run, emulator: Any
) -> None:
    refused = ("AccessDeniedException", "not you", 403)
    emulator.fault("scheduler", "DeleteSchedule", error=refused)
    interrupted = deployed("scheduler_schedule", MOVE)
    assert interrupted["failed"] and interrupted["changed"]
    assert "Done before: CreateSchedule. Not done: DeleteSchedule." in interrupted["msg"]

    predicted = deployed("scheduler_schedule", MOVE, check_mode=True)
    emulator.clear_calls()
    finished = deployed("scheduler_schedule", MOVE)
    assert paths(finished) == ["schedules[nightly/hello]"]
    assert predicted["changes"] == finished["changes"]
    assert [call.operation for call in emulator.writes()] == ["DeleteSchedule"]
    assert not deployed("scheduler_schedule", MOVE)["changed"]


def test_a_move_that_cannot_be_made_leaves_the_schedule_where_it_is(
    deployed: Run, emulator: Any
) -> None:
    result = deployed("scheduler_schedule", {**MOVE, "group_name": "missing"})
    assert result["msg"].startswith("group_name: ")
    emulator.fault("scheduler", "CreateSchedule", error=("ValidationException", "no", 400))
    assert deployed("scheduler_schedule", MOVE)["failed"]
    assert [call.operation for call in emulator.writes()] == ["CreateSchedule"]
    assert deployed("scheduler_schedule_info", KEY)["schedules"] != []


def test_only_the_named_schedule_is_removed(deployed: Run, emulator: Any) -> None:
    deployed("scheduler_schedule", {**SCHEDULE, "group_name": "reports"})
    absent = {**KEY, "state": "absent"}
    predicted = deployed("scheduler_schedule", absent, check_mode=True, diff=True)
    removed = deployed("scheduler_schedule", absent, diff=True)
    assert predicted == removed and removed["changed"] and removed["schedule"] is None
    emulator.clear_calls()
    for place in (KEY, {"name": "hello", "group_name": "missing"}):
        assert not deployed("scheduler_schedule", {**place, "state": "absent"})["changed"]
    assert emulator.writes() == []
    (left,) = deployed("scheduler_schedule_info", {})["schedules"]
    assert left["group_name"] == "reports"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["hello", "hello"]),
        ({"group_name": "nightly"}, ["hello"]),
        ({"group_name": "missing"}, []),
        ({"name": "hello"}, []),
        (KEY, ["hello"]),
        ({"name_prefix": "hel"}, ["hello", "hello"]),
        ({"name_prefix": "x"}, []),
        ({"name_prefix": "hel", "group_name": "reports"}, ["hello"]),
    ],
    ids=str,
)
def test_schedules_are_read_by_name_prefix_and_group(
    deployed: Run, asked: dict[str, Any], found: list[str]
) -> None:
    deployed("scheduler_schedule", {**SCHEDULE, "group_name": "reports"})
    read = deployed("scheduler_schedule_info", asked)
    assert not read["failed"] and not read["changed"]
    assert [schedule["name"] for schedule in read["schedules"]] == found
    for schedule in read["schedules"]:
        assert schedule["target"]["ecs_parameters"]["task_count"] == 1
        assert schedule["next_runs"][0] == "2130-01-01T03:00:00+09:00"
        assert schedule["end_date"] == "2130-12-31T15:00:00+00:00"
        assert schedule["creation_date"].endswith("+00:00")


def test_a_schedules_batch_runs_now_as_its_schedule_would(
    deployed: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    deployed("scheduler_schedule", {**KEY, "network_configuration": {"subnets": [subnet]}})
    emulator.clear_calls()
    params = {**KEY, "trigger": "scheduler", "wait": False}
    assert deployed("scheduled_batch_run", params, check_mode=True)["changed"]
    assert emulator.writes() == []
    started = deployed("scheduled_batch_run", params)
    assert not started["failed"], started
    (request,) = (call.parameters for call in emulator.writes())
    assert request["launchType"] == "FARGATE"
    assert request["tags"] == [{"key": "team", "value": "finance"}]
    assert request["overrides"]["containerOverrides"][0]["command"] == ["echo", "Hello,World!"]
    assert started["task"]["started_by"] == "batchwork-run/hello"


def test_a_batch_whose_schedule_is_missing_is_not_run(deployed: Run, emulator: Any) -> None:
    result = deployed("scheduled_batch_run", {"name": "hello", "trigger": "scheduler"})
    assert "reading the schedule hello" in result["msg"]
    assert emulator.writes() == []


def test_a_schedule_without_an_ecs_target_cannot_be_run(
    account: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    aws("scheduler").create_schedule(
        Name="queue",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:ap-northeast-1:123456789012:queue", "RoleArn": ROLE},
    )
    emulator.clear_calls()
    result = account("scheduled_batch_run", {"name": "queue", "trigger": "scheduler"})
    assert result["msg"].startswith("name: The schedule queue has no ECS target")
    assert emulator.writes() == []
