# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM's policy simulator for roles, which moto does not have.

It reads the documents that moto holds and decides as AWS's guide says: "Policy evaluation logic"
(an explicit deny, then an allow, then the boundary), "Condition operators" (a key that is missing
fails a positive operator and satisfies a negated one or one with IfExists) and "Multivalued context
keys". It shares nothing with the collection's own judgement of documents, so that each is a check
of the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from emulator.layer import ApiError, Call, Forward
from emulator.strict.registry import corrects
from emulator.strict.trust import as_list

Document = dict[str, Any]
Context = dict[str, list[str]]

ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"
RESTRICTION = (ALLOWED, IMPLICIT, EXPLICIT)
"""The more restrictive, the later: the decision for an action is that of its worst resource
[botocore EvaluationResult]."""


@corrects("iam", "SimulatePrincipalPolicy")
def simulate(call: Call, forward: Forward) -> dict[str, Any]:
    """One result for each action, and in it one for each resource [botocore EvaluationResult]."""
    name = _role_name(call.parameters["PolicySourceArn"])
    role = forward(call.sibling("GetRole", RoleName=name))["Role"]
    policies, boundary = _policies(call, forward, name), _boundary(call, forward, role)
    context = {
        entry["ContextKeyName"].lower(): as_list(entry.get("ContextKeyValues"))
        for entry in call.parameters.get("ContextEntries") or ()
    }
    resources = call.parameters.get("ResourceArns") or ["*"]
    results = [
        _of_action(
            action, [decide(policies, boundary, action, each, context) for each in resources]
        )
        for action in call.parameters["ActionNames"]
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


def _role_name(arn: str) -> str:
    found = re.fullmatch(r"arn:[a-z-]+:iam::\d{12}:role/(?:.*/)?([^/]+)", arn)
    if found is None:
        raise ApiError("InvalidInput", f"Invalid Entity Arn: {arn} does not clearly define entity")
    return found[1]


def _policies(call: Call, forward: Forward, role: str) -> list[Document]:
    attached = forward(call.sibling("ListAttachedRolePolicies", RoleName=role))
    managed = [_managed(call, forward, each["PolicyArn"]) for each in attached["AttachedPolicies"]]
    names = forward(call.sibling("ListRolePolicies", RoleName=role))["PolicyNames"]
    inline = [
        _parsed(
            forward(call.sibling("GetRolePolicy", RoleName=role, PolicyName=name))["PolicyDocument"]
        )
        for name in names
    ]
    return managed + inline


def _managed(call: Call, forward: Forward, arn: str) -> Document:
    version = forward(call.sibling("GetPolicy", PolicyArn=arn))["Policy"]["DefaultVersionId"]
    asked = call.sibling("GetPolicyVersion", PolicyArn=arn, VersionId=version)
    return _parsed(forward(asked)["PolicyVersion"]["Document"])


def _boundary(call: Call, forward: Forward, role: Document) -> Document | None:
    arn = (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    return _managed(call, forward, arn) if arn else None


def _parsed(document: str) -> Document:
    parsed: Document = json.loads(unquote(document))
    return parsed


def _of_action(action: str, single: list[Document]) -> Document:
    worst = max((each["EvalResourceDecision"] for each in single), key=RESTRICTION.index)
    missing = sorted({key for each in single for key in each["MissingContextValues"]})
    return {
        "EvalActionName": action,
        "EvalResourceName": "*",
        "EvalDecision": worst,
        "MatchedStatements": [],
        "MissingContextValues": missing,
        "ResourceSpecificResults": single,
    }


def decide(
    policies: list[Document],
    boundary: Document | None,
    action: str,
    resource: str,
    context: Context,
) -> Document:
    """The decision on one resource [botocore ResourceSpecificResult]. Context keys are in lower
    case."""
    missing: set[str] = set()
    decision = _effect(policies, action, resource, context, missing)
    result: Document = {"EvalResourceName": resource, "MatchedStatements": []}
    if boundary is not None:
        limit = _effect([boundary], action, resource, context, missing)
        result["PermissionsBoundaryDecisionDetail"] = {
            "AllowedByPermissionsBoundary": limit == ALLOWED
        }
        decision = max(decision, limit, key=RESTRICTION.index)
    return {**result, "EvalResourceDecision": decision, "MissingContextValues": sorted(missing)}


def _effect(
    policies: list[Document], action: str, resource: str, context: Context, missing: set[str]
) -> str:
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in as_list(policy.get("Statement"))
        if _is_about(statement, action, resource, context)
        and all([*_conditions(statement, context, missing)])
    }
    return EXPLICIT if "Deny" in effects else ALLOWED if "Allow" in effects else IMPLICIT


def _is_about(statement: Document, action: str, resource: str, context: Context) -> bool:
    return _element(statement, "Action", action.lower(), context, lower=True) and _element(
        statement, "Resource", resource, context, lower=False
    )


def _element(
    statement: Document, element: str, value: str, context: Context, *, lower: bool
) -> bool:
    positive = element in statement
    patterns = as_list(statement.get(element if positive else f"Not{element}"))
    found = any(
        _like(_filled(pattern.lower() if lower else pattern, context), value)
        for pattern in patterns
    )
    return found if positive else not found


def _filled(pattern: str, context: Context) -> str:
    """The pattern with the values of its policy variables; one without a value matches nothing."""
    return re.sub(
        r"\$\{([^}*?$]+)\}", lambda found: (context.get(found[1].lower()) or ["\0"])[0], pattern
    )


def _like(pattern: str, value: str) -> bool:
    pieces = re.split(r"([*?])", pattern)
    wild = {"*": "(?s:.*)", "?": "(?s:.)"}
    return (
        re.fullmatch("".join(wild.get(piece) or re.escape(piece) for piece in pieces), value)
        is not None
    )


def _arn_like(pattern: str, value: str) -> bool:
    """Each of the six parts by itself [AWS, "Condition operators", ARN]; a single star is any ARN
    [memory]."""
    wanted, actual = pattern.split(":", 5), value.split(":", 5)
    return pattern == "*" or (len(wanted) == len(actual) and all(map(_like, wanted, actual)))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "stringequals": lambda wanted, actual: wanted == actual,
    "stringequalsignorecase": lambda wanted, actual: wanted.lower() == actual.lower(),
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": lambda wanted, actual: wanted.lower() == actual.lower(),
}


def _conditions(statement: Document, context: Context, missing: set[str]) -> Iterator[bool]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, wanted in keys.items():
            values = [_word(value) for value in as_list(wanted)]
            yield _condition(operator.lower(), key, values, context, missing)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _condition(
    operator: str, key: str, wanted: list[str], context: Context, missing: set[str]
) -> bool:
    if operator == "null":
        return (key.lower() not in context) == (wanted[0] == "true")
    name = operator.rpartition(":")[2].removesuffix("ifexists")
    base = name.replace("not", "", 1)
    compare = _OPERATORS.get(base)
    if compare is None:
        raise ApiError("NotImplemented", f"the emulator does not know {operator}", 501)
    if key.lower() not in context:
        missing.add(key)
        return operator.endswith("ifexists") or base != name
    matched = [
        any(compare(_filled(each, context), value) for each in wanted)
        for value in context[key.lower()]
    ]
    found = all(matched) if operator.startswith("forallvalues:") else any(matched)
    return found if base == name else not found
