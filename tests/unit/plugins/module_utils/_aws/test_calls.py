# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call, its pages and its batches."""

from __future__ import annotations

import boto3
import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    WebPage,
    call,
    call_deletion,
    collect,
    given,
    in_batches,
    retries_of,
    use_retries,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    FailedEntry,
    NotFound,
    PartialFailure,
    Rejected,
    ServerFault,
    UnexpectedAnswer,
)


def test_an_answer_comes_without_response_metadata(stubbed):
    sts = stubbed("sts")
    identity = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x"}
    sts.answers("get_caller_identity", {**identity, "ResponseMetadata": {"RequestId": "1"}})
    assert call(sts.client, "GetCallerIdentity", {}, doing="asking") == identity


def test_a_call_is_repeated_until_it_passes_without_really_sleeping(stubbed):
    sts = stubbed("sts")
    sts.fails("get_caller_identity", "Throttling")
    sts.fails("get_caller_identity", "InternalFailure", status=500)
    sts.answers("get_caller_identity", {"Account": "1"})
    assert call(sts.client, "GetCallerIdentity", {}, doing="asking") == {"Account": "1"}
    assert len(sts.time.sleeps) == 2


def test_an_answer_without_what_aws_always_gives_is_not_taken_for_an_empty_one(stubbed):
    sts = stubbed("sts")
    sts.answers("get_caller_identity", {})
    with pytest.raises(UnexpectedAnswer, match="the answer lacks Account and Arn"):
        call(sts.client, "GetCallerIdentity", {}, doing="asking", expect=("Account", "Arn"))


def test_a_web_page_is_an_unexpected_answer_of_this_call():
    def show_page(**_arguments: object) -> None:
        raise WebPage("a web page came")

    client = boto3.client("sts")
    client.meta.events.register("before-call", show_page)
    with pytest.raises(UnexpectedAnswer) as caught:
        call(client, "GetCallerIdentity", {}, doing="asking who is calling")
    assert str(caught.value).startswith("Failed asking who is calling: a web page came")


def test_what_botocore_refuses_is_told_without_its_value(made_up_time):
    client = boto3.client("ecs")
    use_retries(client, made_up_time.retries())
    with pytest.raises(Rejected) as caught:
        call(client, "DescribeTaskDefinition", {"taskDefinition": 12345}, doing="describing")
    assert "taskDefinition, type: <class 'int'>" in str(caught.value)
    assert "12345" not in str(caught.value)
    assert made_up_time.sleeps == []


def test_clients_without_a_policy_of_their_own_get_one_each():
    one, other = boto3.client("sts"), boto3.client("sts")
    assert retries_of(one) is retries_of(one)
    assert retries_of(one) is not retries_of(other)


def test_clients_can_share_a_policy(made_up_time):
    one, other = boto3.client("sts"), boto3.client("ecs")
    shared = made_up_time.retries()
    use_retries(one, shared)
    use_retries(other, shared)
    assert retries_of(one) is retries_of(other) is shared


def test_all_pages_of_a_listing_are_read_and_each_is_repeated_on_its_own(stubbed):
    events = stubbed("events")
    events.answers("list_rules", {"Rules": [{"Name": "a"}], "NextToken": "2"}, NamePrefix="x")
    events.fails("list_rules", "ThrottlingException")
    events.answers(
        "list_rules", {"Rules": [{"Name": "b"}], "NextToken": "3"}, NamePrefix="x", NextToken="2"
    )
    events.answers("list_rules", {"Rules": []}, NamePrefix="x", NextToken="3")
    rules = collect(events.client, "ListRules", "Rules", {"NamePrefix": "x"}, doing="listing")
    assert [rule["Name"] for rule in rules] == ["a", "b"]


def test_a_listing_that_repeats_its_token_ends(stubbed):
    events = stubbed("events")
    events.answers("list_rules", {"Rules": [{"Name": "a"}], "NextToken": "2"})
    events.answers("list_rules", {"Rules": [], "NextToken": "2"}, NextToken="2")
    assert len(collect(events.client, "ListRules", "Rules", {}, doing="listing")) == 1


def test_a_deletion_of_nothing_is_told(stubbed):
    scheduler = stubbed("scheduler")
    scheduler.fails("delete_schedule", "ResourceNotFoundException", status=404)
    with pytest.raises(NotFound):
        call_deletion(scheduler.client, "DeleteSchedule", {"Name": "x"}, doing="deleting")


def test_a_deletion_that_was_done_though_its_answer_was_lost_succeeds(stubbed):
    scheduler = stubbed("scheduler")
    scheduler.fails("delete_schedule", "InternalServerException", status=500)
    scheduler.fails("delete_schedule", "ResourceNotFoundException", status=404)
    assert call_deletion(scheduler.client, "DeleteSchedule", {"Name": "x"}, doing="deleting") == {}


def test_batches_are_no_larger_than_allowed():
    seen = []

    def work(batch):
        seen.append(list(batch))
        return [item * 10 for item in batch]

    assert in_batches([1, 2, 3, 4, 5], 2, work) == [10, 20, 30, 40, 50]
    assert seen == [[1, 2], [3, 4], [5]]


def test_no_items_are_no_call():
    assert in_batches([], 10, lambda batch: pytest.fail("called")) == []


def test_partial_failures_of_all_batches_are_told_together():
    identity = Call("events", "PutTargets", "putting")

    def work(batch):
        if 3 in batch:
            return batch
        raise PartialFailure(identity, [FailedEntry(str(batch[0]), "No", "")], batch[1:])

    with pytest.raises(PartialFailure) as caught:
        in_batches([1, 2, 3, 4, 5, 6], 2, work)
    assert [entry.id for entry in caught.value.entries] == ["1", "5"]
    assert caught.value.done == (2, 3, 4, 6)


def test_another_failure_ends_the_batches_at_once():
    def work(_batch):
        raise ServerFault(Call("events", "PutTargets", "putting"), "x")

    with pytest.raises(ServerFault):
        in_batches([1, 2], 1, work)


def test_none_is_not_given_but_empty_values_are():
    assert given(a=1, b=None, c="", d=[], e=False) == {"a": 1, "c": "", "d": [], "e": False}
