# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS tasks: run, describe, list and stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    collect,
    given,
    in_batches,
    service_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    FailedEntry,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import ECS_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

DESCRIBE_BATCH = 100
"""Tasks per DescribeTasks (botocore)."""

MISSING = "MISSING"


def run_task(
    client: Client, request: Document, *, client_token: str, tags: Mapping[str, str] | None = None
) -> list[Document]:
    """Start tasks and return them.

    :param request: RunTask's input in the API's spelling, without clientToken and tags.
    :param client_token: up to 64 characters; the same token never starts a second set of tasks.
    :raises PartialFailure: where ECS could not start all; those that it started are in ``done``.
    """
    complete = {**request, "clientToken": client_token}
    if tags:
        complete["tags"] = ECS_TAGS.to_list(tags)
    doing = f"running the task definition {request.get('taskDefinition')}"
    answer = call(client, "RunTask", complete, doing=doing)
    started: list[Document] = answer.get("tasks") or []
    failed = _failures(answer.get("failures") or ())
    if failed:
        raise PartialFailure(Call(service_of(client), "RunTask", doing), failed, started)
    return started


def describe_tasks(client: Client, cluster: str, tasks: Sequence[str]) -> list[Document]:
    """Return the tasks that ECS still knows; it forgets stopped ones after about an hour.

    :param tasks: task ids or ARNs.
    :raises PartialFailure: where ECS cannot tell for another reason than that a task is missing.
    """
    return in_batches(tasks, DESCRIBE_BATCH, lambda batch: _describe(client, cluster, batch))


def _describe(client: Client, cluster: str, batch: Sequence[str]) -> list[Document]:
    doing = f"describing tasks of the cluster {cluster}"
    request = {"cluster": cluster, "tasks": list(batch)}
    answer = call(client, "DescribeTasks", request, doing=doing, expect=("tasks",))
    described: list[Document] = answer["tasks"]
    failed = [entry for entry in _failures(answer.get("failures") or ()) if entry.code != MISSING]
    if failed:
        raise PartialFailure(Call(service_of(client), "DescribeTasks", doing), failed, described)
    return described


def list_tasks(
    client: Client,
    cluster: str,
    *,
    family: str | None = None,
    started_by: str | None = None,
    desired_status: str = "RUNNING",
) -> list[str]:
    """Return the ARNs of a cluster's tasks.

    :param family: only tasks of this task definition family, without a revision.
    :param started_by: only tasks with exactly this ``startedBy``.
    :param desired_status: ``RUNNING`` or ``STOPPED``; stopped tasks are listed for about an hour.
    """
    request = given(
        cluster=cluster, family=family, startedBy=started_by, desiredStatus=desired_status
    )
    doing = f"listing {desired_status} tasks of the cluster {cluster}"
    return collect(client, "ListTasks", "taskArns", request, doing=doing)


def _failures(failures: Iterable[Mapping[str, str]]) -> list[FailedEntry]:
    return [
        FailedEntry(failure.get("arn", ""), failure.get("reason", ""), failure.get("detail", ""))
        for failure in failures
    ]
