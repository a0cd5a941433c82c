# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values are secret, and that they are masked wherever a document is shown."""

from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    HIDDEN,
    is_secret,
    looks_secret,
    mask,
    mask_change,
    mentions_secret,
)

SECRET_NAMES = [
    *("PASSWORD", "DB_PASSWORD", "db-password", "dbPassword", "PGPASSWORD", "MYSQL_PWD", "DB_PASS"),
    *("PASSWD", "ROOT_PASSWD", "PASSPHRASE", "SECRET", "CLIENT_SECRET", "clientSecret"),
    *("SECRET_KEY_BASE", "TOKEN", "GITHUB_TOKEN", "githubToken", "API_KEY", "apiKey", "X-API-KEY"),
    *("APIKEY", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "PRIVATE_KEY", "SSH_PRIVATE_KEY"),
    *(
        "CREDENTIAL",
        "AWS_CREDENTIALS",
        "SIGNING_KEY",
        "ENCRYPTION_KEY",
        "splunk-token",
        "DBPassword",
    ),
]

HARMLESS_NAMES = [
    *("", "PATH", "PWD", "PASS", "LOG_LEVEL", "SECRET_NAME", "DB_PASSWORD_ARN", "TOKEN_URL"),
    *(
        "SECRET_ARN",
        "PASSWORD_FILE",
        "TOKEN_PATH",
        "KEY",
        "PARTITION_KEY",
        "SORT_KEY",
        "MAX_TOKENS",
    ),
    *("MAX_TOKEN", "TOKENIZER", "PASSWORDLESS", "SECRETARY", "MONKEY", "TOKEN_TTL", "TOKEN_TYPE"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "SECRET_ID", "API_KEY_ID"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "COMPASS", "BYPASS", "AUTHOR", "S3_KEY"),
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name):
    assert looks_secret(name)


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_names_that_are_harmless(name):
    assert not looks_secret(name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PASSWORD", "x", True),
        ("DB_PASSWORD", 5, True),
        ("DB_PASSWORD", "", False),
        ("DB_PASSWORD", None, False),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:x", False),
        ("DATABASE_URL", "postgres://me:pw@db/x", True),
        ("DATABASE_URL", "postgres://db/x", False),
        ("DATABASE_URL", "postgres://me@db/x", False),
        ("PEM", "-----BEGIN RSA PRIVATE KEY-----", True),
        ("ID", "AKIAIOSFODNN7EXAMPLE", True),
        ("LOG_LEVEL", "info", False),
    ],
)
def test_a_value_is_secret_by_its_name_or_its_form(name, value, expected):
    assert is_secret(name, value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run --password hunter2", True),
        ("run --db-password=hunter2", True),
        ("TOKEN=abc run", True),
        ('{"token": "abc"}', True),
        ("curl https://me:pw@example.com", True),
        ("run --token-file /x", False),
        ("run --all", False),
        ("say 12:30", False),
    ],
)
def test_texts_that_mention_a_secret(text, expected):
    assert mentions_secret(text) is expected


ENVIRONMENT = [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "DAY", "value": "1"}]
MASKED = [{"name": "DB_PASSWORD", "value": HIDDEN}, {"name": "DAY", "value": "1"}]


@pytest.mark.parametrize(
    ("document", "masked"),
    [
        (
            {"containerDefinitions": [{"name": "app", "environment": ENVIRONMENT}]},
            {"containerDefinitions": [{"name": "app", "environment": MASKED}]},
        ),
        (
            {"task_definition": {"container_definitions": ({"environment": ENVIRONMENT},)}},
            {"task_definition": {"container_definitions": [{"environment": MASKED}]}},
        ),
        (
            {"overrides": {"containerOverrides": [{"environment": {"TOKEN": "x", "DAY": "1"}}]}},
            {"overrides": {"containerOverrides": [{"environment": {"TOKEN": HIDDEN, "DAY": "1"}}]}},
        ),
        (
            {"logConfiguration": {"options": {"splunk-token": "x", "splunk-url": "https://s"}}},
            {"logConfiguration": {"options": {"splunk-token": HIDDEN, "splunk-url": "https://s"}}},
        ),
        ({"environment": "text"}, {"environment": "text"}),
        (
            {"environment": [{"name": "A"}, "x", {"TOKEN": 1}]},
            {"environment": [{"name": "A"}, "x", {"TOKEN": 1}]},
        ),
        (
            {"environment": {"A": {"environment": {"TOKEN": "x"}}}},
            {"environment": {"A": {"environment": {"TOKEN": HIDDEN}}}},
        ),
        ({"Input": "no json"}, {"Input": "no json"}),
        ({"Input": "{'TOKEN': 'x'"}, {"Input": HIDDEN}),
        ({"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:x"}]},) * 2,
        (None, None),
        ([1, "x"], [1, "x"]),
    ],
)
def test_documents_are_masked(document, masked):
    before = copy.deepcopy(document)
    assert mask(document) == masked
    assert document == before


@pytest.mark.parametrize("key", ["Input", "input"])
def test_the_json_of_a_target_is_masked(key):
    text = json.dumps({"containerOverrides": [{"name": "app", "environment": ENVIRONMENT}]})
    shown = mask({"Target": {key: text}})["Target"][key]
    assert json.loads(shown) == {"containerOverrides": [{"name": "app", "environment": MASKED}]}
    harmless = '{ "containerOverrides": [] }'
    assert mask({key: harmless}) == {key: harmless}


@pytest.mark.parametrize(
    ("path", "value", "masked"),
    [
        ("containerDefinitions[app].environment[DB_PASSWORD]", "x", HIDDEN),
        ("containerDefinitions[app].environment[DB_PASSWORD].value", "x", HIDDEN),
        ("containerDefinitions[app].environment[DB_PASSWORD]", ENVIRONMENT[0], MASKED[0]),
        ("containerDefinitions[app].environment[DB_PASSWORD]", None, None),
        ("containerDefinitions[app].environment[DAY]", "1", "1"),
        ("containerDefinitions[app].environment", ENVIRONMENT, MASKED),
        (
            "containerDefinitions[app]",
            {"name": "app", "environment": ENVIRONMENT},
            {"name": "app", "environment": MASKED},
        ),
        ("containerDefinitions", [{"environment": ENVIRONMENT}], [{"environment": MASKED}]),
        ("Input.containerOverrides[app].environment[TOKEN]", "x", HIDDEN),
        ("Input", '{"environment":{"TOKEN":"x"}}', '{"environment":{"TOKEN":"' + HIDDEN + '"}}'),
        ("containerDefinitions[app].logConfiguration.options[splunk-token]", "x", HIDDEN),
        ("tags[token]", "x", "x"),
        ("cpu", "256", "256"),
        ("", {"environment": {"TOKEN": "x"}}, {"environment": {"TOKEN": HIDDEN}}),
    ],
)
def test_changes_are_masked(path, value, masked):
    assert mask_change(path, value) == masked
