# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls: what was asked of AWS, and whether it was a read or a write."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from emulator.layer import ApiError, Call, ConnectionLost, Forward

READ_PREFIXES = (
    "BatchGet",
    "Check",
    "Describe",
    "Discover",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "Validate",
)
READ_SERVICES = ("sts",)


@dataclass(frozen=True)
class LoggedCall:
    """One call that a client made. `error` is the error's code, or None."""

    service: str
    operation: str
    access: str
    parameters: dict[str, Any]
    error: str | None
    region: str = ""
    account: str = ""


def access_of(service: str, operation: str) -> str:
    """`read` or `write`. Whatever is not known to only read counts as a write."""
    if service in READ_SERVICES or operation.startswith((*READ_PREFIXES, "GET ", "HEAD ")):
        return "read"
    return "write"


class CallLog:
    """The outermost middleware: it sees what the client sent and what the client got."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.calls: list[LoggedCall] = []
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Pass the call on, and log it with its outcome."""
        try:
            answer = forward(call)
        except ApiError as error:
            self._add(call, error.code)
            raise
        except ConnectionLost:
            self._add(call, "ConnectionLost")
            raise
        self._add(call, None)
        return answer

    def clear(self) -> None:
        """Forget the calls."""
        with self._lock:
            self.calls.clear()

    def _add(self, call: Call, error: str | None) -> None:
        logged = LoggedCall(
            service=call.service,
            operation=call.operation,
            access=access_of(call.service, call.operation),
            parameters=call.parameters,
            error=error,
            region=call.region,
            account=call.account,
        )
        with self._lock:
            self.calls.append(logged)
            if self._stream is not None:
                self._stream.write(json.dumps(asdict(logged), default=str) + "\n")
                self._stream.flush()
