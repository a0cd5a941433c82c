# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""News of a run for the terminal: a wait that ends as soon as there is something to tell.

A module cannot speak while it runs, so an action plugin starts the run and then asks for news, one
process after the other. What has been told goes along from one to the next as ``Seen``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.log import (
    read_new_lines,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.request import Run
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.wait import (
    GROWTH,
    LONGEST_WAIT,
    SHORTEST_WAIT,
    look_at_tasks,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.progress import (
    SHOWN_LINES,
    age_of,
    end_line,
    gathering_seconds,
    log_lines,
    newest_lines,
    seconds_in_status,
    status_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import task_id
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


@dataclass
class Seen:
    """What has been told of a run: its tasks as they were, its status, and a token for each task's
    log."""

    tasks: dict[str, Document]
    status: str | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_tasks(cls, tasks: Sequence[Document]) -> Seen:
        """Return what is seen of tasks at first: nothing that was told."""
        return cls({str(task["taskArn"]): task for task in tasks})

    @classmethod
    def from_result(cls, told: Mapping[str, Any]) -> Seen:
        """Return what an earlier result carries."""
        seen = cls.of_tasks(told["tasks"])
        seen.status, seen.tokens = told.get("status"), dict(told.get("tokens") or {})
        return seen

    def as_result(self) -> Document:
        """Return the same in plain values."""
        tasks = plain(list(self.tasks.values()))
        return {"tasks": tasks, "status": self.status, "tokens": self.tokens}


@dataclass
class News:
    """What is new, in lines for the terminal, and whether the run has ended."""

    seen: Seen
    lines: list[str] = field(default_factory=list)
    ended: bool = False

    def as_result(self, name: str) -> Document:
        """Return what the action plugin needs to speak and to ask again."""
        return {
            "lines": newest_lines(name, self.lines),
            "status": status_of(list(self.seen.tasks.values())),
            "seconds": round(seconds_in_status(list(self.seen.tasks.values()), _now()), 1),
            "ended": self.ended,
            "seen": self.seen.as_result(),
        }


def wait_for_news(session: Session, run: Run, name: str, news: News, seconds: float) -> None:
    """Wait until the run has another status or an end, or lines that are worth a process, for
    ``seconds`` at the longest."""
    seen, begun, pause = news.seen, time.monotonic(), SHORTEST_WAIT
    gathering = gathering_seconds(age_of(list(seen.tasks.values()), _now()))
    while True:
        news.ended = look_at_tasks(session, run.cluster, seen.tasks)
        status = status_of(list(seen.tasks.values()))
        is_other = status != seen.status
        if is_other and not news.ended:
            news.lines.append(f"{name}: {status}")
        seen.status = status
        add_new_lines(session, run, name, news)
        passed = time.monotonic() - begun
        gathered = bool(news.lines) and passed >= gathering
        if news.ended or is_other or gathered or passed >= seconds:
            return
        time.sleep(min(pause, seconds - passed))
        pause = min(pause * GROWTH, LONGEST_WAIT)


def add_new_lines(session: Session, run: Run, name: str, news: News) -> None:
    """Add what the container that counts has written in each of the run's tasks."""
    seen = news.seen
    for number, (arn, task) in enumerate(seen.tasks.items(), 1):
        speaker = name if len(seen.tasks) == 1 else f"{name} {number}/{len(seen.tasks)}"
        begin = SHOWN_LINES if run.log_lines else 0
        messages, token = read_new_lines(session, run, task, seen.tokens.get(task_id(arn)), begin)
        news.lines += log_lines(speaker, messages)
        if token is not None:
            seen.tokens[task_id(arn)] = token


def add_end(name: str, news: News, exit_code: int | None) -> None:
    """Add the line that says that the run has ended."""
    age = age_of(list(news.seen.tasks.values()), _now())
    news.lines.append(end_line(name, exit_code, age))


def _now() -> datetime:
    return datetime.now(UTC)
