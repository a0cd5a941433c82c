# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module ends with results or with one message, whatever its work does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, Call
from ansible_collections.batchwork.aws.plugins.module_utils._engine.interrupted_plan import (
    InterruptedPlan,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action

ERROR = AwsError(
    Call("events", "PutRule", "putting the rule hello"),
    "Rate exceeded",
    code="ThrottlingException",
    request_id="1-2",
)
ANSWER = {
    "code": "ThrottlingException",
    "message": "Rate exceeded",
    "operation": "events:PutRule",
    "attempts": 1,
    "request_id": "1-2",
}
TOLD = (
    "Failed putting the rule hello: AWS answered ThrottlingException: Rate exceeded "
    "(events:PutRule, tried once)"
)
PUT, TAG = (Action("events", operation, {}) for operation in ("PutRule", "TagResource"))


@pytest.fixture
def run(monkeypatch) -> Callable[..., tuple[str, dict[str, Any], list[str]]]:
    """Runs some work as a module: how it ended, with what, and what it warned of."""
    endings: list[tuple[str, dict[str, Any]]] = []
    warned: list[str] = []

    def end(how: str) -> Callable[..., None]:
        def ending(_module: Any, **results: Any) -> None:
            endings.append((how, results))
            raise SystemExit

        return ending

    monkeypatch.setattr(basic.AnsibleModule, "exit_json", end("exit"))
    monkeypatch.setattr(basic.AnsibleModule, "fail_json", end("fail"))
    monkeypatch.setattr(
        basic.AnsibleModule, "warn", lambda _module, warning, **_others: warned.append(warning)
    )

    def run_work(work: Any, **modes: bool) -> tuple[str, dict[str, Any], list[str]]:
        arguments = {f"_ansible_{mode}": value for mode, value in modes.items()}
        with patch_module_args({"environment": {"API_TOKEN": "hunter22"}, **arguments}):
            spec = {"environment": {"type": "dict"}}
            module = BatchworkModule(spec)
            with pytest.raises(SystemExit):
                module.run(work)
        how, results = endings[-1]
        results.pop("invocation")
        return how, results, warned

    return run_work


def returning(outcome: Outcome) -> Any:
    return lambda _session, _params: outcome


def raising(problem: Exception) -> Any:
    def work(_session: Session, _params: Any) -> Outcome:
        raise problem

    return work


def test_results_are_returned_and_warnings_given_once(run):
    outcome = Outcome(changed=True, results={"rule": None}, warnings=["a", "b", "a"])
    how, results, warned = run(returning(outcome))
    assert (how, results) == ("exit", {"changed": True, "rule": None})
    assert warned == ["a", "b"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_work_knows_whether_it_may_write(run, check_mode):
    seen: list[bool] = []

    def work(session: Session, _params: Any) -> Outcome:
        seen.append(session.check_mode)
        return Outcome()

    run(work, check_mode=check_mode)
    assert seen == [check_mode]


def test_a_diff_is_shown_where_it_is_asked_for(run):
    outcome = Outcome(changes=(Change("a", 1, 2),), before={"a": 1}, after={"a": 2})
    assert "diff" not in run(returning(outcome))[1]
    assert run(returning(outcome), diff=True)[1]["diff"] == {"before": {"a": 1}, "after": {"a": 2}}


@pytest.mark.parametrize(
    ("problem", "results"),
    [
        (
            InvalidDescription(["name: Too long."]),
            {"msg": "name: Too long. Nothing was changed.", "errors": ["name: Too long."]},
        ),
        (
            InvalidDescription(["a: No.", "b: No."]),
            {
                "msg": "2 mistakes were found; nothing was changed.\n- a: No.\n- b: No.",
                "errors": ["a: No.", "b: No."],
            },
        ),
        (ERROR, {"msg": TOLD, "error": ANSWER}),
        (
            InterruptedPlan(ERROR, [PUT], [TAG, TAG]),
            {
                "msg": f"{TOLD}. Done before: PutRule. Not done: TagResource (2 calls)."
                " Run again to finish.",
                "changed": True,
                "error": ANSWER,
            },
        ),
        (
            Failure("It ended badly.", Outcome(changed=True, results={"exit_code": 3})),
            {"msg": "It ended badly.", "changed": True, "exit_code": 3},
        ),
        (
            Failure.of(ERROR, Outcome(), "Wait."),
            {"msg": f"{TOLD}. Wait.", "changed": False, "error": ANSWER},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_goes_wrong_is_one_message_with_what_playbooks_may_ask_for(run, problem, results):
    how, told, _warned = run(raising(problem))
    assert (how, told) == ("fail", results)


def test_the_warnings_of_work_that_fails_are_given_too(run):
    failure = Failure("It ended badly.", Outcome(warnings=["The log could not be read."]))
    assert run(raising(failure))[2] == ["The log could not be read."]


def test_expected_failures_have_no_traceback_to_show(run, monkeypatch):
    import sys

    seen: list[Any] = []

    def fail_json(_module: Any, **_results: Any) -> None:
        seen.append(sys.exc_info()[1])
        raise SystemExit

    monkeypatch.setattr(basic.AnsibleModule, "fail_json", fail_json)
    with patch_module_args({}), pytest.raises(SystemExit):
        BatchworkModule({}).run(raising(ERROR))
    with patch_module_args({}), pytest.raises(SystemExit):
        BatchworkModule({}).run(raising(KeyError("name")))
    assert seen[0] is None
    assert isinstance(seen[1], KeyError)


def test_a_mistake_of_ours_is_owned_up_to(run):
    how, told, _warned = run(raising(KeyError("name")))
    assert how == "fail"
    assert told["msg"] == (
        "This is a mistake in batchwork.aws, not in your playbook: KeyError: 'name'. Please report "
        "it, with what -vvv and ANSIBLE_DISPLAY_TRACEBACK=always show."
    )


@pytest.mark.parametrize(
    "problem",
    [
        InvalidDescription(["a: hunter22 is wrong."]),
        AwsError(ERROR.call, "Invalid: hunter22"),
        InterruptedPlan(AwsError(ERROR.call, "Invalid: hunter22"), [PUT], [TAG]),
        Failure("It said hunter22.", Outcome(warnings=["Mind hunter22."])),
        ValueError("hunter22"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_that_is_told_has_a_secret_of_the_options(run, problem):
    _how, told, warned = run(raising(problem))
    assert "hunter22" not in str((told, warned))
    assert "VALUE_HIDDEN" in told["msg"]


def test_nothing_that_is_told_has_a_secret_that_was_sent(run):
    def work(session: Session, _params: Any) -> Outcome:
        session.learn_secrets({"environment": {"API_TOKEN": "hunter33"}})
        raise AwsError(ERROR.call, "Invalid: hunter33")

    assert "hunter33" not in str(run(work))
