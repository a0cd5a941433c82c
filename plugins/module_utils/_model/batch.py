# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch: one mapping that says what to run, where and when, the same in fleets, roles and
playbooks.

A batch is a complete document: what is left out is AWS's default. Only ``enabled`` left out means
enabled on creation and untouched afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import copied
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import UserPath

RULE = "rule"
SCHEDULER = "scheduler"
PRESENT = "present"
ABSENT = "absent"

BATCH_TAG = "batchwork:batch"
OWNER_TAG = "batchwork:owner"
MIGRATION_TAG = "batchwork:migration"
"""On the rule while its batch moves between rule and schedule: the state that it has to end
with."""

TAG_PREFIX = "batchwork:"
"""Tags that begin so are the collection's own."""

TEXT, TRUTH, WHOLE, MAPPING, LIST = "text", "boolean", "whole number", "mapping", "list"
DEFINITION = "mapping, and no name of a task definition"
JSON = "text or mapping"

TARGET_OPTIONS: Mapping[str, str] = {
    "task_count": WHOLE,
    "launch_type": TEXT,
    "capacity_provider_strategy": LIST,
    "platform_version": TEXT,
    "group": TEXT,
    "network_configuration": MAPPING,
    "enable_execute_command": TRUTH,
    "enable_ecs_managed_tags": TRUTH,
    "placement_constraints": LIST,
    "placement_strategy": LIST,
    "propagate_tags": TEXT,
    "reference_id": TEXT,
    "task_tags": MAPPING,
    "overrides": MAPPING,
    "input": JSON,
    "retry_policy": MAPPING,
    "dead_letter_arn": TEXT,
}
"""The options of the target besides those that every batch has, with their kinds."""

SCHEDULE_OPTIONS: Mapping[str, str] = {
    "timezone": TEXT,
    "start_date": TEXT,
    "end_date": TEXT,
    "flexible_time_window": MAPPING,
    "action_after_completion": TEXT,
    "kms_key_arn": TEXT,
}
"""What only a schedule of EventBridge Scheduler has."""

OPTIONS: Mapping[str, str] = {
    "name": TEXT,
    "state": TEXT,
    "trigger": TEXT,
    "schedule": TEXT,
    "enabled": TRUTH,
    "description": TEXT,
    "group_name": TEXT,
    "cluster": TEXT,
    "role_arn": TEXT,
    "task_definition": DEFINITION,
    "tags": MAPPING,
    "purge_tags": TRUTH,
    "target_id": TEXT,
    "other_targets": TEXT,
    "guard": MAPPING,
    **SCHEDULE_OPTIONS,
    **TARGET_OPTIONS,
}
"""Every key of a batch, with its kind.

``group_name`` and ``target_id`` belong to one kind of trigger each, and are taken for both: they
say where the other trigger is, where a batch moves.
"""

EXCLUSIVE: tuple[tuple[str, str], ...] = (
    ("launch_type", "capacity_provider_strategy"),
    ("overrides", "input"),
)
"""Of these a batch has one: what it says itself puts away what the defaults say."""

CLEARED: Mapping[str, Any] = {TEXT: "", TRUTH: False, WHOLE: 1, MAPPING: {}, LIST: []}
"""What clears an option of each kind; the only whole number is the task count, whose default is
1."""


@dataclass(frozen=True)
class Batch:
    """One batch of a fleet, with the defaults under it. ``path`` says where the user described
    it."""

    name: str
    options: Mapping[str, Any]
    path: UserPath = ()
    owner: str | None = None

    @property
    def where(self) -> str:
        """Return where the user described the batch, as messages name it."""
        return str(self.path[0]) if self.path else self.name

    @property
    def trigger(self) -> str:
        """Return ``rule`` or ``scheduler``."""
        return str(self.options.get("trigger") or RULE)

    @property
    def absent(self) -> bool:
        """Whether the batch shall be removed."""
        return self.options.get("state") == ABSENT

    @property
    def group_name(self) -> str:
        """Return the schedule group: the named one, else the owner's, else AWS's default."""
        return str(self.options.get("group_name") or self.owner or DEFAULT_GROUP)

    @property
    def target_id(self) -> str:
        """Return the id of the rule's target."""
        return str(self.options.get("target_id") or self.name)

    @property
    def other_targets(self) -> str:
        """Return what to do with foreign targets of the rule: ``keep``, ``warn`` or ``remove``."""
        return str(self.options.get("other_targets") or "warn")

    @property
    def own_tags(self) -> dict[str, str]:
        """Return the tags by which the batch's rule is known."""
        owner = {OWNER_TAG: self.owner} if self.owner else {}
        return {BATCH_TAG: self.name, **owner}

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags of what the batch makes."""
        given = {str(key): str(value) for key, value in (self.options.get("tags") or {}).items()}
        return {**given, **self.own_tags}

    @property
    def definition(self) -> Mapping[str, Any] | None:
        """Return the task definition that the batch describes itself; None where it names one."""
        described = self.options.get("task_definition")
        return described if isinstance(described, Mapping) else None

    @property
    def definition_name(self) -> str | None:
        """Return the family or ARN of the task definition that the batch names; None where it
        describes one, or says nothing."""
        named = self.options.get("task_definition")
        return None if isinstance(named, Mapping) or not named else str(named)

    @property
    def family_name(self) -> str | None:
        """Return the family or ARN of what the batch starts, described or named; None where it
        says nothing."""
        described = self.definition
        if described is None:
            return self.definition_name
        return str(described["family"]) if described.get("family") else None

    @property
    def guard(self) -> Mapping[str, Any]:
        """Return what guards the batch's runs; empty where nothing does."""
        return dict(self.options.get("guard") or {})

    def rule_options(self) -> dict[str, Any]:
        """Return the options of ``eventbridge_rule``, complete."""
        return {
            "name": self.name,
            "schedule_expression": self.options.get("schedule"),
            "description": self.options.get("description") or "",
            "event_pattern": "",
            "role_arn": "",
            "enabled": self.options.get("enabled"),
            "tags": self.tags,
            "purge_tags": self.options.get("purge_tags") is not False,
        }

    def target_options(self) -> dict[str, Any]:
        """Return the options of the target, complete: what is left out clears what AWS has."""
        options: dict[str, Any] = {name: self.options.get(name) for name in ("cluster", "role_arn")}
        taken_up = _taken_up(self.options)
        for name, kind in TARGET_OPTIONS.items():
            value = self.options.get(name)
            if value is not None:
                options[name] = value
            elif name not in taken_up and kind != JSON:
                options[name] = copied(CLEARED[kind])
        return options

    def schedule_options(self) -> dict[str, Any]:
        """Return the options of ``scheduler_schedule``, complete."""
        own = {name: kind for name, kind in SCHEDULE_OPTIONS.items() if name != "timezone"}
        given = {name: self.options.get(name) for name in own}
        return {
            **{
                name: copied(CLEARED[own[name]]) if value is None else value
                for name, value in given.items()
            },
            **self.target_options(),
            "name": self.name,
            "group_name": self.group_name,
            "schedule_expression": self.options.get("schedule"),
            "schedule_expression_timezone": self.options.get("timezone") or "",
            "description": self.options.get("description") or "",
            "enabled": self.options.get("enabled"),
        }


def _taken_up(options: Mapping[str, Any]) -> set[str]:
    """Return the options that are out of question, since others that exclude them are given."""
    return {other for pair in EXCLUSIVE for name, other in (pair, pair[::-1]) if options.get(name)}


def merged_under(defaults: Mapping[str, Any], description: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``description`` with the defaults under it.

    Mappings are merged, everything else is replaced; an empty mapping puts away the default's.
    """
    taken_up = _taken_up(description)
    remaining = {key: value for key, value in defaults.items() if key not in taken_up}
    return _overlaid(remaining, description)


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = {key: copied(value) for key, value in below.items()}
    for key, value in above.items():
        base = merged.get(key)
        if value and isinstance(value, Mapping) and isinstance(base, Mapping):
            merged[key] = _overlaid(base, value)
        elif value is not None:
            merged[key] = copied(value)
    return merged
