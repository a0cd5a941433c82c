# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a run is, in lines for the terminal: ``hello: RUNNING for 20 s``, ``hello | Hello!``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

SHOWN_LINES = 200
"""Lines of the log that are shown at once; nobody reads more while they pass by."""

STAMPS: Mapping[str, str] = {
    "RUNNING": "startedAt",
    "STOPPING": "stoppingAt",
    "DEPROVISIONING": "stoppingAt",
    "STOPPED": "createdAt",
}
"""Since when a task has its status; for what comes before RUNNING, since it was asked for. A
stopped one tells how long it took."""

BEGIN = "createdAt"

_CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
"""What a log must not do to a terminal: colours, titles, moves of the cursor."""

_PARTS = ((3600, "h"), (60, "min"), (1, "s"))

SHORTEST_GATHERING, LONGEST_GATHERING = 1.0, 8.0
GATHERING_PART = 30
"""Lines are gathered for a thirtieth of the run's age, 1 to 8 seconds, before they are told: each
telling costs the start of a process."""


def duration_text(seconds: float) -> str:
    """Return a duration as people write it: ``20 s``, ``3 min 5 s``, ``2 h``."""
    left, parts = int(seconds), []
    for size, unit in _PARTS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


def status_of(tasks: Sequence[Mapping[str, Any]]) -> str:
    """Return the status of a run: that of its task, or how many of its tasks have which one."""
    counts = Counter(str(task.get("lastStatus") or "PROVISIONING") for task in tasks)
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


def seconds_in_status(tasks: Sequence[Mapping[str, Any]], now: datetime) -> float:
    """Return for how long a run has had its status, never less than 0: clocks differ."""
    stamps = [task.get(STAMPS.get(str(task.get("lastStatus")), BEGIN)) for task in tasks]
    known = [_moment(stamp) for stamp in stamps if stamp]
    return max(0.0, (now - max(known)).total_seconds()) if known else 0.0


def age_of(tasks: Sequence[Mapping[str, Any]], now: datetime) -> float:
    """Return how long ago the oldest task was asked for, in seconds."""
    known = [_moment(task[BEGIN]) for task in tasks if task.get(BEGIN)]
    return max(0.0, (now - min(known)).total_seconds()) if known else 0.0


def _moment(stamp: Any) -> datetime:
    """Return a time that came from AWS, or that a module result carried as text."""
    return stamp if isinstance(stamp, datetime) else datetime.fromisoformat(stamp)


def gathering_seconds(age: float) -> float:
    """Return how long lines of the log are gathered in a run of this age."""
    return min(max(age / GATHERING_PART, SHORTEST_GATHERING), LONGEST_GATHERING)


def started_lines(name: str, arns: Iterable[str]) -> list[str]:
    """Return what is said at the start, so that whoever interrupts knows what goes on."""
    return [f"{name}: started {arn}" for arn in arns]


def status_line(name: str, status: str, seconds: float) -> str:
    """Return the line that says how far a run is."""
    return f"{name}: {status} for {duration_text(seconds)}"


def end_line(name: str, exit_code: int | None, seconds: float) -> str:
    """Return the line that says that a run has ended."""
    how = "without an exit code" if exit_code is None else f"with exit code {exit_code}"
    return f"{name}: STOPPED {how} after {duration_text(seconds)}"


def log_lines(name: str, messages: Iterable[str]) -> Iterator[str]:
    """Yield the lines of log events for the terminal, those of an event with several as well."""
    for message in messages:
        for line in message.splitlines() or [""]:
            yield f"{name} | {_CONTROLS.sub('', line)}"


def newest_lines(name: str, lines: Sequence[str]) -> list[str]:
    """Return at most SHOWN_LINES, the newest, and say how many there were before."""
    left_out = len(lines) - SHOWN_LINES
    if left_out <= 0:
        return list(lines)
    return [f"{name}: {left_out} lines of the log are not shown here", *lines[left_out:]]
