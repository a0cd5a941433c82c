# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One batch and one expected run of it: what the diagnosis looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_trigger import Trigger
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    Place,
    family_and_revision,
    rule_arn,
    schedule_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    UNKNOWN,
    Evidence,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.trail import (
    STARTED_BY_GUARD,
    Marks,
    started_by_prefix,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    group_of,
    run_request,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.past_runs import (
    Timing,
    run_at,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import RateExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    load_time_zone,
)

MINUTE = timedelta(minutes=1)
"""Both services start something within the minute that is named."""

UNSCHEDULED = timedelta(minutes=15)
"""How far from a time at which nothing was due traces are sought."""

LONGEST_AGE = 86_400
"""Seconds for which both services try again where a target names no less."""


@dataclass
class Case:
    """What is known of the batch, and the span in which traces of the run are sought.

    ``document`` is the answer of DescribeRule or GetSchedule, ``target`` the ECS target; both are
    empty where there is none. ``timing`` is None where there is no expression that is understood.
    """

    session: Session
    trigger: Trigger
    document: Document
    target: Document
    timing: Timing | None
    expected: datetime
    now: datetime
    log_lines: int = 20
    container: str | None = None

    @property
    def name(self) -> str:
        """The name of the batch."""
        return self.trigger.name

    @property
    def tolerance(self) -> timedelta:
        """How much later than its time a run may start and still be that run."""
        window = self.document.get("FlexibleTimeWindow") or {}
        return MINUTE * (1 + int(window.get("MaximumWindowInMinutes") or 0))

    @property
    def run(self) -> datetime | None:
        """The scheduled time that ``expected`` means, None where nothing was due or that is not
        known."""
        return run_at(self.timing, self.expected, self.tolerance) if self.timing else None

    @property
    def runs_are_known(self) -> bool:
        """Whether the expression tells when it runs; a rate() counts from its creation, which AWS
        does not tell."""
        timing = self.timing
        return timing is not None and not (
            isinstance(timing.expression, RateExpression) and timing.start is None
        )

    @property
    def start(self) -> datetime:
        """When the span begins: a minute early, since clocks differ."""
        return (self.run or self.expected) - MINUTE

    @property
    def end(self) -> datetime:
        """When the span ends: at the next run, when AWS stops to try again, and now."""
        begin = self.run or self.expected
        following = self.timing.after(begin) if self.timing else ()
        ends = [self.now, begin + self._tried_for()]
        if following:
            ends.append(following[0] - MINUTE / 2)
        return max(min(ends), begin + MINUTE)

    def _tried_for(self) -> timedelta:
        if self.runs_are_known and self.run is None:
            return UNSCHEDULED
        policy = self.target.get("RetryPolicy") or {}
        seconds = int(policy.get("MaximumEventAgeInSeconds") or LONGEST_AGE)
        if self.timing and isinstance(self.timing.expression, RateExpression):
            seconds = min(seconds, self.timing.expression.seconds)
        return timedelta(seconds=seconds)

    @property
    def request(self) -> Document:
        """The RunTask request of the target; empty where there is no target."""
        return run_request(self.target, None, self.name, "") if self.target else {}

    @property
    def cluster(self) -> str:
        """The cluster of the target."""
        return str(self.request.get("cluster") or "default")

    @property
    def family(self) -> str | None:
        """The family that the target starts."""
        reference = self.request.get("taskDefinition")
        return family_and_revision(str(reference))[0] if reference else None

    @property
    def marks(self) -> Marks:
        """How what the trigger started is known."""
        role, family = self.target.get("RoleArn"), self.family
        if GUARD in self.target:
            return Marks(STARTED_BY_GUARD, group_of(self.target), role, family)
        prefix = started_by_prefix(self.trigger.kind, self.name)
        return Marks(prefix, None, role, family)

    @property
    def arn(self) -> str:
        """The ARN of the trigger."""
        return str(self.document["Arn"]) if "Arn" in self.document else self._made_arn()

    def _made_arn(self) -> str:
        place: Place = self.session.place()
        if self.trigger.group_name is None:
            return rule_arn(place, self.name, None)
        return schedule_arn(place, self.trigger.group_name, self.name)

    def shown(self, moment: datetime) -> str:
        """Return a time in the schedule's zone and, where that is another one, in UTC."""
        whole = moment.replace(microsecond=0)
        in_utc = whole.astimezone(UTC).isoformat()
        zone = load_time_zone(self.timing.timezone) if self.timing else None
        local = whole.astimezone(zone).isoformat() if zone else in_utc
        return local if local == in_utc else f"{local} ({in_utc})"

    @property
    def span(self) -> str:
        """The span in words."""
        return f"between {self.shown(self.start)} and {self.shown(self.end)}"


def unread(name: str, source: str, error: AwsError, **more: Any) -> Evidence:
    """Return the evidence of something that could not be read, with the permission that is
    missing."""
    if isinstance(error, AccessDenied):
        action = f"{error.service}:{error.operation}"
        return Evidence(name, UNKNOWN, f"The permission {action} is missing.", source, **more)
    return Evidence(name, UNKNOWN, f"{str(error).rstrip('.')}.", source, **more)
