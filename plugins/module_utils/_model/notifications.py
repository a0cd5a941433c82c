# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told when a batch fails: a dead-letter queue, a rule on tasks that failed, and alarms.

The documents of everything that notifications of one batch consist of, in the API's spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place, rule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

EVENTS, SCHEDULER = "events.amazonaws.com", "scheduler.amazonaws.com"

LETTERS_KEPT = 14 * 24 * 60 * 60
"""Seconds that a queue keeps its messages: the longest that SQS has, since nobody may look into it
before a long weekend is over."""

ALARM_PERIOD = 300
"""Seconds over which an alarm counts: EventBridge reports its metrics every minute, and five of
them gather what belongs together."""

INPUT_PATHS: Mapping[str, str] = {
    "code": "$.detail.containers[0].exitCode",
    "reason": "$.detail.stoppedReason",
    "stop": "$.detail.stopCode",
    "task": "$.detail.taskArn",
    "time": "$.time",
}
"""What a notification takes from the event "ECS Task State Change" (ECS's documentation)."""


@dataclass(frozen=True)
class Notifications:
    """What is wanted for one batch.

    ``topic_arn`` is the SNS topic that is told, None where nobody is; ``with_queue`` says whether
    the batch has a dead-letter queue of its own.
    """

    batch: str
    place: Place
    trigger: str
    group_name: str
    family: str
    cluster_arn: str
    topic_arn: str | None = None
    with_queue: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def queue_name(self) -> str:
        """Return the name of the dead-letter queue."""
        return f"{self.batch}-dead-letters"

    @property
    def queue_arn(self) -> str:
        """Return the ARN of the dead-letter queue."""
        return self.place.arn("sqs", self.queue_name)

    @property
    def rule_name(self) -> str:
        """Return the name of the rule on failed tasks."""
        return f"{self.batch}-failures"


def queue_policy(wanted: Notifications) -> Document:
    """Return who may put messages into the queue: the rule, also where the batch has a schedule,
    since it may be on its way from one to the other. A schedule's messages are sent with its own
    role, which needs no policy of the queue (facts of both services' documentation)."""
    statement = {
        "Sid": "DeadLettersOfTheRule",
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": "sqs:SendMessage",
        "Resource": wanted.queue_arn,
        "Condition": {
            "ArnEquals": {"aws:SourceArn": rule_arn(wanted.place, wanted.batch, None)},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def failure_pattern(wanted: Notifications) -> Document:
    """Return which events the rule is about: tasks of the family on the cluster that ended with
    another exit code than 0, or for another reason than that their container ended: they failed to
    start, or were stopped."""
    partition, account, region = (
        wanted.place.partition,
        wanted.place.account_id,
        wanted.place.region,
    )
    family = f"arn:{partition}:ecs:{region}:{account}:task-definition/{wanted.family}:"
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "lastStatus": ["STOPPED"],
            "clusterArn": [wanted.cluster_arn],
            "taskDefinitionArn": [{"prefix": family}],
            "$or": [
                {"containers": {"exitCode": [{"anything-but": 0}]}},
                {"stopCode": [{"anything-but": "EssentialContainerExited"}]},
            ],
        },
    }


def failure_target(wanted: Notifications) -> Document:
    """Return the rule's target: the topic, with a sentence instead of the whole event."""
    sentence = (
        f"The batch {wanted.batch} failed at <time>: <reason> (<stop>), exit code <code>."
        " Task: <task>"
    )
    return {
        "Id": "topic",
        "Arn": wanted.topic_arn,
        "InputTransformer": {
            "InputPathsMap": dict(INPUT_PATHS),
            "InputTemplate": f'"{sentence}"',
        },
    }


def alarms(wanted: Notifications) -> list[Document]:
    """Return the alarms in PutMetricAlarm's spelling: starts that failed, and dead letters."""
    if wanted.topic_arn is None:
        return []
    found = [_failed_starts(wanted)]
    if wanted.with_queue:
        found.append(
            _alarm(
                wanted,
                "dead-letters",
                f"Starts of the batch {wanted.batch} are in its dead-letter queue.",
                ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum"),
                {"QueueName": wanted.queue_name},
            )
        )
    return found


def _failed_starts(wanted: Notifications) -> Document:
    """A rule's failed starts are counted by rule, a schedule's by its group."""
    if wanted.trigger == RULE:
        return _alarm(
            wanted,
            "failed-invocations",
            f"EventBridge could not start the batch {wanted.batch}.",
            ("AWS/Events", "FailedInvocations", "Sum"),
            {"RuleName": wanted.batch},
        )
    return _alarm(
        wanted,
        "failed-invocations",
        f"EventBridge Scheduler could not start a batch of the group {wanted.group_name}.",
        ("AWS/Scheduler", "TargetErrorCount", "Sum"),
        {"ScheduleGroup": wanted.group_name},
    )


def _alarm(
    wanted: Notifications,
    name: str,
    description: str,
    metric: tuple[str, str, str],
    dimensions: Mapping[str, str],
) -> Document:
    namespace, metric_name, statistic = metric
    return {
        "AlarmName": f"{wanted.batch}-{name}",
        "AlarmDescription": description,
        "ActionsEnabled": True,
        "AlarmActions": [wanted.topic_arn],
        "Namespace": namespace,
        "MetricName": metric_name,
        "Statistic": statistic,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Period": ALARM_PERIOD,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
