# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet stands on: its roles, their policies and its log groups. What is to be written, what
is no longer needed, and what belongs to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG

REGION_TAG = "batchwork:region"
"""On roles and policies, since IAM knows no regions."""

Part = Mapping[str, Any]
Tags = Mapping[str, str]


@dataclass(frozen=True)
class Parts:
    """Roles, policies and log groups, each by name: as they are wanted, or as they were found."""

    roles: Mapping[str, Part]
    policies: Mapping[str, Part]
    log_groups: Mapping[str, Part]

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[Part]]) -> Parts:
        """Return the parts of three lists, some of which may be missing."""
        kinds = ("roles", "policies", "log_groups")
        return cls(*({str(part["name"]): part for part in lists.get(kind) or ()} for kind in kinds))


@dataclass(frozen=True)
class FoundationRules:
    """Whose the parts are, and what may happen to those of others.

    ``known_names`` are roles that this run speaks of, wanted or not. ``prune`` takes away every
    part of the owner's that is not wanted, ``remove_log_groups`` those that hold logs as well.
    """

    owner: str
    region: str
    known_names: frozenset[str] = frozenset()
    adopt: bool = False
    prune: bool = False
    purge_tags: bool = True
    remove_log_groups: bool = False

    def owns(self, tags: Tags, *, regional: bool = False) -> bool:
        """Whether something is this fleet's. What lives in a region carries no region's name."""
        if tags.get(OWNER_TAG) != self.owner:
            return False
        return regional or tags.get(REGION_TAG) == self.region


def plan_foundation(wanted: Parts, found: Parts, rules: FoundationRules) -> dict[str, Any]:
    """Return what to do, in the order in which it is to be done.

    ``policies``, ``roles`` and ``log_groups`` are to be written, ``surplus_roles``,
    ``surplus_policies`` and ``surplus_log_groups`` (names) to be removed after the batches.
    ``refusals`` are sentences; where there are any, nothing may be done.
    """
    policies = [
        policy for policy in wanted.policies.values() if _policy_differs(policy, found, rules)
    ]
    # What moves between the volumes of one policy must not be in neither for a moment.
    grows = len(wanted.policies) >= len(found.policies)
    return {
        "refusals": list(_refusals(wanted, found, rules)),
        "policies": policies[::-1] if grows else policies,
        "roles": [role for role in wanted.roles.values() if _role_differs(role, found, rules)],
        "log_groups": list(_log_groups_to_write(wanted, found, rules)),
        "surplus_roles": sorted(_surplus_roles(wanted, found, rules)),
        "surplus_policies": sorted(_surplus_policies(wanted, found, rules)),
        "surplus_log_groups": sorted(_surplus_log_groups(wanted, found, rules)),
    }


# ---- What differs ----


def _policy_differs(policy: Part, found: Parts, rules: FoundationRules) -> bool:
    there = found.policies.get(policy["name"])
    return (
        there is None
        or there["document"] != policy["document"]
        or _tags_differ(policy["tags"], there["tags"], rules)
    )


def _role_differs(role: Part, found: Parts, rules: FoundationRules) -> bool:
    """Whether ``amazon.aws.iam_role`` could find anything to change; it decides."""
    there = found.roles.get(role["name"])
    if there is None:
        return True
    boundary = role.get("permissions_boundary")
    return (
        there["trust"] != role["trust"]
        or (there.get("description") or "") != role["description"]
        or not set(role["policies"]) <= set(there["policies"])
        or bool(boundary and boundary != there.get("permissions_boundary"))
        or _tags_differ(role["tags"], there["tags"], rules)
    )


def _log_groups_to_write(
    wanted: Parts, found: Parts, rules: FoundationRules
) -> Iterator[dict[str, Any]]:
    """Yield the log groups that are new, or the fleet's own and different.

    A group of somebody else's was brought along: it is used and left as it is.
    """
    for name, group in wanted.log_groups.items():
        there = found.log_groups.get(name)
        if there is None:
            yield {**group, "exists": False, "retention_differs": bool(group["retention_in_days"])}
            continue
        if not _may_change(there["tags"], rules):
            continue
        # An account-level policy may rule the retention; what is written then changes nothing.
        differs = not there.get("retention_policy_name") and (
            (there.get("retention_in_days") or 0) != group["retention_in_days"]
        )
        if differs or _tags_differ(group["tags"], there["tags"], rules):
            yield {**group, "exists": True, "retention_differs": differs}


def _may_change(tags: Tags, rules: FoundationRules) -> bool:
    is_free = OWNER_TAG not in tags and rules.adopt
    return rules.owns(tags, regional=True) or is_free


def _tags_differ(wanted: Tags, there: Tags, rules: FoundationRules) -> bool:
    """Tags of AWS's own cannot be purged."""
    kept = {} if rules.purge_tags else dict(there)
    own = {key: value for key, value in there.items() if not key.startswith("aws:")}
    return {**kept, **wanted} != {**kept, **own}


# ---- What is somebody else's ----


def _refusals(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    yield from _refused("role", "bring it along by its ARN", wanted.roles, found.roles, rules)
    remedy = "choose another name for the role"
    yield from _refused("policy", remedy, wanted.policies, found.policies, rules)


def _refused(
    kind: str,
    remedy: str,
    wanted: Mapping[str, Part],
    found: Mapping[str, Part],
    rules: FoundationRules,
) -> Iterator[str]:
    for name in sorted({*wanted} & {*found}):
        what, there = f"The {kind} {name}", found[name]
        tags = there["tags"]
        if OWNER_TAG in tags and not rules.owns(tags):
            where = tags.get(REGION_TAG)
            yield (
                f"{what} belongs to the owner {tags[OWNER_TAG]}"
                f"{f' in {where}' if where else ''}: {remedy}."
            )
        elif OWNER_TAG not in tags and not rules.adopt:
            yield (
                f"{what} exists and does not carry the tag {OWNER_TAG}={rules.owner}: {remedy},"
                " or set scheduled_batches_adopt to true to take it over."
            )
        elif there["path"] != wanted[name]["path"]:
            yield (
                f"{what} exists with the path {there['path']}, which IAM cannot change to"
                f" {wanted[name]['path']}: set scheduled_batches_iam_path to {there['path']}, or"
                f" {remedy}."
            )


# ---- What is no longer needed ----


def _surplus_roles(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    for name in _unwanted(wanted.roles, found.roles, rules):
        if rules.prune or name in rules.known_names:
            yield name


def _surplus_policies(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    """Yield policies without a role that needs them, and volumes that are empty by now."""
    gone = set(_surplus_roles(wanted, found, rules))
    for name in _unwanted(wanted.policies, found.policies, rules):
        role = _role_of_volume(name)
        if rules.prune or role in wanted.roles or role in gone:
            yield name


def _role_of_volume(policy_name: str) -> str:
    """Return the role whose policy this is: further volumes of it are numbered, as ``name+2``."""
    return re.sub(r"\+[0-9]+$", "", policy_name)


def _surplus_log_groups(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    if rules.prune and rules.remove_log_groups:
        for name, group in found.log_groups.items():
            if name not in wanted.log_groups and rules.owns(group["tags"], regional=True):
                yield name


def _unwanted(
    wanted: Iterable[str], found: Mapping[str, Part], rules: FoundationRules
) -> Iterator[str]:
    for name, part in found.items():
        if name not in wanted and rules.owns(part["tags"]):
            yield name
