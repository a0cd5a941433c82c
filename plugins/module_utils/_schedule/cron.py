# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``cron(minutes hours day-of-month month day-of-week year)``, AWS's six-field cron expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_day_fields import (
    read_day_fields,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import DayRule
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_field import (
    HOURS,
    MINUTES,
    MONTH,
    YEAR,
    read_field,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.crontab_hint import (
    crontab_hint,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

FIELD_NAMES = ("minutes", "hours", "day-of-month", "month", "day-of-week", "year")


@dataclass(frozen=True)
class CronExpression:
    """A cron expression as the times it means: each number tuple is ascending and not empty.

    ``warnings`` tell what AWS does not document about its form. ``stray_comma`` marks the one form
    that EventBridge was seen to accept and then never to run: a comma that joins nothing.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: DayRule
    months: tuple[int, ...]
    years: tuple[int, ...]
    warnings: tuple[str, ...] = ()
    stray_comma: bool = False


@lru_cache(maxsize=2048)
def parse_cron(text: str) -> CronExpression:
    """Return the expression that ``cron(...)`` means, read once for all who ask. Raises
    ScheduleError."""
    inside = text.removeprefix("cron(").removesuffix(")")
    fields = inside.split()
    if len(fields) != len(FIELD_NAMES):
        raise _wrong_count(text, fields)
    minutes = read_field(MINUTES, fields[0])
    hours = read_field(HOURS, fields[1])
    days = read_day_fields(fields[2], fields[4])
    months = read_field(MONTH, fields[3])
    years = read_field(YEAR, fields[5])
    read = (minutes, hours, days, months, years)
    return CronExpression(
        text=text,
        minutes=minutes.values,
        hours=hours.values,
        days=days.rule,
        months=months.values,
        years=years.values,
        warnings=(
            *_blank_warnings(inside),
            *(warning for part in read for warning in part.warnings),
        ),
        stray_comma=any(part.stray_comma for part in read),
    )


def _wrong_count(text: str, fields: list[str]) -> ScheduleError:
    hint = crontab_hint(" ".join(fields))
    return ScheduleError(
        f"'{text}' has {len(fields)} field(s); a cron expression has exactly six with a blank"
        f" between them: {' '.join(FIELD_NAMES)}, such as cron(0 3 * * ? *){hint}"
    )


def _blank_warnings(inside: str) -> tuple[str, ...]:
    if re.fullmatch(r"\S+( \S+)*", inside):
        return ()
    return (
        f"'cron({inside})': other white space than one blank between fields is not"
        " documented by AWS, which may reject it",
    )
