# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for ECS targets of EventBridge rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    Change,
    compare,
    same,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    REMOVE,
    WARN,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan

TARGETS_PER_RULE = 5
"""EventBridge: "Each rule can have up to five (5) targets"."""


@dataclass(frozen=True)
class ObservedTargets:
    """All targets of a rule; None stands for a rule that does not exist."""

    targets: tuple[Document, ...] = ()

    def find(self, target_id: str) -> Document | None:
        """Return the target of that id."""
        return next((target for target in self.targets if target["Id"] == target_id), None)

    def others(self, target_id: str) -> tuple[Document, ...]:
        """Return all targets but that one."""
        return tuple(target for target in self.targets if target["Id"] != target_id)


def wanted_target(observed: ObservedTargets, wish: TargetWish) -> Document:
    """Return the whole target as PutTargets takes it."""
    return {**merged(observed.find(wish.target_id), wish.given), "Id": wish.target_id}


def plan_target(observed: ObservedTargets, wish: TargetWish) -> Plan:
    """Return what makes the target the wanted one, and removes foreign ones where that was asked
    for.

    The new target is put before others go, so that the rule never is without one; only on a full
    rule one of those that have to go makes room first.
    """
    current = observed.find(wish.target_id)
    wanted = wanted_target(observed, wish)
    before = normal_form(current) if current else None
    after = before if before is not None and same(current, wanted) else normal_form(wanted)
    content = compare(before or {}, after)
    others = observed.others(wish.target_id)
    surplus = [str(target["Id"]) for target in others] if wish.other_targets == REMOVE else []
    actions = _actions(
        wish, wanted if content else None, surplus, makes_room=_is_full(observed, current)
    )
    removed = tuple(Change(f"targets[{target}]", "present", None) for target in surplus)
    return Plan(
        before=before,
        after=after,
        changes=(*content, *removed),
        actions=tuple(actions),
        warnings=_warnings(wish, others),
        facts={"target": wanted, "others": others},
    )


def _is_full(observed: ObservedTargets, current: Document | None) -> bool:
    return current is None and len(observed.targets) >= TARGETS_PER_RULE


def _actions(
    wish: TargetWish, wanted: Document | None, surplus: Sequence[str], *, makes_room: bool
) -> list[Action]:
    key = {"Rule": wish.rule, "EventBusName": wish.event_bus_name}
    first, rest = (surplus[:1], surplus[1:]) if makes_room and wanted else ([], surplus)
    actions = []
    if first:
        actions.append(Action("events", "RemoveTargets", {**key, "Ids": list(first)}))
    if wanted:
        actions.append(Action("events", "PutTargets", {**key, "Targets": [wanted]}))
    if rest:
        actions.append(Action("events", "RemoveTargets", {**key, "Ids": list(rest)}))
    return actions


def _warnings(wish: TargetWish, others: Sequence[Document]) -> tuple[str, ...]:
    if wish.other_targets != WARN or not others:
        return ()
    names = ", ".join(f"{target['Id']} ({target.get('Arn')})" for target in others)
    return (
        f"The rule {wish.rule} has other targets besides {wish.target_id}, which fire with it: "
        f"{names}. "
        "Set other_targets to 'keep' to accept them or to 'remove' to remove them.",
    )


def plan_target_removal(observed: ObservedTargets, wish: TargetWish) -> Plan:
    """Return the removal of the one target that was named."""
    current = observed.find(wish.target_id)
    others = observed.others(wish.target_id)
    if current is None:
        return Plan(before=None, after=None, facts={"target": None, "others": others})
    before = normal_form(current)
    request = {"Rule": wish.rule, "EventBusName": wish.event_bus_name, "Ids": [wish.target_id]}
    return Plan(
        before=before,
        after=None,
        changes=compare(before, {}),
        actions=(Action("events", "RemoveTargets", request),),
        facts={"target": None, "others": others},
    )
