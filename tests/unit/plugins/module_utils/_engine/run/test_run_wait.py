# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks are waited for with longer and longer pauses, and for no longer than was asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import (
    wait as batch_run_wait,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.wait import (
    wait_for_end,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session


def task(arn: str, status: str) -> dict[str, Any]:
    return {"taskArn": arn, "lastStatus": status}


class Ecs:
    """Shows what the tasks are at each look, and lets time pass while it is waited."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.pauses: list[float] = []
        self.looks: list[list[dict[str, Any]]] = []
        self.asked: list[list[str]] = []
        clock = SimpleNamespace(monotonic=lambda: self.now, sleep=self._sleep)
        monkeypatch.setattr(batch_run_wait, "time", clock)
        monkeypatch.setattr(batch_run_wait, "describe_tasks", self._describe)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def _describe(self, _client: Any, _cluster: str, arns: list[str]) -> list[dict[str, Any]]:
        self.asked.append(arns)
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def wait(self, *started: dict[str, Any], timeout: float = 900) -> batch_run_wait.End:
        clients: Any = SimpleNamespace(client=lambda _service: None)
        return wait_for_end(Session(clients, check_mode=False), "batch", started, timeout)


@pytest.fixture
def ecs(monkeypatch) -> Ecs:
    return Ecs(monkeypatch)


def test_the_end_of_all_tasks_is_waited_for(ecs):
    ecs.looks = [
        [task("1", "RUNNING"), task("2", "RUNNING")],
        [task("1", "STOPPED"), task("2", "RUNNING")],
        [task("1", "STOPPED"), task("2", "STOPPED")],
    ]
    end = ecs.wait(task("1", "PROVISIONING"), task("2", "PROVISIONING"))
    assert end.reached
    assert [found["taskArn"] for found in end.tasks] == ["1", "2"]
    assert ecs.asked == [["1", "2"]] * 3
    assert len(ecs.pauses) == 2


def test_the_pauses_grow_to_a_bound(ecs):
    ecs.looks = [[task("1", "RUNNING")]]
    ecs.wait(task("1", "PENDING"), timeout=60)
    assert ecs.pauses[:3] == [0.5, 0.75, 1.125]
    assert max(ecs.pauses) == 6.0


def test_it_is_waited_for_no_longer_than_was_asked(ecs):
    ecs.looks = [[task("1", "RUNNING")]]
    end = ecs.wait(task("1", "PENDING"), timeout=7)
    assert not end.reached
    assert end.tasks[0]["lastStatus"] == "RUNNING"
    assert sum(ecs.pauses) == pytest.approx(7)


def test_without_time_there_is_one_look(ecs):
    ecs.looks = [[task("1", "STOPPED")]]
    assert ecs.wait(task("1", "PENDING"), timeout=0).reached
    assert ecs.pauses == []


def test_a_task_that_ecs_does_not_show_yet_is_as_it_was(ecs):
    ecs.looks = [[], [task("1", "STOPPED")]]
    assert ecs.wait(task("1", "PROVISIONING")).reached
    assert len(ecs.asked) == 2
