# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What botocore's model says is refused, with the code that the service uses."""

from __future__ import annotations

import pytest

from emulator.layer import ApiError, Call

RATE = "rate(5 minutes)"

REFUSED = [
    # service, operation, parameters, code, part of the message
    ("events", "put_rule", {"Name": "bad name", "ScheduleExpression": RATE}, "ValidationException",
     "Value 'bad name' at 'name' failed to satisfy constraint: Member must satisfy regular"),
    ("events", "put_rule", {"Name": "x" * 65, "ScheduleExpression": RATE}, "ValidationException",
     "Member must have length less than or equal to 64"),
    ("events", "put_rule", {"Name": "x", "ScheduleExpression": RATE, "State": "FOO"},
     "ValidationException", "Member must satisfy enum value set: [ENABLED, DISABLED"),
    ("events", "put_rule", {"Name": "x", "ScheduleExpression": RATE, "Description": "d" * 513},
     "ValidationException", "at 'description'"),
    ("events", "put_targets", {"Rule": "x", "Targets": [{"Id": "a b", "Arn": "arn:x"}]},
     "ValidationException", "at 'targets.1.member.id'"),
    ("events", "put_targets", {"Rule": "x", "Targets": [{"Id": "a"}]}, "ValidationException",
     "Value null at 'targets.1.member.arn' failed to satisfy constraint: Member must not be null"),
    ("events", "put_targets",
     {"Rule": "x", "Targets": [{"Id": "a", "Arn": "b",
                                "EcsParameters": {"TaskDefinitionArn": "t", "TaskCount": 0}}]},
     "ValidationException", "Member must have value greater than or equal to 1"),
    ("events", "put_targets",
     {"Rule": "x", "Targets": [{"Id": "a", "Arn": "b",
                                "RetryPolicy": {"MaximumRetryAttempts": 186}}]},
     "ValidationException", "Member must have value less than or equal to 185"),
    ("events", "put_rule", {"Name": 5, "ScheduleExpression": RATE}, "SerializationException",
     "int at 'name' can not be converted to string"),
    ("logs", "create_log_group", {"logGroupName": "bad name"}, "InvalidParameterException",
     "at 'logGroupName'"),
    ("logs", "create_log_group", {"logGroupName": "x", "logGroupClass": "FOO"},
     "InvalidParameterException", "at 'logGroupClass'"),
    ("ecs", "register_task_definition", {"family": "x"}, "ClientException",
     "'containerDefinitions' failed to satisfy constraint: Member must not be null"),
    ("ecs", "register_task_definition",
     {"family": "x", "containerDefinitions": [{"name": "a", "image": "b", "cpu": "256"}]},
     "SerializationException", "str at 'containerDefinitions.1.member.cpu'"),
    ("ecs", "register_task_definition",
     {"family": "x", "containerDefinitions": [{"name": "a", "image": "b", "essential": 1}]},
     "SerializationException", "'containerDefinitions.1.member.essential'"),
    ("ecs", "register_task_definition",
     {"family": "x", "networkMode": "zzz", "containerDefinitions": []},
     "ClientException", "enum value set: [bridge, host, awsvpc, none]"),
    ("ecs", "run_task", {"taskDefinition": "x", "launchType": "MOON"},
     "InvalidParameterException", "at 'launchType'"),
    ("iam", "create_role", {"RoleName": "bad name", "AssumeRolePolicyDocument": "{}"},
     "ValidationError", "at 'roleName'"),
    ("iam", "create_role", {"RoleName": "x" * 65, "AssumeRolePolicyDocument": "{}"},
     "ValidationError", "less than or equal to 64"),
    ("scheduler", "create_schedule_group", {"Name": "bad name"},
     "ValidationException", "at 'name'"),
    ("resourcegroupstaggingapi", "get_resources", {"TagFilters": [{"Key": ""}]},
     "InvalidParameterException", "at 'tagFilters.1.member.key'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "text"),
    REFUSED,
    ids=[f"{row[1]}: {row[4][:40]}" for row in REFUSED],
)
def test_refused(aws, refusal, service, operation, parameters, code, text):
    found_code, message = refusal(getattr(aws(service), operation), **parameters)
    assert found_code == code
    assert text in message


def test_all_violations_are_told_at_once(aws, refusal):
    _code, message = refusal(aws("events").put_rule, Name="a b", State="FOO", Description="d" * 513)
    assert message.startswith("3 validation errors detected: ")


def test_unknown_parameters(emulator):
    target = {"Id": "a", "Arn": "b", "Inputt": "{}"}
    parameters = {"Rule": "x", "Targets": [target]}
    # boto3 could not even send it.
    with pytest.raises(ApiError, match="'targets.1.member.Inputt' is of no known parameter"):
        emulator.send(Call("events", "PutTargets", "ap-northeast-1", parameters=parameters))


def test_a_null_is_as_good_as_nothing(aws):
    answer = aws("events").put_rule(Name="x", ScheduleExpression=RATE, Description=None)
    assert answer["RuleArn"]


def test_nothing_is_written_by_a_refused_call(aws, refusal):
    refusal(aws("logs").create_log_group, logGroupName="bad name")
    assert aws("logs").describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize("value", ["å", "日本 _.:/=+-@", ""])
def test_letters_of_any_script_in_tag_values(aws, value):
    tags = [{"key": "name", "value": value}]
    cluster = aws("ecs").create_cluster(clusterName="batch", tags=tags)
    assert cluster["cluster"]["clusterName"] == "batch"
