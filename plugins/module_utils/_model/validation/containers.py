# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each container definition for itself: names, image, variables, secrets, limits and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    number,
    part,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.uniqueness import (
    check_unique,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.variables import (
    check_environment,
    check_environment_files,
    check_secrets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    shown,
)

MOST_CONTAINERS = 10
"""ECS's quota "Containers per task definition", which cannot be raised."""

MOST_IGNORED_EXIT_CODES = 50

RANGES: Mapping[tuple[str, ...], tuple[int, int]] = {
    ("healthCheck", "interval"): (5, 300),
    ("healthCheck", "timeout"): (2, 60),
    ("healthCheck", "retries"): (1, 10),
    ("healthCheck", "startPeriod"): (0, 300),
    ("restartPolicy", "restartAttemptPeriod"): (60, 1800),
    ("linuxParameters", "swappiness"): (0, 100),
}
"""Ranges of numbers that botocore documents in words only, and that RegisterTaskDefinition
enforces."""

HEALTH_CHECK_KINDS = ("CMD", "CMD-SHELL", "NONE")


def check_containers(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check the list of containers and each of them."""
    count = len(items(definition, task_traits.CONTAINERS))
    if definition.get(task_traits.CONTAINERS) == []:
        findings.error(
            (task_traits.CONTAINERS,), "There is no container; a task definition has 1 to 10."
        )
    if count > MOST_CONTAINERS:
        findings.error(
            (task_traits.CONTAINERS,),
            f"There are {count} containers; a task definition has {MOST_CONTAINERS} at the most.",
        )
    check_unique(
        entries(definition, task_traits.CONTAINERS),
        "name",
        (task_traits.CONTAINERS,),
        "container",
        findings,
    )
    _check_essential(definition, findings)
    for location, container in task_traits.containers(definition):
        _check_identity(container, location, findings)
        _check_ranges(container, location, findings)
        _check_health_check(container, location, findings)
        check_environment(container, location, findings)
        check_secrets(container, location, findings)
        check_environment_files(container, location, findings)
        _check_limits(container, location, findings)


def _check_essential(definition: Mapping[str, Any], findings: Findings) -> None:
    """botocore, essential: 'All tasks must have at least one essential container.'"""
    essential = [
        pair for pair in task_traits.containers(definition) if task_traits.is_essential(pair[1])
    ]
    if not essential and items(definition, task_traits.CONTAINERS):
        findings.error(
            (task_traits.CONTAINERS,),
            "No container is essential; a task needs at least one that is.",
        )
    for location, container in essential[1:]:
        at = (*location, "essential") if "essential" in container else location
        first = shown(text(essential[0][1].get("name")))
        findings.warn(
            at,
            f"This container is essential as well as {first}: the batch ends as soon as one of them"
            " stops. A sidecar"
            " of a batch should have essential: false.",
        )


def _check_identity(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    name, image = text(container.get("name")), text(container.get("image"))
    problems = {
        "name": names.name_problem(name, "a container") if name else "A container needs a name.",
        "image": names.image_problem(image) if image else "A container needs an image.",
    }
    for member, problem in problems.items():
        if problem:
            refuse_once(findings, (*location, member), problem)


def _check_ranges(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    for steps, (low, high) in RANGES.items():
        value = number(part(container, *steps))
        if value is not None and not low <= value <= high:
            at = (*location, *steps)
            refuse_once(findings, at, f"{value} is out of range; allowed is {low} to {high}.")
    codes = items(container, "restartPolicy", "ignoredExitCodes")
    if len(codes) > MOST_IGNORED_EXIT_CODES:
        at = (*location, "restartPolicy", "ignoredExitCodes")
        findings.error(
            at,
            f"There are {len(codes)} exit codes; {MOST_IGNORED_EXIT_CODES} at the most are"
            " allowed.",
        )
    if number(part(container, "linuxParameters", "maxSwap")) is not None:
        _check_swap(container, location, findings)


def _check_swap(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    swap = number(part(container, "linuxParameters", "maxSwap")) or 0
    if swap < 0:
        at = (*location, "linuxParameters", "maxSwap")
        findings.error(at, f"{swap} is not allowed; give 0 or a positive number of MiB.")


def _check_health_check(
    container: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """botocore, HealthCheck.command: 'must start with CMD ... or CMD-SHELL'; Docker also knows
    NONE."""
    at = (*location, "healthCheck", "command")
    command = items(container, "healthCheck", "command")
    if isinstance(part(container, "healthCheck", "command"), list) and not command:
        findings.error(
            at,
            "The command of a health check is empty; give CMD-SHELL and a command line, for"
            " example.",
        )
    elif command and command[0] not in HEALTH_CHECK_KINDS:
        findings.warn(
            at,
            "The command of a health check begins with CMD or CMD-SHELL, not with"
            f" {shown(command[0], at)}.",
        )


def _check_limits(container: Mapping[str, Any], location: Location, findings: Findings) -> None:
    """RegisterTaskDefinition answers 'Soft limit exceeds hard limit for ulimit'; -1 means no
    limit."""
    check_unique(entries(container, "ulimits"), "name", (*location, "ulimits"), "limit", findings)
    for index, ulimit in entries(container, "ulimits"):
        soft, hard = number(ulimit.get("softLimit")), number(ulimit.get("hardLimit"))
        if soft is not None and hard is not None and 0 <= hard < soft:
            findings.error(
                (*location, "ulimits", index, "softLimit"),
                f"The soft limit {soft} is above the hard limit {hard}; it can be {hard} at the"
                " most.",
            )
    if is_given(container.get("credentialSpecs")) and len(items(container, "credentialSpecs")) > 1:
        findings.error(
            (*location, "credentialSpecs"),
            "There are several credential specifications; one is allowed.",
        )
