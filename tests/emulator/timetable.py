# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the schedule of a rule or of EventBridge Scheduler is due.

Rules know UTC only. In a schedule's own time zone a local time that the clock skips in spring does
not happen, and one that it repeats in autumn happens once, before the change (AWS, "Schedule
types"). A flexible time window is not drawn from: its start is the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from emulator.cron_minutes import cron_matches

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Timetable:
    """A schedule expression with all that decides when it is due.

    `base` is where `rate` counts from. `first_at_base` tells the Scheduler's rates, which are due
    at the base, from those of rules, which are due one period after it. `start` and `end` limit
    everything but `at`.
    """

    expression: str
    base: datetime
    zone: str = "UTC"
    first_at_base: bool = False
    start: datetime | None = None
    end: datetime | None = None

    def due(self, after: datetime, until: datetime) -> list[datetime]:
        """The times in UTC that are later than `after` and not later than `until`, in order.

        Raises ValueError for an expression and KeyError for a time zone that does not exist.
        """
        if self.is_one_time:
            return [moment for moment in self._at() if after < moment <= until]
        rate = _RATE.fullmatch(self.expression)
        times = self._rate(rate, after, until) if rate else self._cron(after, until)
        return [moment for moment in times if self._is_inside(moment)]

    @property
    def is_one_time(self) -> bool:
        """Whether this is an `at` expression."""
        return self.expression.startswith("at(")

    def _is_inside(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment <= self.end
        )

    def _at(self) -> list[datetime]:
        found = _AT.fullmatch(self.expression)
        if not found:
            raise ValueError(f"not an at expression: {self.expression}")
        local = datetime.fromisoformat(found.group(1)).replace(tzinfo=ZoneInfo(self.zone))
        moment = local.astimezone(UTC)
        # A local time that the clock skips does not come back unchanged.
        exists = moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
        return [moment] if exists else []

    def _rate(self, rate: re.Match[str], after: datetime, until: datetime) -> Iterator[datetime]:
        period = timedelta(**{f"{rate.group(2)}s": int(rate.group(1))})
        if not period:
            raise ValueError(f"a rate of no time: {self.expression}")
        base = self.start or self.base
        number = max((after - base) // period + 1, 0 if self.first_at_base else 1)
        while (moment := base + number * period) <= until:
            yield moment
            number += 1

    def _cron(self, after: datetime, until: datetime) -> Iterator[datetime]:
        zone = ZoneInfo(self.zone)
        minute = after.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE
        while minute <= until:
            local = minute.astimezone(zone)
            if not local.fold and cron_matches(self.expression, local):
                yield minute
            minute += _MINUTE
