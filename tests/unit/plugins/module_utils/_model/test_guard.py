# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guarded target starts a state machine in AWS, and is an ECS target everywhere else."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    GUARD,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    guarded,
    is_state_machine,
    may_run_tasks,
    read_guard,
    unguarded,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import group_of

STATE_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:batch-guard"
CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/batch"
DEFINITION = "arn:aws:ecs:eu-central-1:123456789012:task-definition/report:4"

PLAIN = {
    "Id": "report",
    "Arn": CLUSTER,
    "RoleArn": "arn:aws:iam::123456789012:role/trigger",
    "EcsParameters": {"TaskDefinitionArn": DEFINITION, "TaskCount": 1},
}
EVERYTHING = {
    **PLAIN,
    "EcsParameters": {
        "TaskDefinitionArn": DEFINITION,
        "TaskCount": 1,
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {
            "awsvpcConfiguration": {
                "Subnets": ["subnet-1", "subnet-2"],
                "SecurityGroups": ["sg-1"],
                "AssignPublicIp": "ENABLED",
            }
        },
        "PlatformVersion": "1.4.0",
        "Group": "nightly",
        "CapacityProviderStrategy": [
            {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0},
        ],
        "EnableECSManagedTags": True,
        "EnableExecuteCommand": True,
        "PlacementConstraints": [{"type": "memberOf", "expression": "attribute:a == b"}],
        "PlacementStrategy": [{"type": "spread", "field": "host"}],
        "PropagateTags": "TASK_DEFINITION",
        "ReferenceId": "reference",
        "Tags": [{"Key": "team", "Value": "Data"}],
    },
    "Input": json.dumps(
        {
            "cpu": "512",
            "containerOverrides": [
                {"name": "app", "environment": [{"name": "Größe", "value": "1"}], "cpu": 256}
            ],
        }
    ),
    "RetryPolicy": {"MaximumRetryAttempts": 2},
    "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-central-1:123456789012:letters"},
}
SETTINGS = {"state_machine_arn": STATE_MACHINE, "timeout": "600", "retries": 2}


def with_guard(target, **settings):
    return {**target, GUARD: read_guard({**SETTINGS, **settings}, "report")}


def test_reads_settings_in_their_types_with_defaults():
    assert read_guard(SETTINGS, "report") == {
        "StateMachineArn": STATE_MACHINE,
        "Timeout": 600,
        "Overlap": "skip",
        "Retries": 2,
        "Batch": "report",
    }


def test_no_settings_are_no_guard():
    assert read_guard({}, "report") == {}


def test_aws_gets_a_target_that_starts_the_state_machine():
    sent = guarded(with_guard(PLAIN))
    assert sent == {
        "Id": "report",
        "Arn": STATE_MACHINE,
        "RoleArn": PLAIN["RoleArn"],
        "Input": sent["Input"],
    }
    assert json.loads(sent["Input"]) == {
        "guard": {"timeout": 600, "overlap": "skip", "retries": 2, "batch": "report"},
        "request": {
            "Cluster": CLUSTER,
            "TaskDefinition": DEFINITION,
            "Count": 1,
            "Group": "batchwork:report",
        },
    }


def test_a_request_is_in_pascal_case_throughout():
    request = json.loads(guarded(with_guard(EVERYTHING))["Input"])["request"]
    assert request["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]
    assert request["Overrides"]["ContainerOverrides"][0]["Environment"] == [
        {"Name": "Größe", "Value": "1"}
    ]
    assert request["CapacityProviderStrategy"][0]["CapacityProvider"] == "FARGATE_SPOT"
    assert request["PlacementConstraints"] == [
        {"Type": "memberOf", "Expression": "attribute:a == b"}
    ]
    assert request["Tags"] == [{"Key": "team", "Value": "Data"}]


@pytest.mark.parametrize("target", [PLAIN, EVERYTHING], ids=["little", "everything"])
@pytest.mark.parametrize("overlap", ["skip", "allow"])
def test_what_aws_answers_is_what_was_sent(target, overlap):
    wanted = with_guard(target, overlap=overlap)
    assert normal_form(unguarded(guarded(wanted))) == normal_form(wanted)


def test_task_tags_of_a_schedule_mean_the_same():
    parameters = {**PLAIN["EcsParameters"], "Tags": [{"key": "team", "value": "Data"}]}
    wanted = with_guard({**PLAIN, "EcsParameters": parameters})
    assert normal_form(unguarded(guarded(wanted))) == normal_form(wanted)


def test_a_target_without_a_guard_is_sent_and_read_as_it_is():
    assert guarded(PLAIN) == PLAIN
    assert guarded({**PLAIN, GUARD: {}}) == PLAIN
    assert unguarded(PLAIN) == PLAIN


@pytest.mark.parametrize(
    "text",
    ["", "no JSON", "[]", "{}", '{"guard": {}}', '{"guard": {}, "request": 1}'],
)
def test_somebody_elses_state_machine_is_no_guard(text):
    target = {"Id": "other", "Arn": STATE_MACHINE, "Input": text}
    assert unguarded(target) == target


def test_guarded_tasks_are_in_a_group_of_the_batchs_name_unless_they_name_one():
    assert group_of(with_guard(PLAIN)) == "batchwork:report"
    assert group_of(with_guard(EVERYTHING)) == "nightly"
    assert group_of(PLAIN) is None


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (STATE_MACHINE, True),
        ("arn:aws-cn:states:cn-north-1:123456789012:stateMachine:guard", True),
        ("arn:aws:states:eu-central-1:123456789012:activity:guard", False),
        (CLUSTER, False),
        ("batch-guard", False),
        (None, False),
    ],
)
def test_state_machines_are_known_by_their_arn(arn, expected):
    assert is_state_machine(arn) is expected


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (CLUSTER, True),
        ("arn:aws:scheduler:::aws-sdk:ecs:runTask", True),
        (STATE_MACHINE, True),
        ("arn:aws:sqs:eu-central-1:123456789012:letters", False),
    ],
)
def test_what_may_run_tasks_is_looked_at(arn, expected):
    assert may_run_tasks(arn) is expected
