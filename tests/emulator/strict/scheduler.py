# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge Scheduler as AWS refuses and answers it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from moto.scheduler.models import scheduler_backends
from moto.utilities.utils import get_partition

from emulator import schedule_grammar
from emulator.layer import ApiError, Call, Forward
from emulator.strict import ecs_targets, state
from emulator.strict.registry import corrects, refuses
from emulator.strict.tags import refuse_bad_tags
from emulator.strict.trust import can_assume

CODE = "ValidationException"
SERVICE = "scheduler.amazonaws.com"

_DEFAULT_GROUP = "default"
_DEFAULT_RETRIES = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
_OLDEST_START = timedelta(minutes=5)
_DELETION_LOOKS = 1

DELETION_SECONDS = 1.0
"""How long a deleted group stays where nobody looks at it."""


def _fail(message: str) -> ApiError:
    return ApiError(CODE, message)


def _not_found(kind: str, name: str) -> ApiError:
    return ApiError("ResourceNotFoundException", f"{kind} {name} does not exist.", 404)


def _conflict(message: str) -> ApiError:
    return ApiError("ConflictException", message, 409)


def _groups(call: Call) -> dict[str, Any]:
    """moto's schedule groups by name, without those whose deletion has ended."""
    groups: dict[str, Any] = scheduler_backends[call.account][call.region].schedule_groups
    for name in state.of(call, Deletions).ended():
        groups.pop(name, None)
    return groups


def _group_name(call: Call) -> str:
    return call.parameters.get("GroupName") or _DEFAULT_GROUP


def _group_arn(call: Call, name: str) -> str:
    place = f"{call.region}:{call.account}"
    return f"arn:{get_partition(call.region)}:scheduler:{place}:schedule-group/{name}"


# Schedules: what is refused


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def bad_expression(call: Call, _forward: Forward) -> None:
    """The grammar of cron, rate and at [AWS, "Schedule types"]."""
    expression = call.parameters["ScheduleExpression"]
    if not schedule_grammar.scheduler_accepts(expression):
        raise _fail(f"Invalid Schedule Expression {expression}.")


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def unknown_time_zone(call: Call, _forward: Forward) -> None:
    """A name of the zone database [botocore
    ScheduleExpressionTimezone]."""
    name = call.parameters.get("ScheduleExpressionTimezone") or "UTC"
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise _fail(f"Provided timezone {name} is invalid.") from error


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def bad_window(call: Call, _forward: Forward) -> None:
    """FLEXIBLE has a length and OFF has none [botocore FlexibleTimeWindow]."""
    window = call.parameters["FlexibleTimeWindow"]
    has_length = window.get("MaximumWindowInMinutes") is not None
    if window["Mode"] == "FLEXIBLE" and not has_length:
        raise _fail("MaximumWindowInMinutes is required when the flexible time window is FLEXIBLE.")
    if window["Mode"] == "OFF" and has_length:
        raise _fail("MaximumWindowInMinutes must not be set when the flexible time window is OFF.")


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def bad_dates(call: Call, _forward: Forward) -> None:
    """A start at most five minutes ago, and before the end; one-time schedules ignore both
    [botocore StartDate, EndDate]."""
    if call.parameters["ScheduleExpression"].startswith("at("):
        return
    start, end = call.parameters.get("StartDate"), call.parameters.get("EndDate")
    if start and start < datetime.now(UTC) - _OLDEST_START:
        raise _fail("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if start and end and end <= start:
        raise _fail("The StartDate you specify must come before the EndDate.")


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def bad_ecs_target(call: Call, _forward: Forward) -> None:
    """As with rules."""
    target = call.parameters["Target"]
    if ecs_targets.is_cluster(target["Arn"]):
        ecs_targets.refuse_bad_ecs_target(target)
        ecs_targets.refuse_input_that_is_not_json(target)
        ecs_targets.refuse_input_that_is_no_task_override(target)


@refuses("scheduler", "CreateSchedule", "UpdateSchedule", "GetSchedule", "DeleteSchedule")
def unknown_group(call: Call, _forward: Forward) -> None:
    """moto fails without an error of its own."""
    if _group_name(call) not in _groups(call):
        raise _not_found("Schedule group", _group_name(call))


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def role_that_lets_nobody_in(call: Call, forward: Forward) -> None:
    """The role is tried at once; its trust may name the schedule group, never the schedule
    [AWS, "Troubleshooting EventBridge Scheduler"]."""
    context = {
        "aws:sourceaccount": call.account,
        "aws:sourcearn": _group_arn(call, _group_name(call)),
    }
    if not can_assume(call, forward, SERVICE, call.parameters["Target"]["RoleArn"], context):
        raise _fail(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the "
            "role."
        )


# Schedules: what is answered


@dataclass
class Created:
    """What was made with which client token: the request and its answer."""

    by_token: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = field(
        default_factory=dict
    )
    lock: threading.RLock = field(default_factory=threading.RLock)


@corrects("scheduler", "CreateSchedule", "CreateScheduleGroup")
def client_token(call: Call, forward: Forward) -> dict[str, Any]:
    """The same token with the same request is the same creation [botocore ClientToken]."""
    token = (call.operation, str(call.parameters.get("ClientToken")))
    asked = {name: value for name, value in call.parameters.items() if name != "ClientToken"}
    if not call.parameters.get("ClientToken"):
        return forward(call)
    created = state.of(call, Created)
    with created.lock:
        if token not in created.by_token:
            created.by_token[token] = (asked, forward(call))
        first, answer = created.by_token[token]
    if first != asked:
        raise _conflict("The client token was used with another request.")
    return answer


@corrects("scheduler", "CreateSchedule")
def existing_schedule(call: Call, forward: Forward) -> dict[str, Any]:
    """A conflict has status 409; moto says 400 [botocore
    ConflictException]."""
    group = _groups(call)[_group_name(call)]
    if call.parameters["Name"] in group.schedules:
        raise _conflict(f"Schedule {call.parameters['Name']} already exists.")
    return forward(call)


@corrects("scheduler", "CreateSchedule", "UpdateSchedule")
def defaults(call: Call, forward: Forward) -> dict[str, Any]:
    """Every optional field that is left out gets its default, in an update too
    [botocore UpdateSchedule]; moto leaves the state out then, and keeps the action."""
    given = call.parameters
    target = given["Target"]
    filled = {
        "State": "ENABLED",
        "ScheduleExpressionTimezone": "UTC",
        "ActionAfterCompletion": "NONE",
        **given,
        "Target": {**target, "RetryPolicy": {**_DEFAULT_RETRIES, **target.get("RetryPolicy", {})}},
    }
    answer = forward(replace(call, parameters=filled))
    schedule = _groups(call)[_group_name(call)].schedules[given["Name"]]
    schedule.action_after_completion = filled["ActionAfterCompletion"]
    return answer


@corrects("scheduler", "GetSchedule", "ListSchedules", "GetScheduleGroup", "ListScheduleGroups")
def without_nulls(call: Call, forward: Forward) -> dict[str, Any]:
    """What is not set is absent; moto writes null."""
    return {name: _clean(value) for name, value in forward(call).items() if value is not None}


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(member) for member in value]
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if member is not None}
    return value


# Schedule groups


@dataclass
class Deletions:
    """The groups that are being deleted: until when, and how often they may still be looked at."""

    until: dict[str, float] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, name: str) -> None:
        """The group is DELETING from now on, for a moment."""
        with self._lock:
            self.until[name] = time.monotonic() + DELETION_SECONDS
            self.looks[name] = _DELETION_LOOKS

    def look(self) -> set[str]:
        """Somebody looks at the groups: the names of those that are DELETING."""
        with self._lock:
            for name in self.looks:
                self.looks[name] -= 1
            return set(self.until)

    def ended(self) -> list[str]:
        """The groups whose time is over, or that were looked at often enough; forgets them."""
        with self._lock:
            now = time.monotonic()
            names = [name for name, end in self.until.items() if now >= end or self.looks[name] < 1]
            for name in names:
                del self.until[name], self.looks[name]
            return names


@refuses("scheduler", "CreateScheduleGroup")
def existing_group(call: Call, _forward: Forward) -> None:
    """Names are unique, also while one is being deleted; moto replaces the group."""
    token = (call.operation, str(call.parameters.get("ClientToken")))
    name = call.parameters["Name"]
    repeated = token in state.of(call, Created).by_token
    if name in _groups(call) and not repeated:
        raise _conflict(f"Schedule group {name} already exists.")


@refuses("scheduler", "CreateScheduleGroup", "TagResource")
def bad_tags(call: Call, _forward: Forward) -> None:
    """As everywhere."""
    refuse_bad_tags(CODE, call.parameters.get("Tags"), "Key")


@refuses("scheduler", "CreateSchedule", "UpdateSchedule")
def group_that_goes(call: Call, _forward: Forward) -> None:
    """Nothing is put into a group that is being deleted."""
    if _group_name(call) in state.of(call, Deletions).until:
        raise _conflict(f"Schedule group {_group_name(call)} is being deleted.")


@refuses("scheduler", "DeleteScheduleGroup")
def group_that_stays(call: Call, _forward: Forward) -> None:
    """The group default cannot be deleted, nor one that is not there; moto fails."""
    name = call.parameters["Name"]
    if name == _DEFAULT_GROUP:
        raise _fail("The default schedule group cannot be deleted.")
    if name not in _groups(call):
        raise _not_found("Schedule group", name)


@corrects("scheduler", "DeleteScheduleGroup")
def slow_deletion(call: Call, _forward: Forward) -> dict[str, Any]:
    """The group is DELETING for a second or until it was looked at, its schedules go at once
    [botocore DeleteScheduleGroup]."""
    name = call.parameters["Name"]
    _groups(call)[name].schedules.clear()
    state.of(call, Deletions).start(name)
    return {}


@corrects("scheduler", "GetScheduleGroup")
def group(call: Call, forward: Forward) -> dict[str, Any]:
    """With its state while it is being deleted."""
    name = call.parameters["Name"]
    if name not in _groups(call):
        raise _not_found("Schedule group", name)
    deleting = state.of(call, Deletions).look()
    answer = forward(call)
    return {**answer, "State": "DELETING"} if name in deleting else answer


@corrects("scheduler", "ListScheduleGroups")
def groups(call: Call, forward: Forward) -> dict[str, Any]:
    """With their states while they are being deleted."""
    _groups(call)
    deleting = state.of(call, Deletions).look()
    answer = forward(call)
    listed = [
        {**each, "State": "DELETING"} if each["Name"] in deleting else each
        for each in answer["ScheduleGroups"]
    ]
    return {**answer, "ScheduleGroups": listed}


@refuses("scheduler", "TagResource", "UntagResource", "ListTagsForResource")
def tags_of_unknown_group(call: Call, _forward: Forward) -> None:
    """Only groups that are there have tags; moto keeps them for anything."""
    name = call.parameters["ResourceArn"].rpartition("/")[2]
    if name not in _groups(call):
        raise _not_found("Schedule group", name)
