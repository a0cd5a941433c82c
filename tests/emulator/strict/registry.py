# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a correction announces itself: for which operations, and whether it refuses or corrects.

A refusal looks at a call and raises `ApiError`. A correction is a middleware. Refusals come first,
both in the order in which they are written down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.layer import Call, Forward, Middleware

Refusal = Callable[[Call, Forward], None]

_Table = defaultdict[tuple[str, str], list[Any]]

_REFUSALS: _Table = defaultdict(list)
_CORRECTIONS: _Table = defaultdict(list)


def refuses(service: str, *operations: str) -> Callable[[Refusal], Refusal]:
    """Marks a function that raises `ApiError` for calls that AWS refuses."""
    return partial(_register, _REFUSALS, service, operations)


def corrects(service: str, *operations: str) -> Callable[[Middleware], Middleware]:
    """Marks a middleware that answers as AWS does."""
    return partial(_register, _CORRECTIONS, service, operations)


def _register(table: _Table, service: str, operations: tuple[str, ...], function: Any) -> Any:
    for operation in operations:
        table[service, operation].append(function)
    return function


def refuse(call: Call, forward: Forward) -> None:
    """Raise `ApiError` if anything refuses the call. `forward` serves to look things up."""
    for refusal in _REFUSALS.get((call.service, call.operation), ()):
        refusal(call, forward)


def corrections(call: Call) -> list[Middleware]:
    """The corrections of a call's operation, the outermost first."""
    return _CORRECTIONS.get((call.service, call.operation), [])
