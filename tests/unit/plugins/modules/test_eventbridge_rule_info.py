# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``eventbridge_rule_info`` on the emulator."""

from __future__ import annotations

import pytest

NAME = "eventbridge_rule_info"
PATTERN = '{"source": ["aws.s3"]}'
QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:reports"


@pytest.fixture
def events(aws):
    client = aws("events")
    client.put_rule(
        Name="hello",
        ScheduleExpression="cron(0 3 * * ? *)",
        Tags=[{"Key": "costCenter", "Value": "7"}],
    )
    client.put_targets(Rule="hello", Targets=[{"Id": "queue", "Arn": QUEUE, "Input": '{"a": 1}'}])
    return client


def test_one_rule_with_targets_tags_and_next_runs(run_module, events, emulator):
    emulator.clear_calls()
    result = run_module(NAME, {"name": "hello"})
    assert not result["changed"]
    (rule,) = result["rules"]
    assert rule["name"] == "hello"
    assert rule["arn"] == "arn:aws:events:ap-northeast-1:123456789012:rule/hello"
    assert (rule["state"], rule["event_bus_name"]) == ("ENABLED", "default")
    assert rule["tags"] == {"costCenter": "7"}
    assert rule["targets"] == [{"id": "queue", "arn": QUEUE, "input": '{"a": 1}'}]
    assert len(rule["next_runs"]) == 5
    assert rule["schedule_explained"]
    assert len(emulator.calls) == 3
    assert emulator.writes() == []


def test_a_rule_that_does_not_exist_is_no_failure(run_module, emulator):
    assert run_module(NAME, {"name": "hello"})["rules"] == []


def test_more_rules_than_a_page_holds_in_order(run_module, events, emulator):
    for number in range(104):
        events.put_rule(Name=f"batch-{number:03}", ScheduleExpression="rate(1 day)")
    emulator.clear_calls()
    rules = run_module(NAME, {"name_prefix": "batch-"})["rules"]
    assert [rule["name"] for rule in rules] == [f"batch-{number:03}" for number in range(104)]
    listings = [call for call in emulator.calls if call.operation == "ListRules"]
    assert len(listings) == 2


def test_the_rules_of_another_bus(run_module, events, aws):
    bus = events.create_event_bus(Name="orders")["EventBusArn"]
    events.put_rule(Name="on-order", EventPattern=PATTERN, EventBusName="orders")
    for name in ("orders", bus):
        (rule,) = run_module(NAME, {"event_bus_name": name})["rules"]
        assert (rule["name"], rule["event_bus_name"]) == ("on-order", "orders")
        assert rule["next_runs"] == []
        assert rule["schedule_explained"] is None


def test_a_missing_bus_is_an_error_of_a_listing(run_module):
    result = run_module(NAME, {"event_bus_name": "nowhere"})
    assert result["failed"]
    assert "ResourceNotFoundException" in result["msg"]


@pytest.mark.parametrize("operation", ["ListTargetsByRule", "ListTagsForResource"])
def test_a_rule_that_goes_meanwhile_is_left_out(run_module, events, emulator, operation):
    events.put_rule(Name="other", ScheduleExpression="rate(1 day)")
    emulator.fault("events", operation, error=("ResourceNotFoundException", "gone", 400))
    assert [rule["name"] for rule in run_module(NAME, {})["rules"]] == ["other"]


def test_one_name_or_a_prefix(run_module, emulator):
    result = run_module(NAME, {"name": "hello", "name_prefix": "h"})
    assert result["failed"]
    assert "mutually exclusive: name|name_prefix" in result["msg"]


def test_secrets_in_the_input_are_hidden(run_module, events):
    text = '{"containerOverrides": [{"environment": [{"name": "TOKEN", "value": "hunter22"}]}]}'
    events.put_targets(Rule="hello", Targets=[{"Id": "queue", "Arn": QUEUE, "Input": text}])
    result = run_module(NAME, {"name": "hello"})
    assert "hunter22" not in str(result)
    assert "VALUE_HIDDEN" in result["rules"][0]["targets"][0]["input"]
