# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executions of state machines: as much of the Amazon States Language as guards of batches need.

moto keeps state machines and runs none of them with JSONata. Here are the states Pass, Choice,
Task, Wait, Succeed and Fail with Assign, Catch and TimeoutSeconds, after the Amazon States
Language's specification; expressions are evaluated by a JSONata library. Of service integrations
there are calls of ECS through the SDK and the job ``ecs:runTask.sync``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonata import Jsonata

from emulator.layer import ApiError

SendToEcs = Callable[[str, dict[str, Any]], Mapping[str, Any]]
"""Sends an operation of ECS with its request, both in ECS's spelling."""

SDK = ":states:::aws-sdk:ecs:"
RUN_TASK = ":states:::ecs:runTask.sync"
MOST_STATES = 1000
POLL_SECONDS = 0.2

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"


class StateError(Exception):
    """An error by the name that Catch looks for, such as ``States.TaskFailed``."""

    def __init__(self, name: str, cause: str) -> None:
        self.name, self.cause = name, cause
        super().__init__(f"{name}: {cause}")


@dataclass
class Execution:
    """One execution: how it ended, and the states that it went through, in order."""

    status: str = "RUNNING"
    error: str | None = None
    cause: str | None = None
    states: list[str] = field(default_factory=list)
    task_arns: list[str] = field(default_factory=list)


@dataclass
class Interpreter:
    """Executes a definition. ``sleep`` waits the given seconds, ``now`` tells seconds."""

    send: SendToEcs
    sleep: Callable[[float], None]
    now: Callable[[], float]
    execution: Execution = field(default_factory=Execution)
    variables: dict[str, Any] = field(default_factory=dict)

    def run(self, definition: Mapping[str, Any], content: Any) -> Execution:
        """Execute a definition with this input to its end."""
        name: str | None = definition["StartAt"]
        while name is not None and len(self.execution.states) < MOST_STATES:
            self.execution.states.append(name)
            name, content = self._enter(definition["States"][name], content)
        return self.execution

    def _enter(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        kinds = {
            "Pass": self._pass,
            "Choice": self._choice,
            "Task": self._task,
            "Wait": self._wait,
            "Succeed": self._succeed,
            "Fail": self._fail,
        }
        return kinds[state["Type"]](state, content)

    def _pass(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        self._assign(state, {"input": content})
        return state["Next"], content

    def _choice(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        for choice in state["Choices"]:
            if self._evaluated(choice["Condition"], {"input": content}) is True:
                return choice["Next"], content
        return state["Default"], content

    def _wait(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        self.sleep(self._evaluated(state["Seconds"], {"input": content}))
        self._assign(state, {"input": content})
        return state["Next"], content

    def _succeed(self, _state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        self.execution.status = SUCCEEDED
        return None, content

    def _fail(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        self.execution.status = FAILED
        self.execution.error = self._evaluated(state.get("Error"), {"input": content})
        self.execution.cause = self._evaluated(state.get("Cause"), {"input": content})
        return None, content

    def _task(self, state: Mapping[str, Any], content: Any) -> tuple[str | None, Any]:
        states = {"input": content}
        arguments = self._evaluated(state["Arguments"], states)
        try:
            result = self._called(state, arguments, states)
        except StateError as error:
            return self._caught(state, error, states)
        self._assign(state, {**states, "result": result})
        return state["Next"], result

    def _called(self, state: Mapping[str, Any], arguments: Any, states: dict[str, Any]) -> Any:
        resource = state["Resource"]
        if resource.endswith(RUN_TASK):
            timeout = self._evaluated(state.get("TimeoutSeconds"), states)
            return self._run_task(_lower(arguments), timeout)
        _partition, _sdk, operation = resource.partition(SDK)
        return _upper(self._answer(operation[:1].upper() + operation[1:], _lower(arguments)))

    def _answer(self, operation: str, request: dict[str, Any]) -> Mapping[str, Any]:
        try:
            return self.send(operation, request)
        except ApiError as error:
            raise StateError(f"ECS.{error.code}", error.message) from error

    def _run_task(self, request: dict[str, Any], timeout: float | None) -> Any:
        """Run a task to its end: Step Functions fails the state where RunTask has failures or a
        container's exit code is not zero, and stops the task where the time is over."""
        deadline = None if timeout is None else self.now() + timeout
        answer = self._answer("RunTask", {**request, "startedBy": "AWS Step Functions"})
        if answer.get("failures"):
            raise StateError("AmazonECS.Unknown", json.dumps(answer["failures"]))
        arn = answer["tasks"][0]["taskArn"]
        self.execution.task_arns.append(arn)
        which = {"cluster": request.get("cluster", "default"), "tasks": [arn]}
        while True:
            task = self._answer("DescribeTasks", which)["tasks"][0]
            if task["lastStatus"] == "STOPPED":
                return _ended(task)
            if deadline is not None and self.now() >= deadline:
                self._answer("StopTask", {"cluster": which["cluster"], "task": arn})
                raise StateError("States.Timeout", "")
            self.sleep(POLL_SECONDS)

    def _caught(
        self, state: Mapping[str, Any], error: StateError, states: dict[str, Any]
    ) -> tuple[str | None, Any]:
        for catcher in state.get("Catch", ()):
            if {error.name, "States.ALL"} & {*catcher["ErrorEquals"]}:
                output = {"Error": error.name, "Cause": error.cause}
                self._assign(catcher, {**states, "errorOutput": output})
                return catcher["Next"], output
        self.execution.status = FAILED
        self.execution.error, self.execution.cause = error.name, error.cause
        return None, None

    def _assign(self, state: Mapping[str, Any], states: dict[str, Any]) -> None:
        """Set variables; all expressions see those from before."""
        self.variables.update(self._evaluated(state.get("Assign") or {}, states))

    def _evaluated(self, value: Any, states: dict[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return {key: self._evaluated(item, states) for key, item in value.items()}
        if not isinstance(value, str) or not (value.startswith("{%") and value.endswith("%}")):
            return value
        expression = Jsonata(value[2:-2])
        for name, bound in {**self.variables, "states": states}.items():
            expression.assign(name, bound)
        return expression.evaluate(None)


def _ended(task: Mapping[str, Any]) -> Any:
    """Return a task that ended well, in PascalCase."""
    codes = [container.get("exitCode") for container in task.get("containers", ())]
    shown = _upper(task)
    if any(code != 0 for code in codes):
        raise StateError("States.TaskFailed", json.dumps(shown, default=str))
    return shown


def _upper(value: Any) -> Any:
    return _renamed(value, lambda key: key[:1].upper() + key[1:])


def _lower(value: Any) -> Any:
    """ECS's spelling; only the network configuration's inner keys are the same in both."""
    return _renamed(value, lambda key: key[:1].lower() + key[1:])


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {rename(str(key)): _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(item, rename) for item in value]
    return value
