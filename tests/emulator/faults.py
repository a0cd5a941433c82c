# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: errors, made-up answers, lost answers, dropped connections and delays."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.layer import ApiError, Call, ConnectionLost, Forward

When = Callable[[Call], bool] | Mapping[str, Any] | None


@dataclass
class Fault:
    """What happens to which calls.

    `service` and `operation` may be `*`. The fault passes over the first `after` calls that match,
    then strikes `times` calls (None: all). `when` narrows the calls down: a predicate, or a mapping
    of parameters that must be equal. `delay` (seconds) comes before everything else; a fault with
    only a delay is a slow but normal call.

    `error` is `(code, message)` or `(code, message, status)`. `answer` is given without doing
    anything. `lost_answer` does the call and then drops the connection; `drop_connection` does
    nothing and drops it.
    """

    service: str
    operation: str
    error: tuple[Any, ...] | None = None
    answer: dict[str, Any] | None = None
    lost_answer: bool = False
    drop_connection: bool = False
    times: int | None = 1
    after: int = 0
    delay: float = 0.0
    when: When = None
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        chosen = [self.error, self.answer, self.lost_answer or None, self.drop_connection or None]
        if sum(choice is not None for choice in chosen) > 1:
            raise ValueError("a fault has one of error, answer, lost_answer and drop_connection")

    def strikes(self, call: Call) -> bool:
        """Count the call if it matches, and say whether the fault strikes it."""
        if not self._matches(call):
            return False
        self.seen += 1
        position = self.seen - self.after
        return position > 0 and (self.times is None or position <= self.times)

    def _matches(self, call: Call) -> bool:
        if self.service not in ("*", call.service) or self.operation not in ("*", call.operation):
            return False
        if self.when is None:
            return True
        if isinstance(self.when, Mapping):
            return all(call.parameters.get(key) == value for key, value in self.when.items())
        return self.when(call)


class Faults:
    """The middleware that applies the first fault that strikes a call."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """One fault more, asked after those that are there."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take back every fault."""
        with self._lock:
            self._faults.clear()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Let the first fault that strikes decide; the others do not count that call."""
        with self._lock:
            fault = next((fault for fault in self._faults if fault.strikes(call)), None)
        return forward(call) if fault is None else _apply(fault, call, forward)


def _apply(fault: Fault, call: Call, forward: Forward) -> dict[str, Any]:
    if fault.delay:
        time.sleep(fault.delay)
    if fault.drop_connection:
        raise ConnectionLost
    if fault.error is not None:
        raise ApiError(*fault.error)
    if fault.answer is not None:
        return fault.answer
    answer = forward(call)
    if fault.lost_answer:
        raise ConnectionLost
    return answer
