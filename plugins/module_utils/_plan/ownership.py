# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a rule or a schedule is, by its tags. Nothing foreign is touched."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
    Batch,
)


def is_ours(tags: Mapping[str, str], batch: Batch) -> bool:
    """Whether something carries the tags of this very batch and of its owner."""
    return tags.get(BATCH_TAG) == batch.name and tags.get(OWNER_TAG) == batch.owner


def group_is_ours(tags: Mapping[str, str], batch: Batch) -> bool:
    """Whether a schedule group belongs to the batch's owner, or to this batch alone."""
    if batch.owner is not None:
        return tags.get(OWNER_TAG) == batch.owner
    return tags.get(BATCH_TAG) == batch.name and OWNER_TAG not in tags


def refusal(
    what: str, tags: Mapping[str, str], batch: Batch, *, ours: bool, adopt: bool
) -> str | None:
    """Return why an existing thing must not be touched, None where it may be.

    Another owner's is refused always, what carries no tags of ours only without ``adopt``.
    """
    owner = tags.get(OWNER_TAG)
    if owner is not None and owner != batch.owner:
        mine = f"the owner {batch.owner!r}" if batch.owner else "a batch without an owner"
        return f"{batch.path[0]}: {what} belongs to the owner {owner!r}, not to {mine}; give the batch another name."
    if ours or adopt:
        return None
    return (
        f"{batch.path[0]}: {what} exists and was not made by this batch; "
        "set adopt to true to take it over, or give the batch another name."
    )
