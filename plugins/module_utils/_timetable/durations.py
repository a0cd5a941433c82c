# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a batch runs, from the runs that it had."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Duration:
    """The median and the longest of ``runs`` runs, in seconds."""

    typical: int
    longest: int
    runs: int


def duration_of(last_runs: Iterable[Mapping[str, Any]]) -> Duration | None:
    """Return how long runs take, None where no run has ended.

    ``last_runs`` are those of a batch's status. Where some succeeded, only these count: a run that
    fails is mostly shorter.
    """
    ended = [run for run in last_runs if _seconds(run) is not None]
    succeeded = [run for run in ended if run.get("exit_code") == 0]
    seconds = [_seconds(run) or 0 for run in succeeded or ended]
    if not seconds:
        return None
    return Duration(round(statistics.median(seconds)), max(seconds), len(seconds))


def _seconds(run: Mapping[str, Any]) -> int | None:
    value = run.get("duration_seconds")
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return round(value)
