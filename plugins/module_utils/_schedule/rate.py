# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rate(value unit)``: a fixed period, counted from a start that the expression does not hold.

The grammar is PutRule's, as recorded by tests against AWS: a singular unit for 1, a plural one
above, lower case, one blank, no padding, nothing below 1. EventBridge Scheduler's guide is more
lenient; what passes here passes there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
"""Length of each unit; a day is 24 hours, also where the clocks change."""


@dataclass(frozen=True)
class RateExpression:
    """Every ``value`` of ``unit``, which is ``minute``, ``hour`` or ``day``."""

    text: str
    value: int
    unit: str
    warnings: tuple[str, ...] = ()

    @property
    def seconds(self) -> int:
        """The period in seconds."""
        return self.value * SECONDS[self.unit]


def parse_rate(text: str) -> RateExpression:
    """Return the period that ``rate(...)`` means. Raises ScheduleError."""
    inside = text.removeprefix("rate(").removesuffix(")")
    match = re.fullmatch(r"(\S+) (\S+)", inside)
    if match is None:
        raise _error(text, None, "it must be a number, one blank and a unit")
    value, unit = match[1], match[2]
    if re.fullmatch(r"[0-9]+", value) is None or int(value) < 1:
        raise _error(text, "value", f"the value '{value}' must be a whole number of 1 or more")
    if unit.removesuffix("s") not in SECONDS:
        raise _error(text, "unit", f"the unit '{unit}' is unknown")
    _check_plural(text, value, unit)
    return RateExpression(text, int(value), unit.removesuffix("s"))


def _check_plural(text: str, value: str, unit: str) -> None:
    """Raise ScheduleError unless 1 stands with a singular and the others with a plural unit."""
    if int(value) == 1 and (value, unit) != ("1", unit.removesuffix("s")):
        raise _error(text, "unit", f"write it as rate(1 {unit.removesuffix('s')})")
    if int(value) > 1 and not unit.endswith("s"):
        raise _error(text, "unit", f"write it as rate({value} {unit}s)")


def _error(text: str, field: str | None, problem: str) -> ScheduleError:
    allowed = "rate(1 minute|hour|day) and rate(N minutes|hours|days) with N above 1"
    return ScheduleError(f"'{text}': {problem}; allowed are {allowed}", field=field)
