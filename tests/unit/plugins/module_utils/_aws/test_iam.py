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
    get_managed_policy,
    get_role,
    get_role_policy,
    list_attached_role_policies,
    list_role_policies,
    simulate_principal_policy,
)

ARN = "arn:aws:iam::123456789012:role/batch"
POLICY = "arn:aws:iam::123456789012:policy"


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


def test_truths_are_asked_as_such(iam):
    entry = {"ContextKeyName": "aws:SecureTransport", "ContextKeyValues": ["true"]}
    iam.answers(
        "simulate_principal_policy",
        {"EvaluationResults": []},
        PolicySourceArn=ARN,
        ActionNames=["ecs:RunTask"],
        ContextEntries=[{**entry, "ContextKeyType": "boolean"}],
    )
    context = {"aws:SecureTransport": ["true"]}
    assert simulate_principal_policy(iam.client, ARN, ["ecs:RunTask"], [], context) == []


def test_attached_and_inline_policies_are_listed_page_by_page(iam):
    attached = [{"PolicyName": name, "PolicyArn": f"{POLICY}/{name}"} for name in ("one", "two")]
    page = {"AttachedPolicies": attached[:1], "IsTruncated": True, "Marker": "2"}
    iam.answers("list_attached_role_policies", page, RoleName="batch")
    page = {"AttachedPolicies": attached[1:], "IsTruncated": False}
    iam.answers("list_attached_role_policies", page, RoleName="batch", Marker="2")
    found = list_attached_role_policies(iam.client, "batch")
    assert found == [f"{POLICY}/one", f"{POLICY}/two"]
    iam.answers("list_role_policies", {"PolicyNames": ["own"]}, RoleName="batch")
    assert list_role_policies(iam.client, "batch") == ["own"]


def test_documents_are_read_decoded(iam):
    document = "%7B%22Version%22%3A%20%222012-10-17%22%7D"
    answer = {"RoleName": "batch", "PolicyName": "own", "PolicyDocument": document}
    iam.answers("get_role_policy", answer, RoleName="batch", PolicyName="own")
    assert get_role_policy(iam.client, "batch", "own") == {"Version": "2012-10-17"}


def test_a_managed_policy_is_read_in_its_default_version(iam):
    arn = f"{POLICY}/one"
    iam.answers("get_policy", {"Policy": {"DefaultVersionId": "v3"}}, PolicyArn=arn)
    version = {"VersionId": "v3", "Document": "%7B%7D"}
    iam.answers("get_policy_version", {"PolicyVersion": version}, PolicyArn=arn, VersionId="v3")
    assert get_managed_policy(iam.client, arn) == {}
