# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for schedules of EventBridge Scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    Change,
    compare,
    same,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import (
    has_begun,
    merged,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan


@dataclass(frozen=True)
class ObservedSchedule:
    """A schedule as UpdateSchedule would take it back, and its ARN."""

    schedule: Document
    arn: str


@dataclass(frozen=True)
class ObservedSchedules:
    """The schedule where it shall be, and the one in its previous group, where that is asked for;
    None where there is none."""

    current: ObservedSchedule | None = None
    previous: ObservedSchedule | None = None

    @property
    def base(self) -> ObservedSchedule | None:
        """What stays where nothing is given: the schedule, or else the one that moves."""
        return self.current or self.previous


def wanted_schedule(observed: ObservedSchedules, wish: ScheduleWish, now: datetime) -> Document:
    """Return the whole schedule as CreateSchedule and UpdateSchedule take it."""
    names = {"Name": wish.name, "GroupName": wish.group_name}
    base = observed.base.schedule if observed.base else None
    return merged(base, {**wish.given, **names}, wish.enabled, now)


def plan_schedule(observed: ObservedSchedules, wish: ScheduleWish, now: datetime) -> Plan:
    """Return what makes the schedule the wanted one. UpdateSchedule sends all of it, since it
    replaces all of it.

    A schedule cannot change its group. It is created in the new one first and deleted in the old
    one right after, so that it is never missing; a move that was interrupted in between is
    finished. ``facts["schedule"]`` is the schedule that is in AWS afterwards, and
    ``facts["written"]`` tells whether it is created or updated.
    """
    wanted = wanted_schedule(observed, wish, now)
    before = normal_form(observed.base.schedule, now) if observed.base else None
    is_as_wanted = observed.base is not None and same(observed.base.schedule, wanted)
    after = before if before is not None and is_as_wanted else normal_form(wanted, now)
    content = compare(before or {}, after)
    actions = []
    if observed.current is None:
        actions.append(Action("scheduler", "CreateSchedule", wanted))
    elif content:
        actions.append(Action("scheduler", "UpdateSchedule", wanted))
    left_over: tuple[Change, ...] = ()
    if observed.previous is not None:
        key = {"Name": wish.name, "GroupName": wish.previous_group_name}
        actions.append(Action("scheduler", "DeleteSchedule", key))
        if observed.current is not None:
            path = f"schedules[{wish.previous_group_name}/{wish.name}]"
            left_over = (Change(path, "present", None),)
    written = observed.current is None or bool(content)
    return Plan(
        before=before,
        after=after,
        changes=(*content, *left_over),
        actions=tuple(actions),
        warnings=_warnings(observed, wanted, now) if written else (),
        facts={
            "schedule": wanted if written or not observed.base else observed.base.schedule,
            "written": written,
        },
    )


def _warnings(observed: ObservedSchedules, wanted: Document, now: datetime) -> tuple[str, ...]:
    """A rate counts from the start date, and AWS takes no start date of the past."""
    expression = str(wanted.get("ScheduleExpression"))
    if observed.base is None or not expression.startswith("rate("):
        return ()
    if not has_begun(observed.base.schedule, now) or "StartDate" in wanted:
        return ()
    return (
        f"start_date: the one that AWS has is in the past and cannot be sent again, so that "
        f"{expression} no longer counts from it. Give a start date to come to set when it runs.",
    )


def plan_schedule_removal(observed: ObservedSchedule | None, now: datetime) -> Plan:
    """Return the removal of a schedule."""
    if observed is None:
        return Plan(before=None, after=None)
    before = normal_form(observed.schedule, now)
    key = {"Name": before["Name"], "GroupName": before["GroupName"]}
    return Plan(
        before=before,
        after=None,
        changes=compare(before, {}),
        actions=(Action("scheduler", "DeleteSchedule", key),),
    )
