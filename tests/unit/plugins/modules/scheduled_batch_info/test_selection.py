# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which batches are read: of the account, a cluster, an owner, or of given names."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    CLUSTER,
    own_batch,
)

OTHER_CLUSTER = CLUSTER.replace("/batch", "/other")


def names(result: dict[str, Any]) -> list[str]:
    return [batch["name"] for batch in result["batches"]]


def mine(owner: str, name: str) -> dict[str, str]:
    return {"batchwork:owner": owner, "batchwork:batch": name}


@pytest.fixture
def busy(account: Any) -> Any:
    """An account with batches of two owners and of nobody in two clusters, and other rules."""
    account.aws("ecs").create_cluster(clusterName="other")
    account.rule("of-nobody", tags={"team": "finance"})
    account.rule("untagged")
    account.rule("of-reports", tags=mine("reports", "of-reports"))
    account.rule("of-sales", tags=mine("sales", "of-sales"))
    account.rule("elsewhere", {"Id": "elsewhere", **account.target(), "Arn": OTHER_CLUSTER})
    scheduler = account.aws("scheduler")
    tags = [{"Key": "batchwork:owner", "Value": "reports"}]
    scheduler.create_schedule_group(Name="reports", Tags=tags)
    account.schedule("in-reports", GroupName="reports")
    account.schedule("in-default")
    account.schedule("far", {**account.target(), "Arn": OTHER_CLUSTER})
    bus = {"Arn": "arn:aws:events:ap-northeast-1:123456789012:event-bus/default"}
    account.schedule("no-task", {**bus, "RoleArn": account.target()["RoleArn"]})
    account.rule("lambda", {"Id": "f", "Arn": "arn:aws:lambda:ap-northeast-1:1:function:f"})
    pattern = {"ScheduleExpression": "", "EventPattern": '{"source": ["aws.ecs"]}'}
    account.rule("on-event", **pattern)
    return account


EVERYTHING = [
    "elsewhere",
    "far",
    "in-default",
    "in-reports",
    "of-nobody",
    "of-reports",
    "of-sales",
    "untagged",
]


def test_the_whole_account_is_read_without_an_option(busy, info):
    result = info()
    assert names(result) == EVERYTHING
    assert result["not_batches"] == []


def test_a_cluster_s_batches_are_read_by_its_name_or_arn(busy, info):
    for cluster in ("other", OTHER_CLUSTER):
        assert names(info(cluster=cluster)) == ["elsewhere", "far"]


def test_an_owner_s_batches_are_read(busy, info):
    result = info(owner="reports")
    assert names(result) == ["in-reports", "of-reports"]
    assert [batch["status"]["owner"] for batch in result["batches"]] == ["reports", "reports"]
    assert result["api_calls"]["events:ListTargetsByRule"] == 1


def test_an_owner_without_batches_has_none(busy, info):
    assert info(owner="nobody")["batches"] == []


def test_names_are_read_one_by_one_where_they_are_few(busy, info):
    result = info(names=["of-reports", "in-reports"])
    assert names(result) == ["in-reports", "of-reports"]
    assert "events:ListRules" not in result["api_calls"]


def test_many_names_are_read_from_the_listing(busy, info):
    wanted = ["elsewhere", "far", "untagged", "in-reports"]
    result = info(names=wanted)
    assert names(result) == sorted(wanted)
    assert "events:DescribeRule" not in result["api_calls"]


def test_a_name_that_only_begins_so_is_another_one(busy, info):
    result = info(names=["in-rep", "of-nob"])
    assert result["batches"] == []
    assert result["warnings"] == [
        "No rule or schedule that starts ECS tasks was found for in-rep, of-nob."
    ]


def test_options_narrow_each_other(busy, info):
    assert names(info(owner="reports", names=["of-reports", "of-sales"])) == ["of-reports"]
    assert names(info(owner="reports", cluster="other")) == []


def test_tags_come_from_the_index_and_what_it_lacks_is_asked(busy, info):
    calls = info()["api_calls"]
    assert calls["resourcegroupstaggingapi:GetResources"] == 1
    # The rules without any tags, two of which start no ECS task.
    assert calls["events:ListTagsForResource"] == 3


def test_an_index_that_lags_loses_nothing(account, info):
    account.emulator.lag_tagging_index()
    try:
        for name in "abcd":
            account.rule(name, tags={**mine("reports", name), "team": "finance"})
        result = info(owner="reports")
    finally:
        account.emulator.lag_tagging_index(False)
    assert names(result) == ["a", "b", "c", "d"]
    assert [batch["tags"] for batch in result["batches"]] == [{"team": "finance"}] * 4


def test_an_owner_s_tag_that_the_index_does_not_know_yet_is_seen(account, info):
    for name in "abcd":
        account.rule(name, tags={"team": "finance"})
    account.emulator.lag_tagging_index()
    try:
        for rule in account.rules().values():
            tags = [{"Key": key, "Value": value} for key, value in mine("us", rule["Name"]).items()]
            account.aws("events").tag_resource(ResourceARN=rule["Arn"], Tags=tags)
        assert names(info(owner="us")) == ["a", "b", "c", "d"]
    finally:
        account.emulator.lag_tagging_index(False)


def test_what_a_fleet_deployed_comes_back_and_needs_no_adoption(account, info, fleet):
    described = [own_batch("a"), own_batch("b", trigger="scheduler")]
    assert not fleet(*described, owner="reports")["failed"]
    batches = info(owner="reports")["batches"]
    assert [batch["task_definition"] for batch in batches] == ["a:1", "b:1"]
    result = fleet(*batches, owner="reports")
    assert (result["failed"], result["changed"]) == (False, False)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"history": -1}, "history: -1 is out of range; allowed is 0 to 1000."),
        ({"workers": 0}, "workers: 0 is out of range; allowed is 1 to 64."),
        ({"names": []}, "names: the list is empty; give names, or leave it out to read all."),
    ],
)
def test_options_that_make_no_sense_are_refused(account, run_module, params, words):
    result = run_module("scheduled_batch_info", params)
    assert result["failed"]
    assert words in result["msg"]
    assert account.emulator.calls == []
