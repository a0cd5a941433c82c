# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role of a trigger may do, judged when the trigger fires.

EventBridge and Scheduler start tasks with their own role, so nothing is known of a missing
permission before. Judged are the trust policy, and in the role's inline and attached policies
ecs:RunTask, iam:PassRole and ecs:TagResource, with the operators that `strict.trust` reads; of what
nobody reads here, nothing is allowed. A trigger of a guarded batch needs states:StartExecution, and
what the state machine does at ECS is judged by its own role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from emulator.layer import ApiError, Call, Forward
from emulator.strict.trust import as_list, can_assume, holds

ECS_TASKS = "ecs-tasks.amazonaws.com"
NOT_ASSUMABLE = {
    # As PutRule words it where it is given such a role [observed, Zappa#381].
    "events": "Provided role '{role}' cannot be assumed by principal 'events.amazonaws.com'.",
    # As CreateSchedule words it [memory].
    "scheduler": "The execution role you provide must allow AWS EventBridge Scheduler to assume "
    "the role.",
    # As CreateStateMachine words it where it is given such a role.
    "states": "Neither the global service principal states.amazonaws.com, nor the regional one is "
    "authorized to assume the provided role.",
}

Context = dict[str, str]
Need = tuple[str, str, Context]
"""An action, its resource and the condition keys that the service sends."""


class NotAssumable(ApiError):
    """The trigger's service cannot assume the role, so the API is not called at all."""


def refuse(
    call: Call, send: Forward, service: str, role: str, source_arn: str, request: Mapping[str, Any]
) -> None:
    """Raise `ApiError` where the role does not let `service` send this RunTask request.

    `source_arn` is the rule's, or that of the schedule's group, which AWS sends as aws:SourceArn.
    """
    _require(call, send, service, role, source_arn, _needs(call, send, request))


def refuse_execution(
    call: Call, send: Forward, service: str, role: str, source_arn: str, state_machine: str
) -> None:
    """Raise `ApiError` where the role does not let `service` start this state machine."""
    need = ("states:StartExecution", state_machine, Context())
    _require(call, send, service, role, source_arn, [need])


def refuse_ecs(
    call: Call,
    send: Forward,
    role: str,
    state_machine: str,
    operation: str,
    request: Mapping[str, Any],
) -> None:
    """Raise `ApiError` where the role of a state machine does not let it call ECS like this."""
    needs = _needs(call, send, request) if operation == "RunTask" else _looks(operation, request)
    _require(call, send, "states", role, state_machine, needs)


def _require(
    call: Call, send: Forward, service: str, role: str, source_arn: str, needs: Iterable[Need]
) -> None:
    context = {"aws:sourceaccount": call.account, "aws:sourcearn": source_arn}
    if not can_assume(call, send, f"{service}.amazonaws.com", role, context):
        raise NotAssumable("ValidationException", NOT_ASSUMABLE[service].format(role=role))
    statements = list(role_statements(call, send, role))
    for action, resource, conditions in needs:
        if not is_allowed(statements, action, resource, {**context, **conditions}):
            raise _denied(call, role, action, resource)


def _looks(operation: str, request: Mapping[str, Any]) -> Iterator[Need]:
    """What calls about tasks need; listing a family's tasks is judged by container instances
    [Service Authorization Reference, Amazon ECS]."""
    if operation == "ListTasks":
        cluster = str(request.get("cluster"))
        yield "ecs:ListTasks", f"{cluster.replace(':cluster/', ':container-instance/')}/*", {}
    for task in [request["task"]] if "task" in request else request.get("tasks") or ():
        yield f"ecs:{operation}", task, {}


def _needs(call: Call, send: Forward, request: Mapping[str, Any]) -> Iterator[Need]:
    """Actions with their resources and the condition keys that the service sends; none where
    RunTask finds no task definition to judge."""
    reference = request.get("taskDefinition")
    asked = call.sibling(
        "DescribeTaskDefinition", service="ecs", taskDefinition=reference, include=["TAGS"]
    )
    try:
        answer = send(asked)
    except ApiError:
        return
    described, cluster = answer["taskDefinition"], _cluster_arn(call, request)
    conditions = {"ecs:cluster": cluster, **_tag_conditions(answer.get("tags") or ())}
    yield "ecs:RunTask", described["taskDefinitionArn"], conditions
    overrides = request.get("overrides") or {}
    for member in ("executionRoleArn", "taskRoleArn"):
        passed = overrides.get(member) or described.get(member)
        if passed:
            yield "iam:PassRole", passed, {"iam:passedtoservice": ECS_TASKS}
    if any(request.get(name) for name in ("tags", "propagateTags", "enableECSManagedTags")):
        task = f"{cluster.replace(':cluster/', ':task/')}/*"
        yield "ecs:TagResource", task, {"ecs:createaction": "RunTask"}


def _tag_conditions(tags: Iterable[Mapping[str, str]]) -> Context:
    """The tags of a task definition, on which RunTask may be conditioned [Service Authorization
    Reference, Amazon ECS]."""
    return {f"aws:resourcetag/{tag['key'].lower()}": tag.get("value", "") for tag in tags}


def _cluster_arn(call: Call, request: Mapping[str, Any]) -> str:
    cluster = str(request.get("cluster") or "default")
    if cluster.startswith("arn:"):
        return cluster
    partition = str(request["taskDefinition"]).split(":")[1]
    return f"arn:{partition}:ecs:{call.region}:{call.account}:cluster/{cluster}"


def role_statements(call: Call, send: Forward, role: str) -> Iterator[dict[str, Any]]:
    """Every statement of the role's inline and attached policies."""
    name = role.rpartition("/")[2]

    def ask(operation: str, **parameters: str) -> dict[str, Any]:
        return send(call.sibling(operation, service="iam", **parameters))

    for policy in ask("ListRolePolicies", RoleName=name)["PolicyNames"]:
        answer = ask("GetRolePolicy", RoleName=name, PolicyName=policy)
        yield from _statements(answer["PolicyDocument"])
    for attached in ask("ListAttachedRolePolicies", RoleName=name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = ask("GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = ask("GetPolicyVersion", PolicyArn=arn, VersionId=version)
        yield from _statements(answer["PolicyVersion"]["Document"])


def _statements(document: Any) -> list[dict[str, Any]]:
    parsed = json.loads(unquote(document)) if isinstance(document, str) else document
    return as_list(parsed.get("Statement"))


def is_allowed(
    statements: list[dict[str, Any]], action: str, resource: str, context: Context
) -> bool:
    """Whether a statement allows it and none denies it."""
    effects = {
        statement.get("Effect")
        for statement in statements
        if _matches(statement.get("Action"), action, lower=True)
        and _matches(statement.get("Resource"), resource)
        and all(
            holds(operator, keys, context)
            for operator, keys in (statement.get("Condition") or {}).items()
        )
    }
    return "Allow" in effects and "Deny" not in effects


def _matches(patterns: Any, value: str, *, lower: bool = False) -> bool:
    wanted = value.lower() if lower else value
    return any(
        fnmatchcase(wanted, (str(each).lower() if lower else str(each)).replace("[", "[[]"))
        for each in as_list(patterns)
    )


def _denied(call: Call, role: str, action: str, resource: str) -> ApiError:
    partition, name = role.split(":")[1], role.rpartition("/")[2]
    who = f"arn:{partition}:sts::{call.account}:assumed-role/{name}/{call.access_key}"
    return ApiError(
        "AccessDeniedException",
        f"User: {who} is not authorized to perform: {action} on resource: {resource} because no "
        f"identity-based policy allows the {action} action",
    )
