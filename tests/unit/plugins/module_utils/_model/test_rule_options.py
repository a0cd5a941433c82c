# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a rule to what PutRule takes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule_options import (
    RuleOptions,
    read_rule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import RuleWish

PUT_RULE = input_shape("events", "PutRule")


def read(**options: Any) -> RuleOptions:
    return read_rule_options({"name": "nightly", **options}, PUT_RULE, path=("batches", 1))


def refused(**options: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidDescription) as raised:
        read(**options).check_given()
    return raised.value.sentences


def test_only_what_is_given_stands_in_the_wish():
    assert read().wish == RuleWish("nightly", "default")


def test_all_options():
    options = read(
        event_bus_name="arn:aws:events:ap-northeast-1:123456789012:event-bus/orders",
        schedule_expression="rate(1 day)",
        event_pattern='{"source": ["a"]}',
        description="",
        role_arn="role",
        enabled=False,
        tags={"n": 1},
        purge_tags=False,
    )
    assert options.wish == RuleWish(
        name="nightly",
        event_bus_name="orders",
        given={
            "ScheduleExpression": "rate(1 day)",
            "EventPattern": '{"source": ["a"]}',
            "Description": "",
            "RoleArn": "role",
        },
        enabled=False,
        tags={"n": "1"},
        purge_tags=False,
    )


def test_a_good_description_passes():
    options = read(schedule_expression="cron(0 3 * * ? *)", description="", tags={"Team": "a"})
    options.check_given()
    options.check_whole({"Name": "nightly", "ScheduleExpression": "cron(0 3 * * ? *)"})
    assert options.warnings() == []


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"name": "not good"}, "batches[1].name"),
        ({"schedule_expression": "rate(1 minutes)"}, "batches[1].schedule_expression"),
        ({"description": "x" * 513}, "batches[1].description"),
        ({"event_pattern": "no json"}, "batches[1].event_pattern"),
        ({"tags": {"aws:a": "b"}}, "batches[1].tags.aws:a: "),
        (
            {"event_bus_name": "orders", "schedule_expression": "rate(1 day)"},
            "batches[1].schedule_expression",
        ),
    ],
    ids=str,
)
def test_mistakes_are_told_with_the_options_path(options, path):
    (sentence,) = refused(**options)
    assert sentence.startswith(path)


def test_a_rule_needs_a_schedule_or_a_pattern_only_as_a_whole():
    options = read(description="no schedule")
    options.check_given()
    with pytest.raises(InvalidDescription, match="schedule"):
        options.check_whole({"Name": "nightly", "Description": "no schedule"})


def test_a_warning_is_told_once_however_often_it_was_found():
    options = read(schedule_expression="cron(0 3 LW * ? *)")
    options.check_given()
    options.check_whole({"Name": "nightly", "ScheduleExpression": "cron(0 3 LW * ? *)"})
    (warning,) = options.warnings()
    assert warning.startswith("batches[1].schedule_expression: ")


def test_what_stays_as_it_is_in_aws_is_left_alone():
    observed = {"Name": "nightly", "ScheduleExpression": "cron(of old)", "State": "ENABLED"}
    options = read(enabled=False)
    options.check_whole({**observed, "State": "DISABLED"}, observed)
    with pytest.raises(InvalidDescription, match="schedule_expression"):
        options.check_whole({**observed, "ScheduleExpression": "cron(anew)"}, observed)
