# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a description alone tells of a batch, line by line."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.offline import (
    TOPICS,
    Written,
    check_command,
    check_topics,
    overrides_of_event,
)


def test_every_topic_without_a_mistake_is_ok():
    found = list(check_topics([], without=("schedule",)))
    assert {check.status for check in found} == {"OK"}
    assert [check.name for check in found] == [topic.name for topic in TOPICS][1:]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (("ScheduleExpression",), "schedule"),
        (("ScheduleExpressionTimezone",), "schedule"),
        (("Input", "containerOverrides", 0, "name"), "override_containers"),
        (("Input", "memory"), "size"),
        (("cpu",), "size"),
        (("containerDefinitions", 0, "memoryReservation"), "size"),
        (("EcsParameters", "NetworkConfiguration"), "network_configuration"),
        (("networkMode",), "network_configuration"),
        (("executionRoleArn",), "execution_role_needed"),
        (("EcsParameters", "EnableExecuteCommand"), "execute_command"),
        (("EcsParameters", "LaunchType"), "launch_type"),
        (("EcsParameters", "CapacityProviderStrategy", 0), "launch_type"),
        (("Input",), "input"),
        (("Input", "containerOverrides", 0, "command"), "input"),
        (("EcsParameters", "TaskCount"), "description"),
        ((), "description"),
    ],
)
def test_a_mistake_belongs_to_one_topic(location, name):
    found = list(check_topics([Written(location, "a.b: This is wrong.")]))
    wrong = [check for check in found if check.status == "NG"]
    assert [(check.name, check.reason) for check in wrong] == [(name, "a.b: This is wrong.")]
    assert all(check.remedy for check in wrong)
    assert len(found) == len(TOPICS)


DEFINITION = {
    "containerDefinitions": [
        {"name": "a"},
        {"name": "b", "command": ["run"]},
        {"name": "c", "entryPoint": ["run"]},
        {"name": "side", "essential": False},
    ]
}


def test_a_container_whose_command_nothing_says_is_remarked():
    check = check_command(DEFINITION, {})
    assert (check.status, "what a runs" in check.reason) == ("OK", True)


def test_overrides_may_say_the_command():
    overrides = {"containerOverrides": [{"name": "a", "command": ["run"]}, {"name": "b"}]}
    assert check_command(DEFINITION, overrides) == ok("command", "command of the containers")


def test_a_check_is_one_line():
    check = ng("cluster", "cluster batch", "It is gone.", "Make it.")
    assert check.line == "NG   cluster batch: It is gone. Make it."
    assert ok("cluster", "cluster batch").line == "OK   cluster batch"
    assert check.as_result("hello")["batch"] == "hello"
    assert isinstance(check, Check)


@pytest.mark.parametrize(
    ("target", "status", "word"),
    [
        ({"InputPath": "$.detail"}, "SKIP", "(InputPath)"),
        ({"InputTransformer": {"InputTemplate": '{"cpu": "256"}'}}, "SKIP", "(InputTransformer)"),
        ({"InputTransformer": {"InputTemplate": " <detail>"}}, "SKIP", "(InputTransformer)"),
        ({"InputTransformer": {"InputTemplate": '"at <time>"'}}, "NG", "no JSON object"),
        ({"InputTransformer": {"InputTemplate": "[<time>]"}}, "NG", "no JSON object"),
    ],
)
def test_overrides_that_are_made_of_the_event(target, status, word):
    found = overrides_of_event(target)
    assert (found.check.name, found.check.status) == ("input", status)
    assert word in found.check.reason
    assert found.check.remedy


def test_overrides_that_are_written_down_are_not_made_of_the_event():
    assert overrides_of_event({"Input": "{}"}) is None
