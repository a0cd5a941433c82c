# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trigger of a guarded batch starts its state machine, which runs the task with a role of its
own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)

from emulator.server import Emulator

PLACE = "ap-northeast-1:123456789012"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
FAMILY = f"arn:aws:ecs:{PLACE}:task-definition/hello"
STATE_MACHINE = f"arn:aws:states:{PLACE}:stateMachine:hello-guard"
MINUTE = "2026-11-23T03:00:00+00:00"
PATIENCE = 30
START = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": STATE_MACHINE}
GUARD = [
    {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": f"{FAMILY}:*"},
    {
        "Effect": "Allow",
        "Action": ["ecs:DescribeTasks", "ecs:StopTask"],
        "Resource": f"{CLUSTER.replace(':cluster/', ':task/')}/*",
    },
    {
        "Effect": "Allow",
        "Action": "ecs:ListTasks",
        "Resource": f"{CLUSTER.replace(':cluster/', ':container-instance/')}/*",
    },
]


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


class Account:
    """A guarded batch, whose roles have what they need."""

    def __init__(self, aws: Any, emulator: Any, make_role: Any) -> None:
        self.aws, self.emulator = aws, emulator
        aws("ecs").create_cluster(clusterName="batch")
        aws("ecs").register_task_definition(
            family="hello",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[{"name": "hello", "image": "debian", "command": ["true"]}],
        )
        self.trigger = make_role("trigger", "events", "scheduler")
        role = make_role("guard", "states")
        self.allow("trigger", START)
        self.allow("guard", *GUARD)
        aws("stepfunctions").create_state_machine(
            name="hello-guard", definition=json.dumps(definition("aws")), roleArn=role
        )
        self.queue = aws("sqs").create_queue(QueueName="letters")["QueueUrl"]

    def allow(self, role: str, *statements: dict[str, Any]) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.aws("iam").put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=document)

    def target(self) -> dict[str, Any]:
        subnet = self.aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
        content = {
            "guard": {"timeout": 60, "overlap": "skip", "retries": 0, "batch": "hello"},
            "request": {
                "Cluster": CLUSTER,
                "TaskDefinition": f"{FAMILY}:1",
                "LaunchType": "FARGATE",
                "Group": "batchwork:hello",
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet]}},
            },
        }
        return {"Arn": STATE_MACHINE, "RoleArn": self.trigger, "Input": json.dumps(content)}

    def fire(self, trigger: str = "rule") -> dict[str, Any]:
        """Let the batch be due, by a trigger that is made here."""
        if trigger == "rule":
            events = self.aws("events")
            events.put_rule(Name="hello", ScheduleExpression="cron(0 3 * * ? *)")
            events.put_targets(Rule="hello", Targets=[{"Id": "hello", **self.target()}])
        else:
            self.aws("scheduler").create_schedule(
                Name="hello",
                ScheduleExpression="cron(0 3 * * ? *)",
                FlexibleTimeWindow={"Mode": "OFF"},
                Target=self.target(),
            )
        body = {"minute": MINUTE}
        [made] = self.emulator.runner.control("POST", "/_emulator/tasks/fire", body)["invocations"]
        return dict(made)

    def execution(self) -> dict[str, Any]:
        """The one execution, when it has ended."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.emulator.runner.control("GET", "/_emulator/tasks/executions", {})
            [execution] = answer["executions"]
            if execution["status"] != "RUNNING":
                return dict(execution)
            time.sleep(0.05)
        raise AssertionError("The execution did not end.")


@pytest.fixture
def account(aws: Any, emulator: Any, make_role: Any) -> Account:
    return Account(aws, emulator, make_role)


@pytest.mark.parametrize("trigger", ["rule", "schedule"])
def test_the_guarded_run_happens(account: Account, trigger: str) -> None:
    made = account.fire(trigger)
    assert made["error"] is None
    execution = account.execution()
    assert execution["arn"] == made["execution_arn"]
    assert (execution["status"], execution["error"]) == ("SUCCEEDED", None)
    described = account.aws("ecs").describe_tasks(cluster="batch", tasks=execution["task_arns"])
    [task] = described["tasks"]
    assert (task["group"], task["lastStatus"]) == ("batchwork:hello", "STOPPED")
    assert task["startedBy"] == "AWS Step Functions"


def test_a_trigger_that_may_run_tasks_alone_starts_nothing(account: Account) -> None:
    account.allow("trigger", *GUARD)
    assert "states:StartExecution" in account.fire()["error"]
    assert account.emulator.runner.clock.executions.executions() == []


def test_a_state_machine_that_is_gone_fails_the_start(account: Account) -> None:
    account.aws("stepfunctions").delete_state_machine(stateMachineArn=STATE_MACHINE)
    assert "StateMachineDoesNotExist" in account.fire()["error"]


@pytest.mark.parametrize("left_out", range(3))
def test_the_state_machine_s_own_role_is_judged(account: Account, left_out: int) -> None:
    account.allow("guard", *(each for each in GUARD if each is not GUARD[left_out]))
    assert account.fire()["error"] is None
    execution = account.execution()
    assert execution["status"] == "FAILED"
    assert "AccessDenied" in execution["error"]


@pytest.mark.parametrize(("owner", "status"), [("reports", "SUCCEEDED"), ("others", "FAILED")])
def test_running_a_task_may_be_conditioned_on_the_tags_of_its_definition(
    account: Account, owner: str, status: str
) -> None:
    tags = [{"key": "batchwork:owner", "value": "reports"}]
    account.aws("ecs").tag_resource(resourceArn=f"{FAMILY}:1", tags=tags)
    condition = {"StringEquals": {"aws:ResourceTag/batchwork:owner": owner}}
    account.allow("guard", {**GUARD[0], "Condition": condition}, *GUARD[1:])
    account.fire()
    assert account.execution()["status"] == status
