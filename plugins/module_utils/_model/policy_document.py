# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM policy documents: those that are too long for one managed policy, and those that change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MANAGED_POLICY_LIMIT = 6144
"""Characters of a managed policy, white space not counted [AWS, "IAM and AWS STS quotas"]."""

TRUST_POLICY_LIMIT = 2048
"""Characters of a trust policy [the same]."""

Document = Mapping[str, Any]
Statement = Mapping[str, Any]


class PolicyTooLong(ValueError):
    """A statement that does not fit into a policy and cannot be divided."""


def length_of(document: Any) -> int:
    """Return the characters of a policy document as IAM counts them."""
    return len(re.sub(r"\s", "", json.dumps(document, ensure_ascii=False)))


def split_policy(document: Document, limit: int = MANAGED_POLICY_LIMIT) -> list[dict[str, Any]]:
    """Return documents of at most ``limit`` characters that together say what ``document`` says.

    Statements keep their order. One with a list of resources is divided where it does not fit: it
    says the same of each of them. A document without statements gives none.

    :raises PolicyTooLong: where a statement about a single resource is too long already.
    """
    whole = _Volumes({**document, "Statement": []}, limit)
    for statement in _statements(document):
        whole.add(statement)
    return whole.documents


def widened(wanted: Document, there: Document) -> dict[str, Any]:
    """Return a document that allows what is wanted and, still, what is there.

    It equals ``there`` where that allows all that is wanted, and ``wanted`` where nothing is taken
    away, or where the two deny different things: a Deny takes away from what the other allows.
    """
    old, new = _statements(there), _statements(wanted)
    if _denials(old) != _denials(new):
        return dict(wanted)
    if all(_is_covered(each, old) for each in new):
        return dict(wanted if all(_is_covered(each, new) for each in old) else there)
    both = [_with_resources_of(each, old) for each in new]
    # Names of statements are unique, and say nothing else.
    kept = [
        {key: each[key] for key in each if key != "Sid"}
        for each in old
        if not _is_covered(each, both)
    ]
    return {**wanted, "Statement": [*both, *kept]}


def _statements(document: Document) -> list[Statement]:
    statements = document.get("Statement") or []
    return list(statements) if isinstance(statements, list | tuple) else [statements]


def _denials(statements: Sequence[Statement]) -> list[Statement]:
    return [each for each in statements if each.get("Effect") == "Deny"]


def _is_covered(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether one of the others says the same, about these resources at least."""
    return any(
        _rest(statement) == _rest(other) and _has_resources_of(other, statement) for other in others
    )


def _has_resources_of(larger: Statement, smaller: Statement) -> bool:
    resources = list(_resources_of(larger))
    return all(each in resources for each in _resources_of(smaller))


def _with_resources_of(statement: Statement, others: Sequence[Statement]) -> Statement:
    """Return the statement, about the resources of those others as well that say the same."""
    resources = list(_resources_of(statement))
    for other in others:
        both_name_any = statement.get("Resource") and other.get("Resource")
        if both_name_any and _rest(statement) == _rest(other):
            resources += [each for each in _resources_of(other) if each not in resources]
    return statement if len(resources) == 1 else {**statement, "Resource": resources}


def _rest(statement: Statement) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key not in ("Sid", "Resource")}


class _Volumes:
    """Documents that are filled one after the other."""

    def __init__(self, empty: Document, limit: int) -> None:
        self._empty = empty
        self._limit = limit
        self.documents: list[dict[str, Any]] = []
        self._room = -1

    def add(self, statement: Statement) -> None:
        """Put a statement into the last document, or what does not fit there into further ones."""
        remaining = list(_resources_of(statement))
        while remaining:
            count = self._fitting(statement, remaining)
            if count == 0 and not self._is_fresh():
                self._begin()
                continue
            if count == 0:
                raise PolicyTooLong(_told(statement, self._limit))
            self._take(_about(statement, remaining[:count]))
            remaining = remaining[count:]

    def _is_fresh(self) -> bool:
        return bool(self.documents) and not self.documents[-1]["Statement"]

    def _begin(self) -> None:
        self.documents.append({**self._empty, "Statement": []})
        self._room = self._limit - length_of(self.documents[-1])

    def _take(self, statement: Statement) -> None:
        self.documents[-1]["Statement"].append(statement)
        self._room -= length_of(statement) + len(",")

    def _fitting(self, statement: Statement, resources: Sequence[Any]) -> int:
        """Return how many of the resources the last document still takes."""
        room = self._room - len(",")
        if length_of(_about(statement, resources)) <= room:
            return len(resources)
        if len(resources) == 1:
            return 0
        room -= length_of(_about(statement, []))
        for count, resource in enumerate(resources):
            room -= length_of(resource) + len(",")
            if room < 0:
                return count
        return len(resources)


def _resources_of(statement: Statement) -> Iterator[Any]:
    """Yield what a statement can be divided by; one part where it cannot be."""
    resources = statement.get("Resource")
    if isinstance(resources, list | tuple) and resources:
        yield from resources
    else:
        yield resources


def _about(statement: Statement, resources: Sequence[Any]) -> Statement:
    """Return the statement, about these of its resources only."""
    if not isinstance(statement.get("Resource"), list | tuple) or not statement["Resource"]:
        return statement
    return {**statement, "Resource": list(resources)}


def _told(statement: Statement, limit: int) -> str:
    name = f"the statement {statement['Sid']}" if statement.get("Sid") else "a statement"
    return (
        f"{name} has {length_of(statement)} characters and cannot be divided any further;"
        f" a managed policy takes {limit}"
    )
