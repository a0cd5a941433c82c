# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a batch now, exactly as its trigger would: start, wait, read the log, and say what came
of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import (
    describe_tasks,
    run_task,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import output_shape
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_run_log import (
    Log,
    read_log,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_run_request import (
    Run,
    container_that_counts,
    prepare,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_run_verdict import (
    exit_code_of,
    problem_of,
    telling_task,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_run_wait import (
    wait_for_end,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run_task import cluster_of
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.stop_reasons import (
    remedy,
    stop_text,
)


def run_batch(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Start a deployed batch, or wait for one started earlier (module ``scheduled_batch_run``)."""
    _check_numbers(params)
    if params.get("task_arn"):
        return _wait_for_earlier(session, params)
    run = prepare(session, params)
    if session.check_mode:
        return Outcome(changed=True, results=_results(None, run.container))
    tasks = _start(session, run)
    if not params["wait"]:
        return Outcome(changed=True, results=_results(tasks[0], run.container))
    return _follow(session, params, run, tasks, started=True)


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
        outcome = Outcome(results=_results(None, run.container))
        raise Failure.of(error, outcome, remedy(str(error))) from error


def _started_in_part(error: PartialFailure, run: Run) -> Failure:
    """Return the failure of a request of which ECS started a part, or nothing."""
    started = [str(task["taskArn"]) for task in error.done]
    first = error.done[0] if started else None
    outcome = Outcome(changed=bool(started), results=_results(first, run.container))
    what = f"Tasks that were started and go on: {', '.join(started)}." if started else None
    return Failure.of(error, outcome, what, remedy(str(error)))


def _wait_for_earlier(session: Session, params: Mapping[str, Any]) -> Outcome:
    arn = params["task_arn"]
    if not is_arn(arn):
        raise InvalidDescription([f"task_arn: {arn!r} is no ARN; give the ARN of a task."])
    client, cluster = session.clients.client("ecs"), cluster_of(arn)
    tasks = describe_tasks(client, cluster, [arn])
    if not tasks:
        raise InvalidDescription(
            [
                f"task_arn: ECS knows no task {arn}; it forgets tasks about an hour after they"
                " stopped."
            ]
        )
    definition = describe_task_definition(client, tasks[0]["taskDefinitionArn"]).document
    container = container_that_counts(definition, params.get("container"))
    return _follow(session, params, Run(cluster, {}, definition, container), tasks, started=False)


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
        outcome = Outcome(changed=started, results=_results(tasks[0], run.container))
        arns = ", ".join(str(task["taskArn"]) for task in tasks)
        raise Failure.of(error, outcome, f"What was started goes on: {arns}.") from error
    task = telling_task(end.tasks, run.container) if end.reached else _running(end.tasks)
    log = read_log(session, run, task, params["log_lines"], ended=end.reached)
    outcome = Outcome(
        changed=started,
        results=_results(task, run.container, log),
        warnings=[log.warning] if log.warning else [],
    )
    problem = problem_of(task, run.container) if end.reached else _timeout(task, params)
    if problem:
        raise Failure(problem, outcome)
    return outcome


def _running(tasks: Sequence[Document]) -> Document:
    return next((task for task in tasks if task.get("lastStatus") != "STOPPED"), tasks[0])


def _timeout(task: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    return (
        f"The task did not end within {params['wait_timeout']} seconds and goes on. "
        f"Wait for it with task_arn: {task['taskArn']}, or stop it with 'aws ecs stop-task'."
    )


def _results(task: Document | None, container: str, log: Log | None = None) -> Document:
    results: Document = {
        "task": None,
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
