# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task from its start to its end: containers in order, their exits, and the task's stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue

from emulator.container_log import CannotLog, ContainerLog
from emulator.container_process import CannotStart, ContainerProcess, WriteLines
from emulator.task_containers import Container, LogDestination
from emulator.task_record import STOPPED, StopFacts, TaskRecord

FAILED_TO_START = "TaskFailedToStart"
ESSENTIAL_EXITED = StopFacts("EssentialContainerExited", "Essential container in task exited")
USER_INITIATED = "UserInitiated"
EMULATOR_ENDED = StopFacts("TerminationNotice", "The emulator ended the task")

OpenLog = Callable[[LogDestination], ContainerLog]


@dataclass(frozen=True)
class _Exited:
    name: str
    exit_code: int


@dataclass(frozen=True)
class _StopAsked:
    at_once: bool


class TaskRun:
    """Runs one task in a thread of its own and keeps its record up to date.

    `planned_failure` makes the start fail, as a test asked.
    """

    def __init__(
        self, record: TaskRecord, open_log: OpenLog, planned_failure: StopFacts | None = None
    ) -> None:
        self.record = record
        self._open_log = open_log
        self._planned_failure = planned_failure
        self._events: Queue[_Exited | _StopAsked] = Queue()
        self._writers: dict[str, WriteLines] = {}
        self._waiting = list(record.containers)
        self._started: set[str] = set()
        self._exit_codes: dict[str, int] = {}
        # A container without a command is alive without a process until its exit is handled.
        self._alive: dict[str, ContainerProcess | None] = {}
        self._kill_times: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, reason: str) -> None:
        """Stop as StopTask does: SIGTERM, and SIGKILL after each container's stop timeout."""
        self.record.stop(StopFacts(USER_INITIATED, reason))
        self._events.put(_StopAsked(at_once=False))

    def end(self) -> None:
        """Kill every process of the task; returns at once."""
        self.record.stop(EMULATOR_ENDED)
        self._events.put(_StopAsked(at_once=True))

    def join(self, timeout: float) -> bool:
        """Wait until the task is stopped and its processes are gone; False if that takes longer."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def process_ids(self) -> list[int]:
        """The ids of the processes that run now; each is also the id of its process group."""
        return [process.process_id for process in list(self._alive.values()) if process]

    def _run(self) -> None:
        try:
            self.record.advance("PENDING")
            failure = self._planned_failure or self._open_logs()
            if failure:
                self.record.stop(failure)
            else:
                self._supervise()
        finally:
            self._finish()

    def _open_logs(self) -> StopFacts | None:
        try:
            for container in self.record.containers:
                self._writers[container.name] = self._writer(container)
        except CannotLog as error:
            return StopFacts(FAILED_TO_START, str(error))
        return None

    def _writer(self, container: Container) -> WriteLines:
        if container.log is None:
            return _discard
        log = self._open_log(container.log)
        log.open()
        return log.write

    def _supervise(self) -> None:
        self._start_ready()
        if not self._stopping:
            self.record.advance("RUNNING")
        while self._alive:
            self._handle_next_event()
            if self._stopping:
                self._terminate_all()
            else:
                self._start_ready()
        self.record.stop(ESSENTIAL_EXITED)

    @property
    def _stopping(self) -> bool:
        return self.record.desired_status == STOPPED

    def _start_ready(self) -> None:
        while not self._stopping:
            ready = next((each for each in self._waiting if self._is_ready(each)), None)
            if ready is None:
                return
            self._waiting.remove(ready)
            self._start_container(ready)

    def _is_ready(self, container: Container) -> bool:
        return all(self._is_met(name, condition) for name, condition in container.depends_on)

    def _is_met(self, name: str, condition: str) -> bool:
        if condition == "COMPLETE":
            return name in self._exit_codes
        if condition == "SUCCESS":
            return self._exit_codes.get(name) == 0
        # No health check is run, so HEALTHY is met where START is.
        return name in self._started

    def _start_container(self, container: Container) -> None:
        on_exit = partial(self._report_exit, container.name)
        try:
            self._alive[container.name] = (
                ContainerProcess(
                    container.command, container.environment, self._writers[container.name], on_exit
                )
                if container.command
                else None
            )
        except CannotStart as error:
            self._note_failed_start(container, error)
            return
        self._started.add(container.name)
        self.record.container_started(container.name)
        if not container.command:
            on_exit(0)

    def _note_failed_start(self, container: Container, error: CannotStart) -> None:
        self._exit_codes[container.name] = error.exit_code
        self.record.container_ended(container.name, error.exit_code, error.reason)
        if container.essential:
            self.record.stop(StopFacts(FAILED_TO_START, error.reason))

    def _report_exit(self, name: str, exit_code: int) -> None:
        self._events.put(_Exited(name, exit_code))

    def _handle_next_event(self) -> None:
        try:
            event = self._events.get(timeout=self._seconds_to_next_kill())
        except Empty:
            self._kill_overdue()
            return
        if isinstance(event, _Exited):
            self._note_exit(event)
        elif event.at_once:
            self._kill_all()

    def _note_exit(self, event: _Exited) -> None:
        del self._alive[event.name]
        self._kill_times.pop(event.name, None)
        self._exit_codes[event.name] = event.exit_code
        self.record.container_ended(event.name, event.exit_code)
        if self._container(event.name).essential:
            self.record.stop(ESSENTIAL_EXITED)

    def _container(self, name: str) -> Container:
        return next(each for each in self.record.containers if each.name == name)

    def _terminate_all(self) -> None:
        if self._alive and self.record.last_status != "STOPPING":
            self.record.advance("STOPPING")
            for name, process in self._alive.items():
                if process:
                    process.terminate()
                    self._kill_times[name] = time.monotonic() + self._container(name).stop_timeout

    def _seconds_to_next_kill(self) -> float | None:
        if not self._kill_times:
            return None
        return max(0.0, min(self._kill_times.values()) - time.monotonic())

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for name in [name for name, due in self._kill_times.items() if due <= now]:
            del self._kill_times[name]
            self._kill(name)

    def _kill_all(self) -> None:
        for name in self._alive:
            self._kill(name)

    def _kill(self, name: str) -> None:
        process = self._alive.get(name)
        if process:
            process.kill()

    def _finish(self) -> None:
        self._kill_all()
        self.record.advance("DEPROVISIONING")
        for container in self.record.containers:
            if container.name not in self._exit_codes:
                self.record.container_ended(container.name, None)
        self.record.advance(STOPPED)


def _discard(_lines: list[str]) -> None:
    """Drop the output of a container without the awslogs driver."""
