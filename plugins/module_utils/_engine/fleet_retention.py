# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old revisions of what a fleet registers: all but the newest ones, and those in use, go."""

from __future__ import annotations

from collections.abc import Callable, Set

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import (
    InterruptedPlan,
    apply_actions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet import FamilyWork, Fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet_uses import (
    uses_now,
    uses_to_come,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.retention import (
    plan_of_retention,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads, once
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import Use


def retain(fleet: Fleet) -> None:
    """Deregister old revisions of the families that got a new one, after all triggers were pointed
    at it. Where nothing is written only say which."""
    keep = fleet.options.keep_revisions
    if keep is None:
        return
    read = uses_now if fleet.writes else uses_to_come
    uses = once(lambda: read(fleet))

    def work(family: FamilyWork) -> None:
        _retain_family(fleet, family, keep, uses)

    renewed = [family for family in fleet.families.values() if _is_renewed(family)]
    in_threads(fleet.options.workers, work, renewed)


def _is_renewed(family: FamilyWork) -> bool:
    """Whether a new revision is there, and every batch starts it."""
    return family.registers and not any(work.error for work in family.works)


def _retain_family(
    fleet: Fleet, family: FamilyWork, keep: int, uses: Callable[[], Set[Use]]
) -> None:
    session = fleet.session
    to_come = [] if fleet.writes else [str(family.arn)]
    try:
        family.retention = plan_of_retention(
            session, family.name, keep, delete=False, uses=uses, to_come=to_come
        )
        if fleet.writes:
            apply_actions(session, family.retention.actions)
    except (AwsError, InterruptedPlan) as error:
        told = session.without_secrets(str(error))
        for work in family.works:
            work.error = f"The batch is deployed, but old revisions were not deregistered. {told}"
