# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning what YAML and Jinja make of a value into what AWS's model asks for, where that is
certain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    BOOLEAN,
    LIST,
    MAP,
    NUMBERS,
    STRING,
    STRUCTURE,
    WHOLE_NUMBERS,
    Shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import reading


def coerce(document: Any, shape: Shape) -> Any:
    """Return a copy of ``document`` with unambiguous values in the types that ``shape`` asks for.

    Numbers and booleans become texts where AWS wants texts (``true`` and ``false`` in lower case, a
    number as it was written), numeric texts become whole numbers, and the words for yes and no
    become booleans. Members without a value are left out. Everything else stays as it is, for
    ``check_shape`` to report: a text where a list is wanted is a mistake, not a list.
    """
    if isinstance(document, Mapping):
        return _coerced_mapping(document, shape)
    if isinstance(document, list | tuple):
        if shape.kind != LIST or shape.element is None:
            return document
        return [coerce(item, shape.element) for item in document]
    converted = as_type(document, shape.kind)
    return document if converted is None else converted


def _coerced_mapping(document: Mapping[Any, Any], shape: Shape) -> Any:
    if shape.kind not in {STRUCTURE, MAP}:
        return document
    given = {str(key): value for key, value in document.items() if value is not None}
    members = {key: shape.child(key) for key in given}
    return {
        key: value if (member := members[key]) is None else coerce(value, member)
        for key, value in given.items()
    }


def as_type(value: Any, kind: str) -> Any:
    """Return a scalar as botocore's type ``kind``, or None where it is certainly not meant so."""
    if kind == STRING:
        return _as_text(value)
    if kind == BOOLEAN:
        return reading.truth(value)
    if kind in WHOLE_NUMBERS:
        return reading.number(value)
    if kind in NUMBERS:
        return _as_fraction(value)
    return value


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return None


def _as_fraction(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None
