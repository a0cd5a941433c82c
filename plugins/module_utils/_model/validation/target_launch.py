# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an ECS target runs its task: launch type or capacity providers, platform version,
placement.

Sources: botocore, EcsParameters (events and scheduler) and CapacityProviderStrategyItem;
PutTargets' and CreateSchedule's answers, such as ``Parameter PlatformVersion for target x is not
supported when launch type is EC2``; and RunTask's, which come too late: only when the task should
start. PutTargets accepts a launch type beside capacity providers, for example, and RunTask then
refuses every run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import target_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    number,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    shown,
)

MOST_PROVIDERS = 6
MOST_CONSTRAINTS = 10
MOST_STRATEGIES = 5

RETIRED_BELOW = (1, 4, 0)
WINDOWS_VERSION = (1, 0, 0)
_VERSION = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)")

BINPACK_FIELDS = ("cpu", "memory")


def check_launch(target: Mapping[str, Any], findings: Findings, location: Location) -> None:
    """Check launch type, capacity providers, platform version and placement of a target."""
    at: Location = (*location, target_traits.ECS)
    parameters = target_traits.parameters(target)
    launch = target_traits.launch_type(target)
    if launch is not None and is_given(parameters.get(target_traits.STRATEGY)):
        findings.error(
            (*at, "LaunchType"),
            f"A launch type and capacity providers exclude each other; give {shown(launch)} or the"
            " strategy.",
        )
    _check_strategy(parameters, (*at, target_traits.STRATEGY), findings)
    _check_platform_version(target, at, findings)
    _check_placement(target, at, findings)


def _check_strategy(parameters: Mapping[str, Any], location: Location, findings: Findings) -> None:
    strategy = items(parameters, target_traits.STRATEGY)
    if len(strategy) > MOST_PROVIDERS:
        message = (
            f"There are {len(strategy)} capacity providers; a target takes {MOST_PROVIDERS} at the"
            " most."
        )
        refuse_once(findings, location, message)
    providers = list(entries(parameters, target_traits.STRATEGY))
    with_base = [index for index, provider in providers if (number(provider.get("base")) or 0) > 0]
    for index in with_base[1:]:
        findings.error(
            (*location, index, "base"), "Only one capacity provider of a strategy can have a base."
        )
    if providers:
        _check_weights(
            [provider for _index, provider in providers], bool(with_base), location, findings
        )
    _check_provider_names(providers, location, findings)


def _check_weights(
    providers: list[dict[str, Any]], has_base: bool, location: Location, findings: Findings
) -> None:
    """RunTask: 'There are no capacity providers ... with a weight value greater than zero.' The
    default is 0."""
    if any((number(provider.get("weight")) or 0) > 0 for provider in providers):
        return
    message = (
        "No capacity provider has a weight above 0, which is the default: no task would start; give"
        " weight: 1."
    )
    if has_base and len(providers) == 1:
        findings.warn(location, message)
    else:
        findings.error(location, message)


def _check_provider_names(
    providers: list[tuple[int, dict[str, Any]]], location: Location, findings: Findings
) -> None:
    names = [text(provider.get("capacityProvider")) for _index, provider in providers]
    on_fargate = {name for name in names if name in target_traits.FARGATE_PROVIDERS}
    others = [name for name in names if name and name not in target_traits.FARGATE_PROVIDERS]
    if on_fargate and others:
        findings.error(
            location,
            f"Fargate's capacity providers cannot be mixed with others, and {shown(others[0])} is"
            " another.",
        )
    for position, (index, _provider) in enumerate(providers):
        if names[position] in names[:position]:
            findings.warn(
                (*location, index), f"{shown(names[position])} stands in this strategy twice."
            )


def _check_platform_version(
    target: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    version = text(target_traits.parameters(target).get("PlatformVersion"))
    at = (*location, "PlatformVersion")
    if version is None:
        return
    if target_traits.runs_on_fargate(target) is False:
        _note_useless_version(target_traits.launch_type(target), at, findings)
    numbers = platform_numbers(version)
    if numbers is None and version.upper() != "LATEST":
        findings.error(
            at,
            f"{shown(version)} is no platform version; give 'LATEST' or a number such as '1.4.0'.",
        )
    elif numbers is None and version != "LATEST":
        findings.warn(at, f"AWS writes 'LATEST' in capital letters, not {shown(version)}.")
    elif numbers is not None and numbers < RETIRED_BELOW and numbers != WINDOWS_VERSION:
        findings.warn(
            at,
            f"Fargate's platform version {version} is retired, new tasks are refused; give '1.4.0'"
            " or 'LATEST'.",
        )


def _note_useless_version(launch: str | None, location: Location, findings: Findings) -> None:
    message = "Only Fargate has platform versions"
    if launch is not None:
        findings.error(location, f"{message}; leave it out with {launch}.")
    else:
        findings.warn(location, f"{message}, and none of the capacity providers is Fargate's.")


def platform_numbers(version: str) -> tuple[int, int, int] | None:
    """Return the numbers of a platform version, or None for ``LATEST`` and for what is none."""
    matched = _VERSION.fullmatch(version)
    return (int(matched[1]), int(matched[2]), int(matched[3])) if matched else None


def _check_placement(target: Mapping[str, Any], location: Location, findings: Findings) -> None:
    parameters = target_traits.parameters(target)
    for member, most in (
        ("PlacementConstraints", MOST_CONSTRAINTS),
        ("PlacementStrategy", MOST_STRATEGIES),
    ):
        given = items(parameters, member)
        if given and target_traits.runs_on_fargate(target):
            findings.error(
                (*location, member),
                "Fargate places tasks itself and takes no placement; leave it out.",
            )
        if len(given) > most:
            refuse_once(
                findings,
                (*location, member),
                f"There are {len(given)} entries; {most} at the most are allowed.",
            )
    for index, constraint in entries(parameters, "PlacementConstraints"):
        _check_constraint(constraint, (*location, "PlacementConstraints", index), findings)
    for index, strategy in entries(parameters, "PlacementStrategy"):
        _check_placement_strategy(strategy, (*location, "PlacementStrategy", index), findings)


def _check_constraint(
    constraint: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """ECS: 'distinctInstance expression should not be specified'."""
    kind, expression = text(constraint.get("type")), text(constraint.get("expression"))
    if kind == "distinctInstance" and expression:
        findings.error(
            (*location, "expression"),
            "The constraint distinctInstance takes no expression; leave it out.",
        )
    if kind == "memberOf" and not expression:
        findings.error((*location, "expression"), "The constraint memberOf needs an expression.")


def _check_placement_strategy(
    strategy: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """ECS: 'binpack field ... is invalid', 'random field should not be specified'."""
    kind, field = text(strategy.get("type")), text(strategy.get("field"))
    if kind == "random" and field:
        findings.error((*location, "field"), "The strategy random takes no field; leave it out.")
    if kind == "binpack" and (field or "").lower() not in BINPACK_FIELDS:
        findings.error(
            (*location, "field"), f"The strategy binpack needs the field {choices(BINPACK_FIELDS)}."
        )
