# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RunTask, DescribeTasks, StopTask and clusters."""

from __future__ import annotations

import pytest

ROLE = "arn:aws:iam::123456789012:role/task"
FARGATE = {
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [{"name": "app", "image": "busybox"}],
}


@pytest.fixture
def ecs(aws):
    client = aws("ecs")
    client.create_cluster(clusterName="batch")
    client.register_task_definition(family="hello", **FARGATE)
    return client


@pytest.fixture
def request_(ecs, aws):
    """A RunTask request that works."""
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"subnets": [subnet], "assignPublicIp": "ENABLED"}
    return {
        "cluster": "batch",
        "taskDefinition": "hello",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
    }


class TestRunTask:
    def test_without_security_groups_the_default_one_is_taken(self, ecs, request_):
        tasks = ecs.run_task(**request_)["tasks"]
        assert len(tasks) == 1

    def test_the_newest_active_revision_runs(self, ecs, request_):
        for _turn in range(2):
            ecs.register_task_definition(family="hello", **FARGATE)
        ecs.deregister_task_definition(taskDefinition="hello:3")
        task = ecs.run_task(**request_)["tasks"][0]
        assert task["taskDefinitionArn"].endswith("/hello:2")

    def test_inactive_revision(self, ecs, request_, refusal):
        ecs.deregister_task_definition(taskDefinition="hello:1")
        found = refusal(ecs.run_task, **{**request_, "taskDefinition": "hello:1"})
        assert found == ("ClientException", "TaskDefinition is inactive")

    def test_inactive_cluster(self, ecs, request_, refusal):
        ecs.delete_cluster(cluster="batch")
        assert refusal(ecs.run_task, **request_)[0] == "ClusterNotFoundException"

    @pytest.mark.parametrize(
        ("changes", "code", "text"),
        [
            ({"cluster": "absent"}, "ClusterNotFoundException", "Cluster not found."),
            ({"taskDefinition": "absent"}, "ClientException", "TaskDefinition not found."),
            ({"count": 11}, "InvalidParameterException", "between 1 and 10"),
            ({"count": 0}, "InvalidParameterException", "between 1 and 10"),
            ({"networkConfiguration": {}}, "InvalidParameterException",
             "Network Configuration must be provided"),
            ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": []}}},
             "InvalidParameterException", "between 1 and 16"),
            ({"networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": ["sg-1"] * 6}}},
             "InvalidParameterException", "at most 5"),
            ({"overrides": {"containerOverrides": [{"name": "web", "command": ["x"]}]}},
             "InvalidParameterException",
             "Override for container named web is not a container in the TaskDefinition."),
            ({"overrides": {"containerOverrides": [{"command": ["x"]}]}},
             "InvalidParameterException", "without a name"),
            ({"overrides": {"containerOverrides": [{"name": "app", "command": ["x" * 8192]}]}},
             "InvalidParameterException", "at most 8192"),
            ({"overrides": {"cpu": "256", "memory": "8192"}}, "ClientException",
             "No Fargate configuration exists"),
            ({"enableExecuteCommand": True}, "InvalidParameterException", "valid taskRoleArn"),
            ({"tags": [{"key": "aws:x", "value": ""}]}, "InvalidParameterException", "aws:"),
            ({"startedBy": "x" * 129}, "InvalidParameterException", "128"),
            ({"launchType": "EC2"}, "InvalidParameterException",
             "No Container Instances were found in your cluster."),
        ],
    )  # fmt: skip
    def test_refused(self, ecs, request_, refusal, changes, code, text):
        found_code, message = refusal(ecs.run_task, **{**request_, **changes})
        assert found_code == code
        assert text in message
        assert ecs.list_tasks(cluster="batch")["taskArns"] == []

    @pytest.mark.filterwarnings("ignore:.*does not match an error shape:UserWarning")
    def test_unknown_subnet(self, ecs, request_, refusal):
        network = {"awsvpcConfiguration": {"subnets": ["subnet-0123456789abcdef0"]}}
        request_["networkConfiguration"] = network
        code, message = refusal(ecs.run_task, **request_)
        assert code == "InvalidParameterException"
        assert message.startswith(
            "Error retrieving subnet information for [subnet-0123456789abcdef0]"
        )

    def test_bridge_definition_on_fargate(self, ecs, request_, refusal):
        container = {"name": "app", "image": "busybox", "memory": 64}
        ecs.register_task_definition(family="old", containerDefinitions=[container])
        _code, message = refusal(ecs.run_task, **{**request_, "taskDefinition": "old"})
        assert message == "Task definition does not support launch_type FARGATE."
        changes = {"taskDefinition": "old", "launchType": "EC2"}
        _code, message = refusal(ecs.run_task, **{**request_, **changes})
        assert "is not valid for the given networkMode" in message

    def test_execute_command_with_task_role(self, ecs, request_):
        ecs.register_task_definition(family="hello", **FARGATE, taskRoleArn=ROLE)
        assert ecs.run_task(**request_, enableExecuteCommand=True)["tasks"]

    def test_execute_command_with_a_task_role_of_the_overrides(self, ecs, request_):
        overrides = {"taskRoleArn": ROLE}
        assert ecs.run_task(**request_, enableExecuteCommand=True, overrides=overrides)["tasks"]

    def test_same_token_same_tasks(self, ecs, request_):
        first = ecs.run_task(**request_, count=2, clientToken="once")["tasks"]
        again = ecs.run_task(**request_, count=2, clientToken="once")["tasks"]
        assert [task["taskArn"] for task in again] == [task["taskArn"] for task in first]
        assert len(ecs.list_tasks(cluster="batch")["taskArns"]) == 2

    def test_same_token_other_request(self, ecs, request_, refusal):
        ecs.run_task(**request_, clientToken="once")
        code, _message = refusal(ecs.run_task, **request_, clientToken="once", count=2)
        assert code == "ConflictException"

    def test_a_lost_answer_is_found_again_by_its_token(self, ecs, request_, emulator):
        emulator.fault("ecs", "RunTask", lost_answer=True)
        with pytest.raises(Exception, match="Connection was closed"):
            ecs.run_task(**request_, clientToken="once")
        assert len(ecs.run_task(**request_, clientToken="once")["tasks"]) == 1
        assert len(ecs.list_tasks(cluster="batch")["taskArns"]) == 1

    def test_without_token_every_call_starts_tasks(self, ecs, request_):
        for _turn in range(2):
            ecs.run_task(**request_)
        assert len(ecs.list_tasks(cluster="batch")["taskArns"]) == 2


class TestTasks:
    def test_missing_tasks_are_failures(self, ecs, request_):
        arn = ecs.run_task(**request_)["tasks"][0]["taskArn"]
        absent = f"{arn.rpartition('/')[0]}/{'0' * 32}"
        answer = ecs.describe_tasks(cluster="batch", tasks=[arn, absent])
        assert [task["taskArn"] for task in answer["tasks"]] == [arn]
        assert answer["failures"] == [{"arn": absent, "reason": "MISSING"}]

    def test_stopping_an_unknown_task(self, ecs, refusal):
        found = refusal(ecs.stop_task, cluster="batch", task="0" * 32)
        assert found == ("InvalidParameterException", "The referenced task was not found.")


class TestClusters:
    def test_creating_one_twice_changes_nothing(self, aws):
        ecs = aws("ecs")
        tags = [{"key": "a", "value": "b"}]
        settings = [{"name": "containerInsights", "value": "enabled"}]
        first = ecs.create_cluster(clusterName="batch", tags=tags, settings=settings)["cluster"]
        again = ecs.create_cluster(clusterName="batch")["cluster"]
        assert again["clusterArn"] == first["clusterArn"]
        include = ["TAGS", "SETTINGS"]
        found = ecs.describe_clusters(clusters=["batch"], include=include)["clusters"][0]
        assert (found["tags"], found["settings"]) == (tags, settings)

    def test_every_key_is_there(self, ecs):
        cluster = ecs.describe_clusters(clusters=["batch"])["clusters"][0]
        empty = ("statistics", "tags", "settings", "capacityProviders")
        assert {name: cluster[name] for name in empty} == dict.fromkeys(empty, [])
        assert cluster["defaultCapacityProviderStrategy"] == []
        assert cluster["status"] == "ACTIVE"

    def test_missing_ones_are_failures(self, ecs):
        answer = ecs.describe_clusters(clusters=["absent"])
        assert answer["clusters"] == []
        assert answer["failures"] == [
            {
                "arn": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/absent",
                "reason": "MISSING",
            }
        ]

    def test_a_deleted_one_is_inactive_and_can_be_made_again(self, ecs):
        ecs.delete_cluster(cluster="batch")
        described = ecs.describe_clusters(clusters=["batch"])["clusters"][0]
        assert described["status"] == "INACTIVE"
        assert ecs.create_cluster(clusterName="batch")["cluster"]["status"] == "ACTIVE"
