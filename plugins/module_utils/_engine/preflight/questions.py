# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that preflight asks AWS, and what to say where AWS does not answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    skip,
)

_DENIED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")

_PREFIXES = {"resourcegroupstaggingapi": "tag", "stepfunctions": "states"}
"""The prefix of actions, where it is not the service's name."""


@dataclass(frozen=True)
class Question:
    """A check by its name and subject, and how to make it; it may turn out to be several."""

    name: str
    subject: str
    ask: Callable[[], Iterable[Check]]


def answered(session: Session, question: Question) -> list[Check]:
    """Return the checks of a question; what AWS does not answer is SKIP, with the reason."""
    try:
        return list(question.ask())
    except AwsError as error:
        return [not_answered(session, question, error)]


def not_answered(session: Session, question: Question, error: AwsError) -> Check:
    """Return the SKIP of a question that AWS does not answer."""
    if isinstance(error, AccessDenied):
        permission = permission_of(error)
        return skip(
            question.name,
            question.subject,
            f"Looking is not permitted: {permission}.",
            f"Allow {permission} to whoever runs this.",
        )
    if isinstance(error, NotFound):
        return skip(question.name, question.subject, f"{_sentence(error.message)}")
    return skip(question.name, question.subject, _sentence(session.without_secrets(str(error))))


def permission_of(error: AwsError) -> str:
    """Return the permission that is missing, as AWS names it, else the operation as an action."""
    named = _DENIED.search(error.message)
    prefix = _PREFIXES.get(error.service, error.service)
    return named[1] if named else f"{prefix}:{error.operation}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
