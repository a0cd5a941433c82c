# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that look like secrets: found by their names, and masked wherever a document is shown.

Environment variables of a container are readable for everybody who may describe the task
definition, the rule or the schedule. Their values must at least not turn up in results, diffs and
logs as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

HIDDEN = "VALUE_HIDDEN"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_SECRET_WORDS = frozenset(
    {
        *("APIKEY", "AUTHTOKEN", "CREDENTIAL", "CREDENTIALS", "CREDS", "PASSPHRASE", "PASSWD"),
        *("PASSWORD", "PASSWORDS", "SECRET", "SECRETS", "TOKEN"),
    }
)
_SECRET_ENDINGS = ("PASSWORD", "PASSWD", "PASSPHRASE")

_KINDS_OF_SECRET_KEYS = frozenset(
    {
        *("ACCESS", "ACCOUNT", "API", "APP", "APPLICATION", "AUTH", "DEPLOY", "ENCRYPTION"),
        *(
            "LICENSE",
            "MASTER",
            "PRIVATE",
            "SECRET",
            "SERVICE",
            "SHARED",
            "SIGNING",
            "SSH",
            "STORAGE",
        ),
    }
)
"""``API_KEY`` is a secret, ``PARTITION_KEY`` is none."""

_ABBREVIATIONS = frozenset({"PASS", "PW", "PWD"})
"""Secret only at the end of a longer name: ``DB_PASS`` and ``MYSQL_PWD``, but not ``PWD``."""

_HARMLESS_ENDINGS = frozenset(
    {
        *(
            "ALGORITHM",
            "ARN",
            "AUDIENCE",
            "AUTHORITY",
            "BUCKET",
            "COUNT",
            "DAYS",
            "DIR",
            "DIRECTORY",
        ),
        *("ENABLED", "ENDPOINT", "EXPIRATION", "EXPIRY", "FIELD", "FILE", "FILENAME", "FORMAT"),
        *("HEADER", "HOST", "HOURS", "ID", "IDS", "ISSUER", "LENGTH", "LIFETIME", "LIMIT"),
        *("LOCATION", "MINUTES", "MODE", "NAME", "NAMES", "PATH", "POLICY", "PORT", "PREFIX"),
        *(
            "PROVIDER",
            "REGION",
            "REQUIRED",
            "SCOPE",
            "SECONDS",
            "SIZE",
            "SOURCE",
            "SUFFIX",
            "TABLE",
        ),
        *("TIMEOUT", "TTL", "TYPE", "URI", "URL", "USER", "USERNAME", "VERSION"),
    }
)
"""A name that ends so says where the secret is or how it is used, and is none itself."""

_HARMLESS_BEGINNINGS = frozenset({"MAX", "MIN", "NUM"})
_HARMLESS_NAMES = frozenset({"GOOGLE_APPLICATION_CREDENTIALS"})
"""Names that look secret and hold a path."""

_URL_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s:@]+@", re.IGNORECASE)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")
_AWS_ACCESS_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_ASSIGNMENT = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)['\"]?\s*[=:]\s*['\"]?[^\s'\"]")
_OPTION = re.compile(r"--?([A-Za-z][A-Za-z0-9-]*)\s+[^\s-]")


@lru_cache(maxsize=4096)
def looks_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret, as far as its name tells.

    The name is taken apart at underscores, hyphens, dots and capital letters, and its words count
    as a whole: ``DB_PASSWORD``, ``githubToken`` and ``api-key`` are secret, ``TOKEN_URL``,
    ``SECRET_ARN``, ``MAX_TOKENS`` and ``PASSWORDLESS`` are not.
    """
    words = [word.upper() for word in _WORD.findall(name)]
    if not words or name.upper() in _HARMLESS_NAMES or words[0] in _HARMLESS_BEGINNINGS:
        return False
    if words[-3:] == ["ACCESS", "KEY", "ID"]:
        return True
    return words[-1] not in _HARMLESS_ENDINGS and _has_secret_word(words)


def _has_secret_word(words: list[str]) -> bool:
    if any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDINGS) for word in words):
        return True
    if len(words) > 1 and words[-1] in _ABBREVIATIONS:
        return True
    return any(kind in _KINDS_OF_SECRET_KEYS and word == "KEY" for kind, word in pairwise(words))


def value_looks_secret(value: object) -> bool:
    """Whether a value is a secret by its form: a URL with a password, a private key or an AWS
    access key."""
    text = str(value)
    return any(form.search(text) for form in (_URL_WITH_PASSWORD, _PRIVATE_KEY, _AWS_ACCESS_KEY))


def is_secret(name: object, value: object) -> bool:
    """Whether a named value has to be hidden. Empty values and references by ARN have nothing to
    hide."""
    if value is None or value == "" or str(value).startswith("arn:"):
        return False
    return looks_secret(str(name)) or value_looks_secret(value)


def mentions_secret(text: str) -> bool:
    """Whether a free text, such as a command line, gives a secret: ``--password hunter2`` or
    ``TOKEN=abc``."""
    names = _ASSIGNMENT.findall(text) + _OPTION.findall(text)
    return value_looks_secret(text) or any(looks_secret(name) for name in names)


def mask(document: Any) -> Any:
    """Return a copy of ``document`` in which the values of secret-looking variables are
    ``VALUE_HIDDEN``.

    Both spellings are understood: task definitions, overrides, rules' and schedules' targets with
    their JSON in ``Input``, and results in snake_case. Variables are masked in ``environment`` (a
    list of names and values or a mapping) and in the ``options`` of a log driver
    (``splunk-token``).
    """
    if isinstance(document, Mapping):
        return {key: _masked_member(str(key), value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [mask(item) for item in document]
    return document


def _masked_member(key: str, value: Any) -> Any:
    if key in {"environment", "options"}:
        return _masked_variables(value)
    if key in {"Input", "input"} and isinstance(value, str):
        return _masked_json(value)
    return mask(value)


def _masked_variables(variables: Any) -> Any:
    if isinstance(variables, Mapping):
        return {name: _masked_value(name, value) for name, value in variables.items()}
    if isinstance(variables, list | tuple):
        return [_masked_pair(pair) for pair in variables]
    return variables


def _masked_pair(pair: Any) -> Any:
    if not isinstance(pair, Mapping) or "name" not in pair or "value" not in pair:
        return mask(pair)
    return {**pair, "value": _masked_value(pair["name"], pair["value"])}


def _masked_value(name: object, value: Any) -> Any:
    return HIDDEN if is_secret(name, value) else mask(value)


def _masked_json(text: str) -> str:
    """Mask the JSON in a target's input; text in which nothing is secret stays as it is."""
    try:
        content = json.loads(text)
    except ValueError:
        return HIDDEN if mentions_secret(text) else text
    masked = mask(content)
    return (
        text if masked == content else json.dumps(masked, separators=(",", ":"), ensure_ascii=False)
    )


_LAST_NAME = re.compile(r"\[(?P<entry>[^\[\]]+)\](?:\.value)?$")
_LAST_MEMBER = re.compile(r"(?:^|\.)(?P<member>[A-Za-z_]+)(?:\[[^\[\]]*\])?(?:\.value)?$")


def mask_change(path: str, value: Any) -> Any:
    """Return one side of a change at ``path``, such as
    ``containerDefinitions[app].environment[TOKEN]``, masked."""
    member = _LAST_MEMBER.search(path)
    entry = _LAST_NAME.search(path)
    if (
        entry
        and member
        and member["member"] in {"environment", "options"}
        and not isinstance(value, Mapping)
    ):
        return _masked_value(entry["entry"], value)
    if entry and isinstance(value, Mapping):
        return _masked_pair(value)
    return _masked_member(member["member"], value) if member else mask(value)
