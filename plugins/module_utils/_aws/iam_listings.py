# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: which roles and managed policies there are, and what the policies say."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    given,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

PAGE_ITEMS = 1000
"""Entries per page at most (botocore)."""


def list_roles(client: Client) -> list[Document]:
    """Return all roles of the account, without their tags and boundaries, which IAM does not
    list."""
    return _all_pages(client, "ListRoles", "Roles", {}, "listing the roles")


def list_own_policies(client: Client) -> list[Document]:
    """Return the managed policies of the account, not those of AWS, without their tags."""
    request = {"Scope": "Local"}
    return _all_pages(client, "ListPolicies", "Policies", request, "listing the policies")


def list_attached_policies(client: Client, role_name: str) -> list[str]:
    """Return the ARNs of the managed policies of a role.

    :raises NotFound: where the role does not exist.
    """
    request = {"RoleName": role_name}
    doing = f"listing the policies of the role {role_name}"
    found = _all_pages(client, "ListAttachedRolePolicies", "AttachedPolicies", request, doing)
    return [str(policy["PolicyArn"]) for policy in found]


def get_policy(client: Client, arn: str) -> Document:
    """Return a managed policy with its tags.

    :raises NotFound: where it does not exist.
    """
    doing = f"reading the policy {arn}"
    answer = call(client, "GetPolicy", {"PolicyArn": arn}, doing=doing, expect=("Policy",))
    return dict(answer["Policy"])


def get_policy_document(client: Client, arn: str, version_id: str) -> Document:
    """Return what one version of a managed policy says, decoded.

    :raises NotFound: where it does not exist.
    """
    request = {"PolicyArn": arn, "VersionId": version_id}
    doing = f"reading the policy {arn}"
    answer = call(client, "GetPolicyVersion", request, doing=doing, expect=("PolicyVersion",))
    return dict(answer["PolicyVersion"]["Document"])


def _all_pages(
    client: Client, operation: str, member: str, request: Document, doing: str
) -> list[Document]:
    entries: list[Document] = []
    marker: str | None = None
    while True:
        asked = {**request, "MaxItems": PAGE_ITEMS, **given(Marker=marker)}
        page = call(client, operation, asked, doing=doing, expect=(member,))
        entries.extend(page[member])
        marker = page.get("Marker")
        if not page.get("IsTruncated") or not marker:
            return entries
