# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of a batch: the state machine that starts its tasks, and the role of that."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import Examined
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
    answered,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.roles import (
    May,
    RoleOfBatch,
    runs_tasks,
    some_task,
    trust_question,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
)

GUARD = "guard"
SERVICE = "states.amazonaws.com"
FOLLOWING_RULE = "rule/StepFunctionsGetEventsForECSTaskRule"
"""The rule by which Step Functions follows a task (its guide, "IAM policies for ECS")."""


def questions_of_guard(account: Account, examined: Examined) -> Iterator[Question]:
    """Yield what is to be asked of the state machine that guards a batch, if one does."""
    arn = examined.guard_arn
    if arn:
        subject = f"state machine {arn.rpartition(':')[2]}"
        yield Question(GUARD, subject, lambda: _check_guard(account, examined, arn, subject))


def _check_guard(account: Account, examined: Examined, arn: str, subject: str) -> Iterator[Check]:
    try:
        found = account.state_machine(arn)
    except NotFound:
        yield ng(
            GUARD,
            subject,
            "It does not exist, so that the batch is never started.",
            "Make it with scheduled_batch_guard, or correct state_machine_arn.",
        )
        return
    yield ok(GUARD, subject)
    role = RoleOfBatch(str(found["roleArn"]), GUARD)
    for question in _questions_of_role(account, examined, role, arn):
        yield from answered(account.session, question)


def _questions_of_role(
    account: Account, examined: Examined, role: RoleOfBatch, arn: str
) -> Iterator[Question]:
    yield trust_question(account, role, SERVICE, arn)
    if examined.definition is not None:
        for may in runs_tasks(account, examined, GUARD):
            yield may.question(account, role)
    yield _list(account, examined).question(account, role)
    yield _watch(account, examined).question(account, role)
    yield _follow(account).question(account, role)


def _list(account: Account, examined: Examined) -> May:
    tasks = some_task(examined, account)
    return May(
        "guard_role_list_tasks",
        "list the tasks of the cluster",
        ("ecs:ListTasks",),
        lambda: (tasks.replace(":task/", ":container-instance/"),),
        "The guard would not know whether the batch still runs, and would fail.",
    )


def _watch(account: Account, examined: Examined) -> May:
    return May(
        "guard_role_watch_tasks",
        "watch and stop tasks",
        ("ecs:DescribeTasks", "ecs:StopTask"),
        lambda: (some_task(examined, account),),
        "The guard would neither see the end of a run nor limit its time.",
    )


def _follow(account: Account) -> May:
    return May(
        "guard_role_follow_tasks",
        "follow tasks by events",
        ("events:DescribeRule", "events:PutRule", "events:PutTargets"),
        lambda: (account.place.arn("events", FOLLOWING_RULE),),
        "Step Functions would not hear of the end of a task.",
    )
