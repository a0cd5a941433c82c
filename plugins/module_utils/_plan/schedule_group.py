# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for schedule groups of EventBridge Scheduler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleGroupWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan

DELETING = "DELETING"


@dataclass(frozen=True)
class ObservedScheduleGroup:
    """A schedule group as GetScheduleGroup answers it, with its tags where they were asked for."""

    group: Document
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Return the group's ARN."""
        return str(self.group["Arn"])

    @property
    def is_going(self) -> bool:
        """Whether AWS is deleting the group."""
        return self.group.get("State") == DELETING


def plan_schedule_group(observed: ObservedScheduleGroup | None, wish: ScheduleGroupWish) -> Plan:
    """Return what makes the group and its tags the wanted ones. A group that is going counts as
    gone."""
    current = None if observed is None or observed.is_going else observed
    tags = tag_changes(current.tags if current else {}, wish.tags, purge=wish.purge_tags)
    before = _shown(wish.name, current.tags) if current else None
    after = _shown(wish.name, tags.after)
    actions: list[Action] = []
    if current is None:
        request = {"Name": wish.name, **({"Tags": dict(tags.after)} if tags.after else {})}
        actions.append(Action("scheduler", "CreateScheduleGroup", request))
    if current is not None and tags.set:
        request = {"ResourceArn": current.arn, "Tags": dict(tags.set)}
        actions.append(Action("scheduler", "TagResource", request))
    if current is not None and tags.remove:
        request = {"ResourceArn": current.arn, "TagKeys": list(tags.remove)}
        actions.append(Action("scheduler", "UntagResource", request))
    content = () if current else compare({}, _shown(wish.name, {}))
    return Plan(
        before=before, after=after, changes=(*content, *tags.changes), actions=tuple(actions)
    )


def plan_schedule_group_removal(
    observed: ObservedScheduleGroup | None, schedules: Sequence[str]
) -> Plan:
    """Return the removal of a group, and with it of its ``schedules``. One that is going already
    is left to go."""
    if observed is None or observed.is_going:
        return Plan(before=None, after=None)
    name = str(observed.group["Name"])
    before = _shown(name, observed.tags)
    removed = tuple(Change(f"schedules[{schedule}]", "present", None) for schedule in schedules)
    return Plan(
        before=before,
        after=None,
        changes=(*compare(before, {}), *removed),
        actions=(Action("scheduler", "DeleteScheduleGroup", {"Name": name}),),
        warnings=_warnings(name, schedules),
    )


def _shown(name: str, tags: Mapping[str, str]) -> Document:
    return {"Name": name, "State": "ACTIVE", **({"Tags": dict(tags)} if tags else {})}


def _warnings(name: str, schedules: Sequence[str]) -> tuple[str, ...]:
    if not schedules:
        return ()
    return (f"With the schedule group {name} AWS deletes its schedules: {', '.join(schedules)}.",)
