# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an ECS target, as the fragment ``batchwork.aws.ecs_target`` documents them."""

from __future__ import annotations

from typing import Any

ECS_TARGET_OPTIONS: dict[str, Any] = {
    "cluster": {"type": "str"},
    "role_arn": {"type": "str"},
    "task_definition": {"type": "str"},
    "task_count": {"type": "int"},
    "launch_type": {"type": "str"},
    "capacity_provider_strategy": {"type": "list", "elements": "dict"},
    "platform_version": {"type": "str"},
    "group": {"type": "str"},
    "network_configuration": {"type": "dict"},
    "enable_execute_command": {"type": "bool"},
    "enable_ecs_managed_tags": {"type": "bool"},
    "placement_constraints": {"type": "list", "elements": "dict"},
    "placement_strategy": {"type": "list", "elements": "dict"},
    "propagate_tags": {"type": "str"},
    "reference_id": {"type": "str"},
    "task_tags": {"type": "dict"},
    "overrides": {"type": "dict"},
    "input": {"type": "json"},
    "retry_policy": {"type": "dict"},
    "dead_letter_arn": {"type": "str"},
}
