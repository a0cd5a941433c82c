# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the layer: a call, an API error, and how middlewares are stacked.

A middleware receives a `Call` and a `Forward`. It may answer by itself, send the call or a changed
one on, change the answer, or raise `ApiError`. It knows nothing of HTTP: `wire` turns requests into
calls and answers into responses, `moto_backend` is the last `Forward`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

DEFAULT_ACCOUNT = "123456789012"


@dataclass(frozen=True)
class RawRequest:
    """An HTTP request of a service whose protocol the layer does not read (S3, for example)."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """What is written back to the client."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Call:
    """One API call.

    `service` is botocore's service name, `parameters` the input in the API's spelling; timestamps
    are aware datetimes, everything else is as in JSON. To change a call, make a new one with
    `dataclasses.replace`.
    """

    service: str
    operation: str
    region: str
    account: str = DEFAULT_ACCOUNT
    parameters: dict[str, Any] = field(default_factory=dict)
    access_key: str = "testing"
    raw: RawRequest | None = field(default=None, repr=False, compare=False)

    def sibling(self, operation: str, /, service: str = "", **parameters: Any) -> Call:
        """Another call by the same caller in the same place, for looking something up."""
        return Call(
            service=service or self.service,
            operation=operation,
            region=self.region,
            account=self.account,
            parameters=parameters,
            access_key=self.access_key,
        )


class ApiError(Exception):
    """An error answer of the service, written in the service's own protocol.

    `raw` holds the emulator's own bytes where the error came from there.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, raw: Response | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.raw = raw


class ConnectionLost(Exception):
    """The connection ends without an answer."""


class XmlAnswer(dict[str, Any]):
    """The parsed answer of a query service. Its bytes are passed on as they came, so it is
    read-only: to change it, return a `dict` of your own."""

    def __init__(self, parsed: dict[str, Any], raw: Response) -> None:
        super().__init__(parsed)
        self.raw = raw

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("the answer of a query service is read-only: return dict(answer) instead")


class RawAnswer(dict[str, Any]):
    """The answer of a service whose protocol the layer does not read: only its bytes."""

    def __init__(self, raw: Response) -> None:
        super().__init__()
        self.raw = raw


Forward = Callable[[Call], dict[str, Any]]
Middleware = Callable[[Call, Forward], dict[str, Any]]


class Runner(Protocol):
    """A middleware with a life of its own, such as one that runs tasks and fires rules.

    `Emulator(run_tasks=True)` makes `emulator.task_runner.TaskRunner()` and treats it as this.
    """

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """A middleware, as any other."""

    def start(self, send: Forward) -> None:
        """The server starts. `send` is for calls of the runner's own, such as a RunTask for a rule
        that fires: they pass validation, the runner itself and moto, but neither the call log
        nor the faults, since no client made them."""

    def stop(self) -> None:
        """The server ends: end every process and thread."""

    def control(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Answer a control path of the runner's own; None for one that it does not know."""

    def reset(self) -> None:
        """moto's state is about to be forgotten: end every process and forget what was started."""


def stack(middlewares: Sequence[Middleware], last: Forward) -> Forward:
    """A `Forward` that passes a call through `middlewares`, the first one outermost, to `last`."""
    forward = last
    for middleware in reversed(middlewares):
        forward = partial(_pass_through, middleware, forward)
    return forward


def _pass_through(middleware: Middleware, forward: Forward, call: Call) -> dict[str, Any]:
    return middleware(call, forward)
