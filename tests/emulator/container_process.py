# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One container's command as a local process, with everything that it leaves behind removed.

There is no image and no isolation: the command runs as the user of the emulator, in a temporary
folder and a process group of its own, with nothing but the environment that it is given.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

_CHUNK = 65_536
_LONGEST_LINE = 256 * 1024 - 26
"""Bytes of one log event (PutLogEvents); a longer line becomes several events."""

_DRAIN_SECONDS = 5.0
"""How long to wait for the output of descendants that left the process group."""

_FAILURES_TO_START = {
    errno.ENOENT: (127, "executable file not found in $PATH"),
    errno.ENOTDIR: (127, "executable file not found in $PATH"),
    errno.EACCES: (126, "permission denied"),
}

WriteLines = Callable[[list[str]], None]


class CannotStart(Exception):
    """The command could not be started. `exit_code` is what a container runtime would report."""

    def __init__(self, exit_code: int, reason: str) -> None:
        super().__init__(reason)
        self.exit_code = exit_code
        self.reason = reason


class ContainerProcess:
    """A started command.

    `write_lines` gets the lines of stdout and stderr in the order in which they were written;
    `on_exit` is called once, from a thread of this object, when the process is gone, all of its
    lines are written and its folder is removed. Its argument is the exit code, with 128 plus the
    signal's number for a process that a signal ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        write_lines: WriteLines,
        on_exit: Callable[[int], None],
    ) -> None:
        self._write_lines = write_lines
        self._on_exit = on_exit
        self._folder = tempfile.mkdtemp(prefix="emulated-container-")
        try:
            self._process = _start(command, environment, self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._wait, daemon=True).start()

    @property
    def process_id(self) -> int:
        """The id of the process, which is also that of its process group."""
        return self._process.pid

    def terminate(self) -> None:
        """Ask the process to end (SIGTERM), as `docker stop` does."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and its descendants (SIGKILL)."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _wait(self) -> None:
        code = self._process.wait()
        # What a container's first process leaves running ends with it.
        self.kill()
        self._reader.join(_DRAIN_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._on_exit(code if code >= 0 else 128 - code)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            rest = b""
            while chunk := os.read(output.fileno(), _CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) >= _LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                self._write(lines)
            self._write([rest])

    def _write(self, lines: list[bytes]) -> None:
        # An empty line has no piece: the awslogs driver sends no empty events.
        texts = [
            line[start : start + _LONGEST_LINE].decode(errors="replace")
            for line in lines
            for start in range(0, len(line), _LONGEST_LINE)
        ]
        if texts:
            self._write_lines(texts)


def _start(
    command: Sequence[str], environment: Mapping[str, str], folder: str
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        exit_code, text = _FAILURES_TO_START.get(
            error.errno or 0, (1, (error.strerror or str(error)).lower())
        )
        raise CannotStart(exit_code, _runtime_message(command[0], text)) from error
    except ValueError as error:
        raise CannotStart(1, _runtime_message(command[0], str(error))) from error


def _runtime_message(executable: str, text: str) -> str:
    return (
        "CannotStartContainerError: ResourceInitializationError: failed to create new container "
        "runtime task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f'unable to start container process: exec: "{executable}": {text}: unknown'
    )
