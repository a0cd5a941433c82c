# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far a run is while the module ``scheduled_batch_run`` waits for its end.

A module cannot speak while it runs. So this lets it start the task and wait for news, one process
after the other: each ends as soon as there is something to tell, and after a minute at the latest.
Meanwhile a thread says every few seconds that the run goes on. All that is known of AWS is in the
module.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.vars import merge_hash
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.progress import (
    status_line,
)

POLL_SECONDS = 60
"""How long one process waits for news: a quiet run costs one start of the module a minute."""

QUIET_SECONDS = 8.0
"""After this long without a line the run's status is repeated."""

Result = dict[str, Any]


class Speaker:
    """Writes lines to the terminal, and repeats the status of the run when it has been quiet.

    Of a task with ``no_log`` only the status is shown.
    """

    def __init__(self, name: str, *, show_log: bool) -> None:
        self._name = name
        self._show_log = show_log
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._status = ""
        self._since = self._spoke = time.monotonic()
        self._thread = threading.Thread(target=self._repeat, daemon=True)

    def __enter__(self) -> Speaker:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def say(self, lines: Iterable[str]) -> None:
        """Write lines."""
        with self._lock:
            for line in lines:
                if self._show_log or line.startswith(f"{self._name}: "):
                    Display().display(line)
                    self._spoke = time.monotonic()

    def tell(self, progress: Mapping[str, Any]) -> None:
        """Write what a process of the module found out, and remember the status."""
        self.say(progress["lines"])
        with self._lock:
            self._status = "" if progress["ended"] else str(progress["status"])
            self._since = time.monotonic() - float(progress["seconds"])

    def _repeat(self) -> None:
        while not self._stopped.wait(0.5):
            with self._lock:
                status, since = self._status, self._since
                quiet = time.monotonic() - self._spoke >= QUIET_SECONDS
            if status and quiet:
                self.say([status_line(self._name, status, time.monotonic() - since)])


class ActionModule(ActionBase):
    """Runs the module once, or step by step with lines on the terminal."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: Result | None = None) -> Result:
        """Return the results of the module."""
        result: Result = super().run(tmp, task_vars)
        if self._waits():
            return dict(merge_hash(result, self._follow(task_vars or {})))
        wrap_async = self._task.async_val
        return dict(
            merge_hash(result, self._execute_module(task_vars=task_vars, wrap_async=wrap_async))
        )

    def _waits(self) -> bool:
        """Whether there is a wait to fill; what the module will refuse is left to it."""
        arguments = self._task.args
        if self._task.check_mode or self._task.async_val or arguments.get("poll"):
            return False
        if not isinstance(arguments.get("name"), str):
            return False
        try:
            return bool(boolean(arguments.get("wait", True)))
        except TypeError:
            return False

    def _follow(self, task_vars: Result) -> Result:
        """Let the module start the run and wait for its end, and show what it tells meanwhile."""
        begun = time.monotonic()
        answers: list[Result] = []
        arguments = dict(self._task.args)
        poll: Result = {"seconds": POLL_SECONDS}
        with Speaker(arguments["name"], show_log=not self._task.no_log) as speaker:
            while True:
                poll["waited"] = time.monotonic() - begun if answers else 0
                module_args = {**arguments, "poll": dict(poll)}
                answer: Result = self._execute_module(module_args=module_args, task_vars=task_vars)
                answers.append(answer)
                progress = answer.pop("progress", None)
                if progress:
                    speaker.tell(progress)
                if answer.get("failed") or not progress or progress["ended"]:
                    return _as_one(answers)
                poll.update(seen=progress["seen"], started=answer["changed"])
                arguments = _going_on(arguments, answer["task_arns"])


def _going_on(arguments: Mapping[str, Any], task_arns: list[str]) -> Result:
    """Return the options that wait for tasks which are started now."""
    about_the_start = ("overrides", "target_id")
    kept = {key: value for key, value in arguments.items() if key not in about_the_start}
    return {**kept, "task_arn": task_arns}


def _as_one(answers: list[Result]) -> Result:
    """Return the last answer as if one process had given it."""
    result = dict(answers[-1])
    if any(answer.get("changed") for answer in answers):
        result["changed"] = True
    warnings = [warning for answer in answers for warning in answer.get("warnings") or ()]
    if warnings:
        result["warnings"] = list(dict.fromkeys(warnings))
    if "invocation" in result and "invocation" in answers[0]:
        result["invocation"] = _whole_invocation(answers[0]["invocation"])
    return result


def _whole_invocation(invocation: Mapping[str, Any]) -> Result:
    """Return how the module was called, without what was only said between the two."""
    return {**invocation, "module_args": {**(invocation.get("module_args") or {}), "poll": None}}
