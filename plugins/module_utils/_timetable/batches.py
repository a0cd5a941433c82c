# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The batches of a timetable, read from mappings in the shape that ``scheduled_batch_info`` returns
and ``scheduled_batches`` accepts.

A key that a timetable does not need is not looked at, so that what is declared for other purposes
can be shown. A schedule that is wrong is shown with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    ABSENT,
    OWNER_TAG,
    RULE,
    merged_under,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import UTC_NAME
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.durations import (
    Duration,
    duration_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.runs import Schedule
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)


@dataclass(frozen=True)
class ShownBatch:
    """What a timetable shows of a batch besides its runs.

    ``window`` is the flexible time window in minutes, 0 where there is none.
    """

    name: str
    description: str
    cluster: str
    owner: str
    trigger: str
    enabled: bool
    tasks: int
    window: int
    schedule: Schedule
    duration: Duration | None


def read_batches(
    descriptions: Sequence[Any],
    defaults: Mapping[str, Any] | None = None,
    owner: str | None = None,
) -> tuple[ShownBatch, ...]:
    """Return the batches without the absent ones, in the given order.

    ``defaults`` are merged under each; ``owner`` is that of batches that name none themselves.
    Raises TimetableError with all mistakes together.
    """
    batches: list[ShownBatch] = []
    mistakes: list[str] = []
    for index, description in enumerate(descriptions):
        problem = _problem(description)
        if problem:
            mistakes.append(f"batches[{index}]: {problem}")
            continue
        options = merged_under(defaults or {}, description)
        if options.get("state") == ABSENT:
            continue
        try:
            batches.append(_read(options, owner or ""))
        except TimetableError as error:
            mistakes += [f"batches[{index}] ({options['name']}){text}" for text in error.mistakes]
    if mistakes:
        raise TimetableError(mistakes)
    return tuple(batches)


def _problem(description: Any) -> str | None:
    if not isinstance(description, Mapping):
        return f"a batch is a mapping, not {description!r}."
    if not description.get("name"):
        return "a batch needs a name."
    return None


def _read(options: Mapping[str, Any], owner: str) -> ShownBatch:
    status = options.get("status") or {}
    is_rule = (options.get("trigger") or RULE) == RULE
    return ShownBatch(
        name=str(options["name"]),
        description=str(options.get("description") or ""),
        cluster=_name_of(options.get("cluster")),
        owner=str(status.get("owner") or (options.get("tags") or {}).get(OWNER_TAG) or owner),
        trigger=str(options.get("trigger") or RULE),
        enabled=_is_enabled(options, status),
        tasks=_whole(options, "task_count", 1),
        window=0 if is_rule else _window(options.get("flexible_time_window") or {}),
        schedule=_schedule(options, is_rule),
        duration=duration_of(status.get("last_runs") or ()),
    )


def _schedule(options: Mapping[str, Any], is_rule: bool) -> Schedule:
    expression = str(options.get("schedule") or "")
    if is_rule:  # Rules know UTC only, and no dates.
        return Schedule(expression, UTC_NAME)
    return Schedule(
        expression,
        str(options.get("timezone") or UTC_NAME),
        _date(options, "start_date"),
        _date(options, "end_date"),
    )


def _name_of(cluster: Any) -> str:
    arn = parse_arn(str(cluster or ""))
    return arn.name if arn else str(cluster or "")


def _is_enabled(options: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """A batch that does not say whether it is enabled is enabled when it is made."""
    said = status.get("enabled")
    enabled = options.get("enabled") if said is None else said
    return enabled is None or str(enabled).lower() not in ("false", "no", "0")


def _whole(options: Mapping[str, Any], key: str, default: int) -> int:
    value = options.get(key)
    if value is None:
        return default
    try:
        return max(int(str(value)), 0)
    except ValueError as error:
        raise TimetableError([f".{key}: must be a whole number, not {value!r}."]) from error


def _window(window: Mapping[str, Any]) -> int:
    by_name = {key.lower().replace("_", ""): value for key, value in window.items()}
    if str(by_name.get("mode")).upper() != "FLEXIBLE":
        return 0
    return _whole(by_name, "maximumwindowinminutes", 0)


def _date(options: Mapping[str, Any], key: str) -> datetime | None:
    """Return a date as AWS reads it: one without an offset is in UTC."""
    value = options.get(key)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TimetableError(
            [f".{key}: must be a time such as 2026-12-01T00:00:00Z, not {value!r}."]
        ) from error
