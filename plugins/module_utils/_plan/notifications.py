# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the notifications of one batch: dead-letter queue, rule on failed tasks, and alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import DEFAULT_BUS, rule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import BATCH_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    parsed_json,
    without_empty,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.notifications import (
    LETTERS_KEPT,
    Notifications,
    alarms,
    failure_pattern,
    failure_target,
    queue_policy,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    REMOVE,
    RuleWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
    plan_rule_removal,
)

QUEUE, RULE, TARGET = "queue", "rule", "target"


@dataclass(frozen=True)
class Observed:
    """A queue or an alarm as it was read: how AWS addresses it, its content and its tags."""

    key: str
    content: Document
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ObservedNotifications:
    """What stands in AWS under the names of a batch's notifications."""

    queue: Observed | None = None
    rule: ObservedRule | None = None
    targets: ObservedTargets = field(default_factory=ObservedTargets)
    alarms: Mapping[str, Observed] = field(default_factory=dict)


def foreign_parts(observed: ObservedNotifications, batch: str) -> list[str]:
    """Return what stands under the names of the notifications and does not carry the batch's
    tag."""
    found: dict[str, Mapping[str, str]] = {
        f"the alarm {name}": alarm.tags for name, alarm in observed.alarms.items()
    }
    if observed.queue is not None:
        found[f"the queue {observed.queue.key.rpartition('/')[2]}"] = observed.queue.tags
    if observed.rule is not None:
        found[f"the rule {observed.rule.rule['Name']}"] = observed.rule.tags
    return sorted(what for what, tags in found.items() if tags.get(BATCH_TAG) != batch)


def plan_notifications(observed: ObservedNotifications, wanted: Notifications) -> Plan:
    """Return what makes the notifications the wanted ones. A queue that is no longer wanted stays,
    since it may hold letters, and a trigger may still use it."""
    parts = {}
    if wanted.with_queue:
        parts[QUEUE] = _plan_queue(observed.queue, wanted)
    if wanted.topic_arn is not None:
        parts |= _plan_rule(observed, wanted)
    elif observed.rule is not None:
        parts[RULE] = _rule_removal(observed)
    parts |= _plan_alarms(observed.alarms, wanted)
    return _joined(parts)


def plan_notifications_removal(observed: ObservedNotifications) -> Plan:
    """Return the removal of all that there is."""
    parts = {}
    if observed.rule is not None:
        parts[RULE] = _rule_removal(observed)
    for name, alarm in observed.alarms.items():
        parts[f"alarms[{name}]"] = _alarm_removal(name, alarm)
    if observed.queue is not None:
        request = {"QueueUrl": observed.queue.key}
        before = observed.queue.content
        parts[QUEUE] = Plan(
            before, None, compare(before, {}), (Action("sqs", "DeleteQueue", request),)
        )
    return _joined(parts)


def _plan_queue(observed: Observed | None, wanted: Notifications) -> Plan:
    after: Document = {
        "MessageRetentionPeriod": str(LETTERS_KEPT),
        "Policy": queue_policy(wanted),
        "SqsManagedSseEnabled": "true",
    }
    after = without_empty(after)
    attributes = {
        name: json.dumps(value) if isinstance(value, Mapping) else value
        for name, value in {"Policy": "", **after}.items()
    }
    if observed is None:
        given = {name: value for name, value in attributes.items() if value}
        request = {
            "QueueName": wanted.queue_name,
            "Attributes": given,
            "Tags": dict(wanted.tags),
        }
        created = Action("sqs", "CreateQueue", request)
        return Plan(None, after, (*compare({}, after), *_new_tags(wanted)), (created,))
    content = compare(observed.content, after)
    actions = []
    if content:
        request = {"QueueUrl": observed.key, "Attributes": attributes}
        actions.append(Action("sqs", "SetQueueAttributes", request))
    tags, changes = _tag_actions("sqs", "QueueUrl", observed, wanted)
    return Plan(observed.content, after, (*content, *changes), (*actions, *tags))


def _plan_rule(observed: ObservedNotifications, wanted: Notifications) -> dict[str, Plan]:
    given: Document = {
        "Description": f"Tells when the batch {wanted.batch} fails.",
        "EventPattern": json.dumps(failure_pattern(wanted)),
        "ScheduleExpression": "",
        "RoleArn": "",
    }
    rule = RuleWish(wanted.rule_name, DEFAULT_BUS, given, enabled=True, tags=wanted.tags)
    target = failure_target(wanted)
    target_wish = TargetWish(wanted.rule_name, DEFAULT_BUS, target["Id"], target, REMOVE)
    return {
        RULE: plan_rule(observed.rule, rule),
        TARGET: plan_target(observed.targets, target_wish),
    }


def _rule_removal(observed: ObservedNotifications) -> Plan:
    return plan_rule_removal(
        observed.rule, DEFAULT_BUS, [str(target["Id"]) for target in observed.targets.targets]
    )


def _plan_alarms(observed: Mapping[str, Observed], wanted: Notifications) -> dict[str, Plan]:
    wished = {str(alarm["AlarmName"]): alarm for alarm in alarms(wanted)}
    parts = {
        f"alarms[{name}]": _plan_alarm(observed.get(name), alarm, wanted)
        for name, alarm in wished.items()
    }
    for name, alarm in observed.items():
        if name not in wished:
            parts[f"alarms[{name}]"] = _alarm_removal(name, alarm)
    return parts


def _plan_alarm(observed: Observed | None, after: Document, wanted: Notifications) -> Plan:
    if observed is None:
        put = Action("cloudwatch", "PutMetricAlarm", {**after, "Tags": dict(wanted.tags)})
        return Plan(None, after, (*compare({}, after), *_new_tags(wanted)), (put,))
    content = compare(observed.content, after)
    actions = [Action("cloudwatch", "PutMetricAlarm", after)] if content else []
    tags, changes = _tag_actions("cloudwatch", "ResourceARN", observed, wanted)
    return Plan(observed.content, after, (*content, *changes), (*actions, *tags))


def _alarm_removal(name: str, observed: Observed) -> Plan:
    action = Action("cloudwatch", "DeleteAlarms", {"AlarmNames": [name]})
    return Plan(observed.content, None, compare(observed.content, {}), (action,))


def _new_tags(wanted: Notifications) -> tuple[Change, ...]:
    return tag_changes({}, wanted.tags, purge=False).changes


def _tag_actions(
    service: str, member: str, observed: Observed, wanted: Notifications
) -> tuple[list[Action], tuple[Change, ...]]:
    tags = tag_changes(observed.tags, wanted.tags, purge=True)
    names = {"sqs": ("TagQueue", "UntagQueue")}.get(service, ("TagResource", "UntagResource"))
    actions = []
    if tags.set:
        actions.append(Action(service, names[0], {member: observed.key, "Tags": dict(tags.set)}))
    if tags.remove:
        keys = list(tags.remove)
        actions.append(Action(service, names[1], {member: observed.key, "TagKeys": keys}))
    return actions, tags.changes


def _joined(parts: Mapping[str, Plan]) -> Plan:
    """Return all parts as one plan, with paths that say of which part."""
    return Plan(
        before={name: plan.before for name, plan in parts.items() if plan.before is not None},
        after={name: plan.after for name, plan in parts.items() if plan.after is not None},
        changes=tuple(
            replace(change, path=f"{name}.{change.path}")
            for name, plan in parts.items()
            for change in plan.changes
        ),
        actions=tuple(action for plan in parts.values() for action in plan.actions),
    )


def rule_arn_of(wanted: Notifications) -> str:
    """Return the ARN of the rule on failed tasks."""
    return rule_arn(wanted.place, wanted.rule_name, DEFAULT_BUS)


def queue_content(attributes: Mapping[str, Any]) -> Document:
    """Return what counts of a queue's attributes, its policy as what it says."""
    known: Sequence[str] = ("MessageRetentionPeriod", "Policy", "SqsManagedSseEnabled")
    content = {name: attributes[name] for name in known if name in attributes}
    content["Policy"] = parsed_json(content.get("Policy"))
    cleaned: Document = without_empty(content)
    return cleaned
