# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""botocore's service models as the layer uses them.

Everything generic (parsing, answering, validating) is read from these models, so that a service
or field that botocore learns needs no change here. moto's loader is used, since moto has loaded
the same files anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel
from moto.core.utils import get_service_model

# The name in a request's credential scope, where it is not botocore's own service name.
SERVICE_OF_SIGNING_NAME = {
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
SIGNING_NAME_OF_SERVICE = {service: name for name, service in SERVICE_OF_SIGNING_NAME.items()}

Converter = Callable[[Any], Any]


@cache
def service_model(service: str) -> ServiceModel | None:
    """botocore's model of a service, or None where it knows none of that name."""
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    """The model of one operation, or None."""
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    found: OperationModel = model.operation_model(operation)
    return found


@cache
def members(service: str, structure: str) -> frozenset[str]:
    """The members of a structure that botocore knows by this name."""
    model = service_model(service)
    return frozenset(model.shape_for(structure).members if model else ())


@dataclass(frozen=True)
class Route:
    """One operation of a REST service: its method and the pattern of its path."""

    operation: str
    method: str
    path: re.Pattern[str]


@cache
def routes(service: str) -> tuple[Route, ...]:
    """The operations of a REST service; paths with more fixed text come first."""
    model = service_model(service)
    if model is None:
        return ()
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        found.append((http["requestUri"].split("?")[0], http["method"], name))
    found.sort(key=lambda route: (route[0].count("{"), -len(route[0])))
    return tuple(Route(name, method, _path_pattern(uri)) for uri, method, name in found)


def _path_pattern(uri: str) -> re.Pattern[str]:
    pattern = ""
    for part in re.split(r"({[^}]+})", uri.rstrip("/")):
        if part.startswith("{"):
            name = part.strip("{}")
            pattern += f"(?P<{name.rstrip('+')}>{'.+' if name.endswith('+') else '[^/]+'})"
        else:
            pattern += re.escape(part)
    return re.compile(pattern + "/?")


@cache
def is_plain(operation: OperationModel) -> bool:
    """Whether input and output are nothing but JSON, path and query string.

    Operations with streams, payload members, headers or renamed members are passed through unread.
    """
    if operation.has_streaming_input or operation.has_streaming_output:
        return False
    shapes = [shape for shape in (operation.input_shape, operation.output_shape) if shape]
    return all(_has_plain_members(shape, set()) for shape in shapes)


def _has_plain_members(shape: Any, seen: set[str]) -> bool:
    if shape.name in seen or shape.type_name not in ("structure", "list", "map"):
        return True
    seen.add(shape.name)
    if shape.type_name == "list":
        return _has_plain_members(shape.member, seen)
    if shape.type_name == "map":
        return _has_plain_members(shape.value, seen)
    return "payload" not in shape.serialization and all(
        _is_plain_member(name, member) and _has_plain_members(member, seen)
        for name, member in shape.members.items()
    )


def _is_plain_member(name: str, shape: Any) -> bool:
    location = shape.serialization.get("location")
    if location in ("uri", "querystring"):
        return True
    return location is None and shape.serialization.get("name", name) == name


@cache
def timestamps_to_datetimes(shape: Any) -> Converter | None:
    """A function that turns epoch seconds into datetimes where the shape has timestamps.

    None where it has none, so that most answers cost nothing.
    """
    return _converter(shape, ())


def _converter(shape: Any, parents: tuple[str, ...]) -> Converter | None:
    if shape is None or shape.name in parents:
        return None
    if shape.type_name == "timestamp":
        return _to_datetime
    inner = (*parents, shape.name)
    if shape.type_name == "list":
        return _list_converter(_converter(shape.member, inner))
    if shape.type_name == "structure":
        members = {name: _converter(member, inner) for name, member in shape.members.items()}
        return _structure_converter({name: found for name, found in members.items() if found})
    return None


def _to_datetime(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    return value


def _list_converter(member: Converter | None) -> Converter | None:
    if member is None:
        return None

    def convert(value: Any) -> Any:
        return [member(item) for item in value] if isinstance(value, list) else value

    return convert


def _structure_converter(members: dict[str, Converter]) -> Converter | None:
    if not members:
        return None

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        changed = {name: convert(value[name]) for name, convert in members.items() if name in value}
        return {**value, **changed}

    return convert
