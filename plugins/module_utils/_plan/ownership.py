# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a rule, a schedule or a schedule group is, by the tags. Nothing foreign is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
    TAG_PREFIX,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change

Tags = Mapping[str, str]


def is_ours(tags: Tags, batch: Batch) -> bool:
    """Whether something carries the tags of this very batch and of its owner."""
    return tags.get(BATCH_TAG) == batch.name and tags.get(OWNER_TAG) == batch.owner


def group_is_ours(tags: Tags, batch: Batch) -> bool:
    """Whether a schedule group belongs to the batch's owner, or to this batch alone."""
    if batch.owner is not None:
        return tags.get(OWNER_TAG) == batch.owner
    return is_ours(tags, batch)


def is_unclaimed(tags: Tags) -> bool:
    """Whether something carries no tags of this collection."""
    return BATCH_TAG not in tags and OWNER_TAG not in tags


def belongs_to_another(tags: Tags, owner: str | None) -> bool:
    """Whether something carries another owner's tag."""
    return tags.get(OWNER_TAG) not in {None, owner}


def belongs_to_another_batch(tags: Tags, batch: Batch) -> bool:
    """Whether something was made for another batch alone, where neither has an owner."""
    return (
        batch.owner is None
        and OWNER_TAG not in tags
        and tags.get(BATCH_TAG) not in {None, batch.name}
    )


def owner_refusal(what: str, tags: Tags, batch: Batch) -> str | None:
    """Return why another owner's thing must not be touched, None where it is not one."""
    if not belongs_to_another(tags, batch.owner):
        return None
    mine = f"the owner {batch.owner!r}" if batch.owner else "a batch without an owner"
    return (
        f"{batch.where}: {what} belongs to the owner {tags[OWNER_TAG]!r}, not to {mine}; use"
        " another name."
    )


def only_marks(tags: Tags, changes: Sequence[Change]) -> bool:
    """Whether all that would change of something unclaimed are the tags that say whose it is."""
    marks = all(change.path.startswith(f"tags[{TAG_PREFIX}") for change in changes)
    return is_unclaimed(tags) and bool(changes) and marks


def refusal(what: str, tags: Tags, batch: Batch, *, adopt: bool) -> str | None:
    """Return why an existing thing that is not this batch's must not be touched, None where it may
    be.

    Another owner's or another batch's is refused always, everything else only without ``adopt``.
    """
    refused = owner_refusal(what, tags, batch)
    if refused is not None:
        return refused
    if belongs_to_another_batch(tags, batch):
        return f"{batch.where}: {what} belongs to the batch {tags[BATCH_TAG]!r}; use another name."
    if adopt:
        return None
    return (
        f"{batch.where}: {what} exists and was not made by this batch; set adopt to true to take it"
        " over, or use another name."
    )
