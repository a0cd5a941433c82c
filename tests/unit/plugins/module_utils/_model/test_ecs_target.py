# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS targets: what means the same is no difference, a real one is reported at its path, and
merging changes only what is given."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model import ecs_target
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    RULES,
    merged,
    normal_form,
    task_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import Rules
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.rule_names import (
    rule_name,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.target_rows import (
    CLUSTER,
    FAMILY,
    REAL,
    ROLE,
    SAME,
    Differences,
    Document,
    network,
    strategy,
    target,
)


def differences(before: Document, after: Document) -> Differences:
    found = compare(normal_form(before), normal_form(after))
    return [(change.path, change.before, change.after) for change in found]


@pytest.mark.parametrize("row", SAME, ids=lambda row: row.field)
def test_what_means_the_same_is_no_difference(row):
    assert differences(row.left, row.right) == []
    assert differences(row.right, row.left) == []


@pytest.mark.parametrize("row", REAL, ids=lambda row: row.field)
def test_a_real_difference_is_reported_at_its_path(row):
    assert differences(row.before, row.after) == row.changes


@pytest.mark.parametrize("row", REAL, ids=lambda row: row.field)
def test_a_real_difference_is_reported_the_other_way_round_too(row):
    mirrored = [(path, after, before) for path, before, after in row.changes]
    assert differences(row.after, row.before) == mirrored


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_every_rule_is_needed_by_a_row(rule, monkeypatch):
    monkeypatch.setattr(ecs_target, "_RULES", Rules([each for each in RULES if each is not rule]))
    assert any(differences(row.left, row.right) for row in SAME)


OVERRIDES = '{"containerOverrides":[{"name":"app","cpu":256}]}'
AWS_HAS = target(
    ecs={
        "TaskCount": 2,
        "LaunchType": "FARGATE",
        "Group": "nightly",
        "NetworkConfiguration": {
            "awsvpcConfiguration": {"Subnets": ["a"], "SecurityGroups": ["sg"], "New": "x"}
        },
        "Tags": [{"Key": "team", "Value": "batch"}],
        "NewSetting": {"mode": "default"},
    },
    Input=OVERRIDES,
    RetryPolicy={"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
    DeadLetterConfig={"Arn": "queue"},
    NewMember=[1],
)
"""A target with a member of every kind, and with members that no table knows."""


def after_merging(given: Document, observed: Document | None = None) -> Document:
    observed = AWS_HAS if observed is None else observed
    before = copy.deepcopy((observed, given))
    result = merged(observed, given)
    assert (observed, given) == before
    return result


def test_nothing_given_leaves_everything():
    assert after_merging({}) == AWS_HAS


def test_nothing_observed_gives_what_is_given():
    given = {"Arn": CLUSTER, "EcsParameters": {"TaskDefinitionArn": FAMILY}, "RoleArn": ROLE}
    assert merged(None, given) == given


def test_what_is_given_changes_nothing_beside_it():
    changed = after_merging({"EcsParameters": {"TaskCount": 5}})
    assert changed == {**AWS_HAS, "EcsParameters": {**AWS_HAS["EcsParameters"], "TaskCount": 5}}


def test_false_is_a_value_and_not_empty():
    result = after_merging({"EcsParameters": {"EnableExecuteCommand": False}})
    assert result["EcsParameters"]["EnableExecuteCommand"] is False


def test_zero_is_a_value_and_not_empty():
    result = after_merging({"RetryPolicy": {"MaximumRetryAttempts": 0}})
    assert result["RetryPolicy"] == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 600}


CLEARED = [
    ({"EcsParameters": {"Group": ""}}, ("EcsParameters", "Group")),
    ({"EcsParameters": {"Tags": []}}, ("EcsParameters", "Tags")),
    ({"EcsParameters": {"NetworkConfiguration": {}}}, ("EcsParameters", "NetworkConfiguration")),
    (
        {"EcsParameters": {"NetworkConfiguration": {"awsvpcConfiguration": {}}}},
        ("EcsParameters", "NetworkConfiguration"),
    ),
    ({"Input": ""}, ("Input",)),
    ({"RetryPolicy": {}}, ("RetryPolicy",)),
    ({"DeadLetterConfig": {"Arn": ""}}, ("DeadLetterConfig",)),
]


@pytest.mark.parametrize(("given", "location"), CLEARED, ids=str)
def test_an_explicit_empty_value_clears_its_field_and_no_other(given, location):
    assert after_merging(given) == without(AWS_HAS, *location)


def without(document: Document, first: str, *rest: str) -> Document:
    if not rest:
        return {key: value for key, value in document.items() if key != first}
    return {**document, first: without(document[first], *rest)}


def test_clearing_one_side_of_the_network_keeps_the_other():
    given = {"NetworkConfiguration": {"awsvpcConfiguration": {"SecurityGroups": []}}}
    result = after_merging({"EcsParameters": given})
    awsvpc = result["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]
    assert awsvpc == {"Subnets": ["a"], "New": "x"}


def test_clearing_what_is_not_there_makes_nothing():
    assert merged(None, {"DeadLetterConfig": {"Arn": ""}, "Input": "", "Arn": "a"}) == {"Arn": "a"}
    assert merged({"Arn": "a"}, {"EcsParameters": {"NetworkConfiguration": {}}}) == {"Arn": "a"}


def test_a_launch_type_takes_the_place_of_capacity_providers():
    observed = strategy({"capacityProvider": "FARGATE_SPOT"})
    result = after_merging({"EcsParameters": {"LaunchType": "FARGATE"}}, observed)
    assert result == target(ecs={"LaunchType": "FARGATE"})


def test_capacity_providers_take_the_place_of_a_launch_type():
    entries = [{"capacityProvider": "FARGATE_SPOT"}]
    result = after_merging(
        {"EcsParameters": {"CapacityProviderStrategy": entries}},
        target(ecs={"LaunchType": "FARGATE"}),
    )
    assert result == strategy(*entries)


def test_clearing_a_launch_type_leaves_capacity_providers():
    observed = strategy({"capacityProvider": "FARGATE_SPOT"})
    assert after_merging({"EcsParameters": {"LaunchType": ""}}, observed) == observed


@pytest.mark.parametrize(
    "other", [{"InputPath": "$.detail"}, {"InputTransformer": {"InputTemplate": "x"}}], ids=str
)
def test_input_takes_the_place_of_what_excludes_it(other):
    assert after_merging({"Input": OVERRIDES}, target(**other)) == target(Input=OVERRIDES)


def test_input_that_means_the_same_stays_as_aws_has_it():
    said_otherwise = '{ "containerOverrides": [{"cpu": 256, "name": "app"}] }'
    assert after_merging({"Input": said_otherwise})["Input"] == OVERRIDES


def test_input_that_means_something_else_is_replaced():
    other = '{"containerOverrides":[{"name":"app","cpu":"256"}]}'
    assert after_merging({"Input": other})["Input"] == other


def test_exclusive_settings_that_are_both_given_stay_for_the_check_to_refuse():
    given: dict[str, Any] = {
        "EcsParameters": {"LaunchType": "EC2", "CapacityProviderStrategy": [1]}
    }
    assert after_merging(given, target()) == target(ecs=given["EcsParameters"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, {}),
        ([], {}),
        ([{"Key": "a", "Value": "1"}], {"a": "1"}),
        ([{"key": "a", "value": "1"}], {"a": "1"}),
        ([{"a": "1", "b": "2"}], {"a": "1", "b": "2"}),
        ([{"key": "x"}], {"key": "x"}),
    ],
    ids=str,
)
def test_task_tags_are_read_in_every_spelling(written, read):
    assert task_tags(written) == read


def test_the_network_of_a_target_is_compared_member_by_member():
    assert differences(network(), target()) == [
        (
            "EcsParameters.NetworkConfiguration",
            {"awsvpcConfiguration": {"Subnets": ["subnet-1"], "AssignPublicIp": "DISABLED"}},
            None,
        )
    ]
