# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of a batch starts: its trigger's target, the task definition, and extra overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import new_token
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_trigger import (
    ecs_target_of,
    find_trigger,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    observed_container,
    run_request,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    NOT_CONVERTED,
    remedy,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import UserPaths
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    read_overrides as read_override_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.overrides import (
    check_overrides,
)


@dataclass(frozen=True)
class Run:
    """What is run: the request, the definition of its task, and the container that counts, of
    which the last ``log_lines`` lines are returned."""

    cluster: str
    request: Document
    definition: Document
    container: str
    log_lines: int


def prepare(session: Session, params: Mapping[str, Any]) -> Run:
    """Read what the trigger would start, and check the overrides against it before anything
    starts."""
    extra = read_overrides(params.get("overrides"))
    target = ecs_target_of(find_trigger(session, params), params.get("target_id"))
    _check_input(target, extra)
    request = run_request(target, extra, params["name"], new_token())
    definition = _read_definition(session, _reference(request, target))
    _check_containers(request, definition)
    container = container_that_counts(definition, params.get("container"))
    cluster = request.get("cluster") or "default"
    return Run(cluster, request, definition, container, params["log_lines"])


def read_overrides(given: Any) -> Document | None:
    """Return the option ``overrides`` in RunTask's spelling; mistakes are raised together."""
    if given is None:
        return None
    findings, paths = Findings(), UserPaths()
    shape = structure("ecs", "TaskOverride")
    overrides = read_override_options(given, shape, findings, paths, (), ("overrides",))
    check_overrides(overrides, shape, findings)
    refuse_errors(findings, paths.render)
    return overrides


def _check_input(target: Mapping[str, Any], extra: Document | None) -> None:
    """Refuse a target whose overrides nobody can know without the event, or could ever read."""
    made_of_event = [member for member in ("InputPath", "InputTransformer") if target.get(member)]
    if made_of_event and extra is None:
        raise InvalidDescription(
            [
                f"name: The target {target['Id']} makes its overrides of the event"
                f" ({made_of_event[0]}), and a run by hand has none. Give them in 'overrides', {{}}"
                " for none."
            ]
        )
    if not isinstance(parsed_json(target.get("Input") or "{}"), dict):
        raise Failure(
            f"The batch was not started: {NOT_CONVERTED}. The input of the target {target['Id']} is"
            f" no JSON object. {remedy(NOT_CONVERTED)}",
            Outcome(),
        )


def _reference(request: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """Return the task definition of a request, which a universal target may lack."""
    if not request.get("taskDefinition"):
        raise InvalidDescription(
            [f"name: The input of the target {target['Id']} names no TaskDefinition."]
        )
    return str(request["taskDefinition"])


def _read_definition(session: Session, reference: str) -> Document:
    try:
        return describe_task_definition(session.clients.client("ecs"), reference).document
    except NotFound as error:
        raise Failure.of(error, Outcome(), remedy("Unable to describe task definition")) from error


def _check_containers(request: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
    known = [entry["name"] for entry in definition["containerDefinitions"]]
    for entry in request.get("overrides", {}).get("containerOverrides", ()):
        if entry.get("name") not in known:
            message = (
                f"Override for container named {entry.get('name')} is not a container in the"
                " TaskDefinition."
            )
            revision = f"{definition['family']}:{definition['revision']}"
            raise Failure(
                f"The batch was not started: {message} The task definition {revision} has the"
                f" containers {', '.join(known)}. {remedy(message)}",
                Outcome(),
            )


def container_that_counts(definition: Mapping[str, Any], wanted: str | None) -> str:
    """Return the container whose exit code and log are told; refuse one that is not there."""
    found = observed_container(definition, wanted)
    if found is None:
        known = ", ".join(entry["name"] for entry in definition["containerDefinitions"])
        raise InvalidDescription(
            [f"container: {wanted!r} is no container of {definition['family']}; it has {known}."]
        )
    return found
