# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet stands on: its roles, their policies, its log groups and its guard. What is to be
written, what is no longer needed, and what belongs to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import StateMachineWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.iam import (
    Part,
    PartsByName,
    Tags,
    plan_iam,
    tags_differ,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.state_machine import (
    ObservedStateMachine,
    plan_state_machine,
)

REGION_TAG = "batchwork:region"
"""On roles and policies, since IAM knows no regions."""


@dataclass(frozen=True)
class Parts:
    """Roles, policies, log groups and state machines, each by name: as they are wanted, or as they
    were found."""

    roles: PartsByName
    policies: PartsByName
    log_groups: PartsByName
    state_machines: PartsByName

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[Part]]) -> Parts:
        """Return the parts of four lists, some of which may be missing."""
        kinds = ("roles", "policies", "log_groups", "state_machines")
        return cls(*({str(part["name"]): part for part in lists.get(kind) or ()} for kind in kinds))

    @property
    def of_iam(self) -> Mapping[str, PartsByName]:
        """What IAM has of it."""
        return {"policies": self.policies, "roles": self.roles}


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
    """Return what to do before and after the batches.

    Before them ``policies``, ``roles``, ``log_groups`` and ``state_machines`` are written, and
    nothing that a batch may still need is taken away. After them ``narrowed_policies`` and
    ``narrowed_roles`` are written, and ``surplus_state_machines``, ``surplus_roles``,
    ``surplus_policies`` and ``surplus_log_groups`` (names) are removed.
    ``refusals`` are sentences; where there are any, nothing may be done.
    """
    return {
        "refusals": list(_refusals(wanted, found, rules)),
        **plan_iam(wanted.of_iam, found.of_iam, purge_tags=rules.purge_tags),
        "log_groups": list(_log_groups_to_write(wanted, found, rules)),
        "state_machines": list(_state_machines_to_write(wanted, found, rules)),
        "surplus_state_machines": sorted(_surplus_state_machines(wanted, found, rules)),
        "surplus_roles": sorted(_surplus_roles(wanted, found, rules)),
        "surplus_policies": sorted(_surplus_policies(wanted, found, rules)),
        "surplus_log_groups": sorted(_surplus_log_groups(wanted, found, rules)),
    }


# ---- What differs ----


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
        if differs or tags_differ(group["tags"], there["tags"], rules.purge_tags):
            yield {**group, "exists": True, "retention_differs": differs}


def _state_machines_to_write(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[Part]:
    """Yield the state machines that are new or different. All have the definition of guards."""
    for name, part in wanted.state_machines.items():
        wish = StateMachineWish(
            name,
            part["role_arn"],
            definition(part["partition"]),
            part["tags"],
            rules.purge_tags,
        )
        if plan_state_machine(_observed(found.state_machines.get(name)), wish).changes:
            yield part


def _observed(there: Part | None) -> ObservedStateMachine | None:
    if there is None:
        return None
    state_machine = {
        "name": there["name"],
        "stateMachineArn": there["arn"],
        "roleArn": there["role_arn"],
        "definition": there["definition"],
    }
    return ObservedStateMachine(state_machine, there["tags"])


def _may_change(tags: Tags, rules: FoundationRules) -> bool:
    is_free = OWNER_TAG not in tags and rules.adopt
    return rules.owns(tags, regional=True) or is_free


# ---- What is somebody else's ----


def _refusals(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    yield from _refused("role", "bring it along by its ARN", wanted.roles, found.roles, rules)
    remedy = "choose another name for the role"
    yield from _refused("policy", remedy, wanted.policies, found.policies, rules)
    yield from _refused_state_machines(wanted, found, rules)


def _refused_state_machines(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    there = found.state_machines
    going = {name for name in wanted.state_machines if there.get(name, {}).get("is_going")}
    for name in sorted(going):
        yield f"The state machine {name} is being deleted: wait until it is gone."
    staying = {name: part for name, part in there.items() if name not in going}
    remedy = "bring one along with scheduled_batches_guard_state_machine_arn"
    yield from _refused("state machine", remedy, wanted.state_machines, staying, rules)


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
        # Only IAM has paths, and knows no regions.
        path = wanted[name].get("path")
        if OWNER_TAG in tags and not rules.owns(tags, regional=path is None):
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
        elif path is not None and there["path"] != path:
            yield (
                f"{what} exists with the path {there['path']}, which IAM cannot change to"
                f" {path}: set scheduled_batches_iam_path to {there['path']}, or"
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


def _surplus_state_machines(wanted: Parts, found: Parts, rules: FoundationRules) -> Iterator[str]:
    if rules.prune:
        for name, part in found.state_machines.items():
            if name not in wanted.state_machines and rules.owns(part["tags"], regional=True):
                yield name


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
