# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that a description or a request holds, so that they can be taken out of free texts.

Documents are masked member by member (``validation.secrets.mask``). A text that somebody else
wrote, such as an error of AWS that quotes the request, has no members: there the values themselves
have to be found and hidden.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    HIDDEN,
    is_secret,
)

SHORTEST = 4
"""Characters of a value that is hidden in texts: shorter ones stand in any text by chance."""

TELLING = 8
"""Characters of a value that stands in no other word by chance."""

_VARIABLES = frozenset({"environment", "options"})
_JSON_BEGINS = ("{", "[")


def secret_values(document: Any) -> frozenset[str]:
    """Return the values of all secret-looking variables in ``document``.

    Any spelling is understood, also that of what a user wrote before it was checked, and JSON in
    texts.
    """
    return frozenset(value for value in _found(document) if len(value) >= SHORTEST)


def _found(document: Any) -> Iterator[str]:
    if isinstance(document, Mapping):
        for key, value in document.items():
            if str(key).lower() in _VARIABLES:
                yield from _of_variables(value)
            yield from _found(value)
    elif isinstance(document, list | tuple):
        for item in document:
            yield from _found(item)
    elif isinstance(document, str) and document.lstrip().startswith(_JSON_BEGINS):
        yield from _in_json(document)


def _in_json(text: str) -> Iterator[str]:
    try:
        content = json.loads(text)
    except ValueError:
        return
    yield from _found(content)


def _of_variables(variables: Any) -> Iterator[str]:
    for name, value in _pairs(variables):
        if is_secret(name, value):
            yield from _texts(value)


def _pairs(variables: Any) -> Iterator[tuple[Any, Any]]:
    """Yield names and values of a mapping, or of a list of entries with a name and a value."""
    if isinstance(variables, Mapping):
        yield from variables.items()
        variables = [variables]
    if not isinstance(variables, list | tuple):
        return
    for entry in variables:
        if isinstance(entry, Mapping):
            lowered = {str(key).lower(): value for key, value in entry.items()}
            yield lowered.get("name"), lowered.get("value")


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts that a value consists of, where it has a type that it should not have."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def without_secrets(document: Any, secrets: Iterable[str]) -> Any:
    """Return ``document`` with every one of ``secrets`` in its texts as ``VALUE_HIDDEN``.

    A secret is also found as JSON and Python quote it. Short ones are hidden as whole words only.
    """
    pattern = _pattern_of(frozenset(secrets))
    return document if pattern is None else _hidden(document, pattern)


@lru_cache(maxsize=4)
def _pattern_of(secrets: frozenset[str]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets for form in _written(secret)}
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_pattern, longest_first))) if forms else None


def _written(secret: str) -> tuple[str, ...]:
    """Return the forms in which texts quote a secret: as it is, in one line, as JSON or Python
    write it, and as JSON in JSON."""
    quoted = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]
    twice = json.dumps(quoted[0])[1:-1], json.dumps(quoted[1], ensure_ascii=False)[1:-1]
    return (secret, " ".join(secret.split()), *quoted, *twice, repr(secret)[1:-1])


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= TELLING else rf"(?<!\w){escaped}(?!\w)"


def _hidden(document: Any, secrets: re.Pattern[str]) -> Any:
    if isinstance(document, str):
        return secrets.sub(HIDDEN, document)
    if isinstance(document, Mapping):
        return {key: _hidden(value, secrets) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_hidden(item, secrets) for item in document]
    return document
