# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan is carried out in order, and nothing half-done stays unreported."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils import _plan
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    Call,
    FailedEntry,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine import apply
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action

PUT = Action("events", "PutRule", {"Name": "hello"})
TAG = Action("events", "TagResource", {"ResourceARN": "arn", "Tags": {}})
UNTAG = Action("events", "UntagResource", {"ResourceARN": "arn", "TagKeys": []})
REMOVE = Action("events", "RemoveTargets", {"Rule": "hello", "Ids": ["a", "b"]})
ERROR = AwsError(Call("events", "TagResource", "tagging"), "no")


class Calls:
    """Takes the place of AWS: notes what is called, and fails where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, str]] = []
        self.errors: dict[str, AwsError] = {}
        clients: Any = SimpleNamespace(client=lambda service: service)
        self.session = Session(clients, check_mode=False)
        table = {key: self._call(key[1]) for key in apply.CALLS}
        monkeypatch.setattr(apply, "CALLS", table)

    def _call(self, operation: str) -> Any:
        def carry_out(client: str, _parameters: dict[str, Any]) -> dict[str, Any] | None:
            self.made.append((client, operation))
            if operation in self.errors:
                raise self.errors[operation]
            return {"RuleArn": "arn"} if operation == "PutRule" else None

        return carry_out

    def apply(self, *actions: Action) -> list[dict[str, Any]]:
        return apply.apply_actions(self.session, actions)


@pytest.fixture
def calls(monkeypatch) -> Calls:
    return Calls(monkeypatch)


def test_every_action_is_one_call_in_the_plan_s_order(calls):
    assert calls.apply(PUT, TAG, UNTAG) == [{"RuleArn": "arn"}, {}, {}]
    operations = ["PutRule", "TagResource", "UntagResource"]
    assert calls.made == [("events", operation) for operation in operations]


def test_nothing_is_called_where_nothing_is_to_be_done(calls):
    assert calls.apply() == []
    assert calls.made == []


def test_a_first_action_that_fails_has_changed_nothing(calls):
    calls.errors["TagResource"] = ERROR
    with pytest.raises(AwsError) as raised:
        calls.apply(TAG, UNTAG)
    assert raised.value is ERROR
    assert calls.made == [("events", "TagResource")]


def test_a_later_action_that_fails_tells_what_was_done_and_what_is_left(calls):
    calls.errors["TagResource"] = ERROR
    with pytest.raises(apply.InterruptedPlan) as raised:
        calls.apply(PUT, TAG, UNTAG)
    assert raised.value.error is ERROR
    assert (raised.value.done, raised.value.left) == ((PUT,), (TAG, UNTAG))
    assert str(raised.value).endswith(
        "no (events:TagResource, tried once). Done before: PutRule. "
        "Not done: TagResource, UntagResource. Run again to finish."
    )


def test_calls_of_one_kind_are_counted(calls):
    calls.errors["UntagResource"] = ERROR
    with pytest.raises(apply.InterruptedPlan, match=r"Done before: TagResource \(3 calls\)\."):
        calls.apply(TAG, TAG, TAG, UNTAG)


def partial(*ids: str) -> PartialFailure:
    entries = [FailedEntry(identifier, "Refused", "not this one") for identifier in ids]
    return PartialFailure(Call("events", "RemoveTargets", "removing targets"), entries)


def test_a_first_action_that_is_done_in_part_has_changed_something(calls):
    calls.errors["RemoveTargets"] = partial("b")
    with pytest.raises(apply.InterruptedPlan, match="Done before: RemoveTargets in part. Not done"):
        calls.apply(REMOVE)


def test_a_first_action_of_which_all_is_refused_has_changed_nothing(calls):
    calls.errors["RemoveTargets"] = partial("a", "b")
    with pytest.raises(PartialFailure):
        calls.apply(REMOVE)


def test_secrets_in_a_request_are_known_before_it_is_sent(calls):
    target = {
        "Id": "a",
        "Input": '{"containerOverrides": [{"environment": {"TOKEN": "hunter22"}}]}',
    }
    put = Action("events", "PutTargets", {"Rule": "hello", "Targets": [target]})
    calls.errors["PutTargets"] = ERROR
    with pytest.raises(AwsError):
        calls.apply(put)
    assert calls.session.secrets == {"hunter22"}


def test_every_action_that_a_plan_can_have_can_be_carried_out():
    """Registrations need what was known before, so they are not in the table."""
    (folder,) = _plan.__path__
    text = "".join(path.read_text(encoding="utf-8") for path in Path(folder).glob("*.py"))
    actions = set(re.findall(r'Action\(\s*"([a-z]+)",\s*"([A-Za-z]+)"', text))
    assert len(actions) > 10
    assert actions - {("ecs", "RegisterTaskDefinition")} <= set(apply.CALLS)
