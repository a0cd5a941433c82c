# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Can a service assume this role? EventBridge and Scheduler ask when they are given one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from emulator.layer import ApiError, Call, Forward

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):role/(?:.*/)?(?P<name>[^/]+)")

Context = dict[str, str]
"""The condition keys that the service sends, in lower case."""


def can_assume(call: Call, forward: Forward, service: str, role: str, context: Context) -> bool:
    """Whether the role is there and its trust policy lets `service` in under `context`."""
    found = _ROLE.fullmatch(role)
    if found is None or found["account"] != call.account:
        return False
    try:
        answer = forward(call.sibling("GetRole", service="iam", RoleName=found["name"]))
    except ApiError:
        return False
    if answer["Role"]["Arn"] != role:
        return False
    document = json.loads(unquote(answer["Role"]["AssumeRolePolicyDocument"]))
    statements = as_list(document.get("Statement"))
    matching = [each for each in statements if _applies(each, service, context)]
    effects = {each.get("Effect") for each in matching}
    return "Allow" in effects and "Deny" not in effects


def as_list(value: Any) -> list[Any]:
    """A policy may write one thing without the list around it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _applies(statement: dict[str, Any], service: str, context: Context) -> bool:
    principal = statement.get("Principal")
    services = as_list(principal.get("Service")) if isinstance(principal, dict) else ["*"]
    actions = as_list(statement.get("Action"))
    return (
        (service in services or "*" in services)
        and any(fnmatchcase("sts:assumerole", str(action).lower()) for action in actions)
        and all(
            holds(operator, keys, context)
            for operator, keys in (statement.get("Condition") or {}).items()
        )
    )


def _equal(wanted: str, actual: str) -> bool:
    return wanted == actual


def _like(wanted: str, actual: str) -> bool:
    return fnmatchcase(actual, wanted.replace("[", "[[]"))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "stringequals": _equal,
    "stringlike": _like,
    # Both ARN operators take wildcards.
    "arnequals": _like,
    "arnlike": _like,
}


def holds(operator: str, keys: dict[str, Any], context: Context) -> bool:
    """Whether a condition holds; one of an operator that nobody reads here does not."""
    base = operator.lower().removesuffix("ifexists")
    compare = _OPERATORS.get(base)
    if compare is None:
        return False
    return all(
        _any_matches(compare, wanted, context.get(key.lower()), base != operator.lower())
        for key, wanted in keys.items()
    )


def _any_matches(
    compare: Callable[[str, str], bool], wanted: Any, actual: str | None, if_exists: bool
) -> bool:
    if actual is None:
        return if_exists
    values: Iterable[Any] = as_list(wanted)
    return any(compare(str(value), actual) for value in values)
