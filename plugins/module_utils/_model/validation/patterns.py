# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of AWS's service models, as Python's regular expressions.

The models carry Java's dialect. What has no equal in Python is read generously, and a pattern that
still does not compile is not checked: a valid value must never be refused because of the dialect.
"""

from __future__ import annotations

import re
import warnings
from functools import cache

_SPACES = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

_CATEGORIES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": _SPACES}
"""Unicode categories inside a character class: letters, numbers and separators."""

DESCRIPTIONS = {
    r"[\.\-_A-Za-z0-9]+": "use letters, digits, '.', '-' and '_'",
    r"[0-9a-zA-Z-_.]+": "use letters, digits, '.', '-' and '_'",
    r"[/\.\-_A-Za-z0-9]+": "use letters, digits, '/', '.', '-' and '_'",
    r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)": "use letters, digits, spaces and _ . : / = + - @",
    r"arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@\/-]+": (
        "give the ARN of an IAM role, such as arn:aws:iam::123456789012:role/batch"
    ),
    r"arn:aws[a-z-]*:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+": (
        "give the ARN of a standard SQS queue, such as"
        " arn:aws:sqs:eu-west-1:123456789012:failed-batches"
    ),
    r"arn:aws[a-z-]*:kms:[a-z0-9\-]+:\d{12}:(key|alias)\/[0-9a-zA-Z-_]*": (
        "give the ARN of a KMS key or alias"
    ),
    r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+": (
        "give the name or the ARN of an event bus"
    ),
}
"""What to do to match AWS's patterns, in words."""


def matches(value: str, pattern: str) -> bool:
    """Whether the whole of ``value`` matches AWS's ``pattern``; true where the pattern cannot be
    read."""
    expression = compiled(pattern)
    return expression is None or expression.fullmatch(value) is not None


def description(pattern: str) -> str:
    """Return how to match ``pattern``, in words where they are known."""
    return DESCRIPTIONS.get(pattern) or f"it must match AWS's pattern {pattern}"


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return ``pattern`` in Python's dialect, or None where it has none."""
    for category, characters in _CATEGORIES.items():
        pattern = pattern.replace(category, characters)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(pattern)
    except (re.error, FutureWarning, DeprecationWarning, RecursionError, OverflowError):
        return None
