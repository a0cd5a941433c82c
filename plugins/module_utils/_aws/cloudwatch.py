# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch: sums of metrics over a span of time, many in one call, and which metrics count the
invocations of a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    in_batches,
    pages,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

QUERIES_PER_CALL = 500
"""Queries per GetMetricData (botocore, MetricDataQueries)."""

HOUR = 3600
"""Seconds of one data point: 500 queries over a day stay below the 100,800 points of an answer."""

PERIODS = ((timedelta(days=15), 60), (timedelta(days=63), 300))
LONGEST_PERIOD = HOUR
"""CloudWatch keeps minutes for 15 days, five minutes for 63, hours for longer (botocore)."""


@dataclass(frozen=True)
class Metric:
    """A metric with its one dimension, such as ``RuleName``."""

    namespace: str
    name: str
    dimension: str
    value: str


def metrics_of_rule(name: str) -> tuple[Metric, Metric]:
    """Return what counts the invocations of a rule's targets, and what those that failed
    ("Monitoring Amazon EventBridge")."""
    return (
        Metric("AWS/Events", "Invocations", "RuleName", name),
        Metric("AWS/Events", "FailedInvocations", "RuleName", name),
    )


def metrics_of_group(name: str) -> tuple[Metric, Metric]:
    """Return the same for all schedules of a group; none is counted by itself ("Monitoring Amazon
    EventBridge Scheduler with Amazon CloudWatch")."""
    return (
        Metric("AWS/Scheduler", "InvocationAttemptCount", "ScheduleGroup", name),
        Metric("AWS/Scheduler", "TargetErrorCount", "ScheduleGroup", name),
    )


def period_for(age: timedelta) -> int:
    """Return the shortest period, in seconds, that CloudWatch still has for data of this age."""
    return next((seconds for limit, seconds in PERIODS if age < limit), LONGEST_PERIOD)


def metric_sums(
    client: Client,
    metrics: Sequence[Metric],
    start: datetime,
    end: datetime,
    period: int = HOUR,
) -> dict[Metric, int]:
    """Return the sum of each metric between two times.

    A metric without any data sums up to 0: EventBridge sends its counts only where they are not
    zero ("Monitoring Amazon EventBridge").

    :param period: seconds of one data point.
    """
    sums = dict.fromkeys(metrics, 0)
    wanted = list(sums)
    span = {"StartTime": start, "EndTime": end}

    def read(batch: Sequence[Metric]) -> list[tuple[Metric, int]]:
        return _sums_of(client, batch, span, period)

    for metric, count in in_batches(wanted, QUERIES_PER_CALL, read):
        sums[metric] += count
    return sums


def _sums_of(
    client: Client, batch: Sequence[Metric], span: Document, period: int
) -> list[tuple[Metric, int]]:
    by_id = {f"m{place}": metric for place, metric in enumerate(batch)}
    queries = [_query(query_id, metric, period) for query_id, metric in by_id.items()]
    request = {"MetricDataQueries": queries, **span}
    doing = f"reading {len(batch)} metrics of {batch[0].namespace}"
    return [
        (by_id[result["Id"]], round(sum(result.get("Values") or ())))
        for page in pages(client, "GetMetricData", request, doing=doing)
        for result in page.get("MetricDataResults") or ()
    ]


def _query(query_id: str, metric: Metric, period: int) -> Document:
    dimension = {"Name": metric.dimension, "Value": metric.value}
    what = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": [dimension]}
    return {"Id": query_id, "MetricStat": {"Metric": what, "Period": period, "Stat": "Sum"}}
