# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading roles, policies, log groups and guards: what is there, with few calls, and what is
not."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)

NAME = "fleet_foundation_info"
OWN = {"batchwork:owner": "team"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}],
}


def tags(**given):
    return [{"Key": key, "Value": value} for key, value in {**OWN, **given}.items()]


@pytest.fixture
def make(aws):
    """Makes a role and a policy of the same name, attached."""

    def make_one(name, path="/"):
        iam = aws("iam")
        iam.create_role(
            RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=tags()
        )
        policy = iam.create_policy(
            PolicyName=name, Path=path, PolicyDocument=json.dumps(ALLOWED), Tags=tags()
        )
        iam.attach_role_policy(RoleName=name, PolicyArn=policy["Policy"]["Arn"])

    return make_one


@pytest.fixture
def read(run_module):
    def read_some(**params):
        result = run_module(NAME, params)
        assert not result["failed"], result["msg"]
        assert not result["changed"]
        return result

    return read_some


@pytest.fixture
def guard(aws, run_module):
    """Makes the state machine team-guard."""
    role = aws("iam").create_role(RoleName="guard", AssumeRolePolicyDocument=json.dumps(TRUST))
    params = {"name": "team-guard", "role_arn": role["Role"]["Arn"], "tags": OWN}
    made = run_module("scheduled_batch_guard", params)
    assert not made["failed"], made["msg"]
    return made["state_machine"]


def names(parts):
    return [each["name"] for each in parts]


def test_a_role_and_its_policy_are_read_completely(emulator, make, read):
    make("team-task", path="/batch/")
    found = read(names=["team-task", "missing"])
    arn = "arn:aws:iam::123456789012:{}/batch/team-task"
    assert found["roles"] == [
        {
            "name": "team-task",
            "arn": arn.format("role"),
            "path": "/batch/",
            "description": None,
            "trust": TRUST,
            "permissions_boundary": None,
            "policies": [arn.format("policy")],
            "tags": OWN,
        }
    ]
    assert found["policies"] == [
        {
            "name": "team-task",
            "arn": arn.format("policy"),
            "path": "/batch/",
            "document": ALLOWED,
            "tags": OWN,
        }
    ]
    assert emulator.writes()[-1].operation == "AttachRolePolicy"  # made by the test, and no later


def test_an_empty_account_has_nothing(read, emulator):
    found = read(names=["missing"], name_prefix="team-", log_groups=["/ecs/a"], owner="team")
    assert (found["roles"], found["policies"], found["log_groups"]) == ([], [], [])


def test_where_nothing_is_asked_for_nobody_is_asked(read, emulator):
    read()
    assert emulator.calls == []


def test_further_volumes_of_a_policy_are_found(aws, make, read):
    make("team-task")
    for name in ("team-task+2", "team-task-other"):
        aws("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(ALLOWED))
    assert names(read(names=["team-task"])["policies"]) == ["team-task", "team-task+2"]


def test_a_beginning_finds_what_nobody_names_any_more(make, read):
    for name in ("team-task", "team-task-gone", "others-task"):
        make(name)
    found = read(name_prefix="team-")
    assert names(found["roles"]) == names(found["policies"]) == ["team-task", "team-task-gone"]


def test_calls_do_not_grow_with_roles_that_are_not_asked_for(emulator, make, read):
    for name in ("team-task", "b", "c", "d"):
        make(name)
    emulator.clear_calls()
    read(names=["team-task"])
    assert Counter(call.operation for call in emulator.calls) == {
        "GetRole": 1,
        "ListAttachedRolePolicies": 1,
        "ListPolicies": 1,
        "GetPolicy": 1,
        "GetPolicyVersion": 1,
    }


@pytest.mark.parametrize("count", [2, 60])
def test_log_groups_are_read_with_retention_and_tags(aws, emulator, read, count):
    logs = aws("logs")
    wanted = [f"/ecs/team/{number:02}" for number in range(count)]
    for name in wanted:
        logs.create_log_group(logGroupName=name, tags=OWN)
        logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    logs.create_log_group(logGroupName="/ecs/team/other")
    emulator.clear_calls()
    found = read(log_groups=wanted)["log_groups"]
    assert names(found) == wanted
    assert {each["retention_in_days"] for each in found} == {30}
    assert all(each["tags"] == OWN for each in found)
    assert len(emulator.calls) <= 4


def test_tags_that_the_index_does_not_know_yet_are_asked_for(aws, emulator, read):
    emulator.lag_tagging_index(True)
    wanted = [f"/ecs/{number}" for number in range(6)]
    for name in wanted:
        aws("logs").create_log_group(logGroupName=name, tags=OWN)
    found = read(log_groups=wanted)["log_groups"]
    emulator.lag_tagging_index(False)
    assert all(each["tags"] == OWN for each in found)


def test_log_groups_of_an_owner_are_found(aws, read):
    for name, owner in (("/ecs/a", "team"), ("/ecs/b", "others")):
        aws("logs").create_log_group(logGroupName=name, tags={"batchwork:owner": owner})
    assert names(read(owner="team")["log_groups"]) == ["/ecs/a"]


def test_a_state_machine_is_read_completely(emulator, guard, read):
    emulator.clear_calls()
    found = read(state_machines=["missing", "team-guard"])
    (there,) = found["state_machines"]
    assert there.pop("definition") == definition("aws")
    assert there == {**guard, "is_going": False}
    operations = Counter(call.operation for call in emulator.calls if call.service != "sts")
    assert operations == {"DescribeStateMachine": 2, "ListTagsForResource": 1}


def test_who_may_not_read_the_index_pays_with_a_call_each(aws, emulator, read, run_module):
    wanted = [f"/ecs/{number}" for number in range(6)]
    for name in wanted:
        aws("logs").create_log_group(logGroupName=name, tags=OWN)
    emulator.deny("tag:GetResources")
    assert all(each["tags"] == OWN for each in read(log_groups=wanted)["log_groups"])
    refused = run_module(NAME, {"owner": "team"})
    assert refused["failed"]
    assert "listing the tagged resources of type logs:log-group" in refused["msg"]


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("iam:GetRole", {"names": ["team-task"]}),
        ("iam:ListPolicies", {"names": ["team-task"]}),
        ("iam:GetPolicyVersion", {"names": ["team-task"]}),
        ("iam:ListRoles", {"name_prefix": "team-"}),
        ("logs:DescribeLogGroups", {"log_groups": ["/ecs/a"]}),
        ("states:DescribeStateMachine", {"state_machines": ["team-guard"]}),
    ],
)
def test_what_may_not_be_read_does_not_count_as_missing(emulator, make, run_module, action, params):
    make("team-task")
    emulator.deny(action)
    result = run_module(NAME, params)
    assert result["failed"]
    assert "AccessDenied" in result["msg"]


def test_what_goes_away_between_two_calls_is_missing(emulator, make, read):
    make("team-task")
    gone = ("NoSuchEntity", "It is gone.", 404)
    emulator.fault("iam", "ListAttachedRolePolicies", error=gone)
    emulator.fault("iam", "GetPolicy", error=gone)
    found = read(names=["team-task"])
    assert (found["roles"], found["policies"]) == ([], [])
