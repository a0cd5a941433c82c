# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of crontabs: Vixie cron's own rule, asked about single minutes and days."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LOWEST = {"minute": 0, "hour": 0, "day": 1, "month": 1, "weekday": 0}
HIGHEST = {"minute": 59, "hour": 23, "day": 31, "month": 12, "weekday": 6}


class Crontab:
    """The five time fields of one line."""

    def __init__(self, line: str) -> None:
        self.minute, self.hour, self.day, self.month, self.weekday = line.lower().split()

    def has_time(self, hour: int, minute: int) -> bool:
        return names("minute", self.minute, minute) and names("hour", self.hour, hour)

    def has_date(self, day: date) -> bool:
        if not names("month", self.month, day.month):
            return False
        by_day = names("day", self.day, day.day)
        sunday_is_0 = day.isoweekday() % 7
        by_weekday = names("weekday", self.weekday, sunday_is_0)
        if sunday_is_0 == 0:
            by_weekday = by_weekday or names("weekday", self.weekday, 7)
        if self.day.startswith("*") or self.weekday.startswith("*"):
            return by_day and by_weekday
        return by_day or by_weekday


@lru_cache(maxsize=100_000)
def names(field: str, text: str, value: int) -> bool:
    return any(entry_names(field, entry, value) for entry in text.split(","))


def entry_names(field: str, entry: str, value: int) -> bool:
    base, slash, step = entry.partition("/")
    if base == "*":
        first, last = LOWEST[field], HIGHEST[field]
    elif "-" in base:
        first, last = (number(part) for part in base.split("-"))
    else:
        first = number(base)
        last = max(first, HIGHEST[field]) if slash else first
    return first <= value <= last and (value - first) % int(step or 1) == 0


def number(text: str) -> int:
    if text in MONTHS:
        return MONTHS.index(text) + 1
    return WEEKDAYS.index(text) if text in WEEKDAYS else int(text)
