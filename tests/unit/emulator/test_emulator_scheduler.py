# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge Scheduler."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from emulator.strict import scheduler as strict_scheduler

CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
ECS = {
    "TaskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello",
    "LaunchType": "FARGATE",
    "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}},
}
OFF = {"Mode": "OFF"}
SOON = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def scheduler(aws):
    return aws("scheduler")


@pytest.fixture
def schedule(make_role):
    """A schedule that is accepted."""
    return {
        "Name": "hello",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "FlexibleTimeWindow": OFF,
        "Target": {
            "Arn": CLUSTER,
            "RoleArn": make_role("scheduler", "scheduler"),
            "EcsParameters": ECS,
        },
    }


class TestRefusedSchedules:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"ScheduleExpression": "foo"}, "Invalid Schedule Expression foo."),
            ({"ScheduleExpression": "at(garbage)"}, "Invalid Schedule Expression"),
            ({"ScheduleExpression": "rate(5 foo)"}, "Invalid Schedule Expression"),
            ({"ScheduleExpressionTimezone": "Mars/Phobos"}, "timezone Mars/Phobos is invalid"),
            ({"ScheduleExpressionTimezone": "../passwd"}, "is invalid"),
            ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes is required"),
            (
                {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
                "must not be set",
            ),
            ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}}, "1440"),
            ({"State": "FOO"}, "enum value set"),
            ({"StartDate": datetime(2020, 1, 1, tzinfo=UTC)}, "cannot be earlier than 5 minutes"),
            ({"StartDate": SOON, "EndDate": SOON}, "must come before the EndDate"),
            ({"Name": "bad name"}, "at 'name'"),
        ],
    )
    def test_on_creation(self, scheduler, schedule, refusal, changes, text):
        code, message = refusal(scheduler.create_schedule, **{**schedule, **changes})
        assert code == "ValidationException"
        assert text in message
        assert scheduler.list_schedules()["Schedules"] == []

    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"EcsParameters": {"TaskDefinitionArn": "x", "LaunchType": "FARGATE"}},
             "NetworkConfiguration is required"),
            ({"EcsParameters": {**ECS, "TaskCount": 11}}, "less than or equal to 10"),
            ({"EcsParameters": {**ECS, "CapacityProviderStrategy": [
                {"capacityProvider": "FARGATE"}]}}, "cannot both be specified"),
            ({"Input": "{"}, "JSON syntax error"),
            ({"Input": '"report"'}, "Unable to convert target input to TaskOverride"),
            ({"Input": '{"VAR1": "string"}'}, "Unable to convert target input to TaskOverride"),
            ({"RoleArn": "garbage"}, "at 'target.roleArn'"),
            ({"RoleArn": "arn:aws:iam::123456789012:role/absent"}, "must allow AWS EventBridge"),
        ],
    )  # fmt: skip
    def test_target(self, scheduler, schedule, refusal, changes, text):
        schedule["Target"] = {**schedule["Target"], **changes}
        code, message = refusal(scheduler.create_schedule, **schedule)
        assert code == "ValidationException"
        assert text in message

    def test_target_without_parameters(self, scheduler, schedule, refusal):
        del schedule["Target"]["EcsParameters"]
        _code, message = refusal(scheduler.create_schedule, **schedule)
        assert "EcsParameters must be specified" in message

    def test_on_update(self, scheduler, schedule, refusal):
        scheduler.create_schedule(**schedule)
        code, _message = refusal(
            scheduler.update_schedule, **{**schedule, "ScheduleExpression": "foo"}
        )
        assert code == "ValidationException"

    def test_one_time_schedules_ignore_dates(self, scheduler, schedule):
        changes = {
            "ScheduleExpression": "at(2099-01-01T00:00:00)",
            "StartDate": datetime(2020, 1, 1, tzinfo=UTC),
        }
        assert scheduler.create_schedule(**{**schedule, **changes})

    @pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "Europe/Berlin"])
    def test_time_zones(self, scheduler, schedule, zone):
        scheduler.create_schedule(**schedule, ScheduleExpressionTimezone=zone)
        assert scheduler.get_schedule(Name="hello")["ScheduleExpressionTimezone"] == zone


class TestRoles:
    MESSAGE = (
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    )

    def try_role(self, scheduler, schedule, refusal, role):
        schedule["Target"]["RoleArn"] = role
        assert refusal(scheduler.create_schedule, **schedule) == (
            "ValidationException",
            self.MESSAGE,
        )

    def test_role_of_another_service(self, scheduler, schedule, refusal, make_role):
        self.try_role(scheduler, schedule, refusal, make_role("rule", "events"))

    def test_a_trust_that_names_the_schedule_fails(self, scheduler, schedule, refusal, make_role):
        arn = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/hello"
        condition = {"ArnEquals": {"aws:SourceArn": arn}}
        role = make_role("narrow", "scheduler", condition=condition)
        self.try_role(scheduler, schedule, refusal, role)

    def test_a_trust_of_another_account_fails(self, scheduler, schedule, refusal, make_role):
        condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
        role = make_role("foreign", "scheduler", condition=condition)
        self.try_role(scheduler, schedule, refusal, role)

    def test_a_trust_that_names_the_group_works(self, scheduler, schedule, make_role):
        arn = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/default"
        condition = {
            "ArnEquals": {"aws:SourceArn": arn},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        }
        schedule["Target"]["RoleArn"] = make_role("narrow", "scheduler", condition=condition)
        assert scheduler.create_schedule(**schedule)


class TestSchedules:
    def test_existing_one(self, scheduler, schedule, refusal):
        scheduler.create_schedule(**schedule)
        assert refusal(scheduler.create_schedule, **schedule)[0] == "ConflictException"

    def test_same_token_same_creation(self, scheduler, schedule):
        first = scheduler.create_schedule(**schedule, ClientToken="once")
        again = scheduler.create_schedule(**schedule, ClientToken="once")
        assert again["ScheduleArn"] == first["ScheduleArn"]

    def test_same_token_other_request(self, scheduler, schedule, refusal):
        scheduler.create_schedule(**schedule, ClientToken="once")
        changed = {**schedule, "Name": "other", "ClientToken": "once"}
        assert refusal(scheduler.create_schedule, **changed)[0] == "ConflictException"

    def test_what_is_left_out_gets_its_default(self, scheduler, schedule):
        scheduler.create_schedule(**schedule)
        found = scheduler.get_schedule(Name="hello")
        assert found["State"] == "ENABLED"
        assert found["ScheduleExpressionTimezone"] == "UTC"
        assert found["ActionAfterCompletion"] == "NONE"
        assert found["GroupName"] == "default"
        assert found["Target"]["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 86400,
            "MaximumRetryAttempts": 185,
        }
        assert not {"Description", "StartDate", "EndDate", "KmsKeyArn"} & set(found)

    def test_an_update_resets_what_it_leaves_out(self, scheduler, schedule):
        scheduler.create_schedule(
            **schedule,
            State="DISABLED",
            ScheduleExpressionTimezone="Asia/Tokyo",
            Description="d",
            ActionAfterCompletion="DELETE",
            EndDate=SOON,
        )
        scheduler.update_schedule(**schedule)
        found = scheduler.get_schedule(Name="hello")
        assert found["State"] == "ENABLED"
        assert found["ScheduleExpressionTimezone"] == "UTC"
        assert found["ActionAfterCompletion"] == "NONE"
        assert not {"Description", "EndDate"} & set(found)

    def test_an_update_keeps_what_it_says(self, scheduler, schedule):
        scheduler.create_schedule(**schedule)
        scheduler.update_schedule(**schedule, State="DISABLED", ActionAfterCompletion="DELETE")
        found = scheduler.get_schedule(Name="hello")
        assert (found["State"], found["ActionAfterCompletion"]) == ("DISABLED", "DELETE")

    def test_half_a_retry_policy_is_completed(self, scheduler, schedule):
        schedule["Target"]["RetryPolicy"] = {"MaximumRetryAttempts": 0}
        scheduler.create_schedule(**schedule)
        assert scheduler.get_schedule(Name="hello")["Target"]["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 86400,
            "MaximumRetryAttempts": 0,
        }

    @pytest.mark.parametrize("operation", ["get_schedule", "delete_schedule"])
    def test_unknown_one(self, scheduler, refusal, operation):
        for parameters in ({"Name": "absent"}, {"Name": "absent", "GroupName": "absent"}):
            found = refusal(getattr(scheduler, operation), **parameters)
            assert found[0] == "ResourceNotFoundException"

    def test_updating_an_unknown_one(self, scheduler, schedule, refusal):
        assert refusal(scheduler.update_schedule, **schedule)[0] == "ResourceNotFoundException"

    def test_unknown_group(self, scheduler, schedule, refusal):
        found = refusal(scheduler.create_schedule, **schedule, GroupName="absent")
        assert found == ("ResourceNotFoundException", "Schedule group absent does not exist.")


class TestGroups:
    @pytest.fixture
    def group(self, scheduler):
        tags = [{"Key": "batchwork:owner", "Value": "team"}]
        return scheduler.create_schedule_group(Name="team", Tags=tags)["ScheduleGroupArn"]

    def test_existing_one(self, scheduler, group, refusal):
        code, message = refusal(scheduler.create_schedule_group, Name="team")
        assert (code, message) == ("ConflictException", "Schedule group team already exists.")

    def test_same_token_same_creation(self, scheduler):
        first = scheduler.create_schedule_group(Name="team", ClientToken="once")
        again = scheduler.create_schedule_group(Name="team", ClientToken="once")
        assert again["ScheduleGroupArn"] == first["ScheduleGroupArn"]

    def test_deletion_takes_a_moment(self, scheduler, schedule, group, refusal, monkeypatch):
        monkeypatch.setattr(strict_scheduler, "DELETION_SECONDS", 3600.0)
        scheduler.create_schedule(**schedule, GroupName="team")
        scheduler.delete_schedule_group(Name="team")
        assert refusal(scheduler.create_schedule, **schedule, GroupName="team")[0] == (
            "ConflictException"
        )
        assert refusal(scheduler.create_schedule_group, Name="team")[0] == "ConflictException"
        assert scheduler.get_schedule_group(Name="team")["State"] == "DELETING"
        assert scheduler.list_schedules()["Schedules"] == []
        found = refusal(scheduler.get_schedule_group, Name="team")
        assert found[0] == "ResourceNotFoundException"
        names = [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]]
        assert names == ["default"]
        scheduler.create_schedule_group(Name="team")
        assert scheduler.get_schedule_group(Name="team")["State"] == "ACTIVE"

    def test_deletion_ends_unseen(self, scheduler, group, monkeypatch):
        monkeypatch.setattr(strict_scheduler, "DELETION_SECONDS", 0.0)
        scheduler.delete_schedule_group(Name="team")
        scheduler.create_schedule_group(Name="team")
        assert scheduler.get_schedule_group(Name="team")["State"] == "ACTIVE"

    def test_what_cannot_be_deleted(self, scheduler, refusal):
        assert refusal(scheduler.delete_schedule_group, Name="default")[0] == "ValidationException"
        assert refusal(scheduler.delete_schedule_group, Name="absent")[0] == (
            "ResourceNotFoundException"
        )

    def test_tags(self, scheduler, group, refusal):
        scheduler.tag_resource(ResourceArn=group, Tags=[{"Key": "a", "Value": "b"}])
        scheduler.untag_resource(ResourceArn=group, TagKeys=["batchwork:owner"])
        assert scheduler.list_tags_for_resource(ResourceArn=group)["Tags"] == [
            {"Key": "a", "Value": "b"}
        ]
        found = refusal(scheduler.list_tags_for_resource, ResourceArn=f"{group}-absent")
        assert found[0] == "ResourceNotFoundException"

    def test_schedules_have_no_tags(self, scheduler, refusal):
        arn = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/hello"
        tags = [{"Key": "a", "Value": "b"}]
        found = refusal(scheduler.tag_resource, ResourceArn=arn, Tags=tags)
        assert found[0] == "ValidationException"
