# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning a crontab line into an AWS expression.

A crontab has the meaning that Vixie cron and its heirs (Debian's cron, cronie) give it: Sunday is
0 and 7, a range never runs backwards, and where both day fields are given, the line runs when
either matches, unless one of them begins with ``*``: then both must match.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import (
    DAY_NAMES,
    MONTH_NAMES,
    FieldDefinition,
    Span,
    read_span,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.crontab_hint import (
    CRONTAB_FIELDS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import (
    SHORTEST_RANGE,
    segments,
)

_SIGNS = "and the signs , - * /"
MINUTE = FieldDefinition("minute", 0, 59, f"0-59 {_SIGNS}")
HOUR = FieldDefinition("hour", 0, 23, f"0-23 {_SIGNS}")
DAY_OF_MONTH = FieldDefinition("day-of-month", 1, 31, f"1-31 {_SIGNS}")
MONTH = FieldDefinition("month", 1, 12, f"1-12 or JAN-DEC {_SIGNS}", MONTH_NAMES)
DAY_OF_WEEK = FieldDefinition(
    "day-of-week",
    0,
    7,
    f"0-7 or SUN-SAT (0 and 7 are Sunday) {_SIGNS}",
    {name: number - 1 for name, number in DAY_NAMES.items()},
)
DEFINITIONS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK)

SATURDAY = 6
AWS_DAY_NAMES = {number: name for name, number in DAY_NAMES.items()}

NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""What the nicknames of crontab(5) stand for."""

EVERY, NO_VALUE = "*", "?"


@dataclass(frozen=True)
class CrontabField:
    """One field: as written, and the spans that it names."""

    definition: FieldDefinition
    text: str
    spans: tuple[Span, ...]

    @property
    def begins_with_star(self) -> bool:
        """Whether cron takes the field as no choice of its own: so with ``*`` and ``*/2``."""
        return self.text.startswith(EVERY)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that the field names; a Sunday is 0."""
        week = len(AWS_DAY_NAMES) if self.definition is DAY_OF_WEEK else self.definition.maximum + 1
        return frozenset(n % week for span in self.spans for n in span.numbers(self.definition))

    @property
    def is_everything(self) -> bool:
        """Whether the field leaves nothing out, however it is written."""
        size = len(AWS_DAY_NAMES) if self.definition is DAY_OF_WEEK else self.definition.size
        return len(self.numbers) == size

    @property
    def aws(self) -> str:
        """The field in AWS's spelling."""
        if self.is_everything:
            return EVERY
        if self.definition is DAY_OF_WEEK:
            return _aws_weekdays(sorted(number + 1 for number in self.numbers))
        return ",".join(dict.fromkeys(_aws_span(self.definition, span) for span in self.spans))


def crontab_to_schedule(text: str) -> str:
    """Return the AWS expression, such as ``cron(0 3 ? * MON-FRI *)``, for ``0 3 * * 1-5``.

    Nicknames such as ``@daily`` are known. Raises ScheduleError for what is no crontab line, and
    for what no single AWS expression can say; then the message shows what to use instead.
    """
    minute, hour, day_of_month, month, day_of_week = _read_line(text)
    if day_of_month.is_everything and day_of_week.is_everything:
        return _expression(minute, hour, EVERY, month, NO_VALUE)
    of_month = _expression(minute, hour, day_of_month.aws, month, NO_VALUE)
    of_week = _expression(minute, hour, NO_VALUE, month, day_of_week.aws)
    if day_of_month.begins_with_star or day_of_week.begins_with_star:
        return _both_must_match(day_of_month, day_of_week, of_month, of_week)
    if day_of_month.is_everything or day_of_week.is_everything:
        return _expression(minute, hour, EVERY, month, NO_VALUE)
    raise ScheduleError(
        f"day-of-month '{day_of_month.text}' and day-of-week '{day_of_week.text}': cron runs this"
        " when either of them matches, which no single AWS expression can say; two schedules"
        f" together do: {of_month} and {of_week} (on a day that matches both, both run)",
        field=DAY_OF_WEEK.name,
    )


def _both_must_match(
    day_of_month: CrontabField, day_of_week: CrontabField, of_month: str, of_week: str
) -> str:
    """Return the expression of the one day field that decides. Raises ScheduleError for two."""
    if day_of_month.is_everything:
        return of_week
    if day_of_week.is_everything:
        return of_month
    raise ScheduleError(
        f"day-of-month '{day_of_month.text}' and day-of-week '{day_of_week.text}': cron runs this"
        " only when both match, since one of them begins with '*'; no AWS expression can say that,"
        f" and {of_month} and {of_week} together run more often",
        field=DAY_OF_WEEK.name,
    )


def _expression(
    minute: CrontabField, hour: CrontabField, day: str, month: CrontabField, weekday: str
) -> str:
    return f"cron({minute.aws} {hour.aws} {day} {month.aws} {weekday} *)"


def _read_line(text: str) -> list[CrontabField]:
    """Return the five fields of a line. Raises ScheduleError."""
    if not isinstance(text, str):
        raise ScheduleError(f"a crontab line must be a string, not {text!r}")
    line = text.strip()
    if line.startswith("@"):
        line = _nickname(line)
    fields = line.split()
    if len(fields) != CRONTAB_FIELDS:
        names = " ".join(definition.name for definition in DEFINITIONS)
        raise ScheduleError(
            f"the crontab line '{text}' has {len(fields)} field(s); it must have exactly five"
            f" ({names}), without a user or a command, or be one of {', '.join(NICKNAMES)}"
        )
    return [_read_field(*pair) for pair in zip(DEFINITIONS, fields, strict=True)]


def _nickname(line: str) -> str:
    if line not in NICKNAMES:
        raise ScheduleError(
            f"the crontab nickname '{line}' has no AWS expression; allowed are"
            f" {', '.join(NICKNAMES)}"
        )
    return NICKNAMES[line]


def _read_field(definition: FieldDefinition, text: str) -> CrontabField:
    entries = text.split(",")
    if not all(entries):
        raise definition.error(text, "a comma that joins nothing")
    spans = tuple(_read_span(definition, entry) for entry in entries)
    return CrontabField(definition, text, spans)


def _read_span(definition: FieldDefinition, entry: str) -> Span:
    span = read_span(definition, entry)
    if entry.startswith("/"):
        raise definition.error(entry, "a step needs a start")
    if span.first > span.last:
        raise definition.error(entry, "a crontab range cannot run backwards; write two ranges")
    if definition is DAY_OF_WEEK and "/" in entry and "-" not in entry:
        return Span(span.first, max(span.first, SATURDAY), span.step)
    return span


def _aws_span(definition: FieldDefinition, span: Span) -> str:
    numbers = list(span.numbers(definition))
    if len(numbers) == 1:
        return str(span.first)
    if span.step == 1:
        return f"{span.first}-{span.last}"
    end = "" if span.last == definition.maximum else f"-{span.last}"
    return f"{span.first}{end}/{span.step}"


def _aws_weekdays(numbers: list[int]) -> str:
    """Return names for AWS's numbers (1 is Sunday): no step and no range around Saturday."""
    words: list[str] = []
    for first, last in segments(numbers):
        if last - first + 1 >= SHORTEST_RANGE:
            words.append(f"{AWS_DAY_NAMES[first]}-{AWS_DAY_NAMES[last]}")
        else:
            words.extend(AWS_DAY_NAMES[number] for number in range(first, last + 1))
    return ",".join(words)
