# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module returns of its work: changes, a diff where it is asked for, and no secrets."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, Call
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan

PATH = "containerDefinitions[app].environment[API_TOKEN]"
DOCUMENT = {"containerDefinitions": [{"environment": [{"name": "API_TOKEN", "value": "hunter22"}]}]}
PLAN = Plan(
    before={"cpu": "256"},
    after=DOCUMENT,
    changes=(Change("cpu", "256", None), Change(PATH, "hunter21", "hunter22")),
    actions=(Action("ecs", "RegisterTaskDefinition", {}),),
    warnings=("from the plan",),
)


def test_a_plan_becomes_results():
    outcome = Outcome.of_plan(PLAN, {"task_definition": DOCUMENT}, ["from the options"])
    assert outcome.warnings == ("from the options", "from the plan")
    hidden = {"name": "API_TOKEN", "value": "VALUE_HIDDEN"}
    shown = {"containerDefinitions": [{"environment": [hidden]}]}
    assert outcome.as_results(diff_mode=True) == {
        "changed": True,
        "task_definition": shown,
        "changes": [
            {"path": "cpu", "before": "256", "after": None},
            {"path": PATH, "before": "VALUE_HIDDEN", "after": "VALUE_HIDDEN"},
        ],
        "diff": {"before": {"cpu": "256"}, "after": shown},
    }


def test_a_diff_is_only_shown_where_it_is_asked_for():
    assert "diff" not in Outcome.of_plan(PLAN, {}).as_results(diff_mode=False)


def test_what_does_not_exist_is_an_empty_side_of_the_diff():
    results = Outcome.of_plan(Plan(before=None, after=None), {}).as_results(diff_mode=True)
    assert results == {"changed": False, "changes": [], "diff": {"before": {}, "after": {}}}


def test_a_look_has_neither_changes_nor_a_diff():
    results = Outcome(results={"rules": []}).as_results(diff_mode=True)
    assert results == {"changed": False, "rules": []}


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ((), "Failed asking: no (ecs:RunTask, tried once)."),
        (("Do this.",), "Failed asking: no (ecs:RunTask, tried once). Do this."),
        ((None, "Do this."), "Failed asking: no (ecs:RunTask, tried once). Do this."),
    ],
)
def test_a_failure_says_what_aws_said_and_what_else_there_is_to_say(sentences, message):
    error = AwsError(Call("ecs", "RunTask", "asking"), "no.")
    failure = Failure.of(error, Outcome(changed=True), *sentences)
    assert (str(failure), failure.error, failure.outcome.changed) == (message, error, True)
