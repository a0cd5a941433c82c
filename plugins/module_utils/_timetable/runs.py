# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minutes at which a schedule runs between two times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import (
    ScheduleExpression,
    parse,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import (
    MAXIMUM_COUNT,
    next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import RateExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

NO_SCHEDULE = "has no schedule"
UNKNOWN_START = (
    "its runs cannot be shown: rate() counts from a time that AWS does not tell, so it may start"
    " at any minute"
)
CACHED_SCHEDULES = 4096


@dataclass(frozen=True)
class Schedule:
    """All that decides when a batch runs. ``start`` and ``end`` are aware."""

    expression: str
    zone_name: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Runs:
    """``times`` are the runs in UTC, ascending. ``words`` say when the schedule runs.

    ``period`` is a rate()'s, in minutes, where its times are not known. ``remark`` says why there
    are no times, and is None otherwise.
    """

    times: tuple[datetime, ...] = ()
    words: str | None = None
    period: int | None = None
    remark: str | None = None


@lru_cache(maxsize=CACHED_SCHEDULES)
def runs_between(schedule: Schedule, begin: datetime, end: datetime) -> Runs:
    """Return the runs from ``begin`` on and before ``end``, both aware in UTC.

    An expression that nobody understands has no runs and a remark, so that one such batch does not
    hide all others.
    """
    if not schedule.expression:
        return Runs(remark=NO_SCHEDULE)
    try:
        expression = parse(schedule.expression)
        words = explain(expression)
        if isinstance(expression, RateExpression) and schedule.start is None:
            return Runs(words=words, period=expression.seconds // 60, remark=UNKNOWN_START)
        times = tuple(_times(expression, schedule, begin, end))
        remark = None if times else _why_none(expression, schedule, begin, end)
    except ScheduleError as error:
        return Runs(remark=str(error))
    return Runs(times, words, remark=remark)


def _times(
    expression: ScheduleExpression, schedule: Schedule, begin: datetime, end: datetime
) -> Iterator[datetime]:
    """Yield the runs in portions of as many as ``next_runs`` gives at once."""
    after = begin - timedelta.resolution
    last = end - timedelta.resolution
    limit = last if schedule.end is None else min(last, schedule.end)
    while True:
        portion = next_runs(
            expression, after, schedule.zone_name, MAXIMUM_COUNT, schedule.start, limit
        ).times
        times = [moment.astimezone(UTC) for moment in portion]
        # at() has one time and ignores the end.
        yield from (moment for moment in times if moment < end)
        if len(times) < MAXIMUM_COUNT:
            return
        after = times[-1]


def _why_none(
    expression: ScheduleExpression, schedule: Schedule, begin: datetime, end: datetime
) -> str:
    found = next_runs(expression, begin, schedule.zone_name, 1, schedule.start, schedule.end)
    if not found.times:
        return found.remark or "never runs again"
    return f"runs next at {found.times[0].isoformat(timespec='minutes')}"
