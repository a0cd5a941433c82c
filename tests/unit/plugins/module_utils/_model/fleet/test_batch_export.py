# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trigger as AWS has it, read as a batch; and what no batch can say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_export import (
    TargetShapes,
    batch_of_rule,
    batch_of_schedule,
    is_ecs_target,
    own_tags,
    own_target,
    starts_tasks,
    unsaid_of_rule,
    unsaid_of_schedule,
    with_variables_as_mapping,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    documents,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.target_rows import (
    CLUSTER,
    ROLE,
    target,
)

SHAPES = TargetShapes(documents.TARGETS["events"], documents.OVERRIDES)
RULE = {
    "Name": "hello",
    "Arn": "arn:aws:events:ap-northeast-1:123456789012:rule/hello",
    "ScheduleExpression": "rate(1 day)",
    "State": "ENABLED",
}
LAMBDA = {"Id": "f", "Arn": "arn:aws:lambda:ap-northeast-1:123456789012:function:f"}
UNIVERSAL = {"Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask", "RoleArn": ROLE}


def batch(document: dict[str, Any], **rule: Any) -> dict[str, Any]:
    return batch_of_rule({**RULE, **rule}, document, {}, SHAPES)


@pytest.mark.parametrize(
    ("document", "ecs", "tasks"),
    [
        (target(), True, True),
        (UNIVERSAL, False, True),
        (LAMBDA, False, False),
        ({"Arn": "arn:aws:scheduler:::aws-sdk:ecs:updateService"}, False, False),
        ({}, False, False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_which_targets_start_tasks(document, ecs, tasks):
    assert (is_ecs_target(document), starts_tasks(document)) == (ecs, tasks)


class TestTheTargetThatIsTheBatch:
    def test_the_only_one_of_ecs(self):
        assert own_target(RULE, [LAMBDA, target()], {}) == target()

    def test_none(self):
        assert own_target(RULE, [LAMBDA], {}) is None

    def test_of_several_the_one_of_the_name_on_a_batch_s_rule(self):
        several = [{**target(), "Id": "other"}, target()]
        assert own_target(RULE, several, {"batchwork:batch": "hello"}) == target()
        assert own_target(RULE, several, {}) == (
            "The rule has 2 ECS targets (other, hello), and a batch is one."
        )


@pytest.mark.parametrize(
    ("rule", "document", "told"),
    [
        ({}, target(), []),
        ({"EventPattern": ""}, target(), []),
        (
            {"ManagedBy": "batch.amazonaws.com"},
            target(),
            ["The rule is managed by batch.amazonaws.com, which alone may change it."],
        ),
        (
            {"EventPattern": "{}"},
            target(InputPath="$.a"),
            [
                "The rule has EventPattern, which a batch cannot say.",
                "The target has InputPath, which a batch cannot say.",
            ],
        ),
        (
            {},
            target(ecs={"Novelty": 1}),
            ["The target's EcsParameters has Novelty, which a batch cannot say."],
        ),
    ],
)
def test_what_a_batch_cannot_say_of_a_rule(rule, document, told):
    assert list(unsaid_of_rule({**RULE, **rule}, document)) == told


def test_what_a_batch_cannot_say_of_a_schedule():
    schedule = {"Name": "hello", "Target": target()}
    assert list(unsaid_of_schedule(schedule)) == []
    assert list(unsaid_of_schedule({**schedule, "Novelty": 1})) == [
        "The schedule has Novelty, which a batch cannot say."
    ]
    (told,) = unsaid_of_schedule({"Name": "hello", "Target": UNIVERSAL})
    assert UNIVERSAL["Arn"] in told


class TestNames:
    def test_what_is_in_the_trigger_s_account_and_region_is_named(self):
        said = batch(target())
        assert (said["cluster"], said["task_definition"]) == ("batch", "hello")

    @pytest.mark.parametrize(
        "members",
        [
            {"RoleArn": "arn:aws:iam::210987654321:role/theirs"},
            {"Arn": CLUSTER.replace("ap-northeast-1", "eu-west-1")},
            {"RoleArn": "trigger"},
        ],
        ids=str,
    )
    def test_where_anything_is_elsewhere_all_have_their_arns(self, members):
        said = batch({**target(), **members})
        assert said["cluster"].startswith("arn:")
        assert said["task_definition"].startswith("arn:")

    def test_without_the_trigger_s_own_place_too(self):
        assert batch(target(), Arn="")["cluster"] == CLUSTER


class TestInput:
    @pytest.mark.parametrize("text", [None, "", "{}", " {} "])
    def test_none(self, text):
        said = batch(target(Input=text))
        assert "overrides" not in said
        assert "input" not in said

    def test_what_is_no_taskoverride_stays_as_it_stands(self):
        for text in ('{"containerOverride": [1]}', "[1]", "text", '{"Cpu": "256"}'):
            said = batch(target(Input=text))
            assert said["input"] == text
            assert "overrides" not in said

    def test_overrides_have_their_variables_as_a_mapping(self):
        environment = [{"name": "B", "value": "2"}, {"name": "A", "value": ""}]
        content = {"containerOverrides": [{"name": "a", "environment": environment}]}
        said = batch(target(Input=json.dumps(content)))
        assert said["overrides"] == {
            "container_overrides": [{"name": "a", "environment": {"A": "", "B": "2"}}]
        }


@pytest.mark.parametrize(
    "variables",
    [
        "text",
        [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}],
        [{"name": "A"}],
    ],
    ids=str,
)
def test_variables_that_no_mapping_can_hold_stay_a_list(variables):
    document = {"environment": variables}
    assert with_variables_as_mapping(document) == document


def test_tags_of_aws_and_of_the_collection_are_not_the_user_s():
    tags = {"team": "a", "aws:x": "b", "batchwork:owner": "c", "Name": ""}
    assert own_tags(tags) == {"Name": "", "team": "a"}


def test_defaults_are_left_out_and_everything_else_is_said():
    schedule = {
        "Name": "hello",
        "GroupName": "default",
        "ScheduleExpression": "rate(1 day)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "NONE",
        "State": "DISABLED",
        "StartDate": "2026-12-01",
        "Target": target(RetryPolicy={"MaximumRetryAttempts": 185}),
    }
    assert batch_of_schedule(schedule, RULE["Arn"], SHAPES) == {
        "name": "hello",
        "trigger": "scheduler",
        "schedule": "rate(1 day)",
        "start_date": "2026-12-01",
        "enabled": False,
        "group_name": "default",
        "cluster": "batch",
        "role_arn": ROLE,
        "task_definition": "hello",
    }
