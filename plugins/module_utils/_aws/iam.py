# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: roles, their policies, and what a role may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    given,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

BOOLEAN_KEYS = frozenset({"aws:SecureTransport"})
"""Condition keys that are no texts."""


def get_role(client: Client, name: str) -> Document:
    """Return a role; its AssumeRolePolicyDocument is decoded.

    :param name: the role's name, without its path.
    :raises NotFound: where it does not exist.
    """
    answer = call(
        client, "GetRole", {"RoleName": name}, doing=f"reading the role {name}", expect=("Role",)
    )
    return dict(answer["Role"])


def list_attached_role_policies(client: Client, name: str) -> list[str]:
    """Return the ARNs of the managed policies that are attached to a role.

    :raises NotFound: where the role does not exist.
    """
    doing = f"listing the policies that are attached to the role {name}"
    request, member = {"RoleName": name}, "AttachedPolicies"
    attached = _entries(client, "ListAttachedRolePolicies", member, request, doing=doing)
    return [str(policy["PolicyArn"]) for policy in attached]


def list_role_policies(client: Client, name: str) -> list[str]:
    """Return the names of a role's inline policies.

    :raises NotFound: where the role does not exist.
    """
    doing = f"listing the inline policies of the role {name}"
    request, member = {"RoleName": name}, "PolicyNames"
    return [*map(str, _entries(client, "ListRolePolicies", member, request, doing=doing))]


def get_role_policy(client: Client, name: str, policy: str) -> Document:
    """Return the document of a role's inline policy.

    :raises NotFound: where it does not exist.
    """
    doing = f"reading the policy {policy} of the role {name}"
    request = {"RoleName": name, "PolicyName": policy}
    answer = call(client, "GetRolePolicy", request, doing=doing, expect=("PolicyDocument",))
    return dict(answer["PolicyDocument"])


def get_managed_policy(client: Client, arn: str) -> Document:
    """Return the document of a managed policy, in its default version.

    :raises NotFound: where it does not exist.
    """
    doing = f"reading the policy {arn}"
    found = call(client, "GetPolicy", {"PolicyArn": arn}, doing=doing, expect=("Policy",))
    request = {"PolicyArn": arn, "VersionId": found["Policy"]["DefaultVersionId"]}
    answer = call(client, "GetPolicyVersion", request, doing=doing, expect=("PolicyVersion",))
    return dict(answer["PolicyVersion"]["Document"])


def simulate_principal_policy(
    client: Client,
    policy_source_arn: str,
    actions: Sequence[str],
    resources: Sequence[str] = (),
    context: Mapping[str, Sequence[str]] | None = None,
) -> list[Document]:
    """Return IAM's decision (``EvalDecision``) for each action, over all resources; those on single
    resources are in ``ResourceSpecificResults`` (botocore, EvaluationResult).

    :param policy_source_arn: the role or user whose policies are asked.
    :param resources: ARNs; any resource where empty.
    :param context: condition keys, such as ``iam:PassedToService``, with the values of the request.
    :raises NotFound: where the role or user does not exist.
    """
    request = given(
        PolicySourceArn=policy_source_arn,
        ActionNames=list(actions),
        ResourceArns=list(resources) or None,
        ContextEntries=[_context_entry(key, values) for key, values in (context or {}).items()]
        or None,
    )
    doing = f"simulating what {policy_source_arn} may do"
    member = "EvaluationResults"
    return list(_entries(client, "SimulatePrincipalPolicy", member, request, doing=doing))


def _entries(
    client: Client, operation: str, member: str, request: Mapping[str, Any], *, doing: str
) -> Iterator[Any]:
    """Yield the entries of a listing; IAM says by a member of its own whether there is more."""
    page: Document = {"IsTruncated": True}
    while page.get("IsTruncated"):
        following = given(Marker=page.get("Marker"))
        page = call(client, operation, {**request, **following}, doing=doing, expect=(member,))
        yield from page[member]


def _context_entry(key: str, values: Sequence[str]) -> Document:
    return {
        "ContextKeyName": key,
        "ContextKeyValues": list(values),
        "ContextKeyType": "boolean"
        if key in BOOLEAN_KEYS
        else "string"
        if len(values) == 1
        else "stringList",
    }
