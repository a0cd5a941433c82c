# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ECS targets of rules and of schedules have in common: names to ARNs, the checks, and the
task definition that is run."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_cluster,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    Place,
    cluster_arn,
    parse_arn,
    task_definition_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    STRUCTURE,
    Document,
    Shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    Service,
    check_against_task_definition,
    check_ecs_target,
)

REQUIRED = frozenset(
    {
        "Arn",
        "RoleArn",
        "EcsParameters.TaskDefinitionArn",
        "EcsParameters.NetworkConfiguration.awsvpcConfiguration.Subnets",
    }
)
"""What check_ecs_target misses with better words than the shape has, and only in whole targets."""

NO_OVERRIDES = Shape("TaskOverride", STRUCTURE)


def check_target(
    target: Document,
    findings: Findings,
    *,
    service: Service,
    location: Location = (),
    complete: bool,
    definition: Document | None = None,
) -> None:
    """Check a target, given parts or the whole, also against its task definition."""
    shape = structure(service, "Target")
    check_shape(target, shape, findings, location=location, skip_required=REQUIRED)
    check_ecs_target(
        target,
        findings,
        service=service,
        location=location,
        complete=complete,
        overrides_shape=overrides_shape(target.get("Input")),
    )
    if definition is not None:
        check_against_task_definition(target, definition, findings, location=location)


def overrides_shape(overrides: Any) -> Shape:
    """Return the shape of ECS's TaskOverride, or an empty one where there are no overrides to read
    with it: for most runs ECS's model, the largest of all, need not be read then (20 ms)."""
    return structure("ecs", "TaskOverride") if overrides else NO_OVERRIDES


def with_arns(session: Session, target: Document, *known: str | None) -> Document:
    """Return the target with the ARNs of a cluster and a task definition that were given by name.

    Account and partition are those of the target's other ARNs, or else of the ``known`` ones: a
    target and its role belong to the same account. Only where there are none STS is asked.
    """
    parameters = target.get("EcsParameters", {})
    cluster, definition = target.get("Arn"), parameters.get("TaskDefinitionArn")
    names = [name for name in (cluster, definition) if name and parse_arn(name) is None]
    if not names:
        return target
    place = place_of(session, cluster, definition, target.get("RoleArn"), *known)
    resolved = dict(target)
    if cluster:
        resolved["Arn"] = cluster_arn(place, cluster)
    if definition:
        resolved["EcsParameters"] = {
            **parameters,
            "TaskDefinitionArn": task_definition_arn(place, definition),
        }
    return resolved


def place_of(session: Session, *arns: str | None) -> Place:
    """Return where resources beside these ARNs live, by the first one that names an account."""
    known = next((arn for arn in map(parse_arn, arns) if arn is not None and arn.account_id), None)
    if known is None:
        return session.place()
    return Place(known.partition, known.region or session.clients.region, known.account_id)


def definition_to_run(session: Session, target: Document) -> Document | None:
    """Return the task definition that the target starts; it and the cluster must exist outside
    check mode."""
    cluster = target.get("Arn")
    reference = target.get("EcsParameters", {}).get("TaskDefinitionArn")
    if cluster and not session.check_mode:
        describe_cluster(session.clients.client("ecs"), cluster)
    if not reference:
        return None
    try:
        return describe_task_definition(session.clients.client("ecs"), reference).document
    except NotFound:
        if not session.check_mode:
            raise
        return None
