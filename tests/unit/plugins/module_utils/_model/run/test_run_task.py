# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a batch now: the request that its trigger would send, and where its lines are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.run_task import (
    REQUEST_MEMBERS,
    LogStream,
    cluster_of,
    log_stream,
    merged_overrides,
    observed_container,
    run_request,
    started_by,
    target_overrides,
    task_id,
)

TASK = "arn:aws:ecs:ap-northeast-1:123456789012:task/batch/0123"


def request(target: dict[str, Any], overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    return run_request({"Arn": "cluster", **target}, overrides, "nightly", "token")


def test_the_least_target():
    assert request({"EcsParameters": {"TaskDefinitionArn": "hello"}}) == {
        "cluster": "cluster",
        "taskDefinition": "hello",
        "startedBy": "batchwork-run/nightly",
        "clientToken": "token",
    }


def test_every_ecs_parameter_is_sent():
    parameters = {
        "TaskDefinitionArn": "hello:7",
        "TaskCount": 2,
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {
            "awsvpcConfiguration": {
                "Subnets": ["a"],
                "SecurityGroups": ["b"],
                "AssignPublicIp": "ENABLED",
            }
        },
        "PlatformVersion": "1.4.0",
        "Group": "nightly",
        "CapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        "EnableECSManagedTags": True,
        "EnableExecuteCommand": False,
        "PlacementConstraints": [{"type": "distinctInstance"}],
        "PlacementStrategy": [{"type": "spread", "field": "host"}],
        "PropagateTags": "TASK_DEFINITION",
        "ReferenceId": "r",
        "Tags": [{"Key": "Team", "Value": "a"}],
    }
    assert set(parameters) == set(structure("events", "EcsParameters").members)
    sent = request({"EcsParameters": parameters, "Input": '{"cpu": "512"}'})
    assert set(sent) <= set(input_shape("ecs", "RunTask").members)
    assert sent == {
        "cluster": "cluster",
        "startedBy": "batchwork-run/nightly",
        "clientToken": "token",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["a"],
                "securityGroups": ["b"],
                "assignPublicIp": "ENABLED",
            }
        },
        "tags": {"Team": "a"},
        "overrides": {"cpu": "512"},
        **{member: parameters[source] for source, member in REQUEST_MEMBERS.items()},
    }


@pytest.mark.parametrize("network", [None, {}, {"awsvpcConfiguration": None}], ids=str)
def test_an_empty_network_configuration_is_none(network):
    parameters = {"TaskDefinitionArn": "hello", "NetworkConfiguration": network}
    assert "networkConfiguration" not in request({"EcsParameters": parameters})


def test_extra_overrides_lie_over_those_of_the_target():
    target = {"EcsParameters": {}, "Input": '{"cpu": "512", "memory": "1024"}'}
    assert request(target, {"cpu": "256"})["overrides"] == {"cpu": "256", "memory": "1024"}


@pytest.mark.parametrize("text", [None, "", "no json", "[1]", "{}"])
def test_input_that_is_no_json_object_says_no_overrides(text):
    assert target_overrides({"Input": text}) == {}
    assert "overrides" not in request({"EcsParameters": {}, "Input": text})


def test_overrides_are_merged_by_container_and_variable():
    base = {
        "containerOverrides": [
            {
                "name": "app",
                "command": ["a"],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            },
            {"name": "side", "cpu": 1},
        ]
    }
    extra = {
        "containerOverrides": [
            {
                "name": "app",
                "command": ["b"],
                "environment": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}],
            },
            {"name": "new", "environment": [{"name": "D", "value": "5"}]},
        ],
        "taskRoleArn": "role",
    }
    before = json.dumps([base, extra])
    assert merged_overrides(base, extra) == {
        "containerOverrides": [
            {
                "name": "app",
                "command": ["b"],
                "environment": [
                    {"name": "A", "value": "1"},
                    {"name": "B", "value": "3"},
                    {"name": "C", "value": "4"},
                ],
            },
            {"name": "side", "cpu": 1},
            {"name": "new", "environment": [{"name": "D", "value": "5"}]},
        ],
        "taskRoleArn": "role",
    }
    assert json.dumps([base, extra]) == before


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("nightly", "batchwork-run/nightly"),
        ("a.b c", "batchwork-run/a_b_c"),
        ("x" * 200, "batchwork-run/" + "x" * 114),
    ],
)
def test_tasks_are_marked_with_characters_that_ecs_takes(name, mark):
    assert started_by(name) == mark


def test_the_id_and_cluster_of_a_task():
    assert task_id(TASK) == "0123"
    assert cluster_of(TASK) == "batch"
    assert cluster_of("arn:aws:ecs:ap-northeast-1:123456789012:task/0123") == "default"
    assert cluster_of("0123") == "default"


def definition(**logging: Any) -> dict[str, Any]:
    return {"containerDefinitions": [{"name": "app", "logConfiguration": logging or None}]}


def test_the_log_stream_of_a_container():
    options = {
        "awslogs-group": "/batch/hello",
        "awslogs-stream-prefix": "hello",
        "awslogs-region": "eu-west-1",
    }
    described = definition(logDriver="awslogs", options=options)
    stream = LogStream("/batch/hello", "hello/app/0123", "eu-west-1")
    assert log_stream(described, "app", TASK) == stream
    assert log_stream(described, "other", TASK) is None


@pytest.mark.parametrize(
    "logging",
    [
        {},
        {"logDriver": "splunk", "options": {"awslogs-stream-prefix": "a"}},
        {"logDriver": "awslogs"},
        {"logDriver": "awslogs", "options": {"awslogs-group": "/a"}},
    ],
    ids=str,
)
def test_without_awslogs_and_a_prefix_the_log_stream_is_unknown(logging):
    assert log_stream(definition(**logging), "app", TASK) is None


@pytest.mark.parametrize(
    ("containers", "wanted", "observed"),
    [
        ([("a", False), ("b", True)], None, "b"),
        ([("a", None), ("b", True)], None, "a"),
        ([("a", False), ("b", False)], None, "a"),
        ([("a", True), ("b", True)], "b", "b"),
        ([("a", True)], "z", None),
    ],
)
def test_the_container_that_counts(containers, wanted, observed):
    entries = [
        {"name": name} if essential is None else {"name": name, "essential": essential}
        for name, essential in containers
    ]
    assert observed_container({"containerDefinitions": entries}, wanted) == observed
