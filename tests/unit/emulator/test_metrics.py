# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fires is counted in CloudWatch: by rule, and for schedules by group."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.server import Emulator

MINUTE = datetime(2199, 1, 1, 3, tzinfo=UTC)
AT_THAT_MINUTE = "cron(0 3 1 1 ? 2199)"
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
RUN_TASK = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ecs:RunTask", "Resource": "*"}],
}


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


@pytest.fixture
def target(aws: Any) -> dict[str, Any]:
    """A target that starts a task which ends at once."""
    aws("ecs").create_cluster(clusterName="batch")
    container = {"name": "hello", "image": "busybox"}
    definition = aws("ecs").register_task_definition(
        family="hello",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[container],
    )["taskDefinition"]["taskDefinitionArn"]
    trust, allowed = json.dumps(TRUST), json.dumps(RUN_TASK)
    made = aws("iam").create_role(RoleName="trigger", AssumeRolePolicyDocument=trust)
    aws("iam").put_role_policy(RoleName="trigger", PolicyName="run", PolicyDocument=allowed)
    role = made["Role"]["Arn"]
    subnets = [aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]]
    network = {"awsvpcConfiguration": {"Subnets": subnets}}
    parameters = {"LaunchType": "FARGATE", "NetworkConfiguration": network}
    return {
        "Arn": CLUSTER,
        "RoleArn": role,
        "EcsParameters": {"TaskDefinitionArn": definition, **parameters},
    }


def counted(aws: Any, namespace: str, name: str, dimension: str, value: str) -> float:
    now = datetime.now(UTC)
    answer = aws("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": dimension, "Value": value}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


@pytest.mark.parametrize("fails", [False, True])
def test_a_rule_s_invocations_are_counted(emulator, aws, target, fails):
    if fails:
        target["EcsParameters"]["TaskDefinitionArn"] += "0"
    aws("events").put_rule(Name="hello", ScheduleExpression=AT_THAT_MINUTE)
    aws("events").put_targets(Rule="hello", Targets=[{"Id": "hello", **target}])
    emulator.runner.clock.fire(MINUTE)
    found = {
        name: counted(aws, "AWS/Events", name, "RuleName", "hello")
        for name in ("Invocations", "FailedInvocations")
    }
    assert found == {"Invocations": 1, "FailedInvocations": int(fails)}


@pytest.mark.parametrize("fails", [False, True])
def test_a_schedule_s_invocations_are_counted_for_its_group(emulator, aws, target, fails):
    if fails:
        target["EcsParameters"]["TaskDefinitionArn"] += "0"
    aws("scheduler").create_schedule(
        Name="hello",
        ScheduleExpression=AT_THAT_MINUTE,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    emulator.runner.clock.fire(MINUTE)
    found = {
        name: counted(aws, "AWS/Scheduler", name, "ScheduleGroup", "default")
        for name in ("InvocationAttemptCount", "TargetErrorCount")
    }
    assert found == {"InvocationAttemptCount": 1, "TargetErrorCount": int(fails)}


def test_what_never_fired_has_no_metric(emulator, aws, target):
    aws("events").put_rule(Name="hello", ScheduleExpression=AT_THAT_MINUTE)
    assert aws("cloudwatch").list_metrics()["Metrics"] == []
