# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``scheduled_batches``: one or many batches, and the move between rule and schedule."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.call_log import access_of

Run = Callable[..., dict[str, Any]]

CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
DEFINITION = {
    "family": "hello",
    "cpu": "256",
    "memory": "512",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["FARGATE"],
    "container_definitions": [{"name": "hello", "image": "busybox:1"}],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


def batch(name: str = "hello", **options: Any) -> dict[str, Any]:
    """Return a batch with other options."""
    return {
        "name": name,
        "schedule": "cron(0 3 1 1 ? 2199)",
        "cluster": "batch",
        "role_arn": "arn:aws:iam::123456789012:role/trigger",
        "task_definition": DEFINITION,
        "launch_type": "FARGATE",
        "network_configuration": {"subnets": ["subnet-0123456789abcdef0"]},
        **options,
    }


@pytest.fixture
def fleet(emulator: Any, aws: Callable[..., Any], run_module: Run) -> Run:
    """An account with the cluster and a role that both services may assume."""
    aws("ecs").create_cluster(clusterName="batch")
    aws("iam").create_role(RoleName="trigger", AssumeRolePolicyDocument=json.dumps(TRUST))
    emulator.clear_calls()

    def run(*batches: dict[str, Any], check_mode: bool = False, **params: Any) -> dict[str, Any]:
        return run_module(
            "scheduled_batches", {"batches": list(batches), **params}, check_mode=check_mode
        )

    return run


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_check_mode_predicts_and_the_second_run_changes_nothing(
    fleet: Run, emulator: Any, trigger: str
) -> None:
    wanted = batch(trigger=trigger)
    predicted = fleet(wanted, check_mode=True)
    assert emulator.writes() == []
    assert not predicted["failed"], predicted
    applied = fleet(wanted)
    assert not applied["failed"], applied
    assert predicted["changed"] and applied["changed"]
    assert predicted["batches"][0]["trigger_arn"] == applied["batches"][0]["trigger_arn"]
    emulator.clear_calls()
    again = fleet(wanted)
    assert not again["changed"], again
    assert not fleet(wanted, check_mode=True)["changed"]
    assert emulator.writes() == []


def test_a_new_image_is_registered_before_the_trigger_points_at_it(
    fleet: Run, emulator: Any
) -> None:
    fleet(batch())
    emulator.clear_calls()
    result = fleet(batch(), images={"hello": "busybox:2"})
    assert [call.operation for call in emulator.writes()] == [
        "RegisterTaskDefinition",
        "PutTargets",
    ]
    assert result["batches"][0]["task_definition_arn"].endswith("hello:2")
    assert {
        "path": "containerDefinitions[hello].image",
        "before": "busybox:1",
        "after": "busybox:2",
    } in result["batches"][0]["changes"]


def observed_triggers(aws: Callable[..., Any]) -> dict[str, str]:
    """Return the states of the batch's triggers that exist."""
    states = {rule["Name"]: rule["State"] for rule in aws("events").list_rules()["Rules"]}
    schedules = {
        entry["Name"]: entry["State"] for entry in aws("scheduler").list_schedules()["Schedules"]
    }
    return {
        **({"rule": states["hello"]} if "hello" in states else {}),
        **({"scheduler": schedules["hello"]} if "hello" in schedules else {}),
    }


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(("old", "new"), [("rule", "scheduler"), ("scheduler", "rule")])
def test_a_move_that_is_killed_after_any_call_is_finished_by_the_next_run(
    fleet: Run, emulator: Any, aws: Callable[..., Any], old: str, new: str, enabled: bool
) -> None:
    """The triggers are never enabled together, whatever happens, and the batch ends as it was."""
    together: list[str] = []
    for killed_after in range(12):
        emulator.reset()
        aws("ecs").create_cluster(clusterName="batch")
        aws("iam").create_role(RoleName="trigger", AssumeRolePolicyDocument=json.dumps(TRUST))
        assert not fleet(batch(trigger=old, enabled=enabled))["failed"]
        emulator.clear_calls()
        killed = run_until_killed(fleet, emulator, batch(trigger=new), killed_after)
        states = observed_triggers(aws)
        if list(states.values()).count("ENABLED") > 1:
            together.append(f"after {killed_after} writes: {states}")
        result = fleet(batch(trigger=new))
        assert not result["failed"], (killed_after, result)
        assert observed_triggers(aws) == {new: "ENABLED" if enabled else "DISABLED"}, killed_after
        emulator.clear_calls()
        assert not fleet(batch(trigger=new))["changed"], killed_after
        assert emulator.writes() == []
        if not killed:
            break
    else:
        pytest.fail("the move never came to its end")
    assert together == []
    assert killed_after >= 3


def run_until_killed(fleet: Run, emulator: Any, wanted: dict[str, Any], writes: int) -> bool:
    """Run, letting only the first ``writes`` writing calls through; tell whether it was stopped."""
    emulator.fault(
        "*",
        "*",
        error=("AccessDeniedException", "killed", 400),
        after=writes,
        times=None,
        when=lambda call: access_of(call.service, call.operation) == "write",
    )
    killed = bool(fleet(wanted)["failed"])
    emulator.clear_faults()
    return killed
