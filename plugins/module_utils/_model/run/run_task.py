# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a batch now: the RunTask request that its trigger would send, and what came of the
tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    GUARD,
    task_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
    universal_request,
)

STARTED_BY_PREFIX = "batchwork-run/"
STARTED_BY_LENGTH = 128
"""RunTask: up to 128 letters, digits, hyphens, slashes and underscores (botocore)."""

REQUEST_MEMBERS: Mapping[str, str] = {
    "TaskDefinitionArn": "taskDefinition",
    "TaskCount": "count",
    "LaunchType": "launchType",
    "PlatformVersion": "platformVersion",
    "Group": "group",
    "CapacityProviderStrategy": "capacityProviderStrategy",
    "EnableECSManagedTags": "enableECSManagedTags",
    "EnableExecuteCommand": "enableExecuteCommand",
    "PlacementConstraints": "placementConstraints",
    "PlacementStrategy": "placementStrategy",
    "PropagateTags": "propagateTags",
    "ReferenceId": "referenceId",
}
"""The members of EcsParameters that RunTask takes under another name and as they are."""


GROUP_PREFIX = "batchwork:"
"""Tasks of a guarded batch that names no group are in one of their own, by which its runs are
known: several batches may run one task definition."""


def group_of(target: Mapping[str, Any]) -> str | None:
    """Return the group in which a target's tasks are started; None where ECS names it."""
    group = target.get("EcsParameters", {}).get("Group")
    batch = (target.get(GUARD) or {}).get("Batch")
    return group or (f"{GROUP_PREFIX}{batch}" if batch else None)


def started_by(name: str) -> str:
    """Return what marks the tasks as started by hand: characters that ECS does not take become
    underscores."""
    return (STARTED_BY_PREFIX + re.sub(r"[^A-Za-z0-9_/-]", "_", name))[:STARTED_BY_LENGTH]


def run_request(
    target: Mapping[str, Any], extra_overrides: Document | None, name: str, client_token: str
) -> Document:
    """Return the RunTask request of a target: all 14 EcsParameters and the input, and extra
    overrides on top; of a universal target, its input.

    ``startedBy`` and ``clientToken`` are always of this run.
    """
    request = (
        universal_request(target) if is_run_task_target(target) else _templated_request(target)
    )
    overrides = merged_overrides(request.pop("overrides", None) or {}, extra_overrides or {})
    if overrides:
        request["overrides"] = overrides
    if request.get("tags"):
        request["tags"] = task_tags(request["tags"])
    request.update(startedBy=started_by(name), clientToken=client_token)
    return request


def _templated_request(target: Mapping[str, Any]) -> Document:
    parameters = target["EcsParameters"]
    request: Document = {"cluster": target["Arn"]}
    for source, member in REQUEST_MEMBERS.items():
        if source in parameters:
            request[member] = parameters[source]
    if group_of(target):
        request["group"] = group_of(target)
    network = (parameters.get("NetworkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        lowered = {key[:1].lower() + key[1:]: value for key, value in network.items()}
        request["networkConfiguration"] = {"awsvpcConfiguration": lowered}
    if parameters.get("Tags"):
        request["tags"] = parameters["Tags"]
    request["overrides"] = target_overrides(target)
    return request


def target_overrides(target: Mapping[str, Any]) -> Document:
    """Return the overrides that a target's input says; input that is no JSON object says none."""
    parsed = parsed_json(target.get("Input") or "{}")
    return parsed if isinstance(parsed, dict) else {}


def merged_overrides(base: Mapping[str, Any], extra: Mapping[str, Any]) -> Document:
    """Lay extra overrides over those of the target: containers by name, environment variables by
    name."""
    merged: Document = {
        **base,
        **{key: value for key, value in extra.items() if key != "containerOverrides"},
    }
    containers = {entry.get("name"): dict(entry) for entry in base.get("containerOverrides", ())}
    for entry in extra.get("containerOverrides", ()):
        current = containers.get(entry.get("name"), {})
        overlaid = {**current, **entry}
        if "environment" in current and "environment" in entry:
            variables = {
                pair["name"]: pair for pair in (*current["environment"], *entry["environment"])
            }
            overlaid["environment"] = list(variables.values())
        containers[entry.get("name")] = overlaid
    if containers:
        merged["containerOverrides"] = list(containers.values())
    return merged


def task_id(task_arn: str) -> str:
    """Return the id of a task, the last step of its ARN."""
    return task_arn.rpartition("/")[2]


def cluster_of(task_arn: str) -> str:
    """Return the cluster that a task's ARN names; the short form of old accounts names none."""
    arn = parse_arn(task_arn)
    steps = arn.resource.split("/") if arn else []
    return steps[1] if len(steps) == 3 else "default"


@dataclass(frozen=True)
class LogStream:
    """Where a container's lines are: the CloudWatch log group, the stream, and the region of
    both."""

    group: str
    stream: str
    region: str | None


def log_stream(definition: Mapping[str, Any], container: str, task_arn: str) -> LogStream | None:
    """Return the log stream ``prefix/container/task-id`` of a container, None without awslogs
    and a prefix."""
    containers: Sequence[Mapping[str, Any]] = definition["containerDefinitions"]
    found: Mapping[str, Any] = next(
        (entry for entry in containers if entry["name"] == container), {}
    )
    configuration = found.get("logConfiguration") or {}
    options = configuration.get("options") or {}
    if configuration.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return None
    stream = f"{options['awslogs-stream-prefix']}/{container}/{task_id(task_arn)}"
    return LogStream(options["awslogs-group"], stream, options.get("awslogs-region"))


def observed_container(definition: Mapping[str, Any], wanted: str | None) -> str | None:
    """Return the container whose exit code and log count: the named one, else the first essential
    one.

    None where the named container does not exist.
    """
    containers: Sequence[Mapping[str, Any]] = definition["containerDefinitions"]
    if wanted is not None:
        return wanted if any(entry["name"] == wanted for entry in containers) else None
    essential = [entry for entry in containers if entry.get("essential", True)]
    return str((essential or containers)[0]["name"])
