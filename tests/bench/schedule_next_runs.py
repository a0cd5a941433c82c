# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to read a schedule and to find its next ten runs.

Prints a table with the time to parse, the time for the first question of a process (which loads
the time zone) and the best of many further ones, all in milliseconds, and what was found. The
expressions are those that make work: rare days, days that never come, clocks that change.

Usage: python tests/bench/schedule_next_runs.py
with the folder that holds ansible_collections in PYTHONPATH.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs

AFTER = datetime(2026, 11, 22, tzinfo=UTC)
COUNT = 10
REPEATS = 20
CASES = (
    ("cron(0 3 * * ? *)", "UTC"),
    ("cron(0 3 * * ? *)", "Asia/Tokyo"),
    ("cron(* * * * ? *)", "America/New_York"),
    ("cron(0/5 8-17 ? * MON-FRI *)", "Europe/Berlin"),
    ("cron(0 3 ? * 3#3 *)", "Asia/Tokyo"),
    ("cron(0 3 LW * ? *)", "UTC"),
    ("cron(0 3 29 2 ? *)", "UTC"),
    ("cron(0 3 29 2 ? 2096/1)", "UTC"),
    ("cron(0 3 ? 2 2#5 *)", "UTC"),
    ("cron(0 3 31 1/2 ? 2199)", "UTC"),
    ("cron(0 3 30 2 ? *)", "UTC"),
    ("cron(0 3 ? * 2#6 *)", "UTC"),
    ("cron(* * ? * 2#6 *)", "America/Havana"),
    ("cron(30 2 ? 3 1#2 *)", "America/New_York"),
    ("cron(* 2 ? 3 1#2 *)", "America/New_York"),
    ("cron(0 3 * * ? 1970-2026)", "UTC"),
    ("at(2026-12-24T18:00:00)", "Asia/Tokyo"),
    ("rate(5 minutes)", "Asia/Tokyo"),
)


def milliseconds(question: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    question()
    return (time.perf_counter() - started) * 1000


def best_milliseconds(question: Callable[[], object]) -> float:
    """Return how long the fastest of many calls takes."""
    return min(timeit.repeat(question, number=1, repeat=REPEATS)) * 1000


def main() -> None:
    """Print the table."""
    print(f"{'expression':32} {'zone':18} {'parse':>7} {'first':>7} {'best':>7}  found")
    for text, zone in CASES:
        expression = parse(text)
        question = partial(next_runs, expression, AFTER, zone, COUNT, start=AFTER)
        parsing = best_milliseconds(partial(parse, text))
        first, best = milliseconds(question), best_milliseconds(question)
        result = question()
        found = result.times[-1].date().isoformat() if result.times else "never"
        print(
            f"{text:32} {zone:18} {parsing:7.3f} {first:7.3f} {best:7.3f}"
            f"  {len(result.times)}, last {found}"
        )


if __name__ == "__main__":
    main()
