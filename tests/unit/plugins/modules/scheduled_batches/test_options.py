# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch is a complete document: every option can be given, changed and left out again, and only
``enabled`` left out is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    NEVER_NEAR,
    REGION,
    ROLE,
    TRIGGERS,
    TRUST,
    batch,
    definition,
)

QUEUE = f"arn:aws:sqs:{REGION}:123456789012:failed"
ECS = "EcsParameters"
LARGER = {"cpu": "512", "memory": "1024"}
OVERRIDES = {"container_overrides": [{"name": "hello", "command": ["echo"]}]}
IN_TARGET: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    # what is changed: given first, given then, the path of the change
    "cluster": ({}, {"cluster": "other"}, "Arn"),
    "role": ({}, {"role_arn": "arn:aws:iam::123456789012:role/other"}, "RoleArn"),
    "definition": ({}, {"task_definition": "hello"}, f"{ECS}.TaskDefinitionArn"),
    "count": ({"task_count": 2}, {"task_count": 3}, f"{ECS}.TaskCount"),
    "strategy": (
        {
            "launch_type": None,
            "capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1}],
        },
        {"launch_type": "FARGATE"},
        f"{ECS}.LaunchType",
    ),
    "platform": ({"platform_version": "1.4.0"}, {"platform_version": "LATEST"}, f"{ECS}.Platform"),
    "group": ({"group": "a"}, {"group": "b"}, f"{ECS}.Group"),
    "network": (
        {},
        {"network_configuration": {"subnets": ["subnet-0fedcba9876543210"]}},
        f"{ECS}.NetworkConfiguration",
    ),
    "exec": ({"enable_execute_command": True}, {}, f"{ECS}.EnableExecuteCommand"),
    "managed-tags": ({"enable_ecs_managed_tags": True}, {}, f"{ECS}.EnableECSManagedTags"),
    "constraints": (
        {"launch_type": "EC2", "placement_constraints": [{"type": "distinctInstance"}]},
        {"launch_type": "EC2"},
        f"{ECS}.PlacementConstraints",
    ),
    "spread": (
        {"launch_type": "EC2", "placement_strategy": [{"type": "random"}]},
        {"launch_type": "EC2"},
        f"{ECS}.PlacementStrategy",
    ),
    "propagation": ({"propagate_tags": "TASK_DEFINITION"}, {}, f"{ECS}.PropagateTags"),
    "reference": ({"reference_id": "a"}, {"reference_id": "b"}, f"{ECS}.ReferenceId"),
    "task-tags": ({"task_tags": {"a": "1"}}, {"task_tags": {"a": "2"}}, f"{ECS}.Tags"),
    "overrides": ({"overrides": OVERRIDES}, {"overrides": LARGER}, "Input"),
    "input": ({"input": LARGER}, {"overrides": OVERRIDES}, "Input"),
    "retries": (
        {"retry_policy": {"maximum_retry_attempts": 3}},
        {"retry_policy": {"maximum_event_age_in_seconds": 60}},
        "RetryPolicy",
    ),
    "queue": ({"dead_letter_arn": QUEUE}, {}, "DeadLetterConfig"),
}
OF_BOTH: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "schedule": ({}, {"schedule": "rate(3 days)"}, "ScheduleExpression"),
    "description": ({"description": "a"}, {"description": "b"}, "Description"),
    "described": ({"description": "a"}, {}, "Description"),
    "stopped": ({}, {"enabled": False}, "State"),
    "started": ({"enabled": False}, {"enabled": True}, "State"),
}
OF_RULES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "tags": ({"tags": {"a": "1"}}, {"tags": {"b": "1"}}, "tags[a]"),
}
OF_SCHEDULES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "zone": ({"timezone": "Asia/Tokyo"}, {"timezone": "UTC"}, "ScheduleExpressionTimezone"),
    "start": ({"start_date": "2130-01-01T00:00:00Z"}, {}, "StartDate"),
    "end": ({"end_date": "2130-01-01T00:00:00Z"}, {}, "EndDate"),
    "window": (
        {"flexible_time_window": {"mode": "FLEXIBLE", "maximum_window_in_minutes": 5}},
        {"flexible_time_window": {"mode": "OFF"}},
        "FlexibleTimeWindow",
    ),
    "completion": ({"action_after_completion": "DELETE"}, {}, "ActionAfterCompletion"),
    "key": (
        {"kms_key_arn": f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab"},
        {},
        "KmsKeyArn",
    ),
}
TRUST_TEXT = json.dumps(TRUST)
COMPATIBLE = definition(requires_compatibilities=["FARGATE", "EC2"])


def cases(trigger: str) -> dict[str, tuple[dict[str, Any], dict[str, Any], str]]:
    prefix = "" if trigger == "rule" else "Target."
    in_target = {
        name: (first, then, f"{prefix}{path}") for name, (first, then, path) in IN_TARGET.items()
    }
    return {**in_target, **OF_BOTH, **(OF_RULES if trigger == "rule" else OF_SCHEDULES)}


def described(trigger: str, name: str, options: dict[str, Any]) -> dict[str, Any]:
    return batch(name, **{"trigger": trigger, "task_definition": COMPATIBLE, **options})


def standing(account: Any, trigger: str) -> dict[str, Any]:
    """Everything that AWS has of the triggers, without their states and what tells times."""
    if trigger == "rule":
        return {
            name: {**rule, "State": "", "Targets": account.targets(name)}
            for name, rule in account.rules().items()
        }
    known = ("ResponseMetadata", "CreationDate", "LastModificationDate", "State")
    return {
        name: {key: value for key, value in schedule.items() if key not in known}
        for name, schedule in account.schedules().items()
    }


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_option_is_set_changed_and_cleared_again(fleet, account, trigger):
    account.aws("ecs").create_cluster(clusterName="other")
    account.aws("iam").create_role(RoleName="other", AssumeRolePolicyDocument=TRUST_TEXT)
    table = cases(trigger)

    def run(options_of: Any) -> dict[str, dict[str, Any]]:
        batches = [described(trigger, name, options_of(case)) for name, case in table.items()]
        result = fleet(*batches)
        assert not result["failed"], result["msg"]
        return {item["name"]: item for item in result["batches"]}

    run(lambda _case: {})
    plain = standing(account, trigger)
    run(lambda case: case[0])
    changed = run(lambda case: case[1])
    for name, (_first, _then, path) in table.items():
        paths = [change["path"] for change in changed[name]["changes"]]
        assert any(found.startswith(path) for found in paths), (name, paths)
    run(lambda case: case[0])
    run(lambda _case: {})
    assert standing(account, trigger) == plain


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_enabled_left_out_is_left_alone(fleet, deploy, account, trigger):
    deploy(batch(trigger=trigger))
    if trigger == "rule":
        account.aws("events").disable_rule(Name="hello")
    else:
        deploy(batch(trigger=trigger, enabled=False))
    result = deploy(batch(trigger=trigger, schedule="rate(2 days)"))
    assert [change["path"] for change in result["batches"][0]["changes"]] == ["ScheduleExpression"]
    states = [
        found["State"] for found in (*account.rules().values(), *account.schedules().values())
    ]
    assert states == ["DISABLED"]
    assert not fleet(batch(trigger=trigger, schedule="rate(2 days)"))["changed"]


def test_what_no_option_is_for_is_cleared_too(fleet, deploy, account):
    deploy(batch())
    events = account.aws("events")
    plain = (account.rules()["hello"], account.targets("hello"))
    rule = {"Name": "hello", "ScheduleExpression": NEVER_NEAR, "RoleArn": ROLE}
    events.put_rule(**rule, EventPattern='{"source": ["x"]}')
    target = {**account.targets("hello")["hello"], "InputPath": "$.detail"}
    events.put_targets(Rule="hello", Targets=[target])
    result = fleet(batch())
    paths = [change["path"] for change in result["batches"][0]["changes"]]
    assert paths == ["EventPattern", "RoleArn", "InputPath"]
    assert (account.rules()["hello"], account.targets("hello")) == plain


def test_words_for_booleans_are_understood(deploy, account):
    deploy(batch(enabled="no"))
    assert account.rules()["hello"]["State"] == "DISABLED"


def test_defaults_lie_under_every_batch(deploy, account):
    options = {key: value for key, value in batch().items() if key != "name"}
    deploy({"name": "a"}, {"name": "b", "schedule": "rate(2 days)"}, defaults=options)
    rules = account.rules()
    assert rules["a"]["ScheduleExpression"] == NEVER_NEAR
    assert rules["b"]["ScheduleExpression"] == "rate(2 days)"


def test_the_api_s_own_spelling_is_accepted(deploy, fleet, account):
    pasted = {
        "family": "hello",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "taskRoleArn": "arn:aws:iam::123456789012:role/task",
        "containerDefinitions": [{"name": "hello", "image": "busybox:1"}],
    }
    network = {"awsvpcConfiguration": {"Subnets": ["subnet-0123456789abcdef0"]}}
    deploy(batch(task_definition=pasted, network_configuration=network))
    assert not fleet(batch())["changed"]
    assert account.writes() == []


def test_a_one_time_schedule_is_made_only_for_a_time_to_come(fleet, account):
    past = {"trigger": "scheduler", "schedule": "at(2020-01-01T00:00:00)"}
    for check_mode in (True, False):
        result = fleet(batch(), batch("b", **past), check_mode=check_mode)
        assert result["failed"]
        assert result["msg"].startswith("batches[1] (b).schedule: ")
        assert "has passed" in result["msg"]
    assert account.writes() == []
    assert not fleet(batch(trigger="scheduler", schedule="at(2199-01-01T00:00:00)"))["failed"]


def test_tags_that_somebody_else_has_set_stay_where_that_is_asked_for(fleet, deploy, account):
    deploy(batch(tags={"team": "finance"}))
    rule = account.rules()["hello"]["Arn"]
    account.aws("events").tag_resource(ResourceARN=rule, Tags=[{"Key": "cost", "Value": "1"}])
    kept = definition(purge_tags=False)
    assert not fleet(
        batch(tags={"team": "finance"}, purge_tags=False, task_definition=kept),
    )["changed"]
    deploy(batch(tags={"team": "finance"}))
    assert "cost" not in account.tags("hello")
