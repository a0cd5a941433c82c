# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules for schedule groups, on the emulator: tags in place, and waiting for the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.test_promises import (
    GROUP,
    TRUST,
)

from emulator.strict import scheduler as strict_scheduler

Run = Callable[..., dict[str, Any]]

ABSENT = {"name": "nightly", "state": "absent"}


@pytest.fixture
def deployed(run_module: Run, emulator: Any) -> Run:
    """An account with the group."""
    assert not run_module("scheduler_schedule_group", GROUP)["failed"]
    emulator.clear_calls()
    return run_module


@pytest.fixture
def filled(deployed: Run, emulator: Any, aws: Callable[..., Any]) -> Run:
    """The same with two schedules in the group."""
    aws("iam").create_role(RoleName="scheduler", AssumeRolePolicyDocument=TRUST)
    for name in ("b", "a"):
        aws("scheduler").create_schedule(
            Name=name,
            GroupName="nightly",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:queue",
                "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
                "Input": json.dumps({}),
            },
        )
    emulator.clear_calls()
    return deployed


def written(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.writes()]


def test_tags_change_in_place(deployed: Run, emulator: Any, aws: Callable[..., Any]) -> None:
    params = {"name": "nightly", "tags": {"owner": "reports"}}
    predicted = deployed("scheduler_schedule_group", params, check_mode=True, diff=True)
    assert emulator.writes() == []
    changed = deployed("scheduler_schedule_group", params, diff=True)
    assert predicted == changed
    assert changed["schedule_group"]["tags"] == {"owner": "reports"}
    assert [change["path"] for change in changed["changes"]] == ["tags[owner]", "tags[team]"]
    assert written(emulator) == ["TagResource", "UntagResource"]
    arn = changed["schedule_group"]["arn"]
    answer = aws("scheduler").list_tags_for_resource(ResourceArn=arn)
    assert answer["Tags"] == [{"Key": "owner", "Value": "reports"}]


def test_tags_that_are_not_managed_are_not_even_read(deployed: Run, emulator: Any) -> None:
    result = deployed("scheduler_schedule_group", {"name": "nightly"})
    assert not result["changed"]
    assert "tags" not in result["schedule_group"]
    assert [call.operation for call in emulator.calls] == ["GetScheduleGroup"]


def test_other_tags_stay_without_purging(deployed: Run) -> None:
    params = {"name": "nightly", "tags": {"owner": "reports"}, "purge_tags": False}
    result = deployed("scheduler_schedule_group", params)
    assert result["schedule_group"]["tags"] == {"owner": "reports", "team": "finance"}
    assert not deployed("scheduler_schedule_group", params)["changed"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"name": "not good"}, "name: 'not good'"),
        ({"name": "nightly", "tags": {"aws:team": "a"}}, "tags.aws:team: "),
        ({"name": "nightly", "tags": {"team": ""}}, "tags.team: "),
        ({"name": "default", "state": "absent"}, "name: the schedule group default"),
        ({"name": "not good", "state": "absent"}, "name: 'not good'"),
    ],
    ids=str,
)
def test_mistakes_are_refused_before_anything_is_asked(
    run_module: Run, emulator: Any, params: dict[str, Any], message: str
) -> None:
    result = run_module("scheduler_schedule_group", params)
    assert result["failed"] and result["msg"].startswith(message)
    assert emulator.calls == []


def test_a_group_is_gone_when_the_module_ends(
    deployed: Run, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long it takes to look at it.
    monkeypatch.setattr(strict_scheduler, "DELETION_SECONDS", 3600.0)
    predicted = deployed("scheduler_schedule_group", ABSENT, check_mode=True, diff=True)
    assert emulator.writes() == []
    removed = deployed("scheduler_schedule_group", ABSENT, diff=True)
    assert predicted == removed
    assert removed["changed"] and removed["schedule_group"] is None and removed["warnings"] == []
    operations = [call.operation for call in emulator.calls]
    assert operations[-2:] == ["GetScheduleGroup", "GetScheduleGroup"]
    assert emulator.calls[-1].error is not None
    emulator.clear_calls()
    for check_mode in (False, True):
        again = deployed("scheduler_schedule_group", ABSENT, check_mode=check_mode)
        assert not again["changed"]
    assert emulator.writes() == []


def test_schedules_that_go_with_a_group_are_named(filled: Run, emulator: Any) -> None:
    predicted = filled("scheduler_schedule_group", ABSENT, check_mode=True)
    assert emulator.writes() == []
    removed = filled("scheduler_schedule_group", ABSENT)
    for result in (predicted, removed):
        assert [change["path"] for change in result["changes"]] == [
            *("Name", "State", "schedules[a]", "schedules[b]"),
        ]
        assert any("a, b" in warning for warning in result["warnings"])
    assert written(emulator) == ["DeleteScheduleGroup"]


def test_a_group_that_is_going_is_waited_for_and_made_anew(
    deployed: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    aws("scheduler").delete_schedule_group(Name="nightly")
    emulator.clear_calls()
    predicted = deployed("scheduler_schedule_group", GROUP, check_mode=True)
    assert emulator.writes() == []
    assert predicted["changed"]
    made = deployed("scheduler_schedule_group", GROUP)
    assert made["schedule_group"] == predicted["schedule_group"]
    assert made["changes"] == predicted["changes"]
    assert written(emulator) == ["CreateScheduleGroup"]
    assert not deployed("scheduler_schedule_group", GROUP)["changed"]


def test_a_group_that_is_going_is_waited_for_and_not_deleted_twice(
    deployed: Run, emulator: Any, aws: Callable[..., Any]
) -> None:
    aws("scheduler").delete_schedule_group(Name="nightly")
    emulator.clear_calls()
    assert not deployed("scheduler_schedule_group", ABSENT)["changed"]
    assert emulator.writes() == []
    assert deployed("scheduler_schedule_group_info", {"name": "nightly"})["schedule_groups"] == []


def test_waiting_has_an_end_that_tells_what_was_done(deployed: Run, emulator: Any) -> None:
    arn = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/nightly"
    going = {"Name": "nightly", "Arn": arn, "State": "DELETING"}
    emulator.fault("scheduler", "GetScheduleGroup", answer=going, after=1, times=None)
    result = deployed("scheduler_schedule_group", {**ABSENT, "wait_timeout": 0})
    assert result["failed"] and result["changed"]
    assert "still DELETING after 0 seconds" in result["msg"]
    assert result["changes"] != []


def test_groups_are_read_with_their_tags(deployed: Run) -> None:
    deployed("scheduler_schedule_group", {"name": "other"})
    every = deployed("scheduler_schedule_group_info", {})["schedule_groups"]
    assert [group["name"] for group in every] == ["default", "nightly", "other"]
    (nightly,) = deployed("scheduler_schedule_group_info", {"name_prefix": "night"})[
        "schedule_groups"
    ]
    assert nightly["tags"] == {"team": "finance"}
    assert nightly["state"] == "ACTIVE"
    assert nightly["creation_date"].endswith("+00:00")
    (found,) = deployed("scheduler_schedule_group_info", {"name": "nightly"})["schedule_groups"]
    assert found == nightly
    assert deployed("scheduler_schedule_group_info", {"name": "missing"})["schedule_groups"] == []
