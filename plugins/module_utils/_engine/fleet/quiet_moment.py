# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A move between rule and schedule waits for a quiet moment, in which neither would fire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    Clock,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    schedule_facts,
)

QUIET = timedelta(minutes=2)
"""A switch waits where a trigger would fire so soon: EventBridge needs up to a minute to notice a
change."""

SETTLING = timedelta(minutes=1)
"""Rules fire up to a minute late, so that a run counts as near for so long after its time."""

LONGEST_WAIT = timedelta(minutes=4)
"""What fires all the time has no quiet moment."""


def at_quiet_moments(
    works: Sequence[BatchWork], switch: Callable[[list[BatchWork]], None], clock: Clock
) -> None:
    """Call ``switch`` for all ``works``, for each as soon as neither of its triggers would fire
    within the next two minutes, and for all that are left when four minutes have passed."""
    waiting = list(works)
    deadline = clock.now() + LONGEST_WAIT
    while waiting:
        moment = clock.now()
        coming = {id(work): _coming_run(work, moment) for work in waiting}
        ready = [work for work in waiting if moment >= deadline or coming[id(work)] is None]
        if ready:
            switch(ready)
        waiting = [work for work in waiting if work not in ready]
        over = [run + SETTLING for work in waiting if (run := coming[id(work)]) is not None]
        if over:
            until = min(*over, deadline)
            clock.sleep(max((until - clock.now()).total_seconds(), 0.0))


def _coming_run(work: BatchWork, moment: datetime) -> datetime | None:
    """Return the next run of the old or the new trigger, or the one that may still be late; None
    where neither is near."""
    after = moment - SETTLING
    runs = [run for text, zone in _schedules(work) for run in _next_run(text, zone, after)]
    return min((run for run in runs if run <= moment + QUIET), default=None)


def _next_run(text: str | None, zone: str | None, after: datetime) -> list[datetime]:
    found = schedule_facts(text, zone, now=after)["next_runs"][:1]
    return [datetime.fromisoformat(run).astimezone(UTC) for run in found]


def _schedules(work: BatchWork) -> list[tuple[str | None, str | None]]:
    """Return expressions and time zones of the triggers that stand and that are wanted."""
    options = work.batch.options
    found = [(options.get("schedule"), options.get("timezone"))]
    if work.observed.rule is not None:
        found.append((work.observed.rule.rule.get("ScheduleExpression"), None))
    if work.observed.schedule is not None:
        schedule = work.observed.schedule.schedule
        zone = schedule.get("ScheduleExpressionTimezone")
        found.append((schedule.get("ScheduleExpression"), zone))
    return found
