# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schedule expression in plain English.

The words are made from the times that an expression means, not from its spelling: expressions with
the same times have the same explanation, and expressions with other times have another one.
"""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import AtExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import YEAR
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation_of_days import (
    explain_days,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation_of_times import (
    explain_times,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import (
    ScheduleExpression,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import RateExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import (
    month_name,
    number_list,
    pattern,
    plural,
)


def explain(expression: ScheduleExpression, timezone: str | None = None) -> str:
    """Return a phrase such as ``at 03:00 on the third Tuesday of every month, Asia/Tokyo``.

    ``timezone`` is added where local times are named; a ``rate()`` has none.
    """
    if isinstance(expression, RateExpression):
        return _explain_rate(expression)
    if isinstance(expression, AtExpression):
        phrase = _explain_at(expression)
    else:
        phrase = _explain_cron(expression)
    return phrase if timezone is None else f"{phrase}, {timezone}"


def _explain_rate(expression: RateExpression) -> str:
    if expression.value == 1:
        return f"every {expression.unit}"
    return f"every {plural(expression.value, expression.unit)}"


def _explain_at(expression: AtExpression) -> str:
    time = expression.local_time
    clock = f"{time:%H:%M:%S}" if time.second else f"{time:%H:%M}"
    return f"once at {clock} on {time.day} {month_name(time.month)} {time.year}"


def _explain_cron(expression: CronExpression) -> str:
    times = explain_times(expression.minutes, expression.hours)
    days = explain_days(expression.days, expression.months, say_every_day=not times.all_day)
    phrases = (times.phrase, days, _explain_years(expression.years))
    return " ".join(phrase for phrase in phrases if phrase)


def _explain_years(years: tuple[int, ...]) -> str:
    """Return nothing for all years that AWS knows."""
    if years == YEAR.everything:
        return ""
    return f"in {pattern(years, 'year', str) or number_list(years, str)}"
