# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a task did not do its work, and what helps: the failure modes of scheduled ECS tasks, as a
table.

Source: the messages that AWS answers in DescribeTasks and RunTask, as users have reported them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ESSENTIAL_CONTAINER_EXITED = "EssentialContainerExited"
"""The stop code of a task whose work ended by itself (botocore, Task.stopCode)."""


NOT_CONVERTED = "Unable to convert target input to TaskOverride"
"""What AWS says of a target's input that is no overrides (aws/aws-cli#2760, boto/boto3#4370)."""


@dataclass(frozen=True)
class KnownReason:
    """A message of AWS by a pattern, and the remedy as a sentence."""

    pattern: str
    remedy: str


KNOWN_REASONS: tuple[KnownReason, ...] = (
    KnownReason(
        NOT_CONVERTED,
        "Give overrides as a JSON object, such as "
        '{"containerOverrides": [{"name": "batch", "command": ["run"]}]}.',
    ),
    KnownReason(
        r"is not a container in the TaskDefinition|Override for container named",
        "Use the name of a container of the task definition in the overrides, or name the "
        "container so.",
    ),
    KnownReason(
        r"ClusterNotFound|cluster .*not found|Cluster not found|referenced cluster was inactive",
        "Create the ECS cluster, or correct the cluster in the target and the region of the play.",
    ),
    KnownReason(
        r"TaskDefinition is inactive|Unable to describe task definition|task definition .*inactive",
        "Point the target at an ACTIVE revision, or at the family without a revision.",
    ),
    KnownReason(
        r"cannot be assumed by principal|must allow AWS EventBridge Scheduler to assume the role",
        "Let the role's trust policy name events.amazonaws.com, or scheduler.amazonaws.com for a "
        "schedule, and make the role again if it is gone.",
    ),
    KnownReason(
        r"unable to assume the role",
        "Make the task definition's execution role and task role again where they are gone, and "
        "let their trust policies name ecs-tasks.amazonaws.com.",
    ),
    KnownReason(
        r"not authorized to perform: ecs:RunTask",
        "Allow ecs:RunTask on every revision of the family (task-definition/FAMILY:*) and on this "
        "cluster: a policy on one revision breaks with the next one.",
    ),
    KnownReason(
        r"iam:PassRole",
        "Allow iam:PassRole on the task definition's execution role and task role, for "
        "ecs-tasks.amazonaws.com.",
    ),
    KnownReason(
        r"ecs:TagResource", "Allow ecs:TagResource when tasks are tagged or tags are propagated."
    ),
    KnownReason(
        r"failed to validate logger args|log group does not exist|"
        r"cannot find the Amazon CloudWatch log group",
        "Create the log group in the region that the task definition names, and allow the "
        "execution role "
        "logs:CreateLogStream and logs:PutLogEvents on it.",
    ),
    KnownReason(
        r"unable to pull secrets|retrieve secret|GetSecretValue|GetParameters",
        "Check that the secret or parameter exists, that the execution role may read and decrypt "
        "it, and that the subnet "
        "has a way to Secrets Manager or Systems Manager (public address, NAT gateway or "
        "endpoints).",
    ),
    KnownReason(
        r"CannotPullContainerError.*(not found|manifest unknown|does not exist)",
        "Push the image, or correct its name or tag in the task definition.",
    ),
    KnownReason(
        r"CannotPullContainerError|registry auth|dial tcp.*timeout|i/o timeout",
        "Give the subnet a way to the registry: a public address in a public subnet, a NAT "
        "gateway, or endpoints for "
        "ecr.api, ecr.dkr and s3; and let the security group out on port 443.",
    ),
    KnownReason(
        r"exec format error",
        "Build the image for the processor architecture of the task definition's runtime platform.",
    ),
    KnownReason(
        r"executable file not found|CannotStartContainerError|no such file or directory",
        "Correct the command or entry point: the image does not have that program.",
    ),
    KnownReason(
        r"OutOfMemoryError|OutOfMemory",
        "Give the task definition more memory, or let the batch use less.",
    ),
    KnownReason(
        r"RESOURCE:ENI|Capacity is unavailable|RESOURCE:(CPU|MEMORY)|free addresses",
        "AWS has no room for the task now: run it again later, use more subnets, or raise the "
        "quota.",
    ),
    KnownReason(
        r"No Fargate configuration exists",
        "Choose a pair of cpu and memory that Fargate knows, also in the overrides.",
    ),
    KnownReason(
        r"does not support launch_type|to have execution role ARN to support",
        "Let the target start a revision that is made for its launch type (for Fargate: awsvpc, "
        "cpu and memory, and an execution role), or correct the launch type.",
    ),
    KnownReason(
        r"must have a task role|valid taskRoleArn|execute command",
        "Give the task definition a task role with the ssmmessages actions, or switch execute "
        "command off.",
    ),
    KnownReason(
        r"No Container Instances", "The cluster has no EC2 instances: use the launch type FARGATE."
    ),
    KnownReason(
        r"Overrides length must be at most",
        "Shorten the overrides to 8192 characters; put long values into the task definition or a "
        "file in S3.",
    ),
    KnownReason(
        r"(?i)network configuration",
        "Give subnets and security groups when the task definition uses awsvpc, and none when it "
        "does not.",
    ),
    KnownReason(
        r"InvalidSubnet|subnet.*does not exist|InvalidGroup|security group.*does not exist",
        "Correct the subnets and security groups: they must exist and belong to one VPC.",
    ),
    KnownReason(
        r"(?i)\bspot\b", "Fargate Spot took the capacity back: run the batch again, or use FARGATE."
    ),
)
"""What is known, the more specific first."""


def remedy(text: str) -> str | None:
    """Return what helps against a failure that AWS describes with ``text``, None where it is not
    known."""
    return next(
        (known.remedy for known in KNOWN_REASONS if re.search(known.pattern, text, re.DOTALL)), None
    )


def stop_text(task: Mapping[str, Any]) -> str:
    """Return all that AWS says of a stopped task: the stop code, its reason and those of its
    containers."""
    parts = [task.get("stopCode"), task.get("stoppedReason")]
    parts += [
        f"{entry.get('name')}: {entry['reason']}"
        for entry in task.get("containers", ())
        if entry.get("reason")
    ]
    return "; ".join(str(part) for part in parts if part)
