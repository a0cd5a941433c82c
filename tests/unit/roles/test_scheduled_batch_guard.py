# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role makes of a guard and of notifications, and what it leaves alone without them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)

OWN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:hello-guard"
OTHER = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:shared"
QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:hello-dead-letters"
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:alerts"
GUARD = {"timeout": 600, "overlap": "skip", "retries": 1}


def change(before: Any, after: Any, path: str = "Guard") -> dict[str, Any]:
    return {"path": path, "before": before, "after": after}


COMES = [change(None, {"StateMachineArn": OWN})]
GOES = [change({"StateMachineArn": OWN}, None)]
BECOMES_SHARED = [change(OWN, OTHER, "Target.Guard.StateMachineArn")]
NEW_RULE = [change(None, "cluster", "Arn"), *COMES]
NEW_SCHEDULE = [change(None, {"Guard": {}}, "Target")]


def found(evaluate: Any, what: str, **options: Any) -> Any:
    return evaluate(f"__scheduled_batch_{what}", **options)


class TestGuard:
    def test_it_is_off_unless_asked(self, evaluate):
        assert found(evaluate, "as_mapping.guard") == {}
        assert found(evaluate, "made_roles") == ["execution", "task", "trigger"]
        for name in ("makes_guard", "removes_guard", "notifies", "asks_for_notifications"):
            assert found(evaluate, name) is False, name

    def test_the_batch_starts_a_state_machine_of_its_own(self, evaluate):
        batch = found(evaluate, "as_mapping", guard=GUARD)
        assert batch["guard"] == {**GUARD, "state_machine_arn": OWN}
        assert read_batches([batch]).mistakes == []
        assert found(evaluate, "made_roles", guard=GUARD)[-1] == "guard"
        assert found(evaluate, "policies_in_use", guard=GUARD)[-1] == "guard"

    def test_step_functions_takes_no_dots_in_names(self, evaluate):
        assert found(evaluate, "state_machine_name", name="a.b") == "a-b-guard"

    def test_the_guard_s_role_runs_this_family_and_trusts_this_state_machine(self, evaluate):
        wish = found(evaluate, "role_wishes.guard", guard=GUARD)
        (statement,) = wish["trust"]["Statement"]
        assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": OWN}
        run = found(evaluate, "documents.guard", guard=GUARD)["Statement"][0]
        assert [arn.rpartition("/")[2] for arn in run["Resource"]] == ["hello:*"]

    @pytest.mark.parametrize(
        "options",
        [
            {"guard": GUARD, "guard_state_machine_arn": OTHER},
            {"guard": {**GUARD, "state_machine_arn": OTHER}},
        ],
    )
    def test_a_state_machine_that_is_brought_along_is_only_started(self, evaluate, options):
        assert found(evaluate, "as_mapping.guard.state_machine_arn", **options) == OTHER
        assert found(evaluate, "makes_guard", **options) is False
        (start,) = found(evaluate, "documents.trigger", **options)["Statement"]
        assert start["Resource"] == OTHER

    def test_its_own_state_machine_named_like_another_s_stays(self, evaluate):
        options = {"guard": GUARD, "guard_state_machine_arn": OWN}
        assert found(evaluate, "removes_guard", **options) is False

    def test_a_role_that_is_brought_along_is_neither_made_nor_changed(self, evaluate):
        role = "arn:aws:iam::123456789012:role/guards"
        options = {"guard": GUARD, "guard_role_arn": role}
        assert found(evaluate, "role_arns.guard", **options) == role
        assert "guard" not in found(evaluate, "made_roles", **options)
        assert "guard" not in found(evaluate, "made_policies", **options)

    @pytest.mark.parametrize(
        ("options", "changes", "removes"),
        [
            ({}, GOES, True),
            ({}, [], False),
            ({"guard": {}}, [], True),
            ({"guard": GUARD}, [], False),
            ({}, [change({"StateMachineArn": OTHER}, None)], False),
            ({"guard": GUARD, "guard_state_machine_arn": OTHER}, BECOMES_SHARED, True),
            ({"guard": GUARD}, NEW_RULE, False),
            ({}, NEW_SCHEDULE, False),
        ],
    )
    def test_only_the_role_s_own_guard_is_removed(self, evaluate, options, changes, removes):
        assert found(evaluate, "removes_guard", changes=changes, **options) is removes


class TestNotifications:
    @pytest.mark.parametrize(
        ("options", "asks", "notifies"),
        [
            ({"notification_topic_arn": TOPIC}, True, True),
            ({"dead_letter_queue": True}, True, True),
            ({"notification_topic_arn": ""}, True, False),
            ({"dead_letter_queue": False}, True, False),
        ],
    )
    def test_an_empty_variable_has_the_role_look_for_what_there_was(
        self, evaluate, options, asks, notifies
    ):
        assert found(evaluate, "asks_for_notifications", **options) is asks
        assert found(evaluate, "notifies", **options) is notifies

    def test_the_queue_becomes_the_target_s(self, evaluate):
        compared = {"notifications": {"dead_letter_arn": QUEUE}}
        batch = evaluate(
            "__scheduled_batch_as_mapping", dead_letter_queue=True, notifications_compared=compared
        )
        assert batch["dead_letter_arn"] == QUEUE

    def test_two_queues_are_refused(self, evaluate):
        mistakes = evaluate(
            "__scheduled_batch_mistakes | selectattr('found') | map(attribute='message')",
            dead_letter_queue=True,
            dead_letter_arn=QUEUE,
        )
        assert [told.split(":")[0] for told in mistakes] == ["scheduled_batch_dead_letter_queue"]


@pytest.mark.parametrize(
    ("module", "told", "meant"),
    [
        ("guard", "role_arn: 'x' is no role", "scheduled_batch_guard_role_arn: 'x' is no role"),
        ("notifications", "name: 'a.b' is not", "scheduled_batch_name: 'a.b' is not"),
        (
            "notifications",
            "2 mistakes\n- topic_arn: x\n- tags.batchwork:x: y",
            "2 mistakes\n- scheduled_batch_notification_topic_arn: x"
            "\n- scheduled_batch_tags.batchwork:x: y",
        ),
    ],
)
def test_mistakes_are_told_with_the_role_s_own_variables(evaluate, module, told, meant):
    compared = {f"{module}_compared": {"msg": told}}
    assert evaluate("__scheduled_batch_compare_message", **compared) == meant
