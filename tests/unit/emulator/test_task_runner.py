# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that really run, as clients meet them through boto3."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from ansible_collections.batchwork.aws.tests.unit.shell_commands import until_exists
from botocore.exceptions import ClientError

from emulator.server import Emulator
from emulator.task_runner import TaskRunner

SECONDS = 20.0
TESTS = Path(__file__).resolve().parents[2]
GROUP = "/ecs/hello"
LOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": GROUP,
        "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "ecs",
    },
}


def wait_until(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


@pytest.fixture
def runner(emulator: Any) -> TaskRunner:
    found: TaskRunner = emulator.runner
    return found


class Ecs:
    """The cluster `batch`, and short ways to start a task there and to wait for its end."""

    def __init__(self, aws: Any) -> None:
        self.api, self.logs, ec2 = aws("ecs"), aws("logs"), aws("ec2")
        self.network = {
            "awsvpcConfiguration": {
                "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
                "securityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
            }
        }
        self.api.create_cluster(clusterName="batch")
        self.logs.create_log_group(logGroupName=GROUP)

    def register(self, *containers: dict[str, Any], **more: Any) -> str:
        """A revision of the family `hello` with these containers over some defaults; its ARN."""
        defaults = {"image": "debian", "memory": 64, "logConfiguration": LOGS}
        answer = self.api.register_task_definition(
            **{
                "family": "hello",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
                "containerDefinitions": [
                    {"name": "hello", **defaults, **container} for container in containers
                ],
                **more,
            }
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def start(self, **parameters: Any) -> list[str]:
        """Start `hello` on Fargate; the tasks' ARNs."""
        answer = self.run_task(**parameters)
        assert answer["failures"] == []
        return [task["taskArn"] for task in answer["tasks"]]

    def run_task(self, **parameters: Any) -> Any:
        return self.api.run_task(
            **{
                "cluster": "batch",
                "taskDefinition": "hello",
                "launchType": "FARGATE",
                "networkConfiguration": self.network,
                **parameters,
            }
        )

    def describe(self, arn: str, **parameters: Any) -> Any:
        answer = self.api.describe_tasks(cluster="batch", tasks=[arn], **parameters)
        assert answer["failures"] == []
        return answer["tasks"][0]

    def wait(self, arn: str, status: str = "STOPPED") -> Any:
        wait_until(lambda: self.describe(arn)["lastStatus"] == status)
        return self.describe(arn)

    def run(self, *command: str, **parameters: Any) -> Any:
        """Run `hello` with a command of its own to the end; the stopped task."""
        self.register({"command": list(command)} if command else {})
        return self.wait(self.start(**parameters)[0])

    def log(self, task: Any, container: str = "hello", group: str = GROUP) -> list[str]:
        stream = f"ecs/{container}/{task['taskArn'].rsplit('/', 1)[-1]}"
        answer = self.logs.get_log_events(
            logGroupName=group, logStreamName=stream, startFromHead=True
        )
        return [event["message"] for event in answer["events"]]

    def wait_for_log(self, task: Any, line: str) -> None:
        # Its stream is there before it runs.
        self.wait(task["taskArn"], "RUNNING")
        wait_until(lambda: line in self.log(task))


@pytest.fixture
def ecs(aws: Any) -> Ecs:
    return Ecs(aws)


def container_of(task: Any, name: str = "hello") -> Any:
    return next(container for container in task["containers"] if container["name"] == name)


def ended_containers(task: Any) -> set[str]:
    return {container["name"] for container in task["containers"] if "exitCode" in container}


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    return str(failure.value.response["Error"]["Code"])


class TestCommand:
    def test_the_output_is_in_the_log_and_the_exit_code_in_the_task(self, ecs: Ecs) -> None:
        task = ecs.run("sh", "-c", "echo Hello,World!; echo oops >&2; exit 3")
        assert ecs.log(task) == ["Hello,World!", "oops"]
        assert container_of(task)["exitCode"] == 3
        assert container_of(task)["lastStatus"] == "STOPPED"
        assert task["stopCode"] == "EssentialContainerExited"
        assert task["stoppedReason"] == "Essential container in task exited"

    def test_an_override_replaces_the_command_and_follows_the_entry_point(self, ecs: Ecs) -> None:
        ecs.register({"entryPoint": ["echo", "entry"], "command": ["of the definition"]})
        overrides = {"containerOverrides": [{"name": "hello", "command": ["of the override"]}]}
        plain, overridden = ecs.start(), ecs.start(overrides=overrides)
        assert ecs.log(ecs.wait(plain[0])) == ["entry of the definition"]
        task = ecs.wait(overridden[0])
        assert ecs.log(task) == ["entry of the override"]
        assert task["overrides"] == overrides

    def test_an_override_s_environment_wins_over_the_definition_s(
        self, ecs: Ecs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SECRET_OF_THE_EMULATOR", "not for tasks")
        ecs.register(
            {
                "command": ["sh", "-c", "echo $A $B [$SECRET_OF_THE_EMULATOR]"],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}],
            }
        )
        environment = [{"name": "B", "value": "2"}]
        overrides = {"containerOverrides": [{"name": "hello", "environment": environment}]}
        assert ecs.log(ecs.wait(ecs.start(overrides=overrides)[0])) == ["1 2 []"]

    def test_a_container_with_nothing_to_run_ends_well_and_writes_nothing(self, ecs: Ecs) -> None:
        task = ecs.run()
        assert container_of(task)["exitCode"] == 0
        assert task["stopCode"] == "EssentialContainerExited"
        assert ecs.log(task) == []

    def test_a_command_that_is_not_found_never_starts(self, ecs: Ecs) -> None:
        task = ecs.run("no-such-command")
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"].startswith("CannotStartContainerError: ")
        assert "executable file not found in $PATH" in task["stoppedReason"]
        assert container_of(task)["exitCode"] == 127
        assert container_of(task)["reason"] == task["stoppedReason"]
        assert "startedAt" not in task


class TestLog:
    def test_a_missing_group_keeps_the_task_from_starting(self, ecs: Ecs) -> None:
        ecs.logs.delete_log_group(logGroupName=GROUP)
        task = ecs.run("touch", "/nowhere")
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"].startswith(
            "ResourceInitializationError: failed to validate logger args: create stream has been "
            "retried 1 times: failed to create Cloudwatch log stream: "
        )
        assert (
            "ResourceNotFoundException: The specified log group does not exist"
            in task["stoppedReason"]
        )
        assert "exitCode" not in container_of(task)
        assert "startedAt" not in task

    def test_a_missing_group_is_created_where_the_definition_says_so(self, ecs: Ecs) -> None:
        options = {**LOGS["options"], "awslogs-group": "/new", "awslogs-create-group": "true"}
        logs = {"logDriver": "awslogs", "options": options}
        ecs.register({"command": ["echo", "Hi"], "logConfiguration": logs})
        # The second time the group is there already.
        for _time in range(2):
            assert ecs.log(ecs.wait(ecs.start()[0]), group="/new") == ["Hi"]

    def test_the_group_may_be_in_another_region(self, ecs: Ecs, aws: Any) -> None:
        there = aws("logs", region_name="eu-west-1")
        there.create_log_group(logGroupName=GROUP)
        options = {**LOGS["options"], "awslogs-region": "eu-west-1"}
        logs = {"logDriver": "awslogs", "options": options}
        ecs.register({"command": ["echo", "Hi"], "logConfiguration": logs})
        task = ecs.wait(ecs.start()[0])
        ecs.logs = there
        assert ecs.log(task) == ["Hi"]

    def test_a_container_without_awslogs_runs_and_logs_nothing(self, ecs: Ecs) -> None:
        ecs.register({"command": ["echo", "Hi"], "logConfiguration": {"logDriver": "splunk"}})
        assert container_of(ecs.wait(ecs.start()[0]))["exitCode"] == 0
        assert ecs.logs.describe_log_streams(logGroupName=GROUP)["logStreams"] == []


class TestLife:
    def test_the_statuses_come_in_order_and_with_their_times(
        self, ecs: Ecs, runner: TaskRunner
    ) -> None:
        task = ecs.run("true")
        times = ["createdAt", "startedAt", "executionStoppedAt", "stoppedAt"]
        assert [task[name] for name in times] == sorted(task[name] for name in times)
        [run] = runner.runs()
        assert [status for status, _since in run.record.statuses()] == [
            "PROVISIONING",
            "PENDING",
            "RUNNING",
            "DEPROVISIONING",
            "STOPPED",
        ]

    def test_the_answer_shows_a_task_that_is_on_its_way(self, ecs: Ecs) -> None:
        ecs.register({"command": ["true"]})
        [task] = ecs.run_task()["tasks"]
        assert (task["lastStatus"], task["desiredStatus"]) == ("PROVISIONING", "RUNNING")
        assert container_of(task)["lastStatus"] == "PENDING"
        assert "exitCode" not in container_of(task)
        assert "stopCode" not in task
        [attachment] = task["attachments"]
        assert attachment["type"] == "ElasticNetworkInterface"

    def test_a_running_task_has_no_exit_code(self, ecs: Ecs) -> None:
        ecs.register({"command": ["sleep", "60"]})
        [arn] = ecs.start()
        task = ecs.wait(arn, "RUNNING")
        assert container_of(task)["lastStatus"] == "RUNNING"
        assert "exitCode" not in container_of(task)
        assert "stoppedAt" not in task

    def test_boto3_s_waiters_understand_it(self, ecs: Ecs) -> None:
        ecs.register({"command": ["sh", "-c", "sleep 0.2"]})
        [arn] = ecs.start()
        ecs.api.get_waiter("tasks_stopped").wait(
            cluster="batch", tasks=[arn], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
        )
        assert ecs.describe(arn)["lastStatus"] == "STOPPED"

    def test_what_the_request_says_is_kept(self, ecs: Ecs) -> None:
        tags = [{"key": "batchwork:batch", "value": "hello"}]
        ecs.register(
            {"command": ["true"]},
            tags=[{"key": "team", "value": "a"}],
            taskRoleArn="arn:aws:iam::123456789012:role/task",
        )
        [arn] = ecs.start(
            startedBy="events-rule/hello",
            group="nightly",
            platformVersion="LATEST",
            enableExecuteCommand=True,
            propagateTags="TASK_DEFINITION",
            enableECSManagedTags=True,
            tags=tags,
        )
        task = ecs.describe(arn, include=["TAGS"])
        expected = {
            "startedBy": "events-rule/hello",
            "group": "nightly",
            "platformVersion": "1.4.0",
            "launchType": "FARGATE",
            "enableExecuteCommand": True,
            "cpu": "256",
            "memory": "512",
        }
        assert {name: task[name] for name in expected} == expected
        assert {tag["key"]: tag["value"] for tag in task["tags"]} == {
            "team": "a",
            "batchwork:batch": "hello",
            "aws:ecs:clusterName": "batch",
        }
        assert ecs.describe(arn).get("tags", []) == []

    def test_the_group_is_the_family_s_by_default(self, ecs: Ecs) -> None:
        assert ecs.run("true")["group"] == "family:hello"

    def test_a_start_can_be_made_to_fail(self, ecs: Ecs, runner: TaskRunner) -> None:
        reason = "CannotPullContainerError: pull image manifest has been retried 1 time(s)"
        runner.fail_next_start("TaskFailedToStart", reason)
        failed, started = ecs.run("echo", "Hi"), ecs.run("echo", "Hi")
        assert (failed["stopCode"], failed["stoppedReason"]) == ("TaskFailedToStart", reason)
        assert "exitCode" not in container_of(failed)
        assert container_of(started)["exitCode"] == 0


class TestSeveralContainers:
    def test_the_others_are_stopped_when_an_essential_one_exits(
        self, ecs: Ecs, tmp_path: Path
    ) -> None:
        ready = tmp_path / "ready"
        polite = (
            f"trap 'echo bye; exit 7' TERM; echo ready; touch {ready}; while :; do sleep 0.05; done"
        )
        ecs.register(
            {"command": ["sh", "-c", f"{until_exists(ready)}; exit 2"]},
            {"name": "side", "essential": False, "command": ["sh", "-c", polite]},
        )
        task = ecs.wait(ecs.start()[0])
        assert container_of(task)["exitCode"] == 2
        assert container_of(task, "side")["exitCode"] == 7
        assert ecs.log(task, "side") == ["ready", "bye"]

    def test_one_that_does_not_listen_is_killed_after_its_stop_timeout(
        self, ecs: Ecs, tmp_path: Path
    ) -> None:
        ready = tmp_path / "ready"
        stubborn = f"trap '' TERM; touch {ready}; while :; do sleep 0.05; done"
        ecs.register(
            {"command": ["sh", "-c", until_exists(ready)]},
            {
                "name": "side",
                "essential": False,
                "stopTimeout": 1,
                "command": ["sh", "-c", stubborn],
            },
        )
        task = ecs.wait(ecs.start()[0])
        assert container_of(task, "side")["exitCode"] == 137
        assert (task["executionStoppedAt"] - task["stoppingAt"]).total_seconds() >= 1

    def test_the_exit_of_one_that_is_not_essential_changes_nothing(
        self, ecs: Ecs, tmp_path: Path
    ) -> None:
        others_have_ended = tmp_path / "others_have_ended"
        ecs.register(
            {"command": ["sh", "-c", f"{until_exists(others_have_ended)}; echo done"]},
            {"name": "side", "essential": False, "command": ["sh", "-c", "exit 9"]},
            {"name": "broken", "essential": False, "command": ["no-such-command"]},
        )
        [arn] = ecs.start()
        wait_until(lambda: ended_containers(ecs.describe(arn)) == {"side", "broken"})
        assert ecs.describe(arn)["lastStatus"] == "RUNNING"
        others_have_ended.touch()
        task = ecs.wait(arn)
        assert ecs.log(task) == ["done"]
        assert task["stopCode"] == "EssentialContainerExited"
        exit_codes = {each["name"]: each["exitCode"] for each in task["containers"]}
        assert exit_codes == {"hello": 0, "side": 9, "broken": 127}

    @pytest.mark.parametrize("condition", ["COMPLETE", "SUCCESS"])
    def test_one_waits_for_what_it_depends_on(self, ecs: Ecs, condition: str) -> None:
        dependency = {"containerName": "first", "condition": condition}
        ecs.register(
            {"command": ["echo", "second"], "dependsOn": [dependency]},
            {"name": "first", "essential": False, "command": ["sh", "-c", "sleep 0.3"]},
        )
        task = ecs.wait(ecs.start()[0])
        assert ecs.log(task) == ["second"]

    def test_one_whose_dependency_fails_never_runs(self, ecs: Ecs) -> None:
        dependency = {"containerName": "first", "condition": "SUCCESS"}
        ecs.register(
            {"command": ["echo", "second"], "dependsOn": [dependency]},
            {"name": "first", "essential": False, "command": ["false"]},
        )
        task = ecs.wait(ecs.start()[0])
        assert ecs.log(task) == []
        assert "exitCode" not in container_of(task)


class TestStopTask:
    def test_a_running_task_is_stopped(self, ecs: Ecs) -> None:
        ecs.register({"command": ["sleep", "60"]})
        [arn] = ecs.start()
        ecs.wait(arn, "RUNNING")
        answer = ecs.api.stop_task(cluster="batch", task=arn, reason="enough")["task"]
        assert answer["desiredStatus"] == "STOPPED"
        task = ecs.wait(arn)
        assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "enough")
        assert container_of(task)["exitCode"] == 143

    def test_a_stopped_task_stays_as_it_is(self, ecs: Ecs) -> None:
        task = ecs.run("true")
        ecs.api.stop_task(cluster="batch", task=task["taskArn"])
        assert ecs.describe(task["taskArn"]) == task

    def test_an_unknown_task_is_an_error(self, ecs: Ecs) -> None:
        with pytest.raises(ClientError, match="The referenced task was not found") as failure:
            ecs.api.stop_task(cluster="batch", task="absent")
        assert code_of(failure) == "InvalidParameterException"


class TestDescribeTasks:
    def test_a_task_is_found_by_its_id(self, ecs: Ecs) -> None:
        task = ecs.run("true")
        assert ecs.describe(task["taskArn"].rsplit("/", 1)[-1]) == task

    def test_an_unknown_task_is_a_failure(self, ecs: Ecs) -> None:
        answer = ecs.api.describe_tasks(cluster="batch", tasks=["absent"])
        arn = "arn:aws:ecs:ap-northeast-1:123456789012:task/batch/absent"
        assert answer["tasks"] == []
        assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]

    def test_a_task_of_another_cluster_is_not_found(self, ecs: Ecs) -> None:
        task = ecs.run("true")
        ecs.api.create_cluster(clusterName="other")
        answer = ecs.api.describe_tasks(cluster="other", tasks=[task["taskArn"]])
        assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"]

    @pytest.mark.parametrize("operation", ["describe_tasks", "list_tasks", "stop_task"])
    def test_an_unknown_cluster_is_an_error(self, ecs: Ecs, operation: str) -> None:
        arguments: dict[str, dict[str, Any]] = {
            "describe_tasks": {"tasks": ["a"]},
            "list_tasks": {},
            "stop_task": {"task": "a"},
        }
        with pytest.raises(ClientError) as failure:
            getattr(ecs.api, operation)(cluster="absent", **arguments[operation])
        assert code_of(failure) == "ClusterNotFoundException"


class TestListTasks:
    def test_running_and_stopped_tasks_are_listed_apart(self, ecs: Ecs) -> None:
        stopped = ecs.run("true")["taskArn"]
        ecs.register({"command": ["sleep", "60"]})
        [running] = ecs.start()
        assert ecs.api.list_tasks(cluster="batch")["taskArns"] == [running]
        answer = ecs.api.list_tasks(cluster="batch", desiredStatus="STOPPED")
        assert answer["taskArns"] == [stopped]
        assert ecs.api.list_tasks(cluster="batch", desiredStatus="PENDING")["taskArns"] == []

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"family": "hello"}, True),
            ({"family": "hell"}, False),
            ({"startedBy": "me"}, True),
            ({"startedBy": "m"}, False),
            ({"launchType": "FARGATE"}, True),
            ({"launchType": "EC2"}, False),
        ],
    )
    def test_filters(self, ecs: Ecs, filters: dict[str, str], found: bool) -> None:
        arn = ecs.run("true", startedBy="me")["taskArn"]
        answer = ecs.api.list_tasks(cluster="batch", desiredStatus="STOPPED", **filters)
        assert answer["taskArns"] == ([arn] if found else [])

    def test_started_by_must_be_the_only_filter(self, ecs: Ecs) -> None:
        message = "cannot specify startedBy with other arguments"
        with pytest.raises(ClientError, match=message) as failure:
            ecs.api.list_tasks(cluster="batch", startedBy="me", family="hello")
        assert code_of(failure) == "InvalidParameterException"

    def test_pages(self, ecs: Ecs) -> None:
        ecs.register({"command": ["true"]})
        arns = {*ecs.start(count=3), *ecs.start(count=2)}
        for arn in arns:
            ecs.wait(arn)
        pages = list(
            ecs.api.get_paginator("list_tasks").paginate(
                cluster="batch", desiredStatus="STOPPED", PaginationConfig={"PageSize": 2}
            )
        )
        assert [len(page["taskArns"]) for page in pages] == [2, 2, 1]
        assert {arn for page in pages for arn in page["taskArns"]} == arns

    @pytest.mark.parametrize("wrong", [{"maxResults": 101}, {"nextToken": "other"}])
    def test_a_wrong_page_is_an_error(self, ecs: Ecs, wrong: dict[str, Any]) -> None:
        with pytest.raises(ClientError) as failure:
            ecs.api.list_tasks(cluster="batch", **wrong)
        assert code_of(failure) == "InvalidParameterException"


class TestClientToken:
    def test_the_same_request_starts_nothing_new(self, ecs: Ecs) -> None:
        ecs.register({"command": ["true"]})
        first, second = ecs.start(clientToken="a"), ecs.start(clientToken="a")
        assert first == second
        assert ecs.start(clientToken="b") != first

    def test_another_request_with_the_same_token_is_refused(self, ecs: Ecs) -> None:
        ecs.register({"command": ["true"]})
        ecs.start(clientToken="a")
        with pytest.raises(ClientError) as failure:
            ecs.start(clientToken="a", count=2)
        assert code_of(failure) == "ConflictException"

    def test_a_start_that_was_refused_uses_up_no_token(self, ecs: Ecs) -> None:
        with pytest.raises(ClientError):
            ecs.start(clientToken="a")
        ecs.register({"command": ["true"]})
        assert len(ecs.start(clientToken="a")) == 1


class TestCleaningUp:
    def started_process(self, ecs: Ecs, runner: TaskRunner) -> int:
        """The id of the process of a task that ignores SIGTERM."""
        ecs.register({"command": ["sh", "-c", "trap '' TERM; echo ready; exec sleep 60"]})
        ecs.wait_for_log(ecs.describe(ecs.start()[0]), "ready")
        run = runner.runs()[-1]
        # Its first line may be read a moment before the run knows of the process.
        wait_until(run.process_ids)
        return run.process_ids()[0]

    def test_reset_ends_every_process_and_forgets_every_task(
        self, ecs: Ecs, emulator: Any, runner: TaskRunner
    ) -> None:
        process_id = self.started_process(ecs, runner)
        emulator.reset()
        assert not Path(f"/proc/{process_id}").exists()
        assert runner.runs() == []
        ecs.api.create_cluster(clusterName="batch")
        for status in ("RUNNING", "STOPPED"):
            answer = ecs.api.list_tasks(cluster="batch", desiredStatus=status)
            assert answer["taskArns"] == []

    def test_stop_ends_every_process(self, ecs: Ecs) -> None:
        with Emulator(run_tasks=True) as other:
            runner: Any = other.runner
            ecs.api = boto3.client("ecs", endpoint_url=other.endpoint)
            process_id = self.started_process(ecs, runner)
        assert not Path(f"/proc/{process_id}").exists()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_the_emulator_as_a_process_takes_its_tasks_along(self, number: signal.Signals) -> None:
        command = [sys.executable, "-m", "emulator", "--run-tasks", "--cluster", "batch"]
        command += ["--region", "ap-northeast-1"]
        with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                endpoint = process.stdout.readline().strip()
                ecs = Ecs(lambda service: boto3.client(service, endpoint_url=endpoint))
                ecs.register({"command": ["sh", "-c", "echo $$; exec sleep 60"]})
                task = ecs.wait(ecs.start()[0], "RUNNING")
                wait_until(lambda: ecs.log(task))
                [process_id] = ecs.log(task)
                assert Path(f"/proc/{process_id}").exists()
                process.send_signal(number)
                assert process.wait(SECONDS) == 0
            finally:
                process.kill()
        assert not Path(f"/proc/{process_id}").exists()

    def test_no_folder_is_left(
        self, ecs: Ecs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        task = ecs.run("sh", "-c", "pwd; touch file")
        assert ecs.log(task)[0].startswith(str(tmp_path))
        assert list(tmp_path.iterdir()) == []


class TestControl:
    """The paths of this part, as playbooks use them."""

    def control(self, emulator: Any, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = f"{emulator.endpoint}/_emulator/{path}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return json.load(response)

    def test_the_tasks_are_shown_with_their_statuses(self, ecs: Ecs, emulator: Any) -> None:
        ecs.run("true")
        [task] = self.control(emulator, "GET", "tasks")["tasks"]
        assert task["stopCode"] == "EssentialContainerExited"
        assert task["statuses"][-1] == {"status": "STOPPED", "at": task["stoppedAt"]}

    def test_a_start_can_be_made_to_fail(self, ecs: Ecs, emulator: Any) -> None:
        body = {"stoppedReason": "CannotPullContainerError: not found"}
        self.control(emulator, "POST", "tasks/fail-next-start", body)
        task = ecs.run("true")
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"] == body["stoppedReason"]

    def test_nothing_is_due_where_there_is_no_rule(self, ecs: Ecs, emulator: Any) -> None:
        body = {"minute": "2026-11-22T03:00:00+00:00"}
        assert self.control(emulator, "POST", "tasks/fire", body) == {"invocations": []}
        shown = self.control(emulator, "GET", "tasks/invocations")
        assert shown == {"invocations": [], "failed": 0}

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("DELETE", "tasks", 404),
            ("GET", "tasks/absent", 404),
            ("GET", "invocations", 404),
            ("POST", "tasks/fire", 400),
        ],
    )
    def test_other_requests_are_errors(
        self, emulator: Any, method: str, path: str, status: int
    ) -> None:
        with pytest.raises(urllib.error.HTTPError) as failure:
            self.control(emulator, method, path, {} if method == "POST" else None)
        with failure.value as error:
            assert error.code == status

    @pytest.mark.parametrize("minute", ["", "yesterday", "2026-11-22T03:00:00"])
    def test_a_minute_that_cannot_be_read_is_an_error(
        self, runner: TaskRunner, minute: str
    ) -> None:
        with pytest.raises(ValueError):
            runner.control("POST", "/_emulator/tasks/fire", {"minute": minute})
