# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge Scheduler: schedules, schedule groups and the groups' tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    call_deletion,
    collect,
    given,
    new_token,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import UPPER_CASE_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    guarded,
    unguarded,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def get_schedule(client: Client, name: str, group_name: str | None = None) -> Document:
    """Return a schedule, its target as the ECS target that it runs where it is guarded.

    :param group_name: the group ``default`` where None.
    :raises NotFound: where the schedule or its group does not exist.
    """
    request = given(Name=name, GroupName=group_name)
    doing = f"reading the schedule {_place(name, group_name)}"
    found = call(client, "GetSchedule", request, doing=doing, expect=("Name", "Arn"))
    target = {"Target": unguarded(found["Target"])} if "Target" in found else {}
    return {**found, **target}


def create_schedule(client: Client, request: Document, client_token: str | None = None) -> str:
    """Create a schedule and return its ARN.

    :param request: the input in the API's spelling, without ClientToken.
    :param client_token: up to 64 characters; a fresh one where None. All attempts carry the same.
    :raises Conflict: where a schedule of this name exists in the group.
    """
    doing = f"creating the schedule {_place_of(request)}"
    return _write_schedule(client, "CreateSchedule", request, client_token, doing)


def update_schedule(client: Client, request: Document, client_token: str | None = None) -> str:
    """Replace a schedule and return its ARN.

    Whatever ``request`` leaves out goes back to AWS's default, and the state to ENABLED.

    :raises NotFound: where the schedule does not exist.
    """
    doing = f"updating the schedule {_place_of(request)}"
    return _write_schedule(client, "UpdateSchedule", request, client_token, doing)


def _write_schedule(
    client: Client, operation: str, request: Document, client_token: str | None, doing: str
) -> str:
    target = {"Target": guarded(request["Target"])} if "Target" in request else {}
    complete = {**request, **target, "ClientToken": client_token or new_token()}
    answer = call(client, operation, complete, doing=doing, expect=("ScheduleArn",))
    return str(answer["ScheduleArn"])


def delete_schedule(client: Client, name: str, group_name: str | None = None) -> None:
    """Delete a schedule.

    :raises NotFound: where there is none to delete.
    """
    request = given(Name=name, GroupName=group_name, ClientToken=new_token())
    doing = f"deleting the schedule {_place(name, group_name)}"
    call_deletion(client, "DeleteSchedule", request, doing=doing)


def list_schedules(
    client: Client, group_name: str | None = None, name_prefix: str | None = None
) -> list[Document]:
    """Return summaries (name, group, state, ARN, target's ARN) of all schedules, or a group's.

    :raises NotFound: where the group does not exist.
    """
    request = given(GroupName=group_name, NamePrefix=name_prefix, MaxResults=100)
    where = f" of the group {group_name}" if group_name else ""
    return collect(
        client, "ListSchedules", "Schedules", request, doing=f"listing the schedules{where}"
    )


def list_schedules_named(client: Client, name: str) -> list[Document]:
    """Return summaries of the schedules of exactly this name, in whichever groups."""
    found = list_schedules(client, name_prefix=name)
    return [schedule for schedule in found if schedule["Name"] == name]


def get_schedule_group(client: Client, name: str) -> Document:
    """Return a schedule group, without its tags.

    :raises NotFound: where it does not exist.
    """
    doing = f"reading the schedule group {name}"
    return call(client, "GetScheduleGroup", {"Name": name}, doing=doing, expect=("Name", "Arn"))


def create_schedule_group(
    client: Client,
    name: str,
    tags: Mapping[str, str] | None = None,
    client_token: str | None = None,
) -> str:
    """Create a schedule group and return its ARN.

    :raises Conflict: where a group of this name exists.
    """
    request = given(
        Name=name,
        Tags=UPPER_CASE_TAGS.to_list(tags) if tags else None,
        ClientToken=client_token or new_token(),
    )
    doing = f"creating the schedule group {name}"
    answer = call(client, "CreateScheduleGroup", request, doing=doing, expect=("ScheduleGroupArn",))
    return str(answer["ScheduleGroupArn"])


def delete_schedule_group(client: Client, name: str) -> None:
    """Delete a schedule group with all its schedules; AWS does so in the background (DELETING).

    :raises NotFound: where there is none to delete.
    """
    request = {"Name": name, "ClientToken": new_token()}
    call_deletion(
        client, "DeleteScheduleGroup", request, doing=f"deleting the schedule group {name}"
    )


def list_schedule_groups(client: Client, name_prefix: str | None = None) -> list[Document]:
    """Return the schedule groups, without their tags."""
    request = given(NamePrefix=name_prefix, MaxResults=100)
    doing = "listing the schedule groups"
    return collect(client, "ListScheduleGroups", "ScheduleGroups", request, doing=doing)


def tag_schedule_group(client: Client, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags of a schedule group, and keep the others."""
    request = {"ResourceArn": arn, "Tags": UPPER_CASE_TAGS.to_list(tags)}
    call(client, "TagResource", request, doing=f"tagging the schedule group {arn}")


def untag_schedule_group(client: Client, arn: str, keys: Iterable[str]) -> None:
    """Remove tags of a schedule group by their keys."""
    request = {"ResourceArn": arn, "TagKeys": list(keys)}
    call(client, "UntagResource", request, doing=f"removing tags of the schedule group {arn}")


def list_schedule_group_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of a schedule group.

    :raises NotFound: where it does not exist.
    """
    doing = f"listing the tags of the schedule group {arn}"
    answer = call(client, "ListTagsForResource", {"ResourceArn": arn}, doing=doing)
    return UPPER_CASE_TAGS.to_mapping(answer.get("Tags"))


def _place_of(request: Document) -> str:
    return _place(str(request.get("Name")), request.get("GroupName"))


def _place(name: str, group_name: str | None) -> str:
    return f"{group_name}/{name}" if group_name else name
