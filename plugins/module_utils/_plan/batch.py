# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the trigger of one batch: a rule with its target, or a schedule, and the move between the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model import rule as rule_model
from ansible_collections.batchwork.aws.plugins.module_utils._model import schedule as schedule_model
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place, rule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    MIGRATION_TAG,
    RULE,
    SCHEDULER,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    ScheduleWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.migration import (
    Move,
    Step,
    TriggerState,
    remaining_steps,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
    plan_rule_removal,
    wanted_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    ObservedSchedule,
    ObservedSchedules,
    plan_schedule,
    plan_schedule_removal,
    wanted_schedule,
)


FINISHED = Change("trigger", "a move that was interrupted", "finished")


@dataclass(frozen=True)
class BatchWish:
    """A batch in the API's spelling: its rule and target, or its schedule."""

    batch: Batch
    rule: RuleWish | None = None
    target: TargetWish | None = None
    schedule: ScheduleWish | None = None

    def with_definition(self, arn: str) -> BatchWish:
        """Return the same batch, started from this task definition."""
        if self.target is not None:
            return replace(
                self, target=replace(self.target, given=_started_from(self.target.given, arn))
            )
        if self.schedule is None:
            return self
        target = _started_from(self.schedule.given["Target"], arn)
        return replace(
            self, schedule=replace(self.schedule, given={**self.schedule.given, "Target": target})
        )


def _started_from(target: Mapping[str, Any], arn: str) -> Document:
    return {
        **target,
        "EcsParameters": {**target.get("EcsParameters", {}), "TaskDefinitionArn": arn},
    }


@dataclass(frozen=True)
class ObservedBatch:
    """What stands in AWS under the batch's name and belongs to it, of either kind."""

    rule: ObservedRule | None = None
    targets: ObservedTargets = field(default_factory=ObservedTargets)
    schedule: ObservedSchedule | None = None


@dataclass(frozen=True)
class BatchPlan:
    """What makes the batch's trigger the wanted one.

    ``actions`` are all calls in their order. Where the batch moves, ``switch`` is the index of the first call that
    takes the old trigger out of service; before it, the moment has to be right. ``trigger`` is the plan whose
    ``after`` shows the trigger, ``target`` that of a rule's target.
    """

    trigger: Plan
    target: Plan | None
    actions: tuple[Action, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()
    switch: int | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is written."""
        return bool(self.actions)


def plan_batch(observed: ObservedBatch, wish: BatchWish, now: datetime, place: Place) -> BatchPlan:
    """Return what makes the batch's trigger the wanted one, also out of the middle of a move."""
    move = batch_move(observed, wish)
    if move.pending:
        return _plan_move(observed, wish, move, now, place)
    trigger, target = _plan_new(observed, wish, None, now)
    plans = [plan for plan in (trigger, target) if plan is not None]
    return BatchPlan(
        trigger=trigger,
        target=target,
        actions=tuple(action for plan in plans for action in plan.actions),
        changes=tuple(change for plan in plans for change in plan.changes),
        warnings=tuple(warning for plan in plans for warning in plan.warnings),
    )


def batch_move(observed: ObservedBatch, wish: BatchWish) -> Move:
    """Return the batch as a move between its triggers."""
    rule = _state(observed.rule.rule if observed.rule else None)
    schedule = _state(observed.schedule.schedule if observed.schedule else None)
    wanted = wish.batch.trigger
    enabled = wish.rule.enabled if wish.rule else wish.schedule.enabled if wish.schedule else None
    return Move(
        wanted=wanted,
        old=schedule if wanted == RULE else rule,
        new=rule if wanted == RULE else schedule,
        recorded=observed.rule.tags.get(MIGRATION_TAG) if observed.rule else None,
        asked=enabled,
    )


def _state(document: Mapping[str, Any] | None) -> TriggerState:
    return TriggerState(
        document is not None, document is not None and document.get("State") != "DISABLED"
    )


def _plan_new(
    observed: ObservedBatch, wish: BatchWish, move: Move | None, now: datetime
) -> tuple[Plan, Plan | None]:
    """Plan the wanted trigger; within a move it may fire only where the old one no longer does."""
    if wish.schedule is not None:
        schedule = replace(wish.schedule, enabled=move.new_may_fire) if move else wish.schedule
        return plan_schedule(ObservedSchedules(observed.schedule), schedule, now), None
    rule = _rule_of(wish)
    if move is not None:
        rule = _rule_in_move(rule, observed, move)
    return plan_rule(observed.rule, rule), plan_target(observed.targets, _target_of(wish))


def _rule_of(wish: BatchWish) -> RuleWish:
    if wish.rule is None:
        raise ValueError("a batch has a rule or a schedule")
    return wish.rule


def _target_of(wish: BatchWish) -> TargetWish:
    if wish.target is None:
        raise ValueError("a batch with a rule has a target")
    return wish.target


def _rule_in_move(rule: RuleWish, observed: ObservedBatch, move: Move) -> RuleWish:
    tags = dict(rule.tags or {})
    if move.old.exists or (observed.rule and MIGRATION_TAG in observed.rule.tags):
        tags[MIGRATION_TAG] = move.record
    return replace(rule, enabled=move.new_may_fire, tags=tags)


def _plan_move(
    observed: ObservedBatch, wish: BatchWish, move: Move, now: datetime, place: Place
) -> BatchPlan:
    trigger, target = _plan_new(observed, wish, move, now)
    actions: list[Action] = []
    switch = None
    for step in remaining_steps(move):
        calls = (
            _forget(wish, place)
            if step is Step.FORGET
            else _calls(step, observed, wish, move, (trigger, target), now)
        )
        if (
            step in {Step.DISABLE_OLD, Step.ENABLE_NEW}
            and calls
            and switch is None
            and move.switches
        ):
            switch = len(actions)
        actions.extend(calls)
    other = SCHEDULER if move.wanted == RULE else RULE
    changes = (Change("trigger", other, move.wanted),) if move.old.exists else (FINISHED,)
    return BatchPlan(
        trigger=_shown(trigger, move),
        target=target,
        actions=tuple(actions),
        changes=changes if actions else (),
        warnings=tuple(warning for plan in (trigger, target) if plan for warning in plan.warnings),
        switch=switch,
    )


def _shown(trigger: Plan, move: Move) -> Plan:
    """Return the plan as it ends: with the state of the end, and without the record."""
    after = dict(trigger.after or {})
    after["State"] = rule_model.ENABLED if move.ends_enabled else rule_model.DISABLED
    if "Tags" in after:
        after["Tags"] = {key: value for key, value in after["Tags"].items() if key != MIGRATION_TAG}
    return replace(trigger, after=after)


def _calls(
    step: Step,
    observed: ObservedBatch,
    wish: BatchWish,
    move: Move,
    plans: tuple[Plan, Plan | None],
    now: datetime,
) -> list[Action]:
    trigger, target = plans
    if step is Step.PREPARE_NEW:
        return [*trigger.actions, *(target.actions if target else ())]
    if step is Step.RECORD:
        return _record(observed, move)
    if step is Step.DISABLE_OLD:
        return [
            _disabled_rule(observed)
            if move.wanted == SCHEDULER
            else _disabled_schedule(observed, now)
        ]
    if step is Step.ENABLE_NEW:
        return [_enabled(observed, wish, now)]
    return _removal(observed, move, now)


def _record(observed: ObservedBatch, move: Move) -> list[Action]:
    if observed.rule is None:
        return []
    tags = {MIGRATION_TAG: move.record}
    return [Action("events", "TagResource", {"ResourceARN": observed.rule.arn, "Tags": tags})]


def _forget(wish: BatchWish, place: Place) -> list[Action]:
    rule = _rule_of(wish)
    request = {
        "ResourceARN": rule_arn(place, rule.name, rule.event_bus_name),
        "TagKeys": [MIGRATION_TAG],
    }
    return [Action("events", "UntagResource", request)]


def _disabled_rule(observed: ObservedBatch) -> Action:
    rule = observed.rule.rule if observed.rule else {}
    return Action("events", "PutRule", rule_model.merged(rule, {}, enabled=False))


def _disabled_schedule(observed: ObservedBatch, now: datetime) -> Action:
    schedule = observed.schedule.schedule if observed.schedule else {}
    return Action("scheduler", "UpdateSchedule", schedule_model.merged(schedule, {}, False, now))


def _enabled(observed: ObservedBatch, wish: BatchWish, now: datetime) -> Action:
    if wish.schedule is not None:
        enabled = replace(wish.schedule, enabled=True)
        return Action(
            "scheduler",
            "UpdateSchedule",
            wanted_schedule(ObservedSchedules(observed.schedule), enabled, now),
        )
    return Action(
        "events", "PutRule", wanted_rule(observed.rule, replace(_rule_of(wish), enabled=True))
    )


def _removal(observed: ObservedBatch, move: Move, now: datetime) -> list[Action]:
    if move.wanted == RULE:
        return list(plan_schedule_removal(observed.schedule, now).actions)
    rule = observed.rule
    if rule is None:
        return []
    ids = [str(target["Id"]) for target in observed.targets.targets]
    return list(
        plan_rule_removal(rule, str(rule.rule.get("EventBusName") or "default"), ids).actions
    )


def plan_batch_removal(observed: ObservedBatch, now: datetime, *, own_target: str) -> BatchPlan:
    """Return the removal of whatever trigger the batch has; targets of others keep a rule alive."""
    actions: list[Action] = []
    changes: list[Change] = []
    warnings: list[str] = []
    if observed.rule is not None:
        bus = str(observed.rule.rule.get("EventBusName") or "default")
        others = [str(target["Id"]) for target in observed.targets.others(own_target)]
        if others:
            actions.append(
                Action(
                    "events",
                    "RemoveTargets",
                    {"Rule": observed.rule.rule["Name"], "EventBusName": bus, "Ids": [own_target]},
                )
            )
            changes.append(Change(f"targets[{own_target}]", "present", None))
            warnings.append(
                f"The rule {observed.rule.rule['Name']} stays, since it also has the targets {', '.join(others)}."
            )
        else:
            ids = [str(target["Id"]) for target in observed.targets.targets]
            plan = plan_rule_removal(observed.rule, bus, ids)
            actions += plan.actions
            changes += plan.changes
    if observed.schedule is not None:
        schedule = plan_schedule_removal(observed.schedule, now)
        actions += schedule.actions
        changes += schedule.changes
    return BatchPlan(Plan(None, None), None, tuple(actions), tuple(changes), tuple(warnings))
