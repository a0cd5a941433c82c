# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a document against the shape that botocore's service model gives it.

botocore itself checks types, required members and minimums only, one mistake at a time, and knows
nothing of maximums, patterns and enums (measured with botocore 1.44.5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
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
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import patterns
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import (
    as_type,
    coerce,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.growing_enums import (
    GROWING_ENUMS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    counted,
    listed,
    shown,
)

__all__ = ["check_shape", "coerce"]

_WANTED = {
    STRUCTURE: "a mapping",
    MAP: "a mapping",
    LIST: "a list",
    STRING: "text",
    BOOLEAN: "true or false",
    "timestamp": "a time such as 2030-01-01T00:00:00Z",
    **dict.fromkeys(NUMBERS, "a number"),
    **dict.fromkeys(WHOLE_NUMBERS, "a whole number"),
}

_LIMITS: Mapping[str, tuple[int, int]] = {"integer": (-(2**31), 2**31 - 1)}
"""What AWS's number types hold; botocore sends more."""


def check_shape(
    document: Any,
    shape: Shape,
    findings: Findings,
    *,
    location: Location = (),
    skip_required: frozenset[str] = frozenset(),
    report_unknown: bool = False,
    exact_types: bool = False,
) -> None:
    """Note every difference between ``document`` and ``shape`` in ``findings``.

    ``skip_required`` names members that may be left out although AWS requires them, from the top of
    the document and without list indexes (``EcsParameters.TaskDefinitionArn``). ``report_unknown``
    makes unknown members errors. ``exact_types`` is for JSON that is sent as it stands: a number in
    quotes is an error then, and a number where AWS wants text a warning. Without it everything
    passes that ``coerce`` can turn into the right type.
    """
    _Check(findings, skip_required, report_unknown, exact_types, len(location)).value(
        document, shape, location
    )


@dataclass(frozen=True)
class _Check:
    findings: Findings
    skip_required: frozenset[str] = field(default_factory=frozenset)
    report_unknown: bool = False
    exact_types: bool = False
    depth: int = 0

    def value(self, value: Any, shape: Shape, location: Location) -> None:
        """Check any value; a kind that is unknown here passes."""
        check = _CHECKS.get(shape.kind)
        if check is not None:
            check(self, value, shape, location)

    def structure(self, value: Any, shape: Shape, location: Location) -> None:
        """Check members and what is missing."""
        if not isinstance(value, Mapping):
            self._wrong_type(value, shape, location)
            return
        for member, item in value.items():
            below = shape.members.get(str(member))
            if below is None:
                self._unknown(str(member), shape, location)
            elif item is not None:
                self.value(item, below, (*location, str(member)))
        for member in shape.required:
            if value.get(member) is None and self._is_required((*location, member)):
                self._missing(shape.members[member], (*location, member))

    def list(self, value: Any, shape: Shape, location: Location) -> None:
        """Check the size and every entry."""
        if not isinstance(value, list | tuple):
            self._wrong_type(value, shape, location)
            return
        self._size(len(value), shape, location, "entry", "entries")
        for index, item in enumerate(value):
            if shape.element is not None:
                self.value(item, shape.element, (*location, index))

    def map(self, value: Any, shape: Shape, location: Location) -> None:
        """Check the size and every value; keys are free."""
        if not isinstance(value, Mapping):
            self._wrong_type(value, shape, location)
            return
        self._size(len(value), shape, location, "entry", "entries")
        for key, item in value.items():
            if shape.value is not None and item is not None:
                self.value(item, shape.value, (*location, str(key)))

    def text(self, value: Any, shape: Shape, location: Location) -> None:
        """Check enum, or else length and pattern."""
        converted = as_type(value, STRING)
        if converted is None:
            self._wrong_type(value, shape, location)
            return
        if self.exact_types and not isinstance(value, str):
            self.findings.warn(
                location, f"{shown(value, location)} should be text: put it in quotes."
            )
        if shape.enum:
            self._choice(converted, shape, location)
            return
        self._size(len(converted), shape, location, "character", "characters")
        if shape.pattern and converted and not patterns.matches(converted, shape.pattern):
            allowed = patterns.description(shape.pattern)
            self.findings.error(
                location, f"{shown(converted, location)} is not allowed; {allowed}."
            )

    def number(self, value: Any, shape: Shape, location: Location) -> None:
        """Check type and range."""
        converted = as_type(value, shape.kind)
        if converted is None or (self.exact_types and isinstance(value, str)):
            self._wrong_type(value, shape, location)
            return
        for low, high in ((shape.minimum, shape.maximum), _LIMITS.get(shape.kind, (None, None))):
            if _is_outside(converted, low, high):
                allowed = _range(low, high)
                self.findings.error(
                    location, f"{shown(value, location)} is out of range; allowed is {allowed}."
                )
                return

    def truth(self, value: Any, shape: Shape, location: Location) -> None:
        """Check for a boolean."""
        if as_type(value, BOOLEAN) is None or (self.exact_types and not isinstance(value, bool)):
            self._wrong_type(value, shape, location)

    def timestamp(self, value: Any, shape: Shape, location: Location) -> None:
        """Check for a time that botocore can send."""
        if isinstance(value, datetime | date) or (
            isinstance(value, int | float) and not isinstance(value, bool)
        ):
            return
        try:
            datetime.fromisoformat(str(value))
        except ValueError:
            self._wrong_type(value, shape, location)

    def _is_required(self, location: Location) -> bool:
        names = [str(step) for step in location[self.depth :] if isinstance(step, str)]
        return ".".join(names) not in self.skip_required

    def _missing(self, shape: Shape, location: Location) -> None:
        wanted = (
            f"one of {choices(shape.enum)}" if shape.enum else _WANTED.get(shape.kind, "a value")
        )
        self.findings.error(location, f"This is required and missing; give {wanted}.")

    def _unknown(self, member: str, shape: Shape, location: Location) -> None:
        if self.report_unknown:
            known = sorted(shape.members)
            hint = did_you_mean(member, known) or f"; known are {listed(known, 'and')}."
            self.findings.error((*location, member), f"{member!r} is not known here{hint}")

    def _wrong_type(self, value: Any, shape: Shape, location: Location) -> None:
        wanted = _WANTED[shape.kind]
        if shape.kind == LIST and isinstance(value, str | int | float):
            wanted = "a list (also of a single entry)"
        self.findings.error(location, f"Give {wanted}, not {shown(value, location)}.")

    def _choice(self, value: str, shape: Shape, location: Location) -> None:
        if value in shape.enum:
            return
        allowed = choices(shape.enum)
        other_case = value.lower() in {choice.lower() for choice in shape.enum}
        if shape.name in GROWING_ENUMS and (not other_case or shape.name == "TransportProtocol"):
            reason = GROWING_ENUMS[shape.name]
            self.findings.warn(
                location,
                f"{shown(value, location)} is not known here; known is {allowed}. {reason}.",
            )
        else:
            hint = did_you_mean(value, shape.enum) or "."
            self.findings.error(
                location, f"{shown(value, location)} is not allowed; give {allowed}{hint}"
            )

    def _size(self, size: int, shape: Shape, location: Location, one: str, many: str) -> None:
        if _is_outside(size, shape.minimum, shape.maximum):
            allowed = _range(shape.minimum, shape.maximum)
            self.findings.error(
                location, f"This has {counted(size, one, many)}; allowed is {allowed}."
            )


def _is_outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low} or more"
    return f"{high} at the most" if low is None else f"{low} to {high}"


_CHECKS: Mapping[str, Callable[[_Check, Any, Shape, Location], None]] = {
    STRUCTURE: _Check.structure,
    LIST: _Check.list,
    MAP: _Check.map,
    STRING: _Check.text,
    BOOLEAN: _Check.truth,
    "timestamp": _Check.timestamp,
    **dict.fromkeys(NUMBERS, _Check.number),
}
