# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS describes back is no difference, whatever was sent."""

from __future__ import annotations

import copy

from ansible_collections.batchwork.aws.plugins.module_utils._model import (
    ecs_target,
    rule,
    task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    TargetWish,
    TaskDefinitionWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
    plan_task_definition,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    aws_answers,
    documents,
)
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**16)
ANY_TARGET = documents.targets() | documents.targets("scheduler")


@given(documents.task_definitions(), SEEDS)
def test_a_task_definition_that_aws_describes_needs_no_new_revision(definition, seed):
    described = aws_answers.described_task_definition(definition, seed)
    untouched = copy.deepcopy((definition, described))
    plan = plan_task_definition(
        DescribedTaskDefinition(described, {}), TaskDefinitionWish(definition)
    )
    assert (plan.changes, plan.actions) == ((), ())
    assert (definition, described) == untouched


@given(documents.newer_task_definitions(), SEEDS)
def test_settings_that_no_table_knows_need_no_new_revision_either(definition, seed):
    described = aws_answers.described_task_definition(definition, seed)
    plan = plan_task_definition(
        DescribedTaskDefinition(described, {}), TaskDefinitionWish(definition)
    )
    assert (plan.changes, plan.actions) == ((), ())


@given(documents.task_definitions(), SEEDS)
def test_a_task_definition_is_registered_as_it_was_written(definition, _seed):
    plan = plan_task_definition(None, TaskDefinitionWish(definition))
    (registration,) = plan.actions
    assert registration.parameters == aws_answers.sent(definition)


@given(ANY_TARGET, SEEDS)
def test_a_target_that_aws_describes_is_not_put_again(target, seed):
    described = {"Id": "x", **aws_answers.described_target(target, seed)}
    untouched = copy.deepcopy((target, described))
    given_part = {key: value for key, value in target.items() if key != "Id"}
    wish = TargetWish("rule", "default", described["Id"], given_part)
    plan = plan_target(ObservedTargets((described,)), wish)
    assert (plan.changes, plan.actions) == ((), ())
    assert (target, described) == untouched


@given(documents.rules(), SEEDS)
def test_a_rule_that_aws_describes_is_not_put_again(put, seed):
    described = aws_answers.described_rule(put, seed)
    untouched = copy.deepcopy((put, described))
    enabled = None if "State" not in put else put["State"] != "DISABLED"
    given_part = {key: value for key, value in put.items() if key not in {"Name", "State"}}
    wish = RuleWish(put["Name"], "default", given_part, enabled=enabled)
    plan = plan_rule(ObservedRule(described), wish)
    assert (plan.changes, plan.actions) == ((), ())
    assert (put, described) == untouched


@given(documents.task_definitions(), SEEDS)
def test_the_normal_form_of_a_task_definition_is_idempotent(definition, seed):
    for document in (definition, aws_answers.described_task_definition(definition, seed)):
        normal = task_definition.normal_form(document)
        assert task_definition.normal_form(normal) == normal
        assert compare(normal, normal) == ()


@given(ANY_TARGET, SEEDS)
def test_the_normal_form_of_a_target_is_idempotent(target, seed):
    for document in (target, aws_answers.described_target(target, seed)):
        normal = ecs_target.normal_form(document)
        assert ecs_target.normal_form(normal) == normal


@given(documents.rules(), SEEDS)
def test_the_normal_form_of_a_rule_is_idempotent(put, seed):
    for document in (put, aws_answers.described_rule(put, seed)):
        normal = rule.normal_form(document)
        assert rule.normal_form(normal) == normal
