# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One field of a cron line: which numbers it may hold, and which numbers its entries name.

Source: "Setting a schedule pattern for scheduled rules" of the EventBridge user guide and
"Schedule types" of the EventBridge Scheduler user guide, which share one table of fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

MONTH_NAMES = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
"""Three-letter month names, January is 1."""

DAY_NAMES = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)
}
"""Three-letter names of the days of the week as AWS counts them: Sunday is 1, Saturday is 7."""


@dataclass(frozen=True)
class FieldDefinition:
    """What a field may hold: ``minimum`` to ``maximum``, or one of ``names``.

    ``allowed`` is the part of error messages that says so. ``documented_wrap`` and
    ``documented_step`` tell whether AWS's guides or examples show a range that runs around the
    field's end, such as ``20-2``, and a step, such as ``1/2``.
    """

    name: str
    minimum: int
    maximum: int
    allowed: str
    names: Mapping[str, int] = field(default_factory=dict)
    documented_wrap: bool = False
    documented_step: bool = True

    @property
    def size(self) -> int:
        """How many numbers the field knows."""
        return self.maximum - self.minimum + 1

    @property
    def everything(self) -> tuple[int, ...]:
        """All numbers of the field, ascending."""
        return tuple(range(self.minimum, self.maximum + 1))

    def error(self, value: str, problem: str) -> ScheduleError:
        """Return the error that names this field, ``value``, the problem and what is allowed."""
        message = f"{self.name} '{value}': {problem}; allowed are {self.allowed}"
        return ScheduleError(message, field=self.name)

    def undocumented(self, value: str, form: str) -> str:
        """Return the warning for a form that AWS neither documents nor is known to reject."""
        return f"{self.name} '{value}': {form} is not documented by AWS, which may reject it"


MINUTES = FieldDefinition("minutes", 0, 59, "0-59 and the signs , - * /")
HOURS = FieldDefinition("hours", 0, 23, "0-23 and the signs , - * /", documented_wrap=True)
DAY_OF_MONTH = FieldDefinition("day-of-month", 1, 31, "1-31 and the signs , - * ? / L W")
MONTH = FieldDefinition("month", 1, 12, "1-12 or JAN-DEC and the signs , - * /", MONTH_NAMES)
DAY_OF_WEEK = FieldDefinition(
    "day-of-week",
    1,
    7,
    "1-7 or SUN-SAT (1 is Sunday) and the signs , - * ? L #",
    DAY_NAMES,
    documented_wrap=True,
    documented_step=False,
)
YEAR = FieldDefinition("year", 1970, 2199, "1970-2199 and the signs , - * /")


@dataclass(frozen=True)
class Span:
    """Every ``step``-th number from ``first`` to ``last``.

    Where ``first`` is greater than ``last`` the span runs around the end of its field.
    """

    first: int
    last: int
    step: int = 1

    def numbers(self, definition: FieldDefinition) -> Iterator[int]:
        """Yield the numbers in the order in which the span passes them."""
        last = self.last if self.first <= self.last else self.last + definition.size
        for number in range(self.first, last + 1, self.step):
            yield number if number <= definition.maximum else number - definition.size


@dataclass(frozen=True)
class FieldText:
    """A field as written, to be read entry by entry."""

    definition: FieldDefinition
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands between the commas."""
        return tuple(self.text.split(","))

    @property
    def entries(self) -> tuple[str, ...]:
        """The parts that are not empty."""
        return tuple(part for part in self.parts if part)

    @property
    def stray_comma(self) -> bool:
        """Whether a comma joins nothing."""
        return len(self.entries) < len(self.parts)

    def spelling_warnings(self) -> Iterator[str]:
        """Yield what AWS does not document about the list as a whole."""
        if any(character.islower() for character in self.text):
            yield self.definition.undocumented(self.text, "a name or sign in lower case")
        if len(self.entries) > 1 and "*" in self.entries:
            yield self.definition.undocumented(self.text, "'*' in a list")
        if self.stray_comma:
            yield (
                f"{self.definition.name} '{self.text}': a comma that joins nothing has been"
                " accepted by EventBridge, and the rule then never ran; remove the comma"
            )


_SPAN = re.compile(
    r"(?:\*|(?P<first>[0-9]+|[A-Z]+)(?:-(?P<last>[0-9]+|[A-Z]+))?)?"
    r"(?:/(?P<step>[0-9]+))?"
)


def upper(text: str) -> str:
    """Return ASCII text in upper case, and other text, which matches no form, as it is."""
    return text.upper() if text.isascii() else text


def read_number(definition: FieldDefinition, text: str, entry: str) -> int:
    """Return the number that ``text``, a number or an upper-case name of ``entry``, stands for.

    Raises ScheduleError where the name is unknown or the number out of range.
    """
    if text in definition.names:
        return definition.names[text]
    if not text.isdecimal():
        raise definition.error(entry, f"'{text}' is not a known name or form")
    number = int(text)
    if not definition.minimum <= number <= definition.maximum:
        raise definition.error(entry, f"{number} is out of range")
    return number


def read_span(definition: FieldDefinition, entry: str) -> Span:
    """Return the span that one list entry names: ``*``, ``5``, ``1-5``, ``0/15``.

    ``a/n`` runs to the end of the field, ``/n`` from its start to its end.
    Raises ScheduleError for everything else.
    """
    match = _SPAN.fullmatch(upper(entry))
    if match is None or not entry:
        raise definition.error(entry, "this is not a known form")
    step = 1 if match["step"] is None else int(match["step"])
    if step < 1:
        raise definition.error(entry, "a step must be 1 or more")
    if match["first"] is None:
        return Span(definition.minimum, definition.maximum, step)
    first = read_number(definition, match["first"], entry)
    if match["last"] is not None:
        return Span(first, read_number(definition, match["last"], entry), step)
    return Span(first, first if match["step"] is None else definition.maximum, step)


def span_warnings(definition: FieldDefinition, entry: str, span: Span) -> Iterator[str]:
    """Yield what AWS does not document about the form of one span."""
    if span.first > span.last and not definition.documented_wrap:
        yield definition.undocumented(entry, "a range around the end of this field")
    if entry.startswith("/"):
        yield definition.undocumented(entry, "a step with no start")
    if "/" in entry and not definition.documented_step:
        yield definition.undocumented(entry, "a step in this field")
    if span.step > definition.size:
        yield definition.undocumented(entry, "a step beyond the end of the field")


@dataclass(frozen=True)
class Numbers:
    """The numbers that a field names, ascending, and what AWS does not document about it."""

    values: tuple[int, ...]
    warnings: tuple[str, ...] = ()
    stray_comma: bool = False


def read_spans(definition: FieldDefinition, entries: tuple[str, ...]) -> Numbers:
    """Return the numbers that list entries name. Raises ScheduleError."""
    values: set[int] = set()
    warnings: list[str] = []
    for entry in entries:
        span = read_span(definition, entry)
        values.update(span.numbers(definition))
        warnings.extend(span_warnings(definition, entry, span))
    return Numbers(tuple(sorted(values)), tuple(warnings))


def read_field(definition: FieldDefinition, text: str) -> Numbers:
    """Return the numbers that the field ``text`` names. Raises ScheduleError."""
    field_text = FieldText(definition, text)
    if not field_text.entries:
        raise definition.error(text, "the list is empty")
    numbers = read_spans(definition, field_text.entries)
    warnings = (*field_text.spelling_warnings(), *numbers.warnings)
    return Numbers(numbers.values, warnings, field_text.stray_comma)
