# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``at(yyyy-mm-ddThh:mm:ss)``: one time, local to the schedule's time zone.

Only EventBridge Scheduler knows it; that a rule refuses it is for the caller to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

_FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})")


@dataclass(frozen=True)
class AtExpression:
    """One time: ``local_time`` is naive, since the time zone stands beside the expression."""

    text: str
    local_time: datetime
    warnings: tuple[str, ...] = ()


def parse_at(text: str) -> AtExpression:
    """Return the time that ``at(...)`` means. Raises ScheduleError."""
    inside = text.removeprefix("at(").removesuffix(")")
    match = _FORM.fullmatch(inside)
    if match is None:
        raise _error(text, "the form must be yyyy-mm-ddThh:mm:ss, without an offset")
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        return AtExpression(text, datetime(year, month, day, hour, minute, second))
    except ValueError as error:
        raise _error(text, "there is no such date and time") from error


def _error(text: str, problem: str) -> ScheduleError:
    return ScheduleError(
        f"'{text}': {problem}; allowed is one time such as at(2026-12-24T18:00:00)", field="time"
    )
