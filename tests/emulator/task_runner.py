# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task runner: started tasks run as local processes, and schedules start them on time.

It stands between the strict layer and moto, and only where `--run-tasks` was given: a command runs
as the emulator's user, without isolation, so never run a task definition that you do not trust.
An image cannot run here: a container without entry point and command is shown as started, writes
nothing and exits with code 0.

For tests and playbooks there are these paths besides the emulator's own:

- `GET /_emulator/tasks`: `{"tasks": [...]}`, every task as DescribeTasks returns it, with
  `statuses` (each status that it reached, with its time).
- `POST /_emulator/tasks/fail-next-start` with `{"stopCode": ..., "stoppedReason": ...}`: the next
  task that is started stops with these facts before any container runs (without `stopCode`:
  TaskFailedToStart). Each call fails one task more.
- `GET /_emulator/tasks/invocations`: `{"invocations": [...], "failed": n}`, every start that a rule
  or schedule made or tried; `failed` is what AWS counts as FailedInvocations.
- `GET /_emulator/tasks/executions`: `{"executions": [...]}`, every execution of a guard, with its
  `status`, the `states` that it went through, the `task_arns` that it ran, `error` and `cause`.
- `POST /_emulator/tasks/fire` with `{"minute": "2026-11-22T03:00:00+00:00"}`: start now whatever is
  due in that minute, and answer its invocations.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from emulator.ecs_tasks import EcsTasks
from emulator.layer import Call, Forward
from emulator.rule_clock import RuleClock, utc_now
from emulator.task_record import TaskRecord
from emulator.task_run import FAILED_TO_START, TaskRun

CONTROL_PATH = "/_emulator/tasks"


class TaskRunner:
    """The `layer.Runner` behind `--run-tasks`. `now` is the clock that schedules go by."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self.tasks = EcsTasks()
        self.clock = RuleClock(now, honest=True)
        self._controls: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "GET ": self._show_tasks,
            "POST /fail-next-start": self._plan_failure,
            "GET /invocations": self._show_invocations,
            "GET /executions": self._show_executions,
            "POST /fire": self._fire,
        }

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Answer what concerns tasks, look on at rules and schedules, and pass the rest on."""
        return self.clock(call, lambda passed_on: self.tasks(passed_on, forward))

    def start(self, send: Forward) -> None:
        """Let schedules fire; `send` takes the RunTask calls that they make."""
        # A second net: an emulator that ends without `stop` must not leave processes behind.
        atexit.register(self.tasks.reset)
        self.clock.start(send)

    def stop(self) -> None:
        """End the clock and every process that was started."""
        self.clock.stop()
        self.tasks.close()
        atexit.unregister(self.tasks.reset)

    def reset(self) -> None:
        """End every process, and forget every task, rule and schedule."""
        self.clock.reset()
        self.tasks.reset()

    def runs(self) -> list[TaskRun]:
        """Every task that was started, oldest first within its region."""
        return self.tasks.runs()

    def fail_next_start(self, stop_code: str, stopped_reason: str) -> None:
        """Let the next task fail to start with this stop code and reason (once per call)."""
        self.tasks.fail_next_start(stop_code, stopped_reason)

    def control(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Answer a path of this module's documentation; None for a path that is not there.

        `body` is the request's JSON object. Raises ValueError for a value that cannot be read.
        """
        action = self._controls.get(f"{method} {path.removeprefix(CONTROL_PATH)}")
        if action is None or not path.startswith(CONTROL_PATH):
            return None
        plain: dict[str, Any] = json.loads(json.dumps(action(body), default=_plain_time))
        return plain

    def _show_tasks(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        return {"tasks": [_with_statuses(run.record) for run in self.runs()]}

    def _plan_failure(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self.fail_next_start(body.get("stopCode", FAILED_TO_START), body.get("stoppedReason", ""))
        return {}

    def _show_invocations(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        invocations = self.clock.invocations()
        failed = sum(invocation.error is not None for invocation in invocations)
        return {"invocations": [each.as_dict() for each in invocations], "failed": failed}

    def _show_executions(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        return {"executions": self.clock.executions.executions()}

    def _fire(self, body: Mapping[str, Any]) -> dict[str, Any]:
        minute = datetime.fromisoformat(body.get("minute", ""))
        if minute.tzinfo is None:
            raise ValueError(f"minute: {minute.isoformat()} has no offset from UTC")
        return {"invocations": [each.as_dict() for each in self.clock.fire(minute)]}


def _with_statuses(record: TaskRecord) -> dict[str, Any]:
    statuses = [{"status": status, "at": moment} for status, moment in record.statuses()]
    return {**record.describe(with_tags=True), "statuses": statuses}


def _plain_time(value: datetime) -> str:
    return value.isoformat()
