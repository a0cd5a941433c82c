# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of the installed botocore's service models, as data for the pure layers.

No client, credentials or network is needed. Reading the largest model (ECS) takes about 20 ms, once
per process; only the shapes that are asked for are converted.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    LIST,
    MAP,
    STRUCTURE,
    Shape,
)

try:
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel
except ImportError:
    pass  # AnsibleAWSModule says so before anything here is called.


@cache
def loader() -> Any:
    """Return the loader of botocore's data that all clients and models of this process share."""
    return create_loader(os.environ.get("AWS_DATA_PATH"))


@cache
def input_shape(service: str, operation: str) -> Shape:
    """Return the input of an operation, such as ``input_shape("events", "PutRule")``."""
    return _converted(_model(service).operation_model(operation).input_shape)


@cache
def output_shape(service: str, operation: str) -> Shape:
    """Return the output of an operation, such as ``output_shape("ecs", "DescribeTasks")``."""
    return _converted(_model(service).operation_model(operation).output_shape)


@cache
def structure(service: str, name: str) -> Shape:
    """Return a shape by its name in the model, such as ``structure("events", "Target")``."""
    return _converted(_model(service).shape_for(name))


@cache
def dns_suffix(partition: str) -> str:
    """Return the partition's DNS suffix, such as ``amazonaws.com.cn`` for ``aws-cn``."""
    known = loader().load_data("partitions")["partitions"]
    suffixes = {entry["id"]: entry["outputs"]["dnsSuffix"] for entry in known}
    return str(suffixes.get(partition, suffixes["aws"]))


@cache
def _model(service: str) -> Any:
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


def _converted(shape: Any) -> Shape:
    return Shape("", STRUCTURE) if shape is None else _convert(shape, {})


def _convert(shape: Any, seen: dict[str, Shape]) -> Shape:
    """Return the shape as data; each named one is converted once, so that it may contain itself."""
    if shape.name in seen:
        return seen[shape.name]
    members: dict[str, Shape] = {}
    converted = seen[shape.name] = _node(shape, members, seen)
    if shape.type_name == STRUCTURE:
        members.update((name, _convert(member, seen)) for name, member in shape.members.items())
    return converted


def _node(shape: Any, members: dict[str, Shape], seen: dict[str, Shape]) -> Shape:
    limits = shape.metadata
    return Shape(
        name=shape.name,
        kind=shape.type_name,
        members=members,
        required=tuple(limits.get("required", ())),
        element=_convert(shape.member, seen) if shape.type_name == LIST else None,
        value=_convert(shape.value, seen) if shape.type_name == MAP else None,
        minimum=limits.get("min"),
        maximum=limits.get("max"),
        pattern=limits.get("pattern"),
        enum=tuple(limits.get("enum", ())),
    )
