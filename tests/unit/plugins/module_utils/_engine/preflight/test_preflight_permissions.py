# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles may do: IAM's simulator first, and the documents where it is not enough."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    Call,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.memory import Memory
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.permissions import (
    Asked,
    verdicts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_policy import (
    BOUNDARY,
    ORGANIZATION,
    Decision,
)

ROLE = "arn:aws:iam::123456789012:role/batch"
PASS = Asked(
    ROLE, ("iam:PassRole",), (ROLE,), {"iam:PassedToService": ("ecs-tasks.amazonaws.com",)}
)


def policy(**statement):
    whole = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [whole]})


@pytest.fixture
def iam(aws):
    client = aws("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    client.create_role(RoleName="batch", AssumeRolePolicyDocument=json.dumps(trust))
    return client


@pytest.fixture
def session(emulator, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    options = ("region", "access_key", "secret_key", "session_token", "profile", "endpoint_url")
    params = dict.fromkeys((*options, "aws_config", "aws_ca_bundle"))
    module = SimpleNamespace(params={**params, "validate_certs": True}, fail_json=pytest.fail)
    return Session(Clients(module), check_mode=False)


@pytest.fixture
def account(session):
    return Account(session)


@pytest.fixture
def ask(emulator, iam, session):
    """Asks for what a role may, with a memory of its own each time unless one is given."""

    def run(asked=PASS, account=None):
        emulator.clear_calls()
        return verdicts(account or Account(session), asked)

    return run


def allow(iam, **statement):
    document = policy(**statement)
    iam.put_role_policy(RoleName="batch", PolicyName="own", PolicyDocument=document)


def operations(emulator):
    return [call.operation for call in emulator.calls if call.service == "iam"]


def test_the_simulator_is_asked_alone_where_it_knows_everything(ask, iam, emulator):
    allow(iam)
    (verdict,) = ask()
    assert verdict.allowed
    assert operations(emulator) == ["SimulatePrincipalPolicy"]


def test_documents_are_read_where_the_simulator_is_not_permitted(ask, iam, emulator):
    allow(iam)
    emulator.deny("iam:SimulatePrincipalPolicy")
    (verdict,) = ask()
    assert verdict.allowed
    assert "GetRolePolicy" in operations(emulator)


def test_attached_policies_count(ask, iam, emulator):
    made = iam.create_policy(PolicyName="managed", PolicyDocument=policy())
    iam.attach_role_policy(RoleName="batch", PolicyArn=made["Policy"]["Arn"])
    assert ask()[0].allowed
    emulator.deny("iam:SimulatePrincipalPolicy")
    assert ask()[0].allowed


@pytest.mark.parametrize("simulator", [True, False])
def test_a_boundary_limits(ask, iam, emulator, simulator):
    allow(iam)
    made = iam.create_policy(PolicyName="limit", PolicyDocument=policy(Action="s3:*"))
    arn = made["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="batch", PermissionsBoundary=arn)
    if not simulator:
        emulator.deny("iam:SimulatePrincipalPolicy")
    (verdict,) = ask()
    assert (verdict.decision, verdict.limit) == (Decision.IMPLICIT_DENY, BOUNDARY)


def test_documents_decide_where_the_simulator_misses_a_key(ask, iam, emulator):
    allow(iam, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    (verdict,) = ask()
    assert (verdict.decision, verdict.unknown) == (Decision.UNKNOWN, ("aws:PrincipalOrgID",))
    assert "GetRolePolicy" in operations(emulator)


def test_without_the_documents_a_missing_key_leaves_it_open(ask, iam, emulator):
    allow(iam, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    emulator.deny("iam:GetRolePolicy")
    (verdict,) = ask()
    assert (verdict.decision, verdict.unknown) == (Decision.UNKNOWN, ("aws:PrincipalOrgID",))


def test_a_policy_of_the_organization_is_named(ask, emulator):
    answer = {
        "EvalActionName": "iam:PassRole",
        "EvalResourceName": "*",
        "EvalDecision": "implicitDeny",
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
    }
    emulator.fault("iam", "SimulatePrincipalPolicy", answer={"EvaluationResults": [answer]})
    (verdict,) = ask()
    assert (verdict.denied, verdict.limit) == (True, ORGANIZATION)


def test_neither_may_be_asked(ask, iam, emulator):
    emulator.deny("iam:SimulatePrincipalPolicy")
    emulator.deny("iam:ListAttachedRolePolicies")
    with pytest.raises(AccessDenied, match="iam:ListAttachedRolePolicies"):
        ask()


def test_a_role_that_does_not_exist_is_not_found(ask):
    with pytest.raises(NotFound):
        ask(Asked(ROLE.replace("batch", "other"), ("iam:PassRole",), (ROLE,)))


def test_the_same_question_is_asked_once(emulator, iam, account, ask):
    allow(iam)
    assert ask(account=account) == ask(account=account)
    assert operations(emulator) == []


def test_what_failed_is_not_asked_again():
    memory, asked = Memory(), []

    def read():
        asked.append(1)
        raise AwsError(Call("iam", "GetRole", "reading"), "no")

    for _time in range(2):
        with pytest.raises(AwsError, match="no"):
            memory.get("role", read)
    assert len(asked) == 1
