# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch: sums of metrics over a span of time, many in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    in_batches,
    pages,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

QUERIES_PER_CALL = 500
"""Queries per GetMetricData (botocore, MetricDataQueries)."""

PERIOD = 3600
"""Seconds of one data point: 500 queries over a day stay below the 100,800 points of an answer."""


@dataclass(frozen=True)
class Metric:
    """A metric with its one dimension, such as ``RuleName``."""

    namespace: str
    name: str
    dimension: str
    value: str


def metric_sums(
    client: Client, metrics: Sequence[Metric], start: datetime, end: datetime
) -> dict[Metric, int]:
    """Return the sum of each metric between two times.

    A metric without any data sums up to 0: EventBridge sends its counts only where they are not
    zero ("Monitoring Amazon EventBridge").
    """
    sums = dict.fromkeys(metrics, 0)
    wanted = list(sums)

    def read(batch: Sequence[Metric]) -> list[tuple[Metric, int]]:
        return _sums_of(client, batch, start, end)

    for metric, count in in_batches(wanted, QUERIES_PER_CALL, read):
        sums[metric] += count
    return sums


def _sums_of(
    client: Client, batch: Sequence[Metric], start: datetime, end: datetime
) -> list[tuple[Metric, int]]:
    by_id = {f"m{place}": metric for place, metric in enumerate(batch)}
    request = {
        "MetricDataQueries": [_query(query_id, metric) for query_id, metric in by_id.items()],
        "StartTime": start,
        "EndTime": end,
    }
    doing = f"reading {len(batch)} metrics of {batch[0].namespace}"
    return [
        (by_id[result["Id"]], round(sum(result.get("Values") or ())))
        for page in pages(client, "GetMetricData", request, doing=doing)
        for result in page.get("MetricDataResults") or ()
    ]


def _query(query_id: str, metric: Metric) -> Document:
    dimension = {"Name": metric.dimension, "Value": metric.value}
    what = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": [dimension]}
    return {"Id": query_id, "MetricStat": {"Metric": what, "Period": PERIOD, "Stat": "Sum"}}
