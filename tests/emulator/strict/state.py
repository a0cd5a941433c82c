# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the strict layer remembers beside moto, by account and region.

Like moto's state it belongs to the process, so that it fits to moto's.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from emulator.layer import Call

Kind = TypeVar("Kind")

_LOCK = threading.Lock()
_MEMORY: dict[tuple[str, str, type], Any] = {}


def of(call: Call, kind: type[Kind]) -> Kind:
    """The one instance of `kind` for the call's account and region, made when first asked for."""
    place = (call.account, call.region, kind)
    with _LOCK:
        if place not in _MEMORY:
            _MEMORY[place] = kind()
        found: Kind = _MEMORY[place]
        return found


def places() -> set[tuple[str, str]]:
    """The accounts and regions that anything is remembered of."""
    with _LOCK:
        return {(account, region) for account, region, _kind in _MEMORY}


def reset() -> None:
    """Forget everything."""
    with _LOCK:
        _MEMORY.clear()
