# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter schedule_explain, described in schedule_explain.yml."""

from __future__ import annotations

from collections.abc import Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    load_time_zone,
)


def schedule_explain(expression: str, timezone: str | None = None) -> str:
    if timezone is not None and not isinstance(timezone, str):
        raise AnsibleFilterError(f"timezone must be a string, not {timezone!r}")
    try:
        if timezone is not None:
            load_time_zone(timezone)
        return explain(parse(expression), timezone)
    except ScheduleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"schedule_explain": schedule_explain}
