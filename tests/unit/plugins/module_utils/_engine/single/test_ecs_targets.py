# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names become ARNs of the right place, and nobody is asked where an ARN tells it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import Call, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single import ecs_targets
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    place_of,
    with_arns,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place

HERE = Place("aws", "eu-west-1", "123456789012")
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"
DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/hello"
CHINESE_ROLE = "arn:aws-cn:iam::210987654321:role/events"


class Asked(Session):
    """A session in eu-west-1 that counts how often it is asked for the account."""

    def __init__(self) -> None:
        clients: Any = SimpleNamespace(region="eu-west-1")
        super().__init__(clients, check_mode=False)
        self.questions = 0

    def place(self) -> Place:
        self.questions += 1
        return HERE


def target(cluster: str | None, definition: str | None, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"Arn": cluster} if cluster else {}
    if definition:
        given["EcsParameters"] = {"TaskDefinitionArn": definition, "TaskCount": 2}
    return {**given, **more}


@pytest.mark.parametrize(
    ("given", "expected", "questions"),
    [
        (target("batch", "hello"), target(CLUSTER, DEFINITION), 1),
        (target("batch", None), target(CLUSTER, None), 1),
        (target(None, "hello:3"), target(None, f"{DEFINITION}:3"), 1),
        (target(CLUSTER, "hello"), target(CLUSTER, DEFINITION), 0),
        (target("batch", DEFINITION), target(CLUSTER, DEFINITION), 0),
        (target(CLUSTER, DEFINITION), target(CLUSTER, DEFINITION), 0),
        (target(None, None), target(None, None), 0),
        (
            target("batch", None, RoleArn="arn:aws:iam::123456789012:role/events"),
            target(CLUSTER, None, RoleArn="arn:aws:iam::123456789012:role/events"),
            0,
        ),
        (
            target("batch", None, RoleArn=CHINESE_ROLE),
            target(
                "arn:aws-cn:ecs:eu-west-1:210987654321:cluster/batch", None, RoleArn=CHINESE_ROLE
            ),
            0,
        ),
    ],
    ids=str,
)
def test_names_become_arns(given, expected, questions):
    session = Asked()
    assert with_arns(session, given) == expected
    assert session.questions == questions


def test_what_is_known_otherwise_tells_the_account_too():
    session = Asked()
    known = "arn:aws:events:eu-west-1:123456789012:rule/hello"
    assert with_arns(session, target("batch", None), None, known) == target(CLUSTER, None)
    assert session.questions == 0


@pytest.mark.parametrize("arns", [(), (None,), ("arn:aws:s3:::bucket",), ("batch",)])
def test_without_an_account_in_an_arn_it_is_asked_for(arns):
    session = Asked()
    assert place_of(session, *arns) == HERE
    assert session.questions == 1


@pytest.fixture
def looks(monkeypatch) -> list[str]:
    """What is looked up, where the cluster is there and the definition is not."""
    looked: list[str] = []

    def describe_task_definition(_client: Any, reference: str) -> None:
        looked.append(reference)
        call = Call("ecs", "DescribeTaskDefinition", "describing")
        raise NotFound(call, "no such family")

    monkeypatch.setattr(ecs_targets, "describe_task_definition", describe_task_definition)
    monkeypatch.setattr(
        ecs_targets, "describe_cluster", lambda _client, cluster: looked.append(cluster)
    )
    return looked


def session_that_writes(writes: bool) -> Session:
    clients: Any = SimpleNamespace(client=lambda _service: None)
    return Session(clients, check_mode=not writes)


def test_check_mode_takes_a_missing_definition_for_one_to_come(looks):
    session = session_that_writes(False)
    assert ecs_targets.definition_to_run(session, target(CLUSTER, DEFINITION)) is None
    assert looks == [DEFINITION]


def test_what_a_target_names_has_to_be_there(looks):
    with pytest.raises(NotFound):
        ecs_targets.definition_to_run(session_that_writes(True), target(CLUSTER, DEFINITION))
    assert looks == [CLUSTER, DEFINITION]


def test_a_target_that_names_nothing_needs_no_look(looks):
    session = session_that_writes(True)
    assert ecs_targets.definition_to_run(session, target(None, None)) is None
    assert looks == []


@pytest.mark.parametrize("overrides", [None, {}, ""])
def test_without_overrides_the_largest_model_is_not_read(monkeypatch, overrides):
    monkeypatch.setattr(ecs_targets, "structure", None)
    assert ecs_targets.overrides_shape(overrides).members == {}
