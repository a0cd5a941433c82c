# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a log stream, and log groups."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import (
    describe_log_group,
    describe_log_groups,
    latest_log_streams,
    tail_log_events,
)

ASKED = {"logGroupName": "/ecs/hello", "logStreamName": "ecs/hello/1", "startFromHead": False}


def events(*numbers: int) -> list[dict]:
    return [{"timestamp": number, "message": f"line {number}"} for number in numbers]


@pytest.fixture
def logs(stubbed):
    return stubbed("logs")


def page(logs, numbers, following: str, limit: int, token: str | None = None) -> None:
    asked = {**ASKED, "limit": limit, **({"nextToken": token} if token else {})}
    answer = {"events": events(*numbers), "nextBackwardToken": following}
    logs.answers("get_log_events", answer, **asked)


def tail(logs, limit: int) -> list[int]:
    lines = tail_log_events(logs.client, "/ecs/hello", "ecs/hello/1", limit)
    return [line["timestamp"] for line in lines]


def test_the_last_lines_come_oldest_first(logs):
    page(logs, (3, 4), "b/1", limit=2)
    assert tail(logs, 2) == [3, 4]


def test_pages_are_read_backwards_until_there_are_enough_lines(logs):
    page(logs, (7, 8), "b/1", limit=5)
    page(logs, (), "b/2", limit=3, token="b/1")
    page(logs, (4, 5, 6), "b/3", limit=3, token="b/2")
    assert tail(logs, 5) == [4, 5, 6, 7, 8]


def test_a_short_stream_ends_where_its_token_repeats(logs):
    page(logs, (1, 2), "b/1", limit=100)
    page(logs, (), "b/1", limit=98, token="b/1")
    assert tail(logs, 100) == [1, 2]


def test_more_lines_than_a_page_holds_are_asked_for_page_by_page(logs):
    page(logs, (), "b/1", limit=10_000)
    page(logs, (), "b/1", limit=10_000, token="b/1")
    assert tail(logs, 20_000) == []


def test_more_lines_than_asked_for_are_cut(logs):
    page(logs, (1, 2, 3), "b/1", limit=2)
    assert tail(logs, 2) == [2, 3]


def test_no_lines_are_no_call(logs):
    assert tail(logs, 0) == []


def test_a_stream_that_is_not_there_is_not_found(logs):
    logs.fails("get_log_events", "ResourceNotFoundException", "The log stream does not exist.")
    with pytest.raises(NotFound, match="reading the log stream ecs/hello/1"):
        tail(logs, 1)


def test_a_group_is_found_by_its_exact_name(logs):
    answer = {"logGroups": [{"logGroupName": "/ecs/hello"}, {"logGroupName": "/ecs/hello-2"}]}
    logs.answers("describe_log_groups", answer, logGroupNamePrefix="/ecs/hello")
    assert describe_log_group(logs.client, "/ecs/hello") == {"logGroupName": "/ecs/hello"}


def test_a_group_whose_name_only_begins_alike_is_not_found(logs):
    answer = {"logGroups": [{"logGroupName": "/ecs/hello-2"}]}
    logs.answers("describe_log_groups", answer, logGroupNamePrefix="/ecs/hello")
    with pytest.raises(NotFound, match="the log group /ecs/hello does not exist"):
        describe_log_group(logs.client, "/ecs/hello")


def test_groups_are_listed_over_all_pages(logs):
    answer = {"logGroups": [{"logGroupName": "a"}], "nextToken": "2"}
    logs.answers("describe_log_groups", answer)
    logs.answers("describe_log_groups", {"logGroups": [{"logGroupName": "b"}]}, nextToken="2")
    assert [group["logGroupName"] for group in describe_log_groups(logs.client)] == ["a", "b"]


def test_the_latest_streams_come_page_by_page_as_far_as_anybody_asks(logs):
    asked = {
        "logGroupName": "/ecs/hello",
        "orderBy": "LastEventTime",
        "descending": True,
        "limit": 50,
    }
    first = {"logStreams": [{"logStreamName": "ecs/hello/1"}], "nextToken": "t"}
    logs.answers("describe_log_streams", first, **asked)
    pages = latest_log_streams(logs.client, "/ecs/hello")
    assert next(pages) == [{"logStreamName": "ecs/hello/1"}]
    logs.answers("describe_log_streams", {"logStreams": []}, **asked, nextToken="t")
    assert list(pages) == [[]]
