# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of batches: which tasks are whose, and what is told of each.

While ECS keeps a stopped task (about an hour), its own facts are told. Of older runs only the log
streams are left, which tell when a run wrote its first and its last line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    STARTED_BY_PREFIX as STARTED_BY_HAND,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    started_by as started_by_hand,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    task_id,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import stop_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

STARTED_BY_RULE = "events-rule/"
STARTED_BY_SCHEDULE = "chronos-schedule/"
STARTED_BY_SERVICE = "ecs-svc/"
OLD_STARTED_BY_LENGTH = 36
"""ECS's former limit of ``startedBy``: longer names may be cut there (ECS API reference, older
versions)."""

STOPPED = "STOPPED"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RunSource:
    """A batch as far as its tasks are known by it: trigger, cluster and family, and for a guarded
    one, whose tasks its state machine starts, their group."""

    name: str
    trigger: str
    cluster_arn: str
    family: str
    group: str | None = None

    @property
    def started_by(self) -> str:
        """Return what ECS notes of the tasks that the trigger starts."""
        prefix = STARTED_BY_RULE if self.trigger == RULE else STARTED_BY_SCHEDULE
        return f"{prefix}{self.name}"

    def has_started(self, started_by: str) -> bool:
        """Whether the trigger, or a run by hand, started a task with this ``startedBy``."""
        cut = self.started_by[:OLD_STARTED_BY_LENGTH]
        return started_by in {self.started_by, cut, started_by_hand(self.name)}


def shared_tasks(
    sources: Sequence[RunSource], tasks: Iterable[Mapping[str, Any]]
) -> dict[RunSource, list[Document]]:
    """Return the tasks of each batch.

    A task belongs to the batch of its family whose trigger started it. One that was started in
    another way counts as the batch's where that is the only one of its family, but for the tasks of
    services.
    """
    found: dict[RunSource, list[Document]] = {source: [] for source in sources}
    by_place: dict[tuple[str, str], list[RunSource]] = {}
    for source in sources:
        by_place.setdefault((source.cluster_arn, source.family), []).append(source)
    for task in tasks:
        family = family_and_revision(str(task.get("taskDefinitionArn")))[0]
        candidates = by_place.get((str(task.get("clusterArn")), family), [])
        owner = _owner_by_group(candidates, task) or _owner(
            candidates, str(task.get("startedBy") or "")
        )
        if owner is not None:
            found[owner].append(dict(task))
    return found


def _owner_by_group(candidates: Sequence[RunSource], task: Mapping[str, Any]) -> RunSource | None:
    """Return the guarded batch whose group a task is in."""
    if str(task.get("startedBy") or "").startswith(STARTED_BY_HAND):
        return None
    guarded = [
        source for source in candidates if source.group and source.group == task.get("group")
    ]
    return guarded[0] if len(guarded) == 1 else None


def _owner(candidates: Sequence[RunSource], started_by: str) -> RunSource | None:
    matching = [source for source in candidates if source.has_started(started_by)]
    exact = [source for source in matching if source.started_by == started_by]
    for choice in (exact, matching):
        if len(choice) == 1:
            return choice[0]
    known = (STARTED_BY_RULE, STARTED_BY_SCHEDULE, STARTED_BY_SERVICE)
    if not matching and len(candidates) == 1 and not started_by.startswith(known):
        return candidates[0]
    return None


def running_tasks(tasks: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Return what is told of the tasks that have not stopped yet, oldest first."""
    going = [task for task in tasks if task.get("lastStatus") != STOPPED]
    return [_as_running(task) for task in sorted(going, key=_began)]


def _as_running(task: Mapping[str, Any]) -> Document:
    return {
        "task_arn": task.get("taskArn"),
        "started_at": _text(task.get("startedAt")),
        "started_by": task.get("startedBy"),
        "revision": _revision(task),
    }


def stopped_runs(tasks: Iterable[Mapping[str, Any]], container: str | None) -> list[Document]:
    """Return what is told of the tasks that have stopped, newest first.

    :param container: the one whose exit code counts; where a task has none of this name, its
        first one.
    """
    ended = [task for task in tasks if task.get("lastStatus") == STOPPED]
    return [_as_run(task, container) for task in sorted(ended, key=_began, reverse=True)]


def _as_run(task: Mapping[str, Any], container: str | None) -> Document:
    started, stopped = task.get("startedAt"), task.get("stoppedAt")
    return {
        "task_arn": task.get("taskArn"),
        "started_at": _text(started),
        "stopped_at": _text(stopped),
        "duration_seconds": _seconds(started, stopped),
        "exit_code": _exit_code(task, container),
        "stop_code": task.get("stopCode"),
        "stop_reason": stop_text({**task, "stopCode": None}) or None,
        "revision": _revision(task),
        "source": "ecs",
    }


def _exit_code(task: Mapping[str, Any], container: str | None) -> int | None:
    containers = task.get("containers") or ()
    named = [entry for entry in containers if entry.get("name") == container]
    code = next((entry.get("exitCode") for entry in named or containers), None)
    return None if code is None else int(code)


def _revision(task: Mapping[str, Any]) -> int | None:
    return family_and_revision(str(task.get("taskDefinitionArn")))[1]


def _began(task: Mapping[str, Any]) -> datetime:
    moment = task.get("startedAt") or task.get("createdAt") or task.get("stoppedAt")
    return moment if isinstance(moment, datetime) else EPOCH


def _text(moment: Any) -> str | None:
    return utc_text(moment) if isinstance(moment, datetime) else None


def _seconds(started: Any, stopped: Any) -> int | None:
    if not isinstance(started, datetime) or not isinstance(stopped, datetime):
        return None
    return max(0, round((stopped - started).total_seconds()))


def logged_runs(
    streams: Iterable[Mapping[str, Any]], prefix: str, cluster_arn: str
) -> list[Document]:
    """Return what log streams tell of runs, newest first.

    :param streams: as DescribeLogStreams answers them, with times in milliseconds since 1970.
    :param prefix: what the streams' names have before the task's id.
    """
    ours = [stream for stream in streams if _is_run(stream, prefix)]
    in_order = sorted(ours, key=_first_line, reverse=True)
    return [_as_logged(stream, cluster_arn) for stream in in_order]


def _is_run(stream: Mapping[str, Any], prefix: str) -> bool:
    name = str(stream.get("logStreamName"))
    return name.startswith(prefix) and bool(name[len(prefix) :]) and "/" not in name[len(prefix) :]


def _first_line(stream: Mapping[str, Any]) -> int:
    return int(stream.get("firstEventTimestamp") or stream.get("creationTime") or 0)


def _as_logged(stream: Mapping[str, Any], cluster_arn: str) -> Document:
    started = _moment(_first_line(stream))
    last = stream.get("lastEventTimestamp")
    stopped = _moment(int(last)) if last else None
    return {
        "task_arn": task_arn(cluster_arn, task_id(str(stream["logStreamName"]))),
        "started_at": _text(started),
        "stopped_at": _text(stopped),
        "duration_seconds": _seconds(started, stopped),
        "exit_code": None,
        "stop_code": None,
        "stop_reason": None,
        "revision": None,
        "source": "log",
    }


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def task_arn(cluster_arn: str, identifier: str) -> str:
    """Return the ARN of a task by its id (ECS's long ARN format)."""
    return f"{cluster_arn.replace(':cluster/', ':task/')}/{identifier}"


def last_runs(
    recent: Sequence[Document], logged: Sequence[Document], running: Iterable[Document], most: int
) -> list[Document]:
    """Return the newest runs: what ECS tells, and what only the log tells further back."""
    known = {task_id(str(run["task_arn"])) for run in (*recent, *running)}
    older = [run for run in logged if task_id(str(run["task_arn"])) not in known]
    in_order = sorted([*recent, *older], key=_order, reverse=True)
    return in_order[:most]


def _order(run: Mapping[str, Any]) -> str:
    """Return when a run began, or ended without ever having begun; all texts are in UTC."""
    return str(run["started_at"] or run["stopped_at"] or "")
