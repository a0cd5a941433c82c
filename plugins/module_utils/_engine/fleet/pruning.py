# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning: what carries the owner's tag and is no longer declared goes. Every deletion asks for the
tags again."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    list_task_definition_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_rule_tags
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    list_schedule_group_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    Fleet,
    PruneWork,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.orphans import (
    is_owned_batch,
    orphaned_revisions,
    orphaned_rules,
    orphaned_schedules,
    owner_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.uses import (
    uses_now,
    uses_to_come,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.interrupted_plan import (
    InterruptedPlan,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import schedule_group_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.pruning import (
    DEFINITION,
    RULE,
    SCHEDULE,
    Orphan,
    too_many,
)


def plan_pruning(fleet: Fleet) -> None:
    """Find what would go.

    :raises InvalidDescription: where it is more than ``max_deletes``.
    """
    if not fleet.options.prune:
        return
    orphans = [*orphaned_rules(fleet), *orphaned_schedules(fleet)]
    fleet.prunes = [PruneWork(orphan) for orphan in orphans]
    revisions = orphaned_revisions(fleet, lambda: uses_to_come(fleet))
    fleet.prunes += [PruneWork(orphan) for orphan in revisions]
    refused = too_many([work.orphan for work in fleet.prunes], fleet.options.max_deletes)
    if refused:
        raise InvalidDescription([refused])


def prune(fleet: Fleet) -> None:
    """Remove the triggers, and then the revisions that nothing starts any more.

    Where a batch failed nothing is removed: what it replaces may still be needed.
    """
    if not fleet.prunes or any(work.error for work in fleet.works):
        return
    workers = fleet.options.workers
    triggers = [work for work in fleet.prunes if work.orphan.kind != DEFINITION]
    in_threads(workers, lambda work: _prune(fleet, work), triggers)
    revisions = [work for work in fleet.prunes if work.orphan.kind == DEFINITION]
    if revisions:
        still = {orphan.arn for orphan in orphaned_revisions(fleet, lambda: uses_now(fleet))}
        unused = [work for work in revisions if work.orphan.arn in still]
        in_threads(workers, lambda work: _prune(fleet, work), unused)


def _prune(fleet: Fleet, work: PruneWork) -> None:
    orphan = work.orphan
    try:
        if _is_still_ours(fleet, orphan):
            apply_actions(fleet.session, orphan.actions)
            work.done = True
            fleet.log(f"{orphan.kind} {orphan.name}: pruned")
    except NotFound:
        return
    except (AwsError, InterruptedPlan) as error:
        work.error = fleet.session.without_secrets(str(error))
        fleet.log(f"{orphan.kind} {orphan.name}: {work.error}")


def _is_still_ours(fleet: Fleet, orphan: Orphan) -> bool:
    """Ask for the tags again, right before the deletion."""
    clients = fleet.session.clients
    if orphan.kind == RULE:
        return is_owned_batch(fleet, list_rule_tags(clients.client("events"), orphan.arn))
    if orphan.kind == SCHEDULE:
        arn = schedule_group_arn(fleet.session.place(), str(orphan.group_name))
        tags = list_schedule_group_tags(clients.client("scheduler"), arn)
    else:
        tags = list_task_definition_tags(clients.client("ecs"), orphan.arn)
    return tags.get(OWNER_TAG) == owner_of(fleet)
