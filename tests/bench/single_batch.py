# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One batch with all that it needs: ``playbooks/site.yml`` beside Terraform with the same stack.

First run, unchanged run and new image, each tool on an emulator of its own that starts empty. Wall
times are of the whole command, as a user waits for it. Terraform is left out where it or its AWS
provider is not installed.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench.emulators import TESTS, RunningEmulator, running_emulator
from bench.fleets import REGION, RUNS, Run
from bench.processes import Command, CommandFailed, run
from bench.tools import Playbook, Terraform, installed_terraform, variables

CHECKOUT = TESTS.parent
IMAGES = (
    "public.ecr.aws/docker/library/busybox:1.36",
    "public.ecr.aws/docker/library/busybox:1.37",
)
SINGLE_RUNS = tuple(each for each in RUNS if each.name != "one")
CLUSTER = ("--cluster", "batch", "--region", REGION)


@dataclass(frozen=True)
class SingleRow:
    """The figures of one tool in one run."""

    run: str
    tool: str
    seconds: float
    cpu_seconds: float
    mib: float
    reads: int
    writes: int


def measure_single_batch() -> Iterator[SingleRow]:
    """Make the three runs with both tools, in turns, and yield their figures."""
    with running_emulator("emulator", *CLUSTER) as ours:
        # Not measured: Python compiles what it loads the first time, as Terraform's installation
        # did long ago.
        _row("playbook", SINGLE_RUNS[0], ours, _site(SINGLE_RUNS[0], ours, "--check"))
        terraform = installed_terraform()
        with tempfile.TemporaryDirectory() as folder, running_emulator("emulator", *CLUSTER) as aws:
            place = pathlib.Path(folder)
            has_provider = terraform is not None and terraform.prepare(place, "single_batch")
            for each in SINGLE_RUNS:
                yield _checked(each, _row(Playbook.name, each, ours, _site(each, ours)))
                if terraform is not None and has_provider:
                    command = _terraform(terraform, each, aws, place)
                    yield _checked(each, _row(Terraform.name, each, aws, command))


def _site(each: Run, emulator: RunningEmulator, *options: str) -> Command:
    extra = json.dumps({"batch_image": IMAGES[each.image]})
    arguments = ["ansible-playbook", "playbooks/site.yml", "-e", extra, *options]
    return Command(arguments, CHECKOUT, variables(emulator.endpoint))


def _terraform(
    terraform: Terraform, each: Run, emulator: RunningEmulator, folder: pathlib.Path
) -> Command:
    values = {"endpoint": emulator.endpoint, "image": IMAGES[each.image]}
    return terraform.command_of(each, values, folder)


def _row(tool: str, each: Run, emulator: RunningEmulator, command: Command) -> SingleRow:
    emulator.take_calls()
    try:
        cost = run(command)
    except CommandFailed as failed:
        sys.exit(str(failed))
    calls = emulator.take_calls()
    return SingleRow(each.name, tool, reads=calls.reads, writes=calls.writes, **asdict(cost))


def _checked(each: Run, row: SingleRow) -> SingleRow:
    """End the benchmark where a run did not do what it stands for: its figures say nothing."""
    if (row.writes > 0) != each.writes:
        sys.exit(f"{row.tool}: the run {each.title!r} made {row.writes} writing calls")
    print(
        f"    single {each.title:<27} {row.tool:<10} {row.seconds:8.2f} s"
        f" {row.cpu_seconds:7.2f} s CPU {row.mib:7.0f} MiB {row.reads + row.writes:>6} calls",
        file=sys.stderr,
        flush=True,
    )
    return row
