# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a schedule of EventBridge Scheduler, besides its target.

Sources: botocore, CreateSchedule; CreateSchedule's answers: ``Invalid Schedule Expression``,
``Provided timezone is invalid``, ``The StartDate you specify must come before the EndDate``; the
user guide on schedule types. Time zones are looked up on this host, so that a host without a zone
database only warns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import names
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.expression import (
    check_expression,
    sentence,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    mapping,
    number,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import AtExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import (
    ScheduleExpression,
    parse,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    UTC_NAME,
    check_time_zone,
    load_time_zone,
)

LONGEST_WINDOW = 1440
"""Minutes: one day."""

Schedule = Mapping[str, Any]


def check_schedule(
    schedule: Schedule,
    findings: Findings,
    *,
    complete: bool = True,
    touched: Set[str] | None = None,
) -> None:
    """Note everything that is wrong or doubtful in a schedule, seen without its target.

    ``schedule`` is a CreateSchedule request in the API's spelling, its dates aware times. Without
    ``complete`` nothing is required. ``touched`` names the members that are made or changed: what
    AWS has and keeps is left alone; None means all. Call ``check_shape`` first: a location that has
    an error already gets no second one for the same reason.
    """
    for members, check in _CHECKS:
        if touched is None or touched & members:
            check(schedule, findings)
    if complete and (touched is None or "ScheduleExpression" in touched):
        _require_expression(schedule, findings)


def check_course(schedule: Schedule, findings: Findings, now: datetime) -> None:
    """Check a whole schedule that is made or changed: whether it still has a time to run, and an
    end where it is to be deleted then."""
    expression = _parsed(schedule)
    if isinstance(expression, AtExpression):
        _check_time_to_come(expression, _zone_name(schedule), findings, now)
    elif expression is not None:
        _check_end(schedule, findings, now)


def _check_time_to_come(
    expression: AtExpression, zone_name: str, findings: Findings, now: datetime
) -> None:
    moment = _moment(expression, zone_name)
    if moment is not None and moment <= now:
        findings.error(
            ("ScheduleExpression",),
            f"{shown(expression.text)} has passed ({moment.isoformat()} in {zone_name}); a"
            " one-time schedule that is made or changed needs a time to come.",
        )


def _check_end(schedule: Schedule, findings: Findings, now: datetime) -> None:
    end = schedule.get("EndDate")
    if isinstance(end, datetime) and end <= now:
        findings.warn(
            ("EndDate",), f"{_in_utc(end)} has passed, so that the schedule never runs again."
        )
    if end is None and schedule.get("ActionAfterCompletion") == "DELETE":
        findings.warn(
            ("ActionAfterCompletion",),
            "A schedule that recurs and has no end date is never complete, and so never deleted.",
        )


def _require_expression(schedule: Schedule, findings: Findings) -> None:
    if not is_given(schedule.get("ScheduleExpression")):
        refuse_once(findings, ("ScheduleExpression",), "A schedule needs a schedule expression.")


def _check_name(schedule: Schedule, findings: Findings) -> None:
    for member in ("Name", "GroupName"):
        name = text(schedule.get(member))
        problem = names.rule_name_problem(name) if name else None
        if problem:
            refuse_once(findings, (member,), problem)


def _check_expression(schedule: Schedule, findings: Findings) -> None:
    expression = text(schedule.get("ScheduleExpression"))
    if expression is not None:
        check_expression(expression, ("ScheduleExpression",), findings)


def _check_time_zone(schedule: Schedule, findings: Findings) -> None:
    name = text(schedule.get("ScheduleExpressionTimezone"))
    if name is None:
        return
    found = check_time_zone(name)
    if found.status == "unknown":
        refuse_once(findings, ("ScheduleExpressionTimezone",), sentence(found.message))
    elif found.status == "unchecked":
        findings.warn(("ScheduleExpressionTimezone",), sentence(found.message))


def _check_window(schedule: Schedule, findings: Findings) -> None:
    window = mapping(schedule.get("FlexibleTimeWindow"))
    at = ("FlexibleTimeWindow", "MaximumWindowInMinutes")
    mode, minutes = window.get("Mode"), number(window.get("MaximumWindowInMinutes"))
    if mode == "FLEXIBLE" and window.get("MaximumWindowInMinutes") is None:
        findings.error(at, f"A FLEXIBLE window needs its length in minutes, 1 to {LONGEST_WINDOW}.")
    if mode == "OFF" and minutes is not None:
        refuse_once(
            findings, at, f"Without a window (OFF) there is no length; leave {minutes} out."
        )


def _check_dates(schedule: Schedule, findings: Findings) -> None:
    start, end = schedule.get("StartDate"), schedule.get("EndDate")
    if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
        findings.error(
            ("EndDate",), f"{_in_utc(end)} is not after the start date, {_in_utc(start)}."
        )
    if not isinstance(_parsed(schedule), AtExpression):
        return
    for member, value in (("StartDate", start), ("EndDate", end)):
        if value is not None:
            findings.warn((member,), "EventBridge Scheduler ignores it for one-time schedules.")


_CHECKS: tuple[tuple[Set[str], Callable[[Schedule, Findings], None]], ...] = (
    ({"Name", "GroupName"}, _check_name),
    ({"ScheduleExpression"}, _check_expression),
    ({"ScheduleExpressionTimezone"}, _check_time_zone),
    ({"FlexibleTimeWindow"}, _check_window),
    ({"StartDate", "EndDate", "ScheduleExpression"}, _check_dates),
)
"""Which members each check is about."""


def _parsed(schedule: Schedule) -> ScheduleExpression | None:
    try:
        return parse(schedule.get("ScheduleExpression") or "")
    except ScheduleError:
        return None


def _zone_name(schedule: Schedule) -> str:
    return text(schedule.get("ScheduleExpressionTimezone")) or UTC_NAME


def _moment(expression: AtExpression, zone_name: str) -> datetime | None:
    """Return the time of a one-time schedule, None where this host cannot tell."""
    try:
        zone = load_time_zone(zone_name)
    except ScheduleError:
        return None
    return None if zone is None else expression.local_time.replace(tzinfo=zone)


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
