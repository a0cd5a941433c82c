# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading documents that may still be wrong.

All mistakes are reported at once, so that the checks which cross fields also see documents in which
the types are wrong. These readers pass over what has another type than it should: the check by
shape has reported it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

_MAPPING = (dict, Mapping)
"""A mapping, with what nearly all of them are first: asking an abstract class takes five times as
long, and these readers are asked some hundred times for every batch of a fleet."""

_WHOLE_NUMBER = re.compile(r"\s*-?[0-9]{1,18}\s*")


def is_given(value: object) -> bool:
    """Whether there is something: None and empty texts, lists and mappings are nothing; 0 and false
    are something."""
    return value is not None and value != "" and value != [] and value != {}


def mapping(value: object) -> Document:
    """Return ``value`` where it is a mapping, and an empty one otherwise."""
    return dict(value) if isinstance(value, _MAPPING) else {}


def part(document: Mapping[str, Any], *steps: str) -> Any:
    """Return what is at the end of ``steps``, or None where the way does not exist."""
    value: Any = document
    for step in steps:
        if not isinstance(value, _MAPPING):
            return None
        value = value.get(step)
    return value


def items(document: Mapping[str, Any], *steps: str) -> list[Any]:
    """Return the entries of the list at ``steps``; none where there is no list."""
    value = part(document, *steps)
    return list(value) if isinstance(value, list | tuple) else []


def entries(document: Mapping[str, Any], *steps: str) -> Iterator[tuple[int, Document]]:
    """Yield index and entry for every mapping in the list at ``steps``."""
    for index, entry in enumerate(items(document, *steps)):
        if isinstance(entry, _MAPPING):
            yield index, dict(entry)


def text(value: object) -> str | None:
    """Return a text or a number as text; None for everything else and for an empty text."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def number(value: object) -> int | None:
    """Return a whole number, also one that templating has turned into text; None for everything
    else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return None


def truth(value: object) -> bool | None:
    """Return a boolean, also one that templating has turned into text; None for everything else."""
    if isinstance(value, bool):
        return value
    return TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None


TRUTHS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
"""The words for booleans in YAML and in Jinja's output, in lower case."""


def refuse_once(findings: Findings, location: Location, message: str) -> None:
    """Note an error unless one stands at this location already: one mistake needs one
    explanation."""
    if not any(problem.location == location for problem in findings.errors):
        findings.error(location, message)
