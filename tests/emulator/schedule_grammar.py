# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does AWS accept this schedule expression?

Written from AWS's tables ("Setting a schedule pattern for scheduled rules", "Schedule types") and
from expressions that real accounts took or refused, and from nothing else, so that it and the
collection's own parser judge each other. What AWS neither documents nor is known to reject is
accepted, since nobody knows better.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

_RULE_RATE = re.compile(r"rate\((?:1 (?:minute|hour|day)|(?!0*1? )[0-9]+ (?:minutes|hours|days))\)")
_SCHEDULER_RATE = re.compile(r"rate\(0*[1-9][0-9]* (?:minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.*)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")


@dataclass(frozen=True)
class Field:
    """One field of a cron expression: its range, its names, and the marks that only it knows."""

    low: int
    high: int
    names: tuple[str, ...] = ()
    marks: tuple[re.Pattern[str], ...] = ()

    def number(self, text: str) -> int | None:
        """The value of a number or name inside the range, or None."""
        if text.upper() in self.names:
            return self.low + self.names.index(text.upper())
        if re.fullmatch(r"[0-9]+", text) and self.low <= int(text) <= self.high:
            return int(text)
        return None


_DAY_OF_MONTH_MARKS = (r"L(-[0-9]+)?", r"LW", r"([1-9]|[12][0-9]|3[01])W")
_DAY_OF_WEEK_MARKS = (r"L", r"([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-9])")

FIELDS = (
    Field(0, 59),
    Field(0, 23),
    Field(1, 31, marks=tuple(re.compile(mark, re.I) for mark in _DAY_OF_MONTH_MARKS)),
    Field(1, 12, tuple(_MONTHS)),
    Field(1, 7, tuple(_DAYS), tuple(re.compile(mark, re.I) for mark in _DAY_OF_WEEK_MARKS)),
    Field(1970, 2199),
)
_DAY_FIELDS = (2, 4)


def rule_accepts(expression: str) -> bool:
    """Whether PutRule takes it: cron, and rate in its strict form; no at()."""
    return bool(_RULE_RATE.fullmatch(expression)) or _is_cron(expression)


def scheduler_accepts(expression: str) -> bool:
    """Whether CreateSchedule takes it: cron, rate with singular or plural, at()."""
    if _SCHEDULER_RATE.fullmatch(expression) or _is_cron(expression):
        return True
    return _is_at(expression)


def _is_at(expression: str) -> bool:
    found = _AT.fullmatch(expression)
    try:
        return found is not None and datetime.fromisoformat(found[1]) is not None
    except ValueError:
        return False


def _is_cron(expression: str) -> bool:
    found = _CRON.fullmatch(expression)
    # PutRule has taken "0/5, 9-18, ?, *": fields that end in a comma.
    texts = [text.removesuffix(",") for text in found[1].split()] if found else []
    if len(texts) != len(FIELDS) or [texts[day] for day in _DAY_FIELDS].count("?") != 1:
        return False
    if texts[4].count("#") > 1:
        return False
    return all(
        (text == "?" and index in _DAY_FIELDS) or _is_list(field, text)
        for index, (field, text) in enumerate(zip(FIELDS, texts, strict=True))
    )


def _is_list(field: Field, text: str) -> bool:
    return all(_is_item(field, item) for item in text.split(","))


def _is_item(field: Field, item: str) -> bool:
    if any(mark.fullmatch(item) for mark in field.marks):
        return True
    base, slash, step = item.partition("/")
    if slash and not re.fullmatch(r"0*[1-9][0-9]*", step):
        return False
    return any(form(field, base) for form in _BASES)


def _is_any(_field: Field, text: str) -> bool:
    return text == "*"


def _is_value(field: Field, text: str) -> bool:
    return field.number(text) is not None


def _is_range(field: Field, text: str) -> bool:
    """Two values; the second may be the smaller one, then the range wraps (20-2, FRI-MON)."""
    first, dash, last = text.partition("-")
    return bool(dash) and field.number(first) is not None and field.number(last) is not None


_BASES: tuple[Callable[[Field, str], bool], ...] = (_is_any, _is_value, _is_range)
