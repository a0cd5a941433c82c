# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules and schedules there are, learnt from the calls that make, change and remove them.

Only rules on the default bus are watched, since no other bus has schedules. Each is read back after
a write, so what is known here is what moto holds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.timetable import Timetable

RULE = "rule"
SCHEDULE = "schedule"
INSTANT = timedelta(microseconds=1)

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Source:
    """What starts tasks: a rule, or a schedule in its group."""

    kind: str
    account: str
    region: str
    name: str
    group: str = ""

    def call(self, service: str, operation: str, **parameters: Any) -> Call:
        """A call in the account and region of this rule or schedule."""
        return Call(service, operation, self.region, self.account, parameters)


@dataclass(frozen=True)
class Watched:
    """A rule or schedule as it is now."""

    source: Source
    timetable: Timetable
    enabled: bool
    delete_when_done: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether this is to be deleted, since its end date has passed."""
        end = self.timetable.end
        return self.delete_when_done and end is not None and end < now


Due = tuple[Watched, datetime]


class WatchedSources:
    """A middleware that keeps the list.

    `now` gives the time of a write, from which rates count. `report_broken` is told of a source
    whose expression or time zone cannot be read; such a one is not watched.
    """

    def __init__(
        self, now: Callable[[], datetime], report_broken: Callable[[Source, str], None]
    ) -> None:
        self._now = now
        self._report_broken = report_broken
        self._lock = threading.Lock()
        self._watched: dict[Source, Watched] = {}
        self._seen_until: dict[Source, datetime] = {}
        self._notes = {
            ("events", "PutRule"): self._note_rule,
            ("events", "EnableRule"): self._note_rule,
            ("events", "DisableRule"): self._note_rule,
            ("events", "DeleteRule"): self._note_rule,
            ("scheduler", "CreateSchedule"): self._note_schedule,
            ("scheduler", "UpdateSchedule"): self._note_schedule,
            ("scheduler", "DeleteSchedule"): self._note_schedule,
            ("scheduler", "DeleteScheduleGroup"): self._note_group_deleted,
        }

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Pass the call on, and note what it did."""
        answer = forward(call)
        note = self._notes.get((call.service, call.operation))
        if note:
            note(call, forward)
        return answer

    def due_until(self, now: datetime) -> list[Due]:
        """What became due since this was asked last (or since a source is known), in order."""
        with self._lock:
            due = self._due(self._seen_until, now)
            self._seen_until = {key: max(now, seen) for key, seen in self._seen_until.items()}
            return due

    def due_in_minute(self, minute: datetime) -> list[Due]:
        """What is due in the minute that begins at `minute`, also if it was asked before."""
        with self._lock:
            after = dict.fromkeys(self._watched, minute - INSTANT)
            return self._due(after, minute + _MINUTE - INSTANT)

    def ended_before(self, now: datetime) -> list[Source]:
        """The schedules that are to be deleted since their end date has passed."""
        with self._lock:
            return [each.source for each in self._watched.values() if each.is_over(now)]

    def skip_to(self, now: datetime) -> None:
        """Take everything until `now` as seen."""
        with self._lock:
            self._seen_until = dict.fromkeys(self._seen_until, now)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._watched.clear()
            self._seen_until.clear()

    def forget(self, source: Source) -> None:
        """Stop watching."""
        with self._lock:
            self._watched.pop(source, None)
            self._seen_until.pop(source, None)

    def _due(self, after: dict[Source, datetime], until: datetime) -> list[Due]:
        due = [
            (watched, moment)
            for source, watched in self._watched.items()
            if watched.enabled
            for moment in watched.timetable.due(after[source], until)
        ]
        return sorted(due, key=lambda pair: pair[1])

    def _note_rule(self, call: Call, forward: Forward) -> None:
        bus = call.parameters.get("EventBusName") or "default"
        if bus.rsplit("/", 1)[-1] != "default":
            return
        source = Source(RULE, call.account, call.region, call.parameters["Name"])
        rule = _read(call.sibling("DescribeRule", Name=source.name), forward)
        if not rule.get("ScheduleExpression"):
            self.forget(source)
            return
        timetable = Timetable(rule["ScheduleExpression"], base=self._now())
        self._watch(Watched(source, timetable, enabled=rule["State"] != "DISABLED"))

    def _note_schedule(self, call: Call, forward: Forward) -> None:
        name, group = call.parameters["Name"], call.parameters.get("GroupName") or "default"
        source = Source(SCHEDULE, call.account, call.region, name, group)
        schedule = _read(call.sibling("GetSchedule", Name=name, GroupName=group), forward)
        if not schedule:
            self.forget(source)
            return
        timetable = Timetable(
            schedule["ScheduleExpression"],
            base=self._now(),
            zone=schedule.get("ScheduleExpressionTimezone") or "UTC",
            first_at_base=True,
            start=schedule.get("StartDate"),
            end=schedule.get("EndDate"),
        )
        self._watch(
            Watched(
                source,
                timetable,
                enabled=schedule.get("State") != "DISABLED",
                delete_when_done=schedule.get("ActionAfterCompletion") == "DELETE",
            )
        )

    def _note_group_deleted(self, call: Call, _forward: Forward) -> None:
        place = (call.account, call.region, call.parameters["Name"])
        with self._lock:
            sources = list(self._watched)
        for source in sources:
            if (source.account, source.region, source.group) == place:
                self.forget(source)

    def _watch(self, watched: Watched) -> None:
        """Know a source as it is now; an unchanged timetable goes on counting from its old base."""
        base = watched.timetable.base
        try:
            watched.timetable.due(base, base + _MINUTE)
        except (ValueError, KeyError) as error:
            self.forget(watched.source)
            self._report_broken(watched.source, str(error))
            return
        with self._lock:
            known = self._watched.get(watched.source)
            if known and replace(known.timetable, base=base) == watched.timetable:
                watched = replace(watched, timetable=known.timetable)
            else:
                self._seen_until[watched.source] = base - INSTANT
            self._watched[watched.source] = watched


def _read(call: Call, forward: Forward) -> dict[str, Any]:
    """The answer, or nothing where the rule or schedule does not exist."""
    try:
        return forward(call)
    except ApiError:
        return {}
