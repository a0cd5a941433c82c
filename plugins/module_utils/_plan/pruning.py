# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet's owner has and nobody declares any more: known by tags and groups, never by
names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action

RULE = "rule"
SCHEDULE = "schedule"
DEFINITION = "task_definition"

MOST_NAMED = 50
"""Names that a message tells."""


@dataclass(frozen=True)
class Orphan:
    """Something of the owner's that no batch declares, and the calls that remove it.

    ``batch`` is the batch that it was part of, as far as that is known. ``staying`` are foreign
    targets, which keep a rule alive.
    """

    kind: str
    name: str
    arn: str
    batch: str
    actions: tuple[Action, ...]
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    before: Document | None = None
    group_name: str | None = None
    staying: tuple[Document, ...] = ()

    def as_result(self, error: str | None = None) -> Document:
        """Return what results tell of it."""
        group = {} if self.group_name is None else {"group_name": self.group_name}
        return {"kind": self.kind, "name": self.name, **group, "arn": self.arn, "error": error}


def undeclared_rules(
    tags: Mapping[str, Mapping[str, str]], owner: str, declared: Iterable[str]
) -> dict[str, str]:
    """Return names and ARNs of the owner's rules that no batch declares.

    ``tags`` are those of everything that was found, by ARN. A rule that carries the tag of a batch
    that is declared is left alone, whatever its name.
    """
    names = set(declared)
    found = {}
    for arn, of_rule in tags.items():
        kind, _slash, name = _resource(arn).partition("/")
        batch = of_rule.get(BATCH_TAG)
        is_ours = of_rule.get(OWNER_TAG) == owner and batch is not None
        if kind == RULE and "/" not in name and is_ours and not {name, batch} & names:
            found[name] = arn
    return found


def owned_groups(tags: Mapping[str, Mapping[str, str]], owner: str) -> list[str]:
    """Return the names of the owner's schedule groups."""
    return sorted(
        _resource(arn).partition("/")[2]
        for arn, of_group in tags.items()
        if _resource(arn).startswith("schedule-group/") and of_group.get(OWNER_TAG) == owner
    )


def undeclared_revisions(
    tags: Mapping[str, Mapping[str, str]], owner: str, declared: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return the owner's revisions of families that no batch declares: by family, the ARNs with
    the batch or family that each counts as."""
    families = set(declared)
    found: dict[str, dict[str, str]] = {}
    for arn, of_revision in tags.items():
        kind, _slash, revision = _resource(arn).partition("/")
        family = revision.partition(":")[0]
        is_ours = kind == "task-definition" and of_revision.get(OWNER_TAG) == owner
        if is_ours and family not in families:
            found.setdefault(family, {})[arn] = of_revision.get(BATCH_TAG) or family
    return found


def _resource(arn: str) -> str:
    parsed = parse_arn(arn)
    return parsed.resource if parsed else ""


def own_target_of(name: str, targets: ObservedTargets) -> str | None:
    """Return the id of the batch's own target on its rule: the one of its name, or the only one;
    None where nobody can tell."""
    if targets.find(name) is not None or not targets.targets:
        return name
    first, *others = targets.targets
    return None if others else str(first["Id"])


def too_many(orphans: Sequence[Orphan], most: int) -> str | None:
    """Return why nothing is pruned, where more batches would go than allowed."""
    batches = sorted({orphan.batch for orphan in orphans})
    if len(batches) <= most:
        return None
    named = ", ".join(batches[:MOST_NAMED])
    more = f" and {len(batches) - MOST_NAMED} more" if len(batches) > MOST_NAMED else ""
    return (
        f"max_deletes: prune would remove {len(batches)} batches, and {most} are allowed: {named}"
        f"{more}. Raise max_deletes if that is meant."
    )
