# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever Terraform, the console or another tool made reads as a batch that changes nothing of
it: not the trigger, not the target, not the task definition."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    CLUSTER,
    REGION,
    batch,
)

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"
DEFINITION = CLUSTER.replace("cluster/batch", "task-definition/hello")
STATE_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:batch-guard"
OVERRIDES = {
    "containerOverrides": [
        {
            "name": "hello",
            "command": ["report", "--daily"],
            "environment": [{"name": "LEVEL", "value": "1"}, {"name": "EMPTY", "value": ""}],
            "cpu": 128,
            "memoryReservation": 256,
            "resourceRequirements": [{"type": "GPU", "value": "1"}],
        }
    ],
    "cpu": "512",
    "memory": "1024",
    "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/trigger",
    "ephemeralStorage": {"sizeInGiB": 40},
}
ALL_PARAMETERS: dict[str, Any] = {
    "TaskCount": 3,
    "PlatformVersion": "1.4.0",
    "Group": "reports",
    "EnableECSManagedTags": True,
    "EnableExecuteCommand": True,
    "PropagateTags": "TASK_DEFINITION",
    "ReferenceId": "reference",
    "NetworkConfiguration": {
        "awsvpcConfiguration": {
            "Subnets": ["subnet-2", "subnet-1"],
            "SecurityGroups": ["sg-2", "sg-1"],
            "AssignPublicIp": "ENABLED",
        }
    },
}
ON_INSTANCES: dict[str, Any] = {
    "LaunchType": "EC2",
    "PlacementConstraints": [
        {"type": "memberOf", "expression": "attribute:ecs.os-type == linux"},
        {"type": "distinctInstance"},
    ],
    "PlacementStrategy": [
        {"type": "spread", "field": "attribute:ecs.availability-zone"},
        {"type": "binpack", "field": "memory"},
    ],
}
BY_PROVIDERS: dict[str, Any] = {
    "LaunchType": None,
    "CapacityProviderStrategy": [
        {"capacityProvider": "FARGATE_SPOT", "weight": 4, "base": 0},
        {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
    ],
}

PARAMETERS = {
    "the least": {},
    "all that Fargate has": ALL_PARAMETERS,
    "placement on instances": ON_INSTANCES,
    "capacity providers": BY_PROVIDERS,
    "a pinned revision": {"definition": f"{DEFINITION}:1"},
    "the console's defaults": {
        "TaskCount": 1,
        "EnableECSManagedTags": False,
        "EnableExecuteCommand": False,
        "PlacementConstraints": [],
        "PlacementStrategy": [],
        "NetworkConfiguration": {
            "awsvpcConfiguration": {
                "Subnets": ["subnet-1"],
                "AssignPublicIp": "DISABLED",
            }
        },
    },
    "another account's definition": {
        "definition": f"arn:aws:ecs:{REGION}:210987654321:task-definition/theirs:4"
    },
}
PARTS: dict[str, dict[str, Any]] = {
    "nothing more": {},
    "retries and dead letters": {
        "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": QUEUE},
    },
    "half a retry policy": {"RetryPolicy": {"MaximumRetryAttempts": 2}},
    "the default retries": {
        "RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400}
    },
    "compact overrides": {"Input": json.dumps(OVERRIDES, separators=(",", ":"))},
    "pretty overrides": {"Input": json.dumps(OVERRIDES, indent=2, sort_keys=True)},
    "empty overrides": {"Input": "{}"},
}
RULES: dict[str, dict[str, Any]] = {
    "plain": {},
    "described": {
        "Description": "Writes the report, nightly: 100 % of it",
        "State": "DISABLED",
        "tags": {"team": "finance", "Name": "nightly report"},
    },
    "by-rate": {"ScheduleExpression": "rate(5 minutes)"},
}
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
SCHEDULES: dict[str, dict[str, Any]] = {
    "plain": {},
    "everything": {
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "StartDate": SOON,
        "EndDate": SOON + timedelta(days=30),
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        "ActionAfterCompletion": "DELETE",
        "KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
        "Description": "Writes the report",
        "State": "DISABLED",
    },
    "once": {
        "ScheduleExpression": "at(2199-01-01T03:00:00)",
        "ScheduleExpressionTimezone": "Asia/Tokyo",
    },
    "grouped": {"GroupName": "nightly"},
}


def assert_nothing_changes(account: Any, info: Any, fleet: Any, **params: Any) -> dict[str, Any]:
    """Read everything, deploy it as it was read, and see that nothing is written. Return the
    batches by their names."""
    read = info()
    assert read["not_batches"] == []
    result = fleet(*read["batches"], adopt=True, **params)
    assert not result["failed"], result["msg"]
    assert {item["name"]: item["changes"] for item in result["batches"]} == {
        item["name"]: [] for item in read["batches"]
    }
    assert not result["changed"]
    assert account.writes() == []
    return {found["name"]: found for found in read["batches"]}


def targets(account: Any, tags: list[dict[str, str]]) -> dict[str, dict[str, Any]]:
    """All targets of the tables, each with a name of its own."""
    found = {
        f"{parameters} - {parts}": {**account.target(**PARAMETERS[parameters]), **PARTS[parts]}
        for parameters in PARAMETERS
        for parts in PARTS
    }
    found["tagged tasks"] = account.target(**ALL_PARAMETERS, Tags=tags)
    return {re.sub("[^a-z]+", "-", name): target for name, target in found.items()}


def test_every_target_of_a_rule_comes_back_as_it_is(account, info, fleet):
    made = targets(account, [{"Key": "team", "Value": "finance"}])
    for name, target in made.items():
        account.rule(name, {"Id": name, **target})
    batches = assert_nothing_changes(account, info, fleet)
    assert set(batches) == set(made)
    assert batches["tagged-tasks"]["task_tags"] == {"team": "finance"}


def test_every_target_of_a_schedule_comes_back_as_it_is(account, info, fleet):
    made = targets(account, [{"key": "team", "value": "finance"}])
    for name, target in made.items():
        account.schedule(name, target)
    batches = assert_nothing_changes(account, info, fleet)
    assert set(batches) == set(made)
    assert batches["tagged-tasks"]["task_tags"] == {"team": "finance"}


def test_every_rule_comes_back_as_it_is(account, info, fleet):
    for name, options in RULES.items():
        account.rule(name, **options)
    account.rule("other-id", {"Id": "Target0", **account.target()})
    batches = assert_nothing_changes(account, info, fleet)
    for name, options in RULES.items():
        assert batches[name].get("tags", {}) == options.get("tags", {})
    assert not batches["described"]["enabled"]
    assert batches["other-id"]["target_id"] == "Target0"


def test_every_schedule_comes_back_as_it_is(account, info, fleet):
    account.aws("scheduler").create_schedule_group(Name="nightly")
    for name, options in SCHEDULES.items():
        account.schedule(name, **options)
    batches = assert_nothing_changes(account, info, fleet)
    for name, options in SCHEDULES.items():
        assert batches[name]["group_name"] == options.get("GroupName", "default")
    assert not batches["everything"]["enabled"]


def test_the_batch_reads_as_a_person_would_write_it(account, info):
    target = {**account.target(**ALL_PARAMETERS), "Input": json.dumps(OVERRIDES)}
    account.rule("hello", {"Id": "hello", **target}, Description="Nightly", tags={"team": "a"})
    (found,) = info()["batches"]
    del found["status"]
    assert found == {
        "name": "hello",
        "trigger": "rule",
        "schedule": "cron(0 3 * * ? *)",
        "enabled": True,
        "description": "Nightly",
        "cluster": "batch",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/trigger",
        "task_definition": "hello",
        "task_count": 3,
        "launch_type": "FARGATE",
        "platform_version": "1.4.0",
        "group": "reports",
        "network_configuration": {
            "subnets": ["subnet-1", "subnet-2"],
            "security_groups": ["sg-1", "sg-2"],
            "assign_public_ip": True,
        },
        "enable_execute_command": True,
        "enable_ecs_managed_tags": True,
        "propagate_tags": "TASK_DEFINITION",
        "reference_id": "reference",
        "overrides": {
            "container_overrides": [
                {
                    "name": "hello",
                    "command": ["report", "--daily"],
                    "environment": {"EMPTY": "", "LEVEL": "1"},
                    "cpu": 128,
                    "memory_reservation": 256,
                    "resource_requirements": [{"type": "GPU", "value": "1"}],
                }
            ],
            "cpu": "512",
            "memory": "1024",
            "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/trigger",
            "ephemeral_storage": {"size_in_gib": 40},
        },
        "tags": {"team": "a"},
    }


def test_guarded_batches_come_back_with_their_guards(account, info, fleet):
    """Their triggers start a state machine, which AWS shows in place of the cluster."""
    guard = {"state_machine_arn": STATE_MACHINE, "timeout": 600}
    strict = {**guard, "overlap": "allow", "retries": 2}
    common = {"task_definition": "hello", "overrides": {"container_overrides": [{"name": "hello"}]}}
    described = [
        batch("by-rule", guard=guard, group="reports", **common),
        batch("by-schedule", trigger="scheduler", guard=strict, **common),
    ]
    result = fleet(*described)
    assert not result["failed"], result["msg"]
    batches = assert_nothing_changes(account, info, fleet)
    assert batches["by-rule"]["guard"] == guard
    assert batches["by-rule"]["group"] == "reports"
    assert batches["by-schedule"]["guard"] == strict
    assert "group" not in batches["by-schedule"]
    assert [each["name"] for each in info(cluster="batch")["batches"]] == list(batches)
    assert info(cluster="other")["batches"] == []


def test_a_state_machine_of_others_is_no_batch(account, info):
    target = {"Arn": STATE_MACHINE, "RoleArn": account.target()["RoleArn"]}
    account.rule("theirs", {"Id": "theirs", **target})
    account.schedule("theirs", target)
    result = info()
    assert (result["batches"], result["not_batches"]) == ([], [])
