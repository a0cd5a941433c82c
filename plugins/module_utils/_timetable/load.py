# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tasks run at the same time, and how many start in the same minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Occupation:
    """``tasks`` tasks that run from minute ``begin`` to before minute ``end``."""

    begin: int
    end: int
    tasks: int


@dataclass(frozen=True)
class Step:
    """From minute ``minute`` on, ``tasks`` tasks run at the same time."""

    minute: int
    tasks: int


def load_curve(occupations: Iterable[Occupation], length: int) -> tuple[Step, ...]:
    """Return the steps of the load in the minutes from 0 to before ``length``, ascending.

    The first step is at minute 0; each of the others differs from the one before it.
    """
    changes: Counter[int] = Counter({0: 0})
    for occupation in occupations:
        begin, end = max(occupation.begin, 0), min(occupation.end, length)
        if begin < end:
            changes[begin] += occupation.tasks
            changes[end] -= occupation.tasks
    steps: list[Step] = []
    tasks = 0
    for minute in sorted(changes):
        tasks += changes[minute]
        if minute < length and (not steps or steps[-1].tasks != tasks):
            steps.append(Step(minute, tasks))
    return tuple(steps)


def peak(steps: Iterable[Step]) -> Step:
    """Return the first of the highest steps."""
    return max(steps, key=lambda step: step.tasks)


def crowded_minutes(starts: Iterable[Step], more_than: int) -> tuple[Step, ...]:
    """Return the minutes in which more than ``more_than`` tasks start, ascending.

    Each of ``starts`` says how many tasks one batch starts in one minute.
    """
    together: Counter[int] = Counter()
    for start in starts:
        together[start.minute] += start.tasks
    return tuple(
        Step(minute, tasks) for minute, tasks in sorted(together.items()) if tasks > more_than
    )
