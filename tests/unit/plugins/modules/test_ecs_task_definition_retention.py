# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``ecs_task_definition_retention``: what is in use anywhere stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

NAME = "ecs_task_definition_retention"
PLACE = "ap-northeast-1:123456789012"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
ROLE = "arn:aws:iam::123456789012:role/events"
CONTAINER = {"name": "hello", "image": "busybox", "memory": 128}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)


def arn(revision: int) -> str:
    return f"arn:aws:ecs:{PLACE}:task-definition/hello:{revision}"


def arns(*revisions: int) -> list[str]:
    return [arn(revision) for revision in revisions]


def ecs_target(reference: str) -> dict[str, Any]:
    return {
        "Id": "hello",
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "EcsParameters": {"TaskDefinitionArn": reference},
    }


@pytest.fixture
def family(emulator, aws, run_module):
    """Five revisions of a family that nothing uses, and of another whose name begins the same."""
    ecs = aws("ecs")
    for name in ("hello", "hello-world"):
        for _revision in range(5):
            ecs.register_task_definition(family=name, containerDefinitions=[CONTAINER])
    ecs.create_cluster(clusterName="batch")
    aws("iam").create_role(RoleName="events", AssumeRolePolicyDocument=TRUST)
    emulator.clear_calls()

    def run(**params: Any) -> dict[str, Any]:
        modes = {"check_mode": params.pop("check_mode", False), "diff": params.pop("diff", False)}
        return run_module(NAME, {"family": "hello", **params}, **modes)

    return run


def operations(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.writes()]


def test_the_newest_stay_and_the_others_go(family, emulator, aws):
    predicted = family(keep=2, check_mode=True)
    assert emulator.writes() == []
    result = family(keep=2, diff=True)
    assert result["changed"]
    assert result["kept"] == predicted["kept"] == arns(5, 4)
    assert result["deregistered"] == predicted["deregistered"] == arns(3, 2, 1)
    assert result["deleted"] == []
    assert operations(emulator) == ["DeregisterTaskDefinition"] * 3
    assert result["changes"][0] == {
        "path": "taskDefinitions[hello:3].status",
        "before": "ACTIVE",
        "after": "INACTIVE",
    }
    assert result["diff"]["after"] == {"active": arns(5, 4)}
    listed = aws("ecs").list_task_definitions(familyPrefix="hello-world")["taskDefinitionArns"]
    assert len(listed) == 5
    assert not family(keep=2)["changed"]


def test_where_nothing_would_go_nobody_is_asked_who_uses_what(family, emulator):
    assert not family(keep=5)["changed"]
    assert [call.operation for call in emulator.calls] == ["ListTaskDefinitions"]


def test_what_a_rule_starts_stays(family, aws):
    events = aws("events")
    events.put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="hello", Targets=[ecs_target(arn(2))])
    assert family(keep=1)["kept"] == arns(5, 2)


def test_what_a_rule_on_another_bus_starts_stays(family, aws):
    events = aws("events")
    events.create_event_bus(Name="orders")
    events.put_rule(Name="hello", EventPattern='{"source": ["a"]}', EventBusName="orders")
    events.put_targets(Rule="hello", EventBusName="orders", Targets=[ecs_target(arn(1))])
    assert family(keep=1)["kept"] == arns(5, 1)


def schedule(aws: Any, group: str, target: dict[str, Any]) -> None:
    if group != "default":
        aws("scheduler").create_schedule_group(Name=group)
    aws("scheduler").create_schedule(
        Name="hello",
        GroupName=group,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )


@pytest.mark.parametrize("group", ["default", "reports"])
def test_what_a_schedule_starts_stays(family, aws, group):
    target = ecs_target(arn(3))
    del target["Id"]
    schedule(aws, group, target)
    assert family(keep=1)["kept"] == arns(5, 3)


@pytest.mark.parametrize("reference", ["hello:2", arn(2)])
def test_what_a_schedule_starts_by_the_api_itself_stays(family, aws, reference):
    request = {"Cluster": "batch", "TaskDefinition": reference}
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask",
        "RoleArn": ROLE,
        "Input": json.dumps(request),
    }
    schedule(aws, "default", target)
    assert family(keep=1)["kept"] == arns(5, 2)


@pytest.mark.parametrize("content", ["", "no json", "[]", "{}"])
def test_other_calls_of_the_api_use_nothing(family, aws, content):
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask", "RoleArn": ROLE}
    schedule(aws, "default", {**target, **({"Input": content} if content else {})})
    assert family(keep=1)["kept"] == arns(5)


def test_a_target_without_a_revision_starts_the_newest_one(family, aws):
    aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    aws("events").put_targets(Rule="hello", Targets=[ecs_target(arn(1).rpartition(":")[0])])
    assert family(keep=1)["kept"] == arns(5)


def test_revisions_of_other_families_are_not_mixed_up(family, aws):
    aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    other = arn(1).replace("hello:1", "hello-world:1")
    aws("events").put_targets(Rule="hello", Targets=[ecs_target(other)])
    assert family(keep=1)["kept"] == arns(5)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("events", "ListTargetsByRule"), ("scheduler", "GetSchedule")],
)
def test_a_trigger_that_goes_meanwhile_uses_nothing(family, aws, emulator, service, operation):
    aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    aws("events").put_targets(Rule="hello", Targets=[ecs_target(arn(2))])
    target = ecs_target(arn(3))
    del target["Id"]
    schedule(aws, "default", target)
    emulator.fault(service, operation, error=("ResourceNotFoundException", "gone", 404))
    stays = 3 if service == "events" else 2
    assert family(keep=1)["kept"] == arns(5, stays)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ecs", "ListTaskDefinitions"),
        ("events", "ListEventBuses"),
        ("events", "ListRules"),
        ("events", "ListTargetsByRule"),
        ("scheduler", "ListSchedules"),
        ("scheduler", "GetSchedule"),
    ],
)
def test_where_it_cannot_be_seen_what_is_in_use_nothing_goes(
    family, aws, emulator, service, operation
):
    aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    target = ecs_target(arn(3))
    del target["Id"]
    schedule(aws, "default", target)
    emulator.clear_calls()
    emulator.fault(service, operation, error=("AccessDeniedException", "not you", 403))
    result = family(keep=1)
    assert result["failed"]
    assert "AccessDeniedException" in result["msg"] and "not you" in result["msg"]
    assert result["error"]["operation"] == f"{service}:{operation}"
    assert emulator.writes() == []


def test_deletion_takes_what_was_deregistered_now_and_earlier(family, emulator, aws):
    aws("events").put_rule(Name="hello", ScheduleExpression="rate(1 day)")
    aws("events").put_targets(Rule="hello", Targets=[ecs_target(arn(2))])
    for revision in (1, 2):
        aws("ecs").deregister_task_definition(taskDefinition=arn(revision))
    emulator.clear_calls()
    predicted = family(keep=2, delete=True, check_mode=True)
    result = family(keep=2, delete=True)
    assert result["kept"] == predicted["kept"] == arns(5, 4)
    assert result["deregistered"] == arns(3)
    assert result["deleted"] == predicted["deleted"] == arns(3, 1)
    assert operations(emulator) == ["DeregisterTaskDefinition", "DeleteTaskDefinitions"]


def test_what_aws_does_not_delete_is_a_failure(family, emulator):
    failures = [{"arn": arn(1), "reason": "REFUSED", "detail": "still needed"}]
    answer = {"taskDefinitions": [], "failures": failures}
    emulator.fault("ecs", "DeleteTaskDefinitions", answer=answer)
    result = family(keep=4, delete=True)
    assert result["failed"]
    assert result["changed"]
    assert f"{arn(1)}: REFUSED: still needed" in result["msg"]
    assert (
        "Done before: DeregisterTaskDefinition. Not done: DeleteTaskDefinitions." in result["msg"]
    )


@pytest.mark.parametrize("keep", [0, -1])
def test_one_revision_has_to_stay(family, emulator, keep):
    result = family(keep=keep)
    assert result["failed"]
    assert result["msg"].startswith(f"keep: {keep} is too few; at least 1")
    assert emulator.calls == []


def test_a_family_that_does_not_exist_has_nothing_to_keep(run_module):
    result = run_module(NAME, {"family": "nothing", "keep": 1})
    assert not result["changed"]
    assert result["kept"] == []
