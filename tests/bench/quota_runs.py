# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A first deployment under AWS's quotas: how close it comes to what they allow at all."""

from __future__ import annotations

import pathlib
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass

from bench.emulators import running_emulator
from bench.fleets import OWN, RUNS, Fleet
from bench.processes import CommandFailed, run
from bench.quotas import least_seconds
from bench.tools import Module


@dataclass(frozen=True)
class QuotaRow:
    """The figures of one deployment. ``least_seconds`` is what the narrowest quota takes for the
    calls that had to be made, ``throttled`` how many were refused and made again."""

    size: int
    seconds: float
    cpu_seconds: float
    mib: float
    calls: int
    throttled: int
    bucket: str
    least_seconds: float


def measure_quotas(size: int) -> QuotaRow:
    """Deploy ``size`` batches with rules and task definitions of their own into an empty account.

    A batch that fails makes the module fail, and ends the benchmark.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        running_emulator("bench.throttled_emulator") as aws,
    ):
        aws.prepare()
        command = Module().command(Fleet(OWN, size), RUNS[0], aws.endpoint, pathlib.Path(folder))
        try:
            cost = run(command)
        except CommandFailed as failed:
            sys.exit(str(failed))
        calls = aws.take_calls()
    needed = Counter(
        f"{call['service']}:{call['operation']}"
        for call in calls.calls
        if "Throttl" not in str(call["error"])
    )
    least = least_seconds(needed)
    bucket = max(least, key=lambda name: least[name])
    row = QuotaRow(
        size=size,
        calls=len(calls.calls),
        throttled=calls.throttled,
        bucket=bucket,
        least_seconds=least[bucket],
        **asdict(cost),
    )
    print(
        f"    quotas {size:>5} first deploy {row.seconds:.1f} s,"
        f" at least {row.least_seconds:.1f} s,"
        f" {row.throttled} of {row.calls} calls throttled",
        file=sys.stderr,
    )
    return row
