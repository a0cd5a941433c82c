# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch: how often triggers have called their targets, and in vain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

PERIODS = ((timedelta(days=15), 60), (timedelta(days=63), 300))
LONGEST_PERIOD = 3600
"""CloudWatch keeps minutes for 15 days, five minutes for 63, hours for longer (botocore)."""


@dataclass(frozen=True)
class Counted:
    """What is counted: a namespace, its metrics, and the one dimension that names the trigger."""

    namespace: str
    metrics: tuple[str, ...]
    dimension: str
    value: str


def period_for(age: timedelta) -> int:
    """Return the shortest period, in seconds, that CloudWatch still has for data of this age."""
    return next((seconds for limit, seconds in PERIODS if age < limit), LONGEST_PERIOD)


def count_between(
    client: Client, counted: Counted, start: datetime, end: datetime, period: int
) -> Mapping[str, int]:
    """Return the sum of each metric between two times; one without data was not counted: 0."""
    ids = {f"m{number}": name for number, name in enumerate(counted.metrics)}
    dimension = {"Name": counted.dimension, "Value": counted.value}
    queries = [
        {
            "Id": query,
            "MetricStat": {
                "Metric": {
                    "Namespace": counted.namespace,
                    "MetricName": name,
                    "Dimensions": [dimension],
                },
                "Period": period,
                "Stat": "Sum",
            },
        }
        for query, name in ids.items()
    ]
    request = {"MetricDataQueries": queries, "StartTime": start, "EndTime": end}
    doing = f"reading the metrics of {counted.value}"
    answer = call(client, "GetMetricData", request, doing=doing)
    results: Sequence[Document] = answer.get("MetricDataResults") or ()
    sums = {ids[each["Id"]]: round(sum(each.get("Values") or ())) for each in results}
    return {name: sums.get(name, 0) for name in counted.metrics}
