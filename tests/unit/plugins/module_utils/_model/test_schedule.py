# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules: what means the same is no difference, and merging changes only what is given."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model import schedule
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import Rules
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import (
    RULES,
    has_begun,
    merged,
    normal_form,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model import target_rows
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.rule_names import (
    rule_name,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAST = NOW - timedelta(days=1)
FUTURE = NOW + timedelta(days=1)
TOKYO = timezone(timedelta(hours=9))

TARGET = target_rows.target()
AWS_HAS = {
    "Name": "nightly",
    "GroupName": "reports",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "ScheduleExpressionTimezone": "Asia/Tokyo",
    "State": "DISABLED",
    "Description": "Every night.",
    "StartDate": FUTURE,
    "EndDate": FUTURE + timedelta(days=9),
    "KmsKeyArn": "key",
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    "ActionAfterCompletion": "DELETE",
    "Target": {**TARGET, "RetryPolicy": {"MaximumRetryAttempts": 3}},
    "NewMember": {"a": 1},
}
"""A schedule with a member of every kind, and with one that no table knows."""


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    found = compare(normal_form(before, NOW), normal_form(after, NOW))
    return [(change.path, change.before, change.after) for change in found]


SAME = [
    ({}, {"GroupName": "default"}),
    ({}, {"ScheduleExpressionTimezone": "UTC"}),
    ({}, {"State": "ENABLED"}),
    ({}, {"FlexibleTimeWindow": {"Mode": "OFF"}}),
    ({}, {"ActionAfterCompletion": "NONE"}),
    ({}, {"Description": ""}),
    ({}, {"KmsKeyArn": ""}),
    ({}, {"StartDate": PAST}),
    ({}, {"StartDate": NOW}),
    ({"StartDate": PAST}, {"StartDate": PAST - timedelta(days=1)}),
    ({"EndDate": FUTURE}, {"EndDate": FUTURE.astimezone(TOKYO)}),
    ({"EndDate": FUTURE}, {"EndDate": FUTURE + timedelta(microseconds=5)}),
    (
        {"Target": {"RetryPolicy": {"MaximumRetryAttempts": 185}}},
        {"Target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 86400}}},
    ),
    *(({"Target": row.left}, {"Target": row.right}) for row in target_rows.SAME),
]


@pytest.mark.parametrize(("left", "right"), SAME, ids=str)
def test_what_means_the_same_is_no_difference(left, right):
    assert differences({"Name": "a", **left}, {"Name": "a", **right}) == []
    assert differences({"Name": "a", **right}, {"Name": "a", **left}) == []


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_every_rule_is_needed_by_a_row(rule, monkeypatch):
    monkeypatch.setattr(schedule, "_RULES", Rules([each for each in RULES if each is not rule]))
    assert any(differences({"Name": "a", **left}, {"Name": "a", **right}) for left, right in SAME)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"ScheduleExpression": "rate(1 day)"},
            {"ScheduleExpression": "rate(2 days)"},
            ("ScheduleExpression", "rate(1 day)", "rate(2 days)"),
        ),
        (
            {},
            {"ScheduleExpressionTimezone": "Asia/Tokyo"},
            ("ScheduleExpressionTimezone", "UTC", "Asia/Tokyo"),
        ),
        ({}, {"State": "DISABLED"}, ("State", "ENABLED", "DISABLED")),
        ({}, {"StartDate": FUTURE}, ("StartDate", None, "2026-11-23T12:00:00+00:00")),
        ({"EndDate": PAST}, {}, ("EndDate", "2026-11-21T12:00:00+00:00", None)),
        ({"GroupName": "a"}, {"GroupName": "b"}, ("GroupName", "a", "b")),
        (
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}},
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 6}},
            ("FlexibleTimeWindow.MaximumWindowInMinutes", 5, 6),
        ),
        (
            {"Target": TARGET},
            {"Target": target_rows.target(ecs={"TaskCount": 2})},
            ("Target.EcsParameters.TaskCount", 1, 2),
        ),
        ({"NewMember": 1}, {"NewMember": 2}, ("NewMember", 1, 2)),
    ],
    ids=str,
)
def test_a_real_difference_is_reported_at_its_path(before, after, expected):
    assert differences(before, after) == [expected]


def test_the_normal_form_is_idempotent():
    once = normal_form(AWS_HAS, NOW)
    assert normal_form(once, NOW) == once


def after_merging(given: dict[str, Any], enabled: bool | None = None) -> dict[str, Any]:
    before = copy.deepcopy((AWS_HAS, given))
    result = merged(AWS_HAS, given, enabled, NOW)
    assert (AWS_HAS, given) == before
    return result


def test_nothing_given_sends_everything_back():
    assert after_merging({}) == AWS_HAS


def test_a_new_schedule_gets_the_window_and_the_state_that_aws_wants():
    given = {"Name": "nightly", "Target": TARGET}
    assert merged(None, given, None, NOW) == {
        **given,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": "ENABLED",
    }


@pytest.mark.parametrize(
    ("given", "member"),
    [
        ({"Description": ""}, "Description"),
        ({"KmsKeyArn": ""}, "KmsKeyArn"),
        ({"StartDate": ""}, "StartDate"),
        ({"EndDate": ""}, "EndDate"),
        ({"ScheduleExpressionTimezone": ""}, "ScheduleExpressionTimezone"),
        ({"ActionAfterCompletion": ""}, "ActionAfterCompletion"),
        ({"StartDate": PAST}, "StartDate"),
    ],
    ids=str,
)
def test_what_is_given_empty_or_has_passed_is_not_sent(given, member):
    assert after_merging(given) == {key: value for key, value in AWS_HAS.items() if key != member}


def test_a_start_date_that_has_passed_is_not_sent_again():
    assert "StartDate" not in merged({**AWS_HAS, "StartDate": PAST}, {}, None, NOW)
    assert merged({**AWS_HAS, "EndDate": PAST}, {}, None, NOW)["EndDate"] == PAST


@pytest.mark.parametrize("window", [{}, {"Mode": "OFF"}], ids=str)
def test_a_window_is_replaced_as_a_whole(window):
    result = after_merging({"FlexibleTimeWindow": window})
    assert result == {**AWS_HAS, "FlexibleTimeWindow": {"Mode": "OFF"}}


def test_the_target_is_merged_part_by_part():
    result = after_merging({"Target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 60}}})
    policy = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}
    assert result == {**AWS_HAS, "Target": {**TARGET, "RetryPolicy": policy}}


@pytest.mark.parametrize(
    ("observed", "enabled", "state"),
    [
        (None, None, "ENABLED"),
        (None, True, "ENABLED"),
        (None, False, "DISABLED"),
        ("ENABLED", None, "ENABLED"),
        ("ENABLED", False, "DISABLED"),
        ("DISABLED", None, "DISABLED"),
        ("DISABLED", True, "ENABLED"),
    ],
)
def test_enabled_left_out_means_enabled_on_creation_and_untouched_afterwards(
    observed, enabled, state
):
    base = None if observed is None else {**AWS_HAS, "State": observed}
    assert merged(base, {"Name": "nightly"}, enabled, NOW)["State"] == state


def test_a_schedule_has_begun_when_its_start_date_has_passed():
    assert has_begun({"StartDate": PAST}, NOW)
    assert not has_begun({"StartDate": FUTURE}, NOW)
    assert not has_begun({}, NOW)
