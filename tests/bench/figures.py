# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured beside what had to be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.fleet_runs import Row
from bench.fleets import OWN, VARIANTS
from bench.results import Results

MOST_MEGABYTES = 300
BYTES_PER_MIB = 1024 * 1024
MOST_TIMES_THE_FLOOR = 1.5
MOST_TIMES_THE_QUOTA = 1.15

CALL_BOUNDS: tuple[tuple[str, str, float, int], ...] = (
    ("own", "unchanged", 2.1, 15),
    ("shared", "unchanged", 1.1, 15),
    ("schedules", "unchanged", 1.1, 15),
    ("own", "first", 5, 20),
    ("own", "image", 5, 15),
)
"""Kind of fleet, run, calls for each batch and for all together."""

TERRAFORM_SHARES: tuple[tuple[str, int, float], ...] = (
    ("unchanged", 100, 1 / 2),
    ("unchanged", 1000, 1 / 5),
    ("first", 100, 1 / 3),
    ("first", 1000, 1 / 10),
    ("image", 100, 1 / 3),
)
"""Run, size, and the share of Terraform's time that the whole playbook may take."""


@dataclass(frozen=True)
class Figure:
    """One thing to reach: whether it was, None where it was not measured."""

    work: str
    bound: str
    measured: str
    reached: bool | None

    @property
    def verdict(self) -> str:
        """The last column of the table."""
        return {True: "reached", False: "**missed**", None: "not measured"}[self.reached]


def figures(results: Results, run_titles: dict[str, str]) -> Iterator[Figure]:
    """Return all of them, in the order of the table."""
    rows = {(row.variant, row.size, row.run, row.tool): row for row in results.fleets}

    def row(variant: str, size: int, run: str, tool: str) -> Row | None:
        return rows.get((variant, size, run, tool))

    sizes = sorted({each.size for each in results.fleets}, reverse=True)
    yield from _call_figures(row, sizes, run_titles)
    yield from _terraform_figures(row, run_titles)
    yield from _floor_figures(row)
    yield from _growth_figures(row)
    yield _quota_figure(results)


Find = Callable[[str, int, str, str], Row | None]


def _call_figures(row: Find, sizes: list[int], titles: dict[str, str]) -> Iterator[Figure]:
    for variant, run, each, together in CALL_BOUNDS:
        found = next(
            (row(variant, n, run, "module") for n in sizes if row(variant, n, run, "module")), None
        )
        bound = f"{each:g} N + {together}"
        work = f"API calls, {titles[run]}, N batches {VARIANTS[variant].title}"
        if found is None:
            yield Figure(work, f"≤ {bound}", "", None)
            continue
        most = each * found.size + together
        measured = f"N = {found.size:,}: {found.calls:,} of {most:,.0f}"
        yield Figure(work, f"≤ {bound}", measured, found.calls <= most)


def _terraform_figures(row: Find, titles: dict[str, str]) -> Iterator[Figure]:
    for run, size, share in TERRAFORM_SHARES:
        ours, theirs = (row(OWN.name, size, run, tool) for tool in ("playbook", "terraform"))
        verb = "plan" if run == "unchanged" else "apply"
        work = f"wall time of `ansible-playbook`, {titles[run]}, N = {size:,}"
        bound = f"≤ 1/{round(1 / share)} of `terraform {verb}`"
        if ours is None or theirs is None:
            yield Figure(work, bound, "", None)
            continue
        measured = f"{ours.seconds:.1f} s of {theirs.seconds:.1f} s: {_share(ours, theirs)}"
        yield Figure(work, bound, measured, ours.seconds <= share * theirs.seconds)


def _share(ours: Row, theirs: Row) -> str:
    return f"1/{theirs.seconds / ours.seconds:.1f}"


def _floor_figures(row: Find) -> Iterator[Figure]:
    for variant in VARIANTS:
        for run in ("unchanged", "first"):
            ours, floor = (row(variant, 1000, run, tool) for tool in ("module", "floor"))
            work = f"the module's wall time, {run}, N = 1,000, {variant}"
            bound = f"≤ {MOST_TIMES_THE_FLOOR} × the bare loop"
            if ours is None or floor is None:
                yield Figure(work, bound, "", None)
                continue
            times = ours.seconds / floor.seconds
            measured = f"{ours.seconds:.1f} s, {floor.seconds:.1f} s: {times:.2f} ×"
            yield Figure(work, bound, measured, times <= MOST_TIMES_THE_FLOOR)


def _growth_figures(row: Find) -> Iterator[Figure]:
    small, large = (row(OWN.name, size, "first", "module") for size in (100, 1000))
    if small is None or large is None:
        yield Figure("growth from N = 100 to 1,000", "linear", "", None)
        return
    times = large.cpu_seconds / small.cpu_seconds
    yield Figure(
        "the module's processor time, first deploy, from N = 100 to 1,000",
        "linear: ≤ 10 ×",
        f"{small.cpu_seconds:.1f} s to {large.cpu_seconds:.1f} s: {times:.1f} ×",
        times <= 10,
    )
    for tool, whose in (("module", "the module's"), ("playbook", "the whole `ansible-playbook`'s")):
        found = row(OWN.name, 1000, "first", tool)
        if found is not None:
            megabytes = found.mib * BYTES_PER_MIB / 1_000_000
            yield Figure(
                f"{whose} memory, first deploy, N = 1,000",
                f"< {MOST_MEGABYTES} MB",
                f"{megabytes:.0f} MB",
                megabytes < MOST_MEGABYTES,
            )


def _quota_figure(results: Results) -> Figure:
    # No failed batch: where one fails, the benchmark ends and there are no figures.
    found = next((each for each in results.quotas if each.size == 300), None)
    work = "first deploy under AWS's quotas, N = 300"
    bound = f"≤ {MOST_TIMES_THE_QUOTA} × what the quotas allow, no failed batch"
    if found is None:
        return Figure(work, bound, "", None)
    times = found.seconds / found.least_seconds
    measured = f"{found.seconds:.0f} s of {found.least_seconds:.0f} s: {times:.2f} ×"
    return Figure(work, bound, measured, times <= MOST_TIMES_THE_QUOTA)
