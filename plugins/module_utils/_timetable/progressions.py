# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many minutes as few arithmetic progressions: a run every minute of a week is one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Progression:
    """``count`` minutes: ``first``, and then one every ``step`` minutes (0 where there is one)."""

    first: int
    step: int = 0
    count: int = 1

    def minutes(self) -> range:
        """Return the minutes, ascending."""
        step = self.step or 1
        return range(self.first, self.first + step * self.count, step)


def compress(minutes: Sequence[int]) -> tuple[Progression, ...]:
    """Return the progressions that distinct ascending minutes consist of, in that order."""
    return tuple(_progressions(minutes))


def _progressions(minutes: Sequence[int]) -> Iterator[Progression]:
    begin = 0
    while begin < len(minutes):
        end = _end_of_progression(minutes, begin)
        step = minutes[begin + 1] - minutes[begin] if end - begin > 1 else 0
        yield Progression(minutes[begin], step, end - begin)
        begin = end


def _end_of_progression(minutes: Sequence[int], begin: int) -> int:
    """Return the index after the last minute that goes on as the first two begin.

    Two alone are no progression: the second may begin a longer one.
    """
    if begin + 2 >= len(minutes):
        return begin + 1
    step = minutes[begin + 1] - minutes[begin]
    end = begin + 2
    while end < len(minutes) and minutes[end] - minutes[end - 1] == step:
        end += 1
    return end if end - begin > 2 else begin + 1
