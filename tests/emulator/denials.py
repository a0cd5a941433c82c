# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Denied actions: AccessDenied, as AWS words it.

moto allows everything, and no local emulator checks iam:PassRole. A test denies what it wants
denied.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from moto.utilities.utils import get_partition

from emulator.layer import ApiError, Call, Forward

# The prefix of an action, where it is not the service's name.
_PREFIXES = {
    "cloudwatch": "cloudwatch",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}

_CODES = {"ec2": "UnauthorizedOperation", "iam": "AccessDenied", "sts": "AccessDenied"}
_QUERY_STATUS = 403

PASS_ROLE = "iam:PassRole"
_ROLE_FIELDS = ("RoleArn", "executionRoleArn", "taskRoleArn")
_PASSING = {
    "ecs": ("RegisterTaskDefinition", "RunTask"),
    "events": ("PutRule", "PutTargets"),
    "scheduler": ("CreateSchedule", "UpdateSchedule"),
}


@dataclass(frozen=True)
class Denial:
    """`action` such as `ecs:RunTask` or `iam:*`; `resource` a pattern, or None for everything.

    The pattern is compared with every text in the request's parameters, so it may name an ARN or a
    plain name. For iam:PassRole it is compared with the roles that the request passes on.
    """

    action: str
    resource: str | None = None

    def strikes(self, call: Call) -> tuple[str, str] | None:
        """The action and the resource that are denied, or None."""
        for action, resources in _actions(call):
            if fnmatchcase(action.lower(), self.action.lower()):
                for resource in resources:
                    if self.resource is None or fnmatchcase(resource, self.resource):
                        return action, resource
        return None


def _actions(call: Call) -> Iterator[tuple[str, list[str]]]:
    """What the call needs permission for, and the resources of each."""
    prefix = _PREFIXES.get(call.service, call.service)
    yield f"{prefix}:{call.operation}", [*_texts(call.parameters), "*"]
    if call.operation in _PASSING.get(call.service, ()):
        yield PASS_ROLE, list(_roles(call.parameters))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)


def _roles(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name in _ROLE_FIELDS and isinstance(member, str):
                yield member
            else:
                yield from _roles(member)
    elif isinstance(value, list):
        for member in value:
            yield from _roles(member)


class Denials:
    """The middleware that refuses denied actions."""

    def __init__(self) -> None:
        self._denials: list[Denial] = []
        self._lock = threading.Lock()

    def add(self, denial: Denial) -> None:
        """Deny one thing more."""
        with self._lock:
            self._denials.append(denial)

    def clear(self) -> None:
        """Allow everything again."""
        with self._lock:
            self._denials.clear()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Raise `ApiError` where the call needs something that is denied."""
        with self._lock:
            denials = list(self._denials)
        for denial in denials:
            struck = denial.strikes(call)
            if struck:
                raise _denied(call, *struck)
        return forward(call)


def _denied(call: Call, action: str, resource: str) -> ApiError:
    partition = get_partition(call.region)
    user = f"arn:{partition}:iam::{call.account}:user/{call.access_key}"
    message = (
        f"User: {user} is not authorized to perform: {action} on resource: {resource} because no "
        f"identity-based policy allows the {action} action"
    )
    code = _CODES.get(call.service, "AccessDeniedException")
    json_status = 403 if call.service == "scheduler" else 400
    return ApiError(code, message, _QUERY_STATUS if call.service in _CODES else json_status)
