# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters: what exists, and what only seems to."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_cluster,
    describe_clusters,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    NotFound,
    PartialFailure,
)

PREFIX = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/"


def cluster(name: str, status: str = "ACTIVE") -> dict:
    return {"clusterArn": PREFIX + name, "clusterName": name, "status": status}


@pytest.fixture
def ecs(stubbed):
    return stubbed("ecs")


@pytest.mark.parametrize("asked", ["batch", PREFIX + "batch"])
def test_a_cluster_is_described_by_name_or_arn(ecs, asked):
    ecs.answers("describe_clusters", {"clusters": [cluster("batch")]}, clusters=[asked])
    assert describe_cluster(ecs.client, asked) == cluster("batch")


def test_a_missing_cluster_is_not_found(ecs):
    ecs.answers(
        "describe_clusters",
        {"clusters": [], "failures": [{"arn": PREFIX + "batch", "reason": "MISSING"}]},
        clusters=["batch"],
    )
    with pytest.raises(NotFound) as caught:
        describe_cluster(ecs.client, "batch")
    assert "the cluster batch does not exist" in str(caught.value)


def test_a_deleted_cluster_is_not_found_either(ecs):
    ecs.answers(
        "describe_clusters", {"clusters": [cluster("batch", "INACTIVE")]}, clusters=["batch"]
    )
    with pytest.raises(NotFound):
        describe_cluster(ecs.client, "batch")


def test_another_failure_is_no_absence(ecs):
    ecs.answers(
        "describe_clusters",
        {"clusters": [], "failures": [{"arn": PREFIX + "batch", "reason": "SOMETHING"}]},
        clusters=["batch"],
    )
    with pytest.raises(PartialFailure, match="SOMETHING"):
        describe_cluster(ecs.client, "batch")


def test_many_clusters_are_found_by_what_was_asked_for(ecs):
    ecs.answers(
        "describe_clusters",
        {
            "clusters": [cluster("b"), cluster("a")],
            "failures": [{"arn": PREFIX + "c", "reason": "MISSING"}],
        },
        clusters=["a", PREFIX + "b", "c"],
    )
    found = describe_clusters(ecs.client, ["a", PREFIX + "b", "c"])
    assert found == {"a": cluster("a"), PREFIX + "b": cluster("b")}
