# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch as a complete document: what it says, what its defaults say, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    OPTIONS,
    RULE,
    SCHEDULER,
    TARGET_OPTIONS,
    Batch,
    merged_under,
)

COMPLETE = {
    "schedule": "rate(1 day)",
    "cluster": "batch",
    "role_arn": "arn:aws:iam::123456789012:role/events",
}


def batch(owner: str | None = None, **options: Any) -> Batch:
    return Batch("hello", options, ("batches[0] (hello)",), owner)


def test_a_batch_is_a_rule_unless_it_says_otherwise():
    assert batch().trigger == RULE
    assert batch(trigger=SCHEDULER).trigger == SCHEDULER


@pytest.mark.parametrize(
    ("owner", "options", "group_name"),
    [
        (None, {}, "default"),
        ("reports", {}, "reports"),
        ("reports", {"group_name": "nightly"}, "nightly"),
        (None, {"group_name": "nightly"}, "nightly"),
        ("reports", {"group_name": "default"}, "default"),
    ],
)
def test_the_schedule_group_is_the_named_one_or_the_owner_s_or_the_default(
    owner, options, group_name
):
    assert batch(owner, **options).group_name == group_name


def test_tags_say_which_batch_it_is_and_whose():
    own = {"batchwork:batch": "hello", "batchwork:owner": "reports"}
    assert batch("reports", tags={"cost": 7}).tags == {"cost": "7", **own}
    assert batch().tags == {"batchwork:batch": "hello"}


def test_what_is_left_out_is_cleared():
    options = batch(**COMPLETE).target_options()
    assert set(options) == {"cluster", "role_arn", *TARGET_OPTIONS} - {"input"}
    assert options["task_count"] == 1
    assert options["enable_execute_command"] is False
    assert options["platform_version"] == ""
    assert options["overrides"] == {} == options["retry_policy"]
    assert options["placement_strategy"] == []


@pytest.mark.parametrize(
    ("given", "not_cleared"),
    [
        ({"launch_type": "FARGATE"}, "capacity_provider_strategy"),
        ({"capacity_provider_strategy": [{"capacity_provider": "FARGATE"}]}, "launch_type"),
        ({"input": "{}"}, "overrides"),
        ({"overrides": {"cpu": "256"}}, "input"),
    ],
)
def test_of_settings_that_exclude_each_other_only_the_given_one_is_sent(given, not_cleared):
    assert not_cleared not in batch(**given).target_options()


def test_a_schedule_is_complete_too():
    options = batch("reports", **COMPLETE, timezone="Asia/Tokyo").schedule_options()
    assert options["schedule_expression_timezone"] == "Asia/Tokyo"
    assert options["group_name"] == "reports"
    assert options["start_date"] == "" == options["kms_key_arn"]
    assert options["flexible_time_window"] == {}
    assert "timezone" not in options


def test_foreign_targets_are_told_of_unless_the_batch_says_otherwise():
    assert batch().other_targets == "warn"
    assert batch(other_targets="remove").other_targets == "remove"


@pytest.mark.parametrize("enabled", [True, False, None])
def test_enabled_left_out_is_neither_on_nor_off(enabled):
    said = {} if enabled is None else {"enabled": enabled}
    assert batch(**said).rule_options()["enabled"] is enabled
    assert batch(**said).schedule_options()["enabled"] is enabled


@pytest.mark.parametrize(
    ("task_definition", "described", "named", "family"),
    [
        ({"family": "hello"}, True, None, "hello"),
        ("hello:7", False, "hello:7", "hello:7"),
        ({}, True, None, None),
        (None, False, None, None),
    ],
)
def test_a_task_definition_is_described_or_named(task_definition, described, named, family):
    found = batch(task_definition=task_definition)
    assert (found.definition is not None) is described
    assert found.definition_name == named
    assert found.family_name == family


@pytest.mark.parametrize(
    ("defaults", "description", "merged"),
    [
        ({"cluster": "a"}, {}, {"cluster": "a"}),
        ({"cluster": "a"}, {"cluster": "b"}, {"cluster": "b"}),
        ({"cluster": "a"}, {"cluster": None}, {"cluster": "a"}),
        ({"description": "a"}, {"description": ""}, {"description": ""}),
        ({"tags": {"a": "1"}}, {"tags": {"b": "2"}}, {"tags": {"a": "1", "b": "2"}}),
        ({"tags": {"a": "1"}}, {"tags": {"a": "2"}}, {"tags": {"a": "2"}}),
        ({"tags": {"a": "1"}}, {"tags": {}}, {"tags": {}}),
        ({"task_definition": {"cpu": 256}}, {"task_definition": "f"}, {"task_definition": "f"}),
        (
            {"task_definition": {"cpu": 256, "tags": {"a": "1"}}},
            {"task_definition": {"memory": 512, "tags": {"b": "2"}}},
            {"task_definition": {"cpu": 256, "memory": 512, "tags": {"a": "1", "b": "2"}}},
        ),
        (
            {"placement_strategy": [{"type": "random"}]},
            {"placement_strategy": [{"type": "spread"}]},
            {"placement_strategy": [{"type": "spread"}]},
        ),
        (
            {"launch_type": "FARGATE"},
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]},
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]},
        ),
        (
            {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]},
            {"launch_type": "FARGATE"},
            {"launch_type": "FARGATE"},
        ),
        ({"overrides": {"cpu": "256"}}, {"input": "{}"}, {"input": "{}"}),
        ({"input": "{}"}, {"overrides": {"cpu": "256"}}, {"overrides": {"cpu": "256"}}),
        ({"input": "{}"}, {"overrides": {}}, {"input": "{}", "overrides": {}}),
    ],
)
def test_defaults_are_merged_under_each_batch(defaults, description, merged):
    assert merged_under(defaults, description) == merged


def test_merging_leaves_the_defaults_as_they_are():
    defaults = {"tags": {"a": "1"}, "placement_strategy": [{"type": "random"}]}
    merged = merged_under(defaults, {"tags": {"b": "2"}})
    merged["tags"]["c"] = "3"
    merged["placement_strategy"][0]["type"] = "spread"
    assert defaults == {"tags": {"a": "1"}, "placement_strategy": [{"type": "random"}]}


def test_every_option_of_the_target_is_an_option_of_the_batch():
    assert set(TARGET_OPTIONS) < set(OPTIONS)
