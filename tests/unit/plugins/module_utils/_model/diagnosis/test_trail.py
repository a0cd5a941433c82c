# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CloudTrail's events say of a trigger."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.trail import (
    STARTED_BY_GUARD,
    Change,
    Marks,
    changes_of,
    run_task_calls,
    started_by_prefix,
    state_at,
)

ROLE = "arn:aws:iam::123456789012:role/trigger"


def at(hour: int) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def event(name: str, hour: int, asked: Any, **more: Any) -> dict[str, Any]:
    content = {
        "eventName": name,
        "eventTime": f"2026-11-22T{hour:02}:00:00Z",
        "requestParameters": asked,
        "userIdentity": {"userName": "ops"},
        **more,
    }
    return {"CloudTrailEvent": json.dumps(content)}


def test_changes_of_a_rule_in_order() -> None:
    events = [
        event("EnableRule", 5, {"name": "hello"}),
        event("DisableRule", 3, {"Name": "hello"}),
        event("PutRule", 2, {"name": "hello", "state": "DISABLED"}),
        event("PutRule", 1, {"name": "hello"}, userIdentity={"arn": "arn:role"}),
        event("PutTargets", 4, {"rule": "hello"}, userIdentity={}),
        event("DisableRule", 6, {"name": "other"}),
        event("DeleteRule", 7, {"name": "hello"}, errorCode="AccessDenied"),
        {"CloudTrailEvent": "no json"},
        {"CloudTrailEvent": "[1]"},
    ]
    assert changes_of(events, "rule", "hello", None) == [
        Change(at(1), "PutRule", "arn:role", "ENABLED"),
        Change(at(2), "PutRule", "ops", "DISABLED"),
        Change(at(3), "DisableRule", "ops", "DISABLED"),
        Change(at(4), "PutTargets", "somebody", None),
        Change(at(5), "EnableRule", "ops", "ENABLED"),
    ]


def test_changes_of_a_schedule_in_its_group() -> None:
    events = [
        event("UpdateSchedule", 1, {"name": "hello", "groupName": "reports", "state": "DISABLED"}),
        event("UpdateSchedule", 2, {"name": "hello"}),
    ]
    [change] = changes_of(events, "scheduler", "hello", "reports")
    assert (change.moment, change.state) == (at(1), "DISABLED")
    assert str(change) == "UpdateSchedule by ops at 2026-11-22T01:00:00+00:00"
    [change] = changes_of(events, "scheduler", "hello", "default")
    assert (change.moment, change.state) == (at(2), "ENABLED")


def change(operation: str, hour: int, state: str | None) -> Change:
    return Change(at(hour), operation, "ops", state)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], "ENABLED"),
        ([change("DisableRule", 3, "DISABLED")], "DISABLED"),
        ([change("DisableRule", 3, "DISABLED"), change("EnableRule", 4, "ENABLED")], "ENABLED"),
        ([change("EnableRule", 7, "ENABLED")], "DISABLED"),
        ([change("DisableRule", 7, "DISABLED")], "ENABLED"),
        ([change("PutRule", 7, "ENABLED")], None),
        ([change("PutTargets", 7, None)], "ENABLED"),
    ],
)
def test_the_state_at_a_time(changes: list[Change], expected: str | None) -> None:
    assert state_at(changes, at(5), "ENABLED") == expected


def run_task(hour: int, asked: Any, **more: Any) -> dict[str, Any]:
    return event("RunTask", hour, asked, **more)


def test_run_task_calls_of_a_trigger() -> None:
    by = {"startedBy": "events-rule/hello"}
    issuer = {"sessionContext": {"sessionIssuer": {"arn": ROLE}}}
    events = [
        run_task(4, by, errorCode="ClientException", errorMessage="TaskDefinition is inactive"),
        run_task(3, by, responseElements={"tasks": [{"taskArn": "arn:1"}]}),
        run_task(2, by, responseElements={"tasks": [], "failures": [{"reason": "RESOURCE:ENI"}]}),
        run_task(1, {"startedBy": "somebody"}),
        run_task(1, {"taskDefinition": "hello:3"}, userIdentity=issuer),
        run_task(1, {"taskDefinition": "other:3"}, userIdentity=issuer),
        run_task(1, None),
    ]
    marks = Marks("events-rule/hello", role_arn=ROLE, family="hello")
    calls = run_task_calls(events, marks)
    assert [(call.moment, call.error, call.task_arns) for call in calls] == [
        (at(1), None, ()),
        (at(2), "RESOURCE:ENI", ()),
        (at(3), None, ("arn:1",)),
        (at(4), "ClientException: TaskDefinition is inactive", ()),
    ]


def test_of_a_guard_the_group_tells() -> None:
    marks = Marks(STARTED_BY_GUARD, "batchwork:hello")
    by = {"startedBy": "AWS Step Functions"}
    events = [
        run_task(1, {**by, "group": "batchwork:hello"}),
        run_task(2, {**by, "group": "batchwork:other"}),
    ]
    assert [call.moment for call in run_task_calls(events, marks)] == [at(1)]


def test_long_names_of_rules_are_cut() -> None:
    assert started_by_prefix("rule", "a" * 30) == f"events-rule/{'a' * 24}"
    assert started_by_prefix("scheduler", "a" * 30) == f"chronos-schedule/{'a' * 30}"
