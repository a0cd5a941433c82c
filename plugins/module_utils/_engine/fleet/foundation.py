# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what fleets stand on, with few calls: roles, their policies, log groups and guards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.iam import get_role
from ansible_collections.batchwork.aws.plugins.module_utils._aws.iam_listings import (
    get_policy,
    get_policy_document,
    list_attached_policies,
    list_own_policies,
    list_roles,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.log_group_tags import (
    list_log_group_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import (
    describe_log_group,
    describe_log_groups,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tagging import get_resources
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import UPPER_CASE_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.state_machines import (
    observe,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.threads import in_threads
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import state_machine_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._plan.state_machine import (
    ObservedStateMachine,
)

WORKERS = 8
FEW_LOG_GROUPS = 5
"""Up to so many log groups are asked for one by one; more are listed from their common
beginning."""


def read_foundation(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Return the roles, policies, log groups and state machines that exist
    (``fleet_foundation_info``)."""
    names, prefix = params["names"] or [], params["name_prefix"]
    return Outcome(
        results={
            "roles": _read_roles(session, names, prefix),
            "policies": _read_policies(session, names, prefix),
            "log_groups": _read_log_groups(session, params["log_groups"] or [], params["owner"]),
            "state_machines": _read_state_machines(session, params["state_machines"] or []),
        }
    )


def _read_roles(session: Session, names: Sequence[str], prefix: str | None) -> list[Document]:
    client = session.clients.client("iam")
    listed = (
        [str(role["RoleName"]) for role in list_roles(client) if _begins(role["RoleName"], prefix)]
        if prefix
        else []
    )

    def read(name: str) -> Document | None:
        try:
            return _shown_role(get_role(client, name), list_attached_policies(client, name))
        except NotFound:
            return None

    found = in_threads(WORKERS, read, sorted({*names, *listed}))
    return [role for role in found if role is not None]


def _shown_role(role: Document, policies: list[str]) -> Document:
    return {
        "name": role["RoleName"],
        "arn": role["Arn"],
        "path": role["Path"],
        "description": role.get("Description"),
        "trust": role.get("AssumeRolePolicyDocument"),
        "permissions_boundary": (role.get("PermissionsBoundary") or {}).get(
            "PermissionsBoundaryArn"
        ),
        "policies": sorted(policies),
        "tags": UPPER_CASE_TAGS.to_mapping(role.get("Tags")),
    }


def _read_policies(session: Session, names: Sequence[str], prefix: str | None) -> list[Document]:
    """Policies are found by name in a listing: an ARN would need their path, and a policy of that
    name may have another."""
    if not names and not prefix:
        return []
    client = session.clients.client("iam")

    def is_asked_for(name: str) -> bool:
        # Further volumes of a policy that is too long for one are numbered.
        return name in names or name.rpartition("+")[0] in names or _begins(name, prefix)

    def read(arn: str) -> Document | None:
        try:
            policy = get_policy(client, arn)
            return _shown_policy(
                policy, get_policy_document(client, arn, policy["DefaultVersionId"])
            )
        except NotFound:
            return None

    arns = sorted(
        str(policy["Arn"])
        for policy in list_own_policies(client)
        if is_asked_for(str(policy["PolicyName"]))
    )
    return [policy for policy in in_threads(WORKERS, read, arns) if policy is not None]


def _begins(name: str, prefix: str | None) -> bool:
    return bool(prefix) and str(name).startswith(str(prefix))


def _shown_policy(policy: Document, document: Document) -> Document:
    return {
        "name": policy["PolicyName"],
        "arn": policy["Arn"],
        "path": policy["Path"],
        "document": document,
        "tags": UPPER_CASE_TAGS.to_mapping(policy.get("Tags")),
    }


def _read_log_groups(
    session: Session, names: Sequence[str], owner: str | None
) -> list[dict[str, Any]]:
    if not names and not owner:
        return []
    indexed = _indexed_tags(session, owner, many=len(names) > FEW_LOG_GROUPS)
    owned = {arn.rpartition(":log-group:")[2] for arn, tags in indexed.items() if owner}
    wanted = {*names, *owned}
    client = session.clients.client("logs")

    def shown(group: Document) -> Document:
        # The index may lag behind: what is missing from it is asked for its tags.
        arn = str(group["arn"]).removesuffix(":*")
        tags = indexed.get(arn)
        return _shown_log_group(group, list_log_group_tags(client, arn) if tags is None else tags)

    groups = [group for group in _describe(session, wanted) if group["logGroupName"] in wanted]
    return in_threads(WORKERS, shown, groups)


def _indexed_tags(
    session: Session, owner: str | None, *, many: bool
) -> Mapping[str, Mapping[str, str]]:
    """Return the tags of the owner's log groups, or of all that carry ours, from the index of tags.

    Who may not read it pays with a call for each log group.
    """
    if not owner and not many:
        return {}
    client = session.clients.client("resourcegroupstaggingapi")
    try:
        return get_resources(client, ["logs:log-group"], {OWNER_TAG: [owner] if owner else []})
    except AccessDenied:
        if owner:
            raise
        return {}


def _describe(session: Session, names: Iterable[str]) -> list[Document]:
    client, wanted = session.clients.client("logs"), sorted(names)
    if len(wanted) > FEW_LOG_GROUPS:
        return describe_log_groups(client, commonprefix(wanted) or None)

    def describe(name: str) -> Document | None:
        try:
            return describe_log_group(client, name)
        except NotFound:
            return None

    return [group for group in in_threads(WORKERS, describe, wanted) if group is not None]


def _shown_log_group(group: Document, tags: Mapping[str, str]) -> Document:
    return {
        "name": group["logGroupName"],
        "arn": str(group["arn"]).removesuffix(":*"),
        "retention_in_days": group.get("retentionInDays"),
        "retention_policy_name": group.get("retentionPolicyName"),
        "tags": dict(tags),
    }


def _read_state_machines(session: Session, names: Sequence[str]) -> list[Document]:
    if not names:
        return []
    place = session.place()
    found = (observe(session, state_machine_arn(place, name), with_tags=True) for name in names)
    return [_shown_state_machine(each) for each in found if each is not None]


def _shown_state_machine(observed: ObservedStateMachine) -> Document:
    state_machine = observed.state_machine
    return {
        "name": state_machine["name"],
        "arn": observed.arn,
        "role_arn": state_machine["roleArn"],
        "definition": parsed_json(state_machine["definition"]),
        "is_going": observed.is_going,
        "tags": dict(observed.tags),
    }
