# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions: what AWS describes back is no difference, and a real one is reported at its
path."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model import task_definition
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import Rules
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    LIST,
    STRUCTURE,
    Shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    KNOWN_MEMBERS,
    OUTPUT_ONLY,
    RULES,
    comparable,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.rule_names import (
    rule_name,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.task_rows import (
    REAL,
    SAME,
    Differences,
    Document,
    container,
)


def differences(described: Document, written: Document) -> Differences:
    """What a run would report: what AWS describes against what is written."""
    wanted = normal_form(written)
    found = compare(comparable(described, wanted), wanted)
    return [(change.path, change.before, change.after) for change in found]


@pytest.mark.parametrize("row", SAME, ids=lambda row: row.field)
def test_what_aws_describes_back_is_no_difference(row):
    assert differences(row.described, row.written) == []


@pytest.mark.parametrize("row", SAME, ids=lambda row: row.field)
def test_neither_document_is_changed(row):
    before = copy.deepcopy((row.written, row.described))
    differences(row.described, row.written)
    assert (row.written, row.described) == before


@pytest.mark.parametrize("row", REAL, ids=lambda row: row.field)
def test_a_real_difference_is_reported_at_its_path(row):
    assert differences(row.described, row.written) == row.changes


@pytest.mark.parametrize("row", REAL, ids=lambda row: row.field)
def test_a_real_difference_is_none_once_it_is_written(row):
    assert differences(row.written, row.written) == []


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_every_rule_is_needed_by_a_row(rule, monkeypatch):
    without = Rules([other for other in RULES if other is not rule])
    monkeypatch.setattr(task_definition, "_RULES", without)
    assert any(differences(row.described, row.written) for row in SAME)


def test_log_options_are_texts_whatever_yaml_made_of_them():
    given = container(
        logConfiguration={
            "logDriver": "awslogs",
            "options": {"awslogs-create-group": True, "n": 25},
        }
    )
    written = coerce(given, input_shape("ecs", "RegisterTaskDefinition"))
    described = container(
        logConfiguration={
            "logDriver": "awslogs",
            "options": {"awslogs-create-group": "true", "n": "25"},
        }
    )
    assert differences(described, written) == []


def test_the_tables_know_every_member_of_the_request():
    request = input_shape("ecs", "RegisterTaskDefinition")
    known = {path: set(members) for path, members in structures(request, "") if path != "tags[]"}
    known[""].discard("tags")
    assert known == {path: set(members) for path, members in KNOWN_MEMBERS.items()}


def structures(shape: Shape, path: str):
    """Every structure of a shape with its path and its members."""
    if shape.kind == LIST:
        yield from structures(shape.element, f"{path}[]")
    elif shape.kind == STRUCTURE:
        yield path, shape.members
        for name, member in shape.members.items():
            yield from structures(member, f"{path}.{name}" if path else name)


def test_output_only_is_what_the_answer_has_beyond_the_request():
    described = output_shape("ecs", "DescribeTaskDefinition").members["taskDefinition"]
    request = input_shape("ecs", "RegisterTaskDefinition")
    assert set(described.members) - set(request.members) == OUTPUT_ONLY
