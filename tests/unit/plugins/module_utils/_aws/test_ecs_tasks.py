# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks: run, look, stop."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import (
    describe_tasks,
    list_tasks,
    run_task,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    NotFound,
    PartialFailure,
)

ARN = "arn:aws:ecs:ap-northeast-1:123456789012:task/batch/"
REQUEST = {"cluster": "batch", "taskDefinition": "hello:3"}


@pytest.fixture
def ecs(stubbed):
    return stubbed("ecs")


def test_a_task_is_run_with_its_token_and_tags(ecs):
    ecs.answers(
        "run_task",
        {"tasks": [{"taskArn": ARN + "1"}], "failures": []},
        **REQUEST,
        clientToken="once",
        tags=[{"key": "a", "value": "b"}],
    )
    started = run_task(ecs.client, REQUEST, client_token="once", tags={"a": "b"})
    assert started == [{"taskArn": ARN + "1"}]


def test_a_run_whose_answer_was_lost_is_repeated_with_the_same_token(ecs):
    ecs.fails("run_task", "ServerException", "Service Unavailable", status=500)
    ecs.answers("run_task", {"tasks": [{"taskArn": ARN + "1"}]}, **REQUEST, clientToken="once")
    assert len(run_task(ecs.client, REQUEST, client_token="once")) == 1


def test_a_task_that_was_not_started_is_a_failure_beside_those_that_were(ecs):
    ecs.answers(
        "run_task",
        {
            "tasks": [{"taskArn": ARN + "1"}],
            "failures": [{"arn": ARN + "2", "reason": "RESOURCE:MEMORY", "detail": "too small"}],
        },
        **REQUEST,
        clientToken="once",
    )
    with pytest.raises(PartialFailure) as caught:
        run_task(ecs.client, REQUEST, client_token="once")
    assert "running the task definition hello:3" in str(caught.value)
    assert "RESOURCE:MEMORY: too small" in str(caught.value)
    assert caught.value.done == ({"taskArn": ARN + "1"},)
    assert caught.value.attempts == 1


def test_a_missing_cluster_is_not_found(ecs):
    ecs.fails("run_task", "ClusterNotFoundException", "Cluster not found.")
    with pytest.raises(NotFound):
        run_task(ecs.client, REQUEST, client_token="once")


def test_a_hundred_tasks_are_described_a_call_and_forgotten_ones_left_out(ecs):
    ids = [str(number) for number in range(101)]
    ecs.answers(
        "describe_tasks",
        {
            "tasks": [{"taskArn": ARN + "0"}],
            "failures": [{"arn": ARN + "1", "reason": "MISSING"}],
        },
        cluster="batch",
        tasks=ids[:100],
    )
    ecs.answers(
        "describe_tasks", {"tasks": [{"taskArn": ARN + "100"}]}, cluster="batch", tasks=ids[100:]
    )
    described = describe_tasks(ecs.client, "batch", ids)
    assert [task["taskArn"] for task in described] == [ARN + "0", ARN + "100"]


def test_a_task_that_cannot_be_described_is_told(ecs):
    ecs.answers(
        "describe_tasks",
        {"tasks": [], "failures": [{"arn": ARN + "1", "reason": "SOMETHING"}]},
        cluster="batch",
        tasks=["1"],
    )
    with pytest.raises(PartialFailure, match="SOMETHING"):
        describe_tasks(ecs.client, "batch", ["1"])


def test_tasks_are_listed_over_all_pages(ecs):
    asked = {"cluster": "batch", "startedBy": "events-rule/hello", "desiredStatus": "STOPPED"}
    ecs.answers("list_tasks", {"taskArns": [ARN + "1"], "nextToken": "2"}, **asked)
    ecs.answers("list_tasks", {"taskArns": [ARN + "2"]}, **asked, nextToken="2")
    listed = list_tasks(
        ecs.client, "batch", started_by="events-rule/hello", desired_status="STOPPED"
    )
    assert listed == [ARN + "1", ARN + "2"]
