# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which days of a month a cron expression means, once its two day fields are read.

Exactly one of the two fields counts, so a rule is either DaysOfMonth or DaysOfWeek. Which days it
means depends on nothing but the month's length and the weekday on which the month begins.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

SATURDAY, SUNDAY = 7, 1


@dataclass(frozen=True)
class MonthShape:
    """A month's number of days and the weekday of its first day (1 is Sunday, 7 is Saturday)."""

    length: int
    first_weekday: int

    def weekday(self, day: int) -> int:
        """Return the weekday of a day of the month, 1 for Sunday to 7 for Saturday."""
        return (self.first_weekday - 1 + day - 1) % 7 + 1

    def is_working_day(self, day: int) -> bool:
        """Tell whether a day is one from Monday to Friday, which AWS calls a weekday."""
        return self.weekday(day) not in (SATURDAY, SUNDAY)


def month_shape(year: int, month: int) -> MonthShape:
    """Return the shape of a month of the Gregorian calendar."""
    monday_is_0, length = calendar.monthrange(year, month)
    return MonthShape(length, (monday_is_0 + 1) % 7 + 1)


@dataclass(frozen=True)
class LastDay:
    """``L``, or ``L-3`` for the third day before the last; day 0 and earlier do not exist."""

    days_before: int = 0

    def day(self, month: MonthShape) -> int | None:
        """Return the day of the month, or None where there is none."""
        day = month.length - self.days_before
        return day if day >= 1 else None


@dataclass(frozen=True)
class LastWorkingDay:
    """``LW``: the last day from Monday to Friday."""

    def day(self, month: MonthShape) -> int | None:
        """Return the day of the month."""
        return nearest_working_day(month, month.length)


@dataclass(frozen=True)
class NearestWorkingDay:
    """``3W``: the day from Monday to Friday nearest to the 3rd, inside the same month.

    A month that has no such day (``31W`` in April) is skipped; AWS does not say what it does.
    """

    target: int

    def day(self, month: MonthShape) -> int | None:
        """Return the day of the month, or None where the target does not exist."""
        return nearest_working_day(month, self.target) if self.target <= month.length else None


def nearest_working_day(month: MonthShape, target: int) -> int:
    """Return the day from Monday to Friday nearest to ``target`` that lies in the month."""
    for day in (target, target - 1, target + 1, target - 2):
        if 1 <= day <= month.length and month.is_working_day(day):
            return day
    return target + 2


@dataclass(frozen=True)
class LastWeekday:
    """``6L``: the last Friday of the month."""

    weekday: int

    def day(self, month: MonthShape) -> int | None:
        """Return the day of the month."""
        return month.length - (month.weekday(month.length) - self.weekday) % 7


@dataclass(frozen=True)
class NthWeekday:
    """``3#2``: the second Tuesday of the month."""

    weekday: int
    occurrence: int

    def day(self, month: MonthShape) -> int | None:
        """Return the day of the month, or None where there are not so many of that weekday."""
        day = 1 + (self.weekday - month.first_weekday) % 7 + 7 * (self.occurrence - 1)
        return day if day <= month.length else None


SpecialDay: TypeAlias = "LastDay | LastWorkingDay | NearestWorkingDay | LastWeekday | NthWeekday"


@dataclass(frozen=True)
class DaysOfMonth:
    """A day-of-month field: plain ``numbers`` (1-31, ascending) and ``special`` days."""

    text: str
    numbers: tuple[int, ...]
    special: tuple[SpecialDay, ...] = ()
    field_name: ClassVar[str] = "day-of-month"

    def days(self, month: MonthShape) -> tuple[int, ...]:
        """Return the days of the month that the field means, ascending."""
        plain = {day for day in self.numbers if day <= month.length}
        return _ascending(plain, self.special, month)


@dataclass(frozen=True)
class DaysOfWeek:
    """A day-of-week field: plain ``numbers`` (1 is Sunday, ascending) and ``special`` days."""

    text: str
    numbers: tuple[int, ...]
    special: tuple[SpecialDay, ...] = ()
    field_name: ClassVar[str] = "day-of-week"

    def days(self, month: MonthShape) -> tuple[int, ...]:
        """Return the days of the month that the field means, ascending."""
        numbers = frozenset(self.numbers)
        plain = {day for day in range(1, month.length + 1) if month.weekday(day) in numbers}
        return _ascending(plain, self.special, month)


DayRule: TypeAlias = "DaysOfMonth | DaysOfWeek"


def _ascending(
    plain: set[int], special: tuple[SpecialDay, ...], month: MonthShape
) -> tuple[int, ...]:
    found = {day for day in (item.day(month) for item in special) if day is not None}
    return tuple(sorted(plain | found))
