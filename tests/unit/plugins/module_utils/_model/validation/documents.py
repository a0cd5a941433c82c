# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Good documents in the API's spelling, and small changes to them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Change = Callable[[Document], None]

ROLE = "arn:aws:iam::123456789012:role/batch"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed-batches"
TASK_DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/nightly"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:nightly-AbCdEf"
SUBNET = "subnet-0123456789abcdef0"
GROUP = "sg-0123456789abcdef0"

AWSLOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": "/batch/nightly",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "ecs",
        "mode": "blocking",
    },
}


def fargate_definition() -> Document:
    """A batch on Fargate with a sidecar."""
    return {
        "family": "nightly",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "executionRoleArn": ROLE,
        "taskRoleArn": ROLE,
        "containerDefinitions": [
            {
                "name": "app",
                "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/nightly:7",
                "cpu": 256,
                "memory": 512,
                "essential": True,
                "command": ["run"],
                "environment": [{"name": "LOG_LEVEL", "value": "info"}],
                "secrets": [
                    {
                        "name": "DB_PASSWORD",
                        "valueFrom": SECRET,
                    }
                ],
                "portMappings": [{"containerPort": 8080, "name": "status"}],
                "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/scratch"}],
                "dependsOn": [{"containerName": "proxy", "condition": "START"}],
                "logConfiguration": copy.deepcopy(AWSLOGS),
            },
            {
                "name": "proxy",
                "image": "public.ecr.aws/docker/library/envoy:v1",
                "essential": False,
                "memoryReservation": 128,
                "logConfiguration": copy.deepcopy(AWSLOGS),
            },
        ],
        "volumes": [{"name": "scratch"}],
        "tags": [{"key": "team", "value": "billing"}],
    }


def ec2_definition() -> Document:
    """A batch on EC2 instances, in a bridge."""
    return {
        "family": "nightly-ec2",
        "networkMode": "bridge",
        "requiresCompatibilities": ["EC2"],
        "containerDefinitions": [
            {"name": "app", "image": "busybox:1.36", "memory": 128, "links": ["cache:cache"]},
            {"name": "cache", "image": "redis:7", "memory": 64, "essential": False},
        ],
        "volumes": [{"name": "data", "host": {"sourcePath": "/data"}}],
    }


def windows_definition() -> Document:
    """A batch in a Windows container on Fargate."""
    definition = fargate_definition()
    definition.update({"cpu": "1024", "memory": "2048"})
    definition["runtimePlatform"] = {
        "operatingSystemFamily": "WINDOWS_SERVER_2022_CORE",
        "cpuArchitecture": "X86_64",
    }
    return definition


def rule_target() -> Document:
    """An ECS target of a rule."""
    return {
        "Id": "nightly",
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "Input": '{"containerOverrides": [{"name": "app", "command": ["run", "--all"]}]}',
        "EcsParameters": {
            "TaskDefinitionArn": TASK_DEFINITION,
            "TaskCount": 1,
            "LaunchType": "FARGATE",
            "PlatformVersion": "1.4.0",
            "EnableExecuteCommand": True,
            "NetworkConfiguration": {
                "awsvpcConfiguration": {
                    "Subnets": [SUBNET],
                    "SecurityGroups": [GROUP],
                    "AssignPublicIp": "ENABLED",
                }
            },
            "Tags": [{"Key": "team", "Value": "billing"}],
        },
        "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 600},
        "DeadLetterConfig": {"Arn": QUEUE},
    }


def schedule_target() -> Document:
    """An ECS target of a schedule."""
    target = rule_target()
    del target["Id"]
    target["EcsParameters"]["Tags"] = [{"key": "team", "value": "billing"}]
    return target


def rule() -> Document:
    """A scheduled rule."""
    return {
        "Name": "nightly",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "State": "ENABLED",
        "Description": "Bills of the day",
        "Tags": [{"Key": "team", "Value": "billing"}],
    }


def pattern_rule() -> Document:
    """A rule that listens."""
    return {"Name": "on-upload", "EventPattern": '{"source": ["aws.s3"], "detail": {"size": [1]}}'}


def overrides() -> Document:
    """A TaskOverride."""
    return {
        "cpu": "1024",
        "memory": "2048",
        "containerOverrides": [
            {"name": "app", "command": ["run"], "environment": [{"name": "DAY", "value": "1"}]}
        ],
    }


def pair() -> Document:
    """A target together with the task definition that it starts."""
    return {"target": rule_target(), "taskDefinition": fargate_definition()}


def ec2_pair() -> Document:
    """The same on EC2 instances."""
    target = rule_target()
    target["EcsParameters"] = {"TaskDefinitionArn": TASK_DEFINITION, "LaunchType": "EC2"}
    return {"target": target, "taskDefinition": ec2_definition()}


GOOD: dict[str, Callable[[], Document]] = {
    function.__name__: function
    for function in (
        fargate_definition,
        ec2_definition,
        windows_definition,
        rule_target,
        schedule_target,
        rule,
        pattern_rule,
        overrides,
        pair,
        ec2_pair,
    )
}
"""Every good document by its name."""


def steps(path: str) -> tuple[str | int, ...]:
    """Return ``containerDefinitions[0].image`` as the steps of a location; keys may hold
    hyphens."""
    return tuple(
        int(index) if index else member
        for member, index in re.findall(r"([^.\[\]]+)(?!\])|\[(\d+)\]", path)
    )


def put(path: str, value: Any) -> Change:
    """Set what is at ``path``; an index behind the end of a list appends."""

    def change(document: Document) -> None:
        place, last = _place(document, path)
        if isinstance(place, list) and last == len(place):
            place.append(copy.deepcopy(value))
        else:
            place[last] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    """Remove what is at ``path``."""

    def change(document: Document) -> None:
        place, last = _place(document, path)
        del place[last]

    return change


def both(*changes: Change) -> Change:
    """Do several changes."""

    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def _place(document: Document, path: str) -> tuple[Any, Any]:
    *above, last = steps(path)
    place: Any = document
    for step in above:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    return place, last
