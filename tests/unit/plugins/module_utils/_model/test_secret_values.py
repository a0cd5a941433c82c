# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of a document are found in any spelling, and hidden in any text that quotes them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.secret_values import (
    secret_values,
    without_secrets,
)

SECRET = "correct horse"


@pytest.mark.parametrize(
    "document",
    [
        {"environment": {"DB_PASSWORD": SECRET}},
        {"environment": [{"name": "DB_PASSWORD", "value": SECRET}]},
        {"Environment": [{"Name": "DB_PASSWORD", "Value": SECRET}]},
        {"environment": [{"name": "DB_PASSWORD", "value": [{"inner": SECRET}]}]},
        {"environment": {"name": "DB_PASSWORD", "value": SECRET}},
        {"logConfiguration": {"options": {"splunk-token": SECRET}}},
        {"overrides": {"containerOverrides": [{"environment": {"TOKEN": SECRET}}]}},
        {"Input": json.dumps({"containerOverrides": [{"environment": {"TOKEN": SECRET}}]})},
        {"container_definitions": json.dumps([{"environment": {"TOKEN": SECRET}}])},
        [({"environment": {"TOKEN": SECRET}},)],
    ],
    ids=str,
)
def test_secrets_are_found_in_any_spelling(document):
    assert secret_values(document) == {SECRET}


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        "{not json",
        {"environment": "DB_PASSWORD"},
        {"environment": ["DB_PASSWORD"]},
        {"environment": {"LOG_LEVEL": "info", "TOKEN_URL": "https://example.org"}},
        {"environment": {"TOKEN": "arn:aws:secretsmanager:eu-west-1:1:secret:a"}},
        {"environment": {"TOKEN": "abc", "PASSWORD": True, "API_KEY": None, "SECRET": ""}},
    ],
    ids=str,
)
def test_what_is_no_secret_is_not_taken_for_one(document):
    assert secret_values(document) == frozenset()


def test_numbers_are_hidden_too():
    assert secret_values({"environment": {"API_TOKEN": 123456}}) == {"123456"}


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("bad value: correct horse", "bad value: VALUE_HIDDEN"),
        ("correct horse, correct horse", "VALUE_HIDDEN, VALUE_HIDDEN"),
        ("xcorrect horsex", "xVALUE_HIDDENx"),
        ("all is well", "all is well"),
    ],
)
def test_secrets_are_hidden_in_texts(text, hidden):
    assert without_secrets(text, {SECRET}) == hidden


def test_a_short_secret_is_hidden_as_a_whole_word_only():
    told = without_secrets("info: information of 'info'", {"info"})
    assert told == "VALUE_HIDDEN: information of 'VALUE_HIDDEN'"


def test_the_longest_secret_is_hidden_first():
    assert without_secrets("abcdefgh-ijkl", {"abcdefgh", "abcdefgh-ijkl"}) == "VALUE_HIDDEN"


@pytest.mark.parametrize(
    "secret", ['quo"ted value', "back\\slash value", "two\nlines here", "Grüße, Welt"]
)
@pytest.mark.parametrize(
    "quote",
    [
        str,
        repr,
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(json.dumps({"a": value})),
        lambda value: " ".join(value.split()),
    ],
)
def test_secrets_are_found_as_others_quote_them(secret, quote):
    assert "VALUE_HIDDEN" in without_secrets(f"Invalid: {quote(secret)}.", {secret})
    assert secret not in without_secrets(f"Invalid: {quote(secret)}.", {secret})


def test_documents_keep_their_form():
    document = {"a": ["correct horse", 7, None], "b": ({"c": "correct horse"},)}
    assert without_secrets(document, {SECRET}) == {
        "a": ["VALUE_HIDDEN", 7, None],
        "b": [{"c": "VALUE_HIDDEN"}],
    }
    assert without_secrets(document, ()) == document
