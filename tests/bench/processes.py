# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs: seconds on the wall and of processors, and memory, all its processes
together."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from resource import struct_rusage
from time import monotonic

SAMPLE_SECONDS = 0.2
"""How often the memory is looked at: what lives shorter is not seen."""

KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Command:
    """What is run, with the variables that it needs besides those of the benchmark."""

    arguments: Sequence[str]
    folder: pathlib.Path
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """``mib`` is the highest sum of the proportional set sizes of all processes of the command,
    where the system tells, and otherwise that of the largest one."""

    seconds: float
    cpu_seconds: float
    mib: float


class CommandFailed(Exception):
    """The command ended with an error; its output is the message."""


def run(command: Command) -> Cost:
    """Run a command to its end.

    :raises CommandFailed: where it fails; its figures say nothing.
    """
    with tempfile.TemporaryFile("w+") as output:
        started = monotonic()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env={**os.environ, **command.variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with _Memory(process.pid) as memory:
            status, usage = _wait(process)
        seconds = monotonic() - started
        if status != 0:
            output.seek(0)
            raise CommandFailed(f"{' '.join(command.arguments)} failed:\n{output.read()[-20_000:]}")
    largest = usage.ru_maxrss / KIB_PER_MIB
    return Cost(seconds, usage.ru_utime + usage.ru_stime, max(memory.highest_mib, largest))


def _wait(process: subprocess.Popen[str]) -> tuple[int, struct_rusage]:
    """Wait for a command, with all processes that it waited for itself; end it where we end."""
    try:
        _pid, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.send_signal(signal.SIGTERM)
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


class _Memory:
    """Watches the memory of a process and of all below it."""

    def __init__(self, pid: int) -> None:
        self.highest_mib = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            kib = sum(_proportional_kib(pid) for pid in _tree(self._pid))
            self.highest_mib = max(self.highest_mib, kib / KIB_PER_MIB)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:
            continue  # It has ended meanwhile.
        for child in below:
            yield from _tree(int(child))


def _proportional_kib(pid: int) -> int:
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
