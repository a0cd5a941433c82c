# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking secrets out of a document: what looks like one does not go into files that are shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    HIDDEN,
    mask,
)

SECRET = (
    "the value looks like a secret and was left out; keep it in Secrets Manager or the parameter"
    " store and name it in the container's secrets, or convert with keep_secrets"
)


def without_secrets(document: Any, path: str) -> tuple[Any, list[str]]:
    """Return a document without the values of secret-looking variables, and the paths of what was
    taken out. A variable without its value is taken out as a whole."""
    taken: list[str] = []
    return _without(document, mask(document), path, taken), taken


def _without(document: Any, masked: Any, path: str, taken: list[str]) -> Any:
    if isinstance(document, Mapping):
        return _mapping_without(document, masked, path, taken)
    if isinstance(document, list | tuple):
        return _list_without(document, masked, path, taken)
    return document


def _mapping_without(
    document: Mapping[str, Any], masked: Mapping[str, Any], path: str, taken: list[str]
) -> dict[str, Any]:
    left = {}
    for key, value in document.items():
        if _is_hidden(value, masked[key]):
            taken.append(f"{path}.{key}")
        else:
            left[key] = _without(value, masked[key], f"{path}.{key}", taken)
    return left


def _list_without(document: Any, masked: Any, path: str, taken: list[str]) -> list[Any]:
    left = []
    for index, (item, hidden) in enumerate(zip(document, masked, strict=True)):
        name = item.get("name") if isinstance(item, Mapping) else None
        below = f"{path}[{index if name is None else name}]"
        if isinstance(item, Mapping) and _is_hidden(item.get("value"), hidden.get("value")):
            taken.append(below)
        else:
            left.append(_without(item, hidden, below, taken))
    return left


def _is_hidden(value: Any, masked: Any) -> bool:
    return bool(masked == HIDDEN and value != HIDDEN)
