# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums of metrics: 500 to a call, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.cloudwatch import (
    Metric,
    metric_sums,
)

END = datetime(2026, 11, 25, tzinfo=UTC)
START = END - timedelta(days=1)


def metric(rule: str) -> Metric:
    return Metric("AWS/Events", "Invocations", "RuleName", rule)


def asked(*rules: str, **more: Any) -> dict[str, Any]:
    queries = [
        {
            "Id": f"m{place}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/Events",
                    "MetricName": "Invocations",
                    "Dimensions": [{"Name": "RuleName", "Value": rule}],
                },
                "Period": 3600,
                "Stat": "Sum",
            },
        }
        for place, rule in enumerate(rules)
    ]
    return {"MetricDataQueries": queries, "StartTime": START, "EndTime": END, **more}


@pytest.fixture
def cloudwatch(stubbed):
    return stubbed("cloudwatch")


def test_the_points_of_each_metric_are_summed_up_over_all_pages(cloudwatch):
    first = {
        "MetricDataResults": [{"Id": "m0", "Values": [1.0, 2.0]}, {"Id": "m1", "Values": []}],
        "NextToken": "more",
    }
    cloudwatch.answers("get_metric_data", first, **asked("a", "b"))
    second = {"MetricDataResults": [{"Id": "m0", "Values": [4.0]}]}
    cloudwatch.answers("get_metric_data", second, **asked("a", "b", NextToken="more"))
    found = metric_sums(cloudwatch.client, [metric("a"), metric("b")], START, END)
    assert found == {metric("a"): 7, metric("b"): 0}


def test_a_call_takes_five_hundred(cloudwatch):
    rules = [f"rule-{place}" for place in range(501)]
    cloudwatch.answers("get_metric_data", {"MetricDataResults": []}, **asked(*rules[:500]))
    cloudwatch.answers("get_metric_data", {"MetricDataResults": []}, **asked(rules[500]))
    found = metric_sums(cloudwatch.client, [metric(rule) for rule in rules], START, END)
    assert set(found.values()) == {0}
