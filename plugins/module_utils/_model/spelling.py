# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both spellings of AWS's structures: the API's own (``portMappings``) and Ansible's (``port_mappings``).

One table per structure, derived from its shape, maps every accepted spelling of a member to the API's. Keys of free
maps (``dockerLabels``, log ``options``) belong to the user and are never respelt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    LIST,
    MAP,
    STRUCTURE,
    Document,
    Shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNITS = {"GiB": "Gib", "MiB": "Mib"}

UserPath = tuple[str | int, ...]


class UserPaths:
    """Where each place of an API document stands in what the user wrote."""

    def __init__(self) -> None:
        self._paths: dict[Location, UserPath] = {}

    def note(self, location: Location, path: UserPath) -> None:
        """Remember that ``location`` of the document came from ``path`` of the user's description."""
        self._paths[location] = path

    def path(self, location: Location) -> UserPath:
        """Return the user's path of ``location``: that of its nearest known ancestor, and the rest as it is."""
        for length in range(len(location), -1, -1):
            known = self._paths.get(location[:length])
            if known is not None:
                return known + location[length:]
        return location

    def render(self, location: Location) -> str:
        """Return the user's path as text, such as ``container_definitions[0].port_mappings[1].host_port``."""
        return render_path(self.path(location))


def render_path(path: UserPath) -> str:
    """Join the steps of a path: members with dots, indexes in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


@lru_cache(maxsize=None)
def snake_case(member: str) -> str:
    """Return Ansible's spelling of an API member: ``enableECSManagedTags`` becomes ``enable_ecs_managed_tags``."""
    for unit, word in _UNITS.items():
        member = member.replace(unit, word)
    return _WORD_START.sub("_", member).lower()


def spellings(shape: Shape) -> dict[str, str]:
    """Return every accepted spelling of a structure's members, each with the member it means.

    Besides the exact spelling and snake_case the first letter may have either case, since EventBridge writes
    ``Subnets`` where ECS writes ``subnets``.
    """
    table: dict[str, str] = {}
    for member in shape.members:
        for spelling in (snake_case(member), member[:1].swapcase() + member[1:]):
            table.setdefault(spelling, member)
    table.update({member: member for member in shape.members})
    return table


def to_api(
    value: Any,
    shape: Shape,
    findings: Findings,
    *,
    paths: UserPaths | None = None,
    location: Location = (),
    path: UserPath = (),
) -> Any:
    """Return ``value`` with every structure member in the API's spelling.

    Unknown members are errors with a suggestion, members given in two spellings too. Members without a value
    (``null``) are left out, as the AWS CLI's JSON skeletons have them. A mapping where AWS wants a list of names
    and values (``environment``) is turned into that list. Values of a wrong type are left for the type check.
    """
    paths = UserPaths() if paths is None else paths
    paths.note(location, path)
    if shape.kind == LIST and shape.element is not None:
        items, steps = _items_of(value, shape.element)
        if items is None:
            return value
        return [
            to_api(
                item,
                shape.element,
                findings,
                paths=paths,
                location=(*location, index),
                path=(*path, step),
            )
            for index, (item, step) in enumerate(
                pair for pair in zip(items, steps) if pair[0] is not None
            )
        ]
    if shape.kind == STRUCTURE and isinstance(value, Mapping):
        return _structure_to_api(value, shape, findings, paths, location, path)
    if shape.kind == MAP and shape.value is not None and isinstance(value, Mapping):
        return {
            str(key): to_api(
                item,
                shape.value,
                findings,
                paths=paths,
                location=(*location, str(key)),
                path=(*path, key),
            )
            for key, item in value.items()
            if item is not None
        }
    return value


def _items_of(value: Any, element: Shape) -> tuple[list[Any] | None, list[str | int]]:
    if isinstance(value, list | tuple):
        return list(value), list(range(len(value)))
    pair = _pair_members(element)
    if isinstance(value, Mapping) and pair is not None:
        name, content = pair
        return [{name: key, content: item} for key, item in value.items()], [
            str(key) for key in value
        ]
    return None, []


def _pair_members(element: Shape) -> tuple[str, str] | None:
    """Return the members of a name and value pair, where a list consists of such pairs."""
    members = {member.lower(): member for member in element.members}
    for name in ("name", "key"):
        if set(members) == {name, "value"}:
            return members[name], members["value"]
    return None


def _structure_to_api(
    value: Mapping[str, Any],
    shape: Shape,
    findings: Findings,
    paths: UserPaths,
    location: Location,
    path: UserPath,
) -> Document:
    known = spellings(shape)
    document: Document = {}
    for key, item in value.items():
        member = known.get(str(key))
        here = (*path, str(key))
        if member is None:
            paths.note((*location, str(key)), here)
            findings.error(
                (*location, str(key)),
                f"{key!r} is not known here{did_you_mean(str(key), _shown(shape)) or '.'}",
            )
        elif member in document:
            paths.note((*location, member), here)
            findings.error((*location, member), f"{key!r} is given twice, in two spellings.")
        elif item is not None:
            document[member] = to_api(
                item,
                shape.members[member],
                findings,
                paths=paths,
                location=(*location, member),
                path=here,
            )
    return document


def _shown(shape: Shape) -> list[str]:
    return sorted({*shape.members, *(snake_case(member) for member in shape.members)})


def to_snake(value: Any, shape: Shape | None) -> Any:
    """Return an API document in Ansible's spelling; keys of free maps stay as they are."""
    if isinstance(value, Mapping):
        free = shape is not None and shape.kind == MAP
        return {
            (key if free else snake_case(str(key))): to_snake(
                item, shape.child(key) if shape else None
            )
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [to_snake(item, shape.element if shape else None) for item in value]
    return value
