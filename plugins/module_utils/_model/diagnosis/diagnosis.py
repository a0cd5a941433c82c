# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why one expected run did not happen: what was looked at, and the most likely cause.

The causes are a table. A row applies where all of its signs were found; the first that applies is
the most likely, so what AWS said of this very run stands above what is only wrong now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import remedy
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

OK, NG, UNKNOWN = "OK", "NG", "UNKNOWN"


@dataclass(frozen=True)
class Evidence:
    """One thing that was looked at: whether it is as it should be, and what was found where.

    ``signs`` are those of the table below, ``said`` the words of AWS that tell which remedy helps.
    """

    name: str
    status: str
    found: str
    source: str
    signs: tuple[str, ...] = ()
    said: str = ""

    def as_result(self) -> Document:
        """Return it as the module returns it."""
        return {
            "name": self.name,
            "status": self.status,
            "found": self.found,
            "source": self.source,
        }


@dataclass(frozen=True)
class KnownCause:
    """A cause by the signs that together point at it, its remedy, and where it is known from.

    ``cause`` may quote what was found for the first sign. ``remedy`` is what helps where the words
    of AWS name nothing better; None where there is nothing to mend.
    """

    signs: tuple[str, ...]
    cause: str
    remedy: str | None
    source: str


@dataclass(frozen=True)
class Conclusion:
    """The most likely cause and what helps; no remedy where there is nothing to mend."""

    cause: str
    remedy: str | None


PREFLIGHT = "Let batchwork.aws.scheduled_batch_preflight check the batch against the account."
APART = (
    "Guard the batch, so that no run begins while one goes on (guard with overlap: skip), or start"
    " it less often than a run takes. Stop the task that hangs, if one does: a server's image never"
    " ends."
)
"""What helps where runs overlap: neither service waits for a run to end."""

CAUSES: tuple[KnownCause, ...] = (
    KnownCause(
        ("not_yet",), "{found}", "Wait for it, or give the time of a run that is over.", "the clock"
    ),
    KnownCause(
        ("trigger_missing",),
        "{found}",
        "Deploy the batch, or correct name, trigger, group_name and region.",
        "EventBridge and Scheduler start nothing without a rule or schedule",
    ),
    KnownCause(
        ("created_later",),
        "{found}",
        "Run it by hand with batchwork.aws.scheduled_batch_run if it has to be made up for.",
        "Scheduler, GetSchedule: CreationDate",
    ),
    KnownCause(
        ("skipped_by_clocks",),
        "{found}",
        "Choose a time that exists every day, or another time zone.",
        "Scheduler's guide, Schedule types: such an invocation is skipped",
    ),
    KnownCause(
        ("other_zone",),
        "{found}",
        "Write the schedule in UTC, or use EventBridge Scheduler with the time zone that is meant.",
        "EventBridge's guide: rules know UTC only",
    ),
    KnownCause(
        ("not_scheduled",),
        "{found}",
        "Correct the schedule expression, or the time that is expected.",
        "the grammar of schedule expressions in EventBridge's and Scheduler's guides",
    ),
    KnownCause(
        ("run_refused",),
        "The trigger called RunTask, and ECS refused: {found}",
        PREFLIGHT,
        "CloudTrail: errorCode and errorMessage of RunTask",
    ),
    KnownCause(
        ("letter",),
        "The trigger could not start the task: {found}",
        PREFLIGHT,
        "attributes of the message in the dead-letter queue",
    ),
    KnownCause(
        ("never_ran",),
        "The task was started and never ran: {found}",
        PREFLIGHT,
        "ECS, DescribeTasks: stopCode and stoppedReason",
    ),
    KnownCause(
        ("failed",),
        "The batch ran and failed: {found}",
        "Look at its log, and mend the batch itself.",
        "ECS, DescribeTasks: exitCode",
    ),
    KnownCause(
        ("overlaps", "still_running"),
        "Runs of the batch overlap: {found}",
        APART,
        "ECS, DescribeTasks: createdAt and stoppedAt",
    ),
    KnownCause(
        ("still_running",),
        "The run was started and still runs: {found}",
        "If it runs for too long, look at its log: an image that is a server has no command that"
        " ends.",
        "ECS, DescribeTasks",
    ),
    KnownCause(
        ("overlaps", "ran"),
        "The run did happen, beside another one: {found}",
        APART,
        "ECS, DescribeTasks: createdAt and stoppedAt",
    ),
    KnownCause(("ran",), "The run did happen: {found}", None, "ECS, DescribeTasks"),
    KnownCause(
        ("ran_by_log",),
        "The run did happen, as its log shows: {found}",
        None,
        "CloudWatch Logs, the stream of a task that ECS has forgotten",
    ),
    KnownCause(
        ("disabled_then",),
        "{found}",
        "Enable the batch (enabled: true).",
        "CloudTrail: DisableRule, PutRule, UpdateSchedule",
    ),
    KnownCause(
        ("no_overrides", "failed_invocations"),
        "The trigger fired and failed before it called RunTask: {found}",
        PREFLIGHT,
        "the target; RunTask takes a TaskOverride",
    ),
    KnownCause(
        ("failed_invocations", "no_run_task"),
        "The trigger fired and failed before it called RunTask: most likely it could not assume its"
        " role.",
        "Let the trust policy of the target's role name events.amazonaws.com, or"
        " scheduler.amazonaws.com for a schedule, and make the role again if it is gone.",
        "EventBridge's guide: FailedInvocations; a role that cannot be assumed calls no API",
    ),
    KnownCause(
        ("no_target",), "{found}", "Put the ECS target on the rule again.", "ListTargetsByRule"
    ),
    KnownCause(("no_overrides",), "{found}", PREFLIGHT, "the target; RunTask takes a TaskOverride"),
    KnownCause(
        ("cluster_missing",),
        "{found}",
        "Create the ECS cluster, or correct the cluster in the target.",
        "ECS, RunTask: ClusterNotFoundException",
    ),
    KnownCause(
        ("definition_inactive",),
        "{found}",
        "Point the target at an ACTIVE revision, or at the family without a revision.",
        "ECS, RunTask: TaskDefinition is inactive",
    ),
    KnownCause(
        ("failed_invocations",),
        "The trigger fired and could not start the task: {found}",
        "Read why from CloudTrail (cloudtrail:LookupEvents), or give the target a dead-letter"
        f" queue and read it with read_dead_letters. {PREFLIGHT}",
        "CloudWatch, AWS/Events: FailedInvocations",
    ),
    KnownCause(
        ("disabled",),
        "{found} Since when is not known.",
        "Enable the batch (enabled: true).",
        "DescribeRule, GetSchedule: State",
    ),
    KnownCause(
        ("changed_later", "no_invocation"),
        "{found} The trigger did not fire.",
        "Ask whoever changed it what it was before.",
        "CloudTrail: PutRule, UpdateSchedule",
    ),
    KnownCause(
        ("no_invocation",),
        "{found} The trigger did not fire.",
        "See who changed or disabled it at that time; changes take a minute to take effect.",
        "CloudWatch, AWS/Events: Invocations",
    ),
    KnownCause(
        ("guard", "no_run_task"),
        "The trigger fired and its guard started no task: most likely an earlier run was still"
        " going on. {found}",
        "Look at the executions of the state machine; let runs be shorter or less frequent, or"
        " overlap (overlap: allow).",
        "the guard's own definition: a run that would overlap is skipped",
    ),
    KnownCause(
        ("invoked",),
        "The trigger fired and nothing says that it failed: {found} What became of the task is not"
        " known any more.",
        "Keep the log of the batch for longer, and ask within an hour: ECS forgets stopped tasks.",
        "ECS, DescribeTasks: stopped tasks are shown for about an hour",
    ),
)

NOT_KNOWN = Conclusion(
    "Nothing that could be looked at tells why.",
    f"Allow what is UNKNOWN in the evidence to be read. {PREFLIGHT}",
)


def conclude(evidence: Sequence[Evidence]) -> Conclusion:
    """Return the most likely cause, and its remedy: the one that AWS's own words name, else that of
    the row."""
    by_sign: dict[str, Evidence] = {}
    for each in evidence:
        for sign in each.signs:
            by_sign.setdefault(sign, each)
    for row in CAUSES:
        if all(sign in by_sign for sign in row.signs):
            first = by_sign[row.signs[0]]
            known = remedy(first.said) if first.said and row.remedy else None
            return Conclusion(row.cause.format(found=first.found), known or row.remedy)
    return NOT_KNOWN
