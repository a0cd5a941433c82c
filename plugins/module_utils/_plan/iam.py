# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of IAM's roles and policies have to be written: what is right costs no task, and nothing
that a run may still need is taken away before everything else has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import TAG_PREFIX
from ansible_collections.batchwork.aws.plugins.module_utils._model.policy_document import (
    MANAGED_POLICY_LIMIT,
    TRUST_POLICY_LIMIT,
    length_of,
    widened,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes

Part = Mapping[str, Any]
PartsByName = Mapping[str, Part]
Tags = Mapping[str, str]


def plan_iam(
    wanted: Mapping[str, PartsByName], found: Mapping[str, PartsByName], *, purge_tags: bool
) -> dict[str, list[Part]]:
    """Return what to write before and after what uses the roles.

    Before it ``policies`` and ``roles``, which also allow what they allowed by now, after it
    ``narrowed_policies`` and ``narrowed_roles``, which allow no more than is wanted. What is taken
    over from somebody else allowed nothing that is needed, so it is written as it is wanted.

    :param wanted: ``policies`` and ``roles``, each by name.
    :param found: the same, as they are.
    """
    plan: dict[str, list[Part]] = {}
    for kind, (document, limit, differs) in _KINDS.items():
        writing = _Writing(document, limit, differs, found[kind], purge_tags)
        plan[kind] = writing.before(wanted[kind].values())
        plan[f"narrowed_{kind}"] = writing.afterwards(wanted[kind].values())
    return plan


@dataclass(frozen=True)
class _Writing:
    """Which of the parts of one kind have to be written. ``document`` names what they allow."""

    document: str
    limit: int
    differs: Callable[[Part, Part, bool], bool]
    found: PartsByName
    purge_tags: bool

    def before(self, wanted: Iterable[Part]) -> list[Part]:
        """Return those that are new or different, with what they allow by now."""
        first = (self._widened(part) for part in wanted)
        return [part for part in first if self._is_to_write(part)]

    def afterwards(self, wanted: Iterable[Part]) -> list[Part]:
        """Return those that then allow more than is wanted."""
        return [part for part in wanted if self._widened(part) != part]

    def _is_to_write(self, part: Part) -> bool:
        there = self.found.get(part["name"])
        return there is None or self.differs(part, there, self.purge_tags)

    def _widened(self, part: Part) -> Part:
        """Return the part with what it allows by now, where there is room for both."""
        there = self.found.get(part["name"])
        if there is None or not _has_same_owner(part, there):
            return part
        both = widened(part[self.document], _kept(there[self.document] or {}))
        fits = length_of(both) <= self.limit
        return {**part, self.document: both} if fits else part


def _has_same_owner(wanted: Part, there: Part) -> bool:
    """Whether the tags by which the collection knows its own are there by now."""
    marks = (key for key in wanted["tags"] if key.startswith(TAG_PREFIX))
    return all(there["tags"].get(key) == wanted["tags"][key] for key in marks)


def _kept(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of services: a role or user that has been deleted stands in a
    trust policy by an id, which IAM does not take back [IAM user guide, "AWS JSON policy elements:
    Principal"]."""
    statements = document.get("Statement") or []
    listed = statements if isinstance(statements, list | tuple) else [statements]
    services = [each for each in listed if {*each.get("Principal", {"Service": ""})} == {"Service"}]
    return {**document, "Statement": services}


def _policy_differs(wanted: Part, there: Part, purge_tags: bool) -> bool:
    """Whether a policy allows something else. IAM cannot change its description."""
    return there["document"] != wanted["document"] or tags_differ(
        wanted["tags"], there["tags"], purge_tags
    )


def _role_differs(wanted: Part, there: Part, purge_tags: bool) -> bool:
    """Whether a role lacks something. Policies that are attached besides stay, and so does a
    permissions boundary where none is wanted."""
    boundary = wanted.get("permissions_boundary")
    return any(
        (
            there["trust"] != wanted["trust"],
            (there.get("description") or "") != wanted["description"],
            not {*wanted["policies"]} <= {*there["policies"]},
            boundary and boundary != there.get("permissions_boundary"),
            tags_differ(wanted["tags"], there["tags"], purge_tags),
        )
    )


def tags_differ(wanted: Tags, there: Tags, purge_tags: bool) -> bool:
    """Whether tags have to be set or removed."""
    return bool(tag_changes(there, wanted, purge=purge_tags).changes)


_KINDS: Mapping[str, tuple[str, int, Callable[[Part, Part, bool], bool]]] = {
    "policies": ("document", MANAGED_POLICY_LIMIT, _policy_differs),
    "roles": ("trust", TRUST_POLICY_LIMIT, _role_differs),
}
