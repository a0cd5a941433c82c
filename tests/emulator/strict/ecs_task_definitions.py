# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions as ECS keeps and answers them.

moto numbers the revisions and holds their tags; what a revision looks like and what becomes of it
is remembered here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from moto.utilities.utils import get_partition

from emulator.layer import ApiError, Call, Forward
from emulator.strict import ecs_task_definition_refusals as refusals
from emulator.strict import state
from emulator.strict.ecs_task_definition_form import (
    compatibilities,
    described,
    requires_attributes,
)
from emulator.strict.registry import corrects, refuses
from emulator.strict.tags import refuse_bad_tags

ACTIVE = "ACTIVE"
INACTIVE = "INACTIVE"
DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"

_MOST_PER_PAGE = 100
_MOST_PER_DELETION = 10
_NOT_FOUND = ApiError("ClientException", "Unable to describe task definition.")
_ARN = re.compile(
    r"arn:[^:]+:ecs:(?P<region>[^:]*):(?P<account>[^:]*):task-definition/(?P<name>.+)"
)

Revision = dict[str, Any]
"""A revision as DescribeTaskDefinition answers it."""


@dataclass
class TaskDefinitions:
    """The families of one account and region, each with its revisions by number."""

    families: dict[str, dict[int, Revision]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, revision: Revision) -> None:
        """Remember a new revision."""
        with self.lock:
            family = self.families.setdefault(revision["family"], {})
            family[revision["revision"]] = revision

    def all(self) -> Iterator[Revision]:
        """Every revision, by family and number."""
        with self.lock:
            families = sorted(self.families.items())
            return iter([family[number] for _name, family in families for number in sorted(family)])

    def find(self, call: Call, reference: str) -> Revision | None:
        """The revision that a family, family:revision or ARN means.

        A family alone means its newest ACTIVE revision [botocore taskDefinition].
        """
        arn = _ARN.fullmatch(reference)
        if arn and (arn["region"], arn["account"]) != (call.region, call.account):
            return None
        family, colon, number = (arn["name"] if arn else reference).partition(":")
        with self.lock:
            revisions = self.families.get(family, {})
            if colon:
                return revisions.get(int(number)) if number.isdecimal() else None
            active = [each for each in revisions if revisions[each]["status"] == ACTIVE]
            return revisions[max(active)] if active else None


def find(call: Call, reference: str) -> Revision | None:
    """The revision that a reference means in the call's account and region."""
    return state.of(call, TaskDefinitions).find(call, reference)


@corrects("ecs", "RegisterTaskDefinition")
def register(call: Call, forward: Forward) -> dict[str, Any]:
    """Answer the revision as it will be described, with its tags beside it
    [botocore RegisterTaskDefinitionResponse]."""
    parameters = _with_role_arn(call, forward)
    numbered = forward(replace(call, parameters=parameters))["taskDefinition"]
    form = described(parameters)
    revision = {
        "taskDefinitionArn": numbered["taskDefinitionArn"],
        **form,
        "revision": numbered["revision"],
        "status": ACTIVE,
        "requiresAttributes": requires_attributes(form),
        "compatibilities": compatibilities(form),
        "registeredAt": datetime.now(UTC),
        "registeredBy": _caller(call),
    }
    state.of(call, TaskDefinitions).add(revision)
    answer: dict[str, Any] = {"taskDefinition": revision}
    if parameters.get("tags"):
        answer["tags"] = parameters["tags"]
    return answer


def _with_role_arn(call: Call, forward: Forward) -> dict[str, Any]:
    """The parameters with the task role's ARN where its name was given."""
    role = call.parameters.get("taskRoleArn")
    if not role or role.startswith("arn:"):
        return call.parameters
    return {**call.parameters, "taskRoleArn": refusals.role_arn(call, forward, role)}


def _caller(call: Call) -> str:
    return f"arn:{get_partition(call.region)}:iam::{call.account}:user/{call.access_key}"


@corrects("ecs", "DescribeTaskDefinition")
def describe(call: Call, forward: Forward) -> dict[str, Any]:
    """A family means its newest ACTIVE revision; tags come only when asked for
    [botocore DescribeTaskDefinition]."""
    revision = find(call, call.parameters["taskDefinition"])
    if revision is None:
        raise _NOT_FOUND
    answer: dict[str, Any] = {"taskDefinition": revision}
    if "TAGS" in (call.parameters.get("include") or []):
        answer["tags"] = _tags(call, forward, revision)
    return answer


def _tags(call: Call, forward: Forward, revision: Revision) -> list[dict[str, str]]:
    asked = call.sibling("ListTagsForResource", resourceArn=revision["taskDefinitionArn"])
    return list(forward(asked).get("tags") or [])


@corrects("ecs", "DeregisterTaskDefinition")
def deregister(call: Call, forward: Forward) -> dict[str, Any]:
    """INACTIVE, with the time of it [botocore TaskDefinition]. moto asks for a revision."""
    answer = forward(call)
    revision = find(call, answer["taskDefinition"]["taskDefinitionArn"])
    if revision is None:
        raise _NOT_FOUND
    if revision["status"] == ACTIVE:
        revision.update(status=INACTIVE, deregisteredAt=datetime.now(UTC))
    return {"taskDefinition": revision}


@corrects("ecs", "DeleteTaskDefinitions")
def delete(call: Call, _forward: Forward) -> dict[str, Any]:
    """Up to ten INACTIVE revisions become DELETE_IN_PROGRESS and stay describable
    [botocore DeleteTaskDefinitions]."""
    references = call.parameters["taskDefinitions"]
    if not 0 < len(references) <= _MOST_PER_DELETION:
        raise ApiError(
            "InvalidParameterException",
            f"Size of TaskDefinition references list must be between 1 and {_MOST_PER_DELETION}",
        )
    deleted, failures = [], []
    for reference in references:
        revision = find(call, reference) if ":" in reference.rpartition("/")[2] else None
        reason = _reason_not_to_delete(revision)
        if revision is None or reason:
            failures.append({"arn": reference, "reason": reason})
            continue
        revision.update(status=DELETE_IN_PROGRESS, deleteRequestedAt=datetime.now(UTC))
        deleted.append(revision)
    return {"taskDefinitions": deleted, "failures": failures}


def _reason_not_to_delete(revision: Revision | None) -> str:
    if revision is None:
        return (
            "The specified task definition does not exist. Specify a valid account, family, "
            "revision and try again."
        )
    if revision["status"] == DELETE_IN_PROGRESS:
        # Observed by Terraform's provider, which takes it for success.
        raise ApiError(
            "ClientException", "The specified task definition is in the process of being deleted."
        )
    if revision["status"] == ACTIVE:
        return (
            "The specified task definition is still in ACTIVE status. Please deregister the target "
            "and try again."
        )
    return ""


@corrects("ecs", "ListTaskDefinitions")
def list_revisions(call: Call, _forward: Forward) -> dict[str, Any]:
    """By family and number, in either direction; the prefix is the full family name; pages of at
    most 100 [botocore ListTaskDefinitions]."""
    asked = call.parameters
    status = asked.get("status") or ACTIVE
    arns = [
        revision["taskDefinitionArn"]
        for revision in state.of(call, TaskDefinitions).all()
        if revision["status"] == status and asked.get("familyPrefix") in (None, revision["family"])
    ]
    if asked.get("sort") == "DESC":
        arns.reverse()
    return _page(asked, "taskDefinitionArns", arns)


@corrects("ecs", "ListTaskDefinitionFamilies")
def list_families(call: Call, _forward: Forward) -> dict[str, Any]:
    """Families that start with the prefix; an ACTIVE family has an ACTIVE revision
    [botocore ListTaskDefinitionFamilies]."""
    asked = call.parameters
    active: dict[str, bool] = {}
    for revision in state.of(call, TaskDefinitions).all():
        known = active.get(revision["family"], False)
        active[revision["family"]] = known or revision["status"] == ACTIVE
    wanted = {ACTIVE: (True,), INACTIVE: (False,)}.get(asked.get("status") or "ALL", (True, False))
    prefix = asked.get("familyPrefix") or ""
    names = [name for name, is_active in active.items() if is_active in wanted]
    return _page(asked, "families", [name for name in names if name.startswith(prefix)])


def _page(asked: dict[str, Any], name: str, found: list[str]) -> dict[str, Any]:
    size = asked.get("maxResults") or _MOST_PER_PAGE
    if not 1 <= size <= _MOST_PER_PAGE:
        raise ApiError(
            "InvalidParameterException", f"maxResults must be between 1 and {_MOST_PER_PAGE}."
        )
    token = asked.get("nextToken") or "0"
    if not token.isdecimal():
        raise ApiError("InvalidParameterException", "Invalid token")
    start = int(token)
    more = {"nextToken": str(start + size)} if start + size < len(found) else {}
    return {name: found[start : start + size], **more}


@refuses("ecs", "TagResource")
def bad_tags(call: Call, _forward: Forward) -> None:
    """As at registration [memory]."""
    if not call.parameters.get("tags"):
        raise ApiError("InvalidParameterException", "Tags can not be empty.")
    refuse_bad_tags("InvalidParameterException", call.parameters["tags"])
