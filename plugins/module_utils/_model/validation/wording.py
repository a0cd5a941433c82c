# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How values and choices are worded in messages. Secrets are never worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Location
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    looks_secret,
    mentions_secret,
)

LONGEST_SHOWN = 80
NOT_SHOWN = "the value given (not shown, as it may be secret)"

_SECRET_MEMBERS = frozenset({"valueFrom", "credentialsParameter"})
"""Members that hold references to secrets, where somebody may have written the secret itself."""


def shown(value: Any, location: Location = ()) -> str:
    """Return ``value`` as a message names it: quoted, at most 80 characters, and without secrets.

    Nothing is shown of environment values, of members whose names look secret, of texts that
    mention a secret, and of the content of lists and mappings.
    """
    if isinstance(value, Mapping):
        return f"a mapping with {_some(value)}" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {counted(len(value), 'entry', 'entries')}" if value else "an empty list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _shown_scalar(value, location)


def _shown_scalar(value: Any, location: Location) -> str:
    text = str(value)
    if _is_secret_place(location, text) or mentions_secret(text):
        return NOT_SHOWN
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 3] + "..."
    return repr(text) if isinstance(value, str) else text


def _is_secret_place(location: Location, text: str) -> bool:
    last = str(location[-1]) if location else ""
    if "environment" in location[:-1] and last != "name":
        return True
    if last in _SECRET_MEMBERS:
        return not text.startswith("arn:")
    return looks_secret(last)


def _some(value: Mapping[Any, Any]) -> str:
    return listed((repr(str(key)) for key in list(value)[:5]), "and")


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """Join words as a sentence does: ``a, b or c``."""
    *first, last = list(words) or ["none"]
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def choices(values: Iterable[object], conjunction: str = "or") -> str:
    """Return the allowed values, quoted where they are texts: ``'EC2', 'FARGATE' or
    'EXTERNAL'``."""
    return listed((repr(value) for value in values), conjunction)


def counted(number: int, one: str, many: str) -> str:
    """Return ``1 entry`` or ``3 entries``."""
    return f"{number} {one if number == 1 else many}"
