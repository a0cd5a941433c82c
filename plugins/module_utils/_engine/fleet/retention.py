# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old revisions of what a fleet describes: all but the newest ones, and those in use, go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Set

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    list_active_task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import (
    InterruptedPlan,
    apply_actions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    FamilyWork,
    Fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.uses import (
    uses_now,
    uses_to_come,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.retention import (
    plan_of_retention,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads, once
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import Use
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision

FEW_FAMILIES = 5
"""Up to so many families are asked for their revisions one by one; a listing of all that the region
has costs more."""


def retain(fleet: Fleet) -> None:
    """Deregister old revisions after all triggers were pointed at the new one, also those that a
    run left which was killed or failed. Where nothing is written only say
    which."""
    keep = fleet.options.keep_revisions
    if keep is None:
        return
    read = uses_now if fleet.writes else uses_to_come
    uses = once(lambda: read(fleet))

    def work(family: FamilyWork) -> None:
        _retain_family(fleet, family, keep, uses)

    sound = [
        family
        for family in fleet.families.values()
        if family.plan is not None and not any(work.error for work in family.works)
    ]
    older = [family for family in sound if _revision(family) > keep]
    renewed = [family for family in older if family.registers]
    standing = [family for family in older if not family.registers]
    in_threads(fleet.options.workers, work, [*renewed, *_crowded(fleet, standing, keep)])


def _revision(family: FamilyWork) -> int:
    """Return the number of the latest revision, also of one that is registered in this run; there
    are no more revisions than that."""
    found = int(family.observed.definition.get("revision", 0)) if family.observed else 0
    return found + 1 if family.registers else found


def _crowded(fleet: Fleet, families: list[FamilyWork], keep: int) -> list[FamilyWork]:
    """Return the families that may have more ACTIVE revisions than they should."""
    if len(families) <= FEW_FAMILIES:
        return families
    try:
        arns = list_active_task_definitions(fleet.session.clients.client("ecs"))
    except AwsError as error:
        for family in families:
            _fail(fleet, family, error)
        return []
    revisions = Counter(family_and_revision(arn)[0] for arn in arns)
    return [family for family in families if revisions[family.name] > keep]


def _retain_family(
    fleet: Fleet, family: FamilyWork, keep: int, uses: Callable[[], Set[Use]]
) -> None:
    session = fleet.session
    to_come = [str(family.arn)] if family.registers and not fleet.writes else []
    try:
        family.retention = plan_of_retention(
            session, family.name, keep, delete=False, uses=uses, to_come=to_come
        )
        if fleet.writes:
            apply_actions(session, family.retention.actions)
    except (AwsError, InterruptedPlan) as error:
        _fail(fleet, family, error)


def _fail(fleet: Fleet, family: FamilyWork, error: Exception) -> None:
    told = fleet.session.without_secrets(str(error))
    for work in family.works:
        work.error = f"The batch is deployed, but old revisions were not deregistered. {told}"
