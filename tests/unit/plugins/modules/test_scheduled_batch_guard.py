# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine that guards batches is made, changed and removed as foreseen."""

from __future__ import annotations

import json
from typing import Any

import pytest

NAME = "batch-guard"
ARN = f"arn:aws:states:ap-northeast-1:123456789012:stateMachine:{NAME}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def role(emulator: Any, aws: Any) -> str:
    """The role of the state machine."""
    made = aws("iam").create_role(RoleName="guard", AssumeRolePolicyDocument=json.dumps(TRUST))
    emulator.clear_calls()
    arn: str = made["Role"]["Arn"]
    return arn


def writes(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.writes()]


def test_check_apply_apply_check(run_module, emulator, aws, role):
    params = {"name": NAME, "role_arn": role, "tags": {"team": "data"}}
    foreseen = run_module("scheduled_batch_guard", params, check_mode=True, diff=True)
    assert writes(emulator) == []
    made = run_module("scheduled_batch_guard", params, diff=True)
    assert not made["failed"], made["msg"]
    assert writes(emulator) == ["CreateStateMachine"]
    assert foreseen == made
    assert made["state_machine"] == {
        "name": NAME,
        "arn": ARN,
        "role_arn": role,
        "tags": {"team": "data"},
    }
    found = aws("stepfunctions").describe_state_machine(stateMachineArn=ARN)
    assert json.loads(found["definition"])["QueryLanguage"] == "JSONata"
    emulator.clear_calls()
    for check_mode in (False, True):
        again = run_module("scheduled_batch_guard", params, check_mode=check_mode)
        assert not again["changed"]
        assert again["changes"] == []
    assert writes(emulator) == []


def test_a_definition_that_somebody_changed_is_put_right(run_module, emulator, aws, role):
    params = {"name": NAME, "role_arn": role}
    run_module("scheduled_batch_guard", params)
    client = aws("stepfunctions")
    definition = json.loads(client.describe_state_machine(stateMachineArn=ARN)["definition"])
    definition["States"]["Pause"]["Seconds"] = 1
    client.update_state_machine(stateMachineArn=ARN, definition=json.dumps(definition))
    emulator.clear_calls()
    result = run_module("scheduled_batch_guard", params)
    assert [change["path"] for change in result["changes"]] == ["definition.States.Pause.Seconds"]
    assert writes(emulator) == ["UpdateStateMachine"]
    assert not run_module("scheduled_batch_guard", params)["changed"]


def test_tags_are_changed_in_place(run_module, emulator, role):
    params = {"name": NAME, "role_arn": role, "tags": {"team": "data", "old": "1"}}
    run_module("scheduled_batch_guard", params)
    emulator.clear_calls()
    result = run_module("scheduled_batch_guard", {**params, "tags": {"team": "web"}})
    assert [change["path"] for change in result["changes"]] == ["tags[old]", "tags[team]"]
    assert writes(emulator) == ["TagResource", "UntagResource"]


def test_it_is_removed_once(run_module, emulator, role):
    run_module("scheduled_batch_guard", {"name": NAME, "role_arn": role})
    emulator.clear_calls()
    params = {"name": NAME, "state": "absent"}
    assert run_module("scheduled_batch_guard", params, check_mode=True)["changed"]
    assert writes(emulator) == []
    assert run_module("scheduled_batch_guard", params)["changed"]
    assert writes(emulator) == ["DeleteStateMachine"]
    assert not run_module("scheduled_batch_guard", params)["changed"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"name": "batch guard", "role_arn": None}, "name: 'batch guard' is not allowed"),
        ({"role_arn": "guard"}, "role_arn: 'guard' is no role"),
        ({"role_arn": "arn:aws:iam::123456789012:user/guard"}, "role_arn"),
    ],
)
def test_mistakes_name_their_option(run_module, emulator, params, words):
    given = {"name": NAME, "role_arn": "arn:aws:iam::123456789012:role/guard", **params}
    if given["role_arn"] is None:
        given = {"name": given["name"], "state": "absent"}
    result = run_module("scheduled_batch_guard", given)
    assert result["failed"]
    assert words in result["msg"]
    assert emulator.calls == []


def test_access_denied_is_not_taken_for_absent(run_module, emulator, role):
    emulator.deny("states:DescribeStateMachine")
    result = run_module("scheduled_batch_guard", {"name": NAME, "role_arn": role})
    assert result["failed"]
    assert "AccessDenied" in result["msg"]
    assert writes(emulator) == []


def test_the_tags_that_were_found_tell_whose_it_is(run_module, role):
    params = {"name": NAME, "role_arn": role, "tags": {"batchwork:batch": "a"}}
    first = run_module("scheduled_batch_guard", params)
    assert first["found_tags"] is None
    other = {**params, "tags": {"batchwork:batch": "b"}}
    assert run_module("scheduled_batch_guard", other, check_mode=True)["found_tags"] == {
        "batchwork:batch": "a"
    }


def test_with_tags_only_what_carries_them_is_removed(run_module, emulator, role):
    params = {"name": NAME, "role_arn": role, "tags": {"batchwork:batch": "a", "team": "data"}}
    run_module("scheduled_batch_guard", params)
    emulator.clear_calls()
    absent = {"name": NAME, "state": "absent"}
    kept = run_module("scheduled_batch_guard", {**absent, "tags": {"batchwork:batch": "b"}})
    assert not kept["changed"]
    assert "was left alone" in str(kept)
    assert writes(emulator) == []
    gone = run_module("scheduled_batch_guard", {**absent, "tags": {"batchwork:batch": "a"}})
    assert gone["changed"]
    assert writes(emulator) == ["DeleteStateMachine"]
