# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failing batch does not stop the others, and the failure says all that was done and all that was
not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    TRIGGERS,
    batch,
    own_batch,
)

DENIED = ("AccessDeniedException", "not you", 400)
NAMES = "abcde"
"""More than the few that are read one by one."""


def many(**options: Any) -> list[dict[str, Any]]:
    return [own_batch(name, **options) for name in NAMES]


def fail_only(account: Any, operation: str, name: str) -> None:
    """Deny an operation where its parameters name ``name``."""

    def concerns(call: Any) -> bool:
        texts = [str(value) for value in call.parameters.values()]
        return any(text == name or text.endswith(f"/{name}") for text in texts)

    account.emulator.fault("*", operation, error=DENIED, times=None, when=concerns)


@pytest.mark.parametrize(
    ("trigger", "operation"),
    [
        ("rule", "DescribeTaskDefinition"),
        ("rule", "RegisterTaskDefinition"),
        ("rule", "PutRule"),
        ("rule", "PutTargets"),
        ("scheduler", "CreateSchedule"),
    ],
)
def test_one_failing_batch_does_not_stop_the_others(fleet, account, trigger, operation):
    fail_only(account, operation, "c")
    result = fleet(*many(trigger=trigger))
    assert result["failed"]
    assert result["msg"].startswith(
        "1 of 5 batches failed. The other 4 are as wanted.\n- c: Failed "
    )
    assert "AccessDeniedException: not you" in result["msg"]
    errors = {item["name"]: item["error"] for item in result["batches"]}
    assert [name for name in NAMES if errors[name]] == ["c"]
    assert all(item["changed"] for item in result["batches"] if item["name"] != "c")
    made = [*account.rules(), *(name.rpartition("/")[2] for name in account.schedules())]
    assert set("abde") <= set(made)
    assert result["api_calls"]

    account.emulator.clear_faults()
    repaired = fleet(*many(trigger=trigger))
    assert not repaired["failed"], repaired["msg"]
    assert [item["name"] for item in repaired["batches"] if item["changed"]] == ["c"]


def test_what_was_done_before_the_failure_is_told(fleet, account):
    fail_only(account, "PutTargets", "c")
    result = fleet(*many())
    item = result["batches"][2]
    assert item["changed"]
    assert "Done before: PutRule. Not done: PutTargets. Run again to finish." in item["error"]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_batch_that_failed_before_anything_was_written_is_unchanged(fleet, account, trigger):
    fail_only(account, "DescribeTaskDefinition", "c")
    result = fleet(*many(trigger=trigger))
    item = result["batches"][2]
    assert not item["changed"]
    assert not [call for call in account.emulator.writes() if "'c'" in str(call.parameters)]


def test_a_task_definition_that_several_share_fails_them_all(fleet, account):
    fail_only(account, "RegisterTaskDefinition", "hello")
    result = fleet(batch("x"), batch("y"), own_batch("z"))
    errors = [bool(item["error"]) for item in result["batches"]]
    assert errors == [True, True, False]
    assert list(account.rules()) == ["z"]


def test_who_names_a_family_that_could_not_be_registered_is_not_pointed_at_nothing(fleet, account):
    fail_only(account, "RegisterTaskDefinition", "hello")
    result = fleet(batch("x"), batch("y", task_definition="hello"))
    assert [bool(item["error"]) for item in result["batches"]] == [True, True]
    assert account.rules() == {}


READS = [
    ("rule", "events", "ListRules", True),
    ("rule", "events", "ListTargetsByRule", False),
    ("rule", "ecs", "DescribeTaskDefinition", False),
    ("rule", "scheduler", "ListSchedules", True),
    ("scheduler", "scheduler", "GetSchedule", False),
    ("scheduler", "scheduler", "GetScheduleGroup", False),
    ("scheduler", "sts", "GetCallerIdentity", True),
]


@pytest.mark.parametrize(("trigger", "service", "operation", "shared"), READS)
def test_denied_access_is_an_error_and_never_counts_as_absent(
    fleet, deploy, account, trigger, service, operation, shared
):
    deploy(*many(trigger=trigger), owner="ours")
    account.emulator.fault(service, operation, error=DENIED, times=None)
    for check_mode in (False, True):
        result = fleet(*many(trigger=trigger), owner="ours", check_mode=check_mode)
        assert result["failed"]
        assert "AccessDeniedException: not you" in result["msg"]
        if not shared:
            assert all("not you" in item["error"] for item in result["batches"])
            assert "5 of 5 batches failed." in result["msg"]
    assert account.writes() == []


SINGLE_READS = [
    ("rule", "events", "DescribeRule"),
    ("rule", "events", "ListTagsForResource"),
    ("rule", "scheduler", "GetSchedule"),
    ("scheduler", "events", "DescribeRule"),
]


@pytest.mark.parametrize(("trigger", "service", "operation"), SINGLE_READS)
def test_it_is_the_same_where_few_are_read_one_by_one(
    fleet, deploy, account, trigger, service, operation
):
    deploy(batch(trigger=trigger))
    account.emulator.fault(service, operation, error=DENIED, times=None)
    result = fleet(batch(trigger=trigger))
    assert result["failed"]
    assert f"({service}:{operation}, tried once)" in result["msg"]
    assert account.writes() == []


@pytest.mark.parametrize("operation", ["DescribeClusters", "DescribeTaskDefinition"])
def test_what_cannot_be_looked_up_is_an_error_before_any_write(fleet, deploy, account, operation):
    deploy(batch())
    account.emulator.fault("ecs", operation, error=DENIED, times=None)
    result = fleet(batch("b", task_definition="hello"))
    assert result["failed"]
    assert f"ecs:{operation}" in result["msg"]
    assert account.writes() == []


WRITES = [
    ("rule", "events", "PutRule"),
    ("rule", "events", "PutTargets"),
    ("rule", "ecs", "RegisterTaskDefinition"),
    ("scheduler", "scheduler", "CreateScheduleGroup"),
    ("scheduler", "scheduler", "CreateSchedule"),
]


@pytest.mark.parametrize(("trigger", "service", "operation"), WRITES)
def test_a_denied_write_is_the_error_of_its_batches_and_done_by_the_next_run(
    fleet, account, trigger, service, operation
):
    account.emulator.fault(service, operation, error=DENIED, times=None)
    result = fleet(batch(trigger=trigger), owner="ours")
    assert result["failed"]
    assert f"{service}:{operation}" in result["batches"][0]["error"]
    assert result["batches"][0]["trigger_arn"]
    account.emulator.clear_faults()
    assert not fleet(batch(trigger=trigger), owner="ours")["failed"]
    account.emulator.clear_calls()
    assert not fleet(batch(trigger=trigger), owner="ours")["changed"]


def test_a_target_that_aws_refuses_in_its_answer_fails_its_batch(fleet, account):
    entry = {"TargetId": "hello", "ErrorCode": "Refused", "ErrorMessage": "no such thing"}
    answer = {"FailedEntryCount": 1, "FailedEntries": [entry]}
    account.emulator.fault("events", "PutTargets", answer=answer, times=None)
    result = fleet(batch())
    assert "hello: Refused: no such thing" in result["batches"][0]["error"]


def test_a_lost_answer_registers_nothing_twice(fleet, account):
    account.emulator.fault("ecs", "RegisterTaskDefinition", lost_answer=True)
    account.emulator.fault("scheduler", "CreateSchedule", lost_answer=True)
    result = fleet(batch(), batch("b", trigger="scheduler"))
    assert not result["failed"], result["msg"]
    assert account.revisions("hello") == [1]


def test_throttling_passes(fleet, account):
    throttled = ("ThrottlingException", "Rate exceeded", 400)
    for operation in ("ListRules", "RegisterTaskDefinition", "PutRule", "PutTargets"):
        account.emulator.fault("*", operation, error=throttled, times=2)
    assert not fleet(*many())["failed"]


def test_a_failure_tells_every_failed_batch(fleet, account):
    for name in "bd":
        fail_only(account, "PutRule", name)
    result = fleet(*many())
    assert result["msg"].startswith("2 of 5 batches failed. The other 3 are as wanted.")
    assert [line[:4] for line in result["msg"].splitlines()[1:]] == ["- b:", "- d:"]
