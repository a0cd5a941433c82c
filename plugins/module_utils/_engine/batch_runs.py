# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a batch now, exactly as its trigger would: start, wait, read the log, and say what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import (
    describe_tasks,
    run_task,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_targets
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import tail_log_events
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    output_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run_task import (
    cluster_of,
    log_stream,
    observed_container,
    run_request,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPaths,
    to_api,
    to_snake,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.stop_reasons import (
    ESSENTIAL_CONTAINER_EXITED,
    remedy,
    stop_text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_overrides,
)

STOPPED = "STOPPED"
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 6.0
"""Seconds between two looks at the tasks: soon at first, since a batch may be short."""

LOG_ARRIVAL = 10.0
"""Seconds to wait for the first line of a task that has run: CloudWatch shows lines a little later."""


@dataclass(frozen=True)
class Run:
    """What is run: the request, the definition of its task, and the container that counts."""

    cluster: str
    request: Document
    definition: Document
    container: str


def run_batch(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Start a deployed batch, or wait for one started earlier (module ``scheduled_batch_run``)."""
    if params.get("task_arn"):
        return _wait_for_earlier(session, params)
    run = _prepare(session, params)
    if session.check_mode:
        return Outcome(changed=True, results=_results(None, run.container, None, []))
    token = run.request["clientToken"]
    request = {
        key: value for key, value in run.request.items() if key not in {"clientToken", "tags"}
    }
    try:
        tasks = run_task(
            session.clients.client("ecs"), request, client_token=token, tags=run.request.get("tags")
        )
    except AwsError as error:
        raise _with_remedy(error, run) from error
    if not params["wait"]:
        return Outcome(changed=True, results=_results(tasks[0], run.container, None, []))
    return _follow(session, params, run, tasks)


def _wait_for_earlier(session: Session, params: Mapping[str, Any]) -> Outcome:
    arn = params["task_arn"]
    cluster = cluster_of(arn)
    tasks = describe_tasks(session.clients.client("ecs"), cluster, [arn])
    if not tasks:
        raise InvalidDescription(
            [
                f"task_arn: ECS knows no task {arn}; it forgets tasks about an hour after they stopped."
            ]
        )
    definition = describe_task_definition(
        session.clients.client("ecs"), tasks[0]["taskDefinitionArn"]
    ).document
    run = Run(cluster, {}, definition, _container(definition, params.get("container")))
    return _follow(session, params, run, tasks, changed=False)


def _prepare(session: Session, params: Mapping[str, Any]) -> Run:
    """Read what the trigger would start, and check the overrides against it before anything starts."""
    findings, paths = Findings(), UserPaths()
    extra = _extra_overrides(params, findings, paths)
    target = _target(session, params)
    reference = target["EcsParameters"]["TaskDefinitionArn"]
    try:
        definition = describe_task_definition(session.clients.client("ecs"), reference).document
    except NotFound as error:
        raise Failure(
            f"{error}. {remedy('Unable to describe task definition')}", Outcome()
        ) from error
    request = run_request(target, extra, params["name"], str(uuid4()))
    _check_containers(request, definition)
    return Run(target["Arn"], request, definition, _container(definition, params.get("container")))


def _extra_overrides(
    params: Mapping[str, Any], findings: Findings, paths: UserPaths
) -> Document | None:
    given = params.get("overrides")
    if not given:
        return None
    shape = structure("ecs", "TaskOverride")
    overrides: Document = coerce(
        to_api(given, shape, findings, paths=paths, path=("overrides",)), shape
    )
    check_shape(overrides, shape, findings)
    check_overrides(overrides, shape, findings, ())
    refuse_errors(findings, paths.render)
    return overrides


def _check_containers(request: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
    known = [entry["name"] for entry in definition["containerDefinitions"]]
    for entry in request.get("overrides", {}).get("containerOverrides", ()):
        if entry.get("name") not in known:
            message = f"Override for container named {entry.get('name')} is not a container in the TaskDefinition."
            raise Failure(
                f"The batch was not started: {message} The task definition {definition['family']}:{definition['revision']} "
                f"has the containers {', '.join(known)}. {remedy(message)}",
                Outcome(),
            )


def _container(definition: Mapping[str, Any], wanted: str | None) -> str:
    found = observed_container(definition, wanted)
    if found is None:
        known = ", ".join(entry["name"] for entry in definition["containerDefinitions"])
        raise InvalidDescription(
            [f"container: {wanted!r} is no container of {definition['family']}; it has {known}."]
        )
    return found


def _target(session: Session, params: Mapping[str, Any]) -> Document:
    """Return the ECS target that the batch's trigger would start."""
    name = params["name"]
    if params["trigger"] == "scheduler":
        schedule = get_schedule(session.clients.client("scheduler"), name, params.get("group_name"))
        targets = [{**schedule["Target"], "Id": name}]
    else:
        targets = list_targets(session.clients.client("events"), name)
    wanted = params.get("target_id")
    found = [
        target for target in targets if "EcsParameters" in target and wanted in {None, target["Id"]}
    ]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(str(target["Id"]) for target in targets) or "none"
    if found:
        raise InvalidDescription(
            [f"target_id: the rule {name} has several ECS targets, {ids}; name the one to run."]
        )
    asked = f"no ECS target {wanted!r}" if wanted else "no ECS target"
    raise InvalidDescription([f"target_id: the rule {name} has {asked}; its targets are {ids}."])


def _follow(
    session: Session,
    params: Mapping[str, Any],
    run: Run,
    tasks: Sequence[Document],
    *,
    changed: bool = True,
) -> Outcome:
    """Wait for the end of all tasks, and return or raise what came of them."""
    arns = [str(task["taskArn"]) for task in tasks]
    ended, tasks = _wait(session, run.cluster, arns, tasks, params["wait_timeout"])
    task = _telling(tasks, run.container)
    log, log_warning = _log(session, run, task, params["log_lines"]) if ended else ([], None)
    exit_code = _exit_code(task, run.container)
    outcome = Outcome(
        changed=changed,
        results=_results(task, run.container, exit_code, log),
        warnings=[log_warning] if log_warning else [],
    )
    if not ended:
        raise Failure(
            f"The task did not end within {params['wait_timeout']} seconds and goes on. "
            f"Wait for it with task_arn: {task['taskArn']}, or stop it with 'aws ecs stop-task'.",
            outcome,
        )
    problem = _problem(task, run.container, exit_code)
    if problem:
        raise Failure(problem, outcome)
    return outcome


def _wait(
    session: Session, cluster: str, arns: Sequence[str], tasks: Sequence[Document], timeout: float
) -> tuple[bool, list[Document]]:
    """Look at the tasks until all have stopped; return whether they have, and how they are."""
    client = session.clients.client("ecs")
    deadline = time.monotonic() + timeout
    pause = SHORTEST_WAIT
    latest = {str(task["taskArn"]): task for task in tasks}
    while True:
        for task in describe_tasks(client, cluster, arns):
            latest[str(task["taskArn"])] = task
        if all(task.get("lastStatus") == STOPPED for task in latest.values()):
            return True, list(latest.values())
        left = deadline - time.monotonic()
        if left <= 0:
            return False, list(latest.values())
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_WAIT)


def _telling(tasks: Sequence[Document], container: str) -> Document:
    """Return the task to show: the first one that went wrong, else the first one."""
    wrong = [task for task in tasks if _problem(task, container, _exit_code(task, container))]
    return (wrong or list(tasks))[0]


def _exit_code(task: Mapping[str, Any], container: str) -> int | None:
    return next(
        (
            entry.get("exitCode")
            for entry in task.get("containers", ())
            if entry["name"] == container
        ),
        None,
    )


def _problem(task: Mapping[str, Any], container: str, exit_code: int | None) -> str | None:
    """Return why a stopped task counts as failed, with the remedy where it is known; None where all is well."""
    told = stop_text(task)
    help_text = remedy(told)
    ending = f" {help_text}" if help_text else ""
    if exit_code is None:
        started = "ended without an exit code" if task.get("startedAt") else "never started"
        return f"The container {container} {started}: {told or 'ECS gives no reason'}.{ending}"
    if exit_code != 0:
        return f"The container {container} exited with code {exit_code}: {told}.{ending}"
    if task.get("stopCode") not in {None, ESSENTIAL_CONTAINER_EXITED}:
        return f"The task was stopped before its work was done: {told}.{ending}"
    return None


def _log(
    session: Session,
    run: Run,
    task: Document,
    lines: int,
    now: Callable[[], float] = time.monotonic,
) -> tuple[list[str], str | None]:
    """Return the last lines that the container wrote, and a warning where they cannot be had."""
    stream = log_stream(run.definition, run.container, str(task["taskArn"]))
    if stream is None or lines == 0:
        return [], None
    client = session.clients.client("logs", stream.region)
    deadline = now() + (LOG_ARRIVAL if task.get("startedAt") else 0.0)
    while True:
        try:
            events = tail_log_events(client, stream.group, stream.stream, lines)
        except NotFound as error:
            events, missing = [], str(error)
        except AwsError as error:
            return [], f"The log could not be read: {error}"
        else:
            missing = ""
        if events or now() >= deadline:
            break
        time.sleep(SHORTEST_WAIT)
    return [str(event["message"]) for event in events], missing if missing and task.get(
        "startedAt"
    ) else None


def _with_remedy(error: AwsError, run: Run) -> Failure:
    help_text = remedy(str(error))
    return Failure(
        f"{error}. {help_text}" if help_text else str(error),
        Outcome(results=_results(None, run.container, None, [])),
    )


def _results(
    task: Document | None, container: str, exit_code: int | None, log: list[str]
) -> Document:
    shape = output_shape("ecs", "DescribeTasks").members["tasks"].element
    return {
        "task": plain(to_snake(task, shape)) if task is not None else None,
        "container": container,
        "exit_code": exit_code,
        "stop_reason": (stop_text(task) or None) if task is not None else None,
        "log": log,
    }
