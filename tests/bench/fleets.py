# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleets that are measured, as users describe them, and the four runs of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
OWNER = "reports"
SHARED_FAMILY = "reports"
CONTAINER = "app"

CLUSTER_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/batch"
TRIGGER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/reports-trigger"
TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/reports-task"
EXECUTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/reports-execution"

IMAGES = ("registry.example.com/reports:1", "registry.example.com/reports:2")


@dataclass(frozen=True)
class Variant:
    """A kind of fleet. ``title`` completes the sentence "N batches ..."."""

    name: str
    title: str
    shares_definition: bool
    trigger: str


OWN = Variant("own", "with a rule and a task definition each", False, "rule")
SHARED = Variant("shared", "with a rule each that share one task definition", True, "rule")
SCHEDULES = Variant(
    "schedules", "with a schedule each that share one task definition", True, "scheduler"
)
VARIANTS = {variant.name: variant for variant in (OWN, SHARED, SCHEDULES)}


@dataclass(frozen=True)
class Run:
    """One of the four runs: what is wanted when it begins, and whether it has to write.

    ``schedule_changed``: the first batch runs at another time. ``image``: index of ``IMAGES``.
    """

    name: str
    title: str
    image: int
    schedule_changed: bool
    writes: bool = True


RUNS = (
    Run("first", "first deploy", image=0, schedule_changed=False),
    Run("unchanged", "no change", image=0, schedule_changed=False, writes=False),
    Run("one", "one schedule changed", image=0, schedule_changed=True),
    Run("image", "new image", image=1, schedule_changed=True),
)


@dataclass(frozen=True)
class Fleet:
    """``size`` batches of one kind."""

    variant: Variant
    size: int

    @property
    def names(self) -> list[str]:
        """The names of the batches."""
        return [f"report-{number:04d}" for number in range(self.size)]

    def family(self, name: str) -> str:
        """The family that a batch starts."""
        return SHARED_FAMILY if self.variant.shares_definition else name

    def schedule(self, index: int, run: Run) -> str:
        """When a batch runs: each at a minute of its own, as long as a day has them."""
        if index == 0 and run.schedule_changed:
            return "rate(7 days)"
        return f"cron({index % 60} {index // 60 % 24} * * ? *)"

    def batches(self, run: Run) -> list[dict[str, Any]]:
        """The batches as ``scheduled_batches`` takes them."""
        return [
            {
                "name": name,
                "trigger": self.variant.trigger,
                "schedule": self.schedule(index, run),
                "task_definition": _definition(self.family(name)),
                "overrides": {
                    "container_overrides": [{"name": CONTAINER, "command": ["report", name]}]
                },
            }
            for index, name in enumerate(self.names)
        ]

    def options(self, run: Run) -> dict[str, Any]:
        """The options of ``scheduled_batches``: a new image comes as it comes from a pipeline."""
        return {
            "batches": self.batches(run),
            "defaults": DEFAULTS,
            "owner": OWNER,
            "images": {CONTAINER: IMAGES[run.image]},
        }


DEFAULTS: dict[str, Any] = {
    "cluster": CLUSTER_ARN,
    "role_arn": TRIGGER_ROLE,
    "launch_type": "FARGATE",
    "platform_version": "1.4.0",
    "network_configuration": {
        "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "security_groups": ["sg-0123456789abcdef0"],
        "assign_public_ip": False,
    },
}
"""What all batches have in common."""


def _definition(family: str) -> dict[str, Any]:
    return {
        "family": family,
        "cpu": 256,
        "memory": 512,
        "network_mode": "awsvpc",
        "requires_compatibilities": ["FARGATE"],
        "execution_role_arn": EXECUTION_ROLE,
        "task_role_arn": TASK_ROLE,
        "container_definitions": [
            {
                "name": CONTAINER,
                "image": IMAGES[0],
                "environment": {"LOG_LEVEL": "info", "JOB": family},
                "log_configuration": {"log_driver": "awslogs", "options": LOG_OPTIONS},
            }
        ],
    }


LOG_OPTIONS = {
    "awslogs-group": "/batches/reports",
    "awslogs-region": REGION,
    "awslogs-stream-prefix": "ecs",
    "mode": "blocking",
}
