# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executions that triggers start: a state machine as moto keeps it, interpreted in a thread.

What the executions do at ECS goes through the whole stack, with the state machine's role judged.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.role_permissions import refuse_ecs
from emulator.state_machines import FAILED, Execution, Interpreter

RUNTIME_ERROR = "States.Runtime"


def is_state_machine_target(target: Mapping[str, Any]) -> bool:
    """Whether a target of a rule or schedule starts an execution."""
    return ":stateMachine:" in str(target["Arn"])


def start_request(target: Mapping[str, Any]) -> dict[str, Any]:
    """StartExecution's parameters."""
    return {"stateMachineArn": target["Arn"], "input": target.get("Input") or "{}"}


class _Ended(Exception):
    """The emulator ends, and with it every execution."""


@dataclass(frozen=True)
class _Started:
    """One execution, and what was started."""

    arn: str
    state_machine_arn: str
    execution: Execution


class GuardExecutions:
    """The executions of one emulator. They end with `reset`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._started: list[_Started] = []

    def start(self, call: Call, send: Forward) -> dict[str, Any]:
        """Answer a StartExecution; what is started runs on. Raises ApiError where there is no such
        state machine."""
        arn = call.parameters["stateMachineArn"]
        asked = call.sibling("DescribeStateMachine", service="stepfunctions", stateMachineArn=arn)
        found = send(asked)
        execution_arn = f"{arn.replace(':stateMachine:', ':execution:')}:{uuid.uuid4()}"
        ended = self._ended

        def sleep(seconds: float) -> None:
            if ended.wait(seconds):
                raise _Ended

        def send_to_ecs(operation: str, request: dict[str, Any]) -> Mapping[str, Any]:
            refuse_ecs(call, send, found["roleArn"], arn, operation, request)
            return send(call.sibling(operation, service="ecs", **request))

        interpreter = Interpreter(send_to_ecs, sleep, time.monotonic)
        started = _Started(execution_arn, arn, interpreter.execution)
        with self._lock:
            self._started.append(started)
        content = json.loads(call.parameters["input"])
        definition = json.loads(found["definition"])
        threading.Thread(target=_run, args=(interpreter, definition, content), daemon=True).start()
        return {"executionArn": execution_arn}

    def executions(self) -> list[dict[str, Any]]:
        """Every execution with how it stands, oldest first."""
        with self._lock:
            started = list(self._started)
        return [
            {
                "arn": each.arn,
                "state_machine_arn": each.state_machine_arn,
                **asdict(each.execution),
            }
            for each in started
        ]

    def reset(self) -> None:
        """End every execution where it waits, and forget them."""
        with self._lock:
            self._ended.set()
            self._ended = threading.Event()
            self._started.clear()


def _run(interpreter: Interpreter, definition: Mapping[str, Any], content: Any) -> None:
    execution = interpreter.execution
    try:
        interpreter.run(definition, content)
    except _Ended:
        return
    except ApiError as error:
        execution.error, execution.cause = error.code, error.message
        execution.status = FAILED
    except Exception as error:
        # The interpreter's own mistake, or a definition that it cannot read: it must be seen.
        execution.error, execution.cause = RUNTIME_ERROR, repr(error)
        execution.status = FAILED
