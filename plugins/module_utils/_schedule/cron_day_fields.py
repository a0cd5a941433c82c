# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the two day fields of a cron expression, of which exactly one is ``?``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import (
    DayRule,
    DaysOfMonth,
    DaysOfWeek,
    LastDay,
    LastWeekday,
    LastWorkingDay,
    NearestWorkingDay,
    NthWeekday,
    SpecialDay,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    FieldText,
    read_number,
    read_spans,
    upper,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

NO_VALUE = ("?",)
GREATEST_OFFSET = 30
"""``L-30`` is the first day of the longest months."""

GREATEST_OCCURRENCE = 5
"""No month has a sixth day of one weekday."""


@dataclass(frozen=True)
class DayFields:
    """The day rule of an expression, and what AWS does not document about its spelling."""

    rule: DayRule
    warnings: tuple[str, ...]
    stray_comma: bool


def read_day_fields(day_of_month: str, day_of_week: str) -> DayFields:
    """Return the rule that the two day fields make. Raises ScheduleError."""
    of_month = FieldText(DAY_OF_MONTH, day_of_month)
    of_week = FieldText(DAY_OF_WEEK, day_of_week)
    if (of_month.entries == NO_VALUE) == (of_week.entries == NO_VALUE):
        raise _not_exactly_one(day_of_month, day_of_week)
    read = _read_days_of_week if of_month.entries == NO_VALUE else _read_days_of_month
    rule, warnings = read(of_week if of_month.entries == NO_VALUE else of_month)
    spelling = (*of_month.spelling_warnings(), *of_week.spelling_warnings())
    return DayFields(rule, (*spelling, *warnings), of_month.stray_comma or of_week.stray_comma)


def _not_exactly_one(day_of_month: str, day_of_week: str) -> ScheduleError:
    return ScheduleError(
        f"day-of-month '{day_of_month}' and day-of-week '{day_of_week}': exactly one of the two"
        " must be '?'; write '?' in the one that does not matter",
        field=DAY_OF_WEEK.name,
    )


def _read_days_of_month(field_text: FieldText) -> tuple[DayRule, tuple[str, ...]]:
    special, plain = _separate(field_text, _special_day_of_month)
    numbers = read_spans(DAY_OF_MONTH, plain)
    rule = DaysOfMonth(field_text.text, numbers.values, special)
    return rule, (*_special_day_of_month_warnings(field_text), *numbers.warnings)


def _read_days_of_week(field_text: FieldText) -> tuple[DayRule, tuple[str, ...]]:
    if field_text.text.count("#") > 1:
        raise DAY_OF_WEEK.error(field_text.text, "'#' can stand only once in this field")
    special, plain = _separate(field_text, _special_day_of_week)
    numbers = read_spans(
        DAY_OF_WEEK, tuple("SAT" if upper(entry) == "L" else entry for entry in plain)
    )
    rule = DaysOfWeek(field_text.text, numbers.values, special)
    return rule, (*_special_day_of_week_warnings(field_text, special), *numbers.warnings)


def _separate(
    field_text: FieldText, read_special: Callable[[str], SpecialDay | None]
) -> tuple[tuple[SpecialDay, ...], tuple[str, ...]]:
    """Return the special days among a field's entries, and the entries that are plain spans."""
    if not field_text.entries:
        raise field_text.definition.error(field_text.text, "the list is empty")
    special: list[SpecialDay] = []
    plain: list[str] = []
    for entry in field_text.entries:
        item = read_special(entry)
        if item is None:
            plain.append(entry)
        else:
            special.append(item)
    return tuple(special), tuple(plain)


def _special_day_of_month(entry: str) -> SpecialDay | None:
    if upper(entry) == "LW":
        return LastWorkingDay()
    if match := re.fullmatch(r"L(?:-([0-9]+))?", upper(entry)):
        days_before = int(match[1] or 0)
        if days_before > GREATEST_OFFSET:
            raise DAY_OF_MONTH.error(entry, f"{days_before} is more than {GREATEST_OFFSET} days")
        return LastDay(days_before)
    if match := re.fullmatch(r"([0-9]+)W", upper(entry)):
        return NearestWorkingDay(read_number(DAY_OF_MONTH, match[1], entry))
    return None


def _special_day_of_week(entry: str) -> SpecialDay | None:
    if match := re.fullmatch(r"([0-9]+|[A-Z]{3})L", upper(entry)):
        return LastWeekday(read_number(DAY_OF_WEEK, match[1], entry))
    if match := re.fullmatch(r"([0-9]+|[A-Z]+)#([0-9]+)", upper(entry)):
        if int(match[2]) < 1:
            raise DAY_OF_WEEK.error(entry, "the number after '#' must be 1 or more")
        return NthWeekday(read_number(DAY_OF_WEEK, match[1], entry), int(match[2]))
    return None


def _special_day_of_month_warnings(field_text: FieldText) -> Iterator[str]:
    for entry in field_text.entries:
        if upper(entry) == "LW" or upper(entry).startswith("L-"):
            yield DAY_OF_MONTH.undocumented(entry, "'L' with more than itself")
        if re.fullmatch(r"(29|30|31)W", upper(entry)):
            yield (
                f"{DAY_OF_MONTH.name} '{entry}': AWS does not document what happens in months"
                " without that day; here they are taken to be skipped"
            )
    if len(field_text.entries) > 1 and re.search(r"[LW]", upper(field_text.text)):
        yield DAY_OF_MONTH.undocumented(field_text.text, "'L' or 'W' in a list")


def _special_day_of_week_warnings(
    field_text: FieldText, special: tuple[SpecialDay, ...]
) -> Iterator[str]:
    for item in special:
        if isinstance(item, NthWeekday) and item.occurrence > GREATEST_OCCURRENCE:
            yield DAY_OF_WEEK.undocumented(
                field_text.text, f"'#' above {GREATEST_OCCURRENCE}, a day that no month has,"
            )
    if len(field_text.entries) > 1 and (special or "L" in upper(field_text.text)):
        yield DAY_OF_WEEK.undocumented(field_text.text, "'L' or '#' in a list")
