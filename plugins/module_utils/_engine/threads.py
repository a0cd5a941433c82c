# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls at the same time, in a bounded number of threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(workers: int, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what ``work`` returns for every item, in their order, with at most ``workers`` at a
    time. After an exception nothing new is begun; it is raised when what was begun has ended."""
    listed = list(items)
    if len(listed) <= 1:
        return [work(item) for item in listed]
    with ThreadPoolExecutor(max_workers=min(workers, len(listed))) as pool:
        return list(pool.map(work, listed))


def attempt(work: Callable[[Item], Result]) -> Callable[[Item], Result | AwsError]:
    """Return ``work`` with its AwsErrors as results, so that one failing item does not stop the
    others."""

    def attempted(item: Item) -> Result | AwsError:
        try:
            return work(item)
        except AwsError as error:
            return error

    return attempted


def once(read: Callable[[], Result]) -> Callable[[], Result]:
    """Return ``read`` as something that is done once, when it is first needed, for all threads."""
    lock, found = Lock(), list[Result]()

    def get() -> Result:
        with lock:
            if not found:
                found.append(read())
        return found[0]

    return get
