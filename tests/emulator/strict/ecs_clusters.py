# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters as ECS answers them [botocore Cluster]."""

from __future__ import annotations

from typing import Any

from emulator.layer import Call, Forward
from emulator.strict.registry import corrects, refuses
from emulator.strict.tags import refuse_bad_tags

_ALWAYS_THERE: dict[str, Any] = {
    "statistics": [],
    "tags": [],
    "settings": [],
    "capacityProviders": [],
    "defaultCapacityProviderStrategy": [],
}
"""What moto leaves out: community.aws.ecs_cluster fails without capacityProviders."""

_ONLY_WHEN_INCLUDED = {"settings": "SETTINGS", "tags": "TAGS", "configuration": "CONFIGURATIONS"}


@refuses("ecs", "CreateCluster")
def bad_tags(call: Call, _forward: Forward) -> None:
    """As everywhere in ECS."""
    refuse_bad_tags("InvalidParameterException", call.parameters.get("tags"))


@corrects("ecs", "CreateCluster")
def create(call: Call, forward: Forward) -> dict[str, Any]:
    """A cluster that is there stays as it is; moto would replace it."""
    name = call.parameters.get("clusterName") or "default"
    found = forward(call.sibling("DescribeClusters", clusters=[name], include=["TAGS"]))["clusters"]
    if found and found[0]["status"] == "ACTIVE":
        return {"cluster": {**_ALWAYS_THERE, **found[0]}}
    return {"cluster": {**_ALWAYS_THERE, **forward(call)["cluster"]}}


@corrects("ecs", "DescribeClusters")
def describe(call: Call, forward: Forward) -> dict[str, Any]:
    """All keys are there; settings, tags and configuration only when included."""
    answer = forward(call)
    include = call.parameters.get("include") or []
    hidden = [key for key, word in _ONLY_WHEN_INCLUDED.items() if word not in include]
    for cluster in answer["clusters"]:
        for key in hidden:
            cluster.pop(key, None)
        for key, value in _ALWAYS_THERE.items():
            cluster.setdefault(key, list(value))
    return answer
