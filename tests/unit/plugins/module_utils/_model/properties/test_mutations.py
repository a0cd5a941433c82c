# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any single change is reported at exactly its path, whatever AWS makes of the rest."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model import (
    ecs_target,
    rule,
    task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    aws_answers,
    documents,
    mutations,
)
from hypothesis import assume, given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**16)
TARGET = dataclasses.replace(
    documents.TARGETS["events"],
    members={**documents.TARGETS["events"].members, "Input": documents.OVERRIDES},
    required=("Id", "Arn", "EcsParameters"),
)
"""An ECS target whose Input is the overrides that it says."""
RULE = dataclasses.replace(documents.PUT_RULE, required=("Name", "State"))
"""A rule as it is put: its state is always said."""


def one_of(data: Any, document: Any, shape: Any) -> mutations.Mutation:
    """One of all mutations of a document, forwards or backwards."""
    made = data.draw(st.sampled_from(mutations.mutations(document, shape)))()
    assume(made is not None)
    if data.draw(st.booleans()):
        return made
    return dataclasses.replace(made, before=made.after, after=made.before)


@given(documents.task_definitions(), SEEDS, st.data())
def test_a_mutated_task_definition_differs_at_exactly_that_path(definition, seed, data):
    mutation = one_of(data, definition, documents.TASK_DEFINITION)
    described = aws_answers.described_task_definition(mutation.before, seed, default_platform=False)
    wanted = task_definition.normal_form(mutation.after)
    changes = compare(task_definition.comparable(described, wanted), wanted)
    assert {change.path for change in changes} == mutation.paths
    assert len(changes) == len(mutation.paths)


@given(documents.targets(), SEEDS, st.data())
def test_a_mutated_target_differs_at_exactly_that_path(target, seed, data):
    mutation = one_of(data, with_overrides(target), TARGET)
    described = aws_answers.described_target(with_text(mutation.before), seed)
    wanted = ecs_target.normal_form(with_text(mutation.after))
    changes = compare(ecs_target.normal_form(described), wanted)
    assert {change.path for change in changes} == mutation.paths
    assert len(changes) == len(mutation.paths)


def with_overrides(target: dict[str, Any]) -> dict[str, Any]:
    return {**target, "Input": json.loads(target["Input"])} if "Input" in target else target


def with_text(target: dict[str, Any]) -> dict[str, Any]:
    return {**target, "Input": json.dumps(target["Input"])} if "Input" in target else target


@given(documents.rules(), SEEDS, st.data())
def test_a_mutated_rule_differs_at_exactly_that_path(put, seed, data):
    put.setdefault("State", "ENABLED")
    mutation = one_of(data, put, RULE)
    described = aws_answers.described_rule(mutation.before, seed)
    changes = compare(rule.normal_form(described), rule.normal_form(mutation.after))
    assert {change.path for change in changes} == mutation.paths
