# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``aws_context_info`` in every partition, and where nobody can be asked."""

from __future__ import annotations

import pytest

NAME = "aws_context_info"


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("ap-northeast-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_every_partition(run_module, emulator, region, partition, suffix):
    result = run_module(NAME, {"region": region})
    assert not result["failed"], result["msg"]
    assert not result["changed"]
    assert (result["partition"], result["region"], result["dns_suffix"]) == (
        partition,
        region,
        suffix,
    )
    assert result["account_id"] == "123456789012"
    assert result["caller_arn"].startswith(f"arn:{partition}:sts::123456789012:")
    assert [call.operation for call in emulator.calls] == ["GetCallerIdentity"]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_arns_are_of_the_partition(run_module, aws, region):
    """A target with names alone becomes one with ARNs of the place where it is."""
    rule = {"name": "hello", "schedule_expression": "rate(1 day)", "region": region}
    arn = run_module("eventbridge_rule", rule, check_mode=True)["rule"]["arn"]
    target = {
        "rule": "hello",
        "target_id": "hello",
        "cluster": "batch",
        "task_definition": "hello",
        "role_arn": arn.partition(":events")[0] + ":iam::123456789012:role/events",
        "region": region,
    }
    result = run_module("eventbridge_ecs_target", target, check_mode=True)
    place = f"{arn.partition(':events')[0]}:ecs:{region}:123456789012"
    assert result["target"]["arn"] == f"{place}:cluster/batch"
    parameters = result["target"]["ecs_parameters"]
    assert parameters["task_definition_arn"] == f"{place}:task-definition/hello"


def test_the_region_may_come_from_the_environment(run_module, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert run_module(NAME, {})["region"] == "eu-central-1"


def test_expired_credentials_are_told_with_the_remedy(run_module, emulator):
    expired = ("ExpiredToken", "The security token included in the request is expired", 403)
    emulator.fault("sts", "GetCallerIdentity", error=expired)
    result = run_module(NAME, {})
    assert result["failed"]
    assert "ExpiredToken" in result["msg"]
    assert "renew them and run again" in result["msg"]
