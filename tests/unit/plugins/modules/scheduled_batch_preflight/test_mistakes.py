# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each mistake that keeps a scheduled task from running is named beforehand, with its remedy; what
nobody can know before is remarked, or told by the diagnosis and the status of the batch."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.mistakes import (  # noqa: E501
    AFTERWARDS,
    MISTAKES,
    REMARKED,
)

FAILURE_MODES = range(1, 23)


def ids(mistake):
    return f"{mistake.number} {mistake.what}"


@pytest.mark.parametrize("mistake", [each for each in MISTAKES if each.deployed], ids=ids)
def test_a_mistake_behind_a_deployed_batch_is_named(
    surroundings, deploy, preflight, emulator, mistake
):
    deploy(mistake.trigger, **(mistake.options(surroundings) if mistake.options else {}))
    mistake.deployed(surroundings)
    emulator.clear_calls()
    check_is_named(preflight(name="report"), mistake)
    assert emulator.writes() == []


PREPARED = [each for each in MISTAKES if each.options and each.check != "image_architecture"]
"""Batches that are deployed in a way of their own; the image of the one left out comes later."""


@pytest.mark.parametrize("mistake", PREPARED, ids=ids)
def test_without_the_mistake_such_a_batch_is_right(surroundings, deploy, preflight, mistake):
    deploy(mistake.trigger, **mistake.options(surroundings))
    checks = preflight(name="report")["checks"]
    assert [check["line"] for check in checks if is_wrong(check)] == []


@pytest.mark.parametrize("mistake", [each for each in MISTAKES if each.declared], ids=ids)
def test_a_mistake_in_a_declared_batch_is_named(surroundings, preflight, emulator, mistake):
    options = surroundings.batch(**mistake.declared(surroundings))
    check_is_named(preflight(**options), mistake)
    assert emulator.writes() == []


def is_wrong(check):
    return check["status"] == "NG"


def check_is_named(result, mistake):
    wrong = [check for check in result["checks"] if is_wrong(check)]
    named = [check for check in wrong if check["name"] == mistake.check]
    assert named, [check["line"] for check in result["checks"]]
    assert any(
        mistake.reason in check["reason"] and mistake.remedy in check["remedy"] for check in named
    ), [check["line"] for check in named]
    assert {check["name"] for check in wrong} <= {mistake.check, *mistake.also}
    assert result["ok"] is False


@pytest.fixture
def local_time(monkeypatch):
    """Sets the time zone of where preflight runs: ``local_time("Asia/Tokyo")``."""

    def set_zone(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("remarked", REMARKED, ids=ids)
def test_what_may_be_a_mistake_of_a_deployed_batch_is_remarked(
    surroundings, deploy, preflight, emulator, local_time, remarked
):
    deploy()
    remarked.deployed(surroundings)
    emulator.clear_calls()
    local_time(remarked.zone)
    result = preflight(name="report")
    (check,) = [check for check in result["checks"] if check["name"] == remarked.check]
    assert (check["status"], check["reason"], check["remedy"]) == (
        "OK",
        remarked.reason,
        remarked.remedy,
    )
    assert result["ok"] is True
    assert emulator.writes() == []


@pytest.mark.parametrize("late", AFTERWARDS, ids=ids)
def test_what_shows_only_when_a_deployed_batch_runs_is_told_then(
    surroundings, deploy, preflight, run_module, emulator, late
):
    due = datetime.now(UTC)
    deploy(schedule=f"cron({due.minute} {due.hour} * * ? *)")
    late.deployed(surroundings)
    emulator.clear_calls()
    assert preflight(name="report")["ok"] is True
    expected = {"name": "report", "expected_at": due.isoformat()}
    diagnosis = run_module("scheduled_batch_diagnosis", expected)
    assert late.cause in diagnosis["cause"]
    assert late.remedy in diagnosis["remedy"]
    (batch,) = run_module("scheduled_batch_info", {"names": ["report"], "history": 1})["batches"]
    (remark,) = [each for each in batch["status"]["remarks"] if late.remark in each]
    assert late.remedy in remark
    assert emulator.writes() == []


def test_every_failure_mode_of_the_list_is_made_on_a_deployed_batch():
    deployed = [each for each in (*MISTAKES, *REMARKED, *AFTERWARDS) if each.deployed]
    assert sorted({each.number for each in deployed}) == list(FAILURE_MODES)


def test_every_mistake_is_made_in_one_way():
    assert all(bool(each.deployed) != bool(each.declared) for each in MISTAKES)
    made = [ids(each) for each in (*MISTAKES, *REMARKED, *AFTERWARDS)]
    assert len(set(made)) == len(made)
