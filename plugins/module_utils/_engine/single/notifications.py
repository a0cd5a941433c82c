# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of one batch: read, compared, made and removed in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws import cloudwatch_alarms, sqs
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_targets
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import rules
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    DEFAULT_BUS,
    cluster_arn,
    parse_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    SCHEDULER,
    TAG_PREFIX,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.notifications import (
    Notifications,
    alarms,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import ObservedTargets
from ansible_collections.batchwork.aws.plugins.module_utils._plan.notifications import (
    Observed,
    ObservedNotifications,
    foreign_parts,
    plan_notifications,
    plan_notifications_removal,
    queue_content,
    rule_arn_of,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
"""What SQS takes in a queue's name, with room for what is appended."""

ALARM_CONTENT = (
    "AlarmName",
    "AlarmDescription",
    "ActionsEnabled",
    "AlarmActions",
    "Namespace",
    "MetricName",
    "Statistic",
    "Dimensions",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
)
"""What PutMetricAlarm is given; DescribeAlarms answers more."""

QUEUE_ATTRIBUTES = ("MessageRetentionPeriod", "Policy", "SqsManagedSseEnabled")


def converge_notifications(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make the notifications the wanted ones (module ``scheduled_batch_notifications``)."""
    wanted = _wanted(session, params)
    observed = _observe(session, wanted)
    _refuse_foreign(observed, wanted.batch)
    plan = plan_notifications(observed, wanted)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    shown = {
        "dead_letter_arn": wanted.queue_arn if wanted.with_queue else None,
        "rule_arn": rule_arn_of(wanted) if wanted.topic_arn else None,
        "alarms": [str(alarm["AlarmName"]) for alarm in alarms(wanted)],
    }
    return Outcome.of_plan(plan, {"notifications": shown})


def remove_notifications(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove what carries the batch's tag, and leave the rest alone (state absent)."""
    wanted = _wanted(session, params)
    observed = _observe(session, wanted)
    foreign = foreign_parts(observed, wanted.batch)
    plan = plan_notifications_removal(_ours(observed, wanted.batch))
    if not session.check_mode:
        apply_actions(session, plan.actions)
    notes = [
        f"There is {what}, which was not made for this batch; it was left alone."
        for what in foreign
    ]
    return Outcome.of_plan(plan, {"notifications": None}, notes)


def _wanted(session: Session, params: Mapping[str, Any]) -> Notifications:
    mistakes = list(_mistakes(params))
    if mistakes:
        raise InvalidDescription(mistakes)
    place = session.place()
    tags = {str(key): str(value) for key, value in (params.get("tags") or {}).items()}
    return Notifications(
        batch=params["name"],
        place=place,
        trigger=params["trigger"],
        group_name=params.get("group_name") or DEFAULT_GROUP,
        family=params.get("family") or "",
        cluster_arn=cluster_arn(place, params.get("cluster") or ""),
        topic_arn=params.get("topic_arn") or None,
        with_queue=bool(params.get("dead_letter_queue")),
        tags={**tags, BATCH_TAG: params["name"]},
    )


def _mistakes(params: Mapping[str, Any]) -> Iterator[str]:
    if not _NAME.fullmatch(params["name"]):
        yield (
            f"name: {params['name']!r} is not allowed; use 1 to 50 letters, digits, hyphens and"
            " underscores, since the queue and the alarms are named after it."
        )
    topic = parse_arn(params.get("topic_arn") or None)
    if params.get("topic_arn") and (topic is None or topic.service != "sns"):
        yield (
            f"topic_arn: {params['topic_arn']!r} is no topic; give its ARN, such as"
            " 'arn:aws:sns:eu-central-1:123456789012:alerts'."
        )
    if params.get("topic_arn"):
        for option in ("family", "cluster"):
            if not params.get(option):
                yield f"{option}: this is required with topic_arn and missing."
    if params.get("group_name") and params["trigger"] != SCHEDULER:
        yield "group_name: a rule has none; leave it out, or set trigger to 'scheduler'."
    for key in params.get("tags") or {}:
        if str(key).startswith(TAG_PREFIX):
            yield (
                f"tags.{key}: tags that begin with {TAG_PREFIX!r} say whose a batch is and are set"
                " by the module; leave it out."
            )


def _observe(session: Session, wanted: Notifications) -> ObservedNotifications:
    rule = rules.observe(session, wanted.rule_name, DEFAULT_BUS, with_tags=True)
    targets: tuple[Any, ...] = ()
    if rule is not None:
        found = list_targets(session.clients.client("events"), wanted.rule_name, DEFAULT_BUS)
        targets = tuple(found)
    return ObservedNotifications(
        queue=_queue(session, wanted.queue_name),
        rule=rule,
        targets=ObservedTargets(targets),
        alarms=_alarms(session, wanted),
    )


def _queue(session: Session, name: str) -> Observed | None:
    client = session.clients.client("sqs")
    try:
        url = sqs.get_queue_url(client, name)
        attributes = sqs.get_queue_attributes(client, url, QUEUE_ATTRIBUTES)
        return Observed(url, queue_content(attributes), sqs.list_queue_tags(client, url))
    except NotFound:
        return None


def _alarms(session: Session, wanted: Notifications) -> dict[str, Observed]:
    client = session.clients.client("cloudwatch")
    names = [f"{wanted.batch}-{kind}" for kind in ("failed-invocations", "dead-letters")]
    return {
        str(alarm["AlarmName"]): Observed(
            alarm["AlarmArn"],
            {member: alarm[member] for member in ALARM_CONTENT if member in alarm},
            cloudwatch_alarms.list_alarm_tags(client, alarm["AlarmArn"]),
        )
        for alarm in cloudwatch_alarms.describe_alarms(client, names)
    }


def _refuse_foreign(observed: ObservedNotifications, batch: str) -> None:
    foreign = foreign_parts(observed, batch)
    if foreign:
        raise InvalidDescription(
            [
                f"name: {', '.join(foreign)} exists and does not carry the tag"
                f" {BATCH_TAG}={batch}; rename or remove it, or tag it to have it taken over."
            ]
        )


def _ours(observed: ObservedNotifications, batch: str) -> ObservedNotifications:
    def is_ours(tags: Mapping[str, str]) -> bool:
        return tags.get(BATCH_TAG) == batch

    queue, rule = observed.queue, observed.rule
    return ObservedNotifications(
        queue=queue if queue is not None and is_ours(queue.tags) else None,
        rule=rule if rule is not None and is_ours(rule.tags) else None,
        targets=observed.targets,
        alarms={name: alarm for name, alarm in observed.alarms.items() if is_ours(alarm.tags)},
    )
