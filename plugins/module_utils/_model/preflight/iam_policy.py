# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether IAM policies allow a request, judged from the documents.

Source: AWS's guide, "Policy evaluation logic" and "IAM JSON policy elements reference": an explicit
deny wins over everything, then something has to allow, and a permissions boundary has to allow as
well. Of what the documents do not tell (service control policies, policies of resources, condition
keys that only AWS knows) nothing is guessed: the decision is UNKNOWN then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_conditions import (
    NO,
    YES,
    Answer,
    Context,
    all_of,
    any_of,
    as_list,
    conditions_hold,
    matches,
)

Policy = Mapping[str, Any]
"""A policy document, parsed."""

BOUNDARY = "its permissions boundary"
ORGANIZATION = "a policy of the organization"


class Decision(Enum):
    """What IAM decides, in its own words, and UNKNOWN where the documents do not tell."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """A decision, what it is about, and the condition keys on which an UNKNOWN one depends."""

    decision: Decision
    action: str
    resource: str
    unknown: tuple[str, ...] = ()
    limit: str = ""
    """What else than the identity's own policies does not allow, such as a permissions boundary."""

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed for certain."""
        return self.decision is Decision.ALLOWED

    @property
    def denied(self) -> bool:
        """Whether the request is refused for certain."""
        return self.decision in {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}


@dataclass(frozen=True)
class Request:
    """What is asked for: an action such as ``ecs:RunTask`` on a resource.

    ``context`` has condition keys in any case with the request's values. ``service`` is the service
    principal that asks, for policies of roles and queues.
    """

    action: str
    resource: str
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    service: str | None = None

    @property
    def lowered(self) -> Context:
        """Return the context with keys as IAM compares them: without regard to case."""
        return {key.lower(): values for key, values in self.context.items()}


def decide(policies: Sequence[Policy], request: Request, boundary: Policy | None = None) -> Verdict:
    """Return what the policies of an identity, under its permissions boundary, decide."""
    own = _decide_alone(policies, request)
    if boundary is None or own.denied:
        return own
    limit = _decide_alone([boundary], request)
    if limit.allowed:
        return own
    if limit.denied or own.allowed:
        return Verdict(limit.decision, request.action, request.resource, limit.unknown, BOUNDARY)
    return own


def trusts(policy: Policy, service: str, context: Mapping[str, Sequence[str]]) -> Verdict:
    """Return whether a role's trust policy lets a service assume the role."""
    return _decide_alone([policy], Request("sts:AssumeRole", "", context, service))


def _decide_alone(policies: Sequence[Policy], request: Request) -> Verdict:
    context = request.lowered
    answers: dict[str, list[Answer]] = {"Allow": [NO], "Deny": [NO]}
    for statement in statements(policies):
        found = answers.get(str(statement.get("Effect")))
        if found is not None:
            found.append(_applies(statement, request, context))
    deny, allow = any_of(answers["Deny"]), any_of(answers["Allow"])
    if deny.holds:
        decision, unknown = Decision.EXPLICIT_DENY, frozenset[str]()
    elif allow.holds is False:
        decision, unknown = Decision.IMPLICIT_DENY, frozenset()
    elif allow.holds and deny.holds is False:
        decision, unknown = Decision.ALLOWED, frozenset()
    else:
        decision, unknown = Decision.UNKNOWN, allow.unknown | deny.unknown
    return Verdict(decision, request.action, request.resource, tuple(sorted(unknown)))


def statements(policies: Sequence[Policy]) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of all policies."""
    for policy in policies:
        for statement in as_list(policy.get("Statement")):
            if isinstance(statement, Mapping):
                yield statement


def _applies(statement: Mapping[str, Any], request: Request, context: Context) -> Answer:
    """Return whether a statement is about the request."""
    return all_of(
        [
            _principal_matches(statement, request.service),
            _element_matches(statement, "Action", request.action, context, ignore_case=True),
            _element_matches(statement, "Resource", request.resource, context, ignore_case=False),
            conditions_hold(statement.get("Condition"), context),
        ]
    )


def _element_matches(
    statement: Mapping[str, Any], element: str, text: str, context: Context, *, ignore_case: bool
) -> Answer:
    """Return whether ``Action`` or ``Resource`` matches, or ``NotAction`` or ``NotResource`` does
    not. A trust policy names no resource."""
    for name, wanted in ((element, True), (f"Not{element}", False)):
        if name in statement:
            patterns = [str(pattern) for pattern in as_list(statement[name])]
            answer = any_of(
                [matches(each, text, context, ignore_case=ignore_case) for each in patterns]
            )
            return answer if answer.holds is None else Answer(answer.holds is wanted)
    return YES if element == "Resource" else NO


def _principal_matches(statement: Mapping[str, Any], service: str | None) -> Answer:
    if service is None:
        return YES
    if "NotPrincipal" in statement:
        return Answer(not _names(statement["NotPrincipal"], service))
    return Answer(_names(statement.get("Principal"), service))


def _names(principal: Any, service: str) -> bool:
    """Whether a ``Principal`` names a service; ``*`` is everybody."""
    if not isinstance(principal, Mapping):
        return bool(principal == "*")
    named = as_list(principal.get("Service"))
    return service in named or "*" in as_list(principal.get("AWS"))
