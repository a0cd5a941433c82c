# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules in plain English."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import (
    DayRule,
    MonthShape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse

WORDS = (
    ("rate(1 minute)", "every minute"),
    ("rate(30 minutes)", "every 30 minutes"),
    ("rate(1 day)", "every day"),
    ("rate(7 days)", "every 7 days"),
    ("at(2026-12-24T18:00:00)", "once at 18:00 on 24 December 2026"),
    ("at(2026-12-24T18:00:05)", "once at 18:00:05 on 24 December 2026"),
    # Times of day
    ("cron(* * * * ? *)", "every minute"),
    ("cron(0/30 * * * ? *)", "every 30 minutes"),
    ("cron(5/10 * ? * * *)", "every 10 minutes from 5 minutes past the hour"),
    ("cron(1/30 * ? * * *)", "every 30 minutes from 1 minute past the hour"),
    ("cron(0 * * * ? *)", "every hour on the hour"),
    ("cron(1 * * * ? *)", "1 minute past every hour"),
    ("cron(5 * * * ? *)", "5 minutes past every hour"),
    ("cron(5,7,20 * * * ? *)", "5, 7 and 20 minutes past every hour"),
    ("cron(0/7 * * * ? *)", "every 7th minute from 0 to 56 past every hour"),
    ("cron(0 3 * * ? *)", "at 03:00 every day"),
    ("cron(0,30 3,15 * * ? *)", "at 03:00, 03:30, 15:00 and 15:30 every day"),
    ("cron(0/5 8-17 * * ? *)", "every 5 minutes from 08:00 to 17:55 every day"),
    ("cron(* 8 * * ? *)", "every minute from 08:00 to 08:59 every day"),
    (
        "cron(0/30 20-2 * * ? *)",
        "every 30 minutes from 00:00 to 02:30 and from 20:00 to 23:30 every day",
    ),
    ("cron(0 8-18 * * ? *)", "every hour from 08:00 to 18:00 every day"),
    ("cron(15 */2 * * ? *)", "every 2 hours from 00:15 to 22:15 every day"),
    ("cron(1,10,20 8 * * ? *)", "at 08:01, 08:10 and 08:20 every day"),
    ("cron(1,10,20 8,9,12 * * ? *)", "1, 10 and 20 minutes past the hours 08, 09 and 12 every day"),
    ("cron(1,10,20 8-12 * * ? *)", "1, 10 and 20 minutes past the hours 08 to 12 every day"),
    ("cron(0/7 8 * * ? *)", "every 7th minute from 0 to 56 past 08:00 every day"),
    (
        "cron(0,5 */3 * * ? *)",
        "0 and 5 minutes past every 3rd hour from 00 to 21 every day",
    ),
    # Days
    ("cron(0 3 ? * * *)", "at 03:00 every day"),
    ("cron(0 3 ? * SUN-SAT *)", "at 03:00 every day"),
    ("cron(0 3 1-31 * ? *)", "at 03:00 every day"),
    ("cron(0 3 *,L * ? *)", "at 03:00 every day"),
    ("cron(0 18 ? * MON-FRI *)", "at 18:00 on Monday to Friday"),
    ("cron(0 8 ? * FRI-MON *)", "at 08:00 on Friday to Monday"),
    ("cron(0 8 ? * SAT,SUN *)", "at 08:00 on Saturdays and Sundays"),
    ("cron(0 8 ? * 2,4,5,6 *)", "at 08:00 on Mondays, Wednesdays, Thursdays and Fridays"),
    ("cron(0 8 ? * L *)", "at 08:00 on Saturdays"),
    ("cron(0 8 1 * ? *)", "at 08:00 on the 1st of every month"),
    ("cron(0 8 1-7 * ? *)", "at 08:00 on the 1st to 7th of every month"),
    ("cron(0 8 2,3,11,22 * ? *)", "at 08:00 on the 2nd, 3rd, 11th and 22nd of every month"),
    ("cron(0 8 1/5 * ? *)", "at 08:00 on every 5th day from the 1st to the 31st of every month"),
    ("cron(0 8 L * ? *)", "at 08:00 on the last day of every month"),
    ("cron(0 8 L-1 * ? *)", "at 08:00 on the day 1 day before the last day of every month"),
    ("cron(0 8 LW * ? *)", "at 08:00 on the last weekday (Monday to Friday) of every month"),
    (
        "cron(0 8 3W * ? *)",
        "at 08:00 on the weekday (Monday to Friday) nearest the 3rd of every month",
    ),
    ("cron(0 8 1,L * ? *)", "at 08:00 on the 1st and the last day of every month"),
    ("cron(0 3 ? * 3#3 *)", "at 03:00 on the third Tuesday of every month"),
    ("cron(0 3 ? * 3#6 *)", "at 03:00 on the 6th Tuesday of every month"),
    ("cron(0 3 ? * FRIL *)", "at 03:00 on the last Friday of every month"),
    ("cron(0 3 ? * 2,6L *)", "at 03:00 on every Monday and the last Friday of every month"),
    # Months and years
    ("cron(0 3 * 2 ? *)", "at 03:00 every day in February"),
    ("cron(* * * 2 ? *)", "every minute in February"),
    ("cron(0 3 ? JUN-AUG MON *)", "at 03:00 on Mondays in June to August"),
    ("cron(0 8 1,15 1/3 ? *)", "at 08:00 on the 1st and 15th of January, April, July and October"),
    ("cron(0 8 L 1-12 ? 2027)", "at 08:00 on the last day of every month in 2027"),
    ("cron(0 8 * * ? 2027,2030)", "at 08:00 every day in 2027 and 2030"),
    ("cron(0 8 * * ? 2027-2031)", "at 08:00 every day in 2027 to 2031"),
    ("cron(0 8 * * ? 2027/2)", "at 08:00 every day in every 2nd year from 2027 to 2199"),
)


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_a_schedule_in_words(text, words):
    assert explain(parse(text)) == words


def test_local_times_are_followed_by_their_zone():
    assert explain(parse("cron(0 3 ? * 3#3 *)"), "Asia/Tokyo") == (
        "at 03:00 on the third Tuesday of every month, Asia/Tokyo"
    )
    assert explain(parse("at(2026-12-24T18:00:00)"), "Asia/Tokyo") == (
        "once at 18:00 on 24 December 2026, Asia/Tokyo"
    )


def test_a_rate_has_no_zone():
    assert explain(parse("rate(30 minutes)"), "Asia/Tokyo") == "every 30 minutes"


MINUTES = ("0", "5", "0/30", "0-5", "*/7", "1-3", "*", "0/2", "8-17", "1,2,4", "50-10", "5/20")
HOURS = ("0", "3", "0/12", "0-5", "*/7", "1-3", "*", "0/2", "8-17", "0-23", "20-2", "0,8,16")
DAYS_OF_MONTH = ("1", "1-3", "L", "L-1", "LW", "1W", "1,L", "*", "1/5", "1-31", "L-1,L,2", "1-7")
DAYS_OF_WEEK = ("1", "2-6", "6-2", "*", "2L", "2#1", "1,2L", "2L,1", "2#6", "L", "1-7", "7,1")
MONTHS = ("*", "1", "1/3", "6-8", "1-12", "NOV-FEB")
YEARS = ("*", "2026", "2027,2030", "2026-2030", "1970-2199", "2027/2")
SHAPES = [MonthShape(length, first) for length in (28, 29, 30, 31) for first in range(1, 8)]


def random_expression(random: Random) -> CronExpression:
    """Return an expression made of few parts, so that many expressions mean the same."""
    days = (random.choice(DAYS_OF_MONTH), "?")
    if random.random() < 0.5:
        days = ("?", random.choice(DAYS_OF_WEEK))
    minutes, hours, months, years = map(random.choice, (MINUTES, HOURS, MONTHS, YEARS))
    expression = parse(f"cron({minutes} {hours} {days[0]} {months} {days[1]} {years})")
    assert isinstance(expression, CronExpression)
    return expression


def meaning(expression: CronExpression) -> object:
    days = days_in_every_shape(expression.days)
    return (expression.minutes, expression.hours, days, expression.months, expression.years)


@cache
def days_in_every_shape(rule: DayRule) -> tuple[tuple[int, ...], ...]:
    return tuple(rule.days(shape) for shape in SHAPES)


def test_what_is_explained_alike_runs_at_the_same_times():
    random = Random("explanation")
    meanings: dict[str, object] = {}
    for _index in range(5_000):
        expression = random_expression(random)
        words = explain(expression)
        assert meanings.setdefault(words, meaning(expression)) == meaning(expression), words
    assert len(meanings) > 2_500
