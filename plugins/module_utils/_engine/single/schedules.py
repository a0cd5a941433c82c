# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of EventBridge Scheduler: read, merge, write everything back; and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
    get_schedule_group,
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import (
    with_utc_dates,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    facts_of_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    check_target,
    definition_to_run,
    overrides_shape,
    place_of,
    with_arns,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place, schedule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged as merged_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import (
    DATES,
    DEFAULT_GROUP,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import (
    TARGET,
    ScheduleOptions,
    read_schedule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.schedule import (
    check_course,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule import (
    ObservedSchedule,
    ObservedSchedules,
    plan_schedule,
    plan_schedule_removal,
    wanted_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import DELETING

REQUEST = ("scheduler", "CreateSchedule")


def observe(session: Session, name: str, group_name: str) -> ObservedSchedule | None:
    """Read a schedule, None where there is none in this group, or no such group. One call.

    Of the answer only what UpdateSchedule takes back is kept, whatever botocore knows of it.
    """
    try:
        answer = get_schedule(session.clients.client("scheduler"), name, group_name)
    except NotFound:
        return None
    taken = input_shape("scheduler", "UpdateSchedule").members
    content = {member: value for member, value in answer.items() if member in taken}
    return ObservedSchedule(content, str(answer["Arn"]))


def observe_both(session: Session, wish: ScheduleWish) -> ObservedSchedules:
    """Read the schedule, and the one in its previous group where a move is asked for."""
    current = observe(session, wish.name, wish.group_name)
    if wish.previous_group_name is None:
        return ObservedSchedules(current)
    return ObservedSchedules(current, observe(session, wish.name, wish.previous_group_name))


def read_options(params: Mapping[str, Any]) -> ScheduleOptions:
    """Read the options of ``scheduler_schedule``."""
    override_shape = overrides_shape(params.get("overrides"))
    return read_schedule_options(params, input_shape(*REQUEST), override_shape)


def converge_schedule(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make a schedule the wanted one (module ``scheduler_schedule``, state present)."""
    now = datetime.now(UTC)
    options = read_options(params)
    check_given(options)
    observed = observe_both(session, options.wish)
    wish = with_target_arns(session, options.wish, observed)
    plan = plan_schedule(observed, wish, now)
    if plan.changed:
        check_whole(session, options, observed, wish, plan, now)
    arn = _arn(session, observed, plan)
    if not session.check_mode:
        answers = apply_actions(session, plan.actions)
        arn = next((answer["ScheduleArn"] for answer in answers if "ScheduleArn" in answer), arn)
    return Outcome.of_plan(plan, {"schedule": present(plan, arn, now)}, options.warnings())


def check_given(options: ScheduleOptions) -> None:
    """Check what is given by itself, before anything is read; raise InvalidDescription on
    mistakes."""
    check_parts(options)
    options.refuse_errors()


def check_parts(
    options: ScheduleOptions, *, complete_target: bool = False, definition: Document | None = None
) -> None:
    """Note what is wrong with what is given by itself, its target also against the task definition.
    What is given empty clears, and needs no check."""
    wish = options.wish
    given = {member: value for member, value in wish.given.items() if value not in ("", {})}
    target = merged_target(None, given.pop("Target", {}))
    names = {"Name": wish.name, "GroupName": wish.group_name}
    options.check({**given, **names}, None, complete=False)
    check_target(
        target,
        options.findings,
        service="scheduler",
        location=TARGET,
        complete=complete_target,
        definition=definition,
    )


def with_target_arns(
    session: Session, wish: ScheduleWish, observed: ObservedSchedules
) -> ScheduleWish:
    """Return the wish with ARNs for names in its target; the account is that of the schedule, where
    nothing else tells."""
    if "Target" not in wish.given:
        return wish
    known = observed.base.arn if observed.base else None
    target = with_arns(session, wish.given["Target"], known)
    return replace(
        wish, given={**wish.given, "Target": coerce(target, structure("scheduler", "Target"))}
    )


def check_whole(
    session: Session,
    options: ScheduleOptions,
    observed: ObservedSchedules,
    wish: ScheduleWish,
    plan: Plan,
    now: datetime,
) -> None:
    """Check the schedule as it would be written; raise InvalidDescription on mistakes.

    What AWS has and keeps is left alone, so that an old mistake does not keep anybody from stopping
    a schedule. Outside check mode the group, and what a new target names, must exist.
    """
    wanted = wanted_schedule(observed, wish, now)
    target = wanted.get("Target", {})
    touched = {change.path.partition(".")[0] for change in plan.changes}
    creates = observed.current is None
    runs_other = creates or "Target" in touched
    options.check(wanted, None if creates else touched, complete=True)
    if plan.facts["written"]:
        check_course(wanted, options.findings, now)
    if runs_other:
        check_target(target, options.findings, service="scheduler", location=TARGET, complete=True)
    options.refuse_errors()
    if creates:
        _check_group(session, options)
    definition = definition_to_run(session, target) if runs_other else None
    if definition is not None:
        check_against_task_definition(target, definition, options.findings, location=TARGET)
    options.refuse_errors()


def _check_group(session: Session, options: ScheduleOptions) -> None:
    """Note an error where the group is missing. In check mode an earlier task may yet make it.

    Who may not read groups learns it from CreateSchedule's own answer.
    """
    name = options.wish.group_name
    if session.check_mode or name == DEFAULT_GROUP:
        return
    try:
        group = get_schedule_group(session.clients.client("scheduler"), name)
    except AccessDenied:
        return
    except NotFound:
        options.findings.error(
            ("GroupName",),
            f"There is no schedule group '{name}'; make it with scheduler_schedule_group first.",
        )
        return
    if group.get("State") == DELETING:
        options.findings.error(
            ("GroupName",), f"The schedule group '{name}' is being deleted and takes no schedule."
        )


def _arn(session: Session, observed: ObservedSchedules, plan: Plan) -> str | None:
    if observed.current is not None:
        return observed.current.arn
    if not session.check_mode:
        return None
    schedule = plan.after or {}
    target = schedule.get("Target", {})
    base = observed.base.arn if observed.base else None
    beside = place_of(session, base, target.get("RoleArn"), target.get("Arn"))
    place = Place(beside.partition, session.clients.region, beside.account_id)
    return schedule_arn(place, schedule["GroupName"], schedule["Name"])


def present(plan: Plan, arn: str | None, now: datetime) -> Document:
    """Return a planned schedule as results show it, with its next runs.

    The target is shown as a rule's is. A start date that has passed is shown as long as AWS has it.
    """
    content: Document = dict(plan.after or {})
    target = content.pop("Target", {})
    schedule = plan.facts["schedule"]
    dates = {member: utc_text(schedule[member]) for member in DATES if member in schedule}
    return {
        **to_snake({**content, **dates}, input_shape(*REQUEST)),
        "target": to_snake(target, structure("events", "Target")),
        "arn": arn,
        **facts_of_schedule(schedule, now),
    }


def remove_schedule(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove the one schedule that is named (module ``scheduler_schedule``, state absent)."""
    options = read_options({name: params.get(name) for name in ("name", "group_name", "tags")})
    check_given(options)
    observed = observe(session, options.wish.name, options.wish.group_name)
    plan = plan_schedule_removal(observed, datetime.now(UTC))
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(plan, {"schedule": None})


def read_schedules(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Read schedules with their next runs (module ``scheduler_schedule_info``)."""
    now = datetime.now(UTC)
    shape = output_shape("scheduler", "GetSchedule")
    shown = [
        {**to_snake(with_utc_dates(schedule), shape), **facts_of_schedule(schedule, now)}
        for schedule in _found(session, params)
    ]
    return Outcome(results={"schedules": shown})


def _found(session: Session, params: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the wanted schedules by group and name; one that goes meanwhile is left out."""
    client = session.clients.client("scheduler")
    group_name = params.get("group_name")
    if params.get("name"):
        keys = [(group_name or DEFAULT_GROUP, params["name"])]
    else:
        try:
            summaries = list_schedules(client, group_name, params.get("name_prefix"))
        except NotFound:
            return
        keys = sorted((summary["GroupName"], summary["Name"]) for summary in summaries)
    for group, name in keys:
        try:
            yield get_schedule(client, name, group)
        except NotFound:
            continue
