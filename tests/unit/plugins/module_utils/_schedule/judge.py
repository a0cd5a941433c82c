# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge: a cron expression read entry by entry and asked about every single minute.

It shares no code with the package that it judges. `every_minute` steps through time in UTC, so it
knows nothing of clocks that change: it reads the local clock and takes the first time that a
reading comes. `every_quarter` gives the same answer sooner: within a quarter of an hour neither
the date nor the hour of a local clock changes (offsets and their changes are whole quarters).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

MINUTE, QUARTER, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
RANGES = {
    "minutes": (0, 59),
    "hours": (0, 23),
    "day-of-month": (1, 31),
    "month": (1, 12),
    "day-of-week": (1, 7),
    "year": (1970, 2199),
}
SATURDAY_OR_SUNDAY = (5, 6)


class Judge:
    """One `cron(...)` expression."""

    def __init__(self, text: str) -> None:
        fields = text.upper().removeprefix("CRON(").removesuffix(")").split()
        self.minutes, self.hours, self.day, self.month, self.weekday, self.year = fields

    def has_time(self, hour: int, minute: int) -> bool:
        return holds("minutes", self.minutes, minute) and holds("hours", self.hours, hour)

    def has_date(self, day: date) -> bool:
        return (
            holds("year", self.year, day.year)
            and holds("month", self.month, day.month)
            and (self.weekday == "?" or weekday_holds(self.weekday, day))
            and (self.day == "?" or day_holds(self.day, day))
        )


def every_minute(text: str, after: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the runs later than `after` up to `until`, asking about each minute."""
    judge = Judge(text)
    moment = after.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while moment <= until:
        local = moment.astimezone(zone)
        first_time = local.fold == 0
        if first_time and judge.has_date(local.date()) and judge.has_time(local.hour, local.minute):
            yield local
        moment += MINUTE


def every_quarter(text: str, after: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield what `every_minute` yields, leaving out days and quarters of an hour with no run."""
    judge = Judge(text)
    day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # A local clock shows this date, the one before or the one after (offsets are below a day).
    near = deque((judge.has_date(day.date() - DAY), judge.has_date(day.date())), maxlen=3)
    while day <= until:
        near.append(judge.has_date(day.date() + DAY))
        if any(near):
            for quarter in (day + number * QUARTER for number in range(96)):
                for run in runs_of_quarter(judge, quarter.astimezone(zone)):
                    if after < run <= until:
                        yield run
        day += DAY


def runs_of_quarter(judge: Judge, start: datetime) -> Iterator[datetime]:
    if start.fold or not holds("hours", judge.hours, start.hour):
        return
    if not judge.has_date(start.date()):
        return
    for minute in range(start.minute, start.minute + 15):
        if judge.has_time(start.hour, minute):
            yield start.replace(minute=minute)


@lru_cache(maxsize=100_000)
def holds(field: str, text: str, value: int) -> bool:
    """Tell whether a list of numbers, ranges and steps names a value."""
    return any(value in entry_values(field, entry) for entry in text.split(","))


@lru_cache(maxsize=100_000)
def entry_values(field: str, entry: str) -> frozenset[int]:
    low, high = RANGES[field]
    base, slash, step = entry.partition("/")
    if base in ("*", ""):
        first, last = low, high
    elif "-" in base:
        first, last = (number(part) for part in base.split("-"))
    else:
        first = number(base)
        last = high if slash else first
    walked = [first]
    while walked[-1] != last:
        walked.append(walked[-1] + 1 if walked[-1] < high else low)
    return frozenset(walked[:: int(step or 1)])


def number(text: str) -> int:
    if text in MONTHS:
        return MONTHS.index(text) + 1
    if text in WEEKDAYS:
        return WEEKDAYS.index(text) + 1
    return int(text)


@lru_cache(maxsize=200_000)
def day_holds(text: str, day: date) -> bool:
    return any(day_entry_holds(entry, day) for entry in text.split(","))


def day_entry_holds(entry: str, day: date) -> bool:
    if entry == "LW":
        later = [day + DAY * distance for distance in range(1, 4)]
        return is_working(day) and not any(
            is_working(other) and other.month == day.month for other in later
        )
    if entry.startswith("L"):
        days_before = int(entry.partition("-")[2] or 0)
        return is_last(day + DAY * days_before) and (day + DAY * days_before).month == day.month
    if entry.endswith("W"):
        return day == nearest_working(day.year, day.month, int(entry[:-1]))
    return day.day in entry_values("day-of-month", entry)


def is_last(day: date) -> bool:
    return (day + DAY).month != day.month


def is_working(day: date) -> bool:
    return day.weekday() not in SATURDAY_OR_SUNDAY


@lru_cache(maxsize=100_000)
def nearest_working(year: int, month: int, target: int) -> date | None:
    try:
        wanted = date(year, month, target)
    except ValueError:
        return None
    near = [wanted + DAY * distance for distance in (0, -1, 1, -2, 2)]
    return next(day for day in near if day.month == month and is_working(day))


@lru_cache(maxsize=200_000)
def weekday_holds(text: str, day: date) -> bool:
    return any(weekday_entry_holds(entry, day) for entry in text.split(","))


def weekday_entry_holds(entry: str, day: date) -> bool:
    weekday = day.isoweekday() % 7 + 1
    if entry == "L":
        return weekday == number("SAT")
    if entry.endswith("L"):
        return weekday == number(entry[:-1]) and (day + 7 * DAY).month != day.month
    if "#" in entry:
        wanted, occurrence = entry.split("#")
        return weekday == number(wanted) and (day.day + 6) // 7 == int(occurrence)
    return weekday in entry_values("day-of-week", entry)
