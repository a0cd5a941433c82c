# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The times of day of a cron expression in plain English."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import (
    HOURS,
    MINUTES,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import (
    even_step,
    join,
    number_list,
    pattern,
    plural,
    segments,
)

MOST_TIMES_LISTED = 6
"""Up to so many times of day are listed one by one."""


@dataclass(frozen=True)
class Times:
    """The phrase for the times of a day, and whether it says by itself that no hour is missing."""

    phrase: str
    all_day: bool


def explain_times(minutes: tuple[int, ...], hours: tuple[int, ...]) -> Times:
    """Return ``at 03:00``, ``every 30 minutes`` or the like."""
    if hours == HOURS.everything:
        return Times(_every_hour(minutes), all_day=True)
    if len(minutes) * len(hours) <= MOST_TIMES_LISTED:
        clocks = [_clock(hour, minute) for hour in hours for minute in minutes]
        return Times(f"at {join(clocks)}", all_day=False)
    return Times(_some_hours(minutes, hours), all_day=False)


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


def _period(minutes: tuple[int, ...]) -> int | None:
    """Return the period in minutes where it holds from one hour to the next as well."""
    if len(minutes) == 1:
        return MINUTES.size
    step = even_step(minutes)
    return step if step is not None and step * len(minutes) == MINUTES.size else None


def _every_hour(minutes: tuple[int, ...]) -> str:
    period, first = _period(minutes), minutes[0]
    if period is None:
        return f"{_minutes(minutes)} past every hour"
    if period < MINUTES.size:
        start = f" from {plural(first, 'minute')} past the hour" if first else ""
        return f"{_every(period)}{start}"
    return f"{plural(first, 'minute')} past every hour" if first else "every hour on the hour"


def _minutes(minutes: tuple[int, ...]) -> str:
    return pattern(minutes, "minute", str) or f"{number_list(minutes, str)} minutes"


def _every(period: int) -> str:
    if period == MINUTES.size:
        return "every hour"
    return "every minute" if period == 1 else f"every {period} minutes"


def _some_hours(minutes: tuple[int, ...], hours: tuple[int, ...]) -> str:
    period, step = _period(minutes), even_step(hours)
    if len(minutes) == 1 and step is not None and step > 1:
        first, last = _clock(hours[0], minutes[0]), _clock(hours[-1], minutes[0])
        return f"every {step} hours from {first} to {last}"
    if period is None:
        return f"{_minutes(minutes)} past {_hours(hours)}"
    ranges = [
        f"from {_clock(first, minutes[0])} to {_clock(last, minutes[-1])}"
        for first, last in segments(hours)
    ]
    return f"{_every(period)} {join(ranges)}"


def _hours(hours: tuple[int, ...]) -> str:
    if len(hours) == 1:
        return _clock(hours[0], 0)
    names = number_list(hours, lambda hour: f"{hour:02}")
    return pattern(hours, "hour", lambda hour: f"{hour:02}") or f"the hours {names}"
