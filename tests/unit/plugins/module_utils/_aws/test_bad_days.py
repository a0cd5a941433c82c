# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer against the emulator: lost answers, dropped connections, full quotas."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_cluster,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    deregister_task_definition,
    describe_task_definition,
    list_task_definition_tags,
    list_task_definitions,
    register_task_definition,
    tag_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
    NotFound,
    PartialFailure,
    Throttled,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    delete_rule,
    describe_rule,
    list_rule_tags,
    list_rules,
    list_targets,
    put_rule,
    put_targets,
    remove_targets,
    tag_rule,
    untag_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    create_schedule_group,
    delete_schedule_group,
    get_schedule_group,
    list_schedule_group_tags,
    tag_schedule_group,
)

FAMILY = {
    "family": "hello",
    "containerDefinitions": [
        {"name": "hello", "image": "busybox", "memory": 64, "essential": True}
    ],
}
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
TARGET = {
    "Id": "hello",
    "Arn": CLUSTER,
    "RoleArn": "arn:aws:iam::123456789012:role/events",
    "EcsParameters": {
        "TaskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"
    },
}
RULE = {"Name": "hello", "ScheduleExpression": "rate(1 day)", "State": "ENABLED"}


@pytest.fixture
def clients(aws_module, emulator, made_up_time) -> Clients:
    module = aws_module(endpoint_url=emulator.endpoint)
    return Clients(module, retries=made_up_time.retries())


@pytest.fixture
def ecs(clients):
    return clients.client("ecs")


@pytest.fixture
def events(clients):
    return clients.client("events")


def same_content(described: dict) -> bool:
    return described["containerDefinitions"][0]["image"] == "busybox"


def test_a_registration_whose_answer_was_lost_is_there_once(ecs, emulator):
    emulator.fault("ecs", "RegisterTaskDefinition", lost_answer=True)
    registered = register_task_definition(ecs, FAMILY, same_content, tags={"a": "b"})
    assert registered.document["revision"] == 1
    assert registered.tags == {"a": "b"}
    assert len(list_task_definitions(ecs, "hello")) == 1


def test_a_second_registration_whose_answer_was_lost_is_there_once(ecs, emulator):
    register_task_definition(ecs, FAMILY, same_content)
    emulator.fault("ecs", "RegisterTaskDefinition", lost_answer=True)
    registered = register_task_definition(ecs, FAMILY, same_content, after_revision=1)
    assert registered.document["revision"] == 2
    assert len(list_task_definitions(ecs, "hello")) == 2


def test_a_registration_that_never_arrived_is_sent_again(ecs, emulator):
    emulator.fault("ecs", "RegisterTaskDefinition", drop_connection=True)
    registered = register_task_definition(ecs, FAMILY, same_content)
    assert registered.document["revision"] == 1
    assert len(list_task_definitions(ecs, "hello")) == 1


def test_a_throttled_registration_is_there_once(ecs, emulator, made_up_time):
    error = ("ThrottlingException", "Rate exceeded")
    emulator.fault("ecs", "RegisterTaskDefinition", error=error, times=5)
    assert register_task_definition(ecs, FAMILY, same_content).document["revision"] == 1
    assert len(made_up_time.sleeps) == 5


def test_a_deregistration_whose_answer_was_lost_is_done(ecs, emulator):
    register_task_definition(ecs, FAMILY, same_content)
    emulator.fault("ecs", "DeregisterTaskDefinition", lost_answer=True)
    assert deregister_task_definition(ecs, "hello:1")["status"] == "INACTIVE"
    assert list_task_definitions(ecs, "hello") == []


OTHER_TARGET = {**TARGET, "Id": "other"}


def write_everything(events) -> list:
    """Change a rule in every way and return how it looks afterwards."""
    arn = put_rule(events, {**RULE, "State": "DISABLED"}, {"a": "b", "c": "d"})
    put_targets(events, "hello", [TARGET, OTHER_TARGET])
    remove_targets(events, "hello", ["hello"])
    tag_rule(events, arn, {"a": "new"})
    untag_rule(events, arn, ["c"])
    rule = describe_rule(events, "hello")
    return [rule, list_targets(events, "hello"), list_rule_tags(events, arn)]


WRITES = (
    "PutRule",
    "PutTargets",
    "RemoveTargets",
    "TagResource",
    "UntagResource",
)


@pytest.mark.parametrize(
    "fault",
    [
        {"lost_answer": True, "times": 2},
        {"drop_connection": True, "times": 2},
        {"error": ("ThrottlingException", "Rate exceeded"), "times": 3},
        {"error": ("ConcurrentModificationException", "modified"), "times": 3},
        {"error": ("InternalException", "", 500), "times": 3},
    ],
    ids=["lost", "dropped", "throttled", "concurrent", "internal"],
)
def test_what_is_written_on_a_bad_day_is_what_is_written_on_a_good_one(
    clients, events, emulator, fault
):
    on_a_good_day = write_everything(events)
    assert clients.repeated == {}
    emulator.reset()
    for operation in WRITES:
        emulator.fault("events", operation, **fault)
    assert write_everything(events) == on_a_good_day
    assert clients.repeated == {f"events:{name}": fault["times"] for name in WRITES}


def test_a_rule_whose_deletion_was_lost_on_the_way_back_is_deleted(events, emulator):
    put_rule(events, RULE)
    emulator.fault("events", "DeleteRule", lost_answer=True)
    delete_rule(events, "hello")
    assert list_rules(events) == []


def test_a_group_whose_deletion_was_lost_on_the_way_back_is_deleted(clients, emulator):
    scheduler = clients.client("scheduler")
    arn = create_schedule_group(scheduler, "nightly", {"a": "b"})
    tag_schedule_group(scheduler, arn, {"c": "d"})
    assert list_schedule_group_tags(scheduler, arn) == {"a": "b", "c": "d"}
    emulator.fault("scheduler", "DeleteScheduleGroup", lost_answer=True)
    delete_schedule_group(scheduler, "nightly")
    assert group_state(scheduler, "nightly") in ("DELETING", "gone")


def group_state(scheduler, name: str) -> str:
    try:
        return get_schedule_group(scheduler, name)["State"]
    except NotFound:
        return "gone"


def test_a_refused_target_is_a_failure_and_is_not_repeated(events, emulator):
    put_rule(events, RULE)
    refused = {
        "FailedEntryCount": 1,
        "FailedEntries": [{"TargetId": "hello", "ErrorCode": "X", "ErrorMessage": "no"}],
    }
    emulator.fault("events", "PutTargets", answer=refused)
    with pytest.raises(PartialFailure, match="hello: X: no"):
        put_targets(events, "hello", [TARGET])


READS = [
    ("ecs", "DescribeTaskDefinition", lambda client: describe_task_definition(client, "hello")),
    ("ecs", "DescribeClusters", lambda client: describe_cluster(client, "batch")),
    ("events", "DescribeRule", lambda client: describe_rule(client, "hello")),
    ("scheduler", "GetScheduleGroup", lambda client: get_schedule_group(client, "nightly")),
]


@pytest.mark.parametrize(
    ("service", "operation", "read"), READS, ids=[operation for _service, operation, _read in READS]
)
def test_what_is_not_there_is_not_found_and_what_cannot_be_read_is_not_absent(
    clients, emulator, made_up_time, service, operation, read
):
    client = clients.client(service)
    with pytest.raises(NotFound):
        read(client)
    made_up_time.chance = 0.01
    for code, expected in (
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", Throttled),
    ):
        emulator.fault(service, operation, error=(code, "no"), times=None)
        with pytest.raises(expected) as caught:
            read(client)
        assert f"{service}:{operation}" in str(caught.value)
        emulator.reset()


def test_every_attempt_is_counted_and_told(clients, emulator, made_up_time):
    made_up_time.chance = 0.01
    emulator.fault("ecs", "TagResource", error=("ServerException", "x", 500), times=None)
    with pytest.raises(AwsError, match="tried 10 times in"):
        tag_task_definition(clients.client("ecs"), CLUSTER, {"a": "b"})
    assert clients.calls == {"ecs:TagResource": 10}
    assert len([call for call in emulator.calls if call.operation == "TagResource"]) == 10


def test_tags_of_a_revision_are_changed_in_place(ecs):
    arn = register_task_definition(ecs, FAMILY, same_content, tags={"a": "b"}).document[
        "taskDefinitionArn"
    ]
    tag_task_definition(ecs, arn, {"c": "d"})
    assert list_task_definition_tags(ecs, arn) == {"a": "b", "c": "d"}
