# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, and what they may do."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.iam import (
    get_role,
    simulate_principal_policy,
)

ARN = "arn:aws:iam::123456789012:role/batch"


@pytest.fixture
def iam(stubbed):
    return stubbed("iam")


def test_a_role_is_read(iam):
    role = {
        "Path": "/",
        "RoleName": "batch-role",
        "RoleId": "AROAEXAMPLEEXAMPLEEX",
        "Arn": ARN,
        "CreateDate": "2026-11-22T00:00:00Z",
    }
    iam.answers("get_role", {"Role": role}, RoleName="batch-role")
    assert get_role(iam.client, "batch-role") == role


def test_a_missing_role_is_not_found(iam):
    iam.fails("get_role", "NoSuchEntity", "The role cannot be found.", 404)
    with pytest.raises(NotFound, match="reading the role batch"):
        get_role(iam.client, "batch")


def test_a_role_that_may_not_be_read_is_not_absent(iam):
    iam.fails("get_role", "AccessDenied", "User x may not", 403)
    with pytest.raises(AccessDenied):
        get_role(iam.client, "batch")


def test_decisions_are_asked_with_the_requests_condition_keys(iam):
    asked = {
        "PolicySourceArn": ARN,
        "ActionNames": ["iam:PassRole"],
        "ResourceArns": [ARN],
        "ContextEntries": [
            {
                "ContextKeyName": "iam:PassedToService",
                "ContextKeyValues": ["ecs-tasks.amazonaws.com"],
                "ContextKeyType": "string",
            },
            {
                "ContextKeyName": "aws:TagKeys",
                "ContextKeyValues": ["a", "b"],
                "ContextKeyType": "stringList",
            },
        ],
    }
    first = {"EvalActionName": "iam:PassRole", "EvalDecision": "allowed"}
    second = {"EvalActionName": "iam:PassRole", "EvalDecision": "implicitDeny"}
    page = {"EvaluationResults": [first], "IsTruncated": True, "Marker": "2"}
    iam.answers("simulate_principal_policy", page, **asked)
    page = {"EvaluationResults": [second], "IsTruncated": False}
    iam.answers("simulate_principal_policy", page, **asked, Marker="2")
    context = {"iam:PassedToService": ["ecs-tasks.amazonaws.com"], "aws:TagKeys": ["a", "b"]}
    decisions = simulate_principal_policy(iam.client, ARN, ["iam:PassRole"], [ARN], context)
    assert decisions == [first, second]


def test_actions_are_asked_for_any_resource(iam):
    iam.answers(
        "simulate_principal_policy",
        {"EvaluationResults": []},
        PolicySourceArn=ARN,
        ActionNames=["ecs:RunTask"],
    )
    assert simulate_principal_policy(iam.client, ARN, ["ecs:RunTask"]) == []
