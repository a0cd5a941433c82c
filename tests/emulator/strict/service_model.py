# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What botocore's model says about a request, checked as the service does.

botocore itself checks types, required members and minimums only, on the client. The services check
maximums, patterns and enumerations too, and so does this. Patterns that Python's `re` cannot
express are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from emulator import models
from emulator.layer import ApiError, Call

# The error code that each service answers a violation with.
CODES = {
    "ecs": "InvalidParameterException",
    "events": "ValidationException",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "resourcegroupstaggingapi": "InvalidParameterException",
    "scheduler": "ValidationException",
}
# ECS speaks of a ClientException where a task definition is concerned.
_CLIENT_EXCEPTIONS = ("RegisterTaskDefinition", "DescribeTaskDefinition")

_SHOWN = 128
"""How much of a value a message shows."""

_TYPES: dict[str, tuple[type, ...]] = {
    "blob": (str, bytes),
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (datetime,),
}
_NUMBERS = ("double", "float", "integer", "long")


def refuse(call: Call) -> None:
    """Raise `ApiError` if the parameters violate the model of a service in `CODES`."""
    code = CODES.get(call.service)
    operation = models.operation_model(call.service, call.operation)
    if code is None or operation is None or operation.input_shape is None:
        return
    wrong = next(_wrong_types(operation.input_shape, call.parameters, ""), None)
    if wrong:
        raise ApiError("SerializationException", wrong)
    found = list(_violations(operation.input_shape, call.parameters, ""))
    if found:
        if call.operation in _CLIENT_EXCEPTIONS:
            code = "ClientException"
        plural = "s" if len(found) > 1 else ""
        raise ApiError(code, f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def _wrong_types(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Values of a JSON type that the service cannot read."""
    if value is None:
        return
    right = isinstance(value, _TYPES[shape.type_name])
    if shape.type_name in _NUMBERS and isinstance(value, bool):
        right = False
    if not right:
        yield f"{type(value).__name__} at '{path}' can not be converted to {shape.type_name}"
        return
    for member, inner, inner_path in _children(shape, value, path):
        yield from _wrong_types(member, inner, inner_path)


def _children(shape: Any, value: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """The values inside a value, each with its shape and its path as AWS writes it."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name in shape.members:
                yield shape.members[name], inner, _below(path, name[:1].lower() + name[1:])
    elif shape.type_name == "list":
        for number, inner in enumerate(value, start=1):
            yield shape.member, inner, _below(path, f"{number}.member")
    elif shape.type_name == "map":
        for name, inner in value.items():
            yield shape.value, inner, _below(path, f"{name}.member")


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return
    if shape.type_name == "structure":
        yield from _violations_of_members(shape, value, path)
    else:
        yield from _violations_of_value(shape, value, path)
    for member, inner, inner_path in _children(shape, value, path):
        yield from _violations(member, inner, inner_path)


def _violations_of_members(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            place = _below(path, name[:1].lower() + name[1:])
            yield f"Value null at '{place}' failed to satisfy constraint: Member must not be null"
    for name in value:
        if name not in shape.members:
            yield f"Value at '{_below(path, name)}' is of no known parameter"


def _violations_of_value(shape: Any, value: Any, path: str) -> Iterator[str]:
    for constraint in _broken_constraints(shape, value):
        shown = str(value)[:_SHOWN]
        yield f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


def _broken_constraints(shape: Any, value: Any) -> Iterator[str]:
    kind = shape.type_name
    measured = value if kind in _NUMBERS else len(value) if kind in ("list", "map", "string") else 0
    what = "Member must have value" if kind in _NUMBERS else "Member must have length"
    if measured < shape.metadata.get("min", measured):
        yield f"{what} greater than or equal to {shape.metadata['min']}"
    if measured > shape.metadata.get("max", measured):
        yield f"{what} less than or equal to {shape.metadata['max']}"
    if kind == "string":
        yield from _broken_text_constraints(shape, value)


def _broken_text_constraints(shape: Any, value: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    compiled = _compiled(pattern) if pattern else None
    if compiled and not compiled.fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern in Python's dialect; Unicode's classes for letters, spaces and digits are kin."""
    python = pattern
    for java, kin in ((r"\p{L}", r"\w"), (r"\p{Z}", r"\s"), (r"\p{N}", r"\d")):
        python = python.replace(java, kin)
    try:
        return re.compile(python, 0 if python != pattern else re.ASCII)
    except re.error:
        return None
