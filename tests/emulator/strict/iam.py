# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM as AWS refuses it: the grammar of policies, their sizes [AWS, "IAM and AWS STS quotas"], and
the order of deletion."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from emulator.layer import ApiError, Call, Forward
from emulator.strict.registry import refuses
from emulator.strict.trust import as_list

_VERSIONS = ("2012-10-17", "2008-10-17")
_PRINCIPALS = ("AWS", "CanonicalUser", "Federated", "Service")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")
_ACTION = re.compile(r"(sts:[A-Za-z*]+|\*)")
_OPERATOR = re.compile(
    r"((ForAllValues|ForAnyValue):)?"
    r"(String(Not)?(Equals|Like|EqualsIgnoreCase)|Numeric(Not)?Equals|Numeric(Less|Greater)Than"
    r"(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|"
    r"(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null",
    re.IGNORECASE,
)

_LONGEST_TRUST_POLICY = 2048
_LONGEST_MANAGED_POLICY = 6144
_LONGEST_INLINE_POLICIES = 10240

Statement = dict[str, Any]


def _malformed(message: str) -> ApiError:
    return ApiError("MalformedPolicyDocument", message)


def _too_long(message: str) -> ApiError:
    return ApiError("LimitExceeded", message, 409)


def _size(document: str) -> int:
    """IAM does not count white space."""
    return len(re.sub(r"\s", "", document))


def _statements(document: str) -> list[Statement]:
    """The statements of a policy document; raises MalformedPolicyDocument for what is none."""
    try:
        policy = json.loads(document)
    except ValueError as error:
        raise _malformed("This policy contains invalid Json") from error
    statements = as_list(policy.get("Statement")) if isinstance(policy, dict) else []
    if not isinstance(policy, dict) or not all(isinstance(each, dict) for each in statements):
        raise _malformed("Syntax errors in policy.")
    if "Version" in policy and policy["Version"] not in _VERSIONS:
        raise _malformed("The policy must contain a valid version string.")
    return statements


@refuses("iam", "CreateRole", "UpdateAssumeRolePolicy")
def bad_trust_policy(call: Call, _forward: Forward) -> None:
    """The grammar of a trust policy; moto takes anything in CreateRole."""
    field = "PolicyDocument" if call.operation != "CreateRole" else "AssumeRolePolicyDocument"
    document = call.parameters[field]
    statements = _statements(document)
    if not statements:
        raise _malformed("Syntax errors in policy.")
    for statement in statements:
        for check in _TRUST_CHECKS:
            check(statement)
    if _size(document) > _LONGEST_TRUST_POLICY:
        raise _too_long(f"Cannot exceed quota for ACLSizePerRole: {_LONGEST_TRUST_POLICY}")


def _check_effect(statement: Statement) -> None:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("Syntax errors in policy.")


def _check_resource(statement: Statement) -> None:
    """A trust policy is the role's own: it names no resource."""
    for field in ("Resource", "NotResource"):
        if field in statement:
            raise _malformed(f"Has prohibited field {field}")


def _check_actions(statement: Statement) -> None:
    actions = as_list(statement.get("Action", statement.get("NotAction")))
    if not actions:
        raise _malformed("Policy statement must contain actions.")
    if not all(isinstance(action, str) and _ACTION.fullmatch(action) for action in actions):
        raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _check_principal(statement: Statement) -> None:
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise _malformed("Missing required field Principal")
    for kind, names in principal.items():
        for name in as_list(names) or [""]:
            known = kind in _PRINCIPALS and isinstance(name, str) and name
            if not known or (kind == "Service" and not _SERVICE.fullmatch(name)):
                raise _malformed(f'Invalid principal in policy: "{kind.upper()}":"{name}"')


def _check_conditions(statement: Statement) -> None:
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict):
        raise _malformed("Syntax errors in policy.")
    for operator, keys in conditions.items():
        if not _OPERATOR.fullmatch(operator) or not isinstance(keys, dict):
            raise _malformed(f"Invalid Condition type : {operator}.")


_TRUST_CHECKS = (
    _check_effect,
    _check_resource,
    _check_actions,
    _check_principal,
    _check_conditions,
)


@refuses("iam", "CreatePolicy", "CreatePolicyVersion", "PutRolePolicy")
def principal_in_identity_policy(call: Call, _forward: Forward) -> None:
    """What belongs to an identity names no principal; moto takes it."""
    for statement in _statements(call.parameters["PolicyDocument"]):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise _malformed("Policy document should not specify a principal.")


@refuses("iam", "CreatePolicy", "CreatePolicyVersion")
def managed_policy_too_long(call: Call, _forward: Forward) -> None:
    """6,144 characters without white space."""
    if _size(call.parameters["PolicyDocument"]) > _LONGEST_MANAGED_POLICY:
        raise _too_long(f"Cannot exceed quota for PolicySize: {_LONGEST_MANAGED_POLICY}")


@refuses("iam", "PutRolePolicy")
def inline_policies_too_long(call: Call, forward: Forward) -> None:
    """10,240 characters for all inline policies of a role together."""
    role, size = call.parameters["RoleName"], _size(call.parameters["PolicyDocument"])
    if size <= _LONGEST_INLINE_POLICIES // 8:
        return
    for name in forward(call.sibling("ListRolePolicies", RoleName=role))["PolicyNames"]:
        if name != call.parameters["PolicyName"]:
            policy = forward(call.sibling("GetRolePolicy", RoleName=role, PolicyName=name))
            size += _size(unquote(policy["PolicyDocument"]))
    if size > _LONGEST_INLINE_POLICIES:
        raise _too_long(
            f"Maximum policy size of {_LONGEST_INLINE_POLICIES} bytes exceeded for role {role}"
        )


@refuses("iam", "DeletePolicy")
def attached_policy(call: Call, forward: Forward) -> None:
    """A policy is detached first; moto deletes it
    [botocore DeletePolicy]."""
    arn = call.parameters["PolicyArn"]
    entities = forward(call.sibling("ListEntitiesForPolicy", PolicyArn=arn))
    if any(entities.get(f"Policy{kind}") for kind in ("Groups", "Users", "Roles")):
        raise ApiError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)


@refuses("iam", "DeletePolicy")
def policy_with_versions(call: Call, forward: Forward) -> None:
    """Its other versions are deleted first [botocore DeletePolicy]."""
    asked = call.sibling("ListPolicyVersions", PolicyArn=call.parameters["PolicyArn"])
    if len(forward(asked)["Versions"]) > 1:
        raise ApiError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.",
            409,
        )
