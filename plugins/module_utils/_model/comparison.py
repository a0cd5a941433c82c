# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one comparison: what differs between two documents, path by path.

Both documents are in normal form (see ``normal_form``). Lists whose entries have a name are
compared by that name, lists that AWS treats as sets by their content, all others by position.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = None
"""How the side of a change that has no value is shown."""

KEYS_OF_LISTS: Mapping[str, tuple[str, ...]] = {
    "CapacityProviderStrategy": ("capacityProvider",),
    "containerDefinitions": ("name",),
    "containerOverrides": ("name",),
    "dependsOn": ("containerName",),
    "devices": ("hostPath",),
    "environment": ("name",),
    "extraHosts": ("hostname",),
    "inferenceAccelerators": ("deviceName",),
    "inferenceAcceleratorOverrides": ("deviceName",),
    "mountPoints": ("containerPath",),
    "portMappings": ("containerPort", "containerPortRange", "protocol"),
    "properties": ("name",),
    "resourceRequirements": ("type",),
    "secretOptions": ("name",),
    "secrets": ("name",),
    "systemControls": ("namespace",),
    "Tags": ("Key", "key"),
    "tags": ("key",),
    "tmpfs": ("containerPath",),
    "ulimits": ("name",),
    "volumes": ("name",),
    "volumesFrom": ("sourceContainer",),
}
"""List members whose entries are known by a name, so that their order has no meaning: AWS answers
them in another one, for which Terraform's AWS provider and ecspresso sort them too."""

SETS: frozenset[str] = frozenset(
    {
        "add",
        "drop",
        "ignoredExitCodes",
        "permissions",
        "placementConstraints",
        "PlacementConstraints",
        "requiresCompatibilities",
        "SecurityGroups",
        "Subnets",
    }
)
"""List members that AWS treats as sets."""

FREE_MAPS: frozenset[str] = frozenset({"dockerLabels", "driverOpts", "labels", "options"})
"""Members that are maps with the user's own keys: their keys stand in brackets."""

NAMES_AND_VALUES: Mapping[str, tuple[str, str]] = {
    "environment": ("name", "value"),
    "properties": ("name", "value"),
    "secretOptions": ("name", "valueFrom"),
    "secrets": ("name", "valueFrom"),
    "systemControls": ("namespace", "value"),
    "Tags": ("Key", "Value"),
    "tags": ("key", "value"),
}
"""Lists of pairs, which read best as a map: ``environment[LOG_LEVEL]`` from ``info`` to
``debug``."""


@dataclass(frozen=True)
class Change:
    """One difference. ``path`` is in the API's spelling; a side without a value is ``None``."""

    path: str
    before: Any
    after: Any

    def as_result(self) -> dict[str, Any]:
        """Return the change as the mapping that module results carry."""
        return {"path": self.path, "before": self.before, "after": self.after}


def entry_key(member: str, entry: Any) -> str | None:
    """Return the name of a list's entry, or None where entries of ``member`` have no name."""
    fields = KEYS_OF_LISTS.get(member)
    if fields is None or not isinstance(entry, Mapping):
        return None
    return "/".join(str(entry[name]) for name in fields if entry.get(name) is not None)


def sort_key(member: str, entry: Any) -> tuple[str, str]:
    """Return what entries of an unordered list are sorted by: name first, then content."""
    return (entry_key(member, entry) or "", json.dumps(entry, sort_keys=True, default=str))


def is_unordered(member: str) -> bool:
    """Whether the order of the list ``member`` has no meaning."""
    return member in SETS or member in KEYS_OF_LISTS


def compare(before: Any, after: Any) -> tuple[Change, ...]:
    """Return every difference between two documents in normal form, in the order of their paths."""
    return tuple(_differences(before, after, "", ""))


def _differences(before: Any, after: Any, path: str, member: str) -> Iterator[Change]:
    if same(before, after):
        return
    if _comparable_mappings(before, after, member):
        free_keys = member in FREE_MAPS
        yield from _mapping_differences(before or {}, after or {}, path, free_keys=free_keys)
    elif _comparable_lists(before, after, member):
        yield from _list_differences(before or [], after or [], path, member)
    else:
        yield Change(path, before, after)


def same(before: Any, after: Any) -> bool:
    """Whether two values are equal in type too: for AWS 1 is neither true nor ``"1"``."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            same(before[key], after[key]) for key in before
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def _comparable_mappings(before: Any, after: Any, member: str) -> bool:
    """Whether differences can be named key by key; those of a free map even where one side is
    missing."""
    mappings = [side for side in (before, after) if side is not None]
    return all(isinstance(side, Mapping) for side in mappings) and (
        len(mappings) == 2 or member in FREE_MAPS
    )


def _comparable_lists(before: Any, after: Any, member: str) -> bool:
    lists = [side for side in (before, after) if side is not None]
    return all(isinstance(side, list) for side in lists) and (
        len(lists) == 2 or member in NAMES_AND_VALUES
    )


def _mapping_differences(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str, *, free_keys: bool
) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        below = f"{path}[{key}]" if free_keys else f"{path}.{key}".removeprefix(".")
        yield from _differences(before.get(key), after.get(key), below, "" if free_keys else key)


def _list_differences(
    before: list[Any], after: list[Any], path: str, member: str
) -> Iterator[Change]:
    if member in SETS or not (_by_name(before, member) and _by_name(after, member)):
        if member in SETS or not _same_mappings(before, after):
            yield Change(path, before or ABSENT, after or ABSENT)
            return
        for index, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _differences(left, right, f"{path}[{index}]", "")
        return
    left_entries = {entry_key(member, entry): _entry_value(member, entry) for entry in before}
    right_entries = {entry_key(member, entry): _entry_value(member, entry) for entry in after}
    for name in sorted({*left_entries, *right_entries}, key=str):
        yield from _differences(
            left_entries.get(name), right_entries.get(name), f"{path}[{name}]", ""
        )


def _by_name(entries: list[Any], member: str) -> bool:
    names = [entry_key(member, entry) for entry in entries]
    return all(names) and len(set(names)) == len(names)


def _same_mappings(before: list[Any], after: list[Any]) -> bool:
    """Whether two unnamed lists of structures line up, so that a change inside one entry can be
    named."""
    return len(before) == len(after) and all(
        isinstance(entry, Mapping) for entry in (*before, *after)
    )


def _entry_value(member: str, entry: Any) -> Any:
    pair = NAMES_AND_VALUES.get(member)
    if pair is not None and set(entry) == set(pair):
        return entry.get(pair[1])
    return entry
