# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that was started earlier, found by the ARNs of its tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import describe_tasks
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.request import (
    Run,
    container_that_counts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import cluster_of
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def find_run(
    session: Session, params: Mapping[str, Any], known: Sequence[Document] | None = None
) -> tuple[Run, list[Document]]:
    """Return the run whose tasks the option ``task_arn`` names, and the tasks.

    :param known: the tasks where somebody has seen them; ECS need not show them right after their
        start.
    """
    arns = params["task_arn"]
    cluster = _one_cluster(arns)
    client = session.clients.client("ecs")
    tasks = list(known) if known else describe_tasks(client, cluster, arns)
    missing = sorted(set(arns) - {str(task["taskArn"]) for task in tasks})
    if missing:
        raise InvalidDescription(
            [
                f"task_arn: ECS knows no task {arn}; it forgets tasks about an hour after they"
                " stopped."
                for arn in missing
            ]
        )
    definition = describe_task_definition(client, tasks[0]["taskDefinitionArn"]).document
    container = container_that_counts(definition, params.get("container"))
    return Run(cluster, {}, definition, container, params["log_lines"]), tasks


def _one_cluster(arns: Sequence[str]) -> str:
    """Return the cluster of the tasks; refuse what is no ARN, and tasks of several clusters."""
    mistakes = [f"task_arn: {arn!r} is no ARN; give the ARN of a task." for arn in arns]
    wrong = [mistake for arn, mistake in zip(arns, mistakes, strict=True) if not is_arn(arn)]
    if wrong:
        raise InvalidDescription(wrong)
    clusters = {cluster_of(arn) for arn in arns}
    if len(clusters) > 1:
        listed = ", ".join(sorted(clusters))
        raise InvalidDescription([f"task_arn: The tasks are of several clusters, {listed}."])
    return clusters.pop()
