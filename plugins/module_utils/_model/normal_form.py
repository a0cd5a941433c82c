# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The normal form of a document: two documents that mean the same to AWS have the same one.

What AWS does to a document between the request and its answer is a table of rules per resource:
values that AWS fills in, values that mean the same as nothing, and conversions. Each rule names its
source. Nothing here knows a resource; the tables stand beside each resource.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import groupby
from typing import Any, TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    FREE_MAPS,
    SETS,
    is_unordered,
    sort_key,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, copied


@dataclass(frozen=True)
class Filled:
    """AWS answers ``value`` where ``member`` of the structures at ``path`` was left out."""

    path: str
    member: str
    value: Any
    source: str


@dataclass(frozen=True)
class SameAsAbsent:
    """``value`` of ``member`` means the same as leaving it out, and AWS may answer either."""

    path: str
    member: str
    value: Any
    source: str


@dataclass(frozen=True)
class Conversion:
    """A rule that needs code: ``apply`` changes one structure at ``path`` in place, given the
    whole document."""

    path: str
    apply: Callable[[Document, Document], None]


Rule: TypeAlias = "Filled | SameAsAbsent | Conversion"


@dataclass(frozen=True)
class Rules:
    """All rules of one resource, applied in their order."""

    rules: Sequence[Rule] = field(default_factory=tuple)

    def normal_form(self, document: Mapping[str, Any]) -> Document:
        """Return the normal form of ``document``, which is not changed."""
        normal: Document = without_empty(document)
        for path, rules in self._by_path:
            for structure in structures_at(normal, path):
                for rule in rules:
                    _apply(rule, structure, normal)
        return dict(sorted_lists(without_empty(normal)))

    @cached_property
    def _by_path(self) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """The rules in their order, those that follow each other at one path together: finding the
        structures of a path takes longer than applying a rule."""
        together = groupby(self.rules, key=lambda rule: rule.path)
        return tuple((path, tuple(rules)) for path, rules in together)


def _apply(rule: Rule, structure: Document, document: Document) -> None:
    match rule:
        case Filled(member=member, value=value):
            structure.setdefault(member, copied(value))
        case SameAsAbsent(member=member, value=value):
            if (
                member in structure
                and structure[member] == value
                and type(structure[member]) is type(value)
            ):
                del structure[member]
        case Conversion(apply=apply):
            apply(structure, document)


def structures_at(document: Document, path: str) -> Iterator[Document]:
    """Yield every structure at ``path``, such as ``containerDefinitions[].portMappings[]``;
    ``""`` is the document."""
    places: list[Any] = [document]
    for member, is_list in _steps(path):
        places = [place[member] for place in places if isinstance(place, dict) and member in place]
        if is_list:
            places = [entry for place in places if isinstance(place, list) for entry in place]
    yield from (place for place in places if isinstance(place, dict))


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """Return the members on a path, and whether each is a list whose entries are meant."""
    steps = path.split(".") if path else ()
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in steps)


def without_empty(value: Any, *, free_map: bool = False) -> Any:
    """Return ``value`` without members that hold nothing: null, an empty list or an empty
    structure.

    Empty strings stay: an environment variable may be empty on purpose. Entries of free maps stay
    too.
    """
    # Documents are large and fleets have many: asking for a text first spares most of the time.
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        cleaned = {
            key: without_empty(item, free_map=key in FREE_MAPS) for key, item in value.items()
        }
        return {key: item for key, item in cleaned.items() if free_map or not _is_empty(item)}
    if isinstance(value, list | tuple):
        return [item for item in (without_empty(entry) for entry in value) if not _is_empty(item)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value == {}


def sorted_lists(value: Any, member: str = "") -> Any:
    """Return ``value`` with every list sorted whose order means nothing, and no entry of a set
    twice."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: sorted_lists(item, key) for key, item in value.items()}
    if isinstance(value, list):
        entries = [sorted_lists(entry) for entry in value]
        if len(entries) < 2 or not is_unordered(member):
            return entries
        entries.sort(key=lambda entry: sort_key(member, entry))
        return [entry for entry, _same in groupby(entries)] if member in SETS else entries
    return value


def parsed_json(text: Any) -> Any:
    """Return what a JSON text means, or the text itself where it is none."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
