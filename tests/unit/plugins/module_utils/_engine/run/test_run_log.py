# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log is read when it is there, and what keeps it from being read is told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    Call,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import log as batch_run_log
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.log import (
    Log,
    read_log,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.request import Run
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session

CALL = Call("logs", "GetLogEvents", "reading the log")
ARN = "arn:aws:ecs:eu-west-1:123456789012:task/batch/0123"
RAN = {"taskArn": ARN, "startedAt": "2030-01-01"}
NEVER_RAN = {"taskArn": ARN}


def run(log_lines: int = 9, **container: Any) -> Run:
    options = {"awslogs-group": "/g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs"}
    logs = {"logDriver": "awslogs", "options": options}
    definition = {"containerDefinitions": [{"name": "app", "logConfiguration": logs, **container}]}
    return Run("batch", {}, definition, "app", log_lines)


def fail_with(error: AwsError) -> NoReturn:
    """Raise what the fake was told to answer."""
    raise error


class Logs:
    """Answers each look, the last one again and again, and lets time pass while it is waited."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.answers: list[list[str] | AwsError] = [[]]
        self.asked: list[tuple[Any, ...]] = []
        clock = SimpleNamespace(monotonic=lambda: self.now, sleep=self._sleep)
        monkeypatch.setattr(batch_run_log, "time", clock)
        monkeypatch.setattr(batch_run_log, "tail_log_events", self._tail)
        clients: Any = SimpleNamespace(client=lambda *place: place)
        self.session = Session(clients, check_mode=False)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _tail(self, *asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not isinstance(answer, AwsError):
            return [{"message": line} for line in answer]
        return fail_with(answer)

    def read(self, task: dict[str, Any], what: Run | None = None, **more: Any) -> Log:
        return read_log(self.session, what or run(), task, **{"ended": True, **more})


@pytest.fixture
def logs(monkeypatch) -> Logs:
    return Logs(monkeypatch)


def test_the_last_lines_of_the_container_s_own_stream(logs):
    logs.answers = [["one", "two"]]
    assert logs.read(RAN) == Log(("one", "two"))
    assert logs.asked == [(("logs", "eu-west-1"), "/g", "ecs/app/0123", 9)]


def test_the_first_line_is_waited_for(logs):
    logs.answers = [NotFound(CALL, "no stream"), [], ["late"]]
    assert logs.read(RAN) == Log(("late",))
    assert logs.now == 1.0


def test_a_container_that_wrote_nothing_is_waited_for_once_and_no_failure(logs):
    assert logs.read(RAN) == Log()
    assert logs.now == batch_run_log.LOG_ARRIVAL


@pytest.mark.parametrize(("task", "ended"), [(NEVER_RAN, True), (RAN, False)])
def test_where_no_line_is_to_come_nothing_is_waited_for(logs, task, ended):
    logs.answers = [NotFound(CALL, "no stream")]
    assert logs.read(task, ended=ended) == Log()
    assert logs.now == 0


def test_a_running_task_shows_what_there_is(logs):
    logs.answers = [["begun"]]
    assert logs.read(RAN, ended=False) == Log(("begun",))


def test_a_log_that_is_gone_is_told(logs):
    logs.answers = [NotFound(CALL, "no group")]
    log = logs.read(RAN)
    assert log.lines == ()
    assert log.warning is not None and "no group" in log.warning


def test_a_log_that_must_not_be_read_is_told_at_once(logs):
    logs.answers = [AccessDenied(CALL, "not you", code="AccessDeniedException")]
    warning = logs.read(RAN).warning
    assert warning is not None
    assert warning.startswith("The log could not be read: Failed reading the log: AWS answered")
    assert logs.now == 0


@pytest.mark.parametrize("what", [run(logConfiguration={"logDriver": "splunk"}), run(name="other")])
def test_without_awslogs_there_is_nothing_to_read(logs, what):
    assert logs.read(RAN, what) == Log()
    assert logs.asked == []


def test_no_lines_are_read_where_none_are_wanted(logs):
    assert logs.read(RAN, run(log_lines=0)) == Log()
    assert logs.asked == []


@pytest.mark.parametrize("place", ["definition", "request", "task"])
def test_what_secret_variables_hold_is_hidden(logs, place):
    secret = {"environment": [{"name": "API_TOKEN", "value": "hunter22"}]}
    overrides = {"overrides": {"containerOverrides": [secret]}}
    what = run(**(secret if place == "definition" else {}))
    if place == "request":
        what = replace(what, request=overrides)
    logs.answers = [["using hunter22 now"]]
    task = {**RAN, **(overrides if place == "task" else {})}
    assert logs.read(task, what).lines == ("using VALUE_HIDDEN now",)
