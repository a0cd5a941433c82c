# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old revisions of a family: which of them rules and schedules still start, and what may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    list_task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.trigger_uses import (
    Use,
    uses_of_triggers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.retention import (
    Revisions,
    plan_retention,
)


def retain_revisions(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Deregister old revisions of a family (module ``ecs_task_definition_retention``)."""
    if params["keep"] < 1:
        raise InvalidDescription(
            [f"keep: {params['keep']} is too few; at least 1 revision has to stay."]
        )
    plan = plan_of_retention(
        session,
        params["family"],
        params["keep"],
        delete=params["delete"],
        uses=lambda: uses_of_triggers(session),
    )
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(
        plan, {name: plan.facts[name] for name in ("kept", "deregistered", "deleted")}
    )


def plan_of_retention(
    session: Session,
    family: str,
    keep: int,
    *,
    delete: bool,
    uses: Callable[[], Set[Use]],
    to_come: Sequence[str] = (),
) -> Plan:
    """Read a family's revisions, and who uses them only where some would go.

    :param uses: returns what rules and schedules start.
    :param to_come: ARNs of revisions that are newer than all that are registered so far.
    """
    client = session.clients.client("ecs")
    active = [*to_come, *list_task_definitions(client, family)]
    inactive = list_task_definitions(client, family, "INACTIVE") if delete else []
    used: frozenset[str] = frozenset()
    if len(active) > keep or inactive:
        in_use = uses()
        used = frozenset(arn for arn in (*active, *inactive) if family_and_revision(arn) in in_use)
    return plan_retention(Revisions(active, inactive, used), keep, delete=delete)
