# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge rules and targets."""

from __future__ import annotations

import json

import pytest

RATE = "rate(5 minutes)"
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
ROLE = "arn:aws:iam::123456789012:role/events"
NETWORK = {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}}
ECS = {
    "TaskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello",
    "LaunchType": "FARGATE",
    "NetworkConfiguration": NETWORK,
}
TARGET = {"Id": "hello", "Arn": CLUSTER, "RoleArn": ROLE, "EcsParameters": ECS}


@pytest.fixture
def events(aws):
    client = aws("events")
    client.put_rule(Name="hello", ScheduleExpression=RATE)
    return client


class TestPutRule:
    @pytest.mark.parametrize(
        "expression",
        ["rate(1 minutes)", "cron(0 3 * * *)", "cron(0 3 * * * *)", "cron(99 3 * * ? *)", "at(x)"],
    )
    def test_bad_schedule(self, events, refusal, expression):
        found = refusal(events.put_rule, Name="x", ScheduleExpression=expression)
        assert found == ("ValidationException", "Parameter ScheduleExpression is not valid.")

    def test_good_schedule(self, events):
        assert events.put_rule(Name="x", ScheduleExpression="cron(*/30 * * * ? *)")["RuleArn"]

    def test_neither_schedule_nor_pattern(self, events, refusal):
        assert refusal(events.put_rule, Name="x")[0] == "ValidationException"

    def test_schedule_on_another_bus(self, events, refusal):
        events.create_event_bus(Name="own")
        parameters = {"Name": "x", "ScheduleExpression": RATE, "EventBusName": "own"}
        assert refusal(events.put_rule, **parameters) == (
            "ValidationException",
            "ScheduleExpression is supported only on the default event bus.",
        )

    def test_an_update_clears_what_it_leaves_out(self, events, make_role):
        role = make_role("rule", "events")
        events.put_rule(Name="hello", ScheduleExpression=RATE, Description="d", RoleArn=role)
        events.put_rule(Name="hello", ScheduleExpression=RATE)
        assert not {"Description", "RoleArn"} & set(events.describe_rule(Name="hello"))

    def test_an_update_ignores_tags(self, events):
        tags = [{"Key": "a", "Value": "b"}]
        arn = events.put_rule(Name="new", ScheduleExpression=RATE, Tags=tags)["RuleArn"]
        events.put_rule(Name="new", ScheduleExpression=RATE, Tags=[{"Key": "c", "Value": "d"}])
        assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags

    def test_reserved_tags(self, events, refusal):
        tags = [{"Key": "aws:a", "Value": "b"}]
        assert "aws:" in refusal(events.put_rule, Name="n", ScheduleExpression=RATE, Tags=tags)[1]

    def test_role_that_cannot_be_assumed(self, events, refusal, make_role):
        role = make_role("tasks", "ecs-tasks")
        for bad in (role, "arn:aws:iam::123456789012:role/absent"):
            assert refusal(events.put_rule, Name="x", ScheduleExpression=RATE, RoleArn=bad) == (
                "ValidationException",
                f"Provided role '{bad}' cannot be assumed by principal 'events.amazonaws.com'.",
            )

    def test_role_with_conditions(self, events, make_role):
        condition = {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:events:ap-northeast-1:123456789012:rule/h*"},
        }
        role = make_role("rule", "events", condition=condition)
        assert events.put_rule(Name="hello", ScheduleExpression=RATE, RoleArn=role)


BAD_TARGETS = {
    "no role": ({**TARGET, "RoleArn": None}, "RoleArn is required for target"),
    "no parameters": (
        {"Id": "hello", "Arn": CLUSTER, "RoleArn": ROLE},
        "EcsParameters must be specified",
    ),
    "two ways to launch": (
        {**TARGET, "EcsParameters": {
            **ECS, "CapacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}},
        "LaunchType and CapacityProviderStrategy",
    ),
    "two bases": (
        {**TARGET, "EcsParameters": {
            "TaskDefinitionArn": "x",
            "CapacityProviderStrategy": [
                {"capacityProvider": "FARGATE", "base": 1},
                {"capacityProvider": "FARGATE_SPOT", "base": 1}]}},
        "Only one capacity provider",
    ),
    "no network": (
        {**TARGET, "EcsParameters": {"TaskDefinitionArn": "x", "LaunchType": "FARGATE"}},
        "NetworkConfiguration is required when LaunchType is FARGATE",
    ),
    "17 subnets": (
        {**TARGET, "EcsParameters": {
            **ECS, "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"] * 17}}}},
        "between 1 and 16",
    ),
    "6 security groups": (
        {**TARGET, "EcsParameters": {
            **ECS, "NetworkConfiguration": {"awsvpcConfiguration": {
                "Subnets": ["s"], "SecurityGroups": ["g"] * 6}}}},
        "at most 5",
    ),
    "input": ({**TARGET, "Input": "{no json"}, "JSON syntax error in input for target hello"),
    "input and path": (
        {**TARGET, "Input": "{}", "InputPath": "$.detail"},
        "Only one of Input, InputPath must be provided",
    ),
    "long input": ({**TARGET, "Input": json.dumps("x" * 8192)}, "less than or equal to 8192"),
}  # fmt: skip


class TestPutTargets:
    @pytest.mark.parametrize(("target", "text"), BAD_TARGETS.values(), ids=BAD_TARGETS)
    def test_refused(self, events, refusal, target, text):
        code, message = refusal(events.put_targets, Rule="hello", Targets=[target])
        assert code == "ValidationException"
        assert text in message
        assert events.list_targets_by_rule(Rule="hello")["Targets"] == []

    def test_accepted(self, events):
        full = {**TARGET, "Input": '{"containerOverrides": []}'}
        answer = events.put_targets(Rule="hello", Targets=[full])
        assert answer["FailedEntryCount"] == 0
        assert events.list_targets_by_rule(Rule="hello")["Targets"] == [full]

    def test_capacity_providers_without_launch_type(self, events):
        strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
        parameters = {"TaskDefinitionArn": "x", "CapacityProviderStrategy": strategy}
        target = {**TARGET, "EcsParameters": parameters}
        assert events.put_targets(Rule="hello", Targets=[target])["FailedEntryCount"] == 0

    def test_a_target_that_is_no_cluster_needs_none_of_this(self, events):
        queue = {"Id": "queue", "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:q"}
        assert events.put_targets(Rule="hello", Targets=[queue])["FailedEntryCount"] == 0

    def test_five_targets_and_no_more(self, events, refusal):
        targets = [{**TARGET, "Id": f"t{number}"} for number in range(5)]
        events.put_targets(Rule="hello", Targets=targets)
        events.put_targets(Rule="hello", Targets=targets[:1])
        code, _message = refusal(events.put_targets, Rule="hello", Targets=[{**TARGET, "Id": "t5"}])
        assert code == "LimitExceededException"

    def test_ten_entries_a_call(self, events, refusal):
        targets = [{**TARGET, "Id": f"t{number}"} for number in range(11)]
        code, message = refusal(events.put_targets, Rule="hello", Targets=targets)
        assert code == "ValidationException"
        assert "less than or equal to 10" in message

    def test_unknown_rule(self, events, refusal):
        code, _message = refusal(events.put_targets, Rule="absent", Targets=[TARGET])
        assert code == "ResourceNotFoundException"


class TestManagedRules:
    @pytest.fixture
    def managed(self, events, emulator):
        events.put_targets(Rule="hello", Targets=[TARGET])
        emulator.manage_rule("hello", region="ap-northeast-1")
        return events

    def test_it_says_so(self, managed):
        assert managed.describe_rule(Name="hello")["ManagedBy"] == "ecs.amazonaws.com"
        assert managed.list_rules()["Rules"][0]["ManagedBy"] == "ecs.amazonaws.com"

    @pytest.mark.parametrize(
        ("operation", "parameters"),
        [
            ("put_rule", {"Name": "hello", "ScheduleExpression": RATE}),
            ("put_targets", {"Rule": "hello", "Targets": [TARGET]}),
            ("enable_rule", {"Name": "hello"}),
            ("disable_rule", {"Name": "hello"}),
            ("remove_targets", {"Rule": "hello", "Ids": ["hello"]}),
            ("delete_rule", {"Name": "hello"}),
        ],
    )
    def test_refused(self, managed, refusal, operation, parameters):
        assert refusal(getattr(managed, operation), **parameters)[0] == "ManagedRuleException"

    def test_tags(self, managed, refusal):
        arn = managed.describe_rule(Name="hello")["Arn"]
        tags = [{"Key": "a", "Value": "b"}]
        code, _message = refusal(managed.tag_resource, ResourceARN=arn, Tags=tags)
        assert code == "ManagedRuleException"

    def test_force(self, managed, refusal):
        managed.remove_targets(Rule="hello", Ids=["hello"], Force=True)
        managed.delete_rule(Name="hello", Force=True)
        assert refusal(managed.describe_rule, Name="hello")[0] == "ResourceNotFoundException"


class TestReading:
    def test_pages_of_a_hundred(self, aws):
        events = aws("events")
        for number in range(101):
            events.put_rule(Name=f"rule-{number}", ScheduleExpression=RATE)
        page = events.list_rules()
        assert len(page["Rules"]) == 100
        assert len(events.list_rules(NextToken=page["NextToken"])["Rules"]) == 1
        assert len(events.list_rules(Limit=10)["Rules"]) == 10

    def test_deletion(self, events, refusal):
        events.put_targets(Rule="hello", Targets=[TARGET])
        code, message = refusal(events.delete_rule, Name="hello")
        assert (code, "targets" in message) == ("ValidationException", True)
        events.remove_targets(Rule="hello", Ids=["hello"])
        for _turn in range(2):
            events.delete_rule(Name="hello")
