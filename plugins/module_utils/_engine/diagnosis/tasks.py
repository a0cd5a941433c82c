# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the tasks of the run: what ECS still shows, and the log further back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import (
    describe_tasks,
    list_tasks,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import (
    newest_log_streams,
    tail_log_events,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.case import (
    Case,
    unread,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.verdict import (
    exit_code_of,
    telling_task,
    what_went_wrong,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    NG,
    OK,
    UNKNOWN,
    Evidence,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    LogStream,
    log_stream,
    observed_container,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import stop_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.secret_values import (
    secret_values,
    without_secrets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

ECS_FORGETS = timedelta(hours=1)
STOPPED = "STOPPED"
WRONG_ARCHITECTURE = "exec format error"


@dataclass(frozen=True)
class FoundTasks:
    """What became of the run: the evidence of its tasks, that of runs beside it where there were
    any, and the tasks themselves."""

    of_run: Evidence
    overlap: Evidence | None = None
    tasks: tuple[Document, ...] = ()


def tasks_of_trigger(case: Case) -> list[Document]:
    """Return the tasks that the trigger started, as far as ECS still shows them, oldest first.

    :raises AwsError: where they cannot be read.
    """
    client, found = case.session.clients.client("ecs"), set[str]()
    for status in ("RUNNING", STOPPED):
        found.update(list_tasks(client, case.cluster, family=case.family, desired_status=status))
    tasks = describe_tasks(client, case.cluster, sorted(found))
    ours = [task for task in tasks if task.get("createdAt") and _is_of_trigger(case, task)]
    return sorted(ours, key=lambda task: task["createdAt"])


def _is_of_trigger(case: Case, task: Mapping[str, Any]) -> bool:
    by = str(task.get("startedBy") or "")
    return not by or case.marks.fit(by, task.get("group"))


def has_tasks(case: Case, definition: Document) -> FoundTasks:
    """Look at the tasks of the run, and at those beside it."""
    source = "ecs:ListTasks, ecs:DescribeTasks"
    if not case.family:
        told = "No target says which tasks to look for."
        return FoundTasks(Evidence("tasks", UNKNOWN, told, source))
    try:
        all_of_them = tasks_of_trigger(case)
    except AwsError as error:
        return FoundTasks(unread("tasks", source, error))
    tasks = [task for task in all_of_them if case.start <= task["createdAt"] <= case.end]
    if tasks:
        of_run = _of_tasks(case, definition, tasks, source)
        return FoundTasks(of_run, _overlap(case, all_of_them, tasks, source), tuple(tasks))
    told = f"ECS shows no task of the family {case.family} by the {case.trigger.shown} {case.span}."
    if case.now - case.start > ECS_FORGETS:
        told += " It forgets stopped tasks after about an hour."
        return FoundTasks(Evidence("tasks", UNKNOWN, told, source))
    return FoundTasks(Evidence("tasks", NG, told, source))


def _overlap(
    case: Case, all_of_them: Sequence[Document], tasks: Sequence[Document], source: str
) -> Evidence | None:
    """Tell of earlier runs that had not ended when the run began."""
    begun = tasks[0]["createdAt"]
    beside = [
        task
        for task in all_of_them
        if task["createdAt"] < case.start
        and (task.get("lastStatus") != STOPPED or task.get("stoppedAt", begun) > begun)
    ]
    if not beside:
        return None
    listed = ", ".join(f"{each['taskArn']} of {case.shown(each['createdAt'])}" for each in beside)
    found = f"When it began at {case.shown(begun)}, an earlier run had not ended: {listed}."
    return Evidence("overlap", NG, found, source, ("overlaps",))


def _of_tasks(case: Case, definition: Document, tasks: Sequence[Document], source: str) -> Evidence:
    container = container_of(case, definition, tasks[0])
    task = telling_task(tasks, container)
    running = [each for each in tasks if each.get("lastStatus") != STOPPED]
    if running:
        since = f"{running[0]['taskArn']}, {running[0].get('lastStatus')}, asked for at"
        found = f"{since} {case.shown(running[0]['createdAt'])}."
        return Evidence("tasks", OK, found, source, ("still_running",))
    problem, arn = what_went_wrong(task, container), task["taskArn"]
    if problem is None:
        found = f"{arn} ended with exit code {exit_code_of(task, container)}."
        return Evidence("tasks", OK, found, source, ("ran",))
    sign = "failed" if task.get("startedAt") else "never_ran"
    return Evidence("tasks", NG, f"{problem} ({arn})", source, (sign,), stop_text(task))


def container_of(case: Case, definition: Document, task: Mapping[str, Any] | None = None) -> str:
    """Return the container whose exit code and log count."""
    if definition:
        found = observed_container(definition, case.container)
        if found:
            return found
    containers = (task or {}).get("containers") or [{}]
    return str(case.container or containers[0].get("name") or "")


def has_log(
    case: Case, definition: Document, tasks: Sequence[Document]
) -> tuple[Evidence | None, list[str]]:
    """Look at the log of the run's task, or for a stream of that time where ECS has forgotten the
    task; also return its last lines."""
    container = container_of(case, definition, tasks[0] if tasks else None)
    arn = str(telling_task(tasks, container)["taskArn"]) if tasks else "none"
    stream = log_stream(definition, container, arn) if definition else None
    if stream is None:
        return None, []
    source = "logs:GetLogEvents" if tasks else "logs:DescribeLogStreams, logs:GetLogEvents"
    try:
        client = case.session.clients.client("logs", stream.region)
        name = stream.stream if tasks else _stream_of_span(case, client, stream)
        if name is None:
            told = f"The log group {stream.group} has no lines of the container {container}"
            return Evidence("log", UNKNOWN, f"{told} {case.span}.", source), []
        events = tail_log_events(client, stream.group, name, case.log_lines)
    except AwsError as error:
        return unread("log", source, error), []
    lines = without_secrets(
        [str(event["message"]) for event in events], secret_values([definition, *tasks])
    )
    told = f"The log stream {name} of {stream.group}; lines to show: {len(lines)}."
    sign = () if tasks else ("ran_by_log",)
    return Evidence("log", OK, told, source, sign), lines


def with_telling_lines(evidence: Evidence, lines: Sequence[str]) -> Evidence:
    """Return the evidence of failed tasks with what the log tells of the reason, where it is known
    for sure: other words of a log may mean anything."""
    telling = [line for line in lines if WRONG_ARCHITECTURE in line]
    if "failed" not in evidence.signs or not telling:
        return evidence
    return replace(evidence, said=f"{evidence.said}; {telling[0]}")


def _stream_of_span(case: Case, client: Any, stream: LogStream) -> str | None:
    """Return the log stream whose first line came in the span."""
    prefix = stream.stream.rpartition("/")[0] + "/"
    since = int(case.start.timestamp() * 1000)
    for found in newest_log_streams(client, stream.group, prefix, since):
        first = datetime.fromtimestamp(found.get("firstEventTimestamp", 0) / 1000, UTC)
        if case.start <= first <= case.end:
            return str(found["logStreamName"])
    return None
