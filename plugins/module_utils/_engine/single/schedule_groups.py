# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedule groups of EventBridge Scheduler and their tags; a deleted group is waited for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule_group,
    list_schedule_group_tags,
    list_schedule_groups,
    list_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import (
    with_utc_dates,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import schedule_group_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_group_options import (
    read_schedule_group_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleGroupWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import (
    ObservedScheduleGroup,
    plan_schedule_group,
    plan_schedule_group_removal,
)

REQUEST = ("scheduler", "CreateScheduleGroup")
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 5.0
"""Seconds between two looks at a group that is going: soon at first, since most are empty."""


def observe(session: Session, name: str, *, with_tags: bool) -> ObservedScheduleGroup | None:
    """Read a group, and its tags where asked for; None where there is none. One call, with tags
    two."""
    client = session.clients.client("scheduler")
    try:
        group = ObservedScheduleGroup(get_schedule_group(client, name))
        if not with_tags or group.is_going:
            return group
        return ObservedScheduleGroup(group.group, list_schedule_group_tags(client, group.arn))
    except NotFound:
        return None


def converge_schedule_group(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make a schedule group the wanted one (module ``scheduler_schedule_group``, state present).

    One that AWS is still deleting is waited for, and then made anew.
    """
    wish = read_schedule_group_options(params, input_shape(*REQUEST))
    observed = observe(session, wish.name, with_tags=wish.tags is not None)
    plan = plan_schedule_group(observed, wish)
    arn = _arn(session, observed, wish)
    if not session.check_mode:
        if observed is not None and observed.is_going:
            _wait_until_gone(session, wish.name, params["wait_timeout"], Outcome())
        answers = apply_actions(session, plan.actions)
        arn = next(
            (answer["ScheduleGroupArn"] for answer in answers if "ScheduleGroupArn" in answer), arn
        )
    return Outcome.of_plan(plan, {"schedule_group": present(plan, arn, wish)})


def _arn(
    session: Session, observed: ObservedScheduleGroup | None, wish: ScheduleGroupWish
) -> str | None:
    if observed is not None:
        return observed.arn
    return schedule_group_arn(session.place(), wish.name) if session.check_mode else None


def present(plan: Plan, arn: str | None, wish: ScheduleGroupWish) -> Document:
    """Return a planned group as results show it, with its tags where they are managed."""
    group = {key: value for key, value in (plan.after or {}).items() if key != "Tags"}
    shown = {**to_snake(group, output_shape("scheduler", "GetScheduleGroup")), "arn": arn}
    return shown if wish.tags is None else {**shown, "tags": (plan.after or {}).get("Tags", {})}


def remove_schedule_group(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove a group with its schedules, and wait until it is gone (state absent)."""
    name = read_schedule_group_options({"name": params["name"]}, input_shape(*REQUEST)).name
    if name == DEFAULT_GROUP:
        raise InvalidDescription(
            ["name: the schedule group default belongs to AWS and cannot be removed."]
        )
    observed = observe(session, name, with_tags=False)
    plan = plan_schedule_group_removal(observed, _schedules_of(session, observed))
    outcome = Outcome.of_plan(plan, {"schedule_group": None})
    if not session.check_mode and observed is not None:
        apply_actions(session, plan.actions)
        _wait_until_gone(session, name, params["wait_timeout"], outcome)
    return outcome


def _schedules_of(session: Session, observed: ObservedScheduleGroup | None) -> list[str]:
    if observed is None or observed.is_going:
        return []
    try:
        found = list_schedules(session.clients.client("scheduler"), observed.group["Name"])
    except NotFound:
        return []
    return sorted(str(schedule["Name"]) for schedule in found)


def _wait_until_gone(session: Session, name: str, timeout: float, outcome: Outcome) -> None:
    """Look at a group until it is gone. AWS deletes its schedules first, in the background.

    :raises Failure: with ``outcome``, where it is still there after ``timeout`` seconds.
    """
    client = session.clients.client("scheduler")
    deadline = time.monotonic() + timeout
    pause = SHORTEST_WAIT
    while True:
        try:
            state = get_schedule_group(client, name).get("State")
        except NotFound:
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise Failure(
                f"The schedule group {name} is still {state} after {timeout} seconds. AWS goes on "
                "deleting it; run again to wait on, or raise wait_timeout.",
                outcome,
            )
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_WAIT)


def read_schedule_groups(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Read groups with their tags (module ``scheduler_schedule_group_info``)."""
    client = session.clients.client("scheduler")
    if params.get("name"):
        observed = observe(session, params["name"], with_tags=False)
        groups = [observed.group] if observed else []
    else:
        groups = list_schedule_groups(client, params.get("name_prefix"))
    shape = output_shape("scheduler", "GetScheduleGroup")
    shown = [
        {**to_snake(with_utc_dates(group), shape), "tags": _tags(session, group)}
        for group in sorted(groups, key=lambda found: str(found["Name"]))
    ]
    return Outcome(results={"schedule_groups": shown})


def _tags(session: Session, group: Document) -> dict[str, str]:
    """Return the tags of a group; one that goes meanwhile has none."""
    try:
        return list_schedule_group_tags(session.clients.client("scheduler"), group["Arn"])
    except NotFound:
        return {}
