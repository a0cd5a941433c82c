# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a trigger as AWS has it to the batch that says the same: the way back of what
``scheduled_batches`` does.

Of a trigger that no batch can describe it is told why, so that nothing gets lost unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._model import (
    ecs_target,
    task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Arn, parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    RULE,
    SCHEDULER,
    TAG_PREFIX,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import SKIP, STATE_MACHINE
from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule import DISABLED
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    to_api,
    to_snake,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import AWS_PREFIX
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
)

Description: TypeAlias = "dict[str, Any]"
"""A batch as ``scheduled_batches`` takes it, its keys in the order in which people read them."""

DEFAULT_RETRIES: Mapping[str, int] = {
    "MaximumEventAgeInSeconds": 86400,
    "MaximumRetryAttempts": 185,
}

SAID_OF_TARGETS = frozenset(
    {"Id", "Arn", "RoleArn", "Input", "EcsParameters", "RetryPolicy", "DeadLetterConfig", GUARD}
)
SAID_OF_PARAMETERS: Mapping[str, str] = {
    "TaskCount": "task_count",
    "LaunchType": "launch_type",
    "CapacityProviderStrategy": "capacity_provider_strategy",
    "PlatformVersion": "platform_version",
    "Group": "group",
    "NetworkConfiguration": "network_configuration",
    "EnableExecuteCommand": "enable_execute_command",
    "EnableECSManagedTags": "enable_ecs_managed_tags",
    "PlacementConstraints": "placement_constraints",
    "PlacementStrategy": "placement_strategy",
    "PropagateTags": "propagate_tags",
    "ReferenceId": "reference_id",
    "Tags": "task_tags",
}
"""The options of a batch for the members of EcsParameters, in the order of a batch.
``TaskDefinitionArn`` is the fourteenth."""

SAID_OF_RULES = frozenset(
    {
        *("Name", "Arn", "State", "Description", "ScheduleExpression", "EventBusName"),
        *("ManagedBy", "CreatedBy"),
    }
)
SAID_OF_SCHEDULES = frozenset(
    {
        *("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate"),
        *("EndDate", "Description", "State", "KmsKeyArn", "Target", "FlexibleTimeWindow"),
        *("ActionAfterCompletion", "Arn", "CreationDate", "LastModificationDate"),
    }
)


@dataclass(frozen=True)
class TargetShapes:
    """How targets are spelt: the Target of a service, and ECS's TaskOverride."""

    target: Shape
    overrides: Shape


def starts_tasks(target: Mapping[str, Any]) -> bool:
    """Whether a target starts ECS tasks, by its cluster or as a call of RunTask."""
    return is_ecs_target(target) or is_run_task_target(target)


def is_ecs_target(target: Mapping[str, Any]) -> bool:
    """Whether a target is an ECS cluster."""
    arn = parse_arn(target.get("Arn"))
    return arn is not None and arn.service == "ecs" and arn.resource.startswith("cluster/")


def own_target(
    rule: Mapping[str, Any], targets: Sequence[Document], tags: Mapping[str, str]
) -> Document | str | None:
    """Return the target that is the batch, why there is none, or None where no target starts
    tasks.

    Of several the one with the rule's name counts, where the tags say that it is a batch's.
    """
    candidates = [target for target in targets if is_ecs_target(target)]
    if not candidates:
        return None
    if len(candidates) == 1:
        return candidates[0]
    name = rule["Name"]
    named = next((target for target in candidates if target["Id"] == name), None)
    if named is not None and BATCH_TAG in tags:
        return named
    ids = ", ".join(str(target["Id"]) for target in candidates)
    return f"The rule has {len(candidates)} ECS targets ({ids}), and a batch is one."


def unsaid_of_rule(rule: Mapping[str, Any], target: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a rule with its ECS target cannot be said as a batch."""
    manager = rule.get("ManagedBy")
    if manager:
        yield f"The rule is managed by {manager}, which alone may change it."
    yield from _unsaid(rule, SAID_OF_RULES, "rule")
    yield from _unsaid_of_target(target)


def unsaid_of_schedule(schedule: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a schedule cannot be said as a batch."""
    target = schedule.get("Target", {})
    if not is_ecs_target(target):
        yield (
            f"Its target is a universal one ({target.get('Arn')}), which sends a RunTask request of"
            " its own; make it an ECS target (an ECS cluster with EcsParameters) to manage it."
        )
        return
    yield from _unsaid(schedule, SAID_OF_SCHEDULES, "schedule")
    yield from _unsaid_of_target(target)


def _unsaid_of_target(target: Mapping[str, Any]) -> Iterator[str]:
    yield from _unsaid(target, SAID_OF_TARGETS, "target")
    known = {*SAID_OF_PARAMETERS, "TaskDefinitionArn"}
    yield from _unsaid(target.get("EcsParameters", {}), known, "target's EcsParameters")


def _unsaid(
    document: Mapping[str, Any], known: frozenset[str] | set[str], what: str
) -> Iterator[str]:
    for member, value in document.items():
        if member not in known and value not in (None, "", [], {}):
            yield f"The {what} has {member}, which a batch cannot say."


def batch_of_rule(
    rule: Mapping[str, Any],
    target: Mapping[str, Any],
    tags: Mapping[str, str],
    shapes: TargetShapes,
    *,
    others: bool = False,
) -> Description:
    """Return the batch that a rule with its ECS target is.

    :param others: whether the rule has other targets as well, which are to be left alone.
    """
    name = str(rule["Name"])
    target_id = str(target.get("Id"))
    head = {
        "name": name,
        "trigger": RULE,
        "schedule": rule.get("ScheduleExpression"),
        "enabled": rule.get("State") != DISABLED,
        "description": rule.get("Description"),
    }
    tail = {
        "target_id": target_id if target_id != name else None,
        "other_targets": "keep" if others else None,
        "tags": own_tags(tags),
    }
    place = parse_arn(str(rule.get("Arn")))
    return _said({**head, **_target_options(target, shapes, place), **tail})


def batch_of_schedule(schedule: Mapping[str, Any], arn: str, shapes: TargetShapes) -> Description:
    """Return the batch that a schedule is."""
    timezone = schedule.get("ScheduleExpressionTimezone")
    window = schedule.get("FlexibleTimeWindow") or {}
    completion = schedule.get("ActionAfterCompletion")
    head = {
        "name": schedule["Name"],
        "trigger": SCHEDULER,
        "schedule": schedule.get("ScheduleExpression"),
        "timezone": timezone if timezone != "UTC" else None,
        "start_date": _date(schedule.get("StartDate")),
        "end_date": _date(schedule.get("EndDate")),
        "flexible_time_window": (
            to_snake(window, None) if window.get("Mode", "OFF") != "OFF" else None
        ),
        "action_after_completion": completion if completion != "NONE" else None,
        "enabled": schedule.get("State") != DISABLED,
        "description": schedule.get("Description"),
        "group_name": schedule.get("GroupName") or DEFAULT_GROUP,
    }
    tail = {"kms_key_arn": schedule.get("KmsKeyArn")}
    options = _target_options(schedule.get("Target", {}), shapes, parse_arn(arn))
    return _said({**head, **options, **tail})


def _said(options: Mapping[str, Any]) -> Description:
    """Return the options without those that say nothing."""
    return {name: value for name, value in options.items() if value not in (None, "", [], {})}


def _date(value: Any) -> str | None:
    return utc_text(value) if isinstance(value, datetime) else value


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that are the user's: neither AWS's nor the collection's."""
    return {key: tags[key] for key in sorted(tags) if not key.startswith((AWS_PREFIX, TAG_PREFIX))}


def _target_options(
    target: Mapping[str, Any], shapes: TargetShapes, place: Arn | None
) -> Description:
    """Return the options of a target, in the order in which a batch has them.

    They are read from the normal form, in which sets are sorted, so that the same target always
    reads the same.
    """
    normal = ecs_target.normal_form(target)
    parameters = normal.get("EcsParameters", {})
    cluster, definition = normal.get("Arn"), parameters.get("TaskDefinitionArn")
    # Names are taken for things beside the target's role: all of them have to be here.
    all_here = all(_is_here(arn, place) for arn in (cluster, definition, normal.get("RoleArn")))
    return {
        "cluster": _name(cluster, "cluster/") if all_here else cluster,
        "role_arn": normal.get("RoleArn"),
        "task_definition": _name(definition, "task-definition/") if all_here else definition,
        **_parameter_options(parameters, shapes.target),
        **_input_options(target.get("Input"), normal.get("Input"), shapes.overrides),
        "retry_policy": _retry_policy(normal.get("RetryPolicy", {})),
        "dead_letter_arn": normal.get("DeadLetterConfig", {}).get("Arn"),
        "guard": _guard(normal.get(GUARD, {})),
    }


def _is_here(arn: str | None, place: Arn | None) -> bool:
    """Whether something is in the trigger's own account and region; IAM has no regions."""
    parsed = parse_arn(arn)
    if parsed is None or place is None:
        return False
    return (parsed.partition, parsed.region or place.region, parsed.account_id) == (
        place.partition,
        place.region,
        place.account_id,
    )


def _name(arn: str | None, kind: str) -> str | None:
    parsed = parse_arn(arn)
    return parsed.resource.removeprefix(kind) if parsed else arn


def _parameter_options(parameters: Mapping[str, Any], target_shape: Shape) -> Description:
    shape = target_shape.members.get("EcsParameters")
    options: Description = {}
    for member, option in SAID_OF_PARAMETERS.items():
        value = parameters.get(member)
        if value is None or (member == "TaskCount" and value == 1):
            continue
        options[option] = to_snake(value, shape.members.get(member) if shape else None)
    if "NetworkConfiguration" in parameters:
        options["network_configuration"] = _network(parameters["NetworkConfiguration"])
    if "Tags" in parameters:
        options["task_tags"] = ecs_target.task_tags(parameters["Tags"])
    return options


def _network(configuration: Mapping[str, Any]) -> Description:
    network: Description = to_snake(configuration.get("awsvpcConfiguration", {}), None)
    public = network.pop("assign_public_ip", "DISABLED")
    return {**network, **({"assign_public_ip": True} if public == "ENABLED" else {})}


def _retry_policy(policy: Mapping[str, Any]) -> Description | None:
    """Return what differs from AWS's defaults, which are the same for rules and schedules."""
    differs = {key: value for key, value in policy.items() if DEFAULT_RETRIES.get(key) != value}
    options: Description = to_snake(differs, None)
    return options or None


def _guard(guard: Mapping[str, Any]) -> Description:
    """Return what guards the batch, without its own name and what is the default."""
    options = {
        "state_machine_arn": guard.get(STATE_MACHINE),
        "timeout": guard.get("Timeout"),
        "overlap": guard.get("Overlap") if guard.get("Overlap") != SKIP else None,
        "retries": guard.get("Retries") or None,
    }
    return _said(options)


def _input_options(text: str | None, parsed: Any, shape: Shape) -> Description:
    """Return the input as overrides where that is what it says, else as it stands."""
    if not parsed:
        return {}
    if isinstance(parsed, Mapping):
        findings = Findings()
        spelt = to_api(parsed, shape, findings)
        if spelt == parsed and not findings.errors:
            return {"overrides": with_variables_as_mapping(to_snake(parsed, shape))}
    return {"input": text if isinstance(text, str) else json.dumps(text)}


def with_variables_as_mapping(value: Any) -> Any:
    """Return a document in snake_case with its environments as mappings, where no name stands
    twice."""
    if isinstance(value, Mapping):
        return {
            key: _mapping_of(item) if key == "environment" else with_variables_as_mapping(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [with_variables_as_mapping(item) for item in value]
    return value


def _mapping_of(variables: Any) -> Any:
    if not isinstance(variables, list) or not all(_is_pair(pair) for pair in variables):
        return variables
    mapping = {pair["name"]: pair["value"] for pair in variables}
    return mapping if len(mapping) == len(variables) else variables


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, Mapping) and set(pair) == {"name", "value"}


def described_definition(
    definition: Mapping[str, Any], tags: Mapping[str, str], request: Shape
) -> Description:
    """Return a task definition as the options that describe it.

    :param request: the shape of RegisterTaskDefinition's input.
    """
    content = {
        member: value
        for member, value in task_definition.normal_form(definition).items()
        if member in request.members
    }
    described: Description = with_variables_as_mapping(to_snake(content, request))
    own = own_tags(tags)
    family = described.pop("family", None)
    return {"family": family, **described, **({"tags": own} if own else {})}
