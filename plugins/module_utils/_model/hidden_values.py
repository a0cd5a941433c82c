# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are hidden in results, found by their places: they must be told, and must never be
taken for the real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    render_path,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    HIDDEN,
    mask,
)


def hidden_paths(document: Any) -> list[str]:
    """Return the places of the values that results hide, such as
    ``overrides.container_overrides[0].environment.TOKEN``."""
    return [render_path(path) for path in _differing(document, mask(document), ())]


def marked_paths(document: Any) -> list[str]:
    """Return the places where something hidden, ``VALUE_HIDDEN``, stands for the real value."""
    if HIDDEN not in str(document):
        return []  # In a tenth of the time, for each of a fleet's batches.
    return [render_path(path) for path in _marked(document, ())]


def with_known_values(document: Any, known: Any) -> Any:
    """Return ``document`` with the values of ``known`` where only the mark stands.

    Entries of lists are found again by their names, others by their places.
    """
    if isinstance(document, str):
        replaced = HIDDEN in document and isinstance(known, str) and HIDDEN not in known
        return known if replaced else document
    if isinstance(document, Mapping) and isinstance(known, Mapping):
        return {key: with_known_values(item, known.get(key)) for key, item in document.items()}
    if isinstance(document, list) and isinstance(known, list):
        return [
            with_known_values(item, _counterpart(item, place, known))
            for place, item in enumerate(document)
        ]
    return document


def _counterpart(item: Any, place: int, known: list[Any]) -> Any:
    name = item.get("name") if isinstance(item, Mapping) else None
    if name is None:
        return known[place] if place < len(known) else None
    named = (entry for entry in known if isinstance(entry, Mapping) and entry.get("name") == name)
    return next(named, None)


def _differing(value: Any, masked: Any, path: UserPath) -> Iterator[UserPath]:
    if value == masked:
        return
    if isinstance(masked, str):
        yield path
        return
    for step, item in _below(value):
        yield from _differing(item, masked[step], (*path, step))


def _marked(value: Any, path: UserPath) -> Iterator[UserPath]:
    if isinstance(value, str) and HIDDEN in value:
        yield path
    for step, item in _below(value):
        yield from _marked(item, (*path, step))


def _below(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
