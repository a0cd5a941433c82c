# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine that the role for fleets makes for the guards of its batches, and its role."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)

PLACE = "ap-northeast-1:123456789012"
OWN = f"arn:aws:states:{PLACE}:stateMachine:team-guard"
OTHER = f"arn:aws:states:{PLACE}:stateMachine:shared"
ROLE = "arn:aws:iam::123456789012:role/guards"
GUARD = {"timeout": 600, "retries": 1}


def batch(name: str, **options: Any) -> dict[str, Any]:
    return {
        "name": name,
        "schedule": "rate(1 day)",
        "cluster": "batch",
        "task_definition": {
            "family": name,
            "container_definitions": [{"name": "app", "image": "busybox"}],
        },
        **options,
    }


PLAIN, GUARDED = [batch("plain")], [batch("guarded", guard=GUARD)]


def actions(document: dict[str, Any]) -> set[str]:
    return {
        action
        for statement in document["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }


class TestWithoutGuards:
    def test_there_is_neither_a_state_machine_nor_its_role(self, fleet):
        assert fleet("wanted_state_machines", batches=PLAIN) == []
        assert fleet("made_roles", batches=PLAIN) == ["execution", "task", "trigger"]

    @pytest.mark.parametrize(
        ("options", "asks"),
        [
            ({}, False),
            ({"prune": True}, True),
            ({"state": "absent"}, True),
            ({"batches": GUARDED}, True),
        ],
    )
    def test_it_is_looked_for_only_where_it_would_be_removed(self, fleet, options, asks):
        assert fleet("may_have_guard", **{"batches": PLAIN, **options}) is asks


class TestWithGuards:
    def test_one_state_machine_guards_all_that_name_none(self, fleet):
        batches = [*GUARDED, batch("b", guard={**GUARD, "state_machine_arn": OTHER}), *PLAIN]
        complete = fleet("complete", batches=batches)
        assert [each.get("guard") for each in complete] == [
            {**GUARD, "state_machine_arn": OWN},
            {**GUARD, "state_machine_arn": OTHER},
            None,
        ]
        assert read_batches(complete, {"role_arn": ROLE}).mistakes == []

    def test_it_is_the_owners_and_works_with_a_role_of_its_own(self, fleet):
        (wanted,) = fleet("wanted_state_machines", batches=GUARDED)
        name = "team-ap-northeast-1-guard"
        assert wanted == {
            "name": "team-guard",
            "partition": "aws",
            "role_arn": f"arn:aws:iam::123456789012:role/{name}",
            "tags": {"batchwork:owner": "team"},
        }
        role = fleet("wanted_roles", batches=GUARDED)[-1]
        assert role["name"] == name
        (trust,) = role["trust"]["Statement"]
        assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": OWN}
        assert role["tags"]["batchwork:region"] == "ap-northeast-1"

    def test_step_functions_takes_no_dots_in_names(self, fleet):
        (wanted,) = fleet("wanted_state_machines", batches=GUARDED, owner="a.b")
        assert wanted["name"] == "a-b-guard"

    def test_the_trigger_starts_it_and_runs_nothing_itself(self, fleet):
        assert actions(fleet("documents.trigger", batches=GUARDED)) == {"states:StartExecution"}
        guard = actions(fleet("documents.guard", batches=GUARDED))
        assert {"ecs:RunTask", "iam:PassRole", "ecs:StopTask"} <= guard

    def test_each_role_passes_the_roles_of_what_it_runs(self, fleet):
        passed = f"{ROLE}-of-theirs"
        own = {"task_role_managed_policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
        batches = [batch("a", guard=GUARD, **own), batch("b", task_definition="theirs")]
        running = fleet("running", batches=batches, passed_role_arns=[passed])
        names = {
            kind: [arn.rpartition("/")[2] for arn in runs["passed_role_arns"]]
            for kind, runs in running.items()
        }
        stem = "team-ap-northeast-1"
        assert names == {
            "trigger": ["guards-of-theirs"],
            "guard": [f"{stem}-execution", f"{stem}-task-a", "guards-of-theirs"],
        }

    def test_roles_of_a_named_task_definition_behind_a_guard_have_to_be_told(self, fleet):
        named = [batch("a", guard=GUARD, task_definition="theirs")]
        (told,) = fleet("told_mistakes", batches=named)
        assert told.startswith("scheduled_batches_passed_role_arns: not set, but required")
        assert "(theirs)" in told


class TestBroughtAlong:
    def test_a_state_machine_is_only_started(self, fleet):
        options = {"batches": GUARDED, "guard_state_machine_arn": OTHER}
        assert fleet("wanted_state_machines", **options) == []
        assert "guard" not in fleet("made_roles", **options)
        (start,) = fleet("documents.trigger", **options)["Statement"]
        assert start["Resource"] == [OTHER]
        assert fleet("complete", **options)[0]["guard"]["state_machine_arn"] == OTHER

    def test_the_fleets_own_is_not_brought_along_whoever_names_it(self, fleet):
        options = {"batches": GUARDED, "guard_state_machine_arn": OWN}
        assert [each["name"] for each in fleet("wanted_state_machines", **options)] == [
            "team-guard"
        ]

    def test_a_role_is_neither_made_nor_changed(self, fleet):
        options = {"batches": GUARDED, "guard_role_arn": ROLE}
        assert fleet("wanted_state_machines", **options)[0]["role_arn"] == ROLE
        assert "guard" not in fleet("made_roles", **options)

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (
                {"guard_state_machine_arn": "team-guard"},
                f"scheduled_batches_guard_state_machine_arn takes the ARN of a state machine, such"
                f" as {OWN}, and not team-guard.",
            ),
            (
                {"guard_role_arn": "guards"},
                "scheduled_batches_execution_role_arn, scheduled_batches_task_role_arn,"
                " scheduled_batches_trigger_role_arn, scheduled_batches_guard_role_arn and"
                " scheduled_batches_passed_role_arns take ARNs of roles",
            ),
            (
                {"guard_role_name": "team-ap-northeast-1-Task"},
                "scheduled_batches_execution_role_name, scheduled_batches_task_role_name,"
                " scheduled_batches_trigger_role_name and scheduled_batches_guard_role_name: ",
            ),
        ],
    )
    def test_mistakes_are_told_with_their_variables(self, fleet, options, told):
        (found,) = fleet("told_mistakes", batches=GUARDED, **options)
        assert found[: len(told)] == told
