# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which task definitions triggers start, now and when a fleet will be as it is planned."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    Fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import (
    Use,
    uses_of_targets,
    uses_of_triggers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision


def uses_now(fleet: Fleet) -> frozenset[Use]:
    """Return what all triggers of the region start."""
    return uses_of_triggers(fleet.session, workers=fleet.options.workers)


def uses_to_come(fleet: Fleet) -> frozenset[Use]:
    """Return what all triggers will start when the fleet is as planned: those of its batches what
    is wanted, those that go nothing."""
    planned = [work for work in fleet.sound_works if work.plan is not None]
    going = [work.orphan for work in fleet.prunes]
    skip = {orphan.arn for orphan in going}.union(*(_triggers(work) for work in planned))
    others = uses_of_triggers(fleet.session, skip=skip, workers=fleet.options.workers)
    return others.union(
        *(_uses(work) for work in planned), *(uses_of_targets(orphan.staying) for orphan in going)
    )


def _triggers(work: BatchWork) -> set[str]:
    found = (work.observed.rule, work.observed.schedule)
    return {trigger.arn for trigger in found if trigger is not None}


def _uses(work: BatchWork) -> frozenset[Use]:
    """Return what a batch starts, and what foreign targets on its rule start."""
    wanted = {family_and_revision(work.definition_arn)} if work.definition_arn else set()
    staying = work.observed.targets.others(work.batch.target_id)
    if work.batch.other_targets == "remove":
        staying = ()
    schedule = work.observed.schedule
    if schedule is not None and work.plan is not None and not work.plan.changed:
        staying = (*staying, schedule.schedule.get("Target", {}))
    return uses_of_targets(staying) | wanted
