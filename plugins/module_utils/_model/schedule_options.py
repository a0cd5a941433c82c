# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a schedule to what CreateSchedule and UpdateSchedule take."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import (
    DATES,
    DEFAULT_GROUP,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    UserPaths,
    to_api,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    read_target_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.names import (
    rule_name_problem,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.schedule import (
    check_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleWish

OPTION_MEMBERS: Mapping[str, str] = {
    "schedule_expression": "ScheduleExpression",
    "schedule_expression_timezone": "ScheduleExpressionTimezone",
    "start_date": "StartDate",
    "end_date": "EndDate",
    "flexible_time_window": "FlexibleTimeWindow",
    "action_after_completion": "ActionAfterCompletion",
    "kms_key_arn": "KmsKeyArn",
    "description": "Description",
}
"""The members of CreateSchedule that an option gives; those of the target are read apart."""

OTHER_OPTIONS: Mapping[str, str] = {
    "name": "Name",
    "group_name": "GroupName",
    "enabled": "State",
    "tags": "Tags",
    "previous_group_name": "PreviousGroupName",
}
"""Options that give no member as they are, and where what is wrong with them is noted."""

FLEXIBLE_TIME_WINDOW = "FlexibleTimeWindow"
TARGET = ("Target",)


@dataclass(frozen=True)
class ScheduleOptions:
    """What is wanted of a schedule, where each part came from, and what was found wrong with it."""

    wish: ScheduleWish
    paths: UserPaths
    request: Shape
    findings: Findings

    def check(self, schedule: Document, touched: Set[str] | None, *, complete: bool) -> None:
        """Note what is wrong with a schedule, besides its target. ``touched`` names the members
        that are made or changed, None stands for all."""
        checked = {
            member: value
            for member, value in schedule.items()
            if member != "Target" and (touched is None or member in touched)
        }
        check_shape(
            checked, self.request, self.findings, skip_required=frozenset(self.request.required)
        )
        check_schedule(schedule, self.findings, complete=complete, touched=touched)

    def refuse_errors(self) -> None:
        """Raise InvalidDescription with all errors, with the user's own paths."""
        refuse_errors(self.findings, self.paths.render)

    def warnings(self) -> list[str]:
        """Return the warnings as sentences with the user's own paths."""
        return list(
            dict.fromkeys(problem.render(self.paths.render) for problem in self.findings.warnings)
        )


def read_schedule_options(
    options: Mapping[str, Any], request: Shape, override_shape: Shape, *, path: UserPath = ()
) -> ScheduleOptions:
    """Read the options of ``scheduler_schedule``, its target's among them.

    ``request`` is the shape of CreateSchedule's input, ``override_shape`` ECS's TaskOverride.
    Cluster and task definition are taken as given.
    """
    findings, paths = Findings(), UserPaths()
    for option, member in {**OPTION_MEMBERS, **OTHER_OPTIONS}.items():
        paths.note((member,), (*path, option))
    given: Document = {}
    for option, member in OPTION_MEMBERS.items():
        value = options.get(option)
        if value is not None:
            given[member] = _read(member, value, request, findings, paths)
    target = _read_target(options, request, override_shape, findings, paths, path)
    if target:
        given["Target"] = target
    wish = ScheduleWish(
        name=options["name"],
        group_name=options.get("group_name") or DEFAULT_GROUP,
        given={member: value for member, value in given.items() if value is not None},
        enabled=options.get("enabled"),
        previous_group_name=options.get("previous_group_name") or None,
    )
    _check_others(options, wish, findings)
    return ScheduleOptions(wish, paths, request, findings)


def _read(member: str, value: Any, request: Shape, findings: Findings, paths: UserPaths) -> Any:
    if member in DATES:
        return _read_date(value, member, findings)
    if member == "FlexibleTimeWindow":
        return _read_window(value, request.members[member], findings, paths)
    return value


def _read_date(value: Any, member: str, findings: Findings) -> Any:
    """Return a date as a time in UTC; one without an offset is in UTC, as the API says.

    An empty text stays, since it clears; of a mistake nothing is left.
    """
    if value == "":
        return value
    try:
        moment = datetime.fromisoformat(str(value).strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        findings.error(
            (member,), f"{shown(value)} is no time; give one such as 2026-12-01T00:00:00Z."
        )
        return None


def _read_window(value: Any, shape: Shape, findings: Findings, paths: UserPaths) -> Any:
    location = (FLEXIBLE_TIME_WINDOW,)
    path = paths.path(location)
    window = to_api(value, shape, findings, paths=paths, location=location, path=path)
    if isinstance(window, dict) and window.get("Mode") is False:
        window["Mode"] = "OFF"  # What YAML makes of the word without quotes.
    return coerce(window, shape)


def _read_target(
    options: Mapping[str, Any],
    request: Shape,
    override_shape: Shape,
    findings: Findings,
    paths: UserPaths,
    path: UserPath,
) -> Document:
    found = Findings()
    read = read_target_options(options, request.members["Target"], override_shape, found, path=path)
    findings.extend(found, TARGET)
    paths.take_over(read.paths, TARGET)
    return read.target


def _check_others(options: Mapping[str, Any], wish: ScheduleWish, findings: Findings) -> None:
    if options.get("tags"):
        findings.error(
            ("Tags",),
            "A schedule carries no tags, only schedule groups do; give them to its group"
            " (scheduler_schedule_group).",
        )
    problem = wish.previous_group_name and rule_name_problem(wish.previous_group_name)
    if problem:
        findings.error(("PreviousGroupName",), problem)
    if wish.previous_group_name == wish.group_name:
        findings.error(
            ("PreviousGroupName",),
            f"{shown(wish.group_name)} is the group in which the schedule shall be; give the one"
            " from which it is moved.",
        )
