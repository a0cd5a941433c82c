# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards: a state machine between a trigger and ECS, which limits the time of a run, keeps runs
from overlapping and repeats one that failed.

For everything but the calls to AWS a guarded target is an ECS target like any other, with one
member more: ``Guard``. On its way to AWS it becomes a target that starts the state machine, whose
input is the guard's settings and the RunTask request; on its way back it becomes what it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    GUARD,
    task_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    GROUP_PREFIX,
    REQUEST_MEMBERS,
    group_of,
    target_overrides,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import number

SKIP, ALLOW = "skip", "allow"
"""What becomes of a run that would overlap: it is left out, or it runs beside the other."""

STATE_MACHINE = "StateMachineArn"

SETTINGS: Mapping[str, str] = {
    "timeout": "Timeout",
    "overlap": "Overlap",
    "retries": "Retries",
    "batch": "Batch",
}
"""What the state machine is told, and what it is called beside AWS's own members of a target."""


def read_guard(given: Mapping[str, Any], batch: str) -> Document:
    """Return a batch's ``guard`` as the target carries it; an empty one is none.

    :param given: ``state_machine_arn``, ``timeout`` (seconds), ``overlap`` and ``retries``.
    """
    if not given:
        return {}
    numbers = {key: number(given.get(key)) for key in ("timeout", "retries")}
    return {
        STATE_MACHINE: str(given.get("state_machine_arn")),
        "Timeout": numbers["timeout"],
        "Overlap": str(given.get("overlap") or SKIP),
        "Retries": numbers["retries"] or 0,
        "Batch": batch,
    }


def guarded(target: Mapping[str, Any]) -> Document:
    """Return a target as AWS takes it: one with a guard starts its state machine."""
    guard = target.get(GUARD)
    if not guard:
        return {key: value for key, value in target.items() if key != GUARD}
    replaced = {GUARD, "EcsParameters", "Input"}
    kept = {key: value for key, value in target.items() if key not in replaced}
    settings = {key: guard[member] for key, member in SETTINGS.items() if member in guard}
    content = {"guard": settings, "request": _request(target)}
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return {**kept, "Arn": guard[STATE_MACHINE], "Input": text}


def unguarded(target: Mapping[str, Any]) -> Document:
    """Return a target as AWS has it as the ECS target that its state machine runs; every other
    target as it is."""
    content = _content(target)
    if content is None:
        return dict(target)
    request, settings = content["request"], content["guard"]
    kept = {key: value for key, value in target.items() if key != "Input"}
    guard = {member: settings[key] for key, member in SETTINGS.items() if key in settings}
    found = {
        **kept,
        "Arn": request.get("Cluster"),
        "EcsParameters": _parameters(request),
        GUARD: {STATE_MACHINE: target["Arn"], **guard},
    }
    overrides = _renamed(request.get("Overrides") or {}, _lower)
    if overrides:
        found["Input"] = json.dumps(overrides, separators=(",", ":"), ensure_ascii=False)
    if found["EcsParameters"].get("Group") == f"{GROUP_PREFIX}{settings.get('batch')}":
        del found["EcsParameters"]["Group"]
    return found


def is_state_machine(arn: str | None) -> bool:
    """Whether an ARN is a state machine's."""
    parsed = parse_arn(arn)
    return (
        parsed is not None
        and parsed.service == "states"
        and parsed.resource.startswith("stateMachine:")
    )


def may_run_tasks(arn: str | None) -> bool:
    """Whether what a trigger starts may be an ECS task: through ECS, or through a state machine,
    whose input tells."""
    return ":ecs:" in str(arn) or is_state_machine(arn)


def _content(target: Mapping[str, Any]) -> Document | None:
    """Return settings and request where the target is a guarded one."""
    if not is_state_machine(target.get("Arn")):
        return None
    content = parsed_json(target.get("Input"))
    if not isinstance(content, dict):
        return None
    both = (content.get("guard"), content.get("request"))
    return content if all(isinstance(part, dict) for part in both) else None


def _request(target: Mapping[str, Any]) -> Document:
    """Return the RunTask request of a target in Step Functions' spelling, which is PascalCase
    throughout."""
    parameters = target.get("EcsParameters", {})
    request: Document = {"cluster": target.get("Arn")}
    for source, member in REQUEST_MEMBERS.items():
        if source in parameters:
            request[member] = parameters[source]
    request["group"] = group_of(target)
    if parameters.get("NetworkConfiguration"):
        request["networkConfiguration"] = parameters["NetworkConfiguration"]
    if parameters.get("Tags"):
        request["tags"] = [
            {"key": key, "value": value} for key, value in task_tags(parameters["Tags"]).items()
        ]
    overrides = target_overrides(target)
    if overrides:
        request["overrides"] = overrides
    return {_upper(key): _renamed(value, _upper) for key, value in request.items() if value}


def _parameters(request: Mapping[str, Any]) -> Document:
    """Return the EcsParameters that a request came from."""
    parameters: Document = {}
    for source, member in REQUEST_MEMBERS.items():
        value = request.get(_upper(member))
        if value is not None:
            parameters[source] = _renamed(value, _lower)
    network = (request.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration")
    if network:
        parameters["NetworkConfiguration"] = {"awsvpcConfiguration": dict(network)}
    if request.get("Tags"):
        parameters["Tags"] = [dict(tag) for tag in request["Tags"]]
    return parameters


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {rename(str(key)): _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(item, rename) for item in value]
    return value


def _upper(name: str) -> str:
    return name[:1].upper() + name[1:]


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
