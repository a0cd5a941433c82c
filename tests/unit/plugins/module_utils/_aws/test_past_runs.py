# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells of runs that are over: CloudTrail, dead letters, counts and log streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws import (
    cloudtrail,
    cloudwatch,
    logs,
    sqs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound

from emulator import metrics
from emulator.strict import cloudtrail as trail

REGION, ACCOUNT = "ap-northeast-1", "123456789012"


def test_events_are_read_page_by_page_up_to_a_bound(aws, monkeypatch):
    for number in range(5):
        aws("events").put_rule(Name=f"rule-{number}", ScheduleExpression="rate(1 day)")
    now = datetime.now(UTC)
    span = (now - timedelta(hours=1), now + timedelta(hours=1))
    monkeypatch.setattr(trail, "_PAGE", 2)
    events, complete = cloudtrail.lookup_events(aws("cloudtrail"), "PutRule", *span)
    assert (len(events), complete) == (5, True)
    monkeypatch.setattr(cloudtrail, "MOST_PAGES", 2)
    events, complete = cloudtrail.lookup_events(aws("cloudtrail"), "PutRule", *span)
    assert (len(events), complete) == (4, False)


def test_messages_are_looked_at_and_stay(aws):
    client = aws("sqs")
    made = client.create_queue(QueueName="letters")["QueueUrl"]
    for number in range(12):
        client.send_message(QueueUrl=made, MessageBody=str(number))
    url = sqs.get_queue_url(client, "letters", ACCOUNT)
    assert url == made
    looked_at = sqs.look_at_messages(client, url)
    assert {message["Body"] for message in looked_at} <= {str(number) for number in range(12)}
    assert len(looked_at) >= 10
    attributes = sqs.get_queue_attributes(client, url, (sqs.MESSAGES, sqs.REDRIVE_POLICY))
    assert attributes == {"ApproximateNumberOfMessages": "12"}


def test_a_queue_that_is_gone_is_not_found(aws):
    with pytest.raises(NotFound):
        sqs.get_queue_url(aws("sqs"), "letters", ACCOUNT)


@pytest.mark.parametrize(("days", "seconds"), [(0, 60), (14, 60), (15, 300), (63, 3600)])
def test_counts_have_the_period_that_is_kept(days, seconds):
    assert cloudwatch.period_for(timedelta(days=days)) == seconds


def test_counts_of_a_span(aws):
    now = datetime.now(UTC)
    for failed in (True, False):
        metrics.record_invocation(REGION, ACCOUNT, "hello", failed, now)
    metrics.record_invocation(REGION, ACCOUNT, "other", True, now)
    metrics.record_invocation(REGION, ACCOUNT, "hello", True, now - timedelta(hours=2))
    counted = [*cloudwatch.metrics_of_rule("hello"), *cloudwatch.metrics_of_rule("never")]
    span = (now - timedelta(hours=1), now + timedelta(minutes=1))
    counts = cloudwatch.metric_sums(aws("cloudwatch"), counted, *span, 60)
    assert counts == dict(zip(counted, (2, 1, 0, 0), strict=True))


def write(client, stream, moment, *messages):
    client.create_log_stream(logGroupName="/g", logStreamName=stream)
    events = [{"timestamp": int(moment.timestamp() * 1000), "message": each} for each in messages]
    client.put_log_events(logGroupName="/g", logStreamName=stream, logEvents=events)


def test_streams_with_lines_since_a_moment(aws):
    client, now = aws("logs"), datetime.now(UTC)
    client.create_log_group(logGroupName="/g")
    write(client, "ecs/app/1", now, "new")
    write(client, "ecs/app/2", now - timedelta(days=2), "old")
    write(client, "ecs/other/3", now, "of another container")
    since = int((now - timedelta(hours=1)).timestamp() * 1000)
    found = logs.newest_log_streams(client, "/g", "ecs/app/", since)
    assert [stream["logStreamName"] for stream in found] == ["ecs/app/1"]


def test_lines_of_a_log_that_grows(aws):
    client, now = aws("logs"), datetime.now(UTC)
    client.create_log_group(logGroupName="/g")
    with pytest.raises(NotFound):
        logs.following_log_events(client, "/g", "s", None, 9)
    client.create_log_stream(logGroupName="/g", logStreamName="s")
    assert logs.following_log_events(client, "/g", "s", None, 9) == ([], None)

    def put(*messages):
        stamp = int(now.timestamp() * 1000)
        events = [{"timestamp": stamp, "message": each} for each in messages]
        client.put_log_events(logGroupName="/g", logStreamName="s", logEvents=events)

    put("1", "2", "3")
    events, token = logs.following_log_events(client, "/g", "s", None, 2)
    assert [event["message"] for event in events] == ["2", "3"]
    assert logs.following_log_events(client, "/g", "s", token, 2) == ([], token)
    put("4", "5", "6")
    events, following = logs.following_log_events(client, "/g", "s", token, 2)
    assert [event["message"] for event in events] == ["4", "5", "6"]
    assert following != token
