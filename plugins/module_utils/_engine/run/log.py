# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines that a container wrote."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import (
    following_log_events,
    tail_log_events,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.request import Run
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    LogStream,
    log_stream,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.secret_values import (
    secret_values,
    without_secrets,
)

LOG_ARRIVAL = 10.0
"""Seconds to wait for the first line of a task that has run: CloudWatch shows lines a little
later."""

PAUSE = 0.5


@dataclass(frozen=True)
class Log:
    """The last lines, oldest first, and why they cannot be had."""

    lines: tuple[str, ...] = ()
    warning: str | None = None


def read_log(session: Session, run: Run, task: Mapping[str, Any], *, ended: bool) -> Log:
    """Return the last lines of the container that counts; none where it has no awslogs.

    What the run's secret variables hold is hidden in them. The first line of a task that has
    ``ended`` is waited for; a log that cannot be read is told and is no failure of the run.
    """
    stream = log_stream(run.definition, run.container, str(task["taskArn"]))
    lines = run.log_lines
    if stream is None or lines == 0:
        return Log()
    has_run = bool(task.get("startedAt"))
    try:
        found = _tail(session, stream, lines, LOG_ARRIVAL if has_run and ended else 0.0)
    except NotFound as error:
        return Log(warning=str(error) if has_run and ended else None)
    except AwsError as error:
        return Log(warning=f"The log could not be read: {error}")
    return Log(tuple(_shown(run, task, found)))


def _shown(run: Run, task: Mapping[str, Any], lines: Sequence[str]) -> list[str]:
    """Return lines without what the run's secret variables hold."""
    shown: list[str] = without_secrets(
        list(lines), secret_values([run.definition, run.request, task])
    )
    return shown


def read_new_lines(
    session: Session, run: Run, task: Mapping[str, Any], token: str | None, begin: int
) -> tuple[list[str], str | None]:
    """Return what the container that counts wrote since an earlier look, and the token for the
    next one; nothing where the log cannot be read, which the end of the run tells.

    :param token: from the earlier look; where None, the last ``begin`` lines are the first ones.
    """
    stream = log_stream(run.definition, run.container, str(task["taskArn"]))
    if stream is None or begin == 0:
        return [], token
    client = session.clients.client("logs", stream.region)
    try:
        events, token = following_log_events(client, stream.group, stream.stream, token, begin)
    except AwsError:
        return [], token
    return _shown(run, task, [str(event["message"]) for event in events]), token


def _tail(session: Session, stream: LogStream, lines: int, seconds: float) -> list[str]:
    """Return the last lines as soon as there are any, but after ``seconds`` at the latest."""
    client = session.clients.client("logs", stream.region)
    deadline = time.monotonic() + seconds
    while True:
        late = time.monotonic() >= deadline
        try:
            events = tail_log_events(client, stream.group, stream.stream, lines)
        except NotFound:
            if late:
                raise
            events = []
        if events or late:
            return [str(event["message"]) for event in events]
        time.sleep(PAUSE)
