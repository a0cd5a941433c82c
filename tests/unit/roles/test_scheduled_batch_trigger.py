# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role hands to ``scheduled_batches``, whom the trigger's role trusts, and in whose words
mistakes come back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OPTIONS
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    TASK_DEFINITION_OPTIONS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)

EVENTS, SCHEDULER = "events.amazonaws.com", "scheduler.amazonaws.com"


def services(document: dict[str, Any]) -> list[str]:
    return [statement["Principal"]["Service"] for statement in document["Statement"]]


class TestBatch:
    def test_the_role_gives_every_option_that_it_has_a_variable_for(self, evaluate):
        batch = evaluate("__scheduled_batch_as_mapping")
        assert set(batch) == set(OPTIONS) - {"state", "input"}
        # A batch is placed by its trigger.
        defined = set(TASK_DEFINITION_OPTIONS) - {"placement_constraints"} | {"purge_tags"}
        assert set(batch["task_definition"]) == defined

    @pytest.mark.parametrize("trigger", ["rule", "scheduler"])
    def test_the_least_that_a_user_says_is_a_sound_batch(self, evaluate, trigger):
        batch = evaluate("__scheduled_batch_as_mapping", trigger=trigger)
        assert read_batches([batch]).mistakes == []

    @pytest.mark.parametrize("zone", ["UTC", ""])
    def test_a_rule_is_in_utc(self, evaluate, zone):
        batch = evaluate("__scheduled_batch_as_mapping", timezone=zone)
        assert read_batches([batch]).mistakes == []

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("timezone", "Asia/Tokyo"),
            ("start_date", "2026-12-01T00:00:00+00:00"),
            ("end_date", "2026-12-01T00:00:00+00:00"),
            ("flexible_time_window", {"mode": "FLEXIBLE", "maximum_window_in_minutes": 5}),
            ("action_after_completion", "DELETE"),
            ("kms_key_arn", "arn:aws:kms:ap-northeast-1:123456789012:key/1"),
        ],
    )
    def test_what_only_schedules_have_is_refused_for_a_rule(self, evaluate, option, value):
        (mistake,) = read_batches(
            [evaluate("__scheduled_batch_as_mapping", **{option: value})]
        ).mistakes
        told = evaluate("__scheduled_batch_compare_message", msg=mistake)
        assert told.startswith(f"scheduled_batch_{option}: ")
        assert "set scheduled_batch_trigger to 'scheduler'" in told

    def test_a_state_that_is_not_said_is_left_alone(self, evaluate):
        assert evaluate("__scheduled_batch_as_mapping.enabled") is None
        assert evaluate("__scheduled_batch_as_mapping.enabled", enabled=False) is False

    def test_a_strategy_takes_the_place_of_the_launch_type(self, evaluate):
        strategy = [{"capacity_provider": "FARGATE_SPOT"}]
        batch = evaluate("__scheduled_batch_as_mapping", capacity_provider_strategy=strategy)
        assert batch["launch_type"] is None
        assert batch["capacity_provider_strategy"] == strategy


class TestTrust:
    @pytest.mark.parametrize(("trigger", "trusted"), [("rule", EVENTS), ("scheduler", SCHEDULER)])
    def test_the_role_trusts_the_service_of_its_trigger(self, evaluate, trigger, trusted):
        trust = evaluate("__scheduled_batch_role_wishes.trigger.trust", trigger=trigger)
        assert services(trust) == [trusted]

    @pytest.mark.parametrize("group", ["default", "reports"])
    def test_schedules_are_trusted_of_their_group(self, evaluate, group):
        trust = evaluate(
            "__scheduled_batch_trust_of_trigger", trigger="scheduler", group_name=group
        )
        assert trust["Statement"][0]["Condition"] == {
            "ArnEquals": {
                "aws:SourceArn": (
                    f"arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/{group}"
                )
            },
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        }


class TestPolicies:
    def test_a_schedule_s_role_may_send_to_the_dead_letter_queue(self, evaluate):
        queue = "arn:aws:sqs:ap-northeast-1:123456789012:failed"
        found = {
            trigger: evaluate(
                "__scheduled_batch_documents.trigger", trigger=trigger, dead_letter_arn=queue
            )
            for trigger in ("rule", "scheduler")
        }
        assert [statement["Action"] for statement in found["rule"]["Statement"]] == [
            "ecs:RunTask",
            "iam:PassRole",
        ]
        assert found["scheduler"]["Statement"][-1]["Resource"] == queue


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (
            "batches[0] (hello).task_definition.cpu: x. Nothing was changed.",
            "scheduled_batch_cpu: x. Nothing was changed.",
        ),
        (
            "batches[0] (hello).task_definition.container_definitions[0].imgae: x",
            "scheduled_batch_container_definitions[0].imgae: x",
        ),
        (
            "batches[0] (hello).network_configuration.subnets[0]: x",
            "scheduled_batch_subnets[0]: x",
        ),
        ("batches[0] (hello).role_arn: x", "scheduled_batch_trigger_role_arn: x"),
        ("batches[0] (he(l)lo).name: x", "scheduled_batch_name: x"),
        (
            "batches[0] (hello): the rule hello exists; set adopt to true to take it over",
            "the rule hello exists; set scheduled_batch_adopt to true to take it over",
        ),
        (
            "2 mistakes were found\n- batches[0] (a).schedule: x\n- batches[0] (a).cluster: y",
            "2 mistakes were found\n- scheduled_batch_schedule: x\n- scheduled_batch_cluster: y",
        ),
    ],
)
def test_mistakes_are_told_with_the_role_s_own_variables(evaluate, told, meant):
    assert evaluate("__scheduled_batch_compare_message", msg=told) == meant
