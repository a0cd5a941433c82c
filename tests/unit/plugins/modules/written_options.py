# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents in the API's spelling as a user writes them into the options of a module.

The tables of bad and of unusual inputs hold documents. A user may paste them, or write everything
in snake_case; both are made here, with the path at which the user finds each place of the document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    render_path,
    snake_case,
    to_snake,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    OPTION_LOCATIONS,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
)

PASTED, SNAKE = "pasted", "snake_case"
SPELLINGS = (PASTED, SNAKE)

Document = dict[str, Any]
Location: TypeAlias = "tuple[str | int, ...]"

RULE_OPTIONS = {
    "Name": "name",
    "EventBusName": "event_bus_name",
    "ScheduleExpression": "schedule_expression",
    "EventPattern": "event_pattern",
    "Description": "description",
    "RoleArn": "role_arn",
    "State": "enabled",
    "Tags": "tags",
}
TARGET_OPTIONS = {
    **{location: option for option, location in OPTION_LOCATIONS.items() if option != "overrides"},
    ("EcsParameters", "NetworkConfiguration"): "network_configuration",
    ("Id",): "target_id",
}
STATES = {"ENABLED": True, "DISABLED": False}
AWSVPC = "awsvpcConfiguration"


@dataclass(frozen=True)
class Written:
    """A document as the options of a module. ``path`` renders where the user finds a location.

    ``inexpressible`` are the members for which the module has no option.
    """

    module: str
    options: Document
    path: Callable[[Location], str]
    inexpressible: tuple[str, ...] = ()


def written(subject: str, document: Document, spelling: str) -> Written:
    """Return a document of the kind ``subject``, as the tables name it, as options."""
    return WRITERS[subject](document, spelling)


def definition(document: Document, spelling: str) -> Written:
    """A task definition, as the options of ``ecs_task_definition``."""
    shape = input_shape("ecs", "RegisterTaskDefinition")
    spelt = to_snake(document, shape) if spelling == SNAKE else document
    options = {snake_case(member): value for member, value in spelt.items()}
    if "tags" in document:
        options["tags"] = tag_mapping(document["tags"])

    def path(location: Location) -> str:
        if location[:1] == ("tags",):
            return tag_path("tags", document["tags"], location[1:])
        first, rest = location[:1], location[1:]
        return render_path((*map(snake_case, first), *_spelt(rest, spelling)))

    return Written("ecs_task_definition", options, path)


def target(document: Document, spelling: str, *, as_overrides: bool = False) -> Written:
    """A target of a rule, as the options of ``eventbridge_ecs_target``."""
    return _target("eventbridge_ecs_target", document, spelling, as_overrides)


def schedule(document: Document, spelling: str) -> Written:
    """A target of a schedule, as the options of ``scheduler_schedule``."""
    written = _target("scheduler_schedule", document, spelling, as_overrides=False)
    timing = {"name": "nightly", "schedule_expression": "cron(0 3 * * ? *)"}
    return Written(written.module, {**written.options, **timing}, written.path)


def rule(document: Document, _spelling: str) -> Written:
    """A rule, as the options of ``eventbridge_rule``."""
    options = {RULE_OPTIONS[member]: value for member, value in document.items()}
    if "enabled" in options:
        options["enabled"] = STATES.get(document["State"], document["State"])
    if "tags" in options:
        options["tags"] = tag_mapping(document["Tags"])

    def path(location: Location) -> str:
        if location[:1] == ("Tags",):
            return tag_path("tags", document["Tags"], location[1:])
        return RULE_OPTIONS[str(location[0])]

    return Written("eventbridge_rule", options, path)


def overrides(document: Document, spelling: str) -> Written:
    """A TaskOverride, as the option ``overrides`` of a target that is good otherwise."""
    whole = {**documents.rule_target(), "Input": json.dumps(document)}
    written = target(whole, spelling, as_overrides=True)
    return Written(
        written.module, written.options, lambda location: written.path(("Input", *location))
    )


def pair(document: Document, spelling: str) -> Written:
    """A target, as options; the task definition is what AWS has."""
    return target(document["target"], spelling)


def _target(module: str, document: Document, spelling: str, as_overrides: bool) -> Written:
    shape = structure("events", "Target")
    options: Document = {"rule": "carrier"} if module == "eventbridge_ecs_target" else {}
    inexpressible = []
    for location, value in _parts(document):
        option = TARGET_OPTIONS.get(location)
        if option is None:
            inexpressible.append(str(location[-1]))
        elif option == "task_tags":
            options[option] = tag_mapping(value)
        elif option == "network_configuration" and spelling == SNAKE:
            options[option] = to_snake(value.get(AWSVPC, value), None)
        elif option == "input" and as_overrides:
            options["overrides"] = _overrides(value, spelling)
        elif option == "input":
            options[option] = value
        else:
            below = shape
            for step in location:
                below = below.child(step)
            options[option] = to_snake(value, below) if spelling == SNAKE else value
    tags = document.get("EcsParameters", {}).get("Tags")

    def path(location: Location) -> str:
        return _target_path(location, spelling, tags, as_overrides)

    return Written(module, options, path, tuple(inexpressible))


def _overrides(given: Any, spelling: str) -> Any:
    content = json.loads(given)
    return to_snake(content, structure("ecs", "TaskOverride")) if spelling == SNAKE else content


def _parts(document: Mapping[str, Any]) -> list[tuple[tuple[str, ...], Any]]:
    """Return what stands at the places of options, and at others in the upper two levels."""
    parts: list[tuple[tuple[str, ...], Any]] = []
    for member, value in document.items():
        if member in {"EcsParameters", "DeadLetterConfig"}:
            parts += [((member, key), item) for key, item in value.items()]
        else:
            parts.append(((member,), value))
    return parts


def _target_path(location: Location, spelling: str, tags: Any, as_overrides: bool) -> str:
    for length in (2, 1):
        option = TARGET_OPTIONS.get(location[:length])
        if option is None:
            continue
        rest = location[length:]
        if option == "task_tags":
            return tag_path(option, tags, rest)
        if option == "network_configuration" and spelling == SNAKE and rest[:1] == (AWSVPC,):
            rest = rest[1:]
        if option == "input":
            option = "overrides" if as_overrides else "input"
            return render_path((option, *(_spelt(rest, spelling) if as_overrides else rest)))
        return render_path((option, *_spelt(rest, spelling)))
    raise KeyError(location)


def _spelt(steps: Location, spelling: str) -> Location:
    if spelling == PASTED:
        return steps
    return tuple(snake_case(step) if isinstance(step, str) else step for step in steps)


def tag_mapping(tags: Any) -> Any:
    """Return a list of keys and values as the mapping that modules take."""
    pairs = [{key.lower(): value for key, value in tag.items()} for tag in tags]
    return {pair["key"]: pair["value"] for pair in pairs}


def tag_path(option: str, tags: Any, rest: Location) -> str:
    """Return the path of a tag, which is at its key."""
    if not rest:
        return option
    keys = [{name.lower(): value for name, value in tag.items()}["key"] for tag in tags]
    key = keys[int(rest[0])]
    return f"{option}.{key}" if key else option


WRITERS: dict[str, Callable[[Document, str], Written]] = {
    "fargate_definition": definition,
    "ec2_definition": definition,
    "windows_definition": definition,
    "rule_target": target,
    "schedule_target": schedule,
    "rule": rule,
    "pattern_rule": rule,
    "overrides": overrides,
    "pair": pair,
    "ec2_pair": pair,
}
