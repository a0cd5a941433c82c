# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter schedule_next_runs, described in schedule_next_runs.yml."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import UTC_NAME


def schedule_next_runs(
    expression: str,
    count: int = 5,
    timezone: str = UTC_NAME,
    after: str | datetime | None = None,
    start: str | datetime | None = None,
    end: str | datetime | None = None,
) -> list[str]:
    if not isinstance(count, int) or isinstance(count, bool):
        raise AnsibleFilterError(f"count must be a whole number, not {count!r}; use '| int'")
    if not isinstance(timezone, str):
        raise AnsibleFilterError(f"timezone must be a string, not {timezone!r}")
    try:
        found = next_runs(
            parse(expression),
            _moment("after", after) or datetime.now(UTC),
            timezone,
            count,
            _moment("start", start),
            _moment("end", end),
        )
    except ScheduleError as error:
        raise AnsibleFilterError(str(error)) from error
    return [time.isoformat(timespec="seconds") for time in found.times]


def _moment(name: str, value: str | datetime | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise AnsibleFilterError(
            f"{name} must be an ISO 8601 time with an offset, such as 2026-11-22T00:00:00+00:00,"
            f" not {value!r}"
        ) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"schedule_next_runs": schedule_next_runs}
