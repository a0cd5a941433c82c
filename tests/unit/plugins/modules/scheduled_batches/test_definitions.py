# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions of a fleet: described, shared or named; registered first, and only once."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    TRIGGERS,
    batch,
    definition,
    own_batch,
)


def registered(account):
    return [
        call.parameters["family"]
        for call in account.emulator.writes()
        if call.operation == "RegisterTaskDefinition"
    ]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_new_image_is_registered_before_the_trigger_points_at_it(fleet, deploy, account, trigger):
    deploy(batch(trigger=trigger))
    result = fleet(batch(trigger=trigger), images={"hello": "busybox:2"})
    repoint = "PutTargets" if trigger == "rule" else "UpdateSchedule"
    assert account.writes() == ["RegisterTaskDefinition", repoint]
    (item,) = result["batches"]
    assert item["task_definition_arn"].endswith(":task-definition/hello:2")
    assert item["changes"][0] == {
        "path": "containerDefinitions[hello].image",
        "before": "busybox:1",
        "after": "busybox:2",
    }


def test_several_batches_share_one_task_definition_that_is_registered_once(fleet, account):
    result = fleet(batch("a"), batch("b"), batch("c", trigger="scheduler"), batch("d"))
    assert registered(account) == ["hello"]
    arns = {item["task_definition_arn"] for item in result["batches"]}
    assert [arn.rpartition("/")[2] for arn in arns] == ["hello:1"]
    described = account.aws("ecs").describe_task_definition(
        taskDefinition="hello", include=["TAGS"]
    )
    assert described.get("tags", []) == []


def test_a_task_definition_of_one_batch_carries_its_name_and_owner(fleet, account):
    fleet(
        batch("a", task_definition=definition("a", tags={"team": "x"}), tags={"cost": "1"}),
        owner="reports",
    )
    described = account.aws("ecs").describe_task_definition(taskDefinition="a", include=["TAGS"])
    assert {tag["key"]: tag["value"] for tag in described["tags"]} == {
        "batchwork:batch": "a",
        "batchwork:owner": "reports",
        "cost": "1",
        "team": "x",
    }


def test_what_batches_share_carries_the_tags_that_all_of_them_want(fleet, account):
    fleet(batch("a", tags={"cost": "1", "x": "1"}), batch("b", tags={"cost": "1", "x": "2"}))
    described = account.aws("ecs").describe_task_definition(
        taskDefinition="hello", include=["TAGS"]
    )
    assert described["tags"] == [{"key": "cost", "value": "1"}]


@pytest.mark.parametrize(
    ("other", "path"),
    [
        (definition(image="busybox:2"), "containerDefinitions[hello].image"),
        (definition(tags={"a": "1"}), "tags"),
    ],
)
def test_batches_that_describe_one_family_differently_are_refused(fleet, account, other, path):
    result = fleet(batch("a"), own_batch("b"), batch("c", task_definition=other))
    assert result["failed"]
    assert result["msg"].startswith(
        "batches[0] (a) and batches[2] (c): both describe the task definition hello, with"
        f" different content at {path}."
    )
    assert account.emulator.calls == []


def test_what_means_the_same_is_no_difference(fleet, account):
    same = definition(cpu="0.25 vCPU", memory=512)
    assert not fleet(batch("a"), batch("b", task_definition=same))["failed"]
    assert registered(account) == ["hello"]


def test_tags_of_a_task_definition_change_without_a_revision(fleet, deploy, account):
    deploy(own_batch("a"))
    result = fleet(batch("a", task_definition=definition("a", tags={"team": "x"})))
    assert account.writes() == ["TagResource"]
    assert result["changed"]


def test_tags_that_somebody_else_has_set_stay_where_that_is_asked_for(fleet, deploy, account):
    arn = deploy(own_batch("a"))["batches"][0]["task_definition_arn"]
    tag = {"key": "theirs", "value": "1"}
    account.aws("ecs").tag_resource(resourceArn=arn, tags=[tag])
    keeping = batch("a", task_definition=definition("a", purge_tags=False))
    assert not fleet(keeping)["changed"]
    assert fleet(own_batch("a"))["changed"]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_named_task_definition_is_not_pinned_unless_its_revision_is_named(
    deploy, account, trigger
):
    deploy(batch("first"))
    for reference in ("hello", "hello:1"):
        result = deploy(batch("b", trigger=trigger, task_definition=reference))
        arn = result["batches"][0]["task_definition_arn"]
        assert arn.endswith(f":task-definition/{reference}")


def test_a_family_that_another_batch_describes_may_be_named(fleet, account):
    named = batch("b", task_definition="hello")
    result = fleet(named, batch("a"))
    assert not result["failed"], result["msg"]
    assert account.writes()[0] == "RegisterTaskDefinition"
    account.emulator.clear_calls()
    fleet(named, batch("a"), images={"hello": "busybox:2"})
    assert account.writes() == ["RegisterTaskDefinition", "PutTargets"]


def test_a_named_task_definition_must_have_the_overridden_containers(fleet, deploy, account):
    deploy(batch("first"))
    wrong = {"overrides": {"container_overrides": [{"name": "nosuch", "command": ["x"]}]}}
    for other in (batch("b", task_definition="hello", **wrong), batch("b", **wrong)):
        result = fleet(batch("first"), other)
        assert result["failed"]
        assert result["msg"].startswith("batches[1] (b).overrides.container_overrides[0].name: ")
    assert account.writes() == []


def test_a_revision_that_somebody_else_registered_is_replaced(fleet, deploy, account):
    deploy(batch())
    other = {
        "family": "hello",
        "containerDefinitions": [{"name": "x", "image": "x", "memory": 128}],
    }
    account.aws("ecs").register_task_definition(**other)
    result = fleet(batch())
    assert result["batches"][0]["task_definition_arn"].endswith(":3")


def test_a_revision_that_was_registered_and_not_pointed_at_is_used(fleet, deploy, account):
    deploy(batch())
    account.emulator.deny("events:PutTargets")
    assert fleet(batch(), images={"hello": "busybox:2"})["failed"]
    account.emulator.clear_denials()
    account.emulator.clear_calls()
    assert not fleet(batch(), images={"hello": "busybox:2"})["failed"]
    assert account.writes() == ["PutTargets"]
    assert account.targets("hello")["hello"]["EcsParameters"]["TaskDefinitionArn"].endswith(":2")


SECRET = "hunter2-is-secret"


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("check_mode", [True, False])
def test_secrets_are_masked_everywhere(fleet, account, trigger, check_mode):
    container = {"name": "hello", "image": "busybox:1", "environment": {"DB_PASSWORD": SECRET}}
    overriding = [{"name": "hello", "environment": {"API_TOKEN": SECRET}}]
    secretive = batch(
        trigger=trigger,
        task_definition=definition(container_definitions=[container]),
        overrides={"container_overrides": overriding},
    )
    result = fleet(secretive, check_mode=check_mode, diff=True)
    assert not result["failed"], result["msg"]
    assert SECRET not in str(result)
    assert "VALUE_HIDDEN" in str(result["diff"])
    assert any("secrets" in warning for warning in result["warnings"])


def test_a_secret_that_aws_quotes_is_hidden_in_every_error(fleet, account):
    container = {"name": "hello", "image": "busybox:1", "environment": {"DB_PASSWORD": SECRET}}
    secretive = batch(task_definition=definition(container_definitions=[container]))
    quoted = ("ClientException", f"cannot take {SECRET}", 400)
    for operation in ("RegisterTaskDefinition", "PutTargets"):
        account.emulator.fault("*", operation, error=quoted, times=None)
        result = fleet(secretive, own_batch("b"))
        assert result["failed"]
        assert "cannot take VALUE_HIDDEN" in result["batches"][0]["error"]
        assert SECRET not in str(result)
        account.emulator.clear_faults()
