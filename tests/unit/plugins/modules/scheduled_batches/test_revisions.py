# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``keep_revisions`` deregisters old revisions after the triggers were pointed at the new one, and
never one that anybody still starts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    CLUSTER,
    ROLE,
    TRIGGERS,
    batch,
    definition,
    own_batch,
)


def with_image(number: int, name: str = "hello", **options: Any) -> dict[str, Any]:
    return batch(name, task_definition=definition(name, image=f"busybox:{number}"), **options)


def names(item: dict[str, Any]) -> list[str]:
    return [arn.rpartition("/")[2] for arn in item["deregistered"]]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_newest_stay_and_check_mode_says_which_go(fleet, deploy, account, trigger):
    for number in range(1, 5):
        deploy(with_image(number, trigger=trigger))
    predicted = fleet(with_image(5, trigger=trigger), keep_revisions=2, check_mode=True)
    assert account.writes() == []
    applied = fleet(with_image(5, trigger=trigger), keep_revisions=2)
    assert not applied["failed"], applied["msg"]
    assert names(applied["batches"][0]) == ["hello:3", "hello:2", "hello:1"]
    assert predicted["batches"][0]["deregistered"] == applied["batches"][0]["deregistered"]
    assert sorted(account.revisions("hello")) == [4, 5]


def test_old_ones_go_after_every_trigger_was_pointed_at_the_new_one(fleet, deploy, account):
    deploy(*(with_image(1, name) for name in "abcde"))
    fleet(*(with_image(2, name) for name in "abcde"), keep_revisions=1)
    writes = account.writes()
    assert writes[:5] == ["RegisterTaskDefinition"] * 5
    assert writes[5:10] == ["PutTargets"] * 5
    assert writes[10:] == ["DeregisterTaskDefinition"] * 5


def test_a_trigger_never_points_at_an_inactive_revision(fleet, deploy, account, watch):
    deploy(*(with_image(1, name) for name in "abcd"))

    def inactive(forward: Any, call: Any) -> list[str]:
        found = []
        for name in "abcd":
            listing = call.sibling("ListTargetsByRule", service="events", Rule=name)
            for target in forward(listing)["Targets"]:
                arn = target["EcsParameters"]["TaskDefinitionArn"]
                look = call.sibling("DescribeTaskDefinition", service="ecs", taskDefinition=arn)
                if forward(look)["taskDefinition"]["status"] != "ACTIVE":
                    found.append(arn)
        return found

    watch.look = inactive
    fleet(*(with_image(2, name) for name in "abcd"), keep_revisions=1, workers=4)
    assert len(watch.seen) == 12
    assert [seen for seen in watch.seen if seen[1]] == []


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("universal", [True, False])
def test_what_anybody_else_starts_stays(fleet, deploy, account, universal, check_mode):
    deploy(with_image(1))
    deploy(with_image(2))
    arn = CLUSTER.replace("cluster/batch", "task-definition/hello:1")
    target: dict[str, Any] = {"Arn": CLUSTER, "EcsParameters": {"TaskDefinitionArn": arn}}
    if universal:
        request = '{"Cluster": "batch", "TaskDefinition": "hello:1"}'
        target = {"Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask", "Input": request}
    account.aws("scheduler").create_schedule(
        Name="theirs",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={**target, "RoleArn": ROLE},
    )
    result = fleet(with_image(3), keep_revisions=1, check_mode=check_mode)
    assert names(result["batches"][0]) == ["hello:2"]
    if not check_mode:
        assert sorted(account.revisions("hello")) == [1, 3]


@pytest.mark.parametrize("families", ["a", "abcdef"])
def test_what_an_earlier_run_left_goes_without_a_new_revision(fleet, deploy, account, families):
    for number in range(1, 4):
        deploy(*(with_image(number, name) for name in families))
    wanted = [with_image(3, name) for name in families]
    predicted = fleet(*wanted, keep_revisions=2, check_mode=True)
    assert account.writes() == []
    applied = fleet(*wanted, keep_revisions=2)
    assert applied["changed"]
    assert predicted["batches"] == applied["batches"]
    for name, item in zip(families, applied["batches"], strict=True):
        assert names(item) == [f"{name}:1"]
        assert [change["path"] for change in item["changes"]] == [
            f"taskDefinitions[{name}:1].status"
        ]
    account.emulator.clear_calls()
    again = fleet(*wanted, keep_revisions=2)
    assert not again["changed"]
    assert again["api_calls"]["ecs:ListTaskDefinitions"] == 1
    assert account.writes() == []


def test_a_family_of_few_revisions_is_not_looked_at(fleet, deploy):
    deploy(with_image(1))
    result = fleet(with_image(1), keep_revisions=1)
    assert result["batches"][0]["deregistered"] == []
    assert "ecs:ListTaskDefinitions" not in result["api_calls"]


def test_revisions_that_cannot_be_listed_are_an_error_of_their_batches(fleet, deploy, account):
    for number in (1, 2):
        deploy(*(with_image(number, name) for name in "abcdef"))
    account.emulator.deny("ecs:ListTaskDefinitions")
    result = fleet(*(with_image(2, name) for name in "abcdef"), own_batch("g"), keep_revisions=1)
    assert result["failed"]
    assert all("ecs:ListTaskDefinitions" in item["error"] for item in result["batches"][:6])
    assert result["batches"][6]["error"] is None


def test_left_out_nothing_is_deregistered(deploy, account):
    for number in range(1, 4):
        result = deploy(with_image(number))
    assert "deregistered" not in result["batches"][0]
    assert sorted(account.revisions("hello")) == [1, 2, 3]


def test_the_triggers_are_read_once_for_all_families(fleet, deploy, account):
    deploy(*(with_image(1, name) for name in "abcde"))
    result = fleet(*(with_image(2, name) for name in "abcde"), keep_revisions=1)
    assert result["api_calls"]["events:ListEventBuses"] == 1
    assert result["api_calls"]["events:ListTargetsByRule"] == 10


def test_of_a_shared_definition_nothing_goes_while_one_batch_still_starts_it(
    fleet, deploy, account
):
    shared = [batch("a"), batch("b"), batch("c")]
    deploy(*shared)
    account.emulator.deny("events:PutTargets", "b")
    result = fleet(*shared, images={"hello": "busybox:2"}, keep_revisions=1)
    assert result["failed"]
    assert sorted(account.revisions("hello")) == [1, 2]


def test_a_revision_that_cannot_be_deregistered_is_an_error_of_a_deployed_batch(
    fleet, deploy, account
):
    deploy(with_image(1))
    account.emulator.deny("ecs:DeregisterTaskDefinition")
    result = fleet(with_image(2), own_batch("b"), keep_revisions=1)
    assert result["failed"]
    item, other = result["batches"]
    assert item["error"].startswith("The batch is deployed, but old revisions were not")
    assert item["changed"]
    assert other["error"] is None
