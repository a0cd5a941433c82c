# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The days and months of a cron expression in plain English."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import (
    DayRule,
    DaysOfMonth,
    DaysOfWeek,
    LastDay,
    LastWeekday,
    LastWorkingDay,
    NearestWorkingDay,
    SpecialDay,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    MONTH,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import (
    SHORTEST_RANGE,
    join,
    month_list,
    number_list,
    ordinal,
    ordinal_word,
    pattern,
    plural,
    weekday_name,
)


def explain_days(rule: DayRule, months: tuple[int, ...], say_every_day: bool) -> str:
    """Return ``on the third Tuesday of every month`` or the like.

    Where the rule means every day, ``say_every_day`` decides whether that is said.
    """
    if _is_every_day(rule):
        return " ".join([*(["every day"] if say_every_day else []), *_in_months(months)])
    if isinstance(rule, DaysOfWeek) and not rule.special:
        return " ".join([f"on {_weekdays(rule.numbers)}", *_in_months(months)])
    days = _days_of_month(rule) if isinstance(rule, DaysOfMonth) else _days_of_week(rule)
    return f"on {days} of {_months(months)}"


def _is_every_day(rule: DayRule) -> bool:
    field = DAY_OF_MONTH if isinstance(rule, DaysOfMonth) else DAY_OF_WEEK
    return rule.numbers == field.everything


def _in_months(months: tuple[int, ...]) -> list[str]:
    return [] if months == MONTH.everything else [f"in {month_list(months)}"]


def _months(months: tuple[int, ...]) -> str:
    return "every month" if months == MONTH.everything else month_list(months)


def _days_of_month(rule: DaysOfMonth) -> str:
    return join([*_plain_days(rule.numbers), *_special_words(rule.special)])


def _plain_days(numbers: tuple[int, ...]) -> list[str]:
    if not numbers:
        return []
    evenly = pattern(numbers, "day", lambda day: f"the {ordinal(day)}")
    return [evenly or f"the {number_list(numbers, ordinal)}"]


def _days_of_week(rule: DaysOfWeek) -> str:
    plain = [f"every {weekday_name(number)}" for number in rule.numbers]
    return join([*plain, *_special_words(rule.special)])


def _special_words(special: tuple[SpecialDay, ...]) -> list[str]:
    """Return the words in one order, whatever the order in the field, without repetition."""
    return sorted({_special_day(item) for item in special})


def _special_day(item: SpecialDay) -> str:
    if isinstance(item, LastDay):
        before = f"the day {plural(item.days_before, 'day')} before " if item.days_before else ""
        return f"{before}the last day"
    if isinstance(item, LastWorkingDay):
        return "the last weekday (Monday to Friday)"
    if isinstance(item, NearestWorkingDay):
        return f"the weekday (Monday to Friday) nearest the {ordinal(item.target)}"
    if isinstance(item, LastWeekday):
        return f"the last {weekday_name(item.weekday)}"
    return f"the {ordinal_word(item.occurrence)} {weekday_name(item.weekday)}"


def _weekdays(numbers: tuple[int, ...]) -> str:
    """Return ``Monday to Friday`` for one unbroken range of three and more, else a list.

    The week is a circle: Friday to Monday is unbroken.
    """
    starts = [number for number in numbers if _day_before(number) not in numbers]
    if len(starts) == 1 and len(numbers) >= SHORTEST_RANGE:
        last = (starts[0] + len(numbers) - 2) % DAY_OF_WEEK.size + 1
        return f"{weekday_name(starts[0])} to {weekday_name(last)}"
    monday_first = sorted(numbers, key=_day_before)
    return join(f"{weekday_name(number)}s" for number in monday_first)


def _day_before(weekday: int) -> int:
    return weekday - 1 if weekday > 1 else DAY_OF_WEEK.size
