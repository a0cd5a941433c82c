# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS tasks that really run: RunTask, DescribeTasks, ListTasks and StopTask.

RunTask is checked and answered by what is below first. From then on the task is known here:
DescribeTasks, ListTasks and StopTask are answered from this store, with real times, exit codes
and stop reasons, and what a container prints is in its awslogs stream before the task is STOPPED.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.container_log import ContainerLog
from emulator.image_pulls import why_not_pulled
from emulator.layer import ApiError, Call, Forward
from emulator.task_containers import LogDestination, merge_containers
from emulator.task_record import StopFacts, TaskRecord
from emulator.task_run import FAILED_TO_START, TaskRun

_END_SECONDS = 10.0
_LARGEST_PAGE = 100
_STOPPED_BY_USER = "Task stopped by user"
_NOT_WITH_STARTED_BY = ("family", "launchType", "serviceName", "containerInstance", "daemonName")

_Place = tuple[str, str]
"""Account and region."""


class EcsTasks:
    """A middleware that runs tasks. `reset` ends every process that it started."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs: dict[_Place, dict[str, TaskRun]] = {}
        self._tokens: dict[tuple[_Place, str], tuple[dict[str, Any], dict[str, Any]]] = {}
        self._planned_failures: deque[StopFacts] = deque()
        self._accepting = True
        self._operations = {
            "RunTask": self._run_task,
            "DescribeTasks": self._describe_tasks,
            "ListTasks": self._list_tasks,
            "StopTask": self._stop_task,
        }

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Answer the four operations, and pass everything else on."""
        operation = self._operations.get(call.operation) if call.service == "ecs" else None
        return operation(call, forward) if operation else forward(call)

    def fail_next_start(self, stop_code: str, stopped_reason: str) -> None:
        """Let the next task fail to start with this stop code and reason (once per call)."""
        self._planned_failures.append(StopFacts(stop_code, stopped_reason))

    def runs(self) -> list[TaskRun]:
        """Every task that was started, oldest first within its region."""
        with self._lock:
            return [run for runs in self._runs.values() for run in runs.values()]

    def reset(self) -> None:
        """End every process and forget every task."""
        self._forget(accepting=True)

    def close(self) -> None:
        """The same, for good: from now on no task is started."""
        self._forget(accepting=False)

    def _forget(self, *, accepting: bool) -> None:
        with self._lock:
            self._accepting = accepting
            ended = self.runs()
            self._runs.clear()
            self._tokens.clear()
            self._planned_failures.clear()
        for run in ended:
            run.end()
        for run in ended:
            run.join(_END_SECONDS)

    def _run_task(self, call: Call, forward: Forward) -> dict[str, Any]:
        token = call.parameters.get("clientToken")
        with self._lock:
            known = self._tokens.get((_place(call), token)) if token else None
            if known:
                return self._answer_again(call, *known)
            answer = self._start_tasks(call, forward)
            if token:
                self._tokens[_place(call), token] = (call.parameters, answer)
            return answer

    def _answer_again(
        self, call: Call, parameters: dict[str, Any], answer: dict[str, Any]
    ) -> dict[str, Any]:
        if call.parameters != parameters:
            raise ApiError(
                "ConflictException",
                "The clientToken is already in use with a different RunTask request.",
            )
        runs = self._runs[_place(call)]
        tasks = [runs[task["taskArn"]].record.describe() for task in answer["tasks"]]
        return {**answer, "tasks": tasks}

    def _start_tasks(self, call: Call, forward: Forward) -> dict[str, Any]:
        if not self._accepting:
            raise ApiError("ServerException", "The emulator is ending.", 500)
        answer = forward(call)
        runs = [self._new_run(call, forward, task) for task in answer.get("tasks") or ()]
        tasks = [run.record.describe(with_tags=True) for run in runs]
        place = self._runs.setdefault(_place(call), {})
        for run in runs:
            place[run.record.arn] = run
            run.start()
        return {**answer, "tasks": tasks}

    def _new_run(self, call: Call, forward: Forward, accepted: Mapping[str, Any]) -> TaskRun:
        described = forward(
            call.sibling(
                "DescribeTaskDefinition",
                taskDefinition=accepted["taskDefinitionArn"],
                include=["TAGS"],
            )
        )
        definition = described["taskDefinition"]
        task_id = accepted["taskArn"].rsplit("/", 1)[-1]
        overrides = call.parameters.get("overrides") or {}
        record = TaskRecord(
            accepted=accepted,
            parameters=call.parameters,
            definition=definition,
            containers=merge_containers(definition, overrides, task_id, call.region),
            tags=_task_tags(call.parameters, described.get("tags") or [], accepted["clusterArn"]),
        )

        def open_log(destination: LogDestination) -> ContainerLog:
            return ContainerLog(destination, call, forward)

        return TaskRun(record, open_log, self._failure_to_start(call, forward, record))

    def _failure_to_start(
        self, call: Call, forward: Forward, record: TaskRecord
    ) -> StopFacts | None:
        """What a test asked for, or an image that is not there."""
        if self._planned_failures:
            return self._planned_failures.popleft()
        reason = why_not_pulled(call, forward, record.containers)
        return StopFacts(FAILED_TO_START, reason) if reason else None

    def _describe_tasks(self, call: Call, forward: Forward) -> dict[str, Any]:
        cluster_arn = _cluster_arn(call, forward)
        with_tags = "TAGS" in (call.parameters.get("include") or ())
        found, missing = [], []
        for identifier in call.parameters.get("tasks") or ():
            run = self._find(call, cluster_arn, identifier)
            if run:
                found.append(run.record.describe(with_tags=with_tags))
            else:
                missing.append({"arn": _task_arn(cluster_arn, identifier), "reason": "MISSING"})
        return {"tasks": found, "failures": missing}

    def _stop_task(self, call: Call, forward: Forward) -> dict[str, Any]:
        cluster_arn = _cluster_arn(call, forward)
        run = self._find(call, cluster_arn, call.parameters["task"])
        if run is None:
            raise ApiError("InvalidParameterException", "The referenced task was not found.")
        run.stop(call.parameters.get("reason") or _STOPPED_BY_USER)
        return {"task": run.record.describe(with_tags=True)}

    def _list_tasks(self, call: Call, forward: Forward) -> dict[str, Any]:
        parameters = call.parameters
        # aws/aws-sdk-go-v2#1893; desiredStatus and cluster are no such arguments.
        if "startedBy" in parameters and any(name in parameters for name in _NOT_WITH_STARTED_BY):
            raise ApiError(
                "InvalidParameterException", "cannot specify startedBy with other arguments"
            )
        cluster_arn = _cluster_arn(call, forward)
        arns = [
            run.record.arn
            for run in self._runs_in(call, cluster_arn)
            if _is_listed(run.record, parameters)
        ]
        return _page(arns, parameters)

    def _find(self, call: Call, cluster_arn: str, identifier: str) -> TaskRun | None:
        arn = _task_arn(cluster_arn, identifier)
        return next(
            (run for run in self._runs_in(call, cluster_arn) if run.record.arn == arn), None
        )

    def _runs_in(self, call: Call, cluster_arn: str) -> Iterator[TaskRun]:
        with self._lock:
            runs = list(self._runs.get(_place(call), {}).values())
        return (run for run in runs if run.record.cluster_arn == cluster_arn)


def _place(call: Call) -> _Place:
    return call.account, call.region


def _cluster_arn(call: Call, forward: Forward) -> str:
    cluster = call.parameters.get("cluster") or "default"
    clusters = forward(call.sibling("DescribeClusters", clusters=[cluster])).get("clusters")
    if not clusters:
        raise ApiError("ClusterNotFoundException", "Cluster not found.")
    return str(clusters[0]["clusterArn"])


def _task_arn(cluster_arn: str, identifier: str) -> str:
    if identifier.startswith("arn:"):
        return identifier
    return f"{cluster_arn.replace(':cluster/', ':task/')}/{identifier}"


def _task_tags(
    parameters: Mapping[str, Any], definition_tags: list[dict[str, str]], cluster_arn: str
) -> list[dict[str, str]]:
    propagated = definition_tags if parameters.get("propagateTags") == "TASK_DEFINITION" else []
    # The request's own tags win over those of the definition.
    tags = {tag["key"]: tag for tag in [*propagated, *(parameters.get("tags") or ())]}
    if parameters.get("enableECSManagedTags"):
        name = "aws:ecs:clusterName"
        tags[name] = {"key": name, "value": cluster_arn.rsplit("/", 1)[-1]}
    return list(tags.values())


def _is_listed(record: TaskRecord, filters: Mapping[str, Any]) -> bool:
    facts = {
        "family": record.family,
        "startedBy": record.started_by,
        "launchType": record.launch_type,
        "desiredStatus": record.desired_status,
        # The runner runs no service's tasks and knows no container instances.
        "serviceName": None,
        "containerInstance": record.accepted.get("containerInstanceArn"),
        "daemonName": None,
    }
    wanted = {"desiredStatus": "RUNNING", **filters}
    return all(fact == wanted[name] for name, fact in facts.items() if name in wanted)


def _page(arns: list[str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    size = parameters.get("maxResults", _LARGEST_PAGE)
    if not 1 <= size <= _LARGEST_PAGE:
        raise ApiError("InvalidParameterException", "maxResults must be between 1 and 100")
    start = _offset(parameters.get("nextToken"))
    page: dict[str, Any] = {"taskArns": arns[start : start + size]}
    if start + size < len(arns):
        page["nextToken"] = str(start + size)
    return page


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdigit():
        raise ApiError("InvalidParameterException", "Invalid token")
    return int(token)
