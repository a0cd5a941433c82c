# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``eventbridge_rule`` on the emulator: what it manages, what it leaves, and removal."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "eventbridge_rule"
PATTERN = '{"source": ["aws.s3"], "detail": {"size": [1]}}'
RULE = {
    "name": "hello",
    "schedule_expression": "cron(0 3 * * ? *)",
    "description": "Says hello",
    "role_arn": "arn:aws:iam::123456789012:role/events",
    "tags": {"team": "finance"},
}
KEY = {"name": "hello"}
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
TRUST = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
"Principal": {"Service": "events.amazonaws.com"}}}"""


@pytest.fixture
def deployed(run_module, emulator, aws):
    aws("iam").create_role(RoleName="events", AssumeRolePolicyDocument=TRUST)
    assert not run_module(NAME, RULE)["failed"]
    emulator.clear_calls()
    return run_module


@pytest.fixture
def in_aws(aws):
    """Reads the rule as DescribeRule answers it."""

    def read(bus: str = "default") -> dict[str, Any]:
        answer = aws("events").describe_rule(Name="hello", EventBusName=bus)
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

    return read


def writes(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.writes()]


def paths(result: dict[str, Any]) -> list[str]:
    assert not result["failed"], result
    return [change["path"] for change in result["changes"]]


@pytest.mark.parametrize(
    ("params", "member", "value"),
    [
        ({"schedule_expression": "rate(1 hour)"}, "ScheduleExpression", "rate(1 hour)"),
        ({"event_pattern": PATTERN}, "EventPattern", PATTERN),
        ({"description": "Says good-bye"}, "Description", "Says good-bye"),
        ({"description": ""}, "Description", None),
        ({"role_arn": ""}, "RoleArn", None),
        ({"enabled": False}, "State", "DISABLED"),
    ],
    ids=str,
)
def test_one_option_changes_one_thing_and_keeps_everything_else(
    deployed, emulator, in_aws, params, member, value
):
    before = in_aws()
    predicted = deployed(NAME, {**KEY, **params}, check_mode=True)
    assert emulator.writes() == []
    result = deployed(NAME, {**KEY, **params})
    assert paths(result) == [member]
    assert predicted["rule"] == result["rule"]
    after = in_aws()
    assert after.pop(member, None) == value
    before.pop(member, None)
    assert after == before
    assert writes(emulator) == ["PutRule"]
    assert paths(deployed(NAME, {**KEY, **params})) == []


def test_an_unchanged_rule_costs_one_read_and_with_tags_two(deployed, emulator):
    assert paths(deployed(NAME, KEY)) == []
    assert [call.operation for call in emulator.calls] == ["DescribeRule"]
    emulator.clear_calls()
    assert paths(deployed(NAME, RULE)) == []
    assert [call.operation for call in emulator.calls] == ["DescribeRule", "ListTagsForResource"]


def test_a_pattern_in_another_form_is_no_change(deployed):
    pattern = {"event_pattern": {"detail": {"size": [1]}, "source": ["aws.s3"]}}
    deployed(NAME, {**KEY, "event_pattern": PATTERN})
    assert paths(deployed(NAME, {**KEY, **pattern})) == []


def test_a_schedule_can_become_a_pattern(deployed, in_aws):
    result = deployed(NAME, {**KEY, "schedule_expression": "", "event_pattern": PATTERN})
    assert paths(result) == ["EventPattern", "ScheduleExpression"]
    assert "ScheduleExpression" not in in_aws()
    assert result["rule"]["next_runs"] == []


def test_a_rule_must_keep_a_schedule_or_a_pattern(deployed, emulator):
    result = deployed(NAME, {**KEY, "schedule_expression": ""})
    assert result["failed"]
    assert result["msg"].startswith("schedule_expression: A rule needs a schedule expression or an")
    assert emulator.writes() == []


def test_a_stopped_rule_stays_stopped_until_it_is_enabled(deployed, in_aws):
    deployed(NAME, {**KEY, "enabled": False})
    assert paths(deployed(NAME, {**RULE, "description": "changed"})) == ["Description"]
    assert in_aws()["State"] == "DISABLED"
    assert paths(deployed(NAME, {**KEY, "enabled": True})) == ["State"]
    assert in_aws()["State"] == "ENABLED"


def test_listening_to_management_events_counts_as_enabled(deployed, aws, in_aws):
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    aws("events").put_rule(Name="hello", EventPattern=PATTERN, State=state)
    assert paths(deployed(NAME, {**KEY, "enabled": True})) == []
    deployed(NAME, {**KEY, "description": "changed"})
    assert in_aws()["State"] == state


def test_a_rule_can_be_made_disabled(run_module, in_aws):
    result = run_module(NAME, {**KEY, "schedule_expression": "rate(1 day)", "enabled": False})
    assert result["rule"]["state"] == in_aws()["State"] == "DISABLED"


def test_a_new_rule_gets_its_tags_with_it(deployed, emulator, aws):
    result = deployed(NAME, {**RULE, "name": "second"})
    assert writes(emulator) == ["PutRule"]
    tags = aws("events").list_tags_for_resource(ResourceARN=result["rule"]["arn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "finance"}]


def test_tags_change_without_the_rule_being_put(deployed, emulator):
    result = deployed(NAME, {**KEY, "tags": {"stage": "live"}})
    assert paths(result) == ["tags[stage]", "tags[team]"]
    assert writes(emulator) == ["TagResource", "UntagResource"]
    assert result["rule"]["tags"] == {"stage": "live"}


def test_tags_are_kept_where_they_are_not_purged(deployed, emulator):
    result = deployed(NAME, {**KEY, "tags": {"stage": "live"}, "purge_tags": False})
    assert writes(emulator) == ["TagResource"]
    assert result["rule"]["tags"] == {"stage": "live", "team": "finance"}


def test_an_interrupted_plan_says_what_was_done_and_what_is_left(deployed, emulator):
    emulator.fault("events", "TagResource", error=("AccessDeniedException", "no tags", 400))
    result = deployed(NAME, {**KEY, "description": "changed", "tags": {"stage": "live"}})
    assert result["failed"]
    assert result["changed"]
    assert "no tags" in result["msg"]
    assert (
        "Done before: PutRule. Not done: TagResource, UntagResource. Run again to finish."
        in result["msg"]
    )
    assert result["error"]["operation"] == "events:TagResource"
    again = deployed(NAME, {**KEY, "description": "changed", "tags": {"stage": "live"}})
    assert paths(again) == ["tags[stage]", "tags[team]"]


def test_next_runs_and_the_schedule_in_words(deployed):
    rule = deployed(NAME, KEY)["rule"]
    assert len(rule["next_runs"]) == 5
    assert all(run.endswith("T03:00:00+00:00") for run in rule["next_runs"])
    assert "03:00" in rule["schedule_explained"]
    rate = deployed(NAME, {**KEY, "schedule_expression": "rate(5 minutes)"})["rule"]
    assert rate["next_runs"] == []
    assert "rate" in rate["next_runs_remark"]


def test_what_nobody_understands_in_aws_does_not_keep_anybody_from_stopping_it(
    deployed, emulator, in_aws
):
    strange = {**in_aws(), "ScheduleExpression": "cron(of tomorrow)"}
    emulator.fault("events", "DescribeRule", answer=strange)
    result = deployed(NAME, {**KEY, "enabled": False}, check_mode=True)
    assert paths(result) == ["State"]
    assert result["rule"]["next_runs"] == []
    assert "cron(of tomorrow)" in result["rule"]["next_runs_remark"]


@pytest.mark.parametrize("change", [{"enabled": False}, {"state": "absent", "force": True}])
def test_a_rule_that_a_service_manages_is_refused(deployed, emulator, change):
    emulator.manage_rule("hello", region="ap-northeast-1")
    result = deployed(NAME, {**KEY, **change})
    assert result["failed"]
    assert "managed by ecs.amazonaws.com" in result["msg"]
    assert emulator.writes() == []


def test_a_rule_that_a_service_manages_can_be_looked_at(deployed, emulator):
    emulator.manage_rule("hello", region="ap-northeast-1")
    assert paths(deployed(NAME, KEY)) == []


@pytest.fixture
def orders(run_module, aws):
    arn = aws("events").create_event_bus(Name="orders")["EventBusArn"]
    assert not run_module(NAME, {**KEY, "event_bus_name": "orders", "event_pattern": PATTERN})[
        "failed"
    ]
    return arn


def test_a_rule_on_another_bus_by_name_and_by_arn(run_module, orders, in_aws):
    assert in_aws("orders")["Arn"].endswith(":rule/orders/hello")
    for bus in ("orders", orders):
        assert paths(run_module(NAME, {**KEY, "event_bus_name": bus})) == []
    changed = run_module(NAME, {**KEY, "event_bus_name": orders, "description": "x"})
    assert paths(changed) == ["Description"]
    gone = run_module(NAME, {**KEY, "event_bus_name": orders, "state": "absent"})
    assert gone["changed"]


def test_a_missing_bus_is_told_when_the_rule_is_put(run_module):
    params = {**KEY, "event_bus_name": "nowhere", "event_pattern": PATTERN}
    assert run_module(NAME, params, check_mode=True)["changed"]
    result = run_module(NAME, params)
    assert result["failed"]
    assert "ResourceNotFoundException" in result["msg"]
    assert "nowhere" in result["msg"]


@pytest.fixture
def with_targets(deployed, aws, emulator):
    targets = [{"Id": name, "Arn": CLUSTER.replace("ecs", "sqs")} for name in ("one", "two")]
    for target in targets:
        target["Arn"] = f"arn:aws:sqs:ap-northeast-1:123456789012:{target['Id']}"
    aws("events").put_targets(Rule="hello", Targets=targets)
    emulator.clear_calls()
    return deployed


def test_a_rule_with_targets_is_only_removed_by_force(with_targets, emulator):
    result = with_targets(NAME, {**KEY, "state": "absent"})
    assert result["failed"]
    assert result["msg"].startswith("force: the rule hello still has the targets one, two;")
    assert emulator.writes() == []


def test_force_removes_the_targets_first(with_targets, emulator):
    absent = {**KEY, "state": "absent", "force": True}
    predicted = with_targets(NAME, absent, check_mode=True, diff=True)
    assert emulator.writes() == []
    result = with_targets(NAME, absent, diff=True)
    assert writes(emulator) == ["RemoveTargets", "DeleteRule"]
    assert paths(result)[:2] == ["targets[one]", "targets[two]"]
    assert {**predicted, "invocation": None} == {**result, "invocation": None}
    assert result["rule"] is None
    assert result["diff"]["after"] == {}


def test_a_removal_whose_last_step_fails_says_so(with_targets, emulator):
    emulator.fault("events", "DeleteRule", error=("AccessDeniedException", "stays", 400))
    result = with_targets(NAME, {**KEY, "state": "absent", "force": True})
    assert result["changed"]
    assert "Done before: RemoveTargets. Not done: DeleteRule." in result["msg"]


@pytest.mark.parametrize("more", [{}, {"event_bus_name": "nowhere"}])
def test_a_rule_that_does_not_exist_is_absent(run_module, more):
    result = run_module(NAME, {**KEY, "state": "absent", **more})
    assert not result["failed"]
    assert not result["changed"]


def test_a_name_that_no_rule_can_have_is_refused_also_for_removal(run_module, emulator):
    result = run_module(NAME, {"name": "team/hello", "state": "absent"})
    assert result["failed"]
    assert result["msg"].startswith("name: 'team/hello' is not allowed")
    assert emulator.calls == []
