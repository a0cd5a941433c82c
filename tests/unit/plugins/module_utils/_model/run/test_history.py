# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks are whose runs, and what is told of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.history import (
    RunSource,
    last_runs,
    logged_runs,
    running_tasks,
    shared_tasks,
    stopped_runs,
)

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LONG = "a-rule-with-quite-a-long-name"


def source(name: str = "hello", trigger: str = "rule", family: str = "hello") -> RunSource:
    return RunSource(name, trigger, CLUSTER, family)


def task(started_by: str = "events-rule/hello", **facts: Any) -> dict[str, Any]:
    return {
        "taskArn": f"{CLUSTER.replace(':cluster/', ':task/')}/1",
        "clusterArn": CLUSTER,
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/hello:4",
        "startedBy": started_by,
        "lastStatus": "STOPPED",
        **facts,
    }


@pytest.mark.parametrize(
    ("sources", "started_by", "whose"),
    [
        ([source()], "events-rule/hello", "hello"),
        ([source("a", "scheduler")], "chronos-schedule/a", "a"),
        ([source("a"), source("b")], "events-rule/b", "b"),
        ([source("a"), source("b")], "batchwork-run/b", "b"),
        ([source("a"), source("b")], "somebody", None),
        ([source("a")], "somebody", "a"),
        ([source("a")], "", "a"),
        ([source("a")], "ecs-svc/1", None),
        ([source("a")], "events-rule/b", None),
        ([source("a", family="other")], "events-rule/a", None),
        # ECS cut off the end of the name; the whole name tells the two apart, the rest does not.
        ([source(LONG)], f"events-rule/{LONG}"[:36], LONG),
        ([source(LONG), source(LONG + "2")], f"events-rule/{LONG}2", LONG + "2"),
        ([source(LONG), source(LONG + "2")], f"events-rule/{LONG}"[:36], None),
    ],
)
def test_whose_a_task_is(sources, started_by, whose):
    found = shared_tasks(sources, [task(started_by)])
    assert [each.name for each, tasks in found.items() if tasks] == [whose] * bool(whose)


def test_a_task_of_another_cluster_is_nobody_s():
    found = shared_tasks([source()], [task(clusterArn=CLUSTER + "2")])
    assert found == {source(): []}


def test_runs_in_progress_are_told_oldest_first():
    starting = task(lastStatus="PENDING", createdAt=NOON)
    going = task(lastStatus="RUNNING", startedAt=NOON - timedelta(hours=1), taskArn="a/2")
    assert [run["task_arn"][-1] for run in running_tasks([starting, going, task()])] == ["2", "1"]
    assert running_tasks([going]) == [
        {
            "task_arn": "a/2",
            "started_at": "2026-11-25T11:00:00+00:00",
            "started_by": "events-rule/hello",
            "revision": 4,
        }
    ]


class TestStopped:
    def test_all_that_ecs_tells(self):
        stopped = task(
            startedAt=NOON,
            stoppedAt=NOON + timedelta(seconds=90.6),
            stopCode="EssentialContainerExited",
            stoppedReason="Essential container in task exited",
            containers=[
                {"name": "side", "exitCode": 0, "reason": "OutOfMemory"},
                {"name": "a", "exitCode": 1},
            ],
        )
        (run,) = stopped_runs([stopped, task(lastStatus="RUNNING")], "a")
        assert run == {
            "task_arn": stopped["taskArn"],
            "started_at": "2026-11-25T12:00:00+00:00",
            "stopped_at": "2026-11-25T12:01:30+00:00",
            "duration_seconds": 91,
            "exit_code": 1,
            "stop_code": "EssentialContainerExited",
            "stop_reason": "Essential container in task exited; side: OutOfMemory",
            "revision": 4,
            "source": "ecs",
        }

    def test_little(self):
        (run,) = stopped_runs([task()], None)
        assert {key: value for key, value in run.items() if value is not None} == {
            "task_arn": task()["taskArn"],
            "revision": 4,
            "source": "ecs",
        }

    def test_without_the_container_the_first_one_counts(self):
        (run,) = stopped_runs([task(containers=[{"name": "b", "exitCode": 2}])], "a")
        assert run["exit_code"] == 2


def stream(name: str, first: float | None = None, last: float | None = None, **more: Any) -> Any:
    times = {"firstEventTimestamp": first, "lastEventTimestamp": last, "creationTime": 0}
    milliseconds = {key: int(value * 1000) for key, value in times.items() if value is not None}
    return {"logStreamName": name, **milliseconds, **more}


class TestLogged:
    def test_streams_of_the_prefix_are_runs_newest_first(self):
        streams = [
            stream("ecs/a/1", 60, 90),
            stream("ecs/a/2", 120, 120),
            stream("ecs/ab/3", 180, 180),
            stream("ecs/a/4/5", 180, 180),
            stream("ecs/a/", 180, 180),
        ]
        runs = logged_runs(streams, "ecs/a/", CLUSTER)
        assert [run["task_arn"][-1] for run in runs] == ["2", "1"]
        assert [run["duration_seconds"] for run in runs] == [0, 30]
        assert runs[1]["started_at"] == "1970-01-01T00:01:00+00:00"
        assert runs[1]["source"] == "log"

    def test_a_run_that_wrote_nothing_began_when_its_stream_was_made(self):
        (run,) = logged_runs([stream("ecs/a/1")], "ecs/a/", CLUSTER)
        assert run["started_at"] == "1970-01-01T00:00:00+00:00"
        assert (run["stopped_at"], run["duration_seconds"]) == (None, None)


def test_the_last_runs_are_those_of_ecs_and_what_only_the_log_knows():
    def run(identifier: str, started: str | None, stopped: str | None = None) -> dict[str, Any]:
        return {"task_arn": f"a/{identifier}", "started_at": started, "stopped_at": stopped}

    recent = [run("3", "2026-03"), run("failed-start", None, "2026-05")]
    logged = [run("3", "2026-03"), run("going", "2026-04"), run("1", "2026-01"), run("0", "2025")]
    found = last_runs(recent, logged, [run("going", "2026-04")], 3)
    assert [each["task_arn"] for each in found] == ["a/failed-start", "a/3", "a/1"]
