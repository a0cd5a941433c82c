# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How batches did: runs from ECS and further back from the log, invocations and dead letters, with
few calls, and a remark for whatever could not be read."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    CLUSTER,
    REGION,
    batch,
)

RULE = "events-rule/hello"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"


def status(result: dict[str, Any], name: str = "hello") -> dict[str, Any]:
    chosen: dict[str, Any] = next(
        found["status"] for found in result["batches"] if found["name"] == name
    )
    return chosen


def task_ids(runs: list[dict[str, Any]]) -> list[str]:
    return [run["task_arn"].rpartition("/")[2] for run in runs]


class TestRunsThatEcsKeeps:
    def test_the_last_ones_are_told_newest_first(self, account, info):
        account.rule()
        for place, identifier in enumerate(("new", "older", "oldest")):
            account.ran(identifier, RULE, ago=10 * (place + 1))
        runs = status(info(history=2))["last_runs"]
        assert task_ids(runs) == ["new", "older"]

    def test_a_run_is_told_with_its_end(self, account, info):
        account.rule()
        failed = [{"name": "sidecar", "exitCode": 0}, {"name": "hello", "exitCode": 3}]
        account.ran("run", RULE, containers=failed)
        (run,) = status(info(history=1))["last_runs"]
        assert {key: run[key] for key in run if not key.endswith(("_at", "_arn"))} == {
            "duration_seconds": 60,
            "exit_code": 3,
            "stop_code": "EssentialContainerExited",
            "stop_reason": "Essential container in task exited",
            "revision": 1,
            "source": "ecs",
        }
        assert run["started_at"] < run["stopped_at"]

    def test_a_run_that_never_started_has_no_duration(self, account, info):
        account.rule()
        reason = "CannotPullContainerError: not found"
        account.ran(
            "run", RULE, startedAt=None, stopCode="TaskFailedToStart", stoppedReason=reason,
            containers=[{"name": "hello"}],
        )  # fmt: skip
        (run,) = status(info(history=1))["last_runs"]
        assert (run["started_at"], run["duration_seconds"], run["exit_code"]) == (None, None, None)
        assert (run["stop_code"], run["stop_reason"]) == ("TaskFailedToStart", reason)

    def test_runs_in_progress_overlap_where_they_are_more_than_one_run_starts(self, account, info):
        account.rule("hello", {"Id": "hello", **account.target(TaskCount=2)})
        for identifier in ("a", "b"):
            account.runs(identifier, RULE)
        assert not status(info(history=1))["overlapping"]
        account.runs("c", "batchwork-run/hello")
        found = status(info(history=1))
        assert found["overlapping"]
        assert [run["started_by"] for run in found["running"]] == [
            RULE,
            RULE,
            "batchwork-run/hello",
        ]
        assert found["last_runs"] == []

    def test_batches_of_one_family_have_their_own_runs(self, account, info):
        for name in ("hello", "other"):
            account.rule(name)
        account.schedule("third")
        account.ran("1", RULE)
        account.ran("2", "events-rule/other")
        account.ran("3", "chronos-schedule/third")
        account.ran("4", "somebody")
        result = info(history=9)
        assert [
            task_ids(status(result, name)["last_runs"]) for name in ("hello", "other", "third")
        ] == [["1"], ["2"], ["3"]]

    def test_who_has_the_family_alone_has_runs_by_anybody_but_services(self, account, info):
        account.rule()
        account.ran("by-hand", "somebody")
        account.ran("of-service", "ecs-svc/1")
        account.ran("of-gone-rule", "events-rule/gone")
        assert task_ids(status(info(history=9))["last_runs"]) == ["by-hand"]

    def test_the_runs_of_a_guarded_batch_are_known_by_their_group(self, account, info, fleet):
        """Its tasks are started by Step Functions, also those of others that share the family."""
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:batch-guard"
        guard = {"state_machine_arn": arn, "timeout": 600}
        described = [batch(name, task_definition="hello", guard=guard) for name in ("a", "b")]
        result = fleet(*described)
        assert not result["failed"], result["msg"]
        account.ran("of-a", "AWS Step Functions", group="batchwork:a")
        account.runs("going", "AWS Step Functions", group="batchwork:b")
        account.ran("by-hand", "batchwork-run/b", group="batchwork:b")
        found = info(cluster="batch", history=5)
        assert task_ids(status(found, "a")["last_runs"]) == ["of-a"]
        assert task_ids(status(found, "b")["running"]) == ["going"]
        assert task_ids(status(found, "b")["last_runs"]) == ["by-hand"]

    def test_what_ecs_cut_off_a_long_name_is_known(self, account, info):
        name = "a-rule-with-quite-a-long-name-1"
        account.rule(name)
        account.ran("run", f"events-rule/{name}"[:36])
        assert task_ids(status(info(history=1), name)["last_runs"]) == ["run"]

    def test_a_few_families_are_listed_by_family_and_many_by_cluster(self, account, info):
        for name in "abcd":
            account.rule(name, {"Id": name, **account.target(f"{DEFINITION}-{name}")})
            account.ran(name, f"events-rule/{name}", family=f"hello-{name}")
        assert info(names=["a", "b"], history=1)["api_calls"]["ecs:ListTasks"] == 4
        result = info(history=1)
        assert result["api_calls"]["ecs:ListTasks"] == 2
        assert [task_ids(status(result, name)["last_runs"]) for name in "abcd"] == [
            ["a"],
            ["b"],
            ["c"],
            ["d"],
        ]

    def test_without_history_nothing_is_read_of_runs(self, account, info):
        account.rule()
        account.ran("run", RULE)
        result = info()
        assert "ecs:ListTasks" not in result["api_calls"]
        assert "last_runs" not in status(result)


DEFINITION = CLUSTER.replace("cluster/batch", "task-definition/hello")


class TestRunsThatOnlyTheLogKnows:
    def test_they_follow_those_that_ecs_keeps(self, account, info):
        account.rule()
        account.ran("recent", RULE)
        account.wrote("ecs/hello/recent", 0.1)
        account.wrote("ecs/hello/day", 24, 23.5)
        account.wrote("ecs/hello/week", 168)
        account.wrote("ecs/other/else", 1)
        runs = status(info(history=5))["last_runs"]
        assert task_ids(runs) == ["recent", "day", "week"]
        assert [run["source"] for run in runs] == ["ecs", "log", "log"]
        assert [run["duration_seconds"] for run in runs] == [60, 1800, 0]
        assert [run["exit_code"] for run in runs] == [0, None, None]
        assert runs[1]["task_arn"] == f"{CLUSTER.replace(':cluster/', ':task/')}/day"

    def test_a_run_in_progress_is_not_among_them(self, account, info):
        account.rule()
        account.runs("going", RULE)
        account.wrote("ecs/hello/going", 0.1)
        assert status(info(history=5))["last_runs"] == []

    def test_pages_are_read_until_there_are_enough(self, account, info):
        account.rule()
        for place in range(60):
            account.wrote(f"ecs/other/{place}", 1)
        account.wrote("ecs/hello/old", 24)
        result = info(history=1)
        assert task_ids(status(result)["last_runs"]) == ["old"]
        assert result["api_calls"]["logs:DescribeLogStreams"] == 2

    def test_no_log_is_read_where_ecs_knows_enough(self, account, info):
        account.rule()
        account.ran("recent", RULE)
        assert "logs:DescribeLogStreams" not in info(history=1)["api_calls"]

    def test_streams_of_several_batches_tell_of_none(self, account, info):
        for name in ("hello", "other"):
            account.rule(name)
        account.wrote("ecs/hello/whose", 24)
        found = status(info(history=1))
        assert found["last_runs"] == []
        assert found["remarks"] == [
            "Older runs are not known: their log streams do not tell which of several batches"
            " wrote them (hello, other)."
        ]

    def test_a_log_group_that_is_missing_is_told(self, account, info):
        account.rule()
        (remark,) = status(info(history=1))["remarks"]
        assert remark.startswith("Older runs are not known. Failed describing the log streams")


class TestInvocations:
    def test_those_of_a_rule_in_the_last_day_are_summed_up(self, account, info):
        account.rule()
        for _hour in range(3):
            account.counted("AWS/Events", "Invocations", "RuleName", "hello", 8)
        account.counted("AWS/Events", "FailedInvocations", "RuleName", "hello", 1)
        account.counted("AWS/Events", "Invocations", "RuleName", "other", 99)
        found = status(info(history=1))
        assert (found["invocations"], found["failed_invocations"]) == (24, 1)

    def test_what_was_not_counted_is_none(self, account, info):
        account.rule()
        found = status(info(history=1))
        assert (found["invocations"], found["failed_invocations"]) == (0, 0)

    def test_those_of_a_schedule_are_known_where_it_is_alone_in_its_group(self, account, info):
        account.schedule()
        account.counted("AWS/Scheduler", "InvocationAttemptCount", "ScheduleGroup", "default", 5)
        account.counted("AWS/Scheduler", "TargetErrorCount", "ScheduleGroup", "default", 2)
        found = status(info(history=1))
        assert (found["invocations"], found["failed_invocations"]) == (5, 2)

    def test_those_of_a_group_are_told_where_several_share_it(self, account, info):
        account.schedule()
        account.schedule("other")
        account.counted("AWS/Scheduler", "InvocationAttemptCount", "ScheduleGroup", "default", 5)
        found = status(info(history=1))
        assert (found["invocations"], found["failed_invocations"]) == (None, None)
        assert (
            "AWS counts invocations for schedule groups only: the group default had 5 attempts in"
            " the last day, and 0 failed."
        ) in found["remarks"]


class TestDeadLetters:
    @pytest.fixture
    def queue(self, account: Any) -> Any:
        client = account.aws("sqs")
        url = client.create_queue(QueueName="dead-letters")["QueueUrl"]
        account.rule("hello", {"Id": "h", **account.target(), "DeadLetterConfig": {"Arn": QUEUE}})
        return lambda: client.send_message(QueueUrl=url, MessageBody="{}")

    def test_they_are_counted(self, info, queue):
        assert status(info(history=1))["dead_letters"] == 0
        queue()
        assert status(info(history=1))["dead_letters"] == 1

    def test_a_queue_is_asked_once_for_all_its_batches(self, account, info, queue):
        target = {"Id": "o", **account.target(), "DeadLetterConfig": {"Arn": QUEUE}}
        account.rule("other", target)
        assert info(history=1)["api_calls"]["sqs:GetQueueAttributes"] == 1

    def test_a_batch_without_a_queue_has_no_count(self, account, info):
        account.rule()
        assert status(info(history=1))["dead_letters"] is None

    def test_a_queue_that_is_gone_is_told(self, account, info):
        account.rule("hello", {"Id": "h", **account.target(), "DeadLetterConfig": {"Arn": QUEUE}})
        found = status(info(history=1))
        assert found["dead_letters"] is None
        assert any(remark.startswith("Dead letters are not known.") for remark in found["remarks"])


DENIED = {
    "ecs:ListTasks": "Running tasks are not known.",
    "ecs:DescribeTasks": "Runs that ECS keeps are not known.",
    "logs:DescribeLogStreams": "Older runs are not known.",
    "cloudwatch:GetMetricData": "Invocations are not known.",
    "sqs:GetQueueAttributes": "Dead letters are not known.",
}


@pytest.mark.parametrize("action", DENIED)
def test_a_missing_permission_is_a_remark_that_names_it(account, info, action):
    account.aws("sqs").create_queue(QueueName="dead-letters")
    account.rule("hello", {"Id": "h", **account.target(), "DeadLetterConfig": {"Arn": QUEUE}})
    account.ran("run", RULE)
    account.wrote("ecs/hello/old", 24)
    account.emulator.deny(action)
    remarks = status(info(history=5))["remarks"]
    assert f"{DENIED[action]} The permission {action} is missing." in remarks
    assert all(f"The permission {action} is missing." in remark for remark in remarks)


def test_a_cluster_that_is_gone_is_told(account, info):
    target = {**account.target(), "Arn": CLUSTER.replace("/batch", "/gone")}
    account.rule("hello", {"Id": "hello", **target})
    gone = ("ClusterNotFoundException", "Cluster not found.", 400)
    account.emulator.fault("ecs", "ListTasks", error=gone, times=None)
    assert any("Cluster not found" in each for each in status(info(history=1))["remarks"])


MANY = 500


def test_at_most_three_calls_are_made_for_each_of_five_hundred(account, info, crowd):
    """Each has a task definition, a log group and a run in the last hour of its own."""
    crowd += [f"batch-{place:03}" for place in range(MANY)]
    for place, name in enumerate(crowd):
        trigger = "chronos-schedule" if place % 2 else "events-rule"
        account.ran(f"run-{place}", f"{trigger}/{name}", family=name)
    result = info(owner="reports", history=2, workers=16)
    assert [found["name"] for found in result["batches"]] == crowd
    assert result["not_batches"] == []
    calls = Counter(f"{call.service}:{call.operation}" for call in account.emulator.calls)
    assert calls == Counter(result["api_calls"])
    assert calls.total() <= 3 * MANY
    assert (calls["ecs:ListTasks"], calls["ecs:DescribeTasks"]) == (6, 5)
    assert calls["cloudwatch:GetMetricData"] == 2
    left_out = 0
    for place, found in enumerate(result["batches"]):
        runs, remarks = task_ids(found["status"]["last_runs"]), " ".join(found["status"]["remarks"])
        left_out += "not looked for in the log" in remarks
        assert runs in ([f"run-{place}", "yesterday-1"], [f"run-{place}"])
        assert len(runs) == 2 or "At most 3 calls" in remarks
    # What the listings take is missing for the last of the logs.
    assert 0 < left_out < MANY / 20
