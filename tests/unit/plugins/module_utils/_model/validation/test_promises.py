# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks promise whatever they are given: they do not raise, do not change it, and show
no secret."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    bad_inputs,
    checking,
    documents,
    unusual_inputs,
)

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 3.5, "", "x", "1", "{", "[]", "arn:", b"x", [], {}, [None], [[]], ["x"]),
    *([{}], {"x": "y"}, {"": None}, {"name": []}, [{"name": {}}], {1: 2}),
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(document, dict):
        for key, value in document.items():
            yield from places(value, (*path, key))
    if isinstance(document, list):
        for index, value in enumerate(document):
            yield from places(value, (*path, index))


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def rich_documents() -> dict[str, tuple[str, Any]]:
    """The good documents, and every unusual one, which together have most of the members."""
    found = {name: (name, build()) for name, build in documents.GOOD.items()}
    for row in unusual_inputs.ROWS:
        document = documents.GOOD[row.subject]()
        row.change(document)
        found[f"{row.subject}: {row.name}"] = (row.subject, document)
    return found


RICH = rich_documents()


@pytest.mark.parametrize("name", documents.GOOD)
def test_odd_values_anywhere_do_not_raise(name):
    subject, document = RICH[name]
    for path in places(document):
        if not path or (subject.endswith("pair") and len(path) == 1):
            continue
        for value in ODD_VALUES:
            checking.find(subject, replaced(document, path, copy.deepcopy(value)))


@pytest.mark.parametrize("name", [name for name in RICH if name not in documents.GOOD])
def test_odd_values_in_what_unusual_documents_have_besides_do_not_raise(name):
    subject, document = RICH[name]
    usual = set(places(documents.GOOD[subject]()))
    for path in places(document):
        if path in usual:
            continue
        for value in (None, "x", ["x"], {"x": "y"}):
            checking.find(subject, replaced(document, path, value))


@pytest.mark.parametrize("row", bad_inputs.ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_checks_do_not_change_what_they_check(row):
    document = documents.GOOD[row.subject]()
    row.change(document)
    before = copy.deepcopy(document)
    checking.find(row.subject, document)
    assert document == before


SECRET = "hunter2-s3cr3t"
SECRET_PLACES = [
    (
        "fargate_definition",
        ("containerDefinitions", 0, "environment", 0),
        {"name": "DB_PASSWORD", "value": SECRET},
    ),
    (
        "fargate_definition",
        ("containerDefinitions", 0, "environment", 0),
        {"name": "X", "value": [SECRET]},
    ),
    ("fargate_definition", ("containerDefinitions", 0, "environment"), {"DB_PASSWORD": SECRET}),
    ("fargate_definition", ("containerDefinitions", 0, "environment"), f"DB_PASSWORD={SECRET}"),
    ("fargate_definition", ("containerDefinitions", 0, "secrets", 0, "valueFrom"), f"{SECRET} !"),
    ("fargate_definition", ("containerDefinitions", 0, "command"), f"run --password {SECRET}"),
    (
        "fargate_definition",
        ("containerDefinitions", 0, "image"),
        f"me:{SECRET}@registry --token {SECRET}",
    ),
    (
        "fargate_definition",
        ("containerDefinitions", 0, "logConfiguration", "options", "splunk-token"),
        SECRET,
    ),
    (
        "fargate_definition",
        ("containerDefinitions", 0, "logConfiguration", "options", "splunk-token"),
        [SECRET],
    ),
    (
        "rule_target",
        ("Input",),
        json.dumps({"containerOverrides": [{"environment": [{"name": "TOKEN", "value": SECRET}]}]}),
    ),
    (
        "rule_target",
        ("Input",),
        json.dumps({"containerOverrides": [{"name": "app", "environment": {"TOKEN": SECRET}}]}),
    ),
    (
        "rule_target",
        ("Input",),
        json.dumps({"containerOverrides": [{"name": "app", "environment": [SECRET]}]}),
    ),
    ("rule_target", ("Input",), f'{{"containerOverrides": [{{"environment": "{SECRET}'),
    ("overrides", ("containerOverrides", 0, "environment", 0, "value"), [SECRET]),
]


@pytest.mark.parametrize(("subject", "path", "value"), SECRET_PLACES)
def test_no_message_shows_a_secret(subject, path, value):
    findings = checking.find(subject, replaced(documents.GOOD[subject](), path, value))
    problems = [*findings.errors, *findings.warnings]
    assert problems != []
    assert [problem for problem in problems if SECRET in problem.message] == []


def test_all_mistakes_of_a_document_are_reported_together():
    document = documents.fargate_definition()
    rows = [
        row
        for row in bad_inputs.ROWS
        if row.name
        in {
            "unknown condition",
            "memory between the sizes of 32 vCPU",
            "PID mode of the host",
            "links",
            "same variable",
            "mount of nothing",
            "port name in capitals",
            "unknown mode",
            "task role with a blank",
            "reserved tag",
        }
    ]
    assert len(rows) == 10
    for row in rows:
        row.change(document)
    locations = {
        problem.location for problem in checking.find("fargate_definition", document).errors
    }
    assert {documents.steps(row.location) for row in rows} <= locations
