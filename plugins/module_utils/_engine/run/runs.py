# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a batch now, exactly as its trigger would: start, wait, read the log, and say what came
of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import run_task
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import output_shape
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.earlier import (
    find_run,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.log import (
    Log,
    read_log,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.news import (
    News,
    Seen,
    add_end,
    add_new_lines,
    wait_for_news,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.request import (
    Run,
    prepare,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.verdict import (
    exit_code_of,
    problem_of,
    telling_task,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.wait import (
    End,
    wait_for_end,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.progress import (
    started_lines,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    remedy,
    stop_text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake


def run_batch(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Start a deployed batch, or wait for one started earlier (module ``scheduled_batch_run``)."""
    _check_numbers(params)
    if params.get("task_arn"):
        return _go_on(session, params)
    run = prepare(session, params)
    if session.check_mode:
        return Outcome(changed=True, results=_results((), None, run.container))
    tasks = _start(session, run)
    if not params["wait"]:
        return Outcome(changed=True, results=_results(tasks, tasks[0], run.container))
    if params.get("poll"):
        seen = Seen.of_tasks(tasks)
        lines = started_lines(params["name"], seen.tasks)
        return _tell_news(session, params, run, News(seen, lines), started=True)
    return _follow(session, params, run, tasks, started=True)


def _go_on(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Wait for tasks that were started earlier, or for their next news."""
    poll = params.get("poll") or {}
    seen = Seen.from_result(poll["seen"]) if poll.get("seen") else Seen({})
    run, tasks = find_run(session, params, list(seen.tasks.values()))
    if not poll:
        return _follow(session, params, run, tasks, started=False)
    seen.tasks = {str(task["taskArn"]): task for task in tasks}
    return _tell_news(session, params, run, News(seen), started=bool(poll["started"]))


def _check_numbers(params: Mapping[str, Any]) -> None:
    mistakes = [
        f"{option}: {params[option]} is out of range; give 0 or more."
        for option in ("wait_timeout", "log_lines")
        if params[option] < 0
    ]
    if mistakes:
        raise InvalidDescription(mistakes)


def _start(session: Session, run: Run) -> list[Document]:
    request = dict(run.request)
    token, tags = request.pop("clientToken"), request.pop("tags", None)
    session.learn_secrets(request)
    try:
        return run_task(session.clients.client("ecs"), request, client_token=token, tags=tags)
    except PartialFailure as error:
        raise _started_in_part(error, run) from error
    except AwsError as error:
        outcome = Outcome(results=_results((), None, run.container))
        raise Failure.of(error, outcome, remedy(str(error))) from error


def _started_in_part(error: PartialFailure, run: Run) -> Failure:
    """Return the failure of a request of which ECS started a part, or nothing."""
    started = [str(task["taskArn"]) for task in error.done]
    first = error.done[0] if started else None
    results = _results(error.done, first, run.container)
    outcome = Outcome(changed=bool(started), results=results)
    what = f"Tasks that were started and go on: {', '.join(started)}." if started else None
    return Failure.of(error, outcome, what, remedy(str(error)))


def _follow(
    session: Session,
    params: Mapping[str, Any],
    run: Run,
    tasks: Sequence[Document],
    *,
    started: bool,
) -> Outcome:
    """Wait for the end of all tasks, and return or raise what came of them."""
    try:
        end = wait_for_end(session, run.cluster, tasks, params["wait_timeout"])
    except AwsError as error:
        raise _unwatched(error, run, tasks, started) from error
    return _verdict(session, params, run, end, started=started)


def _unwatched(error: AwsError, run: Run, tasks: Sequence[Document], started: bool) -> Failure:
    outcome = Outcome(changed=started, results=_results(tasks, tasks[0], run.container))
    arns = ", ".join(str(task["taskArn"]) for task in tasks)
    return Failure.of(error, outcome, f"What was started goes on: {arns}.")


def _verdict(
    session: Session,
    params: Mapping[str, Any],
    run: Run,
    end: End,
    *,
    started: bool,
    news: News | None = None,
) -> Outcome:
    """Return or raise what came of the tasks, and show it where ``news`` are told."""
    task = telling_task(end.tasks, run.container) if end.reached else _running(end.tasks)
    log = read_log(session, run, task, ended=end.reached)
    results = _results(end.tasks, task, run.container, log)
    if news:
        add_new_lines(session, run, params["name"], news)
        if end.reached:
            add_end(params["name"], news, results["exit_code"])
        results["progress"] = {**news.as_result(params["name"]), "ended": True}
    outcome = Outcome(
        changed=started, results=results, warnings=[log.warning] if log.warning else []
    )
    problem = problem_of(task, run.container) if end.reached else _timeout(end.tasks, params)
    if problem:
        raise Failure(problem, outcome)
    return outcome


def _running(tasks: Sequence[Document]) -> Document:
    return next((task for task in tasks if task.get("lastStatus") != "STOPPED"), tasks[0])


def _timeout(tasks: Sequence[Document], params: Mapping[str, Any]) -> str:
    going_on = [str(task["taskArn"]) for task in tasks if task.get("lastStatus") != "STOPPED"]
    return (
        f"The task did not end within {params['wait_timeout']} seconds and goes on. "
        f"Wait for it with task_arn: {', '.join(going_on)}, or stop it with 'aws ecs stop-task'."
    )


def _tell_news(
    session: Session, params: Mapping[str, Any], run: Run, news: News, *, started: bool
) -> Outcome:
    """Wait for news of a run that the action plugin follows; at its end, or where it has been
    waited for long enough, return or raise what came of it."""
    begun, poll, tasks = time.monotonic(), params["poll"], list(news.seen.tasks.values())
    left = max(0.0, params["wait_timeout"] - poll["waited"])
    try:
        wait_for_news(session, run, params["name"], news, min(poll["seconds"], left))
    except AwsError as error:
        raise _unwatched(error, run, tasks, started) from error
    if news.ended or time.monotonic() - begun >= left:
        end = End(news.ended, tuple(news.seen.tasks.values()))
        return _verdict(session, params, run, end, started=started, news=news)
    results = {"task_arns": list(news.seen.tasks), "progress": news.as_result(params["name"])}
    return Outcome(changed=started, results=results)


def _results(
    tasks: Sequence[Document], task: Document | None, container: str, log: Log | None = None
) -> Document:
    results: Document = {
        "task": None,
        "task_arns": [str(each["taskArn"]) for each in tasks],
        "container": container,
        "exit_code": None,
        "stop_reason": None,
        "log": list(log.lines) if log else [],
    }
    if task is not None:
        shape = output_shape("ecs", "DescribeTasks").members["tasks"].element
        results["task"] = plain(to_snake(task, shape))
        results["exit_code"] = exit_code_of(task, container)
        results["stop_reason"] = stop_text(task) or None
    return results
