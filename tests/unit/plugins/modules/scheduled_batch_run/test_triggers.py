# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trigger a run means, and that a schedule is run as its target says."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.running_batches import (
    CLUSTER,
    FAMILY,
    PLACE,
)


@pytest.mark.parametrize("group", [None, "reports"])
def test_a_schedule_is_run_as_its_target_says(batch, group):
    batch.register("true")
    text = '{"containerOverrides": [{"name": "hello", "command": ["echo", "scheduled"]}]}'
    parameters = batch.parameters(Tags=[{"key": "team", "value": "finance"}])
    batch.schedule("nightly", group, EcsParameters=parameters, Input=text)
    more = {"group_name": group} if group else {}
    result = batch.run(name="nightly", trigger="scheduler", **more)
    assert not result["failed"], result["msg"]
    assert result["log"] == ["scheduled"]
    (request,) = batch.requests("RunTask")
    assert request["tags"] == [{"key": "team", "value": "finance"}]


def test_a_schedule_of_something_else_is_told(batch):
    queue = f"arn:aws:sqs:{PLACE}:reports"
    batch.schedule("reporting", None, Arn=queue)
    result = batch.run(name="reporting", trigger="scheduler")
    assert result["msg"].startswith(
        f"name: The schedule reporting has no ECS target; its targets: reporting ({queue})."
    )


def test_a_missing_schedule_is_told(batch):
    result = batch.run(name="missing", trigger="scheduler", group_name="reports")
    assert result["failed"]
    assert "Failed reading the schedule reports/missing" in result["msg"]


def test_left_out_the_trigger_is_whichever_exists(batch):
    batch.deploy("echo", "by rule")
    assert batch.run()["log"] == ["by rule"]
    batch.schedule("nightly", EcsParameters=batch.parameters())
    assert batch.run(name="nightly")["log"] == ["by rule"]


def test_a_rule_and_a_schedule_of_one_name_are_an_error_that_names_both(batch):
    batch.deploy("true")
    batch.schedule("hello", EcsParameters=batch.parameters())
    result = batch.run()
    assert result["msg"] == (
        "trigger: There are a rule hello and a schedule hello in the group default; say which one"
        " is meant, rule or scheduler. Nothing was changed."
    )
    assert batch.emulator.writes() == []
    assert not batch.run(trigger="scheduler")["failed"]


def test_where_there_is_neither_both_are_named(batch):
    result = batch.run(name="nothing")
    assert result["msg"] == (
        "name: Neither a rule nor a schedule in the group default is called 'nothing'. Check the"
        " name and the region. Nothing was changed."
    )


@pytest.mark.parametrize("trigger", [{}, {"trigger": "scheduler"}])
def test_a_schedule_of_another_group_is_told_with_its_group(batch, trigger):
    batch.register("true")
    batch.schedule("nightly", "reports", EcsParameters=batch.parameters())
    result = batch.run(name="nightly", **trigger)
    assert result["failed"]
    told = "A schedule of this name is in the group reports: give it as group_name."
    assert told in result["msg"]


def test_a_group_means_a_schedule(batch):
    batch.register("echo", "grouped")
    batch.schedule("hello", "reports", EcsParameters=batch.parameters())
    assert batch.run(group_name="reports")["log"] == ["grouped"]


def test_a_rule_has_no_group(batch):
    result = batch.run(trigger="rule", group_name="reports")
    assert result["msg"].startswith("group_name: 'reports' is given, and the trigger is a rule")


def test_what_may_not_be_read_is_not_absent(batch):
    batch.deploy("true")
    batch.emulator.deny("scheduler:GetSchedule")
    result = batch.run()
    assert result["failed"]
    assert "Say with 'trigger' what it is" in result["msg"]
    assert result["error"]["operation"] == "scheduler:GetSchedule"
    assert not batch.run(trigger="rule")["failed"]


def test_a_universal_target_is_run_as_its_input_says(batch):
    batch.register("sh", "-c", "echo $WHO")
    request = {
        "Cluster": CLUSTER,
        "TaskDefinition": FAMILY,
        "LaunchType": "FARGATE",
        "ClientToken": "same-for-every-run",
        "StartedBy": "somebody",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {"Subnets": batch.network["awsvpcConfiguration"]["Subnets"]}
        },
        "Tags": [{"Key": "team", "Value": "finance"}],
        "Overrides": {
            "ContainerOverrides": [
                {"Name": "hello", "Environment": [{"Name": "WHO", "Value": "universe"}]}
            ]
        },
    }
    universal = "arn:aws:scheduler:::aws-sdk:ecs:runTask"
    batch.schedule("universal", Arn=universal, Input=json.dumps(request))
    result = batch.run(name="universal")
    assert not result["failed"], result["msg"]
    assert result["log"] == ["universe"]
    (sent,) = batch.requests("RunTask")
    assert sent["startedBy"] == "batchwork-run/universal"
    assert sent["clientToken"] != "same-for-every-run"
    assert sent["tags"] == [{"key": "team", "value": "finance"}]


def test_a_universal_target_without_a_definition_is_told(batch):
    universal = "arn:aws:scheduler:::aws-sdk:ecs:runTask"
    batch.schedule("universal", Arn=universal, Input='{"Cluster": "batch"}')
    told = batch.run(name="universal")["msg"]
    assert told.startswith("name: The input of the target universal names no TaskDefinition.")


def test_the_keywords_of_a_schedule_are_replaced(batch):
    batch.register("true")
    command = ["echo", "<aws.scheduler.schedule-arn>", "<aws.scheduler.attempt-number>"]
    text = json.dumps({"containerOverrides": [{"name": "hello", "command": command}]})
    batch.schedule("nightly", EcsParameters=batch.parameters(), Input=text)
    assert batch.run(name="nightly")["log"] == [
        f"arn:aws:scheduler:{PLACE}:schedule/default/nightly 1"
    ]
