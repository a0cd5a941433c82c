# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What many ask for and is read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    once,
)

Result = TypeVar("Result")


class Memory:
    """Answers by key. What failed is remembered as well, so that nobody asks for it again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[Hashable, Callable[[], Any]] = {}

    def get(self, key: Hashable, read: Callable[[], Result]) -> Result:
        """Return what ``read`` returns, called at most once for each key, for all threads.

        :raises AwsError: as ``read`` did.
        """
        with self._lock:
            answer = self._answers.setdefault(key, once(lambda: attempt(_called)(read)))
        found = answer()
        if isinstance(found, AwsError):
            raise found
        result: Result = found
        return result


def _called(read: Callable[[], Any]) -> Any:
    return read()
