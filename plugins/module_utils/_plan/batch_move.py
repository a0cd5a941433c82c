# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a batch: its trigger, and the move where it has one of the other kind so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from ansible_collections.batchwork.aws.plugins.module_utils._model import ecs_target as target_model
from ansible_collections.batchwork.aws.plugins.module_utils._model import rule as rule_model
from ansible_collections.batchwork.aws.plugins.module_utils._model import schedule as schedule_model
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place, rule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    MIGRATION_TAG,
    RULE,
    SCHEDULER,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    ScheduleWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    RULE_PART,
    SCHEDULE_PART,
    TARGET_PART,
    BatchPlan,
    BatchWish,
    ObservedBatch,
    plan_trigger,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.migration import (
    Move,
    Step,
    TriggerState,
    remaining_steps,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule_removal,
    wanted_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    ObservedSchedule,
    ObservedSchedules,
    plan_schedule_removal,
    wanted_schedule,
)

FINISHED = Change("trigger", "a move that was interrupted", "finished")


def plan_batch(observed: ObservedBatch, wish: BatchWish, now: datetime, place: Place) -> BatchPlan:
    """Return what makes the batch's trigger the wanted one, also out of the middle of a move."""
    move = move_of(observed, wish)
    if not move.pending:
        return plan_trigger(observed, wish, now)
    return _Moving(observed, wish, move, now, place).plan()


def move_of(observed: ObservedBatch, wish: BatchWish) -> Move:
    """Return the batch as a move between its triggers."""
    rule = _state(observed.rule.rule if observed.rule else None)
    schedule = _state(observed.schedule.schedule if observed.schedule else None)
    wanted = wish.batch.trigger
    return Move(
        wanted=wanted,
        old=schedule if wanted == RULE else rule,
        new=rule if wanted == RULE else schedule,
        recorded=observed.rule.tags.get(MIGRATION_TAG) if observed.rule else None,
        asked=wish.enabled,
    )


def _state(document: Mapping[str, Any] | None) -> TriggerState:
    if document is None:
        return TriggerState()
    return TriggerState(exists=True, enabled=document.get("State") != rule_model.DISABLED)


@dataclass(frozen=True)
class _Moving:
    """A batch on its way from one kind of trigger to the other."""

    observed: ObservedBatch
    wish: BatchWish
    move: Move
    now: datetime
    place: Place

    def plan(self) -> BatchPlan:
        """Return all calls that are left, and the index of the one that must wait for a quiet
        moment."""
        prepared = self._prepared()
        actions: list[Action] = []
        switch = None
        for step in remaining_steps(self.move):
            if self.move.switches and step in {Step.DISABLE_OLD, Step.ENABLE_NEW}:
                switch = len(actions) if switch is None else switch
            actions += self._calls(step, prepared)
        old = self._old_parts() if self.move.old.exists else {}
        after = {part: self._shown(content) for part, content in prepared.after.items()}
        return replace(
            prepared,
            actions=tuple(actions),
            changes=self._changes(prepared, after),
            switch=switch,
            before={**old, **prepared.before},
            after=after,
            stands=self._shown(prepared.stands or {}),
        )

    def _prepared(self) -> BatchPlan:
        """Plan the wanted trigger as it stands beside the old one."""
        observed, wish = self.observed, self.wish
        if wish.schedule is not None:
            schedule = replace(wish.schedule, enabled=self.move.new_may_fire)
            return plan_trigger(observed, replace(wish, schedule=schedule), self.now)
        rule = replace(
            _rule_of(wish),
            enabled=self.move.new_may_fire,
            tags={**(_rule_of(wish).tags or {}), MIGRATION_TAG: self.move.record},
        )
        if observed.rule is not None:
            # By then the step before this one has recorded the state.
            recorded = {**observed.rule.tags, MIGRATION_TAG: self.move.record}
            observed = replace(observed, rule=replace(observed.rule, tags=recorded))
        return plan_trigger(observed, replace(wish, rule=rule), self.now)

    def _calls(self, step: Step, prepared: BatchPlan) -> list[Action]:
        wants_rule = self.move.wanted == RULE
        calls = {
            Step.RECORD: self._record,
            Step.PREPARE_NEW: lambda: list(prepared.actions),
            Step.DISABLE_OLD: self._disabled_schedule if wants_rule else self._disabled_rule,
            Step.ENABLE_NEW: self._enabled_rule if wants_rule else self._enabled_schedule,
            Step.REMOVE_OLD: self._removed_schedule if wants_rule else self._removed_rule,
            Step.FORGET: self._forget,
        }
        return calls[step]()

    def _record(self) -> list[Action]:
        rule = _existing_rule(self.observed)
        request = {"ResourceARN": rule.arn, "Tags": {MIGRATION_TAG: self.move.record}}
        return [Action("events", "TagResource", request)]

    def _forget(self) -> list[Action]:
        rule = _rule_of(self.wish)
        arn = rule_arn(self.place, rule.name, rule.event_bus_name)
        request = {"ResourceARN": arn, "TagKeys": [MIGRATION_TAG]}
        return [Action("events", "UntagResource", request)]

    def _disabled_rule(self) -> list[Action]:
        rule = _existing_rule(self.observed).rule
        return [Action("events", "PutRule", rule_model.merged(rule, {}, enabled=False))]

    def _disabled_schedule(self) -> list[Action]:
        schedule = _existing_schedule(self.observed).schedule
        request = schedule_model.merged(schedule, {}, False, self.now)
        return [Action("scheduler", "UpdateSchedule", request)]

    def _enabled_rule(self) -> list[Action]:
        wish = replace(_rule_of(self.wish), enabled=True)
        return [Action("events", "PutRule", wanted_rule(self.observed.rule, wish))]

    def _enabled_schedule(self) -> list[Action]:
        wish = replace(cast(ScheduleWish, self.wish.schedule), enabled=True)
        observed = ObservedSchedules(self.observed.schedule)
        request = wanted_schedule(observed, wish, self.now)
        return [Action("scheduler", "UpdateSchedule", request)]

    def _removed_rule(self) -> list[Action]:
        rule = _existing_rule(self.observed)
        ids = [str(target["Id"]) for target in self.observed.targets.targets]
        return list(plan_rule_removal(rule, event_bus_of(rule), ids).actions)

    def _removed_schedule(self) -> list[Action]:
        return list(plan_schedule_removal(self.observed.schedule, self.now).actions)

    def _shown(self, content: Document) -> Document:
        """Return a part of the trigger as it is in the end: with its last state, and without the
        record."""
        shown = dict(content)
        if "State" in shown:
            ends = self.move.ends_enabled
            shown["State"] = rule_model.ENABLED if ends else rule_model.DISABLED
        if "Tags" in shown:
            shown["Tags"] = {
                key: value for key, value in shown["Tags"].items() if key != MIGRATION_TAG
            }
        return shown

    def _old_parts(self) -> Document:
        """Return the parts of the old trigger."""
        if self.move.wanted == RULE:
            schedule = _existing_schedule(self.observed).schedule
            return {SCHEDULE_PART: schedule_model.normal_form(schedule, self.now)}
        rule = _existing_rule(self.observed)
        target = self.observed.targets.find(self.wish.batch.target_id)
        parts = {RULE_PART: rule_model.normal_form(rule.rule)}
        if target is not None:
            parts[TARGET_PART] = target_model.normal_form(target)
        return parts

    def _changes(self, prepared: BatchPlan, after: Document) -> tuple[Change, ...]:
        """Return what changes besides the kind of trigger. The old and the new one are compared as
        schedules, which have all that rules have."""
        if not self.move.old.exists:
            return (FINISHED, *prepared.changes)
        other = SCHEDULER if self.move.wanted == RULE else RULE
        old = self._as_schedule(self._old_parts())
        new = self._as_schedule(after)
        return (Change("trigger", other, self.move.wanted), *compare(old, new))

    def _as_schedule(self, parts: Mapping[str, Any]) -> Document:
        schedule: Document = dict(parts.get(SCHEDULE_PART) or {})
        if not schedule:
            rule, target = parts.get(RULE_PART) or {}, parts.get(TARGET_PART) or {}
            kept = ("Name", "Description", "ScheduleExpression", "State")
            schedule = {member: rule[member] for member in kept if member in rule}
            schedule["Target"] = {key: value for key, value in target.items() if key != "Id"}
        schedule["GroupName"] = self.wish.batch.group_name
        return schedule_model.normal_form(schedule, self.now)


def event_bus_of(rule: ObservedRule) -> str:
    """Return the name of a rule's bus."""
    return str(rule.rule.get("EventBusName") or "default")


def _rule_of(wish: BatchWish) -> RuleWish:
    """Return the rule that is wanted; only a batch that moves to a rule is asked for it."""
    return cast(RuleWish, wish.rule)


def _existing_rule(observed: ObservedBatch) -> ObservedRule:
    """Return the rule that stands; only steps that follow from one ask for it."""
    return cast(ObservedRule, observed.rule)


def _existing_schedule(observed: ObservedBatch) -> ObservedSchedule:
    """Return the schedule that stands; only steps that follow from one ask for it."""
    return cast(ObservedSchedule, observed.schedule)
