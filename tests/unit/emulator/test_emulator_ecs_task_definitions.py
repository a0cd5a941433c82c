# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task definitions: what AWS refuses, how it describes them, and what becomes of revisions."""

from __future__ import annotations

import copy
from datetime import datetime

import pytest

ROLE = "arn:aws:iam::123456789012:role/execution"
APP = {"name": "app", "image": "public.ecr.aws/docker/library/busybox:1.37"}
FARGATE = {
    "family": "hello",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [APP],
}
AWSLOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": "/ecs/hello",
        "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "ecs",
    },
}
EC2 = {"family": "hello", "containerDefinitions": [{**APP, "memory": 128}]}


def fargate(container=None, **changes):
    """The Fargate definition with changes to it and to its one container."""
    definition = {**copy.deepcopy(FARGATE), **changes}
    for first in definition["containerDefinitions"][:1]:
        first.update(container or {})
    return definition


def ec2(container=None, **changes):
    definition = {**copy.deepcopy(EC2), **changes}
    for first in definition["containerDefinitions"][:1]:
        first.update(container or {})
    return definition


OTHER = {**APP, "name": "other", "memory": 64}

REFUSED = {
    "family": (ec2(family="bad fam!"), "Invalid family"),
    "no containers": (ec2(containerDefinitions=[]), "Container list cannot be empty."),
    "eleven containers": (
        ec2(containerDefinitions=[{**OTHER, "name": f"c{number}"} for number in range(11)]),
        "Too many containers: 11",
    ),
    "no name": (ec2({"name": None}), "Container.name should not be null or empty."),
    "no image": (ec2({"image": ""}), "Container.image should not be null or empty."),
    "container name": (ec2({"name": "a b"}), "Invalid container name 'a b'."),
    "duplicate containers": (
        ec2(containerDefinitions=[OTHER, OTHER]),
        "Container names must be unique: 'other'",
    ),
    "no essential container": (ec2({"essential": False}), "At least one container must be"),
    "unknown volume": (
        ec2({"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}),
        "Unknown volume 'data'.",
    ),
    "dependsOn": (
        ec2({"dependsOn": [{"containerName": "init", "condition": "SUCCESS"}]}),
        "Container 'app' refers to unknown 'init'.",
    ),
    "volumesFrom": (ec2({"volumesFrom": [{"sourceContainer": "app"}]}), "unknown 'app'"),
    "execution role": (ec2(executionRoleArn="garbage"), "Role is not valid"),
    "task role": (ec2(taskRoleArn="garbage"), "Role is not valid"),
    "role ARN of something else": (
        ec2(taskRoleArn="arn:aws:iam::123456789012:user/x"),
        "Role is not valid",
    ),
    "cpu": (ec2(cpu="much"), "Invalid 'cpu' setting for task."),
    "memory": (ec2(memory="2 TB"), "Invalid 'memory' setting for task."),
    "containers' cpu": (fargate({"cpu": 512}), "The containers' cpu (512) is greater"),
    "containers' memory": (fargate({"memory": 1024}), "The containers' memory (1024)"),
    "no memory": (
        ec2({"memory": None}),
        "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation'",
    ),
    "reservation": (ec2({"memoryReservation": 129}), "must be greater than the soft limit"),
    "secrets": (
        ec2({"secrets": [{"name": "TOKEN", "valueFrom": "token"}]}),
        "When you are specifying container secrets",
    ),
    "secret options": (
        ec2({"logConfiguration": {"logDriver": "splunk", "secretOptions": [
            {"name": "splunk-token", "valueFrom": "token"}]}}),
        "When you are specifying container secrets",
    ),
    "fargate in bridge mode": (fargate(networkMode="bridge"), "only supports network mode"),
    "fargate without mode": (fargate(networkMode=None), "only supports network mode 'awsvpc'"),
    "fargate without cpu": (fargate(cpu=None), "Fargate requires that 'cpu' be defined"),
    "fargate without memory": (fargate(memory=None), "Fargate requires that 'memory' be defined"),
    "fargate size": (fargate(memory="4096"), "No Fargate configuration exists for given values."),
    "fargate size in words": (fargate(cpu="1 vCPU", memory="1 GB"), "No Fargate configuration"),
    "awslogs without role": (
        fargate({"logConfiguration": AWSLOGS}),
        "to have execution role ARN to support log driver awslogs.",
    ),
    "ECR without role": (
        fargate({"image": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/hello:1"}),
        "to have execution role ARN to support ECR images.",
    ),
    "awslogs without options": (
        ec2({"logConfiguration": {"logDriver": "awslogs", "options": {}}}),
        "Log driver awslogs requires options: awslogs-group, awslogs-region",
    ),
    "awslogs without prefix on fargate": (
        fargate(
            {"logConfiguration": {**AWSLOGS, "options": {
                "awslogs-group": "a", "awslogs-region": "b"}}},
            executionRoleArn=ROLE,
        ),
        "Log driver awslogs requires options: awslogs-stream-prefix",
    ),
    "privileged": (fargate({"privileged": True}), "do not support privileged"),
    "links": (fargate({"links": ["db"]}), "do not support links"),
    "ipcMode": (fargate(ipcMode="task"), "do not support ipcMode"),
    "pidMode": (fargate(pidMode="host"), "do not support pidMode 'host'"),
    "placement": (
        fargate(placementConstraints=[{"type": "memberOf", "expression": "x"}]),
        "do not support placementConstraints",
    ),
    "host path": (
        fargate(volumes=[{"name": "v", "host": {"sourcePath": "/x"}}]),
        "do not support host.sourcePath",
    ),
    "docker volume": (
        fargate(volumes=[{"name": "v", "dockerVolumeConfiguration": {"scope": "task"}}]),
        "do not support dockerVolumeConfiguration",
    ),
    "tmpfs": (
        fargate({"linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 1}]}}),
        "do not support linuxParameters.tmpfs",
    ),
    "capabilities": (
        fargate({"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}}),
        "other than SYS_PTRACE",
    ),
    "log driver": (
        fargate({"logConfiguration": {"logDriver": "syslog"}}),
        "do not support log driver 'syslog'",
    ),
    "ephemeral storage": (fargate(ephemeralStorage={"sizeInGiB": 20}), "between 21 and 200"),
    "empty tags": (ec2(tags=[]), "Tags can not be empty."),
    "reserved tags": (ec2(tags=[{"key": "aws:x", "value": "y"}]), "aws:"),
    "repeated tags": (ec2(tags=[{"key": "x", "value": "y"}] * 2), "Duplicate tag keys"),
    "51 tags": (
        ec2(tags=[{"key": f"k{number}", "value": ""} for number in range(51)]),
        "less than or equal to 50",
    ),
    "size": (ec2({"environment": [{"name": "X", "value": "x" * 70000}]}), "64 KiB"),
}  # fmt: skip


@pytest.mark.parametrize(("definition", "text"), REFUSED.values(), ids=REFUSED)
def test_refused(aws, refusal, definition, text):
    code, message = refusal(aws("ecs").register_task_definition, **definition)
    assert code == "ClientException"
    assert text in message
    assert aws("ecs").list_task_definitions()["taskDefinitionArns"] == []


SIZES = [
    ("256", "512"), ("256", "2048"), ("512", "4096"), ("1024", "8192"), ("2048", "16384"),
    ("4096", "30720"), ("8192", "61440"), ("16384", "122880"), ("32768", "249856"),
    (".25 vCPU", "0.5 GB"), ("32 vcpu", "60GB"),
]  # fmt: skip


@pytest.mark.parametrize(("cpu", "memory"), SIZES)
def test_fargate_sizes(aws, cpu, memory):
    assert aws("ecs").register_task_definition(**fargate(cpu=cpu, memory=memory))


ACCEPTED = {
    "the task's memory is enough": ec2({"memory": None}, memory="512"),
    "a reservation is enough": ec2({"memory": None, "memoryReservation": 64}),
    "a public image on Fargate needs no role": fargate(),
    "dropped capabilities": fargate({"linuxParameters": {"capabilities": {"drop": ["ALL"]}}}),
    "a bare volume on Fargate": fargate(
        {"mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]}, volumes=[{"name": "v"}]
    ),
    "pidMode task on Fargate": fargate(pidMode="task"),
    "EC2 and Fargate": fargate(requiresCompatibilities=["EC2", "FARGATE"]),
}


@pytest.mark.parametrize("definition", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(aws, definition):
    assert aws("ecs").register_task_definition(**definition)["taskDefinition"]["revision"] == 1


class TestDescription:
    """As real accounts show it."""

    def describe(self, aws, definition):
        registered = aws("ecs").register_task_definition(**definition)["taskDefinition"]
        described = aws("ecs").describe_task_definition(taskDefinition=definition["family"])
        assert described["taskDefinition"] == registered
        assert "tags" not in described
        return registered

    def container(self, aws, changes, **task):
        return self.describe(aws, fargate(changes, **task))["containerDefinitions"][0]

    def test_defaults_of_a_container(self, aws):
        assert self.container(aws, {}) == {
            **APP,
            "cpu": 0,
            "essential": True,
            "environment": [],
            "mountPoints": [],
            "portMappings": [],
            "systemControls": [],
            "volumesFrom": [],
        }

    def test_defaults_of_the_task(self, aws):
        described = self.describe(aws, ec2())
        expected = {
            "networkMode": "bridge",
            "volumes": [],
            "placementConstraints": [],
            "enableFaultInjection": False,
            "status": "ACTIVE",
            "revision": 1,
        }
        assert {key: described[key] for key in expected} == expected
        absent = {"cpu", "memory", "taskRoleArn", "executionRoleArn", "pidMode", "ipcMode"}
        assert not absent & set(described)
        assert "requiresCompatibilities" not in described

    @pytest.mark.parametrize(
        ("mode", "given", "described"),
        [
            ("awsvpc", {"containerPort": 80}, {"hostPort": 80, "protocol": "tcp"}),
            ("host", {"containerPort": 80}, {"hostPort": 80, "protocol": "tcp"}),
            ("bridge", {"containerPort": 80}, {"hostPort": 0, "protocol": "tcp"}),
            (
                "bridge",
                {"containerPort": 80, "hostPort": 8080, "protocol": "udp"},
                {"hostPort": 8080, "protocol": "udp"},
            ),
        ],
    )
    def test_ports(self, aws, mode, given, described):
        container = self.describe(aws, ec2({"portMappings": [given]}, networkMode=mode))
        assert container["containerDefinitions"][0]["portMappings"] == [
            {"containerPort": 80, **described}
        ]

    def test_a_range_of_ports_has_no_host_port(self, aws):
        ports = [{"containerPortRange": "80-90"}]
        assert self.container(aws, {"portMappings": ports})["portMappings"] == [
            {"containerPortRange": "80-90", "protocol": "tcp"}
        ]

    def test_environment_and_secrets_are_reordered(self, aws):
        environment = [{"name": name, "value": ""} for name in ("A", "B", "C")]
        secrets = [{"name": name, "valueFrom": name} for name in ("S", "T")]
        container = self.container(
            aws, {"environment": environment, "secrets": secrets}, executionRoleArn=ROLE
        )
        assert [each["name"] for each in container["environment"]] == ["C", "B", "A"]
        assert [each["name"] for each in container["secrets"]] == ["T", "S"]

    def test_health_check(self, aws):
        check = {"command": ["CMD", "true"], "timeout": 9}
        assert self.container(aws, {"healthCheck": check})["healthCheck"] == {
            **check,
            "interval": 30,
            "retries": 3,
        }

    def test_log_configuration(self, aws):
        container = self.container(aws, {"logConfiguration": AWSLOGS}, executionRoleArn=ROLE)
        assert container["logConfiguration"] == {**AWSLOGS, "secretOptions": []}

    def test_capabilities(self, aws):
        parameters = {"capabilities": {"drop": ["ALL"]}}
        container = self.container(aws, {"linuxParameters": parameters})
        assert container["linuxParameters"]["capabilities"] == {"add": [], "drop": ["ALL"]}

    def test_sizes_in_words(self, aws):
        described = self.describe(aws, fargate(cpu="1 vCPU", memory="2 GB"))
        assert (described["cpu"], described["memory"]) == ("1024", "2048")

    def test_volumes(self, aws):
        volumes = [
            {"name": "bare"},
            {"name": "docker", "dockerVolumeConfiguration": {"labels": {"a": "b"}}},
            {"name": "efs", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}},
        ]
        assert self.describe(aws, ec2(volumes=volumes))["volumes"] == [
            {"name": "bare", "host": {}},
            {
                "name": "docker",
                "dockerVolumeConfiguration": {
                    "scope": "task",
                    "driver": "local",
                    "labels": {"a": "b"},
                },
            },
            {
                "name": "efs",
                "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/"},
            },
        ]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("enableFaultInjection", True),
            ("trustedExecutionConfiguration", {"isolationMode": "SHARED"}),
            ("inferenceAccelerators", [{"deviceName": "d", "deviceType": "t"}]),
            ("runtimePlatform", {"cpuArchitecture": "ARM64"}),
            ("ephemeralStorage", {"sizeInGiB": 30}),
            ("proxyConfiguration", {"containerName": "app", "type": "APPMESH"}),
            ("pidMode", "task"),
            ("taskRoleArn", ROLE),
        ],
    )
    def test_kept_as_given(self, aws, field, value):
        assert self.describe(aws, fargate(**{field: value}))[field] == value

    def test_a_role_name_becomes_its_arn(self, aws, make_role):
        arn = make_role("batch", "ecs-tasks")
        assert self.describe(aws, ec2(taskRoleArn="batch"))["taskRoleArn"] == arn

    def test_what_only_the_output_has(self, aws):
        described = self.describe(aws, fargate())
        assert described["taskDefinitionArn"].endswith("task-definition/hello:1")
        assert isinstance(described["registeredAt"], datetime)
        assert described["registeredBy"].startswith("arn:aws:iam::123456789012:")
        assert "FARGATE" in described["compatibilities"]
        assert {"name": "ecs.capability.task-eni"} in described["requiresAttributes"]

    def test_tags_come_beside_the_revision(self, aws):
        tags = [{"key": "batchwork:batch", "value": "hello"}]
        ecs = aws("ecs")
        assert ecs.register_task_definition(**ec2(tags=tags))["tags"] == tags
        described = ecs.describe_task_definition(taskDefinition="hello", include=["TAGS"])
        assert described["tags"] == tags
        assert "tags" not in described["taskDefinition"]


class TestRevisions:
    @pytest.fixture
    def ecs(self, aws):
        client = aws("ecs")
        for _turn in range(3):
            client.register_task_definition(**ec2())
        return client

    def revision(self, ecs, reference):
        return ecs.describe_task_definition(taskDefinition=reference)["taskDefinition"]["revision"]

    def test_every_way_to_name_one(self, ecs):
        arn = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"
        assert self.revision(ecs, "hello:2") == 2
        assert self.revision(ecs, f"{arn}:2") == 2
        assert self.revision(ecs, "hello") == 3
        assert self.revision(ecs, arn) == 3

    def test_a_family_means_its_newest_active_revision(self, ecs):
        ecs.deregister_task_definition(taskDefinition="hello:3")
        assert self.revision(ecs, "hello") == 2
        ecs.deregister_task_definition(taskDefinition="hello:1")
        assert self.revision(ecs, "hello") == 2

    @pytest.mark.parametrize(
        "reference",
        [
            "absent",
            "hello:4",
            "hello:x",
            "arn:aws:ecs:us-east-1:123456789012:task-definition/hello:1",
            "arn:aws:ecs:ap-northeast-1:111122223333:task-definition/hello:1",
        ],
    )
    def test_unknown(self, ecs, refusal, reference):
        found = refusal(ecs.describe_task_definition, taskDefinition=reference)
        assert found == ("ClientException", "Unable to describe task definition.")

    def test_a_family_without_active_revision_is_unknown(self, ecs, refusal):
        for number in (1, 2, 3):
            ecs.deregister_task_definition(taskDefinition=f"hello:{number}")
        found = refusal(ecs.describe_task_definition, taskDefinition="hello")
        assert found == ("ClientException", "Unable to describe task definition.")
        described = ecs.describe_task_definition(taskDefinition="hello:1")["taskDefinition"]
        assert described["status"] == "INACTIVE"
        assert isinstance(described["deregisteredAt"], datetime)

    def test_deregistration_needs_a_revision(self, ecs, refusal):
        found = refusal(ecs.deregister_task_definition, taskDefinition="hello")
        assert found == ("ClientException", "Revision is missing.")

    def test_numbers_go_on_after_deletion(self, ecs):
        ecs.deregister_task_definition(taskDefinition="hello:3")
        ecs.delete_task_definitions(taskDefinitions=["hello:3"])
        registered = ecs.register_task_definition(**ec2())
        assert registered["taskDefinition"]["revision"] == 4

    def test_deletion(self, ecs, refusal):
        ecs.deregister_task_definition(taskDefinition="hello:1")
        answer = ecs.delete_task_definitions(taskDefinitions=["hello:1", "hello:2", "hello:9"])
        assert [each["revision"] for each in answer["taskDefinitions"]] == [1]
        assert answer["taskDefinitions"][0]["status"] == "DELETE_IN_PROGRESS"
        assert [failure["arn"] for failure in answer["failures"]] == ["hello:2", "hello:9"]
        assert "still in ACTIVE status" in answer["failures"][0]["reason"]
        assert "does not exist" in answer["failures"][1]["reason"]
        assert self.revision(ecs, "hello:1") == 1
        code, message = refusal(ecs.delete_task_definitions, taskDefinitions=["hello:1"])
        assert code == "ClientException"
        assert "in the process of being deleted" in message

    def test_eleven_deletions(self, ecs, refusal):
        code, _message = refusal(ecs.delete_task_definitions, taskDefinitions=["hello:1"] * 11)
        assert code == "InvalidParameterException"

    def numbers(self, ecs, **asked):
        arns = ecs.list_task_definitions(**asked)["taskDefinitionArns"]
        return [int(arn.rpartition(":")[2]) for arn in arns]

    def test_lists(self, ecs):
        ecs.deregister_task_definition(taskDefinition="hello:2")
        assert self.numbers(ecs, familyPrefix="hello") == [1, 3]
        assert self.numbers(ecs, familyPrefix="hello", sort="DESC") == [3, 1]
        assert self.numbers(ecs, status="INACTIVE") == [2]
        assert self.numbers(ecs, familyPrefix="hel") == []

    def test_numbers_are_sorted_as_numbers(self, ecs):
        for _turn in range(8):
            ecs.register_task_definition(**ec2())
        assert self.numbers(ecs) == list(range(1, 12))

    def test_pages(self, ecs, refusal):
        page = ecs.list_task_definitions(maxResults=2)
        assert len(page["taskDefinitionArns"]) == 2
        rest = ecs.list_task_definitions(maxResults=2, nextToken=page["nextToken"])
        assert len(rest["taskDefinitionArns"]) == 1
        assert "nextToken" not in rest
        code, _message = refusal(ecs.list_task_definitions, maxResults=101)
        assert code == "InvalidParameterException"

    def test_families(self, ecs):
        ecs.register_task_definition(**ec2(family="help"))
        ecs.deregister_task_definition(taskDefinition="help:1")
        assert ecs.list_task_definition_families(familyPrefix="hel")["families"] == [
            "hello",
            "help",
        ]
        assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["hello"]
        assert ecs.list_task_definition_families(status="INACTIVE")["families"] == ["help"]

    def test_tags_can_be_changed(self, ecs, refusal):
        arn = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello:1"
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "b"}])
        assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]
        code, message = refusal(ecs.tag_resource, resourceArn=arn, tags=[])
        assert (code, message) == ("InvalidParameterException", "Tags can not be empty.")
        ecs.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == []

    def test_reset_forgets_them(self, ecs, emulator):
        emulator.reset()
        assert ecs.list_task_definitions()["taskDefinitionArns"] == []
        assert ecs.register_task_definition(**ec2())["taskDefinition"]["revision"] == 1
