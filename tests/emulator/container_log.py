# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The awslogs log driver: one container's lines, in its stream of the emulated CloudWatch Logs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.task_containers import LogDestination

_EVENTS_PER_CALL = 1000
"""Well inside PutLogEvents' 10,000; `container_process` keeps their bytes inside its 1 MiB."""

_EXISTS = "ResourceAlreadyExistsException"


class CannotLog(Exception):
    """The log stream could not be made, so the task cannot start. The text is its stoppedReason."""


class ContainerLog:
    """Writes to one log stream. `call` is any call of the task's account and region."""

    def __init__(self, destination: LogDestination, call: Call, forward: Forward) -> None:
        self._destination = destination
        self._call = replace(call, region=destination.region)
        self._forward = forward

    def open(self) -> None:
        """Make the stream, and the group where the definition asks for it. Raises CannotLog."""
        group = {"logGroupName": self._destination.group}
        if self._destination.create_group:
            self._create("CreateLogGroup", "failed to create Cloudwatch log group", **group)
        self._create(
            "CreateLogStream",
            "create stream has been retried 1 times: failed to create Cloudwatch log stream",
            logStreamName=self._destination.stream,
            **group,
        )

    def write(self, lines: list[str]) -> None:
        """Append events. What CloudWatch Logs refuses is lost, as in the driver's default mode."""
        for events in self._batches(lines):
            try:
                self._send(
                    "PutLogEvents",
                    logGroupName=self._destination.group,
                    logStreamName=self._destination.stream,
                    logEvents=events,
                )
            except ApiError:
                return

    def _batches(self, lines: list[str]) -> Iterator[list[dict[str, Any]]]:
        now = int(time.time() * 1000)
        for start in range(0, len(lines), _EVENTS_PER_CALL):
            chosen = lines[start : start + _EVENTS_PER_CALL]
            yield [{"timestamp": now, "message": line} for line in chosen]

    def _create(self, operation: str, failure: str, **parameters: Any) -> None:
        try:
            self._send(operation, **parameters)
        except ApiError as error:
            if error.code != _EXISTS:
                raise CannotLog(_stopped_reason(failure, error)) from error

    def _send(self, operation: str, **parameters: Any) -> None:
        self._forward(self._call.sibling(operation, service="logs", **parameters))


def _stopped_reason(failure: str, error: ApiError) -> str:
    # In the words of Fargate's own agent, as stopped reasons that users have published show them.
    return (
        f"ResourceInitializationError: failed to validate logger args: {failure}: "
        f"{error.code}: {error.message.rstrip('.')}. status code: {error.status}, "
        f"request id: {uuid.uuid4()} : exit status 1"
    )
