# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How messages word values, choices and suggestions."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    closest,
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    NOT_SHOWN,
    choices,
    counted,
    listed,
    shown,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", "'x'"),
        ("it's", '"it\'s"'),
        ("two\nlines", "'two\\nlines'"),
        ("x" * 80, f"'{'x' * 80}'"),
        ("x" * 81, f"'{'x' * 77}...'"),
        (5, "5"),
        (0.5, "0.5"),
        (10**100, "1" + "0" * 76 + "..."),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([], "an empty list"),
        (["hunter2"], "a list of 1 entry"),
        (("a", "b"), "a list of 2 entries"),
        ({}, "an empty mapping"),
        ({"a": "hunter2", "b": 1}, "a mapping with 'a' and 'b'"),
        (dict.fromkeys("abcdefg", 1), "a mapping with 'a', 'b', 'c', 'd' and 'e'"),
    ],
)
def test_values_are_shown_short_and_without_content(value, expected):
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "location", "hidden"),
    [
        ("x", ("containerDefinitions", 0, "environment", 1, "value"), True),
        ("x", ("containerDefinitions", 0, "environment", "DAY"), True),
        ("x", ("containerDefinitions", 0, "environment", 1, "name"), False),
        ("x", ("containerDefinitions", 0, "environment"), False),
        ("x", ("logConfiguration", "options", "splunk-token"), True),
        ("x", ("logConfiguration", "options", "awslogs-group"), False),
        ("hunter2", ("secrets", 0, "valueFrom"), True),
        ("arn:aws:s3:::b/k", ("secrets", 0, "valueFrom"), False),
        ("hunter2", ("repositoryCredentials", "credentialsParameter"), True),
        ("run --password hunter2", ("command",), True),
        ("run --all", ("command",), False),
        ("postgres://me:pw@db/x", (), True),
    ],
)
def test_secrets_are_not_shown(value, location, hidden):
    assert shown(value, location) == (NOT_SHOWN if hidden else repr(value))


def test_lists_and_choices():
    assert listed([]) == "none"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "and") == "a, b and c"
    assert choices(("EC2", "FARGATE")) == "'EC2' or 'FARGATE'"
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(0, "entry", "entries") == "0 entries"


KNOWN = ["image", "environment", "environmentFiles", "port_mappings", "cpu", "volumesFrom"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("imgae", "image"),
        ("IMAGE", "image"),
        ("portMappings", "port_mappings"),
        ("port-mapping", "port_mappings"),
        ("environmentFile", "environmentFiles"),
        ("vol", "volumesFrom"),
        ("vo", None),
        ("env", None),
        ("zzz", None),
        ("", None),
        (5, None),
    ],
)
def test_the_closest_word(word, expected):
    assert closest(word, KNOWN) == expected


def test_a_suggestion_ends_a_sentence():
    assert did_you_mean("imgae", KNOWN) == "; did you mean 'image'?"
    assert did_you_mean("image", KNOWN) == ""
    assert did_you_mean("zzz", KNOWN) == ""
    assert did_you_mean("x", []) == ""
