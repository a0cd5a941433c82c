# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of several sizes: four runs of each with every tool, in turns, each on an own emulator."""

from __future__ import annotations

import pathlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from bench.emulators import RunningEmulator, running_emulator
from bench.fleets import RUNS, Fleet, Run
from bench.processes import CommandFailed, run
from bench.tools import (
    ExistingModules,
    Floor,
    Module,
    Playbook,
    Terraform,
    Tool,
    installed_terraform,
)


@dataclass(frozen=True)
class Row:
    """The figures of one tool in one run of one fleet."""

    variant: str
    size: int
    run: str
    tool: str
    seconds: float
    cpu_seconds: float
    mib: float
    reads: int
    writes: int

    @property
    def calls(self) -> int:
        """All API calls."""
        return self.reads + self.writes


@dataclass(frozen=True)
class Limits:
    """Up to which size slow tools take part."""

    terraform: int
    existing: int


@dataclass(frozen=True)
class _Place:
    """Where a tool works: its emulator and its folder."""

    tool: Tool
    emulator: RunningEmulator
    folder: pathlib.Path


def measure(fleet: Fleet, limits: Limits, repeats: int) -> Iterator[Row]:
    """Make the four runs with every tool and yield their figures, the fastest of the repeats.

    The tools take turns within each run, so that a machine that others use as well slows all of
    them. A slow tool runs once: chance moves its minutes by little.
    """
    with ExitStack() as stack:
        places = [_place(tool, stack) for tool in _tools(fleet, limits)]
        places = [place for place in places if _is_ready(place)]
        quick = [place for place in places if not place.tool.is_slow]
        rounds = [_round(fleet, quick if number else places) for number in range(repeats)]
    fastest: dict[tuple[str, str], Row] = {}
    for row in (row for rows in rounds for row in rows):
        known = fastest.setdefault((row.run, row.tool), row)
        fastest[row.run, row.tool] = min(known, row, key=lambda each: each.seconds)
    yield from fastest.values()


def _tools(fleet: Fleet, limits: Limits) -> Iterator[Tool]:
    # The floor follows the module, whose calls it repeats.
    yield from (Module(), Floor(), Playbook())
    if fleet.size <= limits.existing and fleet.variant.trigger == "rule":
        yield ExistingModules()
    terraform = installed_terraform()
    if terraform is not None and fleet.size <= limits.terraform:
        yield terraform


def _place(tool: Tool, stack: ExitStack) -> _Place:
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return _Place(tool, stack.enter_context(running_emulator()), folder)


def _is_ready(place: _Place) -> bool:
    if not isinstance(place.tool, Terraform) or place.tool.prepare(place.folder):
        return True
    print("Terraform's AWS provider is not installed: it takes no part.", file=sys.stderr)
    return False


def _round(fleet: Fleet, places: Sequence[_Place]) -> list[Row]:
    for place in places:
        place.emulator.prepare()
        (place.folder / "terraform.tfstate").unlink(missing_ok=True)
    return [row for each in RUNS for row in _turns(fleet, each, places)]


def _turns(fleet: Fleet, each: Run, places: Sequence[_Place]) -> Iterator[Row]:
    floor = next((place.tool for place in places if isinstance(place.tool, Floor)), None)
    for place in places:
        command = place.tool.command(fleet, each, place.emulator.endpoint, place.folder)
        try:
            cost = run(command)
        except CommandFailed as failed:
            sys.exit(str(failed))
        calls = place.emulator.take_calls()
        if isinstance(place.tool, Module) and floor is not None:
            floor.calls = calls
        row = Row(
            variant=fleet.variant.name,
            size=fleet.size,
            run=each.name,
            tool=place.tool.name,
            reads=calls.reads,
            writes=calls.writes,
            **asdict(cost),
        )
        _check(row, each)
        print(
            f"{row.variant:>10} {row.size:>5} {each.title:<21} {row.tool:<10}"
            f" {row.seconds:8.2f} s {row.cpu_seconds:7.2f} s CPU {row.mib:7.0f} MiB"
            f" {row.calls:>6} calls",
            file=sys.stderr,
            flush=True,
        )
        yield row


def _check(row: Row, each: Run) -> None:
    """End the benchmark where a run did not do what it stands for: its figures say nothing."""
    if (row.writes > 0) != each.writes and row.tool != "existing":
        sys.exit(f"{row.tool}: the run {each.title!r} made {row.writes} writing calls")
