# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls at the same time: in order, bounded, and each failure by itself."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, Call
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import (
    attempt,
    in_threads,
    once,
)


def test_results_come_in_the_order_of_the_items():
    def slow_for_small(number: int) -> int:
        time.sleep((5 - number) / 500)
        return number * 2

    assert in_threads(5, slow_for_small, range(5)) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("workers", [1, 3, 64])
def test_no_more_than_the_workers_work_at_a_time(workers):
    lock, busy, most = threading.Lock(), [0], [0]

    def work(_item: int) -> None:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.002)
        with lock:
            busy[0] -= 1

    in_threads(workers, work, range(20))
    assert most[0] <= workers


def test_one_item_needs_no_thread():
    assert in_threads(8, lambda _item: threading.current_thread(), [1]) == [
        threading.current_thread()
    ]
    assert in_threads(8, str, []) == []


def test_a_mistake_is_raised_when_what_was_begun_has_ended():
    begun, ended = [], []

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise ValueError("mistake")
        time.sleep(0.002)
        ended.append(number)

    with pytest.raises(ValueError, match="mistake"):
        in_threads(2, work, range(100))
    assert sorted(begun) == [0, *sorted(ended)]
    assert len(begun) < 100


def test_errors_of_aws_become_results():
    error = AwsError(Call("ecs", "ListClusters", "listing"), "denied")

    def work(number: int) -> int:
        if number == 1:
            raise error
        return number

    assert in_threads(2, attempt(work), range(3)) == [0, error, 2]


def test_what_is_needed_once_is_read_once_for_all_threads():
    reads = []

    def read() -> str:
        time.sleep(0.005)
        reads.append("read")
        return "found"

    get = once(read)
    assert reads == []
    assert in_threads(8, lambda _item: get(), range(8)) == ["found"] * 8
    assert reads == ["read"]
