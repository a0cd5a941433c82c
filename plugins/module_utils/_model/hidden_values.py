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
    return [render_path(path) for path in _marked(document, ())]


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
