# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches as users describe them."""

from __future__ import annotations

from typing import Any

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/batch"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/trigger"
NEVER_NEAR = "cron(0 3 1 1 ? 2199)"
"""A schedule that no switch has to wait for."""

DEFINITION: dict[str, Any] = {
    "family": "hello",
    "cpu": "256",
    "memory": "512",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["FARGATE"],
    "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/task",
    "container_definitions": [{"name": "hello", "image": "busybox:1"}],
}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
TRIGGERS = ("rule", "scheduler")


def batch(name: str = "hello", **options: Any) -> dict[str, Any]:
    """Return a batch that can be deployed, with other options; None leaves one out."""
    described = {
        "name": name,
        "schedule": NEVER_NEAR,
        "cluster": "batch",
        "role_arn": ROLE,
        "task_definition": DEFINITION,
        "launch_type": "FARGATE",
        "network_configuration": {"subnets": ["subnet-0123456789abcdef0"]},
        **options,
    }
    return {option: value for option, value in described.items() if value is not None}


def definition(family: str = "hello", image: str = "busybox:1", **options: Any) -> dict[str, Any]:
    """Return a task definition with one container of the family's name."""
    container = {"name": "hello", "image": image}
    return {**DEFINITION, "family": family, "container_definitions": [container], **options}


def own_batch(name: str, **options: Any) -> dict[str, Any]:
    """Return a batch with a task definition of its own."""
    return batch(name, task_definition=definition(name), **options)
