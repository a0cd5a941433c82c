# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out the plans of a fleet in a safe order. Each failure stays with its batches."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import (
    InterruptedPlan,
    apply_actions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    FamilyWork,
    Fleet,
    GroupWork,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.planning import (
    point_at_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.quiet_moment import (
    at_quiet_moments,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import (
    task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action


def apply_fleet(fleet: Fleet) -> None:
    """Make the groups, register, and only then point the triggers at the new revisions."""
    workers = fleet.options.workers
    in_threads(workers, lambda group: _apply_group(fleet, group), fleet.groups.values())
    in_threads(workers, lambda family: _apply_family(fleet, family), fleet.families.values())
    in_threads(workers, lambda work: _apply_work(fleet, work), fleet.works)
    moving = [work for work in fleet.sound_works if work.plan and work.plan.switch is not None]
    for work in moving:
        fleet.log(f"{work.batch.name}: moves as soon as neither trigger is about to fire")

    def switch(ready: list[BatchWork]) -> None:
        in_threads(workers, lambda work: _apply_rest(fleet, work), ready)

    at_quiet_moments(moving, switch, fleet.clock)


def _apply_group(fleet: Fleet, group: GroupWork) -> None:
    if group.plan is None or all(work.error for work in group.works):
        return
    try:
        apply_actions(fleet.session, group.plan.actions)
    except (AwsError, InterruptedPlan) as error:
        for work in group.works:
            _fail(fleet, work, error)
        return
    group.written = group.plan.changed


def _apply_family(fleet: Fleet, family: FamilyWork) -> None:
    if family.plan is None or all(work.error for work in family.works):
        return
    try:
        registered = task_definitions.apply_plan(fleet.session, family.plan, family.observed)
    except (AwsError, InterruptedPlan) as error:
        family.written = isinstance(error, InterruptedPlan)
        family.error = fleet.session.without_secrets(str(error))
        return
    family.written = family.plan.changed
    if registered is not None:
        family.arn = str(registered["taskDefinitionArn"])
        fleet.log(f"{family.arn}: registered")


def _apply_work(fleet: Fleet, work: BatchWork) -> None:
    """Carry out the plan, up to the switch where the batch moves."""
    work.error = work.error or work.family_error
    if work.error is not None or work.plan is None:
        return
    if work.own_family is not None and work.own_family.registers:
        point_at_definition(fleet, work)
    _carry_out(fleet, work, work.plan.actions[: work.plan.switch])


def _apply_rest(fleet: Fleet, work: BatchWork) -> None:
    if work.plan is not None:
        _carry_out(fleet, work, work.plan.actions[len(work.done) :])


def _carry_out(fleet: Fleet, work: BatchWork, actions: Sequence[Action]) -> None:
    try:
        apply_actions(fleet.session, actions)
    except InterruptedPlan as interrupted:
        done, left = [*work.done, *interrupted.done], interrupted.left
        _fail(fleet, work, InterruptedPlan(interrupted.error, done, left))
        work.done = done
    except AwsError as error:
        _fail(fleet, work, InterruptedPlan(error, work.done, actions) if work.done else error)
    else:
        work.done += actions
        if work.plan is not None and len(work.done) == len(work.plan.actions) > 0:
            fleet.log(f"{work.batch.name}: changed")


def _fail(fleet: Fleet, work: BatchWork, error: Exception) -> None:
    if work.error is None:
        work.error = fleet.session.without_secrets(str(error))
        fleet.log(f"{work.batch.name}: {work.error}")
