# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of EventBridge Scheduler: normal form and merging. UpdateSchedule replaces the whole
schedule, so everything is sent back.

Where a function takes ``now``, a start date that has passed counts as none: AWS takes no start
date of the past, and a schedule that has begun runs as one without.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model import ecs_target
from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Filled,
    Rule,
    Rules,
    SameAsAbsent,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

DEFAULT_GROUP = "default"
ENABLED = "ENABLED"
DISABLED = "DISABLED"
DATES = ("StartDate", "EndDate")
NO_WINDOW: Mapping[str, str] = {"Mode": "OFF"}


def _target(target: Document, _whole: Document) -> None:
    """A schedule's target means what a rule's means."""
    normal = ecs_target.normal_form(target)
    target.clear()
    target.update(normal)


RULES: tuple[Rule, ...] = (
    Filled("", "GroupName", DEFAULT_GROUP, "botocore: 'the default schedule group is used'"),
    Filled("", "ScheduleExpressionTimezone", "UTC", "GetSchedule's answer"),
    Filled("", "State", ENABLED, "GetSchedule's answer"),
    Filled("", "FlexibleTimeWindow", dict(NO_WINDOW), "CreateSchedule wants it; OFF is none"),
    Filled("", "ActionAfterCompletion", "NONE", "GetSchedule's answer"),
    SameAsAbsent("", "Description", "", "an empty option clears it"),
    SameAsAbsent("", "KmsKeyArn", "", "an empty option clears it"),
    Conversion("Target", _target),
)
"""What AWS means by a schedule, besides its dates, which depend on the present."""

_RULES = Rules(RULES)


def normal_form(schedule: Mapping[str, Any], now: datetime) -> Document:
    """Return the normal form of a schedule as it is sent or read, its dates as texts in UTC."""
    current = {key: value for key, value in schedule.items() if not _has_passed(key, value, now)}
    dates = {
        key: utc_text(value)
        for key, value in current.items()
        if key in DATES and isinstance(value, datetime)
    }
    return _RULES.normal_form({**current, **dates})


def merged(
    observed: Mapping[str, Any] | None,
    given: Mapping[str, Any],
    enabled: bool | None,
    now: datetime,
) -> Document:
    """Return the whole schedule to send: what AWS has, with what is given laid over it.

    ``enabled`` None means enabled on creation and untouched afterwards. An explicit empty value
    clears its field, which AWS then fills with its default. The target is merged part by part, the
    flexible time window is replaced as a whole.
    """
    base = dict(observed or {})
    schedule = {**base, **given}
    schedule["Target"] = ecs_target.merged(base.get("Target"), given.get("Target") or {})
    schedule["State"] = _state(base.get("State"), enabled)
    schedule["FlexibleTimeWindow"] = schedule.get("FlexibleTimeWindow") or dict(NO_WINDOW)
    return {
        key: value
        for key, value in schedule.items()
        if value not in ("", None, {}) and not _has_passed(key, value, now)
    }


def has_begun(schedule: Mapping[str, Any], now: datetime) -> bool:
    """Whether the schedule has a start date that has passed."""
    return _has_passed("StartDate", schedule.get("StartDate"), now)


def _has_passed(member: str, value: Any, now: datetime) -> bool:
    return member == "StartDate" and isinstance(value, datetime) and value <= now


def _state(observed: str | None, enabled: bool | None) -> str:
    if enabled is None:
        return observed or ENABLED
    return ENABLED if enabled else DISABLED
