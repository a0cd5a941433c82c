# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the removal of a batch: whatever trigger it has, and nothing that is not its own."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    MIGRATION_TAG,
    OWNER_TAG,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    RULE_PART,
    SCHEDULE_PART,
    BatchPlan,
    ObservedBatch,
    joined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch_move import event_bus_of
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule_removal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    plan_schedule_removal,
)

OUR_TAGS = (BATCH_TAG, MIGRATION_TAG, OWNER_TAG)


def plan_batch_removal(
    observed: ObservedBatch, now: datetime, *, own_target: str, with_others: bool = False
) -> BatchPlan:
    """Return the removal of whatever trigger the batch has.

    Foreign targets keep a rule alive, which then belongs to nobody, unless they are to be removed
    ``with_others``.
    """
    plans = {}
    if observed.rule is not None:
        plans[RULE_PART] = _rule_plan(observed.rule, observed.targets, own_target, with_others)
    if observed.schedule is not None:
        plans[SCHEDULE_PART] = plan_schedule_removal(observed.schedule, now)
    return joined(plans, None)


def _rule_plan(
    rule: ObservedRule, targets: ObservedTargets, own_target: str, with_others: bool
) -> Plan:
    others = [str(target["Id"]) for target in targets.others(own_target)]
    if others and not with_others:
        return _left_to_others(rule, targets, own_target, others)
    ids = [str(target["Id"]) for target in targets.targets]
    return plan_rule_removal(rule, event_bus_of(rule), ids)


def _left_to_others(
    rule: ObservedRule, targets: ObservedTargets, own_target: str, others: list[str]
) -> Plan:
    """Take the batch's own target and tags off a rule that has foreign targets."""
    name = str(rule.rule["Name"])
    actions, changes = [], []
    if targets.find(own_target) is not None:
        request = {"Rule": name, "EventBusName": event_bus_of(rule), "Ids": [own_target]}
        actions.append(Action("events", "RemoveTargets", request))
        changes.append(Change(f"targets[{own_target}]", "present", None))
    tags = [tag for tag in OUR_TAGS if tag in rule.tags]
    if tags:
        request = {"ResourceARN": rule.arn, "TagKeys": tags}
        actions.append(Action("events", "UntagResource", request))
        changes += [Change(f"tags[{tag}]", rule.tags[tag], None) for tag in tags]
    left = {"Name": name, "Targets": others}
    return Plan(
        before={**left, "Targets": sorted([*others, own_target])},
        after=left,
        changes=tuple(changes),
        actions=tuple(actions),
        warnings=(
            f"The rule {name} stays, without the batch's target and tags, since it also has the"
            f" targets {', '.join(others)}.",
        ),
    )
