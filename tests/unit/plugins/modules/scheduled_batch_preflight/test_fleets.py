# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many batches at once: declared with defaults, or all that an owner has deployed."""

from __future__ import annotations

import pytest


@pytest.fixture
def fleet(surroundings):
    """Defaults, and batches that differ in the name only."""
    options = surroundings.batch()
    names = ("report", "weekly", "monthly")
    del options["name"]
    return {"defaults": options, "batches": [{"name": name} for name in names]}


def statuses(result, status):
    return sorted({check["batch"] for check in result["checks"] if check["status"] == status})


def test_declared_batches_are_checked_with_their_defaults(fleet, preflight, emulator):
    result = preflight(**fleet)
    assert statuses(result, "OK") == ["monthly", "report", "weekly"]
    assert emulator.writes() == []


def test_what_batches_share_is_read_once(fleet, preflight, emulator):
    preflight(**fleet)
    asked = [
        (call.service, call.operation, repr(call.parameters))
        for call in emulator.calls
        if call.operation != "DescribeRule"
    ]
    assert len(asked) == len(set(asked))


def test_a_mistake_of_one_batch_is_told_of_this_one(fleet, preflight):
    fleet["batches"][1] = {"name": "weekly", "cluster": "other"}
    wrong = [check for check in preflight(**fleet)["checks"] if check["status"] == "NG"]
    assert ("weekly", "cluster") in {(check["batch"], check["name"]) for check in wrong}
    assert "cluster" not in {check["name"] for check in wrong if check["batch"] != "weekly"}


def test_mistakes_in_a_description_are_named_with_their_path(fleet, preflight):
    fleet["batches"][1] = {"name": "weekly", "clutser": "batch"}
    wrong = [check for check in preflight(**fleet)["checks"] if check["batch"] == "weekly"]
    assert any(
        check["status"] == "NG" and "batches[1] (weekly).clutser" in check["reason"]
        for check in wrong
    )


def test_an_incomplete_description_is_ng_and_nothing_is_asked_for_it(preflight, emulator):
    result = preflight(batches=[{"name": "weekly", "cluster": "batch"}])
    assert statuses(result, "NG") == ["weekly"]
    assert any(
        "weekly).schedule: this is required" in check["reason"] for check in result["checks"]
    )


def test_a_batch_that_shall_be_removed_is_skipped(preflight):
    result = preflight(batches=[{"name": "weekly", "state": "absent"}])
    assert [check["status"] for check in result["checks"]] == ["SKIP"]


def test_all_deployed_batches_of_an_owner_are_checked(
    surroundings, run_module, preflight, emulator
):
    batches = [surroundings.batch(), surroundings.batch("scheduler", name="weekly")]
    options = {"batches": batches, "owner": "reports"}
    trust = surroundings.trigger_trust(group_name="reports")
    surroundings.trust("trigger", trust)
    deployed = run_module("scheduled_batches", options)
    assert not deployed["failed"], deployed["msg"]
    emulator.clear_calls()
    result = preflight(owner="reports")
    assert {check["batch"] for check in result["checks"]} == {"report", "weekly"}
    assert statuses(result, "NG") == []
    assert emulator.writes() == []


def test_batches_of_an_owner_that_nobody_may_list_are_skipped(preflight, emulator):
    emulator.deny("tag:GetResources")
    (check,) = preflight(owner="reports")["checks"]
    assert check["status"] == "SKIP"
    assert "tag:GetResources" in check["remedy"]


def test_an_owner_without_batches_is_told(preflight):
    (check,) = preflight(owner="reports")["checks"]
    assert (check["status"], check["reason"]) == ("SKIP", "There is none in this region.")


def test_images_replace_those_of_the_containers(fleet, preflight):
    images = {"report": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/report:2"}
    result = preflight(**fleet, images=images)
    assert statuses(result, "NG") == ["monthly", "report", "weekly"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "report", "workers": 0}, "workers: 0 is out of range"),
        ({"owner": "default"}, "owner: 'default' is not allowed"),
    ],
)
def test_options_of_the_module_itself_are_checked(run_module, options, message):
    result = run_module("scheduled_batch_preflight", options)
    assert result["failed"]
    assert message in result["msg"]
