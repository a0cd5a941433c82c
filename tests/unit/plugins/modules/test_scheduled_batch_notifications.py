# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told when a batch fails: made, changed and removed as foreseen, with nothing else
touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

ACCOUNT = "ap-northeast-1:123456789012"
TOPIC = f"arn:aws:sns:{ACCOUNT}:alerts"
WANTED = {
    "name": "report",
    "family": "report",
    "cluster": "batch",
    "topic_arn": TOPIC,
    "dead_letter_queue": True,
}
MODULE = "scheduled_batch_notifications"
CREATIONS = ["CreateQueue", "PutRule", "PutTargets", "PutMetricAlarm", "PutMetricAlarm"]


def writes(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.writes()]


def made(run_module: Any, emulator: Any, **options: Any) -> dict[str, Any]:
    """Make the notifications, and forget the calls of it."""
    result: dict[str, Any] = run_module(MODULE, {**WANTED, **options})
    assert not result["failed"], result["msg"]
    emulator.clear_calls()
    return result


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_check_apply_apply_check(run_module, emulator, trigger):
    wanted = {**WANTED, "trigger": trigger, "tags": {"team": "data"}}
    foreseen = run_module(MODULE, wanted, check_mode=True, diff=True)
    assert writes(emulator) == []
    done = run_module(MODULE, wanted, diff=True)
    assert not done["failed"], done["msg"]
    assert done == foreseen
    assert writes(emulator) == CREATIONS
    assert done["notifications"] == {
        "dead_letter_arn": f"arn:aws:sqs:{ACCOUNT}:report-dead-letters",
        "rule_arn": f"arn:aws:events:{ACCOUNT}:rule/report-failures",
        "alarms": ["report-failed-invocations", "report-dead-letters"],
    }
    emulator.clear_calls()
    for check_mode in (False, True):
        again = run_module(MODULE, wanted, check_mode=check_mode)
        assert again["changes"] == []
        assert not again["changed"]
    assert writes(emulator) == []


def test_the_rule_is_about_tasks_of_the_family_that_failed(run_module, emulator, aws):
    made(run_module, emulator)
    pattern = json.loads(aws("events").describe_rule(Name="report-failures")["EventPattern"])
    detail = pattern["detail"]
    assert detail["clusterArn"] == [f"arn:aws:ecs:{ACCOUNT}:cluster/batch"]
    assert detail["taskDefinitionArn"] == [
        {"prefix": f"arn:aws:ecs:{ACCOUNT}:task-definition/report:"}
    ]
    assert detail["$or"] == [
        {"containers": {"exitCode": [{"anything-but": 0}]}},
        {"stopCode": [{"anything-but": "EssentialContainerExited"}]},
    ]
    (target,) = aws("events").list_targets_by_rule(Rule="report-failures")["Targets"]
    assert target["Arn"] == TOPIC
    assert "The batch report failed" in target["InputTransformer"]["InputTemplate"]


@pytest.mark.parametrize(
    ("trigger", "metric", "dimension"),
    [
        ("rule", ("AWS/Events", "FailedInvocations"), ("RuleName", "report")),
        ("scheduler", ("AWS/Scheduler", "TargetErrorCount"), ("ScheduleGroup", "default")),
    ],
)
def test_failed_starts_are_counted_where_the_service_counts_them(
    run_module, emulator, aws, trigger, metric, dimension
):
    made(run_module, emulator, trigger=trigger)
    (alarm,) = aws("cloudwatch").describe_alarms(AlarmNames=["report-failed-invocations"])[
        "MetricAlarms"
    ]
    assert (alarm["Namespace"], alarm["MetricName"]) == metric
    assert alarm["Dimensions"] == [{"Name": dimension[0], "Value": dimension[1]}]
    assert alarm["AlarmActions"] == [TOPIC]


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_only_the_rule_may_put_letters_into_the_queue(run_module, emulator, aws, trigger):
    """Also where a schedule has taken its place, or is about to: the rule may still fire."""
    made(run_module, emulator)
    made(run_module, emulator, trigger=trigger)
    client = aws("sqs")
    url = client.get_queue_url(QueueName="report-dead-letters")["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    (statement,) = json.loads(found["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:events:{ACCOUNT}:rule/report"}
    }
    assert found["MessageRetentionPeriod"] == "1209600"


def test_what_somebody_changed_is_named_and_put_right(run_module, emulator, aws):
    made(run_module, emulator)
    alarm = aws("cloudwatch").describe_alarms(AlarmNames=["report-dead-letters"])["MetricAlarms"][0]
    changed = {
        key: alarm[key]
        for key in (
            "AlarmName",
            "Namespace",
            "MetricName",
            "Dimensions",
            "Statistic",
            "Period",
            "EvaluationPeriods",
            "ComparisonOperator",
        )
    }
    aws("cloudwatch").put_metric_alarm(**changed, Threshold=50.0)
    url = aws("sqs").get_queue_url(QueueName="report-dead-letters")["QueueUrl"]
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    aws("events").disable_rule(Name="report-failures")
    emulator.clear_calls()
    result = run_module(MODULE, WANTED)
    paths = [change["path"] for change in result["changes"]]
    assert "alarms[report-dead-letters].Threshold" in paths
    assert "queue.MessageRetentionPeriod" in paths
    assert "rule.State" in paths
    assert writes(emulator) == ["SetQueueAttributes", "PutRule", "PutMetricAlarm"]
    assert not run_module(MODULE, WANTED)["changed"]


def test_without_a_topic_rule_and_alarms_go_and_the_queue_stays(run_module, emulator, aws):
    made(run_module, emulator)
    result = run_module(MODULE, {"name": "report", "dead_letter_queue": True})
    assert result["changed"]
    assert writes(emulator) == ["RemoveTargets", "DeleteRule", "DeleteAlarms", "DeleteAlarms"]
    assert aws("sqs").list_queues()["QueueUrls"]
    assert not run_module(MODULE, {"name": "report"})["changed"]


def test_absent_removes_all_of_it_once(run_module, emulator, aws):
    made(run_module, emulator)
    absent = {"name": "report", "state": "absent"}
    assert run_module(MODULE, absent, check_mode=True)["changed"]
    assert writes(emulator) == []
    assert run_module(MODULE, absent)["changed"]
    assert aws("events").list_rules()["Rules"] == []
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert "QueueUrls" not in aws("sqs").list_queues()
    assert not run_module(MODULE, absent)["changed"]


def test_what_somebody_else_made_is_refused_and_left_alone(run_module, emulator, aws):
    aws("sqs").create_queue(QueueName="report-dead-letters")
    aws("events").put_rule(Name="report-failures", ScheduleExpression="rate(1 day)")
    emulator.clear_calls()
    result = run_module(MODULE, WANTED)
    assert result["failed"]
    assert "the queue report-dead-letters, the rule report-failures" in result["msg"]
    gone = run_module(MODULE, {"name": "report", "state": "absent"})
    assert not gone["changed"]
    assert len(gone["warnings"]) == 2
    assert writes(emulator) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a.b"}, "name: 'a.b' is not allowed"),
        ({"topic_arn": "alerts"}, "topic_arn: 'alerts' is no topic"),
        ({"family": None}, "family: this is required with topic_arn"),
        ({"cluster": None}, "cluster: this is required with topic_arn"),
        ({"group_name": "nightly"}, "group_name: a rule has none"),
        ({"tags": {"batchwork:batch": "other"}}, "tags.batchwork:batch"),
    ],
)
def test_mistakes_name_their_option_before_anything_is_asked(run_module, emulator, options, words):
    given = {key: value for key, value in {**WANTED, **options}.items() if value is not None}
    result = run_module(MODULE, given)
    assert result["failed"]
    assert words in result["msg"]
    assert emulator.calls == []


@pytest.mark.parametrize(
    "action",
    [
        "events:DescribeRule",
        "sqs:GetQueueUrl",
        "cloudwatch:DescribeAlarms",
    ],
)
def test_what_may_not_be_read_is_not_taken_for_absent(run_module, emulator, action):
    emulator.deny(action)
    result = run_module(MODULE, WANTED)
    assert result["failed"]
    assert "AccessDenied" in result["msg"]
    assert writes(emulator) == []
