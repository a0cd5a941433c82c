# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guarded batch's trigger starts a state machine; everything else about the batch is as ever."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    CLUSTER,
    TRIGGERS,
    batch,
    definition,
)

STATE_MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:batch-guard"
GUARD = {"state_machine_arn": STATE_MACHINE, "timeout": 600}
OVERRIDES = {"container_overrides": [{"name": "hello", "command": ["echo", "1"]}]}


def guarded_batch(**options: Any) -> dict[str, Any]:
    return batch(**{"guard": GUARD, "overrides": OVERRIDES, **options})


def target_in_aws(account: Any, trigger: str) -> dict[str, Any]:
    """The batch's target as AWS has it."""
    if trigger == "rule":
        found: dict[str, Any] = account.targets("hello")["hello"]
        return found
    return dict(account.schedules()["default/hello"]["Target"])


def told(account: Any, trigger: str) -> dict[str, Any]:
    """What the state machine is told when the batch is due."""
    content: dict[str, Any] = json.loads(target_in_aws(account, trigger)["Input"])
    return content


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_trigger_starts_the_state_machine(deploy, account, trigger):
    deploy(guarded_batch(trigger=trigger))
    target = target_in_aws(account, trigger)
    assert target["Arn"] == STATE_MACHINE
    assert "EcsParameters" not in target
    request = told(account, trigger)["request"]
    assert request["Cluster"] == CLUSTER
    assert request["TaskDefinition"].endswith(":task-definition/hello:1")
    assert request["Overrides"] == {
        "ContainerOverrides": [{"Name": "hello", "Command": ["echo", "1"]}]
    }
    assert told(account, trigger)["guard"] == {
        "timeout": 600,
        "overlap": "skip",
        "retries": 0,
        "batch": "hello",
    }


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_second_run_writes_nothing(deploy, fleet, account, trigger):
    deploy(guarded_batch(trigger=trigger))
    again = fleet(guarded_batch(trigger=trigger))
    assert not again["changed"]
    assert account.writes() == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_changed_setting_is_named_and_foreseen(deploy, fleet, account, trigger):
    deploy(guarded_batch(trigger=trigger))
    wanted = guarded_batch(trigger=trigger, guard={**GUARD, "timeout": 900})
    foreseen = fleet(wanted, check_mode=True)
    assert account.writes() == []
    done = fleet(wanted)
    prefix = "" if trigger == "rule" else "Target."
    change = {"path": f"{prefix}Guard.Timeout", "before": 600, "after": 900}
    assert foreseen["batches"][0]["changes"] == done["batches"][0]["changes"] == [change]
    assert told(account, trigger)["guard"]["timeout"] == 900


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_new_revision_reaches_what_the_state_machine_runs(deploy, account, trigger):
    deploy(guarded_batch(trigger=trigger))
    deploy(guarded_batch(trigger=trigger, task_definition=definition(image="busybox:2")))
    assert told(account, trigger)["request"]["TaskDefinition"].endswith("hello:2")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_guard_comes_and_goes(deploy, fleet, account, trigger):
    plain = batch(trigger=trigger, overrides=OVERRIDES)
    deploy(plain)
    before = target_in_aws(account, trigger)
    deploy(guarded_batch(trigger=trigger))
    deploy(plain)
    assert target_in_aws(account, trigger) == before
    assert not fleet(plain)["changed"]


@pytest.mark.parametrize(("old", "new"), [TRIGGERS, TRIGGERS[::-1]])
def test_the_guard_moves_along(deploy, fleet, account, old, new):
    deploy(guarded_batch(trigger=old))
    before = told(account, old)
    deploy(guarded_batch(trigger=new))
    assert told(account, new) == before
    assert not fleet(guarded_batch(trigger=new))["changed"]


def test_a_revision_behind_a_guard_is_in_use(deploy, account):
    deploy(guarded_batch())
    other = batch("other", task_definition=definition(image="busybox:2"))
    third = batch("other", task_definition=definition(image="busybox:3"))
    deploy(other, keep_revisions=1)
    deploy(third, keep_revisions=1)
    assert account.revisions("hello") == [1, 3]


def test_a_guarded_schedule_is_pruned_and_a_foreign_state_machine_is_not(deploy, account):
    owned = guarded_batch(trigger="scheduler")
    deploy(owned, owner="reports")
    found = account.schedules()["reports/hello"]
    account.aws("scheduler").create_schedule(
        Name="foreign",
        GroupName="reports",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": STATE_MACHINE, "RoleArn": found["Target"]["RoleArn"], "Input": "{}"},
    )
    result = deploy(owner="reports", prune=True, allow_empty=True)
    assert [each["name"] for each in result["pruned"] if each["kind"] == "schedule"] == ["hello"]
    assert list(account.schedules()) == ["reports/foreign"]


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        ({"guard": {"timeout": 600}}, "guard.state_machine_arn", "no state machine"),
        ({"guard": {**GUARD, "timeout": 5}}, "guard.timeout", "60 to"),
        ({"task_count": 2}, "guard:", "task_count is 2"),
        (
            {"overrides": {"container_overrides": [{"name": "hello", "command": ["a" * 8000]}]}},
            "guard:",
            "8192",
        ),
    ],
)
def test_mistakes_are_found_before_any_write(fleet, account, options, path, words):
    result = fleet(guarded_batch(**options))
    assert result["failed"]
    assert f"batches[0] (hello).{path}" in result["msg"]
    assert words in result["msg"]
    assert account.writes() == []
