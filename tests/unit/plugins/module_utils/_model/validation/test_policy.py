# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies that a user gives a role: what IAM would refuse is told with its place."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.policy import (
    mistakes_in_policy,
    statements_of,
)

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
NO_POLICY = 'use an IAM policy document with at least one statement in "Statement".'


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def without(*keys, **more):
    return {key: value for key, value in {**READ, **more}.items() if key not in keys}


@pytest.mark.parametrize(
    "given",
    [
        policy(READ),
        {"Statement": READ},
        json.dumps(policy(READ)),
        policy(READ, without("Action", NotAction=["s3:DeleteObject"])),
        policy(without("Resource", NotResource="arn:aws:s3:::secret/*", Effect="Deny")),
        policy({key.lower(): value for key, value in READ.items()}),
        policy({**READ, "Sid": "Read", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
    ],
    ids=["list", "single", "JSON", "not action", "not resource", "lower case", "condition"],
)
def test_what_iam_takes_is_no_mistake(given):
    assert list(mistakes_in_policy(given)) == []


@pytest.mark.parametrize(
    ("given", "path", "mistake"),
    [
        ("{", "", f"'{{' is not allowed; {NO_POLICY}"),
        ([], "", f"an empty list is not allowed; {NO_POLICY}"),
        (policy(), "", f"a mapping with 'Version' and 'Statement' is not allowed; {NO_POLICY}"),
        ({"Statement": "s3:*"}, "", f"a mapping with 'Statement' is not allowed; {NO_POLICY}"),
        (
            policy(READ, "s3:*"),
            ".Statement[1]",
            "'s3:*' is no statement; use Effect, Action and Resource.",
        ),
        (
            policy(without(Effect="Permit")),
            ".Statement[0].Effect",
            "'Permit' is not allowed; use 'Allow' or 'Deny'.",
        ),
        (
            policy(without("Effect")),
            ".Statement[0].Effect",
            "null is not allowed; use 'Allow' or 'Deny'.",
        ),
        (
            policy(without(Resource=[])),
            ".Statement[0].Resource",
            "exactly one of 'Resource' or 'NotResource' is required, and not empty.",
        ),
        (
            policy(without(NotAction="s3:*")),
            ".Statement[0].Action",
            "exactly one of 'Action' or 'NotAction' is required, and not empty.",
        ),
    ],
)
def test_what_iam_refuses_is_told_with_its_place(given, path, mistake):
    assert list(mistakes_in_policy(given)) == [(path, mistake)]


def test_all_mistakes_are_told_together():
    paths = [path for path, _mistake in mistakes_in_policy(policy({}, READ, None))]
    assert paths == [
        ".Statement[0].Effect",
        ".Statement[0].Action",
        ".Statement[0].Resource",
        ".Statement[2]",
    ]


def test_statements_are_a_list_however_they_are_given():
    assert statements_of({"Statement": READ}) == statements_of(json.dumps(policy(READ))) == [READ]
    assert statements_of("[") == statements_of(None) == statements_of({"Statement": 1}) == []
