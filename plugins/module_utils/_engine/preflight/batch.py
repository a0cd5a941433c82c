# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch that preflight looks at, whether it is declared or deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import BatchWork
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    Place,
    cluster_arn,
    family_and_revision,
    rule_arn,
    schedule_group_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    GUARD,
    task_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import STATE_MACHINE
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import Check
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    TaskNeeds,
    needs_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    target_overrides,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    target_traits,
    task_traits,
)

EVENTS = "events"
SCHEDULER = "scheduler"


@dataclass(eq=False)
class Examined:
    """A batch under examination, what is known of it, and what was found so far.

    ``trigger`` is the rule or schedule as AWS has it, None where there is none or nobody could
    look. ``target`` is in the spelling of the trigger's service, and ``definition`` in ECS's; both
    are None as long as they are not known. ``family`` is what the batch starts, as it is named.
    """

    batch: Batch
    declared: bool
    work: BatchWork | None = None
    service: str = EVENTS
    trigger: Document | None = None
    target: Document | None = None
    definition: Document | None = None
    checks: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the batch's name."""
        return self.batch.name or self.batch.where

    @property
    def trigger_kind(self) -> str:
        """Return what the trigger is called."""
        return "rule" if self.service == EVENTS else "schedule"

    @property
    def described(self) -> bool:
        """Whether the batch describes its task definition itself."""
        return self.batch.definition is not None

    @property
    def reference(self) -> str | None:
        """Return family, revision or ARN of what is started."""
        if self.described:
            return self.batch.family_name
        named = target_traits.parameters(self.target or {}).get("TaskDefinitionArn")
        return str(named) if named else self.batch.definition_name

    @property
    def family(self) -> str:
        """Return the family of what is started."""
        return family_and_revision(self.reference or "")[0]

    @cached_property
    def overrides(self) -> Document:
        """Return what the target overrides."""
        return target_overrides(self.target or {})

    @cached_property
    def needs(self) -> TaskNeeds:
        """Return what the task makes use of before its containers start."""
        return needs_of(self.definition or {}, self.overrides)

    def role_arn(self, member: str, place: Place) -> str | None:
        """Return a role of the task (``executionRoleArn`` or ``taskRoleArn``): what the overrides
        say, else the task definition; a short name is one of this account."""
        found = self.overrides.get(member) or (self.definition or {}).get(member)
        if not found:
            return None
        named = str(found)
        if named.startswith("arn:"):
            return named
        return f"arn:{place.partition}:iam::{place.account_id}:role/{named}"

    def cluster_arn(self, place: Place) -> str:
        """Return the ARN of the cluster."""
        return cluster_arn(place, str((self.target or {}).get("Arn")))

    def source_arn(self, place: Place) -> str:
        """Return what the trigger's service says as ``aws:SourceArn``: Scheduler names the group
        (AWS's guide, "Confused deputy prevention in EventBridge Scheduler")."""
        if self.service == EVENTS:
            return rule_arn(place, self.name, None)
        return schedule_group_arn(place, self.group_name)

    @property
    def group_name(self) -> str:
        """Return the schedule group."""
        return str((self.trigger or {}).get("GroupName") or self.batch.group_name)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Return the target's EcsParameters."""
        return target_traits.parameters(self.target or {})

    @property
    def network(self) -> Mapping[str, Any]:
        """Return the target's awsvpcConfiguration."""
        return target_traits.network(self.target or {})

    @property
    def guard_arn(self) -> str | None:
        """Return the state machine that stands between the trigger and ECS, if one does."""
        by_target = ((self.target or {}).get(GUARD) or {}).get(STATE_MACHINE)
        found = by_target or self.batch.guard.get("state_machine_arn")
        return str(found) if found else None

    @property
    def on_fargate(self) -> bool:
        """Whether the task runs on Fargate, as far as target and task definition tell."""
        by_target = target_traits.runs_on_fargate(self.target or {})
        if by_target is not None:
            return by_target
        return task_traits.compatibilities(self.definition or {}) == {"FARGATE"}

    @property
    def tags_tasks(self) -> bool:
        """Whether the target tags what it starts."""
        parameters = self.parameters
        return bool(
            parameters.get("PropagateTags")
            or parameters.get("EnableECSManagedTags")
            or task_tags(parameters.get("Tags"))
        )

    @property
    def executes_commands(self) -> bool:
        """Whether commands may be run in the containers."""
        return bool(self.parameters.get("EnableExecuteCommand"))
