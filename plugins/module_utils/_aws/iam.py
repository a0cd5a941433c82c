# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: roles, and what a role may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    given,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def get_role(client: Client, name: str) -> Document:
    """Return a role; its AssumeRolePolicyDocument is decoded.

    :param name: the role's name, without its path.
    :raises NotFound: where it does not exist.
    """
    answer = call(
        client, "GetRole", {"RoleName": name}, doing=f"reading the role {name}", expect=("Role",)
    )
    return dict(answer["Role"])


def simulate_principal_policy(
    client: Client,
    policy_source_arn: str,
    actions: Sequence[str],
    resources: Sequence[str] = (),
    context: Mapping[str, Sequence[str]] | None = None,
) -> list[Document]:
    """Return IAM's decision (``EvalDecision``) for each action on each resource.

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
    results: list[Document] = []
    page: Document = {"IsTruncated": True}
    while page.get("IsTruncated"):
        following = given(Marker=page.get("Marker"))
        page = call(
            client,
            "SimulatePrincipalPolicy",
            {**request, **following},
            doing=doing,
            expect=("EvaluationResults",),
        )
        results.extend(page["EvaluationResults"])
    return results


def _context_entry(key: str, values: Sequence[str]) -> Document:
    return {
        "ContextKeyName": key,
        "ContextKeyValues": list(values),
        "ContextKeyType": "string" if len(values) == 1 else "stringList",
    }
