# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a policy document that a user gives a role.

Source: IAM user guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    shown,
)

EFFECTS = ("Allow", "Deny")
EITHER = (("Action", "NotAction"), ("Resource", "NotResource"))

Mistakes = Iterator[tuple[str, str]]


def statements_of(given: Any) -> list[Any]:
    """Return the statements of a policy, a mapping or its JSON; none where it is no policy."""
    try:
        policy = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return []
    statements = policy.get("Statement") if isinstance(policy, Mapping) else None
    if isinstance(statements, Mapping):
        return [statements]
    return list(statements) if isinstance(statements, list | tuple) else []


def mistakes_in_policy(given: Any) -> Mistakes:
    """Yield path and mistake for everything that is wrong with a policy. The path begins with a
    dot, and is empty for what is wrong with all of it."""
    statements = statements_of(given)
    if not statements:
        yield (
            "",
            f"{shown(given)} is not allowed; use an IAM policy document with at least one statement"
            ' in "Statement".',
        )
    for index, statement in enumerate(statements):
        for path, mistake in _mistakes_in_statement(statement):
            yield f".Statement[{index}]{path}", mistake


def _mistakes_in_statement(statement: Any) -> Mistakes:
    if not isinstance(statement, Mapping):
        yield "", f"{shown(statement)} is no statement; use Effect, Action and Resource."
        return
    given = {str(key).lower(): value for key, value in statement.items()}
    if given.get("effect") not in EFFECTS:
        yield ".Effect", f"{shown(given.get('effect'))} is not allowed; use {choices(EFFECTS)}."
    for names in EITHER:
        if sum(1 for name in names if given.get(name.lower())) != 1:
            yield f".{names[0]}", f"exactly one of {choices(names)} is required, and not empty."
