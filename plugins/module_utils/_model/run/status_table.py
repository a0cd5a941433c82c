# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of batches as a table: one row each, in words for the terminal and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    ESSENTIAL_CONTAINER_EXITED,
)

COLUMNS: tuple[str, ...] = (
    "name",
    "trigger",
    "enabled",
    "schedule",
    "next run",
    "last run",
    "revision",
    "running",
    "failed",
    "dead letters",
)
"""What a row tells. ``revision`` is the one used and the newest; ``failed`` are invocations of the
last day that failed, of how many."""

LONGEST = 48
"""Characters of a cell on the terminal."""

NOTHING = "-"


@dataclass(frozen=True)
class Row:
    """What is told of one batch, in the order of COLUMNS. ``troubled`` are the columns that need a
    look."""

    cells: tuple[str, ...]
    troubled: frozenset[str]


def row_of(batch: Mapping[str, Any]) -> Row:
    """Return the row of a batch with its status, as ``scheduled_batch_info`` returns it."""
    status = batch.get("status") or {}
    runs = status.get("last_runs") or []
    cells = (
        str(batch.get("name")),
        str(batch.get("trigger") or "rule"),
        "yes" if status.get("enabled") else "no",
        str(status.get("schedule_explained") or batch.get("schedule") or NOTHING),
        _next_run(status),
        last_run_text(runs[0]) if runs else NOTHING,
        _revision(status),
        _running(status),
        _failed(status),
        _count(status.get("dead_letters")),
    )
    return Row(cells, frozenset(_troubled(status, runs)))


def _troubled(status: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns in which something is not as it should be."""
    troubles = {
        "enabled": not status.get("enabled"),
        "last run": bool(runs) and went_wrong(runs[0]),
        "revision": _is_behind(status),
        "running": bool(status.get("overlapping")),
        "failed": bool(status.get("failed_invocations")),
        "dead letters": bool(status.get("dead_letters")),
    }
    return [column for column, troubled in troubles.items() if troubled]


def went_wrong(run: Mapping[str, Any]) -> bool:
    """Whether a run failed; of one that only the log knows that is not known."""
    if run.get("source") == "log":
        return False
    ended = run.get("stop_code") in {None, ESSENTIAL_CONTAINER_EXITED}
    return run.get("exit_code") != 0 or not ended


def _is_behind(status: Mapping[str, Any]) -> bool:
    used, newest = status.get("revision"), status.get("newest_revision")
    return used is not None and newest is not None and used < newest


def _next_run(status: Mapping[str, Any]) -> str:
    runs = status.get("next_runs") or []
    if runs and status.get("enabled"):
        return moment_text(runs[0])
    return NOTHING


def last_run_text(run: Mapping[str, Any]) -> str:
    """Return when a run began, how it ended and how long it took."""
    began = moment_text(run.get("started_at") or run.get("stopped_at"))
    return ", ".join(filter(None, (began, _end_text(run), duration_text(run))))


def _end_text(run: Mapping[str, Any]) -> str:
    if run.get("source") == "log":
        return ""
    code = run.get("exit_code")
    return f"exit {code}" if code is not None else str(run.get("stop_code") or "no exit code")


def duration_text(run: Mapping[str, Any]) -> str:
    """Return how long a run took, such as ``1:02:03``; nothing where that is not known."""
    seconds = run.get("duration_seconds")
    return str(timedelta(seconds=int(seconds))) if seconds is not None else ""


def moment_text(text: Any) -> str:
    """Return an ISO 8601 time as people read it, such as ``2026-11-26 03:00 UTC``."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return NOTHING
    offset = moment.strftime("%z")
    zone = " UTC" if offset in {"+0000", ""} else f" {offset[:3]}:{offset[3:]}"
    return f"{moment:%Y-%m-%d %H:%M}{zone}"


def _revision(status: Mapping[str, Any]) -> str:
    newest = status.get("newest_revision")
    used = status.get("revision")
    return f"{'latest' if used is None else used}/{NOTHING if newest is None else newest}"


def _running(status: Mapping[str, Any]) -> str:
    if "running" not in status:
        return NOTHING
    count = len(status["running"])
    return f"{count}, overlapping" if status.get("overlapping") else str(count)


def _failed(status: Mapping[str, Any]) -> str:
    failed, made = status.get("failed_invocations"), status.get("invocations")
    return NOTHING if failed is None else f"{failed} of {_count(made)}"


def _count(value: Any) -> str:
    return NOTHING if value is None else str(value)


def status_lines(
    batches: Sequence[Mapping[str, Any]], not_batches: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Return an aligned line for each batch under a line of titles, and one for each trigger that
    is no batch."""
    titles = tuple(column.upper() for column in COLUMNS)
    rows = [titles, *(row_of(batch).cells for batch in batches)]
    short = [[_shortened(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in short) for place in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in short
    ]
    return [*lines, *(f"{each['kind']} {each['name']}: {each['reason']}" for each in not_batches)]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
