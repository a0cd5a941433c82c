# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock: starts the targets of rules and schedules when they are due, as EventBridge would: ECS
tasks, and the state machines of guarded batches.

Targets are read when they fire. A start is a RunTask through the whole stack, so what the strict
layer or moto refuses becomes a failed invocation, as on AWS: the one who made the rule is not told.
Its traces are those of `invocation_traces`. Nothing is retried. Times are exact to the second.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.ecs_target import CannotInvoke, is_ecs_target, run_task_request
from emulator.guard_executions import GuardExecutions, is_state_machine_target, start_request
from emulator.invocation_traces import Start, judge, leave
from emulator.layer import ApiError, Call, Forward
from emulator.watched_sources import RULE, SCHEDULE, Due, Source, WatchedSources

_STARTED_BY = {RULE: "events-rule", SCHEDULE: "chronos-schedule"}
_POLL_SECONDS = 1.0
_LONGEST_GAP = timedelta(minutes=5)
"""A machine that slept longer than this does not make up for what it missed."""


def utc_now() -> datetime:
    """The time, as an aware datetime in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Invocation:
    """One start that was due, or an expression that can never be due.

    `error` is None where RunTask started every task. The tasks of a state machine are not known
    yet; `execution_arn` is what was started.
    """

    source: Source
    due: datetime
    at: datetime
    target_id: str = ""
    task_arns: tuple[str, ...] = ()
    execution_arn: str | None = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """One flat mapping: kind, account, region, name and group of the source beside the rest."""
        facts = asdict(self)
        return {**facts.pop("source"), **facts}


class RuleClock:
    """Starts what is due. `now` is the time it goes by.

    `start` ticks every second until `stop`; a test with a time of its own calls `connect`
    and `tick` instead. With `honest` the trigger's role is judged, and each start leaves traces.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now, *, honest: bool = False) -> None:
        self._now = now
        self._honest = honest
        self.executions = GuardExecutions()
        self._lock = threading.Lock()
        self._one_tick = threading.Lock()
        self._sources = WatchedSources(now, self._record_broken)
        self._invocations: list[Invocation] = []
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Pass the call on, and learn from it which rules and schedules there are."""
        return self._sources(call, forward)

    def connect(self, send: Forward) -> None:
        """Take the `Forward` that due starts are sent through."""
        self._send = send

    def start(self, send: Forward) -> None:
        """Tick every second, in a thread."""
        self.connect(send)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; nothing fires afterwards."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.executions.reset()

    def reset(self) -> None:
        """Forget every rule, schedule and invocation."""
        with self._one_tick:
            self._sources.clear()
            self.executions.reset()
            with self._lock:
                self._invocations.clear()

    def invocations(self) -> list[Invocation]:
        """Every start that was made or tried, oldest first."""
        with self._lock:
            return list(self._invocations)

    def tick(self) -> list[Invocation]:
        """Start what became due since the last tick; return these invocations."""
        with self._one_tick:
            now = self._now()
            made = self._invoke_all(self._sources.due_until(now))
            for source in self._sources.ended_before(now):
                self._delete(source)
            return made

    def fire(self, minute: datetime) -> list[Invocation]:
        """Start now whatever is due in the minute that begins at `minute`, and nothing else."""
        with self._one_tick:
            return self._invoke_all(self._sources.due_in_minute(minute))

    def _run(self) -> None:
        before = self._now()
        while not self._stopped.wait(_POLL_SECONDS):
            now = self._now()
            if now - before > _LONGEST_GAP:
                self._sources.skip_to(now)
            before = now
            try:
                self.tick()
            except Exception:
                # The emulator's own mistake must be seen, and must not stop the clock.
                traceback.print_exc(file=sys.stderr)

    def _invoke_all(self, all_due: list[Due]) -> list[Invocation]:
        made = []
        for watched, due in all_due:
            for target in self._targets(watched.source):
                made.append(self._invoke(watched.source, due, target))
            if watched.delete_when_done and watched.timetable.is_one_time:
                self._delete(watched.source)
        return made

    def _targets(self, source: Source) -> list[Mapping[str, Any]]:
        """The targets that run tasks; none for a source that is gone by now."""
        read = {RULE: self._rule_targets, SCHEDULE: self._schedule_targets}[source.kind]
        try:
            return [
                target
                for target in read(source)
                if is_ecs_target(target) or is_state_machine_target(target)
            ]
        except ApiError:
            return []

    def _rule_targets(self, source: Source) -> list[Mapping[str, Any]]:
        targets: list[Mapping[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            answer = self._send(
                source.call("events", "ListTargetsByRule", Rule=source.name, **page)
            )
            targets += answer.get("Targets") or ()
            if not answer.get("NextToken"):
                return targets
            page = {"NextToken": answer["NextToken"]}

    def _schedule_targets(self, source: Source) -> list[Mapping[str, Any]]:
        answer = self._send(
            source.call("scheduler", "GetSchedule", Name=source.name, GroupName=source.group)
        )
        return [answer["Target"]]

    def _invoke(self, source: Source, due: datetime, target: Mapping[str, Any]) -> Invocation:
        invocation = Invocation(source, due, self._now(), target.get("Id", ""))
        start = Start(source, due, invocation.at, target, {})
        try:
            start = replace(start, request=_request(source, target))
            if self._honest:
                judge(self._send, start)
            answer = self._sent(start)
        except CannotInvoke as error:
            refusal = ApiError("InvalidParameterException", str(error))
            self._leave(start, refusal, None)
            return self._record(replace(invocation, error=str(error)))
        except ApiError as error:
            self._leave(start, error, None)
            return self._record(replace(invocation, error=str(error)))
        failures = [failure.get("reason", "") for failure in answer.get("failures") or ()]
        task_arns = tuple(task["taskArn"] for task in answer.get("tasks") or ())
        self._leave(start, ApiError(failures[0], failures[0]) if failures else None, answer)
        return self._record(
            replace(
                invocation,
                task_arns=task_arns,
                execution_arn=answer.get("executionArn"),
                error=", ".join(failures) or None,
            )
        )

    def _sent(self, start: Start) -> Mapping[str, Any]:
        if is_state_machine_target(start.target):
            return self.executions.start(start.call, self._send)
        return self._send(start.call)

    def _leave(
        self, start: Start, error: ApiError | None, answer: Mapping[str, Any] | None
    ) -> None:
        if self._honest:
            leave(self._send, start, error, answer)

    def _delete(self, source: Source) -> None:
        """ActionAfterCompletion: DELETE."""
        self._sources.forget(source)
        try:
            self._send(
                source.call("scheduler", "DeleteSchedule", Name=source.name, GroupName=source.group)
            )
        except ApiError:
            return

    def _record_broken(self, source: Source, error: str) -> None:
        now = self._now()
        # Nothing was ever invoked: AWS would have refused the expression.
        with self._lock:
            self._invocations.append(Invocation(source, now, now, error=error))

    def _record(self, invocation: Invocation) -> Invocation:
        with self._lock:
            self._invocations.append(invocation)
        return invocation


def _request(source: Source, target: Mapping[str, Any]) -> dict[str, Any]:
    if is_state_machine_target(target):
        return start_request(target)
    return run_task_request(target, f"{_STARTED_BY[source.kind]}/{source.name}")
