# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule runs next, and where it does not, the reason why it never will."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import AtExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import YEAR
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_runs import (
    MINUTES_PER_HOUR,
    cron_dates,
    cron_runs,
    existing,
    minutes_of_day,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import (
    ScheduleExpression,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import RateExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    UTC_NAME,
    load_time_zone,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import month_list

MAXIMUM_COUNT = 1000
"""More runs than anybody reads."""

STRAY_COMMA = (
    "never runs: EventBridge accepts a comma that joins nothing, but such a rule was seen never to"
    " run; remove the comma"
)
RATE_WITHOUT_START = (
    "a rate() schedule counts from its creation, which AWS does not tell, so its next runs are"
    " not known"
)

_EARLIEST = datetime(YEAR.minimum, 1, 1, tzinfo=UTC) - timedelta(days=2)
_LATEST = datetime(YEAR.maximum, 12, 31, tzinfo=UTC) + timedelta(days=2)


@dataclass(frozen=True)
class NextRuns:
    """The next runs, ascending, aware in the schedule's zone.

    ``remark`` says why there are fewer times than were asked for, and is None otherwise.
    """

    times: tuple[datetime, ...]
    remark: str | None = None


@dataclass(frozen=True)
class Window:
    """Runs are sought after ``after``, from ``start`` to ``end``, both included; all in UTC."""

    after: datetime
    start: datetime | None
    end: datetime | None
    zone: tzinfo
    zone_name: str

    @property
    def later_than(self) -> datetime:
        """The time that a run must be later than, in the years that cron expressions know."""
        begin = self.after
        if self.start is not None and self.start > begin:
            begin = self.start - timedelta.resolution
        return min(max(begin, _EARLIEST), _LATEST)


def next_runs(
    expression: ScheduleExpression,
    after: datetime,
    timezone: str = UTC_NAME,
    count: int = 5,
    start: datetime | None = None,
    end: datetime | None = None,
) -> NextRuns:
    """Return up to ``count`` (1-1000) runs later than ``after``, with the schedule's local times.

    ``after``, ``start`` and ``end`` must be aware. ``start`` and ``end`` are Scheduler's StartDate
    and EndDate: ``rate()`` counts from ``start``, ``at()`` ignores both. Where the clocks change,
    a skipped local time does not run and a repeated one runs once (Scheduler's guide, "Schedule
    types"). Raises ScheduleError for a time without an offset, an unknown zone or a wrong count.
    """
    if not 1 <= count <= MAXIMUM_COUNT:
        raise ScheduleError(f"count '{count}': allowed are 1 to {MAXIMUM_COUNT}", field="count")
    zone = load_time_zone(timezone)
    if zone is None:
        return NextRuns((), f"not known, since this host has no data for the zone '{timezone}'")
    window = Window(
        after=_in_utc(after, "after"),
        start=None if start is None else _in_utc(start, "start"),
        end=None if end is None else _in_utc(end, "end"),
        zone=zone,
        zone_name=timezone,
    )
    if isinstance(expression, RateExpression):
        return _next_rate_runs(expression, window, count)
    if isinstance(expression, AtExpression):
        return _next_at_run(expression, window, count)
    return _next_cron_runs(expression, window, count)


def _in_utc(moment: datetime, name: str) -> datetime:
    if moment.utcoffset() is None:
        raise ScheduleError(
            f"{name} '{moment.isoformat()}' has no offset; give one, such as"
            f" {moment.isoformat()}+00:00",
            field=name,
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ScheduleError(
            f"{name} '{moment.isoformat()}' is not within the years 1 to 9999 in UTC", field=name
        ) from error


def _answer(
    moments: Iterable[datetime], window: Window, count: int, why_no_more: Callable[[datetime], str]
) -> NextRuns:
    """Take ``count`` moments; where there are fewer, say why none follows the last one."""
    times: list[datetime] = []
    reason: str | None = None
    for moment in moments:
        if window.end is not None and moment > window.end:
            reason = f"{moment.isoformat()} would be after its end, {window.end.isoformat()}"
            break
        times.append(moment)
        if len(times) == count:
            return NextRuns(tuple(times))
    reason = reason or why_no_more(times[-1] if times else window.later_than)
    opening = "no run follows the last one shown" if times else "never runs again"
    return NextRuns(tuple(times), f"{opening}: {reason}")


def _next_rate_runs(expression: RateExpression, window: Window, count: int) -> NextRuns:
    if window.start is None:
        return NextRuns((), RATE_WITHOUT_START)
    moments = _rate_runs(expression, window, window.start)
    return _answer(moments, window, count, lambda _: "the next run is after the year 9999")


def _rate_runs(expression: RateExpression, window: Window, start: datetime) -> Iterator[datetime]:
    """Yield the runs until dates end. A day is 24 hours, also where the clocks change."""
    elapsed = (window.after - start) // timedelta(seconds=1)
    number = elapsed // expression.seconds + 1 if window.after >= start else 0
    while True:
        try:
            moment = start + timedelta(seconds=number * expression.seconds)
            local = moment.astimezone(window.zone)
        except OverflowError:
            return
        yield local
        number += 1


def _next_at_run(expression: AtExpression, window: Window, count: int) -> NextRuns:
    text = expression.local_time.isoformat()
    moment = existing(expression.local_time.replace(tzinfo=window.zone))
    if moment is None:
        return NextRuns(
            (), f"never runs: the clocks in {window.zone_name} skip its only time, {text}"
        )
    if moment <= window.after:
        return NextRuns((), f"never runs again: its only time, {moment.isoformat()}, is over")
    return NextRuns((moment,), None if count == 1 else "runs only once")


def _next_cron_runs(expression: CronExpression, window: Window, count: int) -> NextRuns:
    if expression.stray_comma:
        return NextRuns((), STRAY_COMMA)
    moments = cron_runs(expression, window.zone, window.later_than)
    return _answer(moments, window, count, lambda last: _why_no_more(expression, window, last))


def _why_no_more(expression: CronExpression, window: Window, last: datetime) -> str:
    """Return the proof that no run is later than ``last``."""
    last_year = expression.years[-1]
    local = last.astimezone(window.zone)
    if last_year < local.year:
        return f"its last year, {last_year}, is over"
    if not _has_a_date(expression):
        return _no_such_day(expression)
    if _names_a_reading_after(expression, local):
        return f"the clocks in {window.zone_name} skip every time that is left until {last_year}"
    return f"nothing after {local:%Y-%m-%dT%H:%M} matches until its last year, {last_year}, ends"


def _no_such_day(expression: CronExpression) -> str:
    years = " to ".join(str(year) for year in sorted({expression.years[0], expression.years[-1]}))
    return (
        f"{expression.days.field_name} '{expression.days.text}' matches no day of"
        f" {month_list(expression.months)} in {years}"
    )


def _has_a_date(expression: CronExpression) -> bool:
    return next(cron_dates(expression, date(YEAR.minimum, 1, 1)), None) is not None


def _names_a_reading_after(expression: CronExpression, local: datetime) -> bool:
    """Tell whether the expression names a local time later than ``local``, skipped or not."""
    today, minute = local.date(), local.hour * MINUTES_PER_HOUR + local.minute
    last_minute = minutes_of_day(expression)[-1]
    return any(day > today or last_minute > minute for day in cron_dates(expression, today))
