# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both spellings of AWS's structures: the API's own (``portMappings``) and Ansible's
(``port_mappings``).

One table per structure, derived from its shape, maps every accepted spelling of a member to the
API's. Keys of free maps (``dockerLabels``, log ``options``) belong to the user and are never
respelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias

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
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import listed

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNITS = {"GiB": "Gib", "MiB": "Mib"}

_PAIR_MEMBERS = ("name", "key", "value", "Key", "Value")

UserPath: TypeAlias = "tuple[str | int, ...]"


class UserPaths:
    """Where each place of an API document stands in what the user wrote.

    What is missing stands nowhere. It is named as the user spells what is around it.
    """

    def __init__(self) -> None:
        self._paths: dict[Location, UserPath] = {}
        self._as_api: dict[Location, bool] = {}

    def note(self, location: Location, path: UserPath) -> None:
        """Remember that ``location`` of the document came from ``path`` of the user's
        description."""
        self._paths[location] = path
        member, written = location[-1] if location else 0, path[-1] if path else 0
        if isinstance(member, str) and isinstance(written, str) and snake_case(member) != member:
            self._as_api[location[:-1]] = written == member

    def note_entries(self, location: Location, path: UserPath, mapping: Any) -> None:
        """Remember that the list of names and values at ``location`` was made of a mapping: all of
        a pair stands at its key."""
        if not isinstance(mapping, Mapping):
            return
        for place, key in enumerate(mapping):
            entry = (*path, str(key)) if str(key) else path
            for below in ((), *((name,) for name in _PAIR_MEMBERS)):
                self.note((*location, place, *below), entry)

    def note_api_spelling(self, location: Location) -> None:
        """Remember that everything below ``location`` is in the API's spelling."""
        self._as_api[location] = True

    def take_over(self, other: UserPaths, at: Location) -> None:
        """Remember what ``other`` knows of the part that stands at ``at``."""
        for location, path in other._paths.items():
            self._paths[*at, *location] = path
        for location, as_api in other._as_api.items():
            self._as_api[*at, *location] = as_api

    def path(self, location: Location) -> UserPath:
        """Return the user's path of ``location``: that of its nearest known ancestor, and the
        rest in the spelling that the user has there, or else in snake_case."""
        for length in range(len(location), -1, -1):
            known = self._paths.get(location[:length])
            if known is not None:
                return known + self._spelt(location, length)
        return location

    def _spelt(self, location: Location, known: int) -> Location:
        """Return the steps behind the first ``known`` ones as the user would spell them."""
        lengths = range(known, -1, -1)
        styles = (self._as_api[location[:n]] for n in lengths if location[:n] in self._as_api)
        rest = location[known:]
        if next(styles, False):
            return rest
        return tuple(snake_case(step) if isinstance(step, str) else step for step in rest)

    def render(self, location: Location) -> str:
        """Return the user's path as text, such as
        ``container_definitions[0].port_mappings[1].host_port``."""
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


@cache
def snake_case(member: str) -> str:
    """Return Ansible's spelling of an API member: ``enableECSManagedTags`` becomes
    ``enable_ecs_managed_tags``."""
    for unit, word in _UNITS.items():
        member = member.replace(unit, word)
    return _WORD_START.sub("_", member).lower()


@lru_cache(maxsize=1024)
def spellings(shape: Shape) -> Mapping[str, str]:
    """Return every accepted spelling of a structure's members, each with the member it means.

    Besides the exact spelling and snake_case the first letter may have either case, since
    EventBridge writes ``Subnets`` where ECS writes ``subnets``.
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
    unknown: Callable[[str, Shape], str] | None = None,
) -> Any:
    """Return ``value`` with every structure member in the API's spelling.

    Unknown members are errors with a suggestion, or with what ``unknown`` says of a key in a
    structure; members given in two spellings too. Members
    without a value (``null``) are left out, as the AWS CLI's JSON skeletons have them. A mapping
    where AWS wants a list of names and values (``environment``) is turned into that list. Values of
    a wrong type are left for the type check.
    """
    reader = _Reader(findings, UserPaths() if paths is None else paths, unknown or unknown_member)
    return reader.read(value, shape, location, path)


@dataclass(frozen=True)
class _Reader:
    """Reads a description part by part, and notes where each part came from."""

    findings: Findings
    paths: UserPaths
    unknown: Callable[[str, Shape], str]

    def read(self, value: Any, shape: Shape, location: Location, path: UserPath) -> Any:
        self.paths.note(location, path)
        if shape.kind == LIST and isinstance(value, list | tuple):
            return self._list(value, shape, location, path)
        if not isinstance(value, Mapping):
            return value
        if shape.kind == STRUCTURE:
            return self._structure(value, shape, location, path)
        if shape.kind == MAP:
            return self._map(value, shape, location, path)
        pair = _pair_members(shape.element)
        return value if pair is None else self._pairs(value, pair, location, path)

    def _list(
        self, value: Sequence[Any], shape: Shape, location: Location, path: UserPath
    ) -> list[Any]:
        given = [(index, item) for index, item in enumerate(value) if item is not None]
        return [
            self._below(item, shape.element, (*location, place), (*path, index))
            for place, (index, item) in enumerate(given)
        ]

    def _map(
        self, value: Mapping[Any, Any], shape: Shape, location: Location, path: UserPath
    ) -> Document:
        return {
            str(key): self._below(item, shape.value, (*location, str(key)), (*path, str(key)))
            for key, item in value.items()
            if item is not None
        }

    def _pairs(
        self, value: Mapping[Any, Any], pair: tuple[str, str], location: Location, path: UserPath
    ) -> list[Document]:
        """Turn a mapping into a list of names and values; all of a pair stands at its key."""
        given = {str(key): item for key, item in value.items() if item is not None}
        name, content = pair
        self.paths.note_entries(location, path, given)
        return [{name: key, content: item} for key, item in given.items()]

    def _structure(
        self, value: Mapping[Any, Any], shape: Shape, location: Location, path: UserPath
    ) -> Document:
        known = spellings(shape)
        document: Document = {}
        for key, item in value.items():
            member = known.get(str(key))
            at, here = (*location, member or str(key)), (*path, str(key))
            if member is None:
                self._refuse(at, here, self.unknown(str(key), shape))
            elif item is None:
                continue
            elif member in document:
                self._refuse(at, here, f"{key!r} is given twice, in two spellings.")
            else:
                document[member] = self._below(item, shape.members[member], at, here)
        return document

    def _below(self, value: Any, shape: Shape | None, location: Location, path: UserPath) -> Any:
        return value if shape is None else self.read(value, shape, location, path)

    def _refuse(self, location: Location, path: UserPath, message: str) -> None:
        self.paths.note(location, path)
        self.findings.error(location, message)


def _pair_members(element: Shape | None) -> tuple[str, str] | None:
    """Return the members of a name and value pair, where a list consists of such pairs."""
    members = {member.lower(): member for member in (element.members if element else ())}
    for name in ("name", "key"):
        if set(members) == {name, "value"}:
            return members[name], members["value"]
    return None


def unknown_member(key: str, shape: Shape) -> str:
    """Say that a structure has no member ``key``, and which one may be meant."""
    known = [snake_case(member) for member in shape.members]
    suggestion = did_you_mean(key, known if "_" in key or key.islower() else shape.members)
    return f"{key!r} is not known here{suggestion or f'; known are {listed(sorted(known))}.'}"


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
