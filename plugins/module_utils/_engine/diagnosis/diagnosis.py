# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why one expected run of a batch did not happen: the evidence in order, and the most likely cause.

Nothing is written. Messages in a dead-letter queue are looked at only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import describe_rule
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_trigger import (
    Sought,
    Trigger,
    ecs_targets,
    seek_triggers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.case import (
    Case,
    unread,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.invocations import (
    has_called_run_task,
    has_dead_letters,
    was_invoked,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.tasks import (
    has_log,
    has_tasks,
    with_telling_lines,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.trigger import (
    TRAIL,
    changes_in_trail,
    exists,
    has_cluster,
    has_definition,
    has_guard,
    has_overrides,
    is_enabled,
    nearest_runs,
    was_due,
    was_enabled,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE, SCHEDULER
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    NG,
    Evidence,
    conclude,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.past_runs import (
    Timing,
    last_run,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)


def diagnose(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Look at everything that tells of one expected run (module ``scheduled_batch_diagnosis``)."""
    now = datetime.now(UTC)
    expected = _given_time(params.get("expected_at"))
    if params["log_lines"] < 0:
        raise InvalidDescription(
            [f"log_lines: {params['log_lines']} is out of range; give 0 or more."]
        )
    sought = seek_triggers(session, params)
    unsure = [unread("other_trigger", "events, scheduler", error) for error in sought.unread]
    if len(sought.found) > 1:
        raise InvalidDescription(
            [
                f"trigger: There are a rule and a schedule {params['name']}; say which one is"
                " meant, rule or scheduler."
            ]
        )
    if sought.found:
        case = _case(session, params, sought.found[0], expected, now)
        evidence, results = _of_case(case, read_dead_letters=bool(params["read_dead_letters"]))
        return _outcome(case.expected, [*unsure, *evidence], results)
    if unsure:
        return _outcome(expected or now, unsure, {})
    absent = _absent(session, params["name"], sought, expected or now, now)
    return _outcome(expected or now, [absent], {})


def _given_time(text: str | None) -> datetime | None:
    """Return the option ``expected_at`` as a time; one without an offset could mean any zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise InvalidDescription(
            [
                f"expected_at: {text!r} is no time with an offset; give ISO 8601, such as"
                " 2026-11-22T03:00:00+09:00."
            ]
        )
    return moment


def _case(
    session: Session,
    params: Mapping[str, Any],
    trigger: Trigger,
    expected: datetime | None,
    now: datetime,
) -> Case:
    document = trigger.schedule or describe_rule(session.clients.client("events"), trigger.name)
    targets = ecs_targets(trigger, params.get("target_id"))
    timing = _timing(document)
    return Case(
        session=session,
        trigger=trigger,
        document=document,
        target=targets[0] if targets else {},
        timing=timing,
        expected=expected or _last_expected(document, timing, now),
        now=now,
        log_lines=params["log_lines"],
        container=params.get("container"),
    )


def _timing(document: Mapping[str, Any]) -> Timing | None:
    try:
        expression = parse(str(document.get("ScheduleExpression") or ""))
    except ScheduleError:
        return None
    zone = str(document.get("ScheduleExpressionTimezone") or "UTC")
    return Timing(expression, zone, document.get("StartDate"), document.get("EndDate"))


def _last_expected(document: Mapping[str, Any], timing: Timing | None, now: datetime) -> datetime:
    run = last_run(timing, now) if timing else None
    if run is None:
        text = document.get("ScheduleExpression")
        raise InvalidDescription(
            [f"expected_at: When {text} ran last is not known from its expression; give the time."]
        )
    return run


def _of_case(case: Case, *, read_dead_letters: bool) -> tuple[list[Evidence], Document]:
    then, changes = was_enabled(case)
    of_definition, definition = has_definition(case)
    found_tasks = has_tasks(case, definition)
    of_log, lines = has_log(case, definition, found_tasks.tasks) if case.log_lines else (None, [])
    found = [
        _is_over(case),
        exists(case),
        is_enabled(case),
        then,
        was_due(case, changes),
        has_guard(case),
        has_overrides(case),
        has_cluster(case),
        of_definition,
        was_invoked(case),
        has_dead_letters(case, read=read_dead_letters),
        has_called_run_task(case),
        with_telling_lines(found_tasks.of_run, lines),
        found_tasks.overlap,
        of_log,
    ]
    results = {"trigger_arn": case.arn, "nearest_runs": nearest_runs(case), "log": lines}
    return [each for each in found if each is not None], results


def _is_over(case: Case) -> Evidence | None:
    if case.expected <= case.now:
        return None
    found = f"{case.shown(case.expected)} is in the future."
    return Evidence("time", NG, found, "the clock", ("not_yet",))


def _absent(
    session: Session, name: str, sought: Sought, expected: datetime, now: datetime
) -> Evidence:
    """Say that there is no trigger, and who deleted it where CloudTrail tells."""
    words = {RULE: "no rule", SCHEDULER: "no schedule"}
    group = sought.group_name or DEFAULT_GROUP
    where = f" in the group {group}" if SCHEDULER in sought.kinds else ""
    told = [f"There is {' and '.join(words[kind] for kind in sought.kinds)} {name}{where}."]
    for kind in sought.kinds:
        trigger = Trigger(kind, name, None if kind == RULE else group, ())
        told += _deletions(Case(session, trigger, {}, {}, None, expected, now))
    source = "events:ListTargetsByRule, scheduler:GetSchedule"
    return Evidence("trigger", NG, " ".join(told), source, ("trigger_missing",))


def _deletions(case: Case) -> list[str]:
    operation = "DeleteRule" if case.trigger.kind == RULE else "DeleteSchedule"
    try:
        changes, _complete = changes_in_trail(case, [operation])
    except AwsError as error:
        return [unread("deleted", TRAIL, error).found]
    return [f"CloudTrail knows {changes[-1]}."] if changes else []


def _outcome(expected: datetime, evidence: list[Evidence], results: Document) -> Outcome:
    conclusion = conclude(evidence)
    return Outcome(
        results={
            "expected_at": expected.isoformat(),
            "evidence": [each.as_result() for each in evidence],
            "cause": conclusion.cause,
            "remedy": conclusion.remedy,
            "trigger_arn": None,
            "nearest_runs": [],
            "log": [],
            **results,
        }
    )
