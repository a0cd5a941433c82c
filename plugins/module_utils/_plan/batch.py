# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the trigger of one batch: a rule with its target, or a schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.schedule import (
    check_course,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    ScheduleWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    ObservedSchedule,
    ObservedSchedules,
    plan_schedule,
)

RULE_PART, TARGET_PART, SCHEDULE_PART = "rule", "target", "schedule"
"""What a batch's trigger consists of, as diffs name it."""


@dataclass(frozen=True)
class BatchWish:
    """A batch in the API's spelling: its rule and target, or its schedule."""

    batch: Batch
    rule: RuleWish | None = None
    target: TargetWish | None = None
    schedule: ScheduleWish | None = None

    @property
    def enabled(self) -> bool | None:
        """Return whether the batch shall fire; None where that is not said."""
        wish = self.rule or self.schedule
        return wish.enabled if wish else None

    @property
    def target_document(self) -> Document:
        """Return the target, of whichever trigger."""
        if self.target is not None:
            return self.target.given
        return dict(self.schedule.given["Target"]) if self.schedule else {}

    @property
    def definition_arn(self) -> str:
        """Return the ARN of the task definition that the trigger starts."""
        return str(self.target_document.get("EcsParameters", {}).get("TaskDefinitionArn"))

    def with_definition(self, arn: str) -> BatchWish:
        """Return the same batch, started from this task definition."""
        return self.with_target(with_task_definition(self.target_document, arn))

    def with_target(self, target: Document) -> BatchWish:
        """Return the same batch with another target."""
        if self.target is not None:
            return replace(self, target=replace(self.target, given=target))
        if self.schedule is None:
            return self
        given = {**self.schedule.given, "Target": target}
        return replace(self, schedule=replace(self.schedule, given=given))


def with_task_definition(target: Mapping[str, Any], reference: str) -> Document:
    """Return a target that starts another task definition."""
    parameters = {**target.get("EcsParameters", {}), "TaskDefinitionArn": reference}
    return {**target, "EcsParameters": parameters}


@dataclass(frozen=True)
class ObservedBatch:
    """What stands in AWS under the batch's name and belongs to it, of either kind."""

    rule: ObservedRule | None = None
    targets: ObservedTargets = field(default_factory=ObservedTargets)
    schedule: ObservedSchedule | None = None

    def without_rule(self) -> ObservedBatch:
        """Return the same as if there were no rule."""
        return replace(self, rule=None, targets=ObservedTargets())

    def without_schedule(self) -> ObservedBatch:
        """Return the same as if there were no schedule."""
        return replace(self, schedule=None)


@dataclass(frozen=True)
class BatchPlan:
    """What makes the batch's trigger the wanted one.

    ``actions`` are all calls in their order. Where the batch moves, ``switch`` is the index of the
    first call that takes the old trigger out of service or puts the new one into it; before it,
    the moment has to be right. ``before`` and ``after`` show the parts of the trigger, and
    ``stands`` is the rule or schedule as it is in the end, None where there is none.
    """

    actions: tuple[Action, ...] = ()
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    switch: int | None = None
    before: Document = field(default_factory=dict)
    after: Document = field(default_factory=dict)
    stands: Document | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is written."""
        return bool(self.actions)


def plan_trigger(observed: ObservedBatch, wish: BatchWish, now: datetime) -> BatchPlan:
    """Return what makes the trigger the wanted one, where there is none of the other kind."""
    if wish.schedule is not None:
        return _plan_schedule(observed, wish.schedule, now)
    if wish.rule is None or wish.target is None:
        raise ValueError("a batch has a rule with a target, or a schedule")
    rule = plan_rule(observed.rule, wish.rule)
    target = plan_target(observed.targets, wish.target)
    return joined({RULE_PART: rule, TARGET_PART: target}, rule.after)


def _plan_schedule(observed: ObservedBatch, wish: ScheduleWish, now: datetime) -> BatchPlan:
    plan = plan_schedule(ObservedSchedules(observed.schedule), wish, now)
    if plan.changed and observed.schedule is not None and _has_run(observed.schedule, plan, now):
        return BatchPlan(
            before={SCHEDULE_PART: plan.before},
            after={SCHEDULE_PART: plan.before},
            stands=observed.schedule.schedule,
            warnings=(
                f"{observed.schedule.schedule.get('ScheduleExpression')} has run. The schedule was"
                " left as it is; remove the batch, or give it a time to come.",
            ),
        )
    return joined({SCHEDULE_PART: plan}, plan.facts["schedule"])


def _has_run(observed: ObservedSchedule, plan: Plan, now: datetime) -> bool:
    """Whether this is a one-time schedule whose time has passed and stays what it was: it must not
    be written any more, and needs not be."""
    when = {"ScheduleExpression", "ScheduleExpressionTimezone"}
    if when & {change.path for change in plan.changes}:
        return False
    findings = Findings()
    check_course(observed.schedule, findings, now)
    return bool(findings.errors)


def joined(plans: Mapping[str, Plan], stands: Document | None) -> BatchPlan:
    """Return the plans of a trigger's parts, one after the other, as one."""
    return BatchPlan(
        actions=tuple(_all(plan.actions for plan in plans.values())),
        changes=tuple(_all(plan.changes for plan in plans.values())),
        warnings=tuple(_all(plan.warnings for plan in plans.values())),
        before={part: plan.before for part, plan in plans.items() if plan.before is not None},
        after={part: plan.after for part, plan in plans.items() if plan.after is not None},
        stands=stands,
    )


def _all(lists: Iterable[Iterable[Any]]) -> Iterable[Any]:
    return (item for each in lists for item in each)
