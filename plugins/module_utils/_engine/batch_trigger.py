# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trigger of a batch, found by its name: a rule with its targets, or a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_targets
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
    list_schedules_named,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE, SCHEDULER
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
    with_context_attributes,
)


@dataclass(frozen=True)
class Trigger:
    """What starts a batch. ``schedule`` is None for a rule; its target stands in ``targets``, too.

    ``group_name`` is None for a rule.
    """

    kind: str
    name: str
    group_name: str | None
    targets: tuple[Document, ...]
    schedule: Document | None = None

    @property
    def shown(self) -> str:
        """Return what messages call it."""
        return f"{'rule' if self.kind == RULE else 'schedule'} {self.name}"


def find_trigger(session: Session, params: Mapping[str, Any]) -> Trigger:
    """Return the trigger that the options ``name``, ``trigger`` and ``group_name`` mean.

    Without ``trigger`` it is whichever exists; a group is one of schedules.

    :raises NotFound: where ``trigger`` says which it is, and it does not exist.
    :raises InvalidDescription: where there is none, or one of each.
    """
    name, wanted, group = params["name"], params.get("trigger"), params.get("group_name")
    _check_group(wanted, group)
    if wanted or group:
        return _named(session, wanted or SCHEDULER, name, group)
    sought = seek_triggers(session, params)
    if sought.unread:
        raise Failure.of(
            sought.unread[0],
            Outcome(),
            "Say with 'trigger' what it is, and only that is looked for.",
        )
    if len(sought.found) != 1:
        raise InvalidDescription([_not_one(session, name, bool(sought.found))])
    return sought.found[0]


@dataclass(frozen=True)
class Sought:
    """The triggers that a name may mean, of which ``kinds``, and what may not be read."""

    kinds: tuple[str, ...]
    group_name: str | None
    found: tuple[Trigger, ...]
    unread: tuple[AwsError, ...]


def seek_triggers(
    session: Session, params: Mapping[str, Any], default_group: str | None = None
) -> Sought:
    """Return what the options ``name``, ``trigger`` and ``group_name`` may mean, none or several
    triggers.

    :param default_group: the group of a schedule where no ``group_name`` is given; AWS's own
        ``default`` where that is left out as well.
    """
    name, wanted, group = params["name"], params.get("trigger"), params.get("group_name")
    _check_group(wanted, group)
    kinds = (wanted or SCHEDULER,) if wanted or group else (RULE, SCHEDULER)
    group = group or default_group
    found, unread = list[Trigger](), list[AwsError]()
    for kind in kinds:
        try:
            found.append(READERS[kind](session, name, group))
        except NotFound:
            continue
        except AwsError as error:
            unread.append(error)
    return Sought(kinds, group, tuple(found), tuple(unread))


def _check_group(wanted: str | None, group: str | None) -> None:
    if wanted == RULE and group:
        raise InvalidDescription(
            [f"group_name: {group!r} is given, and the trigger is a rule; only schedules have one."]
        )


def _named(session: Session, kind: str, name: str, group: str | None) -> Trigger:
    try:
        return READERS[kind](session, name, group)
    except NotFound as error:
        if kind == RULE or group:
            raise
        raise Failure.of(error, Outcome(), _elsewhere(session, name)) from error


def _read_rule(session: Session, name: str, _group: str | None) -> Trigger:
    targets = list_targets(session.clients.client("events"), name)
    return Trigger(RULE, name, None, tuple(targets))


def _read_schedule(session: Session, name: str, group: str | None) -> Trigger:
    schedule = get_schedule(session.clients.client("scheduler"), name, group)
    target = {**schedule["Target"], "Id": name}
    return Trigger(SCHEDULER, name, group or DEFAULT_GROUP, (target,), schedule)


READERS: Mapping[str, Callable[[Session, str, str | None], Trigger]] = {
    RULE: _read_rule,
    SCHEDULER: _read_schedule,
}


def _not_one(session: Session, name: str, both: bool) -> str:
    if both:
        return (
            f"trigger: There are a rule {name} and a schedule {name} in the group"
            f" {DEFAULT_GROUP}; say which one is meant, rule or scheduler."
        )
    elsewhere = _elsewhere(session, name) or "Check the name and the region."
    return (
        f"name: Neither a rule nor a schedule in the group {DEFAULT_GROUP} is called {name!r}."
        f" {elsewhere}"
    )


def _elsewhere(session: Session, name: str) -> str | None:
    """Say in which groups there is a schedule of this name, where that may be looked up."""
    try:
        listed = list_schedules_named(session.clients.client("scheduler"), name)
    except AwsError:
        return None
    groups = sorted(str(schedule["GroupName"]) for schedule in listed)
    if not groups:
        return None
    return f"A schedule of this name is in the group {', '.join(groups)}: give it as group_name."


def ecs_targets(trigger: Trigger, wanted: str | None) -> list[Document]:
    """Return the targets that start an ECS task; only that with the Id ``wanted`` where given."""
    return [
        target
        for target in trigger.targets
        if ("EcsParameters" in target or is_run_task_target(target))
        and wanted in {None, target["Id"]}
    ]


def ecs_target_of(trigger: Trigger, wanted: str | None) -> Document:
    """Return the ECS target to run, with the keywords in a schedule's input replaced.

    :param wanted: its Id, needed where a rule has several.
    """
    found = ecs_targets(trigger, wanted)
    if len(found) != 1:
        raise InvalidDescription([_choice(trigger, found, wanted)])
    if trigger.schedule is None:
        return found[0]
    arn, moment = str(trigger.schedule["Arn"]), datetime.now(UTC)
    return with_context_attributes(found[0], arn, moment, uuid4().hex[:16])


def _choice(trigger: Trigger, found: Sequence[Document], wanted: str | None) -> str:
    """Say why no single target can be run."""
    ids = ", ".join(str(target["Id"]) for target in found)
    if found:
        return (
            f"target_id: The {trigger.shown} has several ECS targets, {ids}; name the one to run."
        )
    there = ", ".join(f"{target['Id']} ({target.get('Arn')})" for target in trigger.targets)
    asked = f"no ECS target {wanted!r}" if wanted else "no ECS target"
    option = "target_id" if wanted else "name"
    return f"{option}: The {trigger.shown} has {asked}; its targets: {there or 'none'}."
