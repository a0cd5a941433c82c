# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of a cron expression, found by going through its years, months, days and minutes.

No step is ever taken through time: what is visited are the combinations that the expression names.
Where the clocks change, a run follows EventBridge Scheduler's guide ("Schedule types"): a local
time that is skipped does not run, a local time that comes twice runs the first time only.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import (
    DayRule,
    month_shape,
)

MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class LocalClock:
    """The local time of a zone: which of its readings exist."""

    zone: tzinfo

    def moment(self, day: date, minute: int) -> datetime | None:
        """Return the first moment at which the clock reads ``minute`` (of 0-1439) on ``day``.

        None where the reading is skipped: there, as PEP 495 has it, the offset before the change
        (fold 0) is smaller than the offset after it (fold 1).
        """
        reading = time(*divmod(minute, MINUTES_PER_HOUR), tzinfo=self.zone)
        return existing(datetime.combine(day, reading))


def existing(moment: datetime) -> datetime | None:
    """Return an aware local time as its first moment, or None where the clock skips it."""
    first, second = moment.replace(fold=0), moment.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    skipped = before is not None and after is not None and before < after
    return None if skipped else first


def cron_runs(expression: CronExpression, zone: tzinfo, later_than: datetime) -> Iterator[datetime]:
    """Yield every run later than ``later_than``, ascending, aware in ``zone``.

    ``later_than`` is aware in UTC and must lie in the years that a date in ``zone`` can have.
    """
    clock = LocalClock(zone)
    minutes = minutes_of_day(expression)
    local = later_than.astimezone(zone)
    begin = bisect_left(minutes, local.hour * MINUTES_PER_HOUR + local.minute)
    for day in cron_dates(expression, local.date()):
        for moment in _runs_of_day(clock, day, minutes, begin if day == local.date() else 0):
            if moment > later_than:
                yield moment


def minutes_of_day(expression: CronExpression) -> tuple[int, ...]:
    """Return the minutes of a day (0-1439, ascending) at which the expression runs."""
    return tuple(
        hour * MINUTES_PER_HOUR + minute
        for hour in expression.hours
        for minute in expression.minutes
    )


def cron_dates(expression: CronExpression, first: date) -> Iterator[date]:
    """Yield the dates from ``first`` on at which the expression runs, ascending.

    A year has one of only 14 calendars, so each is made once, and years without a date cost next
    to nothing: that no date is left up to 2199 is proved by going there.
    """
    for year in expression.years[bisect_left(expression.years, first.year) :]:
        for month, day in _days_of_year(expression.months, expression.days, _like(year)):
            if year > first.year or (month, day) >= (first.month, first.day):
                yield date(year, month, day)


FIRST_OF_CALENDARS = 2000
"""The 28 years from here on have all calendars that there are."""


def _like(year: int) -> int:
    """Return the first year that has the same calendar."""
    return _FIRST_YEARS[_calendar(year)]


def _calendar(year: int) -> tuple[int, bool]:
    return date(year, 1, 1).weekday(), calendar.isleap(year)


_FIRST_YEARS = {
    _calendar(year): year for year in range(FIRST_OF_CALENDARS + 27, FIRST_OF_CALENDARS - 1, -1)
}


@lru_cache(maxsize=256)
def _days_of_year(months: tuple[int, ...], days: DayRule, year: int) -> tuple[tuple[int, int], ...]:
    """Return the month and day of each date of a year at which an expression runs; the schedules of
    a fleet differ more in their times than in their days."""
    return tuple((month, day) for month in months for day in days.days(month_shape(year, month)))


def _runs_of_day(
    clock: LocalClock, day: date, minutes: tuple[int, ...], begin: int
) -> Iterator[datetime]:
    """Yield the runs of one day, from the ``begin``-th of its minutes on."""
    index = begin
    while index < len(minutes):
        moment = clock.moment(day, minutes[index])
        if moment is not None:
            yield moment
            index += 1
        else:
            index = bisect_left(
                minutes, True, index, key=lambda minute: clock.moment(day, minute) is not None
            )
