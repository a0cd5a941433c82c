# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The size that a task and its containers have with a target's overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    target_traits,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_sizes import (
    Size,
    check_fargate_size,
    cpu_units,
    memory_mib,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.resources import (
    Containers,
    check_sums,
)

SIZES = ("cpu", "memory", "memoryReservation")


def check_size_with_overrides(
    target: Mapping[str, Any],
    overrides: Mapping[str, Any],
    task_definition: Mapping[str, Any],
    findings: Findings,
    location: Location,
) -> None:
    """Check that the size exists on Fargate, and that the containers fit into it.

    What is not overridden is not checked again. ``location`` is where the overrides stand.
    """
    size = Size(
        cpu_units(overridden(overrides, task_definition, "cpu")),
        memory_mib(overridden(overrides, task_definition, "memory")),
    )
    windows = task_traits.is_windows(task_definition)
    given = [member for member in ("cpu", "memory") if is_given(overrides.get(member))]
    if given and target_traits.runs_on_fargate(target):
        cpu_at, memory_at = (*location, given[0]), (*location, given[-1])
        check_fargate_size(size, findings, cpu_at=cpu_at, memory_at=memory_at, windows=windows)
    by_name = {
        text(override.get("name")): (index, override)
        for index, override in entries(overrides, "containerOverrides")
    }
    if given or any(_has_size(override) for _index, override in by_name.values()):
        containers = _as_started(by_name, task_definition, location)
        check_sums(containers, size, findings, at=location, windows=windows)


def overridden(
    overrides: Mapping[str, Any], task_definition: Mapping[str, Any], member: str
) -> Any:
    """Return a member as it is when the task starts."""
    value = overrides.get(member)
    return value if is_given(value) else task_definition.get(member)


def _has_size(override: Mapping[str, Any]) -> bool:
    return any(is_given(override.get(size)) for size in SIZES)


def _as_started(
    overrides: Mapping[str | None, tuple[int, Mapping[str, Any]]],
    task_definition: Mapping[str, Any],
    location: Location,
) -> Containers:
    """Return the containers' sizes as they start, each with the location of its override."""
    found: Containers = []
    for _location, container in task_traits.containers(task_definition):
        name = text(container.get("name"))
        override: Mapping[str, Any] = {}
        at = location
        if name in overrides:
            index, override = overrides[name]
            at = (*location, "containerOverrides", index)
        found.append((at, {size: overridden(override, container, size) for size in SIZES}))
    return found
