# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EventBridge and EventBridge Scheduler count of their invocations, in CloudWatch.

Source: AWS, "Monitoring Amazon EventBridge" and "Monitoring Amazon EventBridge Scheduler with
Amazon CloudWatch". A rule's metrics have the dimension RuleName (on the default bus), a schedule's
that of its group only. What is zero is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.layer import ApiError, Forward
from emulator.rule_clock import Invocation
from emulator.watched_sources import RULE, SCHEDULE


@dataclass(frozen=True)
class Counted:
    """Where a kind of source counts: namespace, dimension, every invocation, and failed ones."""

    namespace: str
    dimension: str
    made: str
    failed: str


COUNTED: Mapping[str, Counted] = {
    RULE: Counted("AWS/Events", "RuleName", "Invocations", "FailedInvocations"),
    SCHEDULE: Counted(
        "AWS/Scheduler", "ScheduleGroup", "InvocationAttemptCount", "TargetErrorCount"
    ),
}


def count_invocation(send: Forward, invocation: Invocation) -> None:
    """Count an invocation where it was made; `send` takes the call."""
    source = invocation.source
    counted = COUNTED[source.kind]
    value = source.name if source.kind == RULE else source.group
    data = [
        {
            "MetricName": name,
            "Dimensions": [{"Name": counted.dimension, "Value": value}],
            "Timestamp": invocation.at,
            "Value": 1,
        }
        for name in _names(counted, invocation)
    ]
    try:
        send(
            source.call("cloudwatch", "PutMetricData", Namespace=counted.namespace, MetricData=data)
        )
    except ApiError:
        return


def _names(counted: Counted, invocation: Invocation) -> Iterator[str]:
    yield counted.made
    if invocation.error is not None:
        yield counted.failed
