# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the trigger fired at that time, and what AWS answered it: counts, dead letters and
CloudTrail's RunTask calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._aws.cloudtrail import lookup_events
from ansible_collections.batchwork.aws.plugins.module_utils._aws.cloudwatch import (
    Metric,
    metric_sums,
    metrics_of_group,
    metrics_of_rule,
    period_for,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.sqs import (
    MESSAGES,
    REDRIVE_POLICY,
    get_queue_attributes,
    get_queue_url,
    look_at_messages,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.case import (
    MINUTE,
    Case,
    unread,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.dead_letter import (
    dead_letter,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    NG,
    OK,
    UNKNOWN,
    Evidence,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.trail import (
    run_task_calls,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.words import plural

COUNTS_ARRIVE = timedelta(minutes=5)
TRAIL_ARRIVES = timedelta(minutes=15)
"""How late the counts of CloudWatch, and CloudTrail's events, may be."""

METRICS = "cloudwatch:GetMetricData"


def was_invoked(case: Case) -> Evidence:
    """Look at how often the trigger called its target in the span; CloudWatch counts schedules by
    their group only."""
    metrics = _metrics(case)
    period = period_for(case.now - case.start)
    try:
        client = case.session.clients.client("cloudwatch")
        sums = metric_sums(client, metrics, case.start, _whole_minute(case.end), period)
    except AwsError as error:
        return unread("invocations", METRICS, error)
    made, failed = (sums[metric] for metric in metrics)
    whose = f"{metrics[0].dimension} {metrics[0].value}"
    found = f"{plural(made, 'call')} of the target, {failed} failed ({whose}), {case.span}."
    if failed:
        return Evidence("invocations", NG, found, METRICS, ("failed_invocations",))
    if made:
        return Evidence("invocations", OK, found, METRICS, ("invoked",) if _is_rule(case) else ())
    if case.now - case.expected < COUNTS_ARRIVE:
        return Evidence("invocations", UNKNOWN, f"{found} Counts may be late.", METRICS)
    return Evidence("invocations", NG, found, METRICS, ("no_invocation",))


def _whole_minute(end: datetime) -> datetime:
    """Return the end of the minute in which a span ends: CloudWatch's data points are whole
    minutes, and the end itself is not part of a span."""
    begun = end.replace(second=0, microsecond=0)
    return begun if begun == end else begun + MINUTE


def _metrics(case: Case) -> tuple[Metric, Metric]:
    if _is_rule(case):
        return metrics_of_rule(case.name)
    return metrics_of_group(str(case.trigger.group_name))


def _is_rule(case: Case) -> bool:
    return case.trigger.kind == RULE


def has_dead_letters(case: Case, *, read: bool) -> Evidence:
    """Look at the dead-letter queue of the target: how many messages wait, and with ``read`` which
    error those of this run carry."""
    arn = (case.target.get("DeadLetterConfig") or {}).get("Arn")
    if not arn:
        told = "The target has no dead-letter queue, so that nothing keeps a failed start."
        return Evidence("dead_letters", UNKNOWN, told, "the target")
    _arn, _partition, _service, region, account_id, name = str(arn).split(":", 5)
    client = case.session.clients.client("sqs", region)
    try:
        url = get_queue_url(client, name, account_id)
        attributes = get_queue_attributes(client, url, (MESSAGES, REDRIVE_POLICY))
        waiting = int(attributes.get(MESSAGES) or 0)
        if not waiting:
            found = f"The dead-letter queue {name} is empty."
            return Evidence("dead_letters", OK, found, "sqs:GetQueueAttributes")
        refusal = _why_not_read(name, waiting, attributes, read)
        if refusal:
            return Evidence("dead_letters", UNKNOWN, refusal, "sqs:GetQueueAttributes")
        messages = look_at_messages(client, url)
    except AwsError as error:
        return unread("dead_letters", f"the queue {name}", error)
    return _letters_of_run(case, name, messages)


def _why_not_read(name: str, waiting: int, attributes: dict[str, str], read: bool) -> str | None:
    told = f"Messages in the dead-letter queue {name}: {waiting}"
    if not read:
        return f"{told}; with read_dead_letters they are looked at, which SQS counts as receiving."
    if attributes.get(REDRIVE_POLICY):
        return f"{told}. It moves messages that are received too often, so they are not looked at."
    return None


def _letters_of_run(case: Case, name: str, messages: Sequence[Document]) -> Evidence:
    letters = [letter for each in messages if (letter := dead_letter(each))]
    moment = case.run or case.expected
    ours = [each for each in letters if each.is_of(case.arn, moment, case.tolerance)]
    source = "sqs:ReceiveMessage"
    if not ours:
        found = f"Messages in the dead-letter queue {name}: {len(messages)}, none of this run."
        return Evidence("dead_letters", OK, found, source)
    said = ours[0].said
    return Evidence("dead_letters", NG, f"{said} (queue {name})", source, ("letter",), said)


def has_called_run_task(case: Case) -> Evidence:
    """Look in CloudTrail at the RunTask calls of the trigger in the span."""
    source = "cloudtrail:LookupEvents"
    try:
        events, complete = lookup_events(
            case.session.clients.client("cloudtrail"), "RunTask", case.start, case.end
        )
    except AwsError as error:
        return unread("run_task", source, error)
    calls = run_task_calls(events, case.marks)
    refused = [call for call in calls if call.error]
    if refused:
        said = str(refused[-1].error)
        found = f"{said} (at {case.shown(refused[-1].moment)})"
        return Evidence("run_task", NG, found, source, ("run_refused",), said)
    if calls:
        arns = ", ".join(arn for call in calls for arn in call.task_arns)
        found = f"RunTask was called at {case.shown(calls[0].moment)} and started {arns}."
        return Evidence("run_task", OK, found, source)
    told = f"CloudTrail knows no RunTask call of the {case.trigger.shown} {case.span}."
    if not complete or case.now - case.expected < TRAIL_ARRIVES:
        late = "Events may be 15 minutes late." if complete else "There are too many to read all."
        return Evidence("run_task", UNKNOWN, f"{told} {late}", source, ("no_run_task",))
    return Evidence("run_task", NG, told, source, ("no_run_task",))
