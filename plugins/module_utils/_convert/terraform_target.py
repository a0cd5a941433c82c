# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the ECS target of ``aws_cloudwatch_event_target`` or ``aws_scheduler_schedule`` to options
of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import present
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_json import Block
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_values import (
    ValueReader,
    own_tags,
)

PLAIN = ("launch_type", "platform_version", "group", "propagate_tags", "reference_id")
FLAGS = ("enable_execute_command", "enable_ecs_managed_tags")
PROVIDER = {"capacity_provider": "capacity_provider", "base": "base", "weight": "weight"}
CONSTRAINT = {"type": "type", "expression": "expression"}
STRATEGY = {"type": "type", "field": "field"}
RETRY = {
    "maximum_event_age_in_seconds": "maximum_event_age_in_seconds",
    "maximum_retry_attempts": "maximum_retry_attempts",
}
AWS_RETRIES: Mapping[str, Any] = {
    "maximum_event_age_in_seconds": 86400,
    "maximum_retry_attempts": 185,
}
"""What AWS does where nothing is said."""

LISTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("capacity_provider_strategy", "capacity_provider_strategy", PROVIDER),
    ("placement_constraints", "placement_constraint", CONSTRAINT),
    ("placement_constraints", "placement_constraints", CONSTRAINT),
    ("placement_strategy", "ordered_placement_strategy", STRATEGY),
    ("placement_strategy", "placement_strategy", STRATEGY),
)
"""Options that are lists, with what rules' targets and schedules call them in Terraform."""


def put_target(read: ValueReader, target: Block, ecs: Block) -> None:
    """Set the options of a target. ``ecs`` is its block with the settings of ECS."""
    _put_cluster(read, target)
    read.put_role("role_arn", target, "role_arn", target)
    for name in PLAIN:
        read.put(name, ecs, name)
    count = read.value("task_count", ecs, "task_count")
    read.draft.put("task_count", None if count == 1 else count)
    _put_network(read, ecs)
    for name in FLAGS:
        read.put_flag(name, ecs, name)
    for option, block, names in LISTS:
        read.put_list(option, ecs, block, names)
    _put_task_tags(read, ecs)
    read.put_overrides(target)
    _put_retries(read, target)
    queue = target.block("dead_letter_config")
    if queue is not None:
        read.put("dead_letter_arn", queue, "arn")


def _put_cluster(read: ValueReader, target: Block) -> None:
    """Name the cluster; one that the plan only makes by its name."""
    meant = read.meant(target, "arn") if target.is_unknown("arn") else None
    if meant is not None and meant.resource.type == "aws_ecs_cluster":
        read.put("cluster", meant.resource, "name")
    else:
        read.put("cluster", target, "arn")


def _put_network(read: ValueReader, ecs: Block) -> None:
    network = ecs.block("network_configuration")
    if network is None:
        return
    names = {"subnets": "subnets", "security_groups": "security_groups"}
    options = read.parts("network_configuration", network, names)
    if network.get("assign_public_ip") is True:
        options["assign_public_ip"] = True
    read.draft.put("network_configuration", options)


def _put_task_tags(read: ValueReader, ecs: Block) -> None:
    """Set the tags of started tasks: a mapping, or with schedules a list of keys and values."""
    tags = read.value("task_tags", ecs, "tags")
    if isinstance(tags, Mapping):
        read.draft.put("task_tags", own_tags(tags))
        return
    entries = [entry for entry in tags or () if isinstance(entry, Mapping)]
    pairs = [{str(key).lower(): value for key, value in entry.items()} for entry in entries]
    if all(set(pair) == {"key", "value"} for pair in pairs):
        read.draft.put("task_tags", {str(pair["key"]): str(pair["value"]) for pair in pairs})
    else:
        reason = "they are no list of keys and values, so that AWS cannot set them"
        read.draft.remark("task tags", f"{ecs.path}.tags", reason)


def _put_retries(read: ValueReader, target: Block) -> None:
    policy = target.block("retry_policy")
    if policy is None:
        return
    values = {new: read.value("retry_policy", policy, old) for old, new in RETRY.items()}
    changed = present({name: value for name, value in values.items() if value != AWS_RETRIES[name]})
    read.draft.put("retry_policy", changed)
