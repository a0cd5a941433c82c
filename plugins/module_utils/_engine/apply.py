# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a plan: each action is one call, in the plan's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws import (
    cloudwatch_alarms,
    ecs_task_definitions,
    events_rules,
    scheduler_schedules,
    sqs,
    state_machines,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    NotFound,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.interrupted_plan import (
    InterruptedPlan,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action

__all__ = ["CALLS", "InterruptedPlan", "apply_actions"]


def _put_rule(client: Any, parameters: Document) -> Document:
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    return {"RuleArn": events_rules.put_rule(client, request, parameters.get("Tags"))}


def _delete_rule(client: Any, parameters: Document) -> None:
    events_rules.delete_rule(client, parameters["Name"], parameters["EventBusName"])


def _put_targets(client: Any, parameters: Document) -> None:
    events_rules.put_targets(
        client, parameters["Rule"], parameters["Targets"], parameters["EventBusName"]
    )


def _remove_targets(client: Any, parameters: Document) -> None:
    events_rules.remove_targets(
        client, parameters["Rule"], parameters["Ids"], parameters["EventBusName"]
    )


def _tag_rule(client: Any, parameters: Document) -> None:
    events_rules.tag_rule(client, parameters["ResourceARN"], parameters["Tags"])


def _untag_rule(client: Any, parameters: Document) -> None:
    events_rules.untag_rule(client, parameters["ResourceARN"], parameters["TagKeys"])


def _tag_task_definition(client: Any, parameters: Document) -> None:
    ecs_task_definitions.tag_task_definition(client, parameters["resourceArn"], parameters["tags"])


def _untag_task_definition(client: Any, parameters: Document) -> None:
    ecs_task_definitions.untag_task_definition(
        client, parameters["resourceArn"], parameters["tagKeys"]
    )


def _deregister(client: Any, parameters: Document) -> Document:
    return ecs_task_definitions.deregister_task_definition(client, parameters["taskDefinition"])


def _delete_task_definitions(client: Any, parameters: Document) -> None:
    ecs_task_definitions.delete_task_definitions(client, parameters["taskDefinitions"])


def _create_schedule(client: Any, parameters: Document) -> Document:
    return {"ScheduleArn": scheduler_schedules.create_schedule(client, parameters)}


def _update_schedule(client: Any, parameters: Document) -> Document:
    return {"ScheduleArn": scheduler_schedules.update_schedule(client, parameters)}


def _delete_schedule(client: Any, parameters: Document) -> None:
    """Delete a schedule; one that is gone meanwhile, as after its last run, is what was wanted."""
    with suppress(NotFound):
        scheduler_schedules.delete_schedule(client, parameters["Name"], parameters["GroupName"])


def _create_schedule_group(client: Any, parameters: Document) -> Document:
    arn = scheduler_schedules.create_schedule_group(
        client, parameters["Name"], parameters.get("Tags")
    )
    return {"ScheduleGroupArn": arn}


def _delete_schedule_group(client: Any, parameters: Document) -> None:
    with suppress(NotFound):
        scheduler_schedules.delete_schedule_group(client, parameters["Name"])


def _create_queue(client: Any, parameters: Document) -> Document:
    url = sqs.create_queue(
        client, parameters["QueueName"], parameters["Attributes"], parameters["Tags"]
    )
    return {"QueueUrl": url}


def _set_queue_attributes(client: Any, parameters: Document) -> None:
    sqs.set_queue_attributes(client, parameters["QueueUrl"], parameters["Attributes"])


def _delete_queue(client: Any, parameters: Document) -> None:
    with suppress(NotFound):
        sqs.delete_queue(client, parameters["QueueUrl"])


def _tag_queue(client: Any, parameters: Document) -> None:
    sqs.tag_queue(client, parameters["QueueUrl"], parameters["Tags"])


def _untag_queue(client: Any, parameters: Document) -> None:
    sqs.untag_queue(client, parameters["QueueUrl"], parameters["TagKeys"])


def _put_metric_alarm(client: Any, parameters: Document) -> None:
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    cloudwatch_alarms.put_metric_alarm(client, request, parameters.get("Tags") or {})


def _delete_alarms(client: Any, parameters: Document) -> None:
    cloudwatch_alarms.delete_alarms(client, parameters["AlarmNames"])


def _tag_alarm(client: Any, parameters: Document) -> None:
    cloudwatch_alarms.tag_alarm(client, parameters["ResourceARN"], parameters["Tags"])


def _untag_alarm(client: Any, parameters: Document) -> None:
    cloudwatch_alarms.untag_alarm(client, parameters["ResourceARN"], parameters["TagKeys"])


def _create_state_machine(client: Any, parameters: Document) -> Document:
    request = {key: value for key, value in parameters.items() if key != "tags"}
    arn = state_machines.create_state_machine(client, request, parameters.get("tags") or {})
    return {"stateMachineArn": arn}


def _update_state_machine(client: Any, parameters: Document) -> None:
    state_machines.update_state_machine(client, parameters)


def _delete_state_machine(client: Any, parameters: Document) -> None:
    with suppress(NotFound):
        state_machines.delete_state_machine(client, parameters["stateMachineArn"])


def _tag_state_machine(client: Any, parameters: Document) -> None:
    state_machines.tag_state_machine(client, parameters["resourceArn"], parameters["tags"])


def _untag_state_machine(client: Any, parameters: Document) -> None:
    state_machines.untag_state_machine(client, parameters["resourceArn"], parameters["tagKeys"])


def _tag_schedule_group(client: Any, parameters: Document) -> None:
    scheduler_schedules.tag_schedule_group(client, parameters["ResourceArn"], parameters["Tags"])


def _untag_schedule_group(client: Any, parameters: Document) -> None:
    scheduler_schedules.untag_schedule_group(
        client, parameters["ResourceArn"], parameters["TagKeys"]
    )


CALLS: Mapping[tuple[str, str], Callable[[Any, Document], Document | None]] = {
    ("cloudwatch", "DeleteAlarms"): _delete_alarms,
    ("cloudwatch", "PutMetricAlarm"): _put_metric_alarm,
    ("cloudwatch", "TagResource"): _tag_alarm,
    ("cloudwatch", "UntagResource"): _untag_alarm,
    ("ecs", "DeleteTaskDefinitions"): _delete_task_definitions,
    ("ecs", "DeregisterTaskDefinition"): _deregister,
    ("ecs", "TagResource"): _tag_task_definition,
    ("ecs", "UntagResource"): _untag_task_definition,
    ("events", "DeleteRule"): _delete_rule,
    ("events", "PutRule"): _put_rule,
    ("events", "PutTargets"): _put_targets,
    ("events", "RemoveTargets"): _remove_targets,
    ("events", "TagResource"): _tag_rule,
    ("events", "UntagResource"): _untag_rule,
    ("scheduler", "CreateSchedule"): _create_schedule,
    ("scheduler", "CreateScheduleGroup"): _create_schedule_group,
    ("scheduler", "DeleteSchedule"): _delete_schedule,
    ("scheduler", "DeleteScheduleGroup"): _delete_schedule_group,
    ("scheduler", "TagResource"): _tag_schedule_group,
    ("scheduler", "UntagResource"): _untag_schedule_group,
    ("scheduler", "UpdateSchedule"): _update_schedule,
    ("sqs", "CreateQueue"): _create_queue,
    ("sqs", "DeleteQueue"): _delete_queue,
    ("sqs", "SetQueueAttributes"): _set_queue_attributes,
    ("sqs", "TagQueue"): _tag_queue,
    ("sqs", "UntagQueue"): _untag_queue,
    ("stepfunctions", "CreateStateMachine"): _create_state_machine,
    ("stepfunctions", "DeleteStateMachine"): _delete_state_machine,
    ("stepfunctions", "TagResource"): _tag_state_machine,
    ("stepfunctions", "UntagResource"): _untag_state_machine,
    ("stepfunctions", "UpdateStateMachine"): _update_state_machine,
}
"""What carries out each action of a plan. Registrations are not here: they need what was known
before."""


def apply_actions(session: Session, actions: Sequence[Action]) -> list[Document]:
    """Carry out the actions one after the other and return their answers.

    :raises AwsError: where the first action failed, so that nothing was changed.
    :raises InterruptedPlan: where a later one failed, or one in part: nothing half-done stays
        unreported.
    """
    answers: list[Document] = []
    for index, action in enumerate(actions):
        carry_out = CALLS[action.service, action.operation]
        session.learn_secrets(action.parameters)
        try:
            answers.append(
                carry_out(session.clients.client(action.service), action.parameters) or {}
            )
        except AwsError as error:
            if index == 0 and not _is_done_in_part(action, error):
                raise
            raise InterruptedPlan(error, actions[:index], actions[index:]) from error
    return answers


LISTS = ("Ids", "Targets", "taskDefinitions")
"""What actions hold of which AWS may refuse some and take the others."""


def _is_done_in_part(action: Action, error: AwsError) -> bool:
    given = next((action.parameters[name] for name in LISTS if name in action.parameters), ())
    return isinstance(error, PartialFailure) and len(error.entries) < len(given)
