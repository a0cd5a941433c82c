# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the end of started tasks."""

from __future__ import annotations

import time
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_tasks import describe_tasks
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

STOPPED = "STOPPED"
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 6.0
"""Seconds between two looks at the tasks: soon at first, since a batch may be short."""

GROWTH = 1.5


@dataclass(frozen=True)
class End:
    """How tasks are after the wait, and whether all of them have stopped."""

    reached: bool
    tasks: tuple[Document, ...]


def wait_for_end(session: Session, cluster: str, tasks: Sequence[Document], timeout: float) -> End:
    """Look at the tasks until all have stopped, for ``timeout`` seconds at most.

    A task that ECS does not show, as it may be shortly after its start, is as it was seen last.
    """
    latest = {str(task["taskArn"]): task for task in tasks}
    deadline = time.monotonic() + timeout
    pause = SHORTEST_WAIT
    while True:
        ended = look_at_tasks(session, cluster, latest)
        left = deadline - time.monotonic()
        if ended or left <= 0:
            return End(ended, tuple(latest.values()))
        time.sleep(min(pause, left))
        pause = min(pause * GROWTH, LONGEST_WAIT)


def look_at_tasks(session: Session, cluster: str, latest: MutableMapping[str, Document]) -> bool:
    """Bring the tasks, by their ARNs, up to date; return whether all have stopped."""
    described = describe_tasks(session.clients.client("ecs"), cluster, list(latest))
    latest.update((str(task["taskArn"]), task) for task in described)
    return all(task.get("lastStatus") == STOPPED for task in latest.values())
