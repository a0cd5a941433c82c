# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overrides: what a target changes in the task definition, and the JSON that carries them.

Sources: botocore, TaskOverride and ContainerOverride; RunTask: 8192 characters for the overrides,
punctuation included; ``Unable to convert target input to TaskOverride`` (aws/aws-cli#2760) when the
task should start, since EventBridge takes any JSON. Nothing of it is checked by AWS before that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import names
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_sizes import (
    read_size,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.resources import (
    check_container_memory,
    check_ephemeral_storage,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.uniqueness import (
    check_unique,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.variables import (
    check_environment,
    check_environment_files,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

LONGEST_INPUT = 8192
"""Characters of an ECS target's input: RunTask's limit for overrides, and EventBridge's for
Input."""

NOT_OVERRIDABLE = frozenset(
    {
        "entryPoint",
        "image",
        "logConfiguration",
        "portMappings",
        "secrets",
        "user",
        "workingDirectory",
    }
)
"""Members of a container definition that people look for in a container override (botocore has
none of them)."""

_SECRET_REMEDY = (
    "An override cannot take it from a secret: put it into the secrets of the task definition"
    " instead."
)


def read_input(value: Any, findings: Findings, location: Location) -> dict[str, Any] | None:
    """Return the overrides in a target's ``Input``, a JSON text or a mapping; None where there are
    none.

    What is not a JSON object, or too long, is an error.
    """
    if not is_given(value):
        return None
    content = value
    if isinstance(value, str):
        try:
            content = json.loads(value)
        except ValueError as error:
            findings.error(
                location, f"This is not valid JSON ({error}); give a JSON object of overrides."
            )
            return None
    if not isinstance(content, Mapping):
        findings.error(location, f"This is JSON, but no object; give an object such as {_EXAMPLE}.")
        return None
    _check_length(content, findings, location)
    return dict(content)


_EXAMPLE = '{"containerOverrides": [{"name": "batch", "command": ["run"]}]}'


def _check_length(content: Mapping[str, Any], findings: Findings, location: Location) -> None:
    length = len(json.dumps(content, separators=(",", ":"), ensure_ascii=False, default=str))
    if length > LONGEST_INPUT:
        refuse_once(
            findings,
            location,
            f"The overrides have {length} characters without white space; {LONGEST_INPUT} at the"
            " most are allowed.",
        )


def check_overrides(
    overrides: Mapping[str, Any],
    shape: Shape | None,
    findings: Findings,
    location: Location = (),
    *,
    exact_types: bool = False,
) -> None:
    """Check a TaskOverride.

    ``shape`` is ECS's TaskOverride; without it only the rules that cross fields are checked.
    ``exact_types`` is for JSON that is sent as it stands: numbers must be numbers there, since
    nobody converts them.
    """
    if shape is not None:
        _check_against_shape(overrides, shape, findings, location, exact_types)
    check_unique(
        entries(overrides, "containerOverrides"),
        "name",
        (*location, "containerOverrides"),
        "override",
        findings,
    )
    for index, override in entries(overrides, "containerOverrides"):
        _check_container_override(override, (*location, "containerOverrides", index), findings)
    read_size(
        overrides.get("cpu"),
        overrides.get("memory"),
        findings,
        cpu_at=(*location, "cpu"),
        memory_at=(*location, "memory"),
    )
    check_ephemeral_storage(overrides, location, findings)
    for member in ("taskRoleArn", "executionRoleArn"):
        role = text(overrides.get(member))
        problem = names.role_problem(role, short_name=True) if role else None
        if problem:
            findings.error((*location, member), problem)


def _check_against_shape(
    overrides: Mapping[str, Any],
    shape: Shape,
    findings: Findings,
    location: Location,
    exact_types: bool,
) -> None:
    known = dict(overrides)
    for member in overrides:
        if member not in shape.members:
            known.pop(member)
            hint = (
                did_you_mean(member, shape.members)
                or f"; overrides have {listed(sorted(shape.members), 'and')}."
            )
            findings.error((*location, member), f"{member!r} is not known here{hint}")
    containers = shape.members.get("containerOverrides")
    element = containers.element if containers else None
    if element is not None and isinstance(overrides.get("containerOverrides"), list):
        known["containerOverrides"] = [
            _known_members(entry, element, (*location, "containerOverrides", index), findings)
            for index, entry in enumerate(items(overrides, "containerOverrides"))
        ]
    check_shape(
        known, shape, findings, location=location, report_unknown=True, exact_types=exact_types
    )


def not_overridable(member: str) -> str:
    """Say why a member of a container definition is not known in an override."""
    return f"{member!r} cannot be overridden when a task starts; set it in the task definition."


def _known_members(override: Any, shape: Shape, location: Location, findings: Findings) -> Any:
    if not isinstance(override, Mapping):
        return override
    for member in sorted(NOT_OVERRIDABLE.intersection(override) - set(shape.members)):
        findings.error((*location, member), not_overridable(member))
    return {
        key: value
        for key, value in override.items()
        if key not in NOT_OVERRIDABLE or key in shape.members
    }


def _check_container_override(
    override: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """botocore, ContainerOverride.name: 'required if any override is specified'."""
    if override and text(override.get("name")) is None:
        message = "An override needs the name of the container that it is for."
        refuse_once(findings, (*location, "name"), message)
    check_container_memory(override, location, findings)
    check_environment(override, location, findings, remedy=_SECRET_REMEDY)
    check_environment_files(override, location, findings)
