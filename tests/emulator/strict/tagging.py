# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GetResources for what moto leaves out: rules, schedule groups, task definitions and log groups.

On AWS it is an index that may lag behind; `lag` makes it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from moto.ecs.models import ecs_backends
from moto.events.models import events_backends
from moto.logs.models import logs_backends
from moto.scheduler.models import scheduler_backends

from emulator.layer import ApiError, Call, Forward
from emulator.strict import ecs_task_definitions, state
from emulator.strict.registry import corrects

CODE = "InvalidParameterException"

_PAGE = 100
_TAGGING = "resourcegroupstaggingapi"

Tags = dict[str, str]


@dataclass(frozen=True)
class Resource:
    """One tagged resource, with its type as ResourceTypeFilters names it."""

    arn: str
    kind: str
    tags: Tags

    def is_of(self, kinds: list[str]) -> bool:
        """Whether one of the filters names the type, or its service."""
        return not kinds or self.kind in kinds or self.kind.partition(":")[0] in kinds

    def has(self, filters: list[dict[str, Any]]) -> bool:
        """Whether every filter's key is there, with one of its values where it has any."""
        return all(
            each["Key"] in self.tags
            and (not each.get("Values") or self.tags[each["Key"]] in each["Values"])
            for each in filters
        )


@dataclass
class Index:
    """The index of one account and region. While it lags, it answers what was there before."""

    frozen: list[Resource] | None = None
    lags: bool = field(default=False)


_LAG = {"on": False}


def lag(is_on: bool) -> None:
    """Let the index fall behind from now on, or catch up, in every account and region."""
    _LAG["on"] = is_on
    for account, region in state.places():
        place = Call(_TAGGING, "GetResources", region, account)
        state.of(place, Index).frozen = list(_resources(place)) if is_on else None


def _indexed(call: Call) -> list[Resource]:
    index = state.of(call, Index)
    if _LAG["on"]:
        # A region where nothing was asked for before the lag began has an empty index.
        return index.frozen or []
    return list(_resources(call))


def _resources(call: Call) -> Iterator[Resource]:
    for source in (_rules, _schedule_groups, _task_definitions, _log_groups):
        yield from (resource for resource in source(call) if resource.tags)


def _rules(call: Call) -> Iterator[Resource]:
    backend = events_backends[call.account][call.region]
    for bus in list(backend.event_buses.values()):
        for rule in list(bus.rules.values()):
            yield Resource(rule.arn, "events:rule", _plain_tags(backend.tagger, rule.arn))


def _schedule_groups(call: Call) -> Iterator[Resource]:
    backend = scheduler_backends[call.account][call.region]
    for group in list(backend.schedule_groups.values()):
        tags = _plain_tags(backend.tagger, group.arn)
        yield Resource(group.arn, "scheduler:schedule-group", tags)


def _task_definitions(call: Call) -> Iterator[Resource]:
    """Active and inactive ones, not those that are being deleted."""
    revisions = ecs_backends[call.account][call.region].task_definitions
    for revision in state.of(call, ecs_task_definitions.TaskDefinitions).all():
        if revision["status"] == ecs_task_definitions.DELETE_IN_PROGRESS:
            continue
        held = revisions[revision["family"]][revision["revision"]].tags or []
        tags = {tag["key"]: tag["value"] for tag in held}
        yield Resource(revision["taskDefinitionArn"], "ecs:task-definition", tags)


def _log_groups(call: Call) -> Iterator[Resource]:
    """Without the ":*" at the end of the ARN."""
    backend = logs_backends[call.account][call.region]
    for name, group in list(backend.groups.items()):
        arn = group.arn.removesuffix(":*")
        yield Resource(arn, "logs:log-group", backend.list_tags_log_group(name))


def _plain_tags(tagger: Any, arn: str) -> Tags:
    return {tag["Key"]: tag["Value"] for tag in tagger.list_tags_for_resource(arn)["Tags"]}


@corrects(_TAGGING, "GetResources")
def get_resources(call: Call, forward: Forward) -> dict[str, Any]:
    """Filtered by type, tags and ARN, in pages; what moto knows comes after ours
    [botocore GetResources]."""
    asked = call.parameters
    arns = asked.get("ResourceARNList") or []
    if arns and (asked.get("TagFilters") or asked.get("ResourceTypeFilters")):
        raise ApiError(CODE, "ResourceARNList cannot be combined with other filters.")
    found = {
        resource.arn: resource.tags
        for resource in _indexed(call)
        if resource.is_of(asked.get("ResourceTypeFilters") or [])
        and resource.has(asked.get("TagFilters") or [])
        and (not arns or resource.arn in arns)
    }
    found.update(_of_moto(call, forward, found))
    return _page(asked, found)


_OURS = ("events:rule", "scheduler:schedule-group", "ecs:task-definition")


def _of_moto(call: Call, forward: Forward, ours: dict[str, Tags]) -> dict[str, Tags]:
    """What moto finds of the other types, all pages of it."""
    kinds = call.parameters.get("ResourceTypeFilters") or []
    others = [kind for kind in kinds if kind not in (*_OURS, "events", "scheduler")]
    if kinds and not others:
        return {}
    asked = {name: value for name, value in call.parameters.items() if name not in _PAGING}
    if others:
        asked["ResourceTypeFilters"] = others
    found: dict[str, Tags] = {}
    token = ""
    while True:
        page = forward(replace(call, parameters={**asked, "PaginationToken": token}))
        for mapping in page["ResourceTagMappingList"]:
            arn = mapping["ResourceARN"]
            if arn not in ours and ":task-definition/" not in arn:
                found[arn] = {tag["Key"]: tag["Value"] for tag in mapping["Tags"]}
        token = page.get("PaginationToken") or ""
        if not token:
            return found


_PAGING = ("PaginationToken", "ResourcesPerPage", "TagsPerPage")


def _page(asked: dict[str, Any], found: dict[str, Tags]) -> dict[str, Any]:
    size = asked.get("ResourcesPerPage") or _PAGE
    if not 1 <= size <= _PAGE:
        raise ApiError(CODE, f"ResourcesPerPage must be between 1 and {_PAGE}.")
    token = asked.get("PaginationToken") or "0"
    if not token.isdecimal():
        raise ApiError("PaginationTokenExpiredException", "The pagination token is not valid.")
    start = int(token)
    mappings = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": tags[key]} for key in tags]}
        for arn, tags in list(found.items())[start : start + size]
    ]
    more = str(start + size) if start + size < len(found) else ""
    return {"PaginationToken": more, "ResourceTagMappingList": mappings}
