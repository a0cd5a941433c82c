# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EventBridge and Scheduler count in CloudWatch when they start something.

Source: "Monitoring Amazon EventBridge" (namespace AWS/Events, dimension RuleName; a failure is only
sent where there is one) and "Monitoring EventBridge Scheduler" (AWS/Scheduler, ScheduleGroup).
"""

from __future__ import annotations

from datetime import UTC, datetime

from moto.cloudwatch.models import cloudwatch_backends


def record_invocation(
    region: str, account: str, rule_name: str, failed: bool, moment: datetime
) -> None:
    """Count one invocation of a rule's target."""
    names = ["Invocations", *(["FailedInvocations"] if failed else [])]
    for name in names:
        _put(region, account, "AWS/Events", name, ("RuleName", rule_name), moment)


def record_attempt(
    region: str, account: str, group_name: str, failed: bool, moment: datetime
) -> None:
    """Count one attempt of a schedule to call its target."""
    names = ["InvocationAttemptCount", *(["TargetErrorCount"] if failed else [])]
    for name in names:
        _put(region, account, "AWS/Scheduler", name, ("ScheduleGroup", group_name), moment)


def _put(
    region: str,
    account: str,
    namespace: str,
    name: str,
    dimension: tuple[str, str],
    moment: datetime,
) -> None:
    datum = {
        "MetricName": name,
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
        "Value": 1,
        # moto compares times without a zone.
        "Timestamp": moment.astimezone(UTC).replace(tzinfo=None),
    }
    cloudwatch_backends[account][region].put_metric_data(namespace, [datum])
