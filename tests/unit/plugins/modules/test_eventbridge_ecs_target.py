# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``eventbridge_ecs_target`` on the emulator: all settings, merging, other targets."""

from __future__ import annotations

import json
from typing import Any

import pytest

NAME = "eventbridge_ecs_target"
KEY = {"rule": "hello", "target_id": "hello"}
PLACE = "ap-northeast-1:123456789012"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
FAMILY = f"arn:aws:ecs:{PLACE}:task-definition/hello"
QUEUE = f"arn:aws:sqs:{PLACE}:failed"
ROLE = "arn:aws:iam::123456789012:role/events"
TARGET = {
    **KEY,
    "cluster": "batch",
    "role_arn": ROLE,
    "task_definition": "hello",
    "network_configuration": {
        "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "security_groups": ["sg-0123456789abcdef0"],
        "assign_public_ip": True,
    },
    "launch_type": "FARGATE",
    "platform_version": "1.4.0",
    "task_count": 2,
    "group": "nightly",
    "enable_execute_command": True,
    "enable_ecs_managed_tags": True,
    "propagate_tags": "TASK_DEFINITION",
    "reference_id": "ref",
    "task_tags": {"team": "finance"},
    "overrides": {
        "container_overrides": [{"name": "hello", "environment": {"AREA": "eu", "LOG": "info"}}]
    },
    "retry_policy": {"maximum_retry_attempts": 3, "maximum_event_age_in_seconds": 600},
    "dead_letter_arn": QUEUE,
}
ON_EC2 = {
    **KEY,
    "cluster": "batch",
    "role_arn": ROLE,
    "task_definition": "on-ec2",
    "launch_type": "EC2",
    "placement_constraints": [{"type": "memberOf", "expression": "attribute:zone == a"}],
    "placement_strategy": [{"type": "binpack", "field": "cpu"}],
}
CONTAINER = {"name": "hello", "image": "busybox", "memory": 128}
ECS = "EcsParameters"
VPC = f"{ECS}.NetworkConfiguration.awsvpcConfiguration"


@pytest.fixture(scope="module")
def prepared(emulator_server: Any) -> Any:
    """The cluster, the rule and two task definitions, made once; only the rule's targets change."""
    import boto3

    emulator_server.reset()
    where = {"region_name": "ap-northeast-1", "endpoint_url": emulator_server.endpoint}
    ecs, events = boto3.client("ecs", **where), boto3.client("events", **where)
    ecs.create_cluster(clusterName="batch")
    ecs.register_task_definition(family="on-ec2", containerDefinitions=[CONTAINER])
    for _revision in (1, 2):
        ecs.register_task_definition(
            family="hello",
            containerDefinitions=[CONTAINER],
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            taskRoleArn="arn:aws:iam::123456789012:role/task",
        )
    events.put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    return emulator_server


@pytest.fixture
def emulator(prepared, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", prepared.endpoint)
    yield prepared
    prepared.clear_faults()


@pytest.fixture
def events(aws):
    """EventBridge, with no target on the rule."""
    client = aws("events")
    ids = [target["Id"] for target in client.list_targets_by_rule(Rule="hello")["Targets"]]
    if ids:
        client.remove_targets(Rule="hello", Ids=ids)
    return client


@pytest.fixture
def target(events, emulator, run_module):
    """Runs the module on the rule, which has no target yet."""
    emulator.clear_calls()
    return lambda params, **modes: run_module(NAME, params, **modes)


@pytest.fixture
def in_aws(events):
    """Reads the target, or the one of that id, as ListTargetsByRule answers it."""

    def read(target_id: str = "hello") -> dict[str, Any]:
        targets = events.list_targets_by_rule(Rule="hello")["Targets"]
        return next((entry for entry in targets if entry["Id"] == target_id), {})

    return read


def operations(calls: list[Any]) -> list[str]:
    return [call.operation for call in calls]


def paths(result: dict[str, Any]) -> list[str]:
    assert not result["failed"], result["msg"]
    return [change["path"] for change in result["changes"]]


def test_every_setting_arrives_in_aws(target, in_aws):
    result = target(TARGET)
    assert result["changed"]
    assert in_aws() == {
        "Id": "hello",
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "Input": '{"containerOverrides":[{"name":"hello","environment":'
        '[{"name":"AREA","value":"eu"},{"name":"LOG","value":"info"}]}]}',
        "EcsParameters": {
            "TaskDefinitionArn": FAMILY,
            "TaskCount": 2,
            "LaunchType": "FARGATE",
            "PlatformVersion": "1.4.0",
            "Group": "nightly",
            "NetworkConfiguration": {
                "awsvpcConfiguration": {
                    "Subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                    "SecurityGroups": ["sg-0123456789abcdef0"],
                    "AssignPublicIp": "ENABLED",
                }
            },
            "EnableExecuteCommand": True,
            "EnableECSManagedTags": True,
            "PropagateTags": "TASK_DEFINITION",
            "ReferenceId": "ref",
            "Tags": [{"Key": "team", "Value": "finance"}],
        },
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
        "DeadLetterConfig": {"Arn": QUEUE},
    }


def test_every_setting_for_ec2_arrives_in_aws(target, in_aws):
    assert target(ON_EC2)["changed"]
    parameters = in_aws()["EcsParameters"]
    assert parameters["PlacementConstraints"] == ON_EC2["placement_constraints"]
    assert parameters["PlacementStrategy"] == ON_EC2["placement_strategy"]
    assert paths(target(ON_EC2)) == []


CHANGES = [
    ({"task_definition": "hello:1"}, [f"{ECS}.TaskDefinitionArn"]),
    ({"task_count": 1}, [f"{ECS}.TaskCount"]),
    ({"platform_version": "LATEST"}, [f"{ECS}.PlatformVersion"]),
    ({"platform_version": ""}, [f"{ECS}.PlatformVersion"]),
    ({"group": ""}, [f"{ECS}.Group"]),
    ({"enable_execute_command": False}, [f"{ECS}.EnableExecuteCommand"]),
    ({"enable_ecs_managed_tags": False}, [f"{ECS}.EnableECSManagedTags"]),
    ({"propagate_tags": ""}, [f"{ECS}.PropagateTags"]),
    ({"reference_id": "other"}, [f"{ECS}.ReferenceId"]),
    ({"task_tags": {"team": "sales"}}, [f"{ECS}.Tags[team]"]),
    ({"task_tags": {}}, [f"{ECS}.Tags[team]"]),
    (
        {
            "launch_type": "",
            "capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
        },
        [f"{ECS}.CapacityProviderStrategy", f"{ECS}.LaunchType"],
    ),
    (
        {"capacity_provider_strategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
        [f"{ECS}.CapacityProviderStrategy", f"{ECS}.LaunchType"],
    ),
    ({"network_configuration": {"assign_public_ip": False}}, [f"{VPC}.AssignPublicIp"]),
    ({"network_configuration": {"security_groups": []}}, [f"{VPC}.SecurityGroups"]),
    ({"network_configuration": {"subnets": ["subnet-0123456789abcdef1"]}}, [f"{VPC}.Subnets"]),
    (
        {"overrides": {"container_overrides": [{"name": "hello", "environment": {"AREA": "eu"}}]}},
        ["Input.containerOverrides[hello].environment[LOG]"],
    ),
    ({"overrides": {}}, ["Input"]),
    ({"input": ""}, ["Input"]),
    ({"input": '{"cpu": "512", "memory": "1024"}'}, ["Input.containerOverrides", "Input.cpu"]),
    ({"retry_policy": {"maximum_retry_attempts": 0}}, ["RetryPolicy.MaximumRetryAttempts"]),
    (
        {"retry_policy": {}},
        ["RetryPolicy.MaximumEventAgeInSeconds", "RetryPolicy.MaximumRetryAttempts"],
    ),
    ({"dead_letter_arn": ""}, ["DeadLetterConfig"]),
    ({"role_arn": "arn:aws:iam::123456789012:role/other"}, ["RoleArn"]),
]


@pytest.mark.parametrize(("params", "changed"), CHANGES, ids=str)
def test_one_option_changes_one_thing_and_keeps_everything_else(
    target, emulator, in_aws, params, changed
):
    target(TARGET)
    before = in_aws()
    emulator.clear_calls()
    predicted = target({**KEY, **params}, check_mode=True)
    assert emulator.writes() == []
    result = target({**KEY, **params})
    assert operations(emulator.writes()) == ["PutTargets"]
    assert paths(result)[: len(changed)] == changed
    assert predicted["changes"] == result["changes"]
    assert predicted["target"] == result["target"]
    touched = {path.partition(".")[0] for path in changed}
    after = in_aws()
    assert {key for key in {*before, *after} if before.get(key) != after.get(key)} == touched
    assert paths(target({**KEY, **params})) == []


def test_an_unchanged_target_costs_one_read_and_asks_nobody_who_is_calling(target, emulator):
    target(TARGET)
    emulator.clear_calls()
    assert paths(target(TARGET)) == []
    assert operations(emulator.calls) == ["ListTargetsByRule"]


def test_without_any_arn_the_account_is_asked_for(target, emulator):
    target(TARGET)
    emulator.clear_calls()
    assert paths(target({**KEY, "cluster": "batch"})) == []
    assert operations(emulator.calls) == ["GetCallerIdentity", "ListTargetsByRule"]


def test_input_in_another_form_is_no_change(target):
    target(TARGET)
    text = """{ "containerOverrides": [ {"environment": [{"value": "info", "name": "LOG"},
        {"name": "AREA", "value": "eu"}], "name": "hello"} ] }"""
    assert paths(target({**KEY, "input": text})) == []
    assert paths(target({**KEY, "input": json.loads(text)})) == []
    assert paths(target({**KEY, "overrides": json.loads(text)})) == []


@pytest.mark.parametrize("reference", [FAMILY, "hello", f"{FAMILY}:2", "hello:2"])
def test_a_task_definition_by_any_reference(target, in_aws, reference):
    target({**TARGET, "task_definition": reference})
    expected = f"{FAMILY}:2" if reference.endswith(":2") else FAMILY
    assert in_aws()["EcsParameters"]["TaskDefinitionArn"] == expected


def test_pasted_json_is_taken(target):
    target(TARGET)
    network = {
        "awsvpcConfiguration": {
            "Subnets": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef0"],
            "SecurityGroups": ["sg-0123456789abcdef0"],
            "AssignPublicIp": "ENABLED",
        }
    }
    retries = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}
    assert paths(target({**KEY, "network_configuration": network, "retry_policy": retries})) == []


@pytest.mark.parametrize(
    ("params", "code", "told"),
    [
        ({"cluster": "nowhere"}, "", "nowhere"),
        ({"task_definition": "nothing"}, "ClientException", "task-definition/nothing"),
        ({"task_definition": "hello:9"}, "ClientException", "task-definition/hello:9"),
        ({"rule": "none"}, "ResourceNotFoundException", "none"),
    ],
    ids=str,
)
def test_what_does_not_exist_is_told_before_anything_is_put(target, emulator, params, code, told):
    result = target({**TARGET, **params})
    assert result["failed"]
    assert told in result["msg"]
    assert code in result["error"]["code"]
    assert emulator.writes() == []
    predicted = target({**TARGET, **params}, check_mode=True)
    assert predicted["changed"], predicted


OTHERS = [{"Id": name, "Arn": QUEUE} for name in ("one", "two", "three", "four", "five")]


@pytest.mark.parametrize("policy", ["keep", "warn"])
def test_other_targets_stay_and_are_told(target, events, in_aws, policy):
    events.put_targets(Rule="hello", Targets=OTHERS[:2])
    result = target({**TARGET, "other_targets": policy})
    assert [other["id"] for other in result["other_targets"]] == ["one", "two"]
    assert in_aws("one") == OTHERS[0]
    told = [warning for warning in result["warnings"] if "other targets" in warning]
    assert len(told) == (1 if policy == "warn" else 0)
    assert all("one" in warning and QUEUE in warning for warning in told)


def test_warning_of_other_targets_is_the_default(target, events):
    events.put_targets(Rule="hello", Targets=OTHERS[:1])
    assert "other targets" in target(TARGET)["warnings"][0]


def test_other_targets_are_removed_after_the_new_one_is_put(target, events, emulator):
    events.put_targets(Rule="hello", Targets=OTHERS[:2])
    emulator.clear_calls()
    removing = {**TARGET, "other_targets": "remove"}
    predicted = target(removing, check_mode=True)
    assert emulator.writes() == []
    result = target(removing)
    assert operations(emulator.writes()) == ["PutTargets", "RemoveTargets"]
    assert paths(result)[-2:] == ["targets[one]", "targets[two]"]
    assert result["other_targets"] == predicted["other_targets"] == []
    assert [entry["Id"] for entry in events.list_targets_by_rule(Rule="hello")["Targets"]] == [
        "hello"
    ]
    assert paths(target(removing)) == []


def test_a_full_rule_is_told_before_anything_is_put(target, events, emulator):
    events.put_targets(Rule="hello", Targets=OTHERS)
    emulator.clear_calls()
    for check_mode in (True, False):
        result = target({**TARGET, "other_targets": "keep"}, check_mode=check_mode)
        assert result["failed"]
        assert result["msg"].startswith("rule: The rule would have 6 targets; it can have 5.")
    assert emulator.writes() == []


def test_on_a_full_rule_one_that_has_to_go_makes_room(target, events, emulator):
    events.put_targets(Rule="hello", Targets=OTHERS)
    emulator.clear_calls()
    assert target({**TARGET, "other_targets": "remove"})["changed"]
    assert operations(emulator.writes()) == ["RemoveTargets", "PutTargets", "RemoveTargets"]


def test_the_fifth_target_of_a_rule_can_be_changed(target, events):
    events.put_targets(Rule="hello", Targets=OTHERS[:4])
    target({**TARGET, "other_targets": "keep"})
    assert paths(target({**KEY, "task_count": 1, "other_targets": "keep"})) == [f"{ECS}.TaskCount"]


def test_an_interrupted_plan_says_what_was_done_and_what_is_left(target, events, emulator, in_aws):
    events.put_targets(Rule="hello", Targets=OTHERS)
    emulator.fault("events", "PutTargets", error=("AccessDeniedException", "not this", 400))
    result = target({**TARGET, "other_targets": "remove"})
    assert result["failed"]
    assert result["changed"]
    assert "not this" in result["msg"]
    assert "Done before: RemoveTargets. Not done: PutTargets, RemoveTargets." in result["msg"]
    assert in_aws() == {}
    assert target({**TARGET, "other_targets": "remove"})["changed"]
    assert in_aws()["Id"] == "hello"


def test_a_target_that_aws_refuses_is_a_failure_with_its_reason(target, emulator):
    entry = {"TargetId": "hello", "ErrorCode": "ManagedRuleException", "ErrorMessage": "not yours"}
    answer = {"FailedEntryCount": 1, "FailedEntries": [entry]}
    emulator.fault("events", "PutTargets", answer=answer)
    result = target(TARGET)
    assert result["failed"]
    assert "hello: ManagedRuleException: not yours" in result["msg"]


@pytest.mark.parametrize("change", [{}, {"state": "absent"}])
def test_a_rule_that_a_service_manages_is_refused_by_aws(target, events, emulator, in_aws, change):
    target(TARGET)
    before = in_aws()
    events.put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    refused = ("ManagedRuleException", "Rule hello is managed by an AWS service.", 400)
    for operation in ("PutTargets", "RemoveTargets"):
        emulator.fault("events", operation, error=refused)
    result = target({**KEY, "task_count": 5, **change})
    assert result["failed"]
    assert "ManagedRuleException" in result["msg"]
    assert in_aws() == before


def test_absent_removes_the_one_target_that_is_named(target, events, emulator, in_aws):
    events.put_targets(Rule="hello", Targets=OTHERS[:2])
    target(TARGET)
    emulator.clear_calls()
    absent = {**KEY, "state": "absent"}
    predicted = target(absent, check_mode=True)
    assert emulator.writes() == []
    result = target(absent)
    assert operations(emulator.writes()) == ["RemoveTargets"]
    assert predicted["changes"] == result["changes"] != []
    assert result["target"] is None
    assert [other["id"] for other in result["other_targets"]] == ["one", "two"]
    assert (in_aws(), in_aws("one")) == ({}, OTHERS[0])
    assert not target(absent)["changed"]


def test_a_target_of_a_rule_that_does_not_exist_is_absent(target):
    result = target({"rule": "none", "target_id": "hello", "state": "absent"})
    assert not result["failed"]
    assert not result["changed"]


def test_a_target_on_another_bus(target, events, emulator):
    events.create_event_bus(Name="orders")
    events.put_rule(Name="hello", EventPattern='{"source": ["a"]}', EventBusName="orders")
    assert target({**TARGET, "event_bus_name": "orders"})["changed"]
    assert not target({**TARGET, "event_bus_name": "orders"})["changed"]
    found = events.list_targets_by_rule(Rule="hello", EventBusName="orders")["Targets"]
    assert [entry["Id"] for entry in found] == ["hello"]
    assert target({**KEY, "event_bus_name": "orders", "state": "absent"})["changed"]


def test_overrides_and_input_exclude_each_other(target, emulator):
    result = target({**TARGET, "input": "{}"})
    assert result["failed"]
    assert "overrides|input" in result["msg"]


def test_several_mistakes_are_told_together(target, emulator):
    result = target({**TARGET, "rule": "no rule", "task_count": 11, "launch_type": "LAMBDA"})
    assert result["failed"]
    starts = ["launch_type: ", "task_count: ", "rule: 'no rule' is not allowed"]
    assert [error.startswith(start) for error, start in zip(result["errors"], starts, strict=True)]
    assert result["msg"].startswith("3 mistakes were found; nothing was changed.\n- ")
    assert emulator.calls == []


def test_an_old_mistake_in_aws_does_not_fail_a_run_that_changes_nothing(target, events, in_aws):
    target(TARGET)
    broken = {**in_aws(), "Input": '{"containerOverrides": [{"name": "gone"}]}'}
    events.put_targets(Rule="hello", Targets=[broken])
    assert paths(target({**KEY, "task_count": 2})) == []
    result = target({**KEY, "task_count": 3})
    assert result["failed"]
    assert "'gone' is no container" in result["msg"]
