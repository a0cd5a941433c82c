# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: what means the same is no difference, and merging changes only what is given."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule import merged, normal_form

DESCRIBED = {
    "Name": "nightly",
    "Arn": "arn:aws:events:ap-northeast-1:123456789012:rule/nightly",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "State": "ENABLED",
    "Description": "Every night.",
    "RoleArn": "arn:aws:iam::123456789012:role/rule",
    "EventBusName": "default",
    "CreatedBy": "123456789012",
}
PUT = {key: value for key, value in DESCRIBED.items() if key not in {"Arn", "CreatedBy"}}
MANAGEMENT = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def differences(before, after):
    found = compare(normal_form(before), normal_form(after))
    return [(change.path, change.before, change.after) for change in found]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({}, {"Description": ""}),
        ({}, {"RoleArn": ""}),
        ({}, {"EventPattern": ""}),
        ({}, {"ScheduleExpression": ""}),
        ({}, {"EventBusName": "default"}),
        ({}, {"Description": None}),
        ({}, {"Arn": "arn", "ManagedBy": "x", "CreatedBy": "1"}),
        (
            {"EventPattern": '{"source":["a"],"detail":{"x":["1"]}}'},
            {"EventPattern": '{ "detail": {"x": ["1"]},\n "source": ["a"] }'},
        ),
    ],
    ids=str,
)
def test_what_means_the_same_is_no_difference(left, right):
    assert differences({"Name": "a", **left}, {"Name": "a", **right}) == []
    assert differences({"Name": "a", **right}, {"Name": "a", **left}) == []


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        ("Description", None, "new"),
        ("ScheduleExpression", "rate(1 day)", "rate(2 days)"),
        ("State", "ENABLED", "DISABLED"),
        ("RoleArn", "a", None),
        ("EventPattern", '{"source": ["a"]}', '{"source": ["b"]}'),
        ("EventPattern", "no json", "no other json"),
        ("EventBusName", "orders", "other"),
    ],
)
def test_a_real_difference_is_reported_at_its_path(member, before, after):
    assert differences({member: before}, {member: after}) == [(member, before, after)]


def test_the_normal_form_is_idempotent():
    rule = {**DESCRIBED, "EventPattern": '{"source":  ["a"]}'}
    assert normal_form(normal_form(rule)) == normal_form(rule)


def test_nothing_given_puts_back_what_aws_has():
    observed = copy.deepcopy(DESCRIBED)
    assert merged(observed, {}, None) == PUT
    assert observed == DESCRIBED


def test_what_is_given_changes_nothing_beside_it():
    assert merged(DESCRIBED, {"Description": "new"}, None) == {**PUT, "Description": "new"}


@pytest.mark.parametrize("member", ["Description", "RoleArn", "ScheduleExpression"])
def test_an_empty_text_clears_its_field_and_no_other(member):
    assert merged(DESCRIBED, {member: ""}, None) == {
        key: value for key, value in PUT.items() if key != member
    }


def test_a_new_rule_is_what_is_given():
    assert merged(None, {"Name": "a", "Description": ""}, None) == {"Name": "a", "State": "ENABLED"}


@pytest.mark.parametrize(
    ("observed", "enabled", "state"),
    [
        (None, None, "ENABLED"),
        (None, True, "ENABLED"),
        (None, False, "DISABLED"),
        ("ENABLED", None, "ENABLED"),
        ("DISABLED", None, "DISABLED"),
        (MANAGEMENT, None, MANAGEMENT),
        ("ENABLED", True, "ENABLED"),
        ("DISABLED", True, "ENABLED"),
        (MANAGEMENT, True, MANAGEMENT),
        ("ENABLED", False, "DISABLED"),
        ("DISABLED", False, "DISABLED"),
        (MANAGEMENT, False, "DISABLED"),
    ],
)
def test_enabled_left_out_means_enabled_on_creation_and_untouched_afterwards(
    observed, enabled, state
):
    rule = None if observed is None else {**DESCRIBED, "State": observed}
    assert merged(rule, {}, enabled)["State"] == state
