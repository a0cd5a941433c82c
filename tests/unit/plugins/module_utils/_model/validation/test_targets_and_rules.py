# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the checks of targets and rules are steered."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
    check_ecs_target,
    check_overrides,
    check_target_ids,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.rule import check_rule
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
)


def locations(problems):
    return [problem.location for problem in problems]


def test_a_part_of_a_target_needs_nothing_else():
    findings = Findings()
    check_ecs_target(
        {"EcsParameters": {"LaunchType": "FARGATE"}}, findings, service="events", complete=False
    )
    check_ecs_target({}, findings, service="scheduler", complete=False)
    assert (findings.errors, findings.warnings) == ([], [])


def test_a_part_of_a_network_needs_no_subnets():
    findings = Findings()
    network = {"awsvpcConfiguration": {"SecurityGroups": ["default"]}}
    target = {"EcsParameters": {"NetworkConfiguration": network}}
    check_ecs_target(target, findings, service="events", complete=False)
    at = ("EcsParameters", "NetworkConfiguration", "awsvpcConfiguration", "SecurityGroups", 0)
    assert locations(findings.errors) == [at]


@pytest.mark.parametrize("service", ["events", "scheduler"])
def test_a_whole_target_needs_cluster_role_and_task_definition(service):
    findings = Findings()
    check_ecs_target({}, findings, service=service, location=("Target",))
    assert locations(findings.errors) == [
        ("Target", "Arn"),
        ("Target", "RoleArn"),
        ("Target", "EcsParameters", "TaskDefinitionArn"),
    ]


def test_locations_of_a_schedules_target_start_at_the_target():
    target = documents.schedule_target()
    target["EcsParameters"].update(
        {"TaskCount": 11, "PlatformVersion": "x", "Tags": [{"key": "aws:x", "value": ""}]}
    )
    target["RetryPolicy"]["MaximumRetryAttempts"] = 500
    target["Input"] = "["
    findings = Findings()
    check_ecs_target(target, findings, service="scheduler", location=("Target",))
    assert {location[0] for location in locations(findings.errors)} == {"Target"}
    assert len(findings.errors) == 5


def test_only_targets_of_rules_have_ids():
    target = {**documents.schedule_target(), "Id": "my target"}
    for service, expected in (("events", [("Id",)]), ("scheduler", [])):
        findings = Findings()
        check_ecs_target(target, findings, service=service)
        assert locations(findings.errors) == expected


def test_input_is_checked_without_a_shape_too():
    target = documents.rule_target()
    target["Input"] = json.dumps({"containerOverrides": [{"name": "app", "cpu": -1, "odd": 1}]})
    findings = Findings()
    check_ecs_target(target, findings, service="events")
    assert locations(findings.errors) == [("Input", "containerOverrides", 0, "cpu")]


def test_overrides_as_a_mapping_are_converted_later():
    target = documents.rule_target()
    target["Input"] = {"containerOverrides": [{"name": "app", "cpu": "256"}]}
    findings = Findings()
    shape = structure("ecs", "TaskOverride")
    check_ecs_target(target, findings, service="events", overrides_shape=shape)
    assert (findings.errors, findings.warnings) == ([], [])


def test_a_rule_has_five_targets_at_the_most():
    findings = Findings()
    check_target_ids(["a", "b", "c", "d", "e", "e"], findings, ("target_id",))
    assert findings.errors == []
    check_target_ids("abcdef", findings, ("target_id",))
    assert locations(findings.errors) == [("target_id",)]
    assert findings.errors[0].message == "The rule would have 6 targets; it can have 5."


def test_overrides_can_come_from_elsewhere_than_the_target():
    findings = Findings()
    check_against_task_definition(
        documents.rule_target(),
        documents.fargate_definition(),
        findings,
        location=("Target",),
        overrides={"containerOverrides": [{"name": "nobody"}]},
    )
    assert locations(findings.errors) == [("Target", "Input", "containerOverrides", 0, "name")]


def test_overrides_stand_where_the_caller_says():
    findings = Findings()
    check_overrides({"cpu": "x"}, None, findings, ("overrides",))
    assert locations(findings.errors) == [("overrides", "cpu")]


def test_a_part_of_a_rule_needs_no_schedule():
    findings = Findings()
    check_rule({"Name": "nightly"}, findings, event_bus=None, complete=False)
    assert findings.errors == []
    check_rule({"Name": "nightly"}, findings, event_bus=None)
    assert locations(findings.errors) == [("ScheduleExpression",)]


def test_a_rule_is_checked_without_its_shape_too():
    findings = Findings()
    rule = {"Name": "a b", "Description": "x" * 513, "EventPattern": {"source": ["aws.s3"]}}
    check_rule(rule, findings, event_bus="orders")
    assert locations(findings.errors) == [("Name",), ("Description",)]
