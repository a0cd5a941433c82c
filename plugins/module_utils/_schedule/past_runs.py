# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule has run, or should have: the last run before a moment, and those around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_runs import existing
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import (
    ScheduleExpression,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import (
    MAXIMUM_COUNT,
    next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    UTC_NAME,
    load_time_zone,
)

SPANS = tuple(
    timedelta(**each) for each in ({"hours": 1}, {"days": 2}, {"days": 40}, {"days": 800})
)
"""How far back runs are sought, the near past first; who asks for an older one gives its time."""

LONGEST_SKIP = timedelta(hours=2)
"""No zone sets its clocks by more when summer time begins or ends."""


@dataclass(frozen=True)
class Timing:
    """A schedule with all that decides when it runs: its zone, and Scheduler's dates."""

    expression: ScheduleExpression
    timezone: str = UTC_NAME
    start: datetime | None = None
    end: datetime | None = None

    def after(self, moment: datetime, count: int = 1) -> tuple[datetime, ...]:
        """Return the next runs later than a moment."""
        return next_runs(self.expression, moment, self.timezone, count, self.start, self.end).times


def last_run(timing: Timing, moment: datetime) -> datetime | None:
    """Return the last run that is not later than ``moment``, of the last 800 days."""
    for span in SPANS:
        found = list(_runs_between(timing, moment - span, moment))
        if found:
            return found[-1]
    return None


def _runs_between(timing: Timing, after: datetime, until: datetime) -> Iterator[datetime]:
    while True:
        times = timing.after(after, MAXIMUM_COUNT)
        for time in times:
            if time > until:
                return
            yield time
        if len(times) < MAXIMUM_COUNT:
            return
        after = times[-1]


def skipped_reading(timing: Timing, moment: datetime, tolerance: timedelta) -> datetime | None:
    """Return the local time that ``moment`` means and the schedule names, where the clocks skip it
    when summer time begins; without a zone. None where there is none.

    A time that does not exist may be written with the offset of before or of after the change.
    """
    zone = load_time_zone(timing.timezone)
    if zone is None or not isinstance(timing.expression, CronExpression):
        return None
    reading = moment.astimezone(zone).replace(tzinfo=UTC)
    named = Timing(timing.expression)
    for each in _runs_between(named, reading - LONGEST_SKIP, reading + LONGEST_SKIP):
        local = each.replace(tzinfo=zone)
        written = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        if existing(local) is None and any(_is_meant(moment, run, tolerance) for run in written):
            return each.replace(tzinfo=None)
    return None


def _is_meant(moment: datetime, run: datetime, tolerance: timedelta) -> bool:
    return timedelta() <= moment - run < tolerance


def run_at(timing: Timing, moment: datetime, tolerance: timedelta) -> datetime | None:
    """Return the run that ``moment`` means: not later than it, and less than ``tolerance``
    earlier."""
    instant = timedelta.resolution
    found = list(_runs_between(timing, moment - tolerance, moment))
    earliest = moment - tolerance + instant
    return found[-1] if found and found[-1] >= earliest else None


def meant_in_other_zone(timing: Timing, moment: datetime, tolerance: timedelta) -> datetime | None:
    """Return the run at the same reading of the clock in the schedule's zone, where ``moment`` was
    given in another one; None where there is none."""
    zone = load_time_zone(timing.timezone)
    if zone is None:
        return None
    same_reading = moment.replace(tzinfo=zone)
    if same_reading.utcoffset() == moment.utcoffset():
        return None
    # Not in the zone itself, within which Python reckons by the clock's readings.
    return run_at(timing, same_reading.astimezone(UTC), tolerance)
