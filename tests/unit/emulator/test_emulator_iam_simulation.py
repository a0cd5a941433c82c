# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM's policy simulator, in the form in which AWS answers."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/batch"
ALLOW = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE}
PASSED = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


@pytest.fixture
def iam(aws):
    client = aws("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.create_role(RoleName="batch", AssumeRolePolicyDocument=trust)
    return client


def put(iam, *statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_role_policy(RoleName="batch", PolicyName="own", PolicyDocument=document)


def simulate(iam, *resources, actions=("iam:PassRole",), **context):
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in context.items()
    ]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=ROLE,
        ActionNames=list(actions),
        ResourceArns=list(resources),
        ContextEntries=entries,
    )
    return answer["EvaluationResults"]


def test_an_action_has_one_result_with_one_for_each_resource(iam):
    put(iam, ALLOW)
    (result,) = simulate(iam, ROLE, f"{ROLE}-other")
    decided = {
        each["EvalResourceName"]: each["EvalResourceDecision"]
        for each in result["ResourceSpecificResults"]
    }
    assert decided == {ROLE: "allowed", f"{ROLE}-other": "implicitDeny"}
    assert result["EvalDecision"] == "implicitDeny"


def test_an_explicit_deny_wins(iam):
    put(iam, ALLOW, {**ALLOW, "Effect": "Deny"})
    assert simulate(iam, ROLE)[0]["EvalDecision"] == "explicitDeny"


@pytest.mark.parametrize(
    ("service", "expected"), [("ecs-tasks.amazonaws.com", "allowed"), ("ec2", "implicitDeny")]
)
def test_context_entries_count(iam, service, expected):
    put(iam, {**ALLOW, "Condition": PASSED})
    (result,) = simulate(iam, ROLE, **{"iam:PassedToService": service})
    assert result["EvalDecision"] == expected
    assert result["MissingContextValues"] == []


def test_keys_that_nobody_gave_are_named(iam):
    put(iam, {**ALLOW, "Condition": PASSED})
    (result,) = simulate(iam, ROLE)
    assert result["EvalDecision"] == "implicitDeny"
    (specific,) = result["ResourceSpecificResults"]
    assert specific["MissingContextValues"] == ["iam:PassedToService"]


def test_a_boundary_is_told_apart(iam):
    put(iam, ALLOW)
    document = json.dumps({"Version": "2012-10-17", "Statement": [{**ALLOW, "Action": "s3:*"}]})
    arn = iam.create_policy(PolicyName="limit", PolicyDocument=document)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="batch", PermissionsBoundary=arn)
    (specific,) = simulate(iam, ROLE)[0]["ResourceSpecificResults"]
    assert specific["EvalResourceDecision"] == "implicitDeny"
    assert specific["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}


def test_a_role_that_does_not_exist_is_told(iam):
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.simulate_principal_policy(PolicySourceArn=f"{ROLE}-other", ActionNames=["iam:PassRole"])


def test_what_is_no_role_is_refused(iam):
    with pytest.raises(ClientError, match="InvalidInput"):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:group/x", ActionNames=["iam:PassRole"]
        )
