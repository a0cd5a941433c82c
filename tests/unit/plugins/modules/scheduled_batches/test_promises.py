# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predict, apply, apply, predict: what every fleet promises, for both triggers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    REGION,
    TRIGGERS,
    batch,
    definition,
    own_batch,
)

EVERYTHING: dict[str, Any] = {
    "description": "Says hello",
    "tags": {"team": "finance"},
    "task_count": 2,
    "platform_version": "1.4.0",
    "group": "nightly",
    "network_configuration": {
        "subnets": ["subnet-0123456789abcdef0"],
        "security_groups": ["sg-0123456789abcdef0"],
        "assign_public_ip": True,
    },
    "enable_execute_command": True,
    "enable_ecs_managed_tags": True,
    "propagate_tags": "TASK_DEFINITION",
    "reference_id": "hello",
    "task_tags": {"team": "finance"},
    "overrides": {
        "container_overrides": [
            {"name": "hello", "command": ["echo", "Hello"], "environment": {"LOG_LEVEL": "info"}}
        ]
    },
    "retry_policy": {"maximum_retry_attempts": 3},
    "dead_letter_arn": f"arn:aws:sqs:{REGION}:123456789012:failed",
}
OF_SCHEDULES: dict[str, Any] = {
    "schedule": "cron(0 3 * * ? 2130-2199)",
    "timezone": "Asia/Tokyo",
    "start_date": "2130-01-01T00:00:00+09:00",
    "end_date": "2131-01-01T00:00:00+09:00",
    "flexible_time_window": {"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
    "action_after_completion": "DELETE",
}


def everything(trigger: str) -> dict[str, Any]:
    return batch(trigger=trigger, **EVERYTHING, **(OF_SCHEDULES if trigger != "rule" else {}))


def without_revisions(value: Any) -> Any:
    """The same without what only AWS can know."""
    if isinstance(value, dict):
        return {key: without_revisions(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_revisions(item) for item in value]
    if isinstance(value, str) and ":task-definition/" in value:
        family = value.rpartition("/")[2].partition(":")[0]
        return f"{value.rpartition('/')[0]}/{family}"
    return value


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    return without_revisions({key: result[key] for key in ("changed", "batches", "diff")})


@pytest.mark.parametrize("owner", [None, "reports"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_check_mode_predicts_and_the_second_run_changes_nothing(fleet, account, trigger, owner):
    wanted = everything(trigger)
    predicted = fleet(wanted, owner=owner, check_mode=True, diff=True)
    assert account.writes() == []
    applied = fleet(wanted, owner=owner, diff=True)
    assert not applied["failed"], applied["msg"]
    assert applied["changed"]
    assert comparable(predicted) == comparable(applied)
    assert set(predicted) == set(applied)

    account.emulator.clear_calls()
    again = fleet(wanted, owner=owner, diff=True)
    predicted_again = fleet(wanted, owner=owner, check_mode=True, diff=True)
    assert account.writes() == []
    for result in (again, predicted_again):
        assert not result["changed"]
        assert result["batches"] == [{**applied["batches"][0], "changed": False, "changes": []}]
        assert result["diff"] == {"before": {}, "after": {}}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_check_mode_predicts_changes_too(fleet, deploy, account, trigger):
    deploy(batch(trigger=trigger))
    changed = batch(
        trigger=trigger,
        schedule="rate(3 days)",
        description="new",
        enabled=False,
        task_definition=definition(image="busybox:2"),
    )
    predicted = fleet(changed, check_mode=True, diff=True)
    assert account.writes() == []
    applied = fleet(changed, diff=True)
    assert comparable(predicted) == comparable(applied)
    assert {change["path"] for change in applied["batches"][0]["changes"]} >= {
        "containerDefinitions[hello].image",
        "ScheduleExpression",
        "Description",
        "State",
    }
    (item,) = predicted["batches"]
    assert item["task_definition_arn"].endswith(":task-definition/hello")


@pytest.mark.parametrize("old", TRIGGERS)
def test_check_mode_predicts_a_move(fleet, deploy, account, old):
    new = "scheduler" if old == "rule" else "rule"
    deploy(batch(trigger=old), owner="reports")
    predicted = fleet(batch(trigger=new, description="new"), owner="reports", **CHECK)
    assert account.writes() == []
    applied = fleet(batch(trigger=new, description="new"), owner="reports", diff=True)
    assert comparable(predicted) == comparable(applied)
    assert {change["path"] for change in applied["batches"][0]["changes"]} >= {
        "trigger",
        "Description",
    }


CHECK: dict[str, Any] = {"check_mode": True, "diff": True}


def test_pinning_what_was_not_pinned_is_predicted(fleet, deploy):
    deploy(batch())
    deploy(batch(task_definition="hello"))
    pinned = batch(task_definition=definition(image="busybox:2"))
    predicted, applied = fleet(pinned, **CHECK), fleet(pinned, diff=True)
    assert comparable(predicted) == comparable(applied)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_check_mode_works_on_an_empty_account(run_fleet, emulator, trigger):
    for owner in (None, "reports"):
        result = run_fleet(everything(trigger), owner=owner, check_mode=True)
        assert not result["failed"], result["msg"]
        assert result["changed"]
    named = run_fleet(batch(trigger=trigger, task_definition="hello"), check_mode=True)
    assert not named["failed"], named["msg"]
    group = run_fleet(batch(trigger="scheduler", group_name="to-come"), check_mode=True)
    assert not group["failed"], group["msg"]
    assert emulator.writes() == []


def test_a_batch_comes_with_its_next_runs_and_its_schedule_in_words(fleet):
    result = fleet(
        batch(schedule="cron(0 3 1 1 ? 2199)"),
        batch("tokyo", trigger="scheduler", schedule="cron(0 3 1 1 ? 2199)", timezone="Asia/Tokyo"),
        batch("rate", schedule="rate(1 day)"),
    )
    by_rule, in_tokyo, by_rate = result["batches"]
    assert by_rule["next_runs"] == ["2199-01-01T03:00:00+00:00"]
    assert in_tokyo["next_runs"] == ["2199-01-01T03:00:00+09:00"]
    assert "03:00" in in_tokyo["schedule_explained"]
    assert by_rate["next_runs"] == []
    assert "creation" in by_rate["next_runs_remark"]


def test_items_come_in_the_order_of_the_batches(fleet):
    names = ["d", "a", "c", "b"]
    result = fleet(*(own_batch(name) for name in names))
    assert [item["name"] for item in result["batches"]] == names
    assert [item["trigger_arn"].rpartition("/")[2] for item in result["batches"]] == names


def test_calls_are_counted_by_operation(fleet, account):
    result = fleet(own_batch("a"), own_batch("b"), own_batch("c"), own_batch("d"))
    counted: dict[str, int] = {}
    for call in account.emulator.calls:
        key = f"{call.service}:{call.operation}"
        counted[key] = counted.get(key, 0) + 1
    assert result["api_calls"] == counted
    assert counted["ecs:RegisterTaskDefinition"] == 4


def test_an_empty_fleet_is_nothing_to_do(fleet, account):
    result = fleet()
    assert (result["failed"], result["changed"], result["batches"]) == (False, False, [])
    assert account.writes() == []
