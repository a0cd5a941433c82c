# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A container's command as a local process: its output, its end, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.container_process import CannotStart, ContainerProcess
from emulator.task_containers import PATH

SECONDS = 10.0


class Watcher:
    """Collects what a process reports."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.exit_codes: list[int] = []
        self.ended = threading.Event()

    def note_exit(self, code: int) -> None:
        self.exit_codes.append(code)
        self.ended.set()

    def wait(self) -> int:
        assert self.ended.wait(SECONDS), "the process did not end"
        return self.exit_codes[0]

    def wait_for_line(self, text: str) -> None:
        wait_until(lambda: text in self.lines)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def is_running(process_id: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        # It may go between the opening of the file and its reading.
        return False


@pytest.fixture
def run() -> Iterator[Callable[..., tuple[ContainerProcess, Watcher]]]:
    """Starts a shell script; whatever still runs at the end is killed."""
    started: list[ContainerProcess] = []

    def start(script: str, **environment: str) -> tuple[ContainerProcess, Watcher]:
        watcher = Watcher()
        process = ContainerProcess(
            ["sh", "-c", script],
            {"PATH": PATH, **environment},
            watcher.lines.extend,
            watcher.note_exit,
        )
        started.append(process)
        return process, watcher

    yield start
    for process in started:
        process.kill()


def test_the_exit_code_is_the_command_s(run: Any) -> None:
    _process, watcher = run("exit 3")
    assert watcher.wait() == 3


def test_both_outputs_are_read_in_order_and_complete_before_the_end(run: Any) -> None:
    _process, watcher = run("echo one; echo two >&2; echo; printf three")
    assert watcher.wait() == 0
    assert watcher.lines == ["one", "two", "three"]


def test_many_lines_arrive_unharmed(run: Any) -> None:
    _process, watcher = run("i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done")
    watcher.wait()
    assert watcher.lines == [f"line-{number}" for number in range(20_000)]


def test_a_line_too_long_for_one_event_becomes_several(run: Any) -> None:
    _process, watcher = run("head -c 600000 /dev/zero | tr '\\0' x")
    watcher.wait()
    assert "".join(watcher.lines) == "x" * 600_000
    assert max(map(len, watcher.lines)) <= 262_118


def test_bytes_that_are_no_text_are_replaced(run: Any) -> None:
    _process, watcher = run("printf 'a\\377b\\n'")
    watcher.wait()
    assert watcher.lines == ["a\N{REPLACEMENT CHARACTER}b"]


def test_the_environment_is_what_was_given_and_nothing_else(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for tasks")
    _process, watcher = run("env", GREETING="Hello")
    watcher.wait()
    # PWD, and SHLVL and _ in some shells, are the shell's own.
    names = {line.split("=")[0] for line in watcher.lines} - {"PWD", "SHLVL", "_", "OLDPWD"}
    assert names == {"PATH", "GREETING"}


def test_the_folder_is_its_own_and_removed(run: Any) -> None:
    _process, watcher = run("pwd; touch file; ls")
    watcher.wait()
    folder, files = watcher.lines
    assert files == "file"
    assert not Path(folder).exists()


def test_terminate_can_be_handled_by_the_command(run: Any) -> None:
    process, watcher = run("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done")
    watcher.wait_for_line("ready")
    process.terminate()
    assert watcher.wait() == 5
    assert watcher.lines == ["ready", "bye"]


def test_the_exit_code_after_a_signal_is_128_and_its_number(run: Any) -> None:
    process, watcher = run("echo ready; sleep 60")
    watcher.wait_for_line("ready")
    process.kill()
    assert watcher.wait() == 128 + signal.SIGKILL


def test_what_the_command_leaves_running_ends_with_it(run: Any) -> None:
    _process, watcher = run("sleep 60 & echo $!")
    assert watcher.wait() == 0
    left = int(watcher.lines[0])
    wait_until(lambda: not is_running(left))


def test_kill_reaches_descendants(run: Any) -> None:
    process, watcher = run("sleep 60 & echo $!; wait")
    wait_until(lambda: bool(watcher.lines))
    process.kill()
    watcher.wait()
    wait_until(lambda: not is_running(int(watcher.lines[0])))


@pytest.mark.parametrize(
    ("command", "exit_code", "reason"),
    [
        (["no-such-command"], 127, 'exec: "no-such-command": executable file not found in $PATH'),
        (["/no/such/file"], 127, 'exec: "/no/such/file": executable file not found in $PATH'),
        (["/etc/passwd"], 126, 'exec: "/etc/passwd": permission denied'),
    ],
)
def test_a_command_that_cannot_be_started(command: list[str], exit_code: int, reason: str) -> None:
    with pytest.raises(CannotStart) as failure:
        ContainerProcess(command, {"PATH": PATH}, print, print)
    assert failure.value.exit_code == exit_code
    assert failure.value.reason.startswith("CannotStartContainerError: ")
    assert reason in failure.value.reason


def test_a_command_that_cannot_be_started_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(CannotStart):
        ContainerProcess(["no-such-command"], {"PATH": PATH}, print, print)
    assert os.listdir(tmp_path) == []
