# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for EventBridge rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule import merged, normal_form
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import RuleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan


@dataclass(frozen=True)
class ObservedRule:
    """A rule as DescribeRule answers it, with its tags where they were asked for."""

    rule: Document
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Return the rule's ARN."""
        return str(self.rule["Arn"])


def wanted_rule(observed: ObservedRule | None, wish: RuleWish) -> Document:
    """Return the whole rule as PutRule takes it."""
    names = {"Name": wish.name, "EventBusName": wish.event_bus_name}
    return merged(observed.rule if observed else None, {**wish.given, **names}, wish.enabled)


def plan_rule(observed: ObservedRule | None, wish: RuleWish) -> Plan:
    """Return what makes the rule the wanted one. PutRule sends all of it, since it replaces all
    of it."""
    wanted = wanted_rule(observed, wish)
    before = normal_form(observed.rule) if observed else None
    after = normal_form(wanted)
    content = compare(before or {}, after)
    tags = tag_changes(observed.tags if observed else {}, wish.tags, purge=wish.purge_tags)
    actions: list[Action] = []
    if content:
        on_creation = {"Tags": dict(tags.after)} if observed is None and tags.after else {}
        actions.append(Action("events", "PutRule", {**wanted, **on_creation}))
    if observed is not None and tags.set:
        actions.append(
            Action("events", "TagResource", {"ResourceARN": observed.arn, "Tags": dict(tags.set)})
        )
    if observed is not None and tags.remove:
        keys = list(tags.remove)
        actions.append(
            Action("events", "UntagResource", {"ResourceARN": observed.arn, "TagKeys": keys})
        )
    return Plan(
        before=_with_tags(before, observed.tags) if before is not None and observed else None,
        after=_with_tags(after, tags.after),
        changes=(*content, *tags.changes),
        actions=tuple(actions),
    )


def _with_tags(rule: Document, tags: Mapping[str, str]) -> Document:
    return {**rule, **({"Tags": dict(tags)} if tags else {})}


def plan_rule_removal(
    observed: ObservedRule | None, event_bus_name: str, target_ids: Sequence[str]
) -> Plan:
    """Return the removal of a rule: its targets first, since AWS refuses to delete a rule that
    has any."""
    if observed is None:
        return Plan(before=None, after=None)
    name = observed.rule["Name"]
    key = {"EventBusName": event_bus_name}
    actions = []
    if target_ids:
        actions.append(
            Action("events", "RemoveTargets", {"Rule": name, **key, "Ids": list(target_ids)})
        )
    actions.append(Action("events", "DeleteRule", {"Name": name, **key}))
    before = normal_form(observed.rule)
    removed = tuple(Change(f"targets[{target}]", "present", None) for target in target_ids)
    return Plan(
        before=before, after=None, changes=(*removed, *compare(before, {})), actions=tuple(actions)
    )
