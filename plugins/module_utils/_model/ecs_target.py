# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS targets of rules and schedules: normal form and merging.

A target of an EventBridge rule and one of a schedule mean the same things under the same names;
only the tags of the started tasks are written differently. PutTargets and UpdateSchedule replace
the whole target, so that what is not managed has to be read, merged and sent back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Filled,
    Rule,
    Rules,
    SameAsAbsent,
    parsed_json,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

EXCLUSIVE: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("EcsParameters", "LaunchType"), ("EcsParameters", "CapacityProviderStrategy")),
    (("Input",), ("InputPath",), ("InputTransformer",)),
)
"""Settings of which AWS takes one at the most: giving one clears the others (botocore, events
Target)."""


GUARD = "Guard"
"""The member of a target that AWS does not know: what guards its runs (see ``guard``)."""


def _input(target: Document, _whole: Document) -> None:
    """Input is JSON: white space and key order mean nothing, though AWS keeps them (terraform).

    Only a JSON object says overrides; an empty one says none. Anything else is a text like any
    other.
    """
    overrides = parsed_json(target.get("Input"))
    if isinstance(overrides, dict) or overrides == "":
        target["Input"] = overrides or None


def _task_tags(parameters: Document, _whole: Document) -> None:
    """A schedule's task tags are a list of maps, a rule's a list of keys and values (botocore,
    both models)."""
    if "Tags" in parameters:
        parameters["Tags"] = [
            {"Key": key, "Value": value} for key, value in task_tags(parameters["Tags"]).items()
        ]


_ECS = "EcsParameters"
_AWSVPC = "EcsParameters.NetworkConfiguration.awsvpcConfiguration"
_STRATEGY = "EcsParameters.CapacityProviderStrategy[]"

RULES: tuple[Rule, ...] = (
    Conversion("", _input),
    Conversion(_ECS, _task_tags),
    Filled(_ECS, "TaskCount", 1, "botocore: 'The default is 1'"),
    SameAsAbsent(_ECS, "EnableECSManagedTags", False, "botocore: off unless asked for"),
    SameAsAbsent(_ECS, "EnableExecuteCommand", False, "botocore: off unless asked for"),
    SameAsAbsent(_ECS, "Group", "", "an empty option clears it"),
    Filled(
        _AWSVPC,
        "AssignPublicIp",
        "DISABLED",
        "botocore, AwsVpcConfiguration: the default is DISABLED",
    ),
    SameAsAbsent(
        _STRATEGY, "base", 0, "botocore: 'If no value is specified, the default value of 0 is used'"
    ),
    SameAsAbsent(
        _STRATEGY,
        "weight",
        0,
        "botocore: 'If no weight value is specified, the default value of 0 is used'",
    ),
    Filled(
        "",
        "RetryPolicy",
        {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
        "GetSchedule's answer",
    ),
    Filled(
        "RetryPolicy", "MaximumEventAgeInSeconds", 86400, "EventBridge's documentation: 24 hours"
    ),
    Filled(
        "RetryPolicy", "MaximumRetryAttempts", 185, "EventBridge's documentation: up to 185 times"
    ),
)
"""What AWS means by an ECS target. Besides these, subnets, security groups and placement
constraints are sets."""

_RULES = Rules(RULES)


def normal_form(target: Mapping[str, Any]) -> Document:
    """Return the normal form of a target, with its input as the overrides that it says."""
    return _RULES.normal_form(target)


def task_tags(tags: Any) -> dict[str, str]:
    """Return the tags of started tasks as a mapping, from either service's spelling."""
    found: dict[str, str] = {}
    for entry in tags or ():
        lowered = {str(key).lower(): value for key, value in entry.items()}
        if set(lowered) == {"key", "value"}:
            found[lowered["key"]] = lowered["value"]
        else:
            found.update(entry)
    return found


def merged(observed: Mapping[str, Any] | None, given: Mapping[str, Any]) -> Document:
    """Return the whole target to put: what AWS has, with what is given laid over it.

    An explicit empty value clears its field. Of settings that exclude each other the given one
    stays. Input that means the same as AWS's is left as AWS has it.
    """
    base: Document = dict(observed or {})
    for group in EXCLUSIVE:
        given_ones = [location for location in group if _value_at(given, location)]
        if given_ones:
            for location in group:
                if location not in given_ones:
                    base = _without(base, location)
    target = _overlaid(base, given)
    if observed and _same_input(observed.get("Input"), target.get("Input")):
        target["Input"] = observed["Input"]
    return target


def _value_at(document: Mapping[str, Any], location: tuple[str, ...]) -> Any:
    value: Any = document
    for step in location:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _without(document: Mapping[str, Any], location: tuple[str, ...]) -> Document:
    first, *rest = location
    if not rest:
        return {key: value for key, value in document.items() if key != first}
    below = document.get(first)
    return (
        {**document, first: _without(below, tuple(rest))}
        if isinstance(below, Mapping)
        else dict(document)
    )


def _overlaid(base: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
    result: Document = dict(base)
    for key, value in given.items():
        if value in ("", [], {}):
            result.pop(key, None)
        elif isinstance(value, Mapping):
            below = base.get(key)
            overlaid = _overlaid(below if isinstance(below, Mapping) else {}, value)
            if overlaid:
                result[key] = overlaid
            else:
                result.pop(key, None)
        else:
            result[key] = value
    return result


def _same_input(left: Any, right: Any) -> bool:
    if not left or not right:
        return False
    if left == right:
        return True
    return normal_form({"Input": left}) == normal_form({"Input": right})
