# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of every field of botocore's model: task definitions, overrides, targets and rules.

Nothing here is taken from the model layer but the shapes' data: what a list is keyed by and which
values are likely to matter is written down from AWS's documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Set
from dataclasses import replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from hypothesis import strategies as st

Document = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Maker = Callable[[Draw], Any]

TASK_DEFINITION = input_shape("ecs", "RegisterTaskDefinition")
OVERRIDES = structure("ecs", "TaskOverride")
TARGETS = {service: structure(service, "Target") for service in ("events", "scheduler")}
PUT_RULE = input_shape("events", "PutRule")

NAMED = {
    "containerDefinitions": ("name",),
    "containerOverrides": ("name",),
    "volumes": ("name",),
    "portMappings": ("containerPort", "containerPortRange", "protocol"),
    "environment": ("name",),
    "secrets": ("name",),
    "secretOptions": ("name",),
    "properties": ("name",),
    "systemControls": ("namespace",),
    "mountPoints": ("containerPath",),
    "volumesFrom": ("sourceContainer",),
    "dependsOn": ("containerName",),
    "devices": ("hostPath",),
    "tmpfs": ("containerPath",),
    "extraHosts": ("hostname",),
    "ulimits": ("name",),
    "resourceRequirements": ("type",),
    "inferenceAccelerators": ("deviceName",),
    "inferenceAcceleratorOverrides": ("deviceName",),
    "CapacityProviderStrategy": ("capacityProvider",),
    "Tags": ("Key",),
    "tags": ("key",),
}
"""What tells the entries of a list apart: AWS takes each of them once."""

PAIRS = {
    "environment": "value",
    "secrets": "valueFrom",
    "secretOptions": "valueFrom",
    "properties": "value",
    "systemControls": "value",
    "Tags": "Value",
    "tags": "value",
}
"""Lists of a name and one value."""

ENTRIES_NEED = {
    "portMappings": ("containerPort",),
    "placementConstraints": ("type",),
    "PlacementConstraints": ("type",),
    "PlacementStrategy": ("type",),
}
"""What else the entries of a list are nothing without, though the model does not say so."""

SETS = {
    "add",
    "drop",
    "permissions",
    "ignoredExitCodes",
    "requiresCompatibilities",
    "placementConstraints",
    "PlacementConstraints",
    "Subnets",
    "SecurityGroups",
}
"""Lists without order and without names."""

FREE_MAPS = {"dockerLabels", "options", "driverOpts", "labels"}

TEXTS = (
    *("a", "b", "App", "LOG_LEVEL", "x.y-z", "/data", "arn:aws:iam::123456789012:role/r"),
    *("0", "true", "null", " ", "[0]", "a]b", "Straße", "終", "\t", '"', "{}", "\\", "a" * 40),
)
NUMBERS = (0, 1, 3, 5, 30, 80, 300, 443, 1024, 65535)
PORTS = (80, 443, 8080, 1024)
SIZES = {
    "cpu": ("256", "1024", "0.25 vCPU", "1 vCPU", "2vcpu", ".5 VCPU", "0.3 vCPU"),
    "memory": ("512", "2048", "0.5 GB", "1GB", "4 gb", "30 GB"),
}
ROLE = "arn:aws:iam::123456789012:role/"
MOST_MEMBERS = {
    "RegisterTaskDefinitionRequest": 6,
    "ContainerDefinition": 6,
    "EcsParameters": 5,
    "Volume": 4,
}
"""How many optional members are drawn at once; three elsewhere."""
MAYBE_EMPTY = re.compile(r"(environment\[\]\.value|command\[\]|entryPoint\[\])$")
"""Where an empty text is a value like any other, besides the values of free maps."""

_TEXT = Shape("Text", "string")
FUTURE_SETTING = Shape(
    "FutureSetting",
    "structure",
    members={
        "mode": _TEXT,
        "level": Shape("Level", "integer"),
        "names": Shape("Names", "list", element=_TEXT),
        "rules": Shape("Rules", "list", element=Shape("Rule", "structure", members={"x": _TEXT})),
    },
)

ECS_ONLY = frozenset(
    {"Id", "Arn", "RoleArn", "Input", "EcsParameters", "DeadLetterConfig", "RetryPolicy"}
)
"""The members of a Target that an ECS target has."""

SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "cpu": st.sampled_from(SIZES["cpu"]),
    "memory": st.sampled_from(SIZES["memory"]),
    "taskRoleArn": st.sampled_from(("hello-task", "batch/hello-task", f"{ROLE}batch/hello-task")),
    "containerDefinitions[].portMappings[].protocol": st.sampled_from(("tcp", "udp", "TCP")),
    "containerDefinitions[].portMappings[].containerPort": st.sampled_from(PORTS),
    "containerDefinitions[].portMappings[].hostPort": st.sampled_from((0, *PORTS)),
}
"""Fields whose values have a meaning that their shape does not tell, by path."""


def _structure(
    shape: Shape, path: str, without: Set[str] = frozenset(), always: Set[str] = frozenset()
) -> Maker:
    """What draws a structure: its required members, and some of the others."""
    makers = {
        name: _value(member, f"{path}.{name}".removeprefix("."), required=name in shape.required)
        for name, member in shape.members.items()
        if name not in without
    }
    always = {*always, *shape.required, *_identity(path)}
    needed = [name for name in makers if name in always]
    others = [name for name in makers if name not in needed]
    most = MOST_MEMBERS.get(shape.name, 3)
    chosen = (
        st.lists(st.sampled_from(others), unique=True, max_size=most) if others else st.just([])
    )
    return lambda draw: {name: makers[name](draw) for name in (*needed, *draw(chosen))}


def newer(shape: Shape) -> Shape:
    """The same shape in a botocore to come, where every structure has one more setting."""
    if shape.kind == "structure":
        members = {member: newer(below) for member, below in shape.members.items()}
        return replace(shape, members={**members, "futureSetting": FUTURE_SETTING})
    return replace(shape, element=newer(shape.element)) if shape.element else shape


def _identity(path: str) -> tuple[str, ...]:
    """The members by which the entries of a list are told apart, and the value of a pair."""
    member = path.rpartition(".")[2].removesuffix("[]") if path.endswith("[]") else ""
    if member in ENTRIES_NEED:
        return ENTRIES_NEED[member]
    return (*NAMED.get(member, ()), PAIRS.get(member, ""))


def _value(shape: Shape, path: str, *, required: bool = False) -> Maker:
    if path in SPECIAL:
        return _drawn(SPECIAL[path])
    if shape.kind == "structure":
        return _structure(shape, path)
    if shape.kind == "list" and shape.element is not None:
        element, size = _value(shape.element, f"{path}[]"), st.integers(int(required), 3)
        return lambda draw: [element(draw) for _index in range(draw(size))]
    if shape.kind == "map":
        values = st.sampled_from(("", *TEXTS))
        return _drawn(st.dictionaries(st.sampled_from(TEXTS), values, max_size=3))
    return _drawn(_scalar(shape, path))


def _drawn(strategy: st.SearchStrategy[Any]) -> Maker:
    return lambda draw: draw(strategy)


def _scalar(shape: Shape, path: str) -> st.SearchStrategy[Any]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    if shape.kind == "boolean":
        return st.booleans()
    if shape.kind == "string":
        return st.sampled_from(("", *TEXTS) if MAYBE_EMPTY.search(path) else TEXTS)
    least, most = shape.minimum or 0, shape.maximum or 10**9
    return st.sampled_from(sorted(n for n in {*NUMBERS, least} if least <= n <= most))


_TASK_DEFINITION = _structure(TASK_DEFINITION, "", {"tags"})
_OVERRIDES = _structure(OVERRIDES, "Input")
_RULE = _structure(PUT_RULE, "", {"Tags", "EventBusName"})
_TARGETS = {
    service: _structure(shape, "", shape.members.keys() - ECS_ONLY, {"EcsParameters"})
    for service, shape in TARGETS.items()
}


@st.composite
def task_definitions(draw: Draw, maker: Maker = _TASK_DEFINITION) -> Document:
    """Task definitions as RegisterTaskDefinition takes them, without tags."""
    document: Document = named_once(maker(draw))
    for container in document["containerDefinitions"]:
        for mapping in container.get("portMappings", ()):
            if "containerPortRange" in mapping:
                del mapping["containerPort"]
    return named_once(document)


def newer_task_definitions() -> st.SearchStrategy[Document]:
    """Task definitions with settings that came after the model layer was written."""
    return task_definitions(_structure(newer(TASK_DEFINITION), "", {"tags"}))


@st.composite
def overrides(draw: Draw) -> Document:
    """What a target changes in the task definition (TaskOverride)."""
    return named_once(_OVERRIDES(draw))


@st.composite
def targets(draw: Draw, service: str = "events") -> Document:
    """ECS targets, whole, as PutTargets or CreateSchedule takes them."""
    document: Document = _TARGETS[service](draw)
    parameters = document["EcsParameters"]
    if "Input" in document:
        document["Input"] = json.dumps(named_once(_OVERRIDES(draw)))
    if "LaunchType" in parameters:
        parameters.pop("CapacityProviderStrategy", None)
    if service == "scheduler" and "Tags" in parameters:
        parameters["Tags"] = [
            {"key": str(index), "value": value}
            for index, tag in enumerate(parameters["Tags"])
            for value in tag.values()
        ]
    return named_once(document)


@st.composite
def rules(draw: Draw) -> Document:
    """Rules as PutRule takes them, without tags."""
    document: Document = _RULE(draw)
    if "EventPattern" in document:
        document["EventPattern"] = json.dumps({"source": [document["EventPattern"]], "a": ["b"]})
    return document


def named_once(value: Any, member: str = "") -> Any:
    """The document without the entries whose name was taken before, and sets without repetition."""
    if isinstance(value, dict):
        return {key: named_once(item, key) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    kept: dict[str, Any] = {}
    for index, entry in enumerate(value):
        kept.setdefault(identity(member, entry, index), named_once(entry))
    return list(kept.values())


def identity(member: str, entry: Any, index: int) -> str:
    """What tells an entry of a list apart from the others."""
    if member == "portMappings":
        port = entry.get("containerPort") or entry.get("containerPortRange")
        return f"{port}/{'udp' if entry.get('protocol') == 'udp' else 'tcp'}"
    if member == "Tags" and "key" in entry:
        return str(entry["key"])
    if member in NAMED:
        return str(entry[NAMED[member][0]])
    return json.dumps(entry, sort_keys=True) if member in SETS else str(index)
