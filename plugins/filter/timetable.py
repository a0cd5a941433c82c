# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter timetable, described in timetable.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import UTC_NAME
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.batches import read_batches
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable import (
    make_timetable,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain

MORE_THAN = 10


def timetable(
    batches: Sequence[Any],
    zone: str = UTC_NAME,
    first_day: str | date | None = None,
    more_than: int = MORE_THAN,
    defaults: Mapping[str, Any] | None = None,
    owner: str | None = None,
    now: str | datetime | None = None,
) -> dict[str, Any]:
    if isinstance(batches, str | Mapping) or not isinstance(batches, Sequence):
        raise AnsibleFilterError(f"batches must be a list, not {batches!r}")
    if not isinstance(zone, str):
        raise AnsibleFilterError(f"zone must be a string, not {zone!r}")
    if not isinstance(more_than, int) or isinstance(more_than, bool) or more_than < 1:
        raise AnsibleFilterError(f"more_than must be a whole number from 1 on, not {more_than!r}")
    if defaults is not None and not isinstance(defaults, Mapping):
        raise AnsibleFilterError(f"defaults must be a mapping, not {defaults!r}")
    first, made_at = _day(first_day), _moment(now)
    try:
        shown = read_batches(plain(batches), plain(defaults), owner)
        return make_timetable(shown, zone, first, more_than, made_at)
    except TimetableError as error:
        raise AnsibleFilterError(str(error)) from error


def _day(value: str | date | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise AnsibleFilterError(
            f"first_day must be a date such as 2026-11-22, not {value!r}"
        ) from error


def _moment(value: str | datetime | None) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _no_moment(value) from error
    if moment.tzinfo is None:
        raise _no_moment(value)
    return moment


def _no_moment(value: object) -> AnsibleFilterError:
    return AnsibleFilterError(
        "now must be an ISO 8601 time with an offset, such as 2026-11-22T00:00:00+00:00,"
        f" not {value!r}"
    )


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"timetable": timetable}
