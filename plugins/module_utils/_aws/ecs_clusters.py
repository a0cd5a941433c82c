# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS clusters: describe."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    in_batches,
    service_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    FailedEntry,
    NotFound,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

DESCRIBE_BATCH = 100
"""Clusters per DescribeClusters (botocore)."""

MISSING = "MISSING"
DELETED = "INACTIVE"
"""The status of a cluster that was deleted; ECS shows it for some time after."""


def describe_cluster(client: Client, cluster: str) -> Document:
    """Return a cluster.

    :param cluster: its name or ARN.
    :raises NotFound: where there is none of this name, or it was deleted (status INACTIVE).
    """
    found = describe_clusters(client, [cluster])
    if cluster not in found:
        identity = Call(service_of(client), "DescribeClusters", f"describing the cluster {cluster}")
        raise NotFound(identity, f"the cluster {cluster} does not exist", code=MISSING)
    return found[cluster]


def describe_clusters(client: Client, clusters: Sequence[str]) -> dict[str, Document]:
    """Return the clusters that exist, by the name or ARN that was asked for.

    :raises PartialFailure: where ECS cannot tell for another reason than that one is missing.
    """
    described = in_batches(clusters, DESCRIBE_BATCH, lambda batch: _describe(client, batch))
    alive = [cluster for cluster in described if cluster.get("status") != DELETED]
    by_name = {cluster.get("clusterName"): cluster for cluster in alive}
    by_arn = {cluster.get("clusterArn"): cluster for cluster in alive}
    found = {asked: by_arn.get(asked) or by_name.get(asked) for asked in clusters}
    return {asked: cluster for asked, cluster in found.items() if cluster is not None}


def _describe(client: Client, batch: Sequence[str]) -> list[Document]:
    doing = f"describing the clusters {', '.join(batch)}"
    answer = call(
        client, "DescribeClusters", {"clusters": list(batch)}, doing=doing, expect=("clusters",)
    )
    described: list[Document] = answer["clusters"]
    failed = [
        FailedEntry(failure.get("arn", ""), failure.get("reason", ""), failure.get("detail", ""))
        for failure in answer.get("failures") or ()
        if failure.get("reason") != MISSING
    ]
    if failed:
        raise PartialFailure(Call(service_of(client), "DescribeClusters", doing), failed, described)
    return described
