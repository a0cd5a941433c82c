# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run checks, two at a time, and show each one's closing lines.

Every check is a script in the folder ``checks``. Its whole output goes to a file; when it has
ended, its name, its time and its last lines are printed together. The first failure ends the run,
unless it is to keep going.

Usage: run_checks.py [--keep-going] NAME...     where NAME is a check, ``lint`` or ``all``
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import os
import pathlib
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

CHECKS = pathlib.Path(__file__).resolve().parent / "checks"

LINT = (
    "ruff",
    "yamllint",
    "shellcheck",
    "changelog",
    "mypy",
    "documentation",
    "ansible_lint",
)
GROUPS = {
    "lint": LINT,
    "all": (*LINT, "sanity", "unit", "integration", "molecule", "parity", "browser", "artifact"),
}
AT_ONCE = 2
CLOSING_LINES = 4
LINES_OF_A_FAILURE = 80
NOTHING_TO_DO = 77
"""The status of a check whose subject is listed in checks/common.sh as not written yet."""


@dataclass(frozen=True)
class Result:
    """How a check ended. ``status`` is its exit status, ``None`` where the run was ended first."""

    name: str
    status: int | None
    seconds: float
    log: pathlib.Path

    @property
    def failed(self) -> bool:
        """Whether the check itself failed."""
        return self.status not in (0, NOTHING_TO_DO, None)


class Runner:
    """Runs checks and can end those that are under way, with all that they started."""

    def __init__(self, checks: pathlib.Path, logs: pathlib.Path) -> None:
        """Run the scripts of the folder ``checks`` and write one log each into ``logs``."""
        self._checks = checks
        self._logs = logs
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._ended = False

    def run(self, name: str) -> Result:
        """Run one check to its end."""
        log = self._logs / f"{name}.log"
        started = time.monotonic()
        with log.open("wb") as output:
            process = self._start(name, output.fileno())
            if process is None:
                return Result(name, None, 0.0, log)
            status: int | None = process.wait()
        with self._lock:
            self._running.remove(process)
            if self._ended:
                status = None
        return Result(name, status, time.monotonic() - started, log)

    def _start(self, name: str, output: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._ended:
                return None
            process = subprocess.Popen(
                [self._checks / name],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"},
                start_new_session=True,
            )
            self._running.append(process)
            return process

    def end(self) -> None:
        """End the checks under way, each with its process group, and start no more."""
        with self._lock:
            self._ended = True
            for process in self._running:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)


def closing_lines(log: pathlib.Path, count: int) -> str:
    """Return the last lines of a log that are not empty."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([line for line in lines if line.strip()][-count:])


def report(result: Result) -> None:
    """Print how one check ended. One that the run ended is not worth a line."""
    if result.status is None:
        return
    outcome = {0: "passed", NOTHING_TO_DO: "NOTHING TO DO YET"}.get(result.status, "FAILED")
    print(f"\n=== {result.name}: {outcome} after {result.seconds:.1f} s")
    print(closing_lines(result.log, LINES_OF_A_FAILURE if result.failed else CLOSING_LINES))
    if result.failed:
        print(f"=== {result.name} FAILED; its whole output is {result.log}")
    sys.stdout.flush()


def run_all(names: Sequence[str], runner: Runner, *, keep_going: bool) -> list[Result]:
    """Run checks, reporting each as it ends, until all have ended or, else, one has failed."""
    results = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for future in as_completed([pool.submit(runner.run, name) for name in names]):
                result = future.result()
                report(result)
                results.append(result)
                if result.failed and not keep_going:
                    runner.end()
        finally:
            runner.end()
    return results


def conclude(results: Sequence[Result], seconds: float, logs: pathlib.Path) -> None:
    """Say how the run ended; exit with a failure where a check failed."""
    failed = [result.name for result in results if result.failed]
    idle = [result.name for result in results if result.status == NOTHING_TO_DO]
    if idle:
        print(f"\nNothing to do yet: {', '.join(idle)}")
    if failed:
        sys.exit(f"\nFAILED after {seconds:.0f} s: {', '.join(failed)}")
    passed = len(results) - len(idle)
    print(f"\nAll {passed} checks passed after {seconds:.0f} s; their output is in {logs}")


def expand(names: Sequence[str]) -> list[str]:
    """Return the checks that the names of checks and groups stand for, each once."""
    expanded = [check for name in names for check in GROUPS.get(name, (name,))]
    unknown = [name for name in expanded if not (CHECKS / name).is_file()]
    if unknown or not expanded:
        known = ", ".join([*GROUPS, *GROUPS["all"]])
        sys.exit(f"There is no check {', '.join(unknown)}; there are {known}")
    return list(dict.fromkeys(expanded))


def wait_for_turn(environment: pathlib.Path) -> None:
    """Let one run at a time use the environment; the lock goes with the process."""
    lock = os.open(environment / "checks.lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another run of the checks ...", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def main(arguments: Sequence[str]) -> None:
    """Run the checks that the command line names."""
    checks = expand([name for name in arguments if name != "--keep-going"])
    environment = pathlib.Path(os.environ["BATCHWORK_ENVIRONMENT"])
    wait_for_turn(environment)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logs = environment / "log"
    started = time.monotonic()
    core = importlib.metadata.version("ansible-core")
    print(f"Checking with Python {platform.python_version()} and ansible-core {core}", flush=True)
    try:
        results = run_all(checks, Runner(CHECKS, logs), keep_going="--keep-going" in arguments)
    except KeyboardInterrupt:
        sys.exit("Interrupted")
    conclude(results, time.monotonic() - started, logs)


if __name__ == "__main__":
    main(sys.argv[1:])
