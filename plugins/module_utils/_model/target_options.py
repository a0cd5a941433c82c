# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a batch or a target module to the target that AWS takes, and back to the
options' paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    UserPaths,
    snake_case,
    to_api,
    unknown_member,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.overrides import (
    NOT_OVERRIDABLE,
    not_overridable,
)

_ECS = "EcsParameters"
_AWSVPC: Location = (_ECS, "NetworkConfiguration", "awsvpcConfiguration")

OPTION_LOCATIONS: Mapping[str, Location] = {
    "cluster": ("Arn",),
    "role_arn": ("RoleArn",),
    "task_definition": (_ECS, "TaskDefinitionArn"),
    "task_count": (_ECS, "TaskCount"),
    "launch_type": (_ECS, "LaunchType"),
    "capacity_provider_strategy": (_ECS, "CapacityProviderStrategy"),
    "platform_version": (_ECS, "PlatformVersion"),
    "group": (_ECS, "Group"),
    "network_configuration": _AWSVPC,
    "enable_execute_command": (_ECS, "EnableExecuteCommand"),
    "enable_ecs_managed_tags": (_ECS, "EnableECSManagedTags"),
    "placement_constraints": (_ECS, "PlacementConstraints"),
    "placement_strategy": (_ECS, "PlacementStrategy"),
    "propagate_tags": (_ECS, "PropagateTags"),
    "reference_id": (_ECS, "ReferenceId"),
    "task_tags": (_ECS, "Tags"),
    "retry_policy": ("RetryPolicy",),
    "dead_letter_arn": ("DeadLetterConfig", "Arn"),
    "input": ("Input",),
    "overrides": ("Input",),
}
"""Where each option stands in a Target of EventBridge or of EventBridge Scheduler."""


@dataclass(frozen=True)
class TargetOptions:
    """A target as far as the options give it, its overrides, and where each part came from."""

    target: Document
    overrides: Document | None
    paths: UserPaths


def read_target_options(
    options: Mapping[str, Any],
    target_shape: Shape,
    override_shape: Shape,
    findings: Findings,
    *,
    path: UserPath = (),
) -> TargetOptions:
    """Return the target that ``options`` describe; options that are left out or None do not stand
    in it.

    ``target_shape`` is the Target of the service that starts the task, ``override_shape`` ECS's
    TaskOverride. An explicit empty value stays, since it clears what AWS has. Cluster and task
    definition are taken as given.
    """
    reader = _Reader(target_shape, override_shape, findings)
    if options.get("overrides") is not None and options.get("input") is not None:
        findings.error(("Input",), "'input' and 'overrides' say the same thing; give one of them.")
    target: Document = {}
    reader.paths.note(_AWSVPC[:-1], (*path, "network_configuration"))
    for option, location in OPTION_LOCATIONS.items():
        if options.get(option) is None:
            reader.paths.note(location, (*path, option))
    for option, location in OPTION_LOCATIONS.items():
        value = options.get(option)
        if value is not None:
            _place(target, location, reader.read(option, value, location, (*path, option)))
    return TargetOptions(target, reader.overrides, reader.paths)


@dataclass
class _Reader:
    """Reads the options of a target one by one."""

    target_shape: Shape
    override_shape: Shape
    findings: Findings
    paths: UserPaths = field(default_factory=UserPaths)
    overrides: Document | None = None

    def read(self, option: str, value: Any, location: Location, path: UserPath) -> Any:
        """Return what stands at ``location`` of the target."""
        self.paths.note(location, path)
        if option == "input":
            self.paths.note_api_spelling(location)
            return value
        if option == "task_tags":
            self.paths.note_entries(location, path, value)
            return _as_tags(value, self.target_shape)
        if option == "overrides":
            self.overrides = read_overrides(
                value, self.override_shape, self.findings, self.paths, location, path
            )
            return _compact_json(self.overrides) if self.overrides else ""
        if option == "network_configuration":
            value, nesting = _without_nesting(value)
            value, path = _with_address_words(value), (*path, *nesting)
        return self._spelt(value, _shape_at(self.target_shape, location), location, path)

    def _spelt(self, value: Any, shape: Shape, location: Location, path: UserPath) -> Any:
        """Return ``value`` in the API's spelling and types: in JSON a number has to be one."""
        if value in ("", [], {}):
            return value  # It clears; most options of a complete target do.
        document = to_api(
            value, shape, self.findings, paths=self.paths, location=location, path=path
        )
        return coerce(document, shape)


def read_overrides(
    value: Any,
    shape: Shape,
    findings: Findings,
    paths: UserPaths,
    location: Location,
    path: UserPath,
) -> Document:
    """Return the option ``overrides`` at ``path`` in the spelling and types of ECS's TaskOverride.

    What people look for in overrides, and can only set in the task definition, is told so.
    """
    spelt = to_api(
        value,
        shape,
        findings,
        paths=paths,
        location=location,
        path=path,
        unknown=unknown_override,
    )
    overrides: Document = coerce(spelt, shape)
    return overrides


def unknown_override(key: str, shape: Shape) -> str:
    """Say what is wrong with a key that an override does not have."""
    if "name" in shape.members and key in _NOT_OVERRIDABLE:
        return not_overridable(key)
    return unknown_member(key, shape)


_NOT_OVERRIDABLE = {
    spelling for member in NOT_OVERRIDABLE for spelling in (member, snake_case(member))
}


def _compact_json(overrides: Document) -> str:
    """Return overrides as short as they can be said, since RunTask takes 8192 characters."""
    return json.dumps(overrides, separators=(",", ":"), ensure_ascii=False)


def _shape_at(shape: Shape, location: Location) -> Shape:
    for step in location:
        below = shape.child(step)
        if below is None:
            raise KeyError(f"{shape.name} has no member {step}")
        shape = below
    return shape


def _place(target: Document, location: Location, value: Any) -> None:
    """Put ``value`` at ``location``; an empty network configuration or dead-letter queue empties
    what is around it."""
    *above, last = location
    place = target
    for step in above:
        place = place.setdefault(str(step), {})
    place[str(last)] = value


def _without_nesting(value: Any) -> tuple[Any, UserPath]:
    """Take the API's own nesting off; return what is in it, and the nesting."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((nesting, inner),) = value.items()
        if nesting in {"awsvpcConfiguration", "awsvpc_configuration"} and inner is not None:
            return inner, (nesting,)
    return value, ()


def _with_address_words(value: Any) -> Any:
    """Turn a boolean for the public address into AWS's word."""
    if not isinstance(value, Mapping):
        return value
    words = {"true": "ENABLED", "yes": "ENABLED", "false": "DISABLED", "no": "DISABLED"}
    return {
        key: words.get(str(item).lower(), item)
        if str(key).lower().replace("_", "") == "assignpublicip"
        else item
        for key, item in value.items()
    }


def _as_tags(tags: Any, target_shape: Shape) -> Any:
    """Spell the tags of started tasks as the service does: keys and values, or a list of maps."""
    if not isinstance(tags, Mapping):
        return tags
    element = _shape_at(target_shape, (_ECS, "Tags")).element
    if element is not None and element.members:
        return [{"Key": str(key), "Value": str(value)} for key, value in tags.items()]
    return [{"key": str(key), "value": str(value)} for key, value in tags.items()]
