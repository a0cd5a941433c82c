# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``state: absent`` removes the batch's trigger, and nothing that is not the batch's."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    CLUSTER,
    ROLE,
    TRIGGERS,
    batch,
    definition,
)

GONE = {"name": "hello", "state": "absent"}
FOREIGN = {"Id": "theirs", "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:theirs"}


@pytest.mark.parametrize("owner", [None, "reports"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_an_absent_batch_loses_its_trigger_and_the_second_run_changes_nothing(
    fleet, deploy, account, trigger, owner
):
    deploy(batch(trigger=trigger), owner=owner)
    gone = {**batch(trigger=trigger), "state": "absent"}
    predicted = fleet(gone, owner=owner, check_mode=True, diff=True)
    assert account.writes() == []
    removed = fleet(gone, owner=owner, diff=True)
    assert predicted["batches"] == removed["batches"]
    assert predicted["diff"] == removed["diff"]
    assert removed["changed"]
    assert removed["batches"][0]["trigger_arn"] is None
    assert account.rules() == account.schedules() == {}
    assert account.revisions("hello") == [1]
    account.emulator.clear_calls()
    assert not fleet(gone, owner=owner)["changed"]
    assert account.writes() == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_in_a_fleet_the_name_is_enough_whatever_the_trigger(deploy, account, trigger):
    deploy(batch(trigger=trigger), owner="reports")
    assert deploy(GONE, owner="reports")["changed"]
    assert account.rules() == account.schedules() == {}


def test_without_an_owner_a_schedule_is_known_by_its_group(deploy, account):
    scheduler = account.aws("scheduler")
    tags = [{"Key": "batchwork:batch", "Value": "hello"}]
    scheduler.create_schedule_group(Name="hello", Tags=tags)
    deploy(batch(trigger="scheduler", group_name="hello"))
    assert deploy({**GONE, "group_name": "hello"})["changed"]
    assert account.schedules() == {}


def test_in_the_default_group_it_is_known_by_its_task_definition(fleet, deploy, account):
    deploy(batch(trigger="scheduler"))
    result = fleet(GONE)
    assert not result["changed"]
    assert any("schedule default/hello" in warning for warning in result["warnings"])
    for named in ("hello", definition()):
        deploy(batch(trigger="scheduler"))
        assert deploy({**GONE, "task_definition": named})["changed"]
    assert account.schedules() == {}


def test_a_foreign_rule_is_left_alone_and_told_of(fleet, account):
    account.aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    account.emulator.clear_calls()
    result = fleet(GONE)
    assert (result["failed"], result["changed"]) == (False, False)
    assert result["warnings"] == [
        "hello: There is the rule hello, which was not made by this batch; it was left alone."
    ]
    assert account.writes() == []


def test_another_owner_s_rule_is_left_alone_and_told_of(fleet, deploy, account):
    deploy(batch(), owner="theirs")
    for owner in (None, "ours"):
        result = fleet(GONE, owner=owner)
        assert not result["changed"]
        assert "belongs to the owner 'theirs'" in result["warnings"][0]
    assert account.writes() == []


def test_foreign_targets_keep_the_rule_alive(fleet, deploy, account):
    deploy(batch(), owner="reports")
    account.aws("events").put_targets(Rule="hello", Targets=[FOREIGN])
    predicted = fleet(GONE, owner="reports", check_mode=True)
    removed = deploy(GONE, owner="reports")
    assert predicted["batches"] == removed["batches"]
    assert "theirs" in removed["warnings"][0]
    assert list(account.targets("hello")) == ["theirs"]
    assert account.tags("hello") == {}
    assert account.rules()["hello"]["State"] == "ENABLED"
    again = fleet(GONE, owner="reports")
    assert not again["changed"]
    assert account.writes() == []


def test_foreign_targets_go_with_the_rule_where_that_is_asked_for(deploy, account):
    deploy(batch())
    account.aws("events").put_targets(Rule="hello", Targets=[FOREIGN])
    deploy({**GONE, "other_targets": "remove"})
    assert account.rules() == {}


def test_a_target_of_another_id_is_the_batch_s_own_where_it_says_so(deploy, account):
    deploy(batch(target_id="mine"))
    assert list(account.targets("hello")) == ["mine"]
    deploy({**GONE, "target_id": "mine"})
    assert account.rules() == {}


def test_a_batch_that_was_interrupted_on_its_way_leaves_neither_trigger(deploy, fleet, account):
    deploy(batch())
    account.emulator.deny("events:DeleteRule")
    assert fleet(batch(trigger="scheduler"))["failed"]
    account.emulator.clear_denials()
    assert (len(account.rules()), len(account.schedules())) == (1, 1)
    deploy({**GONE, "task_definition": "hello"})
    assert account.rules() == account.schedules() == {}


def test_some_go_while_others_stay(deploy, account):
    deploy(batch("a"), batch("b"), batch("c"), batch("d"))
    deploy(batch("a"), {"name": "b", "state": "absent"}, batch("c"), batch("d"))
    assert sorted(account.rules()) == ["a", "c", "d"]


def test_nothing_is_removed_on_the_word_of_an_index_that_lags(fleet, deploy, account):
    deploy(*(batch(name) for name in "abcd"), owner="ours")
    account.emulator.lag_tagging_index()
    arn = account.rules()["b"]["Arn"]
    tags = [{"Key": "batchwork:owner", "Value": "theirs"}]
    account.aws("events").tag_resource(ResourceARN=arn, Tags=tags)
    try:
        fleet(*({"name": name, "state": "absent"} for name in "abcd"), owner="ours")
    finally:
        account.emulator.lag_tagging_index(False)
    assert list(account.rules()) == ["b"]


def test_a_schedule_of_another_s_group_is_left_alone(fleet, account):
    scheduler = account.aws("scheduler")
    tags = [{"Key": "batchwork:owner", "Value": "theirs"}]
    scheduler.create_schedule_group(Name="theirs", Tags=tags)
    target = {
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "EcsParameters": {
            "TaskDefinitionArn": CLUSTER.replace("cluster/batch", "task-definition/hello")
        },
    }
    scheduler.create_schedule(
        Name="hello",
        GroupName="theirs",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    account.emulator.clear_calls()
    result = fleet({**GONE, "group_name": "theirs", "task_definition": "hello"}, owner="ours")
    assert not result["changed"]
    assert "belongs to the owner 'theirs'" in result["warnings"][0]
    assert account.writes() == []
