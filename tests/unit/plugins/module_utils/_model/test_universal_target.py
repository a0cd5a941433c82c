# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets that only schedules have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import run_request
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
    universal_request,
    with_context_attributes,
)

ARN = "arn:aws-cn:scheduler:::aws-sdk:ecs:runTask"


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (ARN, True),
        ("arn:aws:scheduler:::aws-sdk:ecs:stopTask", False),
        ("arn:aws:ecs:eu-west-1:123456789012:cluster/batch", False),
    ],
)
def test_which_target_calls_run_task(arn: str, expected: bool) -> None:
    assert is_run_task_target({"Arn": arn}) is expected


def test_the_input_is_the_request() -> None:
    text = '{"Cluster": "batch", "Tags": [{"Key": "Team", "Value": "Ops"}], "Count": 2}'
    assert universal_request({"Arn": ARN, "Input": text}) == {
        "cluster": "batch",
        "tags": [{"key": "Team", "value": "Ops"}],
        "count": 2,
    }


@pytest.mark.parametrize("text", [None, "", "[1]", "no json"])
def test_input_that_is_no_object_is_no_request(text: str | None) -> None:
    assert universal_request({"Arn": ARN, "Input": text}) == {}


def test_a_run_has_marks_of_its_own_and_extra_overrides() -> None:
    text = (
        '{"TaskDefinition": "hello", "ClientToken": "a", "StartedBy": "b",'
        ' "Tags": [{"Key": "k", "Value": "v"}], "Overrides": {"Cpu": "256"}}'
    )
    request = run_request({"Arn": ARN, "Input": text}, {"memory": "512"}, "hello", "token")
    assert request == {
        "taskDefinition": "hello",
        "tags": {"k": "v"},
        "overrides": {"cpu": "256", "memory": "512"},
        "startedBy": "batchwork-run/hello",
        "clientToken": "token",
    }


def test_the_keywords_in_the_input_are_replaced() -> None:
    keywords = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    text = " ".join(f"<aws.scheduler.{keyword}>" for keyword in keywords)
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    replaced = with_context_attributes({"Input": text}, "arn:s", moment, "d32c5")
    assert replaced["Input"] == "arn:s 2026-11-22T03:00:00Z d32c5 1"
    assert with_context_attributes({"Arn": ARN}, "arn:s", moment, "d") == {"Arn": ARN}
