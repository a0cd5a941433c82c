# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an ECS target of a rule or a schedule says, read tolerantly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    items,
    mapping,
    part,
    text,
)

ECS = "EcsParameters"
STRATEGY = "CapacityProviderStrategy"
AWSVPC = ("NetworkConfiguration", "awsvpcConfiguration")
FARGATE_PROVIDERS = frozenset({"FARGATE", "FARGATE_SPOT"})


def parameters(target: Mapping[str, Any]) -> Document:
    """Return the target's EcsParameters."""
    return mapping(target.get(ECS))


def launch_type(target: Mapping[str, Any]) -> str | None:
    """Return the target's launch type."""
    return text(parameters(target).get("LaunchType"))


def providers(target: Mapping[str, Any]) -> list[str]:
    """Return the names of the capacity providers, in order."""
    found = (
        text(mapping(entry).get("capacityProvider"))
        for entry in items(parameters(target), STRATEGY)
    )
    return [name for name in found if name]


def runs_on_fargate(target: Mapping[str, Any]) -> bool | None:
    """Whether the task runs on Fargate; None where the cluster's default strategy decides, or
    what is given is contradictory or unknown."""
    launch, names = launch_type(target), set(providers(target))
    if launch is not None:
        return {"FARGATE": True, "EC2": False, "EXTERNAL": False}.get(launch)
    if not names:
        return None
    if names <= FARGATE_PROVIDERS:
        return True
    return None if names & FARGATE_PROVIDERS else False


def network(target: Mapping[str, Any]) -> Document:
    """Return the awsvpcConfiguration."""
    return mapping(part(parameters(target), *AWSVPC))
