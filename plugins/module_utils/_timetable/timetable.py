# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a timetable's page shows, as one mapping of JSON's types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    load_time_zone,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.batches import ShownBatch
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.days import (
    DAYS,
    MINUTE,
    Day,
    Days,
    clock_pieces,
    days_from,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.load import (
    Occupation,
    Step,
    crowded_minutes,
    load_curve,
    peak,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.progressions import compress
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.runs import (
    Runs,
    runs_between,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)

LONGEST_LEAD = DAYS * 1440
"""Minutes before the first day in which a run is looked for that may go on in it."""


@dataclass(frozen=True)
class Line:
    """One batch with its runs: ``minutes`` count from the first day's midnight, and are negative
    for runs that may go on in it."""

    batch: ShownBatch
    runs: Runs
    minutes: tuple[int, ...]

    @property
    def length(self) -> int:
        """The minutes that a run is taken to last: 1 where nothing is known."""
        seconds = self.batch.duration.typical if self.batch.duration else 0
        return max(-(-seconds // 60), 1)

    @cached_property
    def starts(self) -> tuple[Step, ...]:
        """The tasks that start, minute by minute; none where AWS spreads them over a window."""
        if not self.batch.enabled or self.batch.window:
            return ()
        return tuple(Step(minute, self.batch.tasks) for minute in self.minutes if minute >= 0)

    def occupations(self) -> Iterator[Occupation]:
        """Yield what each run adds to the load, from the begin of its window on."""
        if self.batch.enabled:
            for minute in self.minutes:
                yield Occupation(minute, minute + self.length, self.batch.tasks)


def make_timetable(
    batches: Sequence[ShownBatch],
    zone_name: str,
    first_day: date | None,
    more_than: int,
    now: datetime,
) -> dict[str, Any]:
    """Return the timetable of the seven days from ``first_day`` (today in the zone) on.

    ``more_than`` is how many tasks may start in one minute before it counts as crowded. ``now`` is
    aware. Raises TimetableError for an unknown zone or a day out of range.
    """
    days = _days(zone_name, first_day, now)
    lines = [_line(batch, days) for batch in batches]
    steps = load_curve((span for line in lines for span in line.occupations()), days.length)
    highest = peak(steps)
    return {
        "zone": zone_name,
        "made_at": _text(now.astimezone(days.zone)),
        "begin": _text(days.begin),
        "length": days.length,
        "more_than": more_than,
        "days": [_shown_day(day) for day in days.days],
        "zones": _shown_zones(lines, days),
        "batches": [_shown_line(line) for line in lines],
        "runs": sum(minute >= 0 for line in lines if line.batch.enabled for minute in line.minutes),
        "peak": {"at": _text(days.local(highest.minute)), "tasks": highest.tasks},
        "crowded": list(_shown_crowds(lines, days, more_than)),
    }


def _days(zone_name: str, first_day: date | None, now: datetime) -> Days:
    try:
        zone = load_time_zone(zone_name)
    except ScheduleError as error:
        raise TimetableError([str(error)]) from error
    if zone is None:
        raise TimetableError(
            [
                f"the time zone '{zone_name}' cannot be shown, since this host has no data for it;"
                " install the package tzdata"
            ]
        )
    return days_from(first_day or now.astimezone(zone).date(), zone_name, zone)


def _line(batch: ShownBatch, days: Days) -> Line:
    alone = Line(batch, Runs(), ())
    lead = min(alone.length + batch.window, LONGEST_LEAD) * MINUTE
    runs = runs_between(batch.schedule, days.begin - lead, days.end)
    # Two runs within one minute, which only at() and seconds of a start date can make, are one.
    minutes = tuple(dict.fromkeys(days.minute(moment) for moment in runs.times))
    return Line(batch, runs, minutes)


def _shown_day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "begin": day.begin,
        "end": day.end,
        "weekend": day.date.isoweekday() > 5,
        "changes": [asdict(change) for change in day.changes],
    }


def _shown_zones(lines: Iterable[Line], days: Days) -> dict[str, Any]:
    """Return the clock of the timetable's zone and of each batch's, as [begin, offset, name]."""
    names = {days.zone_name} | {line.batch.schedule.zone_name for line in lines if line.minutes}
    shown = {}
    for name in sorted(names):
        zone = load_time_zone(name)
        if zone is not None:
            pieces = clock_pieces(zone, days.begin, days.length)
            shown[name] = [[piece.begin, piece.offset, piece.name] for piece in pieces]
    return shown


def _shown_line(line: Line) -> dict[str, Any]:
    batch = line.batch
    return {
        "name": batch.name,
        "description": batch.description,
        "cluster": batch.cluster,
        "owner": batch.owner,
        "trigger": batch.trigger,
        "enabled": batch.enabled,
        "tasks": batch.tasks,
        "window": batch.window,
        "schedule": batch.schedule.expression,
        "zone": batch.schedule.zone_name,
        "words": line.runs.words,
        "period": line.runs.period,
        "remark": line.runs.remark,
        "duration": asdict(batch.duration) if batch.duration else None,
        "starts": [[part.first, part.step, part.count] for part in compress(line.minutes)],
    }


def _shown_crowds(lines: Sequence[Line], days: Days, more_than: int) -> Iterator[dict[str, Any]]:
    crowds = crowded_minutes((start for line in lines for start in line.starts), more_than)
    names: Mapping[int, list[str]] = {crowd.minute: [] for crowd in crowds}
    for line in lines:
        for start in line.starts:
            if start.minute in names:
                names[start.minute].append(line.batch.name)
    for crowd in crowds:
        yield {
            "at": _text(days.local(crowd.minute)),
            "minute": crowd.minute,
            "tasks": crowd.tasks,
            "batches": names[crowd.minute],
        }


def _text(moment: datetime) -> str:
    return moment.replace(second=0, microsecond=0).isoformat(timespec="minutes")
