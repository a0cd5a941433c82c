# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a schedule to what CreateSchedule takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import (
    ScheduleOptions,
    read_schedule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleWish

CREATE = input_shape("scheduler", "CreateSchedule")
OVERRIDE = structure("ecs", "TaskOverride")


def read(**options: Any) -> ScheduleOptions:
    return read_schedule_options(
        {"name": "nightly", **options}, CREATE, OVERRIDE, path=("batches", 1)
    )


def given(**options: Any) -> dict[str, Any]:
    """What the options give; there must be no mistake in them."""
    found = read(**options)
    found.refuse_errors()
    return found.wish.given


def refused(**options: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidDescription) as raised:
        read(**options).refuse_errors()
    return raised.value.sentences


def test_only_what_is_given_stands_in_the_wish():
    assert read().wish == ScheduleWish("nightly", "default")


def test_all_options():
    options = read(
        group_name="reports",
        previous_group_name="default",
        schedule_expression="rate(1 day)",
        schedule_expression_timezone="Asia/Tokyo",
        start_date="2026-12-01",
        end_date="2026-12-02T00:00:00+09:00",
        flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": "15"},
        action_after_completion="DELETE",
        kms_key_arn="key",
        description="",
        enabled=False,
        cluster="batch",
        task_tags={"team": "a"},
        tags={},
    )
    options.refuse_errors()
    assert options.wish == ScheduleWish(
        name="nightly",
        group_name="reports",
        given={
            "ScheduleExpression": "rate(1 day)",
            "ScheduleExpressionTimezone": "Asia/Tokyo",
            "StartDate": datetime(2026, 12, 1, tzinfo=UTC),
            "EndDate": datetime(2026, 12, 1, 15, tzinfo=UTC),
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
            "ActionAfterCompletion": "DELETE",
            "KmsKeyArn": "key",
            "Description": "",
            "Target": {
                "Arn": "batch",
                "EcsParameters": {"Tags": [{"key": "team", "value": "a"}]},
            },
        },
        enabled=False,
        previous_group_name="default",
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T00:00:00Z",
        "2026-12-01T00:00:00",
        "2026-12-01 00:00:00+00:00",
        "2026-12-01",
        "2026-12-01T09:00:00+09:00",
        "2026-11-30T19:00:00.999-05:00",
    ],
)
def test_a_date_is_a_time_in_utc(text):
    assert given(start_date=text) == {"StartDate": datetime(2026, 12, 1, tzinfo=UTC)}


def test_an_empty_date_stays_since_it_clears():
    assert given(start_date="", end_date="") == {"StartDate": "", "EndDate": ""}


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "12:00", "0001-01-01T00:00:00+09:00"])
def test_what_is_no_date_is_refused(text):
    (sentence,) = refused(end_date=text)
    assert sentence.startswith(f"batches[1].end_date: '{text}' is no time")
    assert "2026-12-01T00:00:00Z" in sentence


@pytest.mark.parametrize(
    ("window", "document"),
    [
        ({}, {}),
        ({"mode": False}, {"Mode": "OFF"}),
        (
            {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
            {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        ),
    ],
    ids=str,
)
def test_a_window_is_read_in_both_spellings(window, document):
    assert given(flexible_time_window=window) == {"FlexibleTimeWindow": document}


@pytest.mark.parametrize(
    ("options", "path", "word"),
    [
        ({"tags": {"team": "a"}}, "tags", "only schedule groups do"),
        ({"previous_group_name": "default"}, "previous_group_name", "moved"),
        ({"previous_group_name": "a b"}, "previous_group_name", "'a b'"),
        (
            {"flexible_time_window": {"mode": "OFF", "minutes": 1}},
            "flexible_time_window.minutes",
            "not known",
        ),
        ({"overrides": {"cpus": 1}}, "overrides.cpus", "did you mean 'cpu'"),
        ({"retry_policy": {"attempts": 1}}, "retry_policy.attempts", "not known"),
    ],
    ids=str,
)
def test_mistakes_are_told_with_the_options_path(options, path, word):
    (sentence,) = refused(**options)
    assert sentence.startswith(f"batches[1].{path}: ")
    assert word in sentence


PATHS = {
    ("Name",): "name",
    ("GroupName",): "group_name",
    ("State",): "enabled",
    ("EndDate",): "end_date",
    ("Target", "Arn"): "cluster",
    ("Target", "RoleArn"): "role_arn",
    ("Target", "EcsParameters", "TaskDefinitionArn"): "task_definition",
    ("Target", "DeadLetterConfig", "Arn"): "dead_letter_arn",
}


@pytest.mark.parametrize("location", PATHS, ids=str)
def test_places_of_the_schedule_lead_back_to_the_options(location):
    assert read().paths.render(location) == f"batches[1].{PATHS[location]}"


def test_a_window_leads_back_to_what_is_missing_in_it():
    options = read(flexible_time_window={"mode": "FLEXIBLE"})
    options.check(options.wish.given, None, complete=False)
    with pytest.raises(InvalidDescription) as raised:
        options.refuse_errors()
    (sentence,) = raised.value.sentences
    assert sentence.startswith("batches[1].flexible_time_window.maximum_window_in_minutes: ")


def test_only_what_is_touched_is_checked():
    options = read()
    wrong = {"Name": "nightly", "ScheduleExpression": "rate(1 days)", "State": "SLEEPING"}
    options.check(wrong, frozenset({"Description"}), complete=True)
    options.refuse_errors()
    options.check(wrong, frozenset({"State"}), complete=True)
    with pytest.raises(InvalidDescription, match="enabled"):
        options.refuse_errors()


def test_warnings_are_told_once():
    options = read(schedule_expression="cron(0 3 LW * ? *)")
    for complete in (False, True):
        options.check(options.wish.given, None, complete=complete)
    (warning,) = options.warnings()
    assert warning.startswith("batches[1].schedule_expression: ")
