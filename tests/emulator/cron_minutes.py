# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does an AWS cron expression match this minute?

The judge of the collection's own schedule code, so it shares nothing with it: it looks at one
minute and never computes a next run. The grammar is that of AWS's pages "Setting a schedule pattern
for scheduled rules" and "Schedule types"; what they leave open (LW, L-3, lower case) means what it
means to Quartz, from which such expressions come.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache

_CRON = re.compile(r"cron\((.*)\)")
_ITEM = re.compile(r"(?P<start>[A-Z0-9]+|\*|\?)(-(?P<end>[A-Z0-9]+))?(/(?P<step>\d+))?")
_NEAREST_WEEKDAY = re.compile(r"(\d+)W")
_BEFORE_LAST_DAY = re.compile(r"L(?:-(\d+))?")
_LAST_WEEKDAY = re.compile(r"([A-Z0-9]+)L")
_NTH_WEEKDAY = re.compile(r"([A-Z0-9]+)#(\d)")

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {
    name: number
    for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}

_DayTest = Callable[[date], bool]


def cron_matches(expression: str, minute: datetime) -> bool:
    """Whether `cron(...)` fires in `minute`, a time in the zone that the expression is meant in.

    Raises ValueError for an expression that is no cron expression.
    """
    minutes, hours, days, months, weekdays, years = _fields(expression)
    day = minute.date()
    # Every field is read before the first is compared, so that no mistake stays hidden.
    wanted = (
        (minute.minute, _values(minutes, 0, 59)),
        (minute.hour, _values(hours, 0, 23)),
        (minute.month, _values(months, 1, 12)),
        (minute.year, _values(years, 1970, 2199)),
    )
    tests = (_day_tests(days), _weekday_tests(weekdays))
    return all(value in values for value, values in wanted) and all(
        any(test(day) for test in either) for either in tests
    )


def _fields(expression: str) -> list[str]:
    found = _CRON.fullmatch(expression)
    fields = found.group(1).upper().split() if found else []
    if len(fields) != 6:
        raise ValueError(f"not a cron expression of six fields: {expression}")
    return fields


@cache
def _values(field: str, low: int, high: int) -> frozenset[int]:
    return frozenset(value for item in field.split(",") for value in _item_values(item, low, high))


def _item_values(item: str, low: int, high: int) -> list[int]:
    found = _ITEM.fullmatch(item)
    if not found:
        raise ValueError(f"not understood in a cron expression: {item}")
    names = {12: _MONTHS, 7: _WEEKDAYS}.get(high, {})
    start, end, step = found["start"], found["end"], found["step"]
    if start in ("*", "?"):
        first, last = low, high
    else:
        first = _number(start, names, low, high)
        # `5` is one value, `5/10` counts on to the end of the field.
        last = _number(end, names, low, high) if end else (high if step else first)
    around = (
        range(first, last + 1)
        if first <= last
        else (*range(first, high + 1), *range(low, last + 1))
    )
    return list(around[:: _step(step)])


def _number(text: str, names: dict[str, int], low: int, high: int) -> int:
    value = names[text] if text in names else int(text)
    if not low <= value <= high:
        raise ValueError(f"{text} is not within {low} to {high}")
    return value


def _step(text: str | None) -> int:
    step = int(text) if text else 1
    if step == 0:
        raise ValueError("a step of 0 never ends")
    return step


@cache
def _day_tests(field: str) -> tuple[_DayTest, ...]:
    return tuple(_day_test(item) for item in field.split(","))


def _day_test(item: str) -> _DayTest:
    nearest, before_last = _NEAREST_WEEKDAY.fullmatch(item), _BEFORE_LAST_DAY.fullmatch(item)
    if item == "LW":
        return lambda day: day.day == _nearest_weekday(day, _days_in_month(day))
    if nearest:
        target = int(nearest.group(1))
        return lambda day: day.day == _nearest_weekday(day, target)
    if before_last:
        days = int(before_last.group(1) or 0)
        return lambda day: day.day == _days_in_month(day) - days
    values = _values(item, 1, 31)
    return lambda day: day.day in values


def _nearest_weekday(day: date, target: int) -> int | None:
    """The day of `day`'s month that `targetW` means; None where the month has no such day."""
    last = _days_in_month(day)
    if target > last:
        return None
    weekday = day.replace(day=target).isoweekday()
    if weekday == 6:
        return target - 1 if target > 1 else target + 2
    if weekday == 7:
        return target + 1 if target < last else target - 2
    return target


@cache
def _weekday_tests(field: str) -> tuple[_DayTest, ...]:
    return tuple(_weekday_test(item) for item in field.split(","))


def _weekday_test(item: str) -> _DayTest:
    nth, last = _NTH_WEEKDAY.fullmatch(item), _LAST_WEEKDAY.fullmatch(item)
    if nth:
        weekday, count = _number(nth.group(1), _WEEKDAYS, 1, 7), int(nth.group(2))
        return lambda day: _weekday(day) == weekday and (day.day - 1) // 7 + 1 == count
    if last:
        weekday = _number(last.group(1), _WEEKDAYS, 1, 7)
        return lambda day: _weekday(day) == weekday and day.day + 7 > _days_in_month(day)
    # `L` alone is the last day of the week.
    values = _values("7" if item == "L" else item, 1, 7)
    return lambda day: _weekday(day) in values


def _weekday(day: date) -> int:
    """AWS counts from Sunday, 1, to Saturday, 7."""
    return day.isoweekday() % 7 + 1


def _days_in_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
