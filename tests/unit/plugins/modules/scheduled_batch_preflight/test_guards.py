# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guarded batch: the state machine's role runs the task, the trigger's role starts that."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    GUARD,
    GUARD_ROLE,
    TRIGGERS,
)
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import place
from ansible_collections.batchwork.aws.tests.unit.policies.rendering import rendered

OPTIONS = {"state_machine_arn": GUARD, "timeout": 3600}


@pytest.fixture
def guarded(surroundings, run_module):
    """An account with a guard, of which the trigger may start nothing else."""
    trust = rendered("trust-states", {**place(), "state_machine_arn": GUARD})
    surroundings.make_role("guard", trust)
    surroundings.allow("guard", surroundings.guard_policy())
    options = {"name": "batch-guard", "role_arn": GUARD_ROLE}
    made = run_module("scheduled_batch_guard", options)
    assert not made["failed"], made["msg"]
    surroundings.guard_trigger()
    return surroundings


def wrong(result):
    return {check["name"]: check for check in result["checks"] if check["status"] == "NG"}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_correct_guarded_batch_is_ok_declared_and_deployed(
    guarded, deploy, preflight, emulator, trigger
):
    declared = preflight(**guarded.batch(trigger, guard=OPTIONS))
    assert [check["line"] for check in declared["checks"] if check["status"] != "OK"] == []
    deploy(trigger, guard=OPTIONS)
    deployed = preflight(name="report")
    assert [check["line"] for check in deployed["checks"] if check["status"] != "OK"] == []
    names = {check["name"] for check in deployed["checks"]}
    assert {"guard", "trigger_role_start_execution", "guard_role_run_task"} <= names
    assert "trigger_role_run_task" not in names
    assert emulator.writes() == []


def test_the_guard_needs_what_else_the_trigger_needs(guarded, deploy, preflight):
    deploy(guard=OPTIONS)
    guarded.allow("guard", {"Version": "2012-10-17", "Statement": []})
    assert set(wrong(preflight(name="report"))) == {
        "guard_role_run_task",
        "guard_role_pass_role",
        "guard_role_tag_resource",
        "guard_role_list_tasks",
        "guard_role_watch_tasks",
        "guard_role_follow_tasks",
    }


def test_the_trigger_has_to_start_the_state_machine(guarded, deploy, preflight):
    deploy(guard=OPTIONS)
    guarded.allow("trigger", guarded.trigger_policy())
    (check,) = wrong(preflight(name="report")).values()
    assert check["name"] == "trigger_role_start_execution"
    assert GUARD in check["remedy"]


def test_a_state_machine_that_is_gone_is_ng(guarded, deploy, preflight):
    deploy(guard=OPTIONS)
    guarded.aws("stepfunctions").delete_state_machine(stateMachineArn=GUARD)
    (check,) = wrong(preflight(name="report")).values()
    assert check["name"] == "guard"
    assert "never started" in check["reason"]


def test_a_state_machine_that_may_not_be_read_is_skipped(guarded, deploy, preflight, emulator):
    deploy(guard=OPTIONS)
    emulator.deny("states:DescribeStateMachine")
    result = preflight(name="report")
    (check,) = [check for check in result["checks"] if check["status"] == "SKIP"]
    assert "states:DescribeStateMachine" in check["remedy"]
