# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a task did not do its work: AWS's messages, each with the remedy that fits it."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    KNOWN_REASONS,
    remedy,
    stop_text,
)

MESSAGES = [
    (
        "Unable to convert target input to TaskOverride, JSON syntax error in input",
        "Give overrides as a JSON object",
    ),
    (
        "ECS was unable to assume the role 'x' that was provided for this task.",
        "Make the task definition's execution role and task role again",
    ),
    (
        "Task definition does not support launch_type FARGATE.",
        "Let the target start a revision that is made for its launch type",
    ),
    (
        "InvalidParameterException: Container Overrides length must be at most 8192",
        "Shorten the overrides",
    ),
    (
        "InvalidParameterException: Override for container named x is not a container in the "
        "TaskDefinition.",
        "Use the name of a container",
    ),
    ("ClusterNotFoundException: Cluster not found.", "Create the ECS cluster"),
    ("ClientException: TaskDefinition is inactive", "Point the target at an ACTIVE revision"),
    ("ClientException: Unable to describe task definition.", "Point the target at an ACTIVE"),
    (
        "Provided role 'x' cannot be assumed by principal 'events.amazonaws.com'.",
        "Let the role's trust policy name events.amazonaws.com",
    ),
    (
        "AccessDeniedException: User is not authorized to perform: ecs:RunTask on resource: x",
        "Allow ecs:RunTask on every revision of the family",
    ),
    (
        "ClientException: No Fargate configuration exists for given values.",
        "Choose a pair of cpu and memory",
    ),
    (
        "AccessDeniedException: User is not authorized to perform: iam:PassRole on resource: x",
        "Allow iam:PassRole",
    ),
    (
        "AccessDeniedException: User is not authorized to perform: ecs:TagResource",
        "Allow ecs:TagResource",
    ),
    (
        "ResourceInitializationError: failed to validate logger args: create stream has been "
        "retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The "
        "specified log group does not exist",
        "Create the log group",
    ),
    (
        "The task cannot find the Amazon CloudWatch log group defined in the task definition.",
        "Create the log group",
    ),
    (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
        "retrieval failed: i/o timeout",
        "Check that the secret or parameter exists",
    ),
    (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
        "docker.io/library/nope:1: not found",
        "Push the image",
    ),
    (
        "CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp 1.2.3.4:443: i/o "
        "timeout",
        "Give the subnet a way to the registry",
    ),
    ("exec /bin/sh: exec format error", "Build the image for the processor architecture"),
    (
        'CannotStartContainerError: exec: "nope": executable file not found in $PATH',
        "Correct the command or entry point",
    ),
    ("OutOfMemoryError: Container killed due to memory usage", "Give the task definition more"),
    ("RESOURCE:ENI", "AWS has no room for the task now"),
    (
        "Capacity is unavailable at this time. Please try again later",
        "AWS has no room for the task now",
    ),
    (
        "InvalidParameterException: The task definition must have a task role to use this",
        "Give the task definition a task role",
    ),
    ("No Container Instances were found in your cluster.", "The cluster has no EC2 instances"),
    (
        "InvalidParameterException: Network Configuration must be provided when networkMode "
        "'awsvpc' is specified.",
        "Give subnets and security groups",
    ),
    (
        "InvalidParameterException: Error retrieving subnet information for [subnet-1]: The subnet "
        "ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
        "Correct the subnets",
    ),
    ("Your Spot Task was interrupted.", "Fargate Spot took the capacity back"),
]


@pytest.mark.parametrize(("message", "beginning"), MESSAGES)
def test_the_remedy_fits_the_message(message, beginning):
    assert remedy(message).startswith(beginning)


def test_every_known_reason_has_a_message():
    assert {remedy(message) for message, _beginning in MESSAGES} == {
        known.remedy for known in KNOWN_REASONS
    }


@pytest.mark.parametrize(
    "text", ["", "Essential container in task exited", "the hotspot is on fire"]
)
def test_what_is_not_known_has_no_remedy(text):
    assert remedy(text) is None


def test_all_that_aws_says_of_a_stopped_task():
    task = {
        "stopCode": "TaskFailedToStart",
        "stoppedReason": "Essential container in task exited",
        "containers": [
            {"name": "app", "reason": "OutOfMemoryError"},
            {"name": "side"},
            {"name": "log", "reason": ""},
        ],
    }
    assert stop_text(task) == (
        "TaskFailedToStart; Essential container in task exited; app: OutOfMemoryError"
    )
    assert stop_text({}) == ""
