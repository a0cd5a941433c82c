# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions: read the latest revision, compare, register what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    TaskDefinition,
    describe_task_definition,
    list_task_definitions,
    register_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model import descriptions
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import task_definition_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    comparable,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
    plan_deregistration,
    plan_task_definition,
)

REQUEST = ("ecs", "RegisterTaskDefinition")


def observe(session: Session, reference: str) -> DescribedTaskDefinition | None:
    """Read a family's latest ACTIVE revision, or the named revision; None where there is none. One
    call."""
    try:
        return require(session, reference)
    except NotFound:
        return None


def require(session: Session, reference: str) -> DescribedTaskDefinition:
    """Read a task definition that must exist; raise NotFound where it does not."""
    found = describe_task_definition(session.clients.client("ecs"), reference)
    return DescribedTaskDefinition(found.document, found.tags)


def describe(params: Mapping[str, Any]) -> descriptions.Description:
    """Read the options of ``ecs_task_definition`` and check them; mistakes are raised, all of them
    together."""
    options = {name: params.get(name) for name in descriptions.TASK_DEFINITION_OPTIONS}
    description = descriptions.describe_task_definition(
        options, input_shape(*REQUEST), params.get("tags")
    )
    if params.get("revision") is not None:
        description.findings.error(
            ("revision",), "Only state absent takes a revision: AWS numbers new ones itself."
        )
    description.refuse_errors()
    return description


def converge_task_definition(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make the family's latest revision the wanted one (module ``ecs_task_definition``, state
    present)."""
    description = describe(params)
    wish = TaskDefinitionWish(
        definition=description.document,
        tags=_texts(params.get("tags")),
        purge_tags=params["purge_tags"],
        force_new_revision=params["force_new_revision"],
    )
    observed = observe(session, description.document["family"])
    plan = plan_task_definition(observed, wish)
    shown = _shown(session, plan, observed)
    if not session.check_mode:
        registered = apply_plan(session, plan, observed)
        shown = registered or shown
    return Outcome.of_plan(plan, {"task_definition": present(plan, shown)}, description.warnings())


def apply_plan(
    session: Session, plan: Plan, observed: DescribedTaskDefinition | None
) -> Document | None:
    """Do what the plan says; return the registered revision, None where none was registered."""
    if not plan.facts["registers"]:
        apply_actions(session, plan.actions)
        return None
    (registration,) = plan.actions
    return _register(session, registration, observed).document


def _register(
    session: Session, action: Action, observed: DescribedTaskDefinition | None
) -> TaskDefinition:
    request = {key: value for key, value in action.parameters.items() if key != "tags"}
    wanted = normal_form(request)
    session.learn_secrets(request)
    return register_task_definition(
        session.clients.client("ecs"),
        request,
        lambda described: not compare(comparable(described, wanted), wanted),
        tags=action.parameters.get("tags"),
        after_revision=int(observed.definition.get("revision", 0)) if observed else 0,
    )


def _shown(session: Session, plan: Plan, observed: DescribedTaskDefinition | None) -> Document:
    """Return what is known of the revision before anything is registered: its ARN without a
    revision."""
    if observed is not None and not plan.facts["registers"]:
        return observed.definition
    family = (plan.after or {})["family"]
    if observed is not None:
        return {"taskDefinitionArn": observed.arn.rpartition(":")[0], "status": "ACTIVE"}
    if not session.check_mode:
        return {"status": "ACTIVE"}
    return {"taskDefinitionArn": task_definition_arn(session.place(), family), "status": "ACTIVE"}


def present(plan: Plan, shown: Mapping[str, Any]) -> Document:
    """Return a planned task definition as results show it: its normal form, ARN, revision, status
    and tags."""
    content = {key: value for key, value in (plan.after or {}).items() if key != "tags"}
    return {
        **to_snake(content, input_shape(*REQUEST)),
        "task_definition_arn": shown.get("taskDefinitionArn"),
        "revision": shown.get("revision"),
        "status": shown.get("status"),
        "tags": plan.facts["tags"],
    }


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str] | None:
    return None if tags is None else {str(key): str(value) for key, value in tags.items()}


def remove_task_definitions(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Deregister one revision or all ACTIVE ones of a family (module ``ecs_task_definition``, state
    absent)."""
    family, revision = params["family"], params.get("revision")
    if revision is None:
        arns = list_task_definitions(session.clients.client("ecs"), family)
    else:
        found = observe(session, f"{family}:{revision}")
        arns = [found.arn] if found and found.definition.get("status") == "ACTIVE" else []
    plan = plan_deregistration(arns)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(plan, {"task_definition": None, "deregistered": list(arns)})


def read_task_definition(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Read a revision as AWS describes it (module ``ecs_task_definition_info``)."""
    revision = params.get("revision")
    found = observe(
        session, params["family"] if revision is None else f"{params['family']}:{revision}"
    )
    if found is None:
        return Outcome(results={"task_definition": None})
    shape = output_shape("ecs", "DescribeTaskDefinition").members["taskDefinition"]
    document = {**plain(to_snake(found.definition, shape)), "tags": dict(found.tags)}
    return Outcome(results={"task_definition": document})
