# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter crontab_to_schedule, described in crontab_to_schedule.yml."""

from __future__ import annotations

from collections.abc import Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._schedule import crontab
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)


def crontab_to_schedule(line: str) -> str:
    try:
        return crontab.crontab_to_schedule(line)
    except ScheduleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[[str], str]]:
        return {"crontab_to_schedule": crontab_to_schedule}
