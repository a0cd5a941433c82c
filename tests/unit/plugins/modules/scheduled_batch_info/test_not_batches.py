# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no batch can say is told with its reason, never left out unseen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    ROLE,
)

LAMBDA = {"Id": "notify", "Arn": f"arn:aws:lambda:ap-northeast-1:{ACCOUNT}:function:notify"}


def only(result: dict[str, Any]) -> dict[str, Any]:
    """The one thing that is no batch."""
    assert result["batches"] == []
    (entry,) = result["not_batches"]
    return entry


def test_a_rule_with_several_ecs_targets(account, info):
    account.rule(
        "two", *({"Id": target_id, **account.target()} for target_id in ("first", "second"))
    )
    assert only(info()) == {
        "kind": "rule",
        "name": "two",
        "arn": f"arn:aws:events:ap-northeast-1:{ACCOUNT}:rule/two",
        "reason": "The rule has 2 ECS targets (first, second), and a batch is one.",
    }


def test_of_several_targets_of_a_batch_s_rule_its_own_one_counts(account, info, fleet):
    tags = {"batchwork:batch": "two"}
    account.rule(
        "two", {"Id": "two", **account.target()}, {"Id": "b", **account.target()}, tags=tags
    )
    result = info()
    (batch,) = result["batches"]
    assert (batch["name"], batch["other_targets"]) == ("two", "keep")
    assert [entry["name"] for entry in result["not_batches"]] == ["two/b"]
    assert not fleet(batch)["changed"]


def test_foreign_targets_stay_beside_the_batch_and_are_told(account, info, fleet):
    account.rule("hello", {"Id": "hello", **account.target()}, LAMBDA)
    result = info()
    (batch,), (other,) = result["batches"], result["not_batches"]
    assert batch["other_targets"] == "keep"
    assert (other["kind"], other["name"], other["arn"]) == ("target", "hello/notify", LAMBDA["Arn"])
    assert "other_targets says that it stays" in other["reason"]
    deployed = fleet(batch, adopt=True)
    assert (deployed["changed"], deployed["warnings"]) == (False, [])


def test_a_universal_target(account, info):
    request = {"Cluster": "batch", "TaskDefinition": "hello"}
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask",
        "RoleArn": ROLE,
        "Input": json.dumps(request),
    }
    account.schedule("universal", target)
    entry = only(info())
    assert (entry["kind"], entry["name"]) == ("schedule", "universal")
    assert "universal one (arn:aws:scheduler:::aws-sdk:ecs:runTask)" in entry["reason"]
    assert only(info(cluster="batch"))["name"] == "universal"
    assert info(cluster="other")["not_batches"] == []


RULES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "an event pattern beside the schedule": (
        {"EventPattern": '{"source": ["aws.ecs"]}'},
        {},
        "The rule has EventPattern, which a batch cannot say.",
    ),
    "a role of its own": (
        {"RoleArn": ROLE},
        {},
        "The rule has RoleArn, which a batch cannot say.",
    ),
    "an input made of the event": (
        {},
        {"InputPath": "$.detail"},
        "The target has InputPath, which a batch cannot say.",
    ),
    "an input that is no JSON object": ({}, {"Input": "[1]"}, "This is JSON, but no object"),
    "an input that is no TaskOverride": (
        {},
        {"Input": '{"containerOverrides": [{"name": "hello", "comand": ["a"]}]}'},
        "'comand' is not known here",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_with(account, info, case):
    rule, target, reason = RULES[case]
    account.rule("hello", {"Id": "hello", **account.target(), **target}, **rule)
    assert reason in only(info())["reason"]


def test_a_rule_that_aws_manages(account, info):
    account.rule("hello")
    account.emulator.manage_rule("hello", region="ap-northeast-1")
    assert "managed by ecs.amazonaws.com" in only(info())["reason"]


def test_targets_that_may_not_be_read(account, info):
    account.rule("hello")
    account.emulator.deny("events:ListTargetsByRule")
    assert only(info())["reason"] == "The permission events:ListTargetsByRule is missing."


def test_a_schedule_that_may_not_be_read(account, info):
    account.schedule("hello")
    account.emulator.deny("scheduler:GetSchedule")
    assert only(info())["reason"] == "The permission scheduler:GetSchedule is missing."


def test_schedules_that_may_not_be_listed_are_warned_of(account, info):
    account.rule("hello")
    account.schedule("other")
    account.emulator.deny("scheduler:ListSchedules")
    result = info()
    assert [batch["name"] for batch in result["batches"]] == ["hello"]
    assert result["warnings"] == [
        "Not all batches were read. The permission scheduler:ListSchedules is missing."
    ]


def test_nothing_that_may_be_listed_is_a_failure(account, run_module):
    account.emulator.deny("scheduler:ListSchedules")
    account.emulator.deny("events:ListRules")
    result = run_module("scheduled_batch_info", {})
    assert result["failed"]
    assert result["error"]["operation"] == "events:ListRules"


def test_tags_that_may_not_be_read_are_told(account, info):
    account.rule("hello", tags={"team": "finance"})
    account.emulator.deny("events:ListTagsForResource")
    (batch,) = info()["batches"]
    assert batch["status"]["remarks"] == [
        "Tags and owner are not known. The permission events:ListTagsForResource is missing."
    ]


def test_whose_something_is_cannot_be_told_without_its_tags(account, info):
    account.rule("hello", tags={"batchwork:owner": "reports"})
    account.emulator.deny("events:ListTagsForResource")
    assert "events:ListTagsForResource is missing" in only(info(owner="reports"))["reason"]


def test_a_rule_and_a_schedule_of_one_name_are_both_read_and_warned_of(account, info):
    account.rule("hello")
    account.schedule("hello")
    result = info()
    assert [batch["trigger"] for batch in result["batches"]] == ["rule", "scheduler"]
    (warning,) = result["warnings"]
    assert "Several triggers have the name hello" in warning


def test_a_rule_that_goes_meanwhile_is_left_out(account, info):
    account.rule("hello")
    gone = ("ResourceNotFoundException", "no such rule", 400)
    account.emulator.fault("events", "ListTargetsByRule", error=gone, times=None)
    result = info()
    assert (result["batches"], result["not_batches"]) == ([], [])
