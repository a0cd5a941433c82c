# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM's documents allow, judged as AWS's guide says, and never guessed."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_policy import (
    BOUNDARY,
    Decision,
    Request,
    decide,
    trusts,
)
from hypothesis import given
from hypothesis import strategies as st

from emulator.strict import iam_simulation

ROLE = "arn:aws:iam::123456789012:role/batch"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"
DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/hello:3"


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


def when(operator, key, value):
    return {"Condition": {operator: {key: value}}}


def decision(document, action="ecs:RunTask", resource=DEFINITION, boundary=None, **context):
    keys = {key.replace("_", ":", 1): [value] for key, value in context.items()}
    return decide([document], Request(action, resource, keys), boundary)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (policy(), Decision.IMPLICIT_DENY),
        ({"Statement": allow("ecs:RunTask", DEFINITION)}, Decision.ALLOWED),
        (policy(allow("ECS:runtask")), Decision.ALLOWED),
        (policy(allow("ecs:Run*")), Decision.ALLOWED),
        (policy(allow("ecs:RunTas?")), Decision.ALLOWED),
        (policy(allow(["iam:PassRole", "ecs:RunTask"])), Decision.ALLOWED),
        (policy(allow("ecs:StartTask")), Decision.IMPLICIT_DENY),
        (policy(allow(resource=DEFINITION.replace(":3", ":*"))), Decision.ALLOWED),
        (policy(allow(resource=DEFINITION.replace(":3", ":2"))), Decision.IMPLICIT_DENY),
        (policy(allow(resource=DEFINITION.replace(":3", ""))), Decision.IMPLICIT_DENY),
        (policy(allow(resource=DEFINITION.upper())), Decision.IMPLICIT_DENY),
        (policy(allow(), deny("ecs:*")), Decision.EXPLICIT_DENY),
        (policy(allow(), deny(resource=CLUSTER)), Decision.ALLOWED),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), Decision.ALLOWED),
        (
            policy({"Effect": "Allow", "NotAction": "ecs:*", "Resource": "*"}),
            Decision.IMPLICIT_DENY,
        ),
        (policy({"Effect": "Allow", "Action": "*", "NotResource": CLUSTER}), Decision.ALLOWED),
        (policy({"Effect": "Deny", "Action": "*", "NotResource": CLUSTER}), Decision.EXPLICIT_DENY),
        (policy({"Effect": "Allow", "Resource": "*"}), Decision.IMPLICIT_DENY),
        (policy({"Effect": "Perhaps", "Action": "*", "Resource": "*"}), Decision.IMPLICIT_DENY),
        (policy("no statement"), Decision.IMPLICIT_DENY),
    ],
)
def test_statements_are_about_actions_and_resources(document, expected):
    assert decision(document).decision is expected


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("ArnEquals", CLUSTER, True),
        ("ArnLike", CLUSTER.replace("batch", "*"), True),
        ("ArnLike", "arn:aws:ecs:*:*:cluster/batch", True),
        ("ArnLike", "arn:aws:*", False),
        ("ArnLike", "*", True),
        ("ArnNotLike", CLUSTER, False),
        ("ArnNotEquals", CLUSTER.replace("batch", "other"), True),
        ("StringEquals", CLUSTER, True),
        ("StringEquals", [CLUSTER.upper(), CLUSTER], True),
        ("StringEquals", CLUSTER.replace("batch", "*"), False),
        ("StringEqualsIgnoreCase", CLUSTER.upper(), True),
        ("StringNotEquals", CLUSTER, False),
        ("StringNotEqualsIgnoreCase", CLUSTER.upper(), False),
        ("StringLike", "*:cluster/b?tch", True),
        ("StringNotLike", "*:cluster/other", True),
        ("StringLikeIfExists", "*:cluster/other", False),
        ("ForAnyValue:StringLike", "*:cluster/*", True),
        ("ForAllValues:StringEquals", CLUSTER, True),
        ("ForAllValues:StringEquals", "other", False),
        ("Null", "false", True),
        ("Null", True, False),
    ],
)
def test_conditions_compare_as_their_operators_say(operator, value, holds):
    document = policy(allow(**when(operator, "ecs:Cluster", value)))
    expected = Decision.ALLOWED if holds else Decision.IMPLICIT_DENY
    assert decision(document, ecs_cluster=CLUSTER).decision is expected


@pytest.mark.parametrize(
    ("operator", "value", "actual", "holds"),
    [
        ("Bool", True, "true", True),
        ("Bool", "TRUE", "true", True),
        ("Bool", "false", "true", False),
        ("NumericEquals", 3, "3", True),
        ("NumericNotEquals", 3, "3", False),
        ("NumericLessThan", "4", "3", True),
        ("NumericLessThanEquals", "3", "3", True),
        ("NumericGreaterThan", "3", "3", False),
        ("NumericGreaterThanEquals", "3", "3", True),
        ("NumericEquals", "three", "3", False),
    ],
)
def test_truths_and_numbers_are_compared_as_such(operator, value, actual, holds):
    document = policy(allow(**when(operator, "a:key", value)))
    expected = Decision.ALLOWED if holds else Decision.IMPLICIT_DENY
    assert decision(document, a_key=actual).decision is expected


class TestWhatIsNotKnown:
    """A key that the request does not say is not absent: only AWS knows."""

    @pytest.mark.parametrize(
        "operator", ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "Null"]
    )
    def test_an_allow_that_depends_on_it_is_no_ok(self, operator):
        verdict = decision(policy(allow(**when(operator, "aws:SourceVpce", "vpce-1"))))
        assert verdict.decision is Decision.UNKNOWN
        assert verdict.unknown == ("aws:SourceVpce",)

    def test_a_deny_that_depends_on_it_is_no_ok(self):
        document = policy(allow(), deny(**when("StringEquals", "aws:PrincipalOrgID", "o-1")))
        assert decision(document).unknown == ("aws:PrincipalOrgID",)

    def test_nothing_is_left_open_where_another_statement_allows(self):
        document = policy(allow(**when("Bool", "aws:MultiFactorAuthPresent", "true")), allow())
        assert decision(document).decision is Decision.ALLOWED

    def test_nothing_is_left_open_where_nothing_would_allow(self):
        document = policy(deny(**when("StringEquals", "aws:PrincipalOrgID", "o-1")))
        assert decision(document).decision is Decision.IMPLICIT_DENY

    def test_a_condition_that_fails_decides_whatever_else_is_not_known(self):
        conditions = {"StringEquals": {"aws:SourceVpce": "vpce-1", "ecs:cluster": "other"}}
        document = policy(allow(Condition=conditions))
        assert decision(document, ecs_cluster=CLUSTER).decision is Decision.IMPLICIT_DENY

    def test_operators_that_are_not_understood_are_not_guessed(self):
        document = policy(allow(**when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")))
        assert decision(document, aws_CurrentTime="2025").unknown == ("aws:CurrentTime",)

    def test_a_condition_that_is_none_is_not_guessed(self):
        assert decision(policy(allow(Condition=["odd"]))).unknown == ("Condition",)

    def test_a_policy_variable_without_a_value_is_not_guessed(self):
        document = policy(allow(resource="arn:aws:s3:::${aws:PrincipalTag/team}/*"))
        assert decision(document).unknown == ("aws:PrincipalTag/team",)


class TestPolicyVariables:
    def test_a_variable_stands_for_the_requests_value(self):
        pattern = "arn:aws:ecs:eu-west-1:${aws:PrincipalAccount}:task-definition/*"
        found = decision(policy(allow(resource=pattern)), aws_PrincipalAccount="123456789012")
        assert found.decision is Decision.ALLOWED

    def test_a_variable_may_have_a_default(self):
        pattern = "arn:aws:ecs:*:*:task-definition/${aws:PrincipalTag/x, 'hello'}:*"
        assert decision(policy(allow(resource=pattern))).decision is Decision.ALLOWED

    @pytest.mark.parametrize(("text", "expected"), [("a*b", True), ("axb", False)])
    def test_a_star_in_braces_is_no_wildcard(self, text, expected):
        found = decision(policy(allow(resource="a${*}b")), resource=text)
        assert found.allowed is expected

    def test_operators_of_arns_take_variables(self):
        pattern = "arn:aws:ecs:*:${aws:PrincipalAccount}:cluster/*"
        document = policy(allow(**when("ArnLike", "ecs:cluster", pattern)))
        own = decision(document, ecs_cluster=CLUSTER, aws_PrincipalAccount="123456789012")
        other = decision(document, ecs_cluster=CLUSTER, aws_PrincipalAccount="210987654321")
        assert (own.allowed, other.allowed) == (True, False)
        assert decision(document, ecs_cluster=CLUSTER).unknown == ("aws:PrincipalAccount",)

    def test_operators_without_wildcards_take_variables(self):
        document = policy(allow(**when("StringEquals", "a:owner", "${a:user}-${*}")))
        assert decision(document, a_owner="me-*", a_user="me").allowed
        assert not decision(document, a_owner="me-x", a_user="me").allowed


class TestBoundary:
    def test_what_it_allows_too_is_allowed(self):
        assert decision(policy(allow()), boundary=policy(allow("ecs:*"))).allowed

    def test_what_it_does_not_allow_is_refused_by_it(self):
        verdict = decision(policy(allow()), boundary=policy(allow("s3:*")))
        assert (verdict.decision, verdict.limit) == (Decision.IMPLICIT_DENY, BOUNDARY)

    def test_what_it_denies_is_denied(self):
        verdict = decision(policy(allow()), boundary=policy(allow(), deny("ecs:*")))
        assert verdict.decision is Decision.EXPLICIT_DENY

    def test_it_allows_nothing_by_itself(self):
        verdict = decision(policy(), boundary=policy(allow()))
        assert (verdict.decision, verdict.limit) == (Decision.IMPLICIT_DENY, "")

    def test_what_it_leaves_open_stays_open(self):
        limit = policy(allow(**when("StringEquals", "aws:SourceVpce", "vpce-1")))
        verdict = decision(policy(allow()), boundary=limit)
        assert verdict.unknown == ("aws:SourceVpce",)

    def test_what_the_role_leaves_open_stays_open(self):
        own = policy(allow(**when("StringEquals", "aws:PrincipalOrgID", "o-1")))
        limit = policy(allow(**when("StringEquals", "aws:SourceVpce", "vpce-1")))
        assert decision(own, boundary=limit).decision is Decision.UNKNOWN


class TestTrust:
    RULE = "arn:aws:events:eu-west-1:123456789012:rule/hello"
    CONTEXT = {"aws:SourceArn": [RULE], "aws:SourceAccount": ["123456789012"]}

    def trust(self, principal, **more):
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
        return trusts(policy(statement), "events.amazonaws.com", self.CONTEXT).decision

    @pytest.mark.parametrize(
        "principal",
        [
            {"Service": "events.amazonaws.com"},
            {"Service": ["ecs-tasks.amazonaws.com", "events.amazonaws.com"]},
            {"AWS": "*"},
            "*",
        ],
    )
    def test_the_service_may_be_named(self, principal):
        assert self.trust(principal) is Decision.ALLOWED

    @pytest.mark.parametrize(
        "principal", [{"Service": "ec2.amazonaws.com"}, {"AWS": ROLE}, {}, None, "events"]
    )
    def test_others_are_not_let_in(self, principal):
        assert self.trust(principal) is Decision.IMPLICIT_DENY

    @pytest.mark.parametrize(("rule", "expected"), [("hello", True), ("other", False)])
    def test_conditions_on_the_source_hold_or_not(self, rule, expected):
        condition = when("ArnEquals", "aws:SourceArn", self.RULE.replace("hello", rule))
        found = self.trust({"Service": "events.amazonaws.com"}, **condition)
        assert (found is Decision.ALLOWED) is expected

    def test_whom_a_deny_excepts_is_let_in(self):
        statement = {
            "Effect": "Deny",
            "Action": "*",
            "NotPrincipal": {"Service": "x.amazonaws.com"},
        }
        allowed = {"Effect": "Allow", "Action": "sts:*", "Principal": "*"}
        document = policy(allowed, statement)
        assert trusts(document, "x.amazonaws.com", {}).allowed
        assert trusts(document, "events.amazonaws.com", {}).decision is Decision.EXPLICIT_DENY


ACTIONS = ("ecs:RunTask", "ecs:*", "iam:PassRole", "*", "ecs:Run?ask")
RESOURCES = (DEFINITION, DEFINITION.replace(":3", ":*"), CLUSTER, "*")
OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"),
    *("StringEqualsIgnoreCase", "ArnLike", "ArnNotLike", "ForAllValues:StringLike"),
)
VALUES = (CLUSTER, CLUSTER.upper(), "*", "arn:aws:ecs:*:*:cluster/*", "other", "${ecs:cluster}")

conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(
        st.sampled_from(("ecs:cluster", "ECS:Cluster")), st.sampled_from(VALUES), min_size=1
    ),
    max_size=2,
)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Allow", "Deny")),
        "Condition": conditions,
    }
).flatmap(
    lambda fixed: st.tuples(
        st.sampled_from(("Action", "NotAction")),
        st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2),
        st.sampled_from(("Resource", "NotResource")),
        st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
    ).map(lambda parts: {**fixed, parts[0]: parts[1], parts[2]: parts[3]})
)
policies = st.lists(statements, max_size=3).map(lambda found: policy(*found))


@given(st.lists(policies, max_size=2), st.none() | policies)
def test_it_decides_as_the_emulators_simulator_does_where_everything_is_known(own, boundary):
    context = {"ecs:cluster": [CLUSTER]}
    ours = decide(own, Request("ecs:RunTask", DEFINITION, context), boundary)
    theirs = iam_simulation.decide(own, boundary, "ecs:RunTask", DEFINITION, context)
    assert theirs["MissingContextValues"] == []
    if theirs["EvalResourceDecision"] == iam_simulation.ALLOWED:
        assert ours.allowed
    else:
        assert ours.denied
