# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The days that a timetable shows, in minutes since the first one's midnight.

A minute here is elapsed time, so that a day has 1440 of them, or, where the clocks change, mostly
1380 or 1500. Local times are found by adding the offset of the ``ClockPiece`` that a minute is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)

DAYS = 7
MINUTE = timedelta(minutes=1)
HOUR = 60
EARLIEST, LATEST = date(1970, 1, 2), date(2199, 12, 20)
"""The years that AWS's cron expressions know, less a few days for zones ahead and behind."""


@dataclass(frozen=True)
class ClockPiece:
    """From minute ``begin`` on, local time is ``offset`` minutes ahead of UTC; ``name`` is such as
    CET. The first piece also holds for all that is earlier."""

    begin: int
    offset: int
    name: str


@dataclass(frozen=True)
class ClockChange:
    """At minute ``at`` the clocks go forward (``minutes`` above 0) or back (below 0)."""

    at: int
    minutes: int


@dataclass(frozen=True)
class Day:
    """A local date, from minute ``begin`` to before minute ``end``."""

    date: date
    begin: int
    end: int
    changes: tuple[ClockChange, ...]


@dataclass(frozen=True)
class Days:
    """The days shown: ``begin`` is the first one's midnight, in UTC, to which all minutes count."""

    zone_name: str
    zone: tzinfo
    begin: datetime
    days: tuple[Day, ...]

    @property
    def length(self) -> int:
        """The number of minutes from the first day's midnight to the last one's end."""
        return self.days[-1].end

    @property
    def end(self) -> datetime:
        """The last day's end, in UTC."""
        return self.begin + self.length * MINUTE

    def minute(self, moment: datetime) -> int:
        """Return the minute that an aware time lies in; negative before the first day."""
        return (moment - self.begin) // MINUTE

    def local(self, minute: int) -> datetime:
        """Return the time, aware in the zone, at which a minute begins."""
        return (self.begin + minute * MINUTE).astimezone(self.zone)


def days_from(first: date, zone_name: str, zone: tzinfo, count: int = DAYS) -> Days:
    """Return ``count`` days of a zone, beginning with ``first``. Raises TimetableError."""
    if not EARLIEST <= first <= LATEST:
        raise TimetableError(
            [f"first_day '{first}': allowed are the dates from {EARLIEST} to {LATEST}."]
        )
    dates = [first + timedelta(days=number) for number in range(count + 1)]
    midnights = [datetime.combine(day, time(), zone).astimezone(UTC) for day in dates]
    begins = [(midnight - midnights[0]) // MINUTE for midnight in midnights]
    changes = clock_changes(clock_pieces(zone, midnights[0], begins[-1]))
    days = tuple(
        Day(day, begin, end, tuple(change for change in changes if begin <= change.at < end))
        for day, begin, end in zip(dates, begins, begins[1:], strict=False)
    )
    return Days(zone_name, zone, midnights[0], days)


def clock_pieces(zone: tzinfo, begin: datetime, length: int) -> tuple[ClockPiece, ...]:
    """Return a zone's offsets from just before ``begin`` (in UTC) on, for ``length`` minutes."""
    pieces = [_piece(zone, begin, -1, 0)]
    for minute in range(0, length + 1, HOUR):
        if _offset(zone, begin, minute) != pieces[-1].offset:
            at = _first_minute(zone, begin, minute - HOUR, minute)
            pieces.append(_piece(zone, begin, at, at))
    return tuple(pieces)


def clock_changes(pieces: tuple[ClockPiece, ...]) -> tuple[ClockChange, ...]:
    """Return where neighbouring pieces have different offsets."""
    return tuple(
        ClockChange(after.begin, after.offset - before.offset)
        for before, after in zip(pieces, pieces[1:], strict=False)
    )


def _piece(zone: tzinfo, begin: datetime, minute: int, start: int) -> ClockPiece:
    local = (begin + minute * MINUTE).astimezone(zone)
    return ClockPiece(start, _offset(zone, begin, minute), local.tzname() or "")


def _offset(zone: tzinfo, begin: datetime, minute: int) -> int:
    offset = (begin + minute * MINUTE).astimezone(zone).utcoffset()
    return (offset or timedelta()) // MINUTE


def _first_minute(zone: tzinfo, begin: datetime, before: int, after: int) -> int:
    """Return the first minute that has the offset of ``after``, which ``before`` has not."""
    wanted = _offset(zone, begin, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, begin, middle) == wanted:
            after = middle
        else:
            before = middle
    return after
