# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch: one mapping that says what to run, where and when, the same in fleets, roles and playbooks.

A batch is a complete document: what is left out is AWS's default. Only ``enabled`` left out means enabled on creation
and untouched afterwards.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import UserPath
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)

RULE = "rule"
SCHEDULER = "scheduler"
PRESENT = "present"
ABSENT = "absent"

BATCH_TAG = "batchwork:batch"
OWNER_TAG = "batchwork:owner"
MIGRATION_TAG = "batchwork:migration"
"""On the rule while its batch moves between rule and schedule: the state that it has to end with."""

TEXT, TRUTH, WHOLE, MAPPING, LIST = "text", "boolean", "whole number", "mapping", "list"

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
    "input": TEXT,
    "retry_policy": MAPPING,
    "dead_letter_arn": TEXT,
}
"""The options of the target besides those that every batch has, with their kinds."""

SCHEDULE_OPTIONS: Mapping[str, str] = {
    "timezone": TEXT,
    "group_name": TEXT,
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
    "cluster": TEXT,
    "role_arn": TEXT,
    "task_definition": MAPPING,
    "tags": MAPPING,
    "target_id": TEXT,
    "other_targets": TEXT,
    **SCHEDULE_OPTIONS,
    **TARGET_OPTIONS,
}
"""Every key of a batch."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "state": (PRESENT, ABSENT),
    "trigger": (RULE, SCHEDULER),
    "other_targets": ("keep", "warn", "remove"),
}

REQUIRED = ("schedule", "cluster", "role_arn", "task_definition")
"""What a batch needs besides its name, unless it is absent."""

EXCLUSIVE: tuple[tuple[str, str], ...] = (
    ("launch_type", "capacity_provider_strategy"),
    ("overrides", "input"),
)
"""Of these a batch has one: what it says itself puts away what the defaults say."""

CLEARED: Mapping[str, Any] = {TEXT: "", TRUTH: False, WHOLE: 1, MAPPING: {}, LIST: []}
"""What clears an option of each kind; the only whole number is the task count, whose default is 1."""


@dataclass(frozen=True)
class Batch:
    """One batch of a fleet, with the defaults under it. ``path`` says where the user described it."""

    name: str
    options: Mapping[str, Any]
    path: UserPath = ()
    owner: str | None = None

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
        return str(self.options.get("group_name") or self.owner or "default")

    @property
    def target_id(self) -> str:
        """Return the id of the rule's target."""
        return str(self.options.get("target_id") or self.name)

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags of what the batch makes."""
        given = {str(key): str(value) for key, value in (self.options.get("tags") or {}).items()}
        owner = {OWNER_TAG: self.owner} if self.owner else {}
        return {**given, BATCH_TAG: self.name, **owner}

    def rule_options(self) -> dict[str, Any]:
        """Return the options of ``eventbridge_rule``, complete."""
        return {
            "name": self.name,
            "schedule_expression": self.options.get("schedule"),
            "description": self.options.get("description") or "",
            "enabled": self.options.get("enabled"),
            "tags": self.tags,
        }

    def target_options(self) -> dict[str, Any]:
        """Return the options of the target, complete: what is left out clears what AWS has."""
        options: dict[str, Any] = {name: self.options.get(name) for name in ("cluster", "role_arn")}
        taken_up = {
            other for pair in EXCLUSIVE for name, other in (pair, pair[::-1]) if self._says(name)
        }
        for name, kind in TARGET_OPTIONS.items():
            value = self.options.get(name)
            if value is not None:
                options[name] = value
            elif name not in taken_up and name != "input":
                options[name] = copy.deepcopy(CLEARED[kind])
        return options

    def schedule_options(self) -> dict[str, Any]:
        """Return the options of ``scheduler_schedule``, complete."""
        options = {
            name: self.options.get(name)
            if self.options.get(name) is not None
            else copy.deepcopy(CLEARED[kind])
            for name, kind in SCHEDULE_OPTIONS.items()
            if name not in {"timezone", "group_name"}
        }
        return {
            **options,
            **self.target_options(),
            "name": self.name,
            "group_name": self.group_name,
            "schedule_expression": self.options.get("schedule"),
            "schedule_expression_timezone": self.options.get("timezone") or "",
            "description": self.options.get("description") or "",
            "enabled": self.options.get("enabled"),
        }

    def _says(self, name: str) -> bool:
        return self.options.get(name) not in (None, "", [], {})


@dataclass
class BatchReading:
    """All batches of a fleet, and every mistake in them that can be seen without AWS's own shapes."""

    batches: list[Batch] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def refuse_mistakes(self) -> None:
        """Raise InvalidDescription with all mistakes."""
        if self.mistakes:
            raise InvalidDescription(self.mistakes)


def read_batches(
    descriptions: Sequence[Any],
    defaults: Mapping[str, Any] | None = None,
    images: Mapping[str, str] | None = None,
    owner: str | None = None,
) -> BatchReading:
    """Read the batches of a fleet: defaults merged under each, images put in, keys and kinds checked."""
    reading = BatchReading()
    reading.mistakes += _mistakes_in_keys(defaults or {}, ("defaults",), without=("name",))
    used_images: set[str] = set()
    for index, description in enumerate(descriptions):
        path = _path(index, description)
        if not isinstance(description, Mapping):
            reading.mistakes.append(f"{path[0]}: a batch is a mapping, not {description!r}.")
            continue
        reading.mistakes += _mistakes_in_keys(description, path)
        options = merged_under(defaults or {}, description)
        options["task_definition"], found = _with_images(
            options.get("task_definition"), images or {}
        )
        used_images |= found
        batch = Batch(str(options.get("name") or ""), options, path, owner)
        reading.mistakes += _mistakes_in_batch(batch)
        reading.batches.append(batch)
    reading.mistakes += _mistakes_of_images(images or {}, used_images, reading.batches)
    reading.mistakes += _double_names(reading.batches)
    return reading


def _path(index: int, description: Any) -> UserPath:
    name = description.get("name") if isinstance(description, Mapping) else None
    return (f"batches[{index}] ({name})" if name else f"batches[{index}]",)


def merged_under(defaults: Mapping[str, Any], description: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``description`` with the defaults under it: mappings are merged, everything else is replaced."""
    taken_up = {
        other for pair in EXCLUSIVE for name, other in (pair, pair[::-1]) if description.get(name)
    }
    merged = {key: copy.deepcopy(value) for key, value in defaults.items() if key not in taken_up}
    for key, value in description.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = merged_under(below, value)
        elif value is not None:
            merged[key] = copy.deepcopy(value)
    return merged


def _with_images(definition: Any, images: Mapping[str, str]) -> tuple[Any, set[str]]:
    """Put images into the containers of that name; return the definition and the names that were found."""
    if not isinstance(definition, Mapping) or not images:
        return definition, set()
    found: set[str] = set()
    changed = dict(definition)
    for spelling in ("container_definitions", "containerDefinitions"):
        containers = definition.get(spelling)
        if not isinstance(containers, Sequence) or isinstance(containers, str):
            continue
        changed[spelling] = []
        for container in containers:
            name = container.get("name") if isinstance(container, Mapping) else None
            if name in images:
                found.add(name)
                container = {**container, "image": images[name]}
            changed[spelling].append(container)
    return changed, found


def _mistakes_in_keys(
    description: Mapping[str, Any], path: UserPath, without: Sequence[str] = ()
) -> Iterator[str]:
    for key, value in description.items():
        where = f"{path[0]}.{key}"
        kind = None if key in without else OPTIONS.get(str(key))
        if key == "guard":
            yield f"{where}: guards are not supported yet; leave it out."
        elif kind is None:
            known = [option for option in OPTIONS if option not in without]
            yield f"{where}: {key!r} is not known here{did_you_mean(str(key), known) or '.'}"
        elif value is not None and not _is_of_kind(str(key), value, kind):
            yield f"{where}: {value!r} is no {kind}."
        elif key in CHOICES and value is not None and value not in CHOICES[key]:
            yield f"{where}: {value!r} is not allowed; use one of {', '.join(CHOICES[key])}."


def _is_of_kind(key: str, value: Any, kind: str) -> bool:
    if key == "task_definition":
        return isinstance(value, Mapping | str)
    if kind == MAPPING:
        return isinstance(value, Mapping) or value == ""
    if kind == LIST:
        return isinstance(value, list | tuple) or value == ""
    if kind == TRUTH:
        return isinstance(value, bool) or str(value).lower() in {"true", "false", "yes", "no"}
    if kind == WHOLE:
        return not isinstance(value, bool) and str(value).isdigit()
    return not isinstance(value, Mapping | list | tuple)


def _mistakes_in_batch(batch: Batch) -> Iterator[str]:
    where = batch.path[0]
    if not batch.name:
        yield f"{where}.name: every batch needs a name."
    if batch.absent:
        return
    for option in REQUIRED:
        if not batch.options.get(option):
            yield f"{where}.{option}: this is required and missing."
    if batch.trigger == RULE:
        for option in SCHEDULE_OPTIONS:
            if batch.options.get(option) and not (
                option == "timezone" and batch.options[option] == "UTC"
            ):
                yield (
                    f"{where}.{option}: a rule has none, it works in UTC and for ever; "
                    "set trigger to scheduler to use EventBridge Scheduler."
                )
    elif batch.options.get("target_id"):
        yield f"{where}.target_id: a schedule has one target without an id; leave it out."


def _mistakes_of_images(
    images: Mapping[str, str], used: set[str], batches: Sequence[Batch]
) -> Iterator[str]:
    for name in images:
        if name not in used:
            known = sorted({container for batch in batches for container in container_names(batch)})
            yield (
                f"images.{name}: no container of any task definition in the fleet has this name"
                f"{did_you_mean(name, known) or '.'} Known are {', '.join(known) or 'none'}."
            )


def container_names(batch: Batch) -> list[str]:
    """Return the names of the containers that the batch's own task definition describes."""
    definition = batch.options.get("task_definition")
    if not isinstance(definition, Mapping):
        return []
    containers = (
        definition.get("container_definitions") or definition.get("containerDefinitions") or ()
    )
    return [
        str(entry["name"]) for entry in containers if isinstance(entry, Mapping) and "name" in entry
    ]


def _double_names(batches: Sequence[Batch]) -> Iterator[str]:
    first: dict[str, Batch] = {}
    for batch in batches:
        earlier = first.setdefault(batch.name, batch)
        if earlier is batch or not batch.name:
            continue
        both = f"{earlier.path[0]} and {batch.path[0]}"
        if earlier.trigger != batch.trigger:
            yield f"{both}: one is a rule, the other a schedule; a batch has one trigger, so give them two names."
        else:
            yield f"{both}: both have the name {batch.name!r}; names must be unique."
