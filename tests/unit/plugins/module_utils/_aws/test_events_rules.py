# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules, their targets and their tags."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Conflict,
    NotFound,
    PartialFailure,
    Rejected,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.event_buses import list_event_buses
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    delete_rule,
    describe_rule,
    list_rule_tags,
    list_rules,
    list_targets,
    put_rule,
    put_targets,
    remove_targets,
    tag_rule,
    untag_rule,
)

ARN = "arn:aws:events:ap-northeast-1:123456789012:rule/hello"
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"


def target(target_id: str) -> dict:
    return {"Id": target_id, "Arn": CLUSTER}


@pytest.fixture
def events(stubbed):
    return stubbed("events")


def test_a_rule_is_described(events):
    rule = {"Name": "hello", "Arn": ARN, "State": "ENABLED"}
    events.answers("describe_rule", rule, Name="hello", EventBusName="other")
    assert describe_rule(events.client, "hello", "other") == rule


def test_a_missing_rule_is_not_found(events):
    events.fails("describe_rule", "ResourceNotFoundException", "Rule hello does not exist.")
    with pytest.raises(NotFound):
        describe_rule(events.client, "hello")


def test_a_rule_is_put_with_tags_in_events_spelling(events):
    events.answers(
        "put_rule",
        {"RuleArn": ARN},
        Name="hello",
        ScheduleExpression="rate(1 day)",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    request = {"Name": "hello", "ScheduleExpression": "rate(1 day)"}
    assert put_rule(events.client, request, {"a": "b"}) == ARN


def test_a_rule_is_put_without_tags(events):
    events.answers("put_rule", {"RuleArn": ARN}, Name="hello")
    assert put_rule(events.client, {"Name": "hello"}, {}) == ARN


def test_a_rule_that_changes_meanwhile_is_put_again_until_the_bound(events):
    events.time.chance = 0.1
    for _time in range(10):
        events.fails("put_rule", "ConcurrentModificationException", "modified")
    with pytest.raises(Conflict, match="tried 10 times in"):
        put_rule(events.client, {"Name": "hello"})


@pytest.mark.parametrize(("force", "sent"), [(False, {}), (True, {"Force": True})])
def test_a_rule_is_deleted(events, force, sent):
    events.answers("delete_rule", {}, Name="hello", EventBusName="default", **sent)
    delete_rule(events.client, "hello", "default", force=force)


def test_a_rule_with_targets_is_not_deleted(events):
    events.fails("delete_rule", "ValidationException", "Rule can't be deleted since it has targets")
    with pytest.raises(Rejected, match="deleting the rule hello"):
        delete_rule(events.client, "hello")


def test_rules_are_listed_over_all_pages(events):
    asked = {"EventBusName": "default", "NamePrefix": "h"}
    events.answers("list_rules", {"Rules": [{"Name": "h1"}], "NextToken": "2"}, **asked)
    events.answers("list_rules", {"Rules": [{"Name": "h2"}]}, **asked, NextToken="2")
    listed = list_rules(events.client, "default", name_prefix="h")
    assert [rule["Name"] for rule in listed] == ["h1", "h2"]


def test_buses_are_listed_over_all_pages(events):
    events.answers("list_event_buses", {"EventBuses": [{"Name": "default"}], "NextToken": "2"})
    events.answers("list_event_buses", {"EventBuses": [{"Name": "other"}]}, NextToken="2")
    assert [bus["Name"] for bus in list_event_buses(events.client)] == ["default", "other"]


def test_targets_are_listed_over_all_pages(events):
    events.answers(
        "list_targets_by_rule", {"Targets": [target("a")], "NextToken": "2"}, Rule="hello"
    )
    events.answers("list_targets_by_rule", {"Targets": [target("b")]}, Rule="hello", NextToken="2")
    assert list_targets(events.client, "hello") == [target("a"), target("b")]


def test_ten_targets_are_put_a_call(events):
    targets = [target(f"t{number}") for number in range(12)]
    done = {"FailedEntryCount": 0, "FailedEntries": []}
    events.answers("put_targets", done, Rule="hello", Targets=targets[:10])
    events.answers("put_targets", done, Rule="hello", Targets=targets[10:])
    put_targets(events.client, "hello", targets)


def failed(*entries: tuple[str, str]) -> dict:
    return {
        "FailedEntryCount": len(entries),
        "FailedEntries": [
            {"TargetId": target_id, "ErrorCode": code, "ErrorMessage": "no"}
            for target_id, code in entries
        ],
    }


def test_a_target_that_was_refused_is_a_failure_although_aws_answered_200(events):
    events.answers(
        "put_targets",
        failed(("b", "ValidationException")),
        Rule="hello",
        Targets=[target("a"), target("b")],
    )
    with pytest.raises(PartialFailure) as caught:
        put_targets(events.client, "hello", [target("a"), target("b")])
    assert "putting the targets a, b on the rule hello" in str(caught.value)
    assert "AWS refused 1 entry: b: ValidationException: no" in str(caught.value)


def test_only_the_targets_that_failed_and_can_pass_are_put_again(events):
    both = [target("a"), target("b")]
    events.answers(
        "put_targets",
        failed(("b", "ConcurrentModificationException")),
        Rule="hello",
        Targets=both,
    )
    events.answers("put_targets", failed(), Rule="hello", Targets=[target("b")])
    put_targets(events.client, "hello", both)
    assert len(events.time.sleeps) == 1


def test_failures_that_aws_does_not_name_are_failures_all_the_same(events):
    events.answers("put_targets", {"FailedEntryCount": 1}, Rule="hello", Targets=[target("a")])
    with pytest.raises(PartialFailure, match="AWS does not say which entry failed"):
        put_targets(events.client, "hello", [target("a")])


def test_refusals_of_several_calls_are_told_together(events):
    targets = [target(f"t{number}") for number in range(11)]
    events.answers("put_targets", failed(("t0", "X")), Rule="hello", Targets=targets[:10])
    events.answers("put_targets", failed(("t10", "X")), Rule="hello", Targets=targets[10:])
    with pytest.raises(PartialFailure) as caught:
        put_targets(events.client, "hello", targets)
    assert [entry.id for entry in caught.value.entries] == ["t0", "t10"]


def test_targets_are_removed(events):
    events.answers("remove_targets", failed(), Rule="hello", Ids=["a", "b"], EventBusName="other")
    remove_targets(events.client, "hello", ["a", "b"], "other")


def test_no_targets_are_no_call(events):
    remove_targets(events.client, "hello", [])
    put_targets(events.client, "hello", [])


def test_a_target_that_was_not_removed_is_a_failure(events):
    events.answers(
        "remove_targets",
        failed(("a", "ManagedRuleException")),
        Rule="hello",
        Ids=["a"],
        Force=True,
    )
    with pytest.raises(PartialFailure, match="a: ManagedRuleException"):
        remove_targets(events.client, "hello", ["a"], force=True)


def test_tags_are_set_removed_and_read_as_mappings(events):
    events.answers("tag_resource", {}, ResourceARN=ARN, Tags=[{"Key": "a", "Value": "b"}])
    events.answers("untag_resource", {}, ResourceARN=ARN, TagKeys=["c"])
    events.answers(
        "list_tags_for_resource", {"Tags": [{"Key": "a", "Value": "b"}]}, ResourceARN=ARN
    )
    tag_rule(events.client, ARN, {"a": "b"})
    untag_rule(events.client, ARN, ["c"])
    assert list_rule_tags(events.client, ARN) == {"a": "b"}
