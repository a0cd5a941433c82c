# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role may do: asked of IAM's simulator, and where that is not permitted, or does not know
enough, judged from the policy documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.iam import (
    get_managed_policy,
    get_role_policy,
    list_attached_role_policies,
    list_role_policies,
    simulate_principal_policy,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_policy import (
    BOUNDARY,
    ORGANIZATION,
    Decision,
    Policy,
    Request,
    Verdict,
    decide,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


@dataclass(frozen=True)
class Asked:
    """What a role is asked for: every action on every resource, in one context."""

    role_arn: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what tells two questions apart."""
        return (self.role_arn, self.actions, self.resources, tuple(sorted(self.context.items())))


def verdicts(account: Account, asked: Asked) -> list[Verdict]:
    """Return the decision for every action on every resource.

    :raises AccessDenied: where neither the simulator nor the documents may be asked.
    :raises NotFound: where the role does not exist.
    """
    return account.memory.get(asked.key, lambda: _verdicts(account, asked))


def _verdicts(account: Account, asked: Asked) -> list[Verdict]:
    try:
        simulated = _simulated(account, asked)
    except AccessDenied:
        return _judged(account, asked)
    if not any(verdict.decision is Decision.UNKNOWN for verdict in simulated):
        return simulated
    try:
        return _judged(account, asked)
    except AwsError:
        return simulated


def _context(account: Account, asked: Asked) -> dict[str, tuple[str, ...]]:
    """Return the request's own keys, and those that every request of the role carries."""
    return {
        "aws:PrincipalAccount": (account.place.account_id,),
        "aws:PrincipalArn": (asked.role_arn,),
        "aws:RequestedRegion": (account.place.region,),
        "aws:SecureTransport": ("true",),
        **asked.context,
    }


def _simulated(account: Account, asked: Asked) -> list[Verdict]:
    answers = simulate_principal_policy(
        account.client("iam"),
        asked.role_arn,
        asked.actions,
        asked.resources,
        _context(account, asked),
    )
    return [verdict for answer in answers for verdict in _of_answer(answer)]


def _of_answer(answer: Document) -> Iterator[Verdict]:
    """Yield the decision on each resource. Where the simulator misses condition keys, nothing that
    it says is certain."""
    action = str(answer.get("EvalActionName"))
    specific = answer.get("ResourceSpecificResults") or ()
    for each in specific:
        yield _verdict(action, each, str(each.get("EvalResourceDecision")), answer)
    if not specific:
        yield _verdict(action, answer, str(answer.get("EvalDecision")), answer)


def _verdict(action: str, told: Document, decision: str, answer: Document) -> Verdict:
    missing = tuple(sorted(told.get("MissingContextValues") or ()))
    boundary = told.get("PermissionsBoundaryDecisionDetail") or {}
    organization = answer.get("OrganizationsDecisionDetail") or {}
    limit = ""
    if boundary.get("AllowedByPermissionsBoundary") is False:
        limit = BOUNDARY
    elif organization.get("AllowedByOrganizations") is False:
        limit = ORGANIZATION
    decided = Decision.UNKNOWN if missing else Decision(decision)
    return Verdict(decided, action, str(told.get("EvalResourceName", "*")), missing, limit)


def _judged(account: Account, asked: Asked) -> list[Verdict]:
    name = _name_of(asked.role_arn)
    policies = account.memory.get(("policies", name), lambda: _policies(account, name))
    boundary = account.memory.get(("boundary", name), lambda: _boundary(account, asked.role_arn))
    context = _context(account, asked)
    return [
        decide(policies, Request(action, resource, context), boundary)
        for action in asked.actions
        for resource in asked.resources
    ]


def _policies(account: Account, name: str) -> list[Policy]:
    """Return the documents of all policies of a role, attached and inline."""
    client = account.client("iam")
    attached = [
        account.memory.get(("policy", arn), lambda arn=arn: get_managed_policy(client, arn))
        for arn in list_attached_role_policies(client, name)
    ]
    inline = [get_role_policy(client, name, each) for each in list_role_policies(client, name)]
    return [*attached, *inline]


def _boundary(account: Account, role_arn: str) -> Policy | None:
    arn = (account.role(role_arn).get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if not arn:
        return None
    client = account.client("iam")
    return account.memory.get(("policy", arn), lambda: get_managed_policy(client, arn))


def _name_of(role_arn: str) -> str:
    arn = parse_arn(role_arn)
    return arn.name if arn else role_arn
