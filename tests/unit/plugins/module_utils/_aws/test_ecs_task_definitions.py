# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions: each call, exactly one registration, and every partial failure."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    SETTLING_SECONDS,
    delete_task_definitions,
    deregister_task_definition,
    describe_task_definition,
    list_families,
    list_task_definition_tags,
    list_task_definitions,
    register_task_definition,
    tag_task_definition,
    untag_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AnswerLost,
    NotFound,
    PartialFailure,
    Rejected,
    Throttled,
)

PREFIX = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello:"
CONTENT = {"family": "hello", "containerDefinitions": [{"name": "hello", "image": "busybox"}]}


def revision(number: int, status: str = "ACTIVE") -> dict:
    return {
        **CONTENT,
        "taskDefinitionArn": f"{PREFIX}{number}",
        "revision": number,
        "status": status,
    }


@pytest.fixture
def ecs(stubbed):
    return stubbed("ecs")


def refuse_to_look(_described: dict) -> bool:
    pytest.fail("nothing was lost, so there is nothing to recognise")


def test_a_revision_is_described_with_its_tags_as_a_mapping(ecs):
    answer = {"taskDefinition": revision(3), "tags": [{"key": "team", "value": "a"}, {"key": "b"}]}
    ecs.answers("describe_task_definition", answer, taskDefinition="hello", include=["TAGS"])
    described = describe_task_definition(ecs.client, "hello")
    assert described.document == revision(3)
    assert described.tags == {"team": "a", "b": ""}


def test_a_family_without_an_active_revision_is_not_found(ecs):
    ecs.fails("describe_task_definition", "ClientException", "Unable to describe task definition.")
    with pytest.raises(NotFound, match="describing the task definition hello"):
        describe_task_definition(ecs.client, "hello")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("AccessDeniedException", AccessDenied), ("ClientException", Rejected)],
)
def test_another_failure_to_describe_is_no_absence(ecs, code, expected):
    ecs.fails("describe_task_definition", code, "something else")
    with pytest.raises(expected):
        describe_task_definition(ecs.client, "hello")


def test_a_registration_sends_tags_in_ecs_spelling(ecs):
    ecs.answers(
        "register_task_definition",
        {"taskDefinition": revision(4), "tags": [{"key": "team", "value": "a"}]},
        **CONTENT,
        tags=[{"key": "team", "value": "a"}],
    )
    registered = register_task_definition(
        ecs.client, CONTENT, refuse_to_look, tags={"team": "a"}, after_revision=3
    )
    assert registered == (revision(4), {"team": "a"})


def test_a_registration_without_tags_sends_none(ecs):
    ecs.answers("register_task_definition", {"taskDefinition": revision(1)}, **CONTENT)
    registered = register_task_definition(ecs.client, CONTENT, refuse_to_look, tags={})
    assert registered == (revision(1), {})


def test_a_throttled_registration_is_repeated_without_looking(ecs):
    ecs.fails("register_task_definition", "ThrottlingException", "Rate exceeded")
    ecs.answers("register_task_definition", {"taskDefinition": revision(1)}, **CONTENT)
    assert register_task_definition(ecs.client, CONTENT, refuse_to_look).document["revision"] == 1


def lose_answer(ecs) -> None:
    ecs.fails("register_task_definition", "ServerException", "Service Unavailable", status=500)


def describe(ecs, number: int) -> None:
    ecs.answers(
        "describe_task_definition",
        {"taskDefinition": revision(number)},
        taskDefinition="hello",
        include=["TAGS"],
    )


def test_a_registration_whose_answer_was_lost_is_recognised(ecs):
    lose_answer(ecs)
    describe(ecs, 4)
    registered = register_task_definition(
        ecs.client, CONTENT, lambda latest: latest == revision(4), after_revision=3
    )
    assert registered.document["revision"] == 4
    assert ecs.time.sleeps == [SETTLING_SECONDS]


def test_a_registration_that_was_not_carried_out_is_sent_again(ecs):
    lose_answer(ecs)
    describe(ecs, 3)
    ecs.answers("register_task_definition", {"taskDefinition": revision(4)}, **CONTENT)
    registered = register_task_definition(ecs.client, CONTENT, refuse_to_look, after_revision=3)
    assert registered.document["revision"] == 4


def test_a_new_revision_of_somebody_else_is_not_taken_for_the_lost_one(ecs):
    lose_answer(ecs)
    describe(ecs, 4)
    ecs.answers("register_task_definition", {"taskDefinition": revision(5)}, **CONTENT)
    registered = register_task_definition(
        ecs.client, CONTENT, lambda _latest: False, after_revision=3
    )
    assert registered.document["revision"] == 5


def test_the_first_registration_of_a_family_is_recognised_as_well(ecs):
    lose_answer(ecs)
    ecs.fails("describe_task_definition", "ClientException", "Unable to describe task definition.")
    lose_answer(ecs)
    describe(ecs, 1)
    registered = register_task_definition(ecs.client, CONTENT, lambda _latest: True)
    assert registered.document["revision"] == 1


def test_answers_that_are_lost_for_ever_are_told(ecs):
    for _time in range(3):
        lose_answer(ecs)
        describe(ecs, 3)
    with pytest.raises(AnswerLost, match="AWS may have carried it out all the same"):
        register_task_definition(ecs.client, CONTENT, refuse_to_look, after_revision=3)


def test_a_lost_answer_that_cannot_be_looked_for_is_told(ecs):
    lose_answer(ecs)
    ecs.fails("describe_task_definition", "AccessDeniedException", "not you")
    with pytest.raises(AnswerLost) as caught:
        register_task_definition(ecs.client, CONTENT, refuse_to_look)
    assert isinstance(caught.value.__cause__, AccessDenied)


def test_a_revision_is_deregistered(ecs):
    ecs.answers(
        "deregister_task_definition",
        {"taskDefinition": revision(3, "INACTIVE")},
        taskDefinition="hello:3",
    )
    assert deregister_task_definition(ecs.client, "hello:3")["status"] == "INACTIVE"


def test_a_revision_that_is_inactive_already_counts_as_deregistered(ecs):
    ecs.fails("deregister_task_definition", "ClientException", "The revision is inactive")
    ecs.answers(
        "describe_task_definition",
        {"taskDefinition": revision(3, "INACTIVE")},
        taskDefinition="hello:3",
        include=["TAGS"],
    )
    assert deregister_task_definition(ecs.client, "hello:3") == revision(3, "INACTIVE")


def test_a_revision_that_stays_active_is_told(ecs):
    ecs.fails("deregister_task_definition", "ClientException", "no")
    ecs.answers(
        "describe_task_definition",
        {"taskDefinition": revision(3)},
        taskDefinition="hello:3",
        include=["TAGS"],
    )
    with pytest.raises(Rejected, match="deregistering the task definition hello:3"):
        deregister_task_definition(ecs.client, "hello:3")


def deletion(ecs, asked: list[int], deleted: list[int], *failures: dict) -> None:
    ecs.answers(
        "delete_task_definitions",
        {
            "taskDefinitions": [revision(number, "DELETE_IN_PROGRESS") for number in deleted],
            "failures": list(failures),
        },
        taskDefinitions=[f"{PREFIX}{number}" for number in asked],
    )


def arns(*numbers: int) -> list[str]:
    return [f"{PREFIX}{number}" for number in numbers]


def numbers(documents) -> list[int]:
    return [document["revision"] for document in documents]


def test_ten_revisions_are_deleted_a_call(ecs):
    first, rest = list(range(1, 11)), list(range(11, 24))
    deletion(ecs, first, first)
    deletion(ecs, rest[:10], rest[:10])
    deletion(ecs, rest[10:], rest[10:])
    assert numbers(delete_task_definitions(ecs.client, arns(*first, *rest))) == first + rest


def test_what_ecs_did_not_delete_is_a_failure_with_its_reason(ecs):
    deletion(ecs, [1, 2], [1], {"arn": f"{PREFIX}2", "reason": "still ACTIVE", "detail": "x"})
    with pytest.raises(PartialFailure) as caught:
        delete_task_definitions(ecs.client, arns(1, 2))
    assert f"AWS refused 1 entry: {PREFIX}2: still ACTIVE: x" in str(caught.value)
    assert numbers(caught.value.done) == [1]


BEING_DELETED = "The task definition is in the process of being deleted."


def test_what_is_being_deleted_already_is_no_failure(ecs):
    deletion(ecs, [1, 2], [1], {"arn": f"{PREFIX}2", "reason": BEING_DELETED})
    assert numbers(delete_task_definitions(ecs.client, arns(1, 2))) == [1]


def test_one_that_is_being_deleted_already_does_not_keep_the_others(ecs):
    ecs.fails("delete_task_definitions", "ClientException", BEING_DELETED)
    deletion(ecs, [1], [1])
    ecs.fails("delete_task_definitions", "ClientException", BEING_DELETED)
    deletion(ecs, [3], [3])
    assert numbers(delete_task_definitions(ecs.client, arns(1, 2, 3))) == [1, 3]


def test_a_deletion_that_is_refused_as_a_whole_is_told(ecs):
    ecs.fails("delete_task_definitions", "InvalidParameterException", "too many")
    with pytest.raises(Rejected, match="deleting the task definitions"):
        delete_task_definitions(ecs.client, arns(1))


def test_revisions_are_listed_newest_first_over_all_pages(ecs):
    asked = {"familyPrefix": "hello", "status": "ACTIVE", "sort": "DESC"}
    ecs.answers(
        "list_task_definitions", {"taskDefinitionArns": arns(9, 10), "nextToken": "2"}, **asked
    )
    ecs.answers(
        "list_task_definitions", {"taskDefinitionArns": arns(2, 100)}, **asked, nextToken="2"
    )
    assert list_task_definitions(ecs.client, "hello") == arns(100, 10, 9, 2)


def test_families_are_listed_over_all_pages(ecs):
    asked = {"status": "ACTIVE"}
    page = {"families": ["a", "b"], "nextToken": "2"}
    ecs.answers("list_task_definition_families", page, **asked)
    ecs.answers("list_task_definition_families", {"families": ["c"]}, **asked, nextToken="2")
    assert list_families(ecs.client) == ["a", "b", "c"]


def test_a_throttled_listing_is_no_empty_one(ecs):
    for _time in range(20):
        ecs.fails("list_task_definitions", "ThrottlingException", "Rate exceeded")
    ecs.time.chance = 0.01
    with pytest.raises(Throttled):
        list_task_definitions(ecs.client, "hello")


def test_tags_are_set_removed_and_read_as_mappings(ecs):
    arn = f"{PREFIX}1"
    ecs.answers("tag_resource", {}, resourceArn=arn, tags=[{"key": "a", "value": "b"}])
    ecs.answers("untag_resource", {}, resourceArn=arn, tagKeys=["c"])
    ecs.answers("list_tags_for_resource", {"tags": [{"key": "a", "value": "b"}]}, resourceArn=arn)
    tag_task_definition(ecs.client, arn, {"a": "b"})
    untag_task_definition(ecs.client, arn, ["c"])
    assert list_task_definition_tags(ecs.client, arn) == {"a": "b"}
