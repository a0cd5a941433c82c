# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for task definitions: a new revision where the content differs, tags in place otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import without_empty
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import (
    AWS_PREFIX,
    TagChanges,
    tag_changes,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    comparable,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan


@dataclass(frozen=True)
class DescribedTaskDefinition:
    """The latest ACTIVE revision of a family, as AWS describes it."""

    definition: Document
    tags: Mapping[str, str]

    @property
    def arn(self) -> str:
        """Return the ARN of the revision."""
        return str(self.definition["taskDefinitionArn"])


def plan_task_definition(
    observed: DescribedTaskDefinition | None, wish: TaskDefinitionWish
) -> Plan:
    """Return what makes the family's latest revision the wanted one. AWS can change nothing in
    place but tags."""
    wanted = normal_form(wish.definition)
    before = comparable(observed.definition, wanted) if observed else None
    content = compare(before or {}, wanted)
    tags = tag_changes(observed.tags if observed else {}, wish.tags, purge=wish.purge_tags)
    registers = observed is None or bool(content) or wish.force_new_revision
    if observed is None or registers:
        actions: tuple[Action, ...] = (_register(wish.definition, tags),)
    else:
        actions = _retag(observed.arn, tags)
    if observed is not None and registers and not content:
        content = (Change("revision", observed.definition.get("revision"), None),)
    return Plan(
        before=_with_tags(before, observed.tags) if before is not None and observed else None,
        after=_with_tags(wanted, tags.after),
        changes=(*content, *tags.changes),
        actions=actions,
        facts={"registers": registers, "tags": dict(tags.after)},
    )


def _register(definition: Document, tags: TagChanges) -> Action:
    """Return the registration. Empty lists go out as nothing, since "Tags can not be empty"
    (terraform)."""
    request: Document = without_empty(definition)
    own = {key: value for key, value in tags.after.items() if not key.startswith(AWS_PREFIX)}
    if own:
        request["tags"] = own
    return Action("ecs", "RegisterTaskDefinition", request)


def _retag(arn: str, tags: TagChanges) -> tuple[Action, ...]:
    actions = []
    if tags.set:
        actions.append(Action("ecs", "TagResource", {"resourceArn": arn, "tags": dict(tags.set)}))
    if tags.remove:
        keys = {"resourceArn": arn, "tagKeys": list(tags.remove)}
        actions.append(Action("ecs", "UntagResource", keys))
    return tuple(actions)


def _with_tags(document: Document | None, tags: Mapping[str, Any]) -> Document:
    return {**(document or {}), **({"tags": dict(tags)} if tags else {})}


def plan_deregistration(arns: Sequence[str]) -> Plan:
    """Return the deregistration of the given ACTIVE revisions."""
    actions = tuple(
        Action("ecs", "DeregisterTaskDefinition", {"taskDefinition": arn}) for arn in arns
    )
    changes = tuple(
        Change(f"taskDefinitions[{arn.rpartition('/')[2]}].status", "ACTIVE", "INACTIVE")
        for arn in arns
    )
    before = {"taskDefinitions": list(arns)} if arns else None
    return Plan(before=before, after=None, changes=changes, actions=actions)
