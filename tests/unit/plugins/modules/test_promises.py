# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises, tried on the emulator: predict, apply, apply, predict."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]

DEFINITION = {
    "family": "hello",
    "cpu": "256",
    "memory": "512",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["FARGATE"],
    "execution_role_arn": "arn:aws:iam::123456789012:role/execution",
    "task_role_arn": "arn:aws:iam::123456789012:role/task",
    "tags": {"team": "finance"},
    "container_definitions": [
        {
            "name": "hello",
            "image": "public.ecr.aws/docker/library/busybox:1.36",
            "environment": {"LOG_LEVEL": "info", "AREA": "eu"},
            "port_mappings": [{"container_port": 80}],
            "health_check": {"command": ["CMD", "true"]},
        }
    ],
}
# In the year in which no clock of a test is: no run passes between prediction and outcome.
RULE = {
    "name": "hello",
    "schedule_expression": "cron(*/30 * 1 1 ? 2199)",
    "description": "Says hello",
    "tags": {"team": "finance"},
}
TARGET = {
    "rule": "hello",
    "target_id": "hello",
    "cluster": "batch",
    "role_arn": "arn:aws:iam::123456789012:role/events",
    "task_definition": "hello",
    "task_count": 1,
    "launch_type": "FARGATE",
    "platform_version": "1.4.0",
    "enable_execute_command": True,
    "network_configuration": {"subnets": ["subnet-0123456789abcdef0"], "assign_public_ip": True},
    "overrides": {"container_overrides": [{"name": "hello", "command": ["echo", "Hello,World!"]}]},
    "retry_policy": {"maximum_retry_attempts": 3},
}
GROUP = {"name": "nightly", "tags": {"team": "finance"}}
SCHEDULE = {
    **{option: value for option, value in TARGET.items() if option not in ("rule", "target_id")},
    "name": "hello",
    "group_name": "nightly",
    "role_arn": "arn:aws:iam::123456789012:role/scheduler",
    "schedule_expression": "cron(0 3 * * ? *)",
    "schedule_expression_timezone": "Asia/Tokyo",
    "start_date": "2130-01-01T00:00:00+09:00",
    "end_date": "2131-01-01T00:00:00+09:00",
    "flexible_time_window": {"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
    "action_after_completion": "DELETE",
    "description": "Says hello every night",
    "dead_letter_arn": "arn:aws:sqs:ap-northeast-1:123456789012:failed",
    "task_tags": {"team": "finance"},
}
MODULES = {
    "ecs_task_definition": DEFINITION,
    "eventbridge_rule": RULE,
    "eventbridge_ecs_target": TARGET,
    "scheduler_schedule_group": GROUP,
    "scheduler_schedule": SCHEDULE,
}
READS = {
    "ecs_task_definition": 1,
    "eventbridge_rule": 2,
    "eventbridge_ecs_target": 1,
    "scheduler_schedule_group": 2,
    "scheduler_schedule": 1,
}
"""API calls of a run that changes nothing."""

RESULTS = {
    "ecs_task_definition": "task_definition",
    "eventbridge_rule": "rule",
    "eventbridge_ecs_target": "target",
    "scheduler_schedule_group": "schedule_group",
    "scheduler_schedule": "schedule",
}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)
KNOWN_TO_AWS_ALONE = ("revision", "task_definition_arn")


@pytest.fixture
def deployed(emulator: Any, aws: Callable[..., Any], run_module: Run) -> Run:
    """An account with the cluster, and what each module needs from the ones before it."""
    aws("ecs").create_cluster(clusterName="batch")
    aws("iam").create_role(RoleName="scheduler", AssumeRolePolicyDocument=TRUST)
    emulator.clear_calls()
    return run_module


def prepare(run: Run, name: str) -> None:
    """Apply all modules that come before ``name``."""
    for other, params in MODULES.items():
        if other == name:
            return
        assert not run(other, params)["failed"]


def shown(result: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the resource of a result without what only AWS can know."""
    return {
        key: value for key, value in result[RESULTS[name]].items() if key not in KNOWN_TO_AWS_ALONE
    }


@pytest.mark.parametrize("name", MODULES)
def test_check_mode_predicts_and_the_second_run_changes_nothing(
    deployed: Run, emulator: Any, name: str
) -> None:
    prepare(deployed, name)
    emulator.clear_calls()

    predicted = deployed(name, MODULES[name], check_mode=True, diff=True)
    assert emulator.writes() == []
    applied = deployed(name, MODULES[name], diff=True)

    assert predicted["changed"] and applied["changed"]
    assert set(predicted) == set(applied)
    assert predicted["changes"] == applied["changes"] != []
    assert predicted["diff"] == applied["diff"]
    assert shown(predicted, name) == shown(applied, name)

    emulator.clear_calls()
    again = deployed(name, MODULES[name])
    assert len(emulator.calls) == READS[name]
    predicted_again = deployed(name, MODULES[name], check_mode=True)
    assert emulator.writes() == []
    for result in (again, predicted_again):
        assert not result["changed"]
        assert result["changes"] == []
        assert result[RESULTS[name]] == applied[RESULTS[name]]


@pytest.mark.parametrize("name", MODULES)
def test_check_mode_works_on_an_empty_account(run_module: Run, emulator: Any, name: str) -> None:
    result = run_module(name, MODULES[name], check_mode=True)
    assert not result["failed"], result
    assert result["changed"]
    assert emulator.writes() == []


def test_the_new_revision_is_unknown_until_it_is_registered(deployed: Run) -> None:
    predicted = deployed("ecs_task_definition", DEFINITION, check_mode=True)["task_definition"]
    assert predicted["revision"] is None
    assert (
        predicted["task_definition_arn"]
        == "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"
    )
    registered = deployed("ecs_task_definition", DEFINITION)["task_definition"]
    assert registered["revision"] == 1
    assert registered["task_definition_arn"] == f"{predicted['task_definition_arn']}:1"


@pytest.mark.parametrize(
    ("service", "operation", "name"),
    [
        ("ecs", "DescribeTaskDefinition", "ecs_task_definition"),
        ("events", "DescribeRule", "eventbridge_rule"),
        ("events", "ListTargetsByRule", "eventbridge_ecs_target"),
        ("scheduler", "GetScheduleGroup", "scheduler_schedule_group"),
        ("scheduler", "GetSchedule", "scheduler_schedule"),
    ],
)
def test_denied_access_is_an_error_and_never_counts_as_absent(
    deployed: Run, emulator: Any, service: str, operation: str, name: str
) -> None:
    prepare(deployed, name)
    emulator.clear_calls()
    emulator.fault(service, operation, error=("AccessDeniedException", "not you", 400), times=9)
    for check_mode in (False, True):
        result = deployed(name, MODULES[name], check_mode=check_mode)
        assert result["failed"]
        assert "AccessDeniedException" in result["msg"] and "not you" in result["msg"]
        assert result["error"]["operation"] == f"{service}:{operation}"
    assert emulator.writes() == []


def test_a_target_that_aws_refuses_in_its_answer_fails_the_task(
    deployed: Run, emulator: Any
) -> None:
    prepare(deployed, "eventbridge_ecs_target")
    entry = {"TargetId": "hello", "ErrorCode": "InternalFailure", "ErrorMessage": "try later"}
    emulator.fault(
        "events",
        "PutTargets",
        answer={"FailedEntryCount": 1, "FailedEntries": [{**entry, "ErrorCode": "Refused"}]},
    )
    result = deployed("eventbridge_ecs_target", TARGET)
    assert result["failed"]
    assert "hello: Refused: try later" in result["msg"]


def test_a_lost_answer_does_not_register_a_revision_twice(
    deployed: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    emulator.fault("ecs", "RegisterTaskDefinition", lost_answer=True)
    result = deployed("ecs_task_definition", DEFINITION)
    assert not result["failed"], result
    assert result["task_definition"]["revision"] == 1
    assert len(aws("ecs").list_task_definitions(familyPrefix="hello")["taskDefinitionArns"]) == 1


def test_secrets_in_the_environment_are_hidden_and_warned_of(deployed: Run) -> None:
    container = {
        **DEFINITION["container_definitions"][0],
        "environment": {"DB_PASSWORD": "hunter2"},
    }
    params = {**DEFINITION, "container_definitions": [container]}
    deployed("ecs_task_definition", DEFINITION)
    result = deployed("ecs_task_definition", params, diff=True)
    assert not result["failed"]
    assert "hunter2" not in str(result)
    assert any("secrets" in warning for warning in result["warnings"])
    described = deployed("ecs_task_definition_info", {"family": "hello"})
    assert "hunter2" not in str(described)


def test_a_family_of_sixty_revisions_costs_one_call(deployed: Run, emulator: Any) -> None:
    for number in range(60):
        container = {**DEFINITION["container_definitions"][0], "image": f"busybox:{number}"}
        deployed("ecs_task_definition", {**DEFINITION, "container_definitions": [container]})
    emulator.clear_calls()
    assert not deployed(
        "ecs_task_definition", {**DEFINITION, "container_definitions": [container]}
    )["changed"]
    assert [call.operation for call in emulator.calls] == ["DescribeTaskDefinition"]
