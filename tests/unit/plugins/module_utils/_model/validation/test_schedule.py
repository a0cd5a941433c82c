# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking schedules: each mistake at its place, and nothing that AWS is not known to reject."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.schedule import (
    check_course,
    check_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule import time_zone

CREATE = input_shape("scheduler", "CreateSchedule")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

GOOD = {
    "Name": "nightly",
    "GroupName": "reports",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "ScheduleExpressionTimezone": "Asia/Tokyo",
    "StartDate": NOW + DAY,
    "EndDate": NOW + 2 * DAY,
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1440},
    "ActionAfterCompletion": "DELETE",
    "State": "ENABLED",
}


def find(**members: Any) -> Findings:
    """What is found in a good schedule with these members, as the engine checks it."""
    schedule = {**GOOD, **members}
    findings = Findings()
    check_shape(schedule, CREATE, findings, skip_required=frozenset(CREATE.required))
    check_schedule(schedule, findings)
    return findings


def test_a_good_schedule_is_good():
    assert find() == Findings()


WINDOW = ("FlexibleTimeWindow", "MaximumWindowInMinutes")
BAD = [
    ({"Name": "not good"}, ("Name",), "'not good'"),
    ({"GroupName": "a/b"}, ("GroupName",), "'a/b'"),
    ({"ScheduleExpression": ""}, ("ScheduleExpression",), "0 characters"),
    ({"ScheduleExpression": None}, ("ScheduleExpression",), "needs a schedule expression"),
    (
        {"ScheduleExpressionTimezone": "Asia/Tokio"},
        ("ScheduleExpressionTimezone",),
        "did you mean Asia/Tokyo",
    ),
    (
        {"ScheduleExpressionTimezone": "JST"},
        ("ScheduleExpressionTimezone",),
        "did you mean Asia/Tokyo?",
    ),
    (
        {"ScheduleExpressionTimezone": "asia/tokyo"},
        ("ScheduleExpressionTimezone",),
        "did you mean Asia/Tokyo?",
    ),
    ({"ScheduleExpressionTimezone": "Mars/Phobos"}, ("ScheduleExpressionTimezone",), "unknown"),
    ({"ScheduleExpressionTimezone": "x" * 51}, ("ScheduleExpressionTimezone",), "51 characters"),
    ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, WINDOW, "1 to 1440"),
    ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, WINDOW, "leave 5 out"),
    (
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 0}},
        WINDOW,
        "1 to 1440",
    ),
    (
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}},
        WINDOW,
        "1 to 1440",
    ),
    ({"FlexibleTimeWindow": {"Mode": "ON"}}, ("FlexibleTimeWindow", "Mode"), "'FLEXIBLE'"),
    ({"FlexibleTimeWindow": {}}, ("FlexibleTimeWindow", "Mode"), "missing"),
    ({"EndDate": GOOD["StartDate"]}, ("EndDate",), "not after the start date"),
    ({"EndDate": NOW}, ("EndDate",), "2026-11-22T12:00:00+00:00"),
    ({"ActionAfterCompletion": "KEEP"}, ("ActionAfterCompletion",), "'NONE' or 'DELETE'"),
    ({"State": "SLEEPING"}, ("State",), "'ENABLED' or 'DISABLED'"),
    ({"KmsKeyArn": "alias/mine"}, ("KmsKeyArn",), "KMS key"),
    ({"Description": "x" * 513}, ("Description",), "513 characters"),
]


@pytest.mark.parametrize(("members", "location", "word"), BAD, ids=lambda value: str(value)[:60])
def test_bad_input_is_refused_once_at_its_place(members, location, word):
    (problem,) = find(**members).errors
    assert problem.location == location
    assert word in problem.message
    assert problem.message[0] in "'0123456789" or problem.message[0].isupper()
    assert problem.message[-1] in ".?"


REJECTED = [
    *("cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)"),
    *("cron(71 8 1 * ? *)", "cron(7 20 * * 1-7 *)", "cron(15 12 ? * -1 *)", "cron(0 3 * * *)"),
    *("rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)"),
    *("rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)"),
    *("rate(10 minutess)", "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)"),
    *("rate(10 MINUTES)", "rate( 10 minutes )", " rate(10 minutes)", "every day", "at(tomorrow)"),
    *("at(2026-02-30T00:00:00)", "at(2026-12-01T00:00:00Z)", "0 3 * * *"),
]
"""What AWS is known to reject (recorded by tests against AWS), and what is no expression at all."""


@pytest.mark.parametrize("expression", REJECTED)
def test_what_aws_rejects_is_refused(expression):
    (problem,) = find(ScheduleExpression=expression).errors
    assert problem.location == ("ScheduleExpression",)


@pytest.mark.parametrize(
    "expression",
    [
        *("cron(0/30 20-2 ? * MON-FRI *)", "cron(0 2 ? * SAT#3 *)", "cron(15 10 ? * 6L 2027-2030)"),
        *("rate(1 day)", "rate(5 minutes)"),
    ],
)
def test_what_aws_takes_passes(expression):
    assert find(ScheduleExpression=expression) == Findings()


def test_what_aws_does_not_document_is_a_warning():
    findings = find(ScheduleExpression="cron(0 3 LW * ? *)")
    assert findings.errors == []
    assert [problem.location for problem in findings.warnings] == [("ScheduleExpression",)]


def test_dates_of_a_one_time_schedule_are_warned_of():
    findings = find(ScheduleExpression="at(2027-01-01T00:00:00)")
    assert findings.errors == []
    places = [problem.location for problem in findings.warnings]
    assert places == [("StartDate",), ("EndDate",)]


def test_a_host_without_a_zone_database_only_warns(monkeypatch):
    monkeypatch.setattr(time_zone, "_database", frozenset)
    findings = find(ScheduleExpressionTimezone="Mars/Phobos")
    assert findings.errors == []
    (warning,) = findings.warnings
    assert warning.location == ("ScheduleExpressionTimezone",)
    assert "tzdata" in warning.message


def test_a_part_of_a_schedule_needs_nothing_else():
    findings = Findings()
    check_schedule({"Description": "x"}, findings, complete=False)
    assert findings == Findings()


@pytest.mark.parametrize(
    ("touched", "places"),
    [
        ({"Description"}, []),
        ({"ScheduleExpression"}, ["ScheduleExpression", "EndDate"]),
        ({"ScheduleExpressionTimezone"}, ["ScheduleExpressionTimezone"]),
        ({"StartDate"}, ["EndDate"]),
        ({"FlexibleTimeWindow"}, ["FlexibleTimeWindow"]),
    ],
    ids=str,
)
def test_what_stays_as_it_is_in_aws_is_left_alone(touched, places):
    wrong = {
        "ScheduleExpression": "rate(1 days)",
        "ScheduleExpressionTimezone": "Mars/Phobos",
        "StartDate": NOW,
        "EndDate": NOW,
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE"},
    }
    findings = Findings()
    check_schedule(wrong, findings, touched=touched)
    assert [problem.location[0] for problem in findings.errors] == places


def course(**members: Any) -> Findings:
    findings = Findings()
    check_course({"ScheduleExpression": "rate(1 day)", **members}, findings, NOW)
    return findings


@pytest.mark.parametrize(
    ("expression", "zone", "refused"),
    [
        ("at(2026-11-22T12:00:00)", None, True),
        ("at(2026-11-22T12:00:01)", None, False),
        ("at(2026-11-22T20:59:00)", "Asia/Tokyo", True),
        ("at(2026-11-22T21:01:00)", "Asia/Tokyo", False),
        ("at(2026-11-22T06:59:00)", "America/New_York", True),
        ("at(2026-11-22T07:01:00)", "America/New_York", False),
        ("at(2020-01-01T00:00:00)", "Mars/Phobos", False),
        ("rate(1 day)", None, False),
        ("no expression", None, False),
    ],
)
def test_a_single_time_has_to_be_to_come_in_its_zone(expression, zone, refused):
    findings = course(ScheduleExpression=expression, ScheduleExpressionTimezone=zone)
    assert bool(findings.errors) is refused
    assert findings.warnings == []
    for problem in findings.errors:
        assert problem.location == ("ScheduleExpression",)
        assert "has passed" in problem.message and expression in problem.message


def test_a_single_time_cannot_be_judged_without_a_zone_database(monkeypatch):
    monkeypatch.setattr(time_zone, "_database", frozenset)
    expression = {"ScheduleExpression": "at(2020-01-01T00:00:00)"}
    assert course(**expression, ScheduleExpressionTimezone="Mars/Phobos") == Findings()
    assert course(**expression).errors != []


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"EndDate": NOW}, "EndDate"),
        ({"EndDate": NOW + DAY}, None),
        ({"ActionAfterCompletion": "DELETE"}, "ActionAfterCompletion"),
        ({"ActionAfterCompletion": "DELETE", "EndDate": NOW + DAY}, None),
        ({"ActionAfterCompletion": "NONE"}, None),
        (
            {
                "ActionAfterCompletion": "DELETE",
                "ScheduleExpression": "at(2027-01-01T00:00:00)",
            },
            None,
        ),
    ],
    ids=str,
)
def test_an_end_that_has_passed_or_is_missing_is_warned_of(members, place):
    findings = course(**members)
    assert findings.errors == []
    assert [problem.location for problem in findings.warnings] == ([(place,)] if place else [])
