# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules and schedule groups."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws import calls
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Conflict,
    NotFound,
    Rejected,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    create_schedule,
    create_schedule_group,
    delete_schedule,
    delete_schedule_group,
    get_schedule,
    get_schedule_group,
    list_schedule_group_tags,
    list_schedule_groups,
    list_schedules,
    tag_schedule_group,
    untag_schedule_group,
    update_schedule,
)
from botocore.stub import ANY

PREFIX = "arn:aws:scheduler:ap-northeast-1:123456789012:"
ARN = PREFIX + "schedule/nightly/hello"
GROUP_ARN = PREFIX + "schedule-group/nightly"
REQUEST = {
    "Name": "hello",
    "GroupName": "nightly",
    "ScheduleExpression": "rate(1 day)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch",
        "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
    },
}


@pytest.fixture
def scheduler(stubbed):
    return stubbed("scheduler")


@pytest.fixture
def sent(scheduler):
    """The requests that were sent."""
    requests: list[dict] = []
    scheduler.client.meta.events.register(
        "provide-client-params.*.*", lambda params, **_others: requests.append(params)
    )
    return requests


def test_a_schedule_is_read(scheduler):
    schedule = {"Name": "hello", "GroupName": "nightly", "Arn": ARN}
    scheduler.answers("get_schedule", schedule, Name="hello", GroupName="nightly")
    assert get_schedule(scheduler.client, "hello", "nightly") == schedule


def test_a_missing_schedule_is_not_found(scheduler):
    scheduler.fails("get_schedule", "ResourceNotFoundException", "no", status=404)
    with pytest.raises(NotFound, match="reading the schedule nightly/hello"):
        get_schedule(scheduler.client, "hello", "nightly")


@pytest.mark.parametrize("write", [create_schedule, update_schedule])
def test_a_schedule_is_written_with_the_given_token(scheduler, write):
    answer = {"ScheduleArn": ARN}
    scheduler.answers(write.__name__, answer, **REQUEST, ClientToken="once")
    assert write(scheduler.client, REQUEST, "once") == ARN


@pytest.mark.parametrize("write", [create_schedule, update_schedule])
def test_all_attempts_of_one_write_carry_one_token(scheduler, sent, write):
    for _time in range(2):
        scheduler.fails(write.__name__, "InternalServerException", status=500)
    scheduler.answers(write.__name__, {"ScheduleArn": ARN}, **REQUEST, ClientToken=ANY)
    write(scheduler.client, REQUEST)
    assert len(sent) == 3
    assert len({request["ClientToken"] for request in sent}) == 1


def test_two_writes_carry_two_tokens(scheduler, sent):
    for _time in range(2):
        scheduler.answers("update_schedule", {"ScheduleArn": ARN}, **REQUEST, ClientToken=ANY)
        update_schedule(scheduler.client, REQUEST)
    assert sent[0]["ClientToken"] != sent[1]["ClientToken"]


def test_a_name_that_is_taken_is_a_conflict_at_once(scheduler):
    scheduler.fails("create_schedule", "ConflictException", "Schedule already exists.", 409)
    with pytest.raises(Conflict, match="creating the schedule nightly/hello"):
        create_schedule(scheduler.client, REQUEST)
    assert scheduler.time.sleeps == []


def test_a_concurrent_update_is_tried_again(scheduler):
    scheduler.fails("update_schedule", "ConflictException", "concurrent", 409)
    scheduler.answers("update_schedule", {"ScheduleArn": ARN}, **REQUEST, ClientToken=ANY)
    assert update_schedule(scheduler.client, REQUEST) == ARN


NEW_ROLE = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."


def test_a_new_role_is_waited_for(scheduler):
    scheduler.fails("create_schedule", "ValidationException", NEW_ROLE)
    scheduler.fails("create_schedule", "ValidationException", NEW_ROLE)
    scheduler.answers("create_schedule", {"ScheduleArn": ARN}, **REQUEST, ClientToken=ANY)
    assert create_schedule(scheduler.client, REQUEST) == ARN
    assert len(scheduler.time.sleeps) == 2


def test_another_refusal_is_told_at_once(scheduler):
    scheduler.fails("create_schedule", "ValidationException", "Invalid Schedule Expression")
    with pytest.raises(Rejected):
        create_schedule(scheduler.client, REQUEST)


@pytest.fixture
def fixed_token(monkeypatch):
    module = "ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules"
    monkeypatch.setattr(f"{module}.new_token", lambda: "token")


@pytest.mark.usefixtures("fixed_token")
def test_a_schedule_is_deleted(scheduler):
    scheduler.answers("delete_schedule", {}, Name="hello", ClientToken="token")
    delete_schedule(scheduler.client, "hello")


def test_a_schedule_that_is_gone_is_not_found(scheduler):
    scheduler.fails("delete_schedule", "ResourceNotFoundException", status=404)
    with pytest.raises(NotFound):
        delete_schedule(scheduler.client, "hello", "nightly")


def test_a_schedule_whose_deletion_was_lost_on_the_way_back_is_deleted(scheduler):
    scheduler.fails("delete_schedule", "InternalServerException", status=500)
    scheduler.fails("delete_schedule", "ResourceNotFoundException", status=404)
    delete_schedule(scheduler.client, "hello", "nightly")


def test_schedules_are_listed_over_all_pages(scheduler):
    asked = {"GroupName": "nightly", "MaxResults": 100}
    scheduler.answers("list_schedules", {"Schedules": [{"Name": "a"}], "NextToken": "2"}, **asked)
    scheduler.answers("list_schedules", {"Schedules": [{"Name": "b"}]}, **asked, NextToken="2")
    listed = list_schedules(scheduler.client, "nightly")
    assert [schedule["Name"] for schedule in listed] == ["a", "b"]


def test_a_group_is_read(scheduler):
    group = {"Name": "nightly", "Arn": GROUP_ARN, "State": "ACTIVE"}
    scheduler.answers("get_schedule_group", group, Name="nightly")
    assert get_schedule_group(scheduler.client, "nightly") == group


def test_a_group_is_created_with_its_tags(scheduler):
    scheduler.answers(
        "create_schedule_group",
        {"ScheduleGroupArn": GROUP_ARN},
        Name="nightly",
        Tags=[{"Key": "a", "Value": "b"}],
        ClientToken="once",
    )
    assert create_schedule_group(scheduler.client, "nightly", {"a": "b"}, "once") == GROUP_ARN


@pytest.mark.usefixtures("fixed_token")
def test_a_group_without_tags_is_created_and_deleted(scheduler):
    answer = {"ScheduleGroupArn": GROUP_ARN}
    scheduler.answers("create_schedule_group", answer, Name="nightly", ClientToken="token")
    scheduler.answers("delete_schedule_group", {}, Name="nightly", ClientToken="token")
    create_schedule_group(scheduler.client, "nightly")
    delete_schedule_group(scheduler.client, "nightly")


def test_groups_are_listed_over_all_pages(scheduler):
    answer = {"ScheduleGroups": [{"Name": "a"}], "NextToken": "2"}
    scheduler.answers("list_schedule_groups", answer, MaxResults=100)
    answer = {"ScheduleGroups": [{"Name": "b"}]}
    scheduler.answers("list_schedule_groups", answer, MaxResults=100, NextToken="2")
    assert [group["Name"] for group in list_schedule_groups(scheduler.client)] == ["a", "b"]


def test_tags_are_set_removed_and_read_as_mappings(scheduler):
    tags = [{"Key": "a", "Value": "b"}]
    scheduler.answers("tag_resource", {}, ResourceArn=GROUP_ARN, Tags=tags)
    scheduler.answers("untag_resource", {}, ResourceArn=GROUP_ARN, TagKeys=["c"])
    scheduler.answers("list_tags_for_resource", {"Tags": tags}, ResourceArn=GROUP_ARN)
    tag_schedule_group(scheduler.client, GROUP_ARN, {"a": "b"})
    untag_schedule_group(scheduler.client, GROUP_ARN, ["c"])
    assert list_schedule_group_tags(scheduler.client, GROUP_ARN) == {"a": "b"}


def test_tokens_are_what_aws_takes():
    token = calls.new_token()
    assert 1 <= len(token) <= 64
    assert token.replace("-", "").isalnum()
    assert token != calls.new_token()
