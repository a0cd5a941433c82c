# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags: plain mappings of keys to values, and what it takes to change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change

Tags = dict[str, str]

AWS_PREFIX = "aws:"
"""Tags with this prefix belong to AWS: nobody can set or remove them."""


@dataclass(frozen=True)
class TagChanges:
    """What to set and what to remove, and how the tags look afterwards."""

    set: Mapping[str, str]
    remove: tuple[str, ...]
    after: Mapping[str, str]
    changes: tuple[Change, ...]


def tag_changes(
    current: Mapping[str, str], wanted: Mapping[str, str] | None, *, purge: bool
) -> TagChanges:
    """Compare tags. ``wanted`` None means that tags are not managed; AWS's own tags are never
    touched."""
    if wanted is None:
        return TagChanges({}, (), dict(current), ())
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    surplus = [key for key in current if key not in wanted and not key.startswith(AWS_PREFIX)]
    remove = tuple(sorted(surplus)) if purge else ()
    after = {key: value for key, value in {**current, **wanted}.items() if key not in remove}
    changes = tuple(
        Change(f"tags[{key}]", current.get(key), after.get(key))
        for key in sorted({*to_set, *remove})
    )
    return TagChanges(to_set, remove, after, changes)
