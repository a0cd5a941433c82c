# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS makes of a task definition, field by field: what was written, what AWS describes back,
and how a real difference in that field is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    OUTPUT_ONLY,
)

Document = dict[str, Any]
Differences = list[tuple[str, Any, Any]]
"""Path, before and after of each."""

ROLE = "arn:aws:iam::123456789012:role/batch/hello-task"


def task(**members: Any) -> Document:
    """A task definition with one container and these members."""
    return {
        "family": "hello",
        "containerDefinitions": [{"name": "app", "image": "busybox"}],
        **members,
    }


def container(**members: Any) -> Document:
    """A task definition whose one container has these members."""
    return task(containerDefinitions=[{"name": "app", "image": "busybox", **members}])


def volume(**members: Any) -> Document:
    return task(volumes=[{"name": "data", **members}])


def ports(*mappings: Document, **members: Any) -> Document:
    return {**container(portMappings=list(mappings)), **members}


@dataclass(frozen=True)
class Row:
    """A field that AWS fills in or rewrites: what was written, and what is described back."""

    field: str
    written: Document
    described: Document


C = "containerDefinitions[app]"
HEALTH = {"command": ["CMD", "true"]}
EFS = {"fileSystemId": "fs-1"}
EFS_BACK = {"fileSystemId": "fs-1", "rootDirectory": "/", "transitEncryption": "DISABLED"}
S3 = {"fileSystemArn": "arn:aws:s3files:x"}
APP_MESH = {"containerName": "envoy"}

SAME: tuple[Row, ...] = (
    Row(
        "containerDefinitions: their order",
        task(containerDefinitions=[{"name": "b", "image": "x"}, {"name": "a", "image": "y"}]),
        task(containerDefinitions=[{"name": "a", "image": "y"}, {"name": "b", "image": "x"}]),
    ),
    Row("essential", container(), container(essential=True)),
    Row("cpu of a container", container(), container(cpu=0)),
    Row("protocol", ports({"containerPort": 80}), ports({"containerPort": 80, "protocol": "tcp"})),
    Row(
        "protocol: any other value is tcp",
        ports({"containerPort": 80, "protocol": "TCP"}),
        ports({"containerPort": 80, "protocol": "tcp"}),
    ),
    Row(
        "hostPort with awsvpc",
        ports({"containerPort": 80}, networkMode="awsvpc"),
        ports({"containerPort": 80, "hostPort": 80, "protocol": "tcp"}, networkMode="awsvpc"),
    ),
    Row(
        "hostPort with host",
        ports({"containerPort": 80}, networkMode="host"),
        ports({"containerPort": 80, "hostPort": 80, "protocol": "tcp"}, networkMode="host"),
    ),
    Row(
        "hostPort with bridge",
        ports({"containerPort": 80}),
        ports({"containerPort": 80, "hostPort": 0, "protocol": "tcp"}, networkMode="bridge"),
    ),
    Row(
        "containerPortRange: no host port",
        ports({"containerPortRange": "80-90"}, networkMode="awsvpc"),
        ports({"containerPortRange": "80-90", "protocol": "tcp"}, networkMode="awsvpc"),
    ),
    Row(
        "portMappings: their order",
        ports({"containerPort": 80}, {"containerPort": 443}),
        ports(
            {"containerPort": 443, "protocol": "tcp"},
            {"containerPort": 80, "protocol": "tcp"},
        ),
    ),
    Row(
        "environment: its order",
        container(environment=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]),
        container(environment=[{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]),
    ),
    Row(
        "environment: an empty value stays",
        container(environment=[{"name": "A", "value": ""}]),
        container(environment=[{"name": "A", "value": ""}]),
    ),
    Row(
        "secrets: their order",
        container(secrets=[{"name": "A", "valueFrom": "/a"}, {"name": "B", "valueFrom": "/b"}]),
        container(secrets=[{"name": "B", "valueFrom": "/b"}, {"name": "A", "valueFrom": "/a"}]),
    ),
    *(
        Row(
            f"{member}: [] is returned where nothing was sent",
            container(),
            container(**{member: []}),
        )
        for member in (
            "mountPoints",
            "volumesFrom",
            "environment",
            "portMappings",
            "systemControls",
            "command",
            "entryPoint",
            "links",
            "dnsServers",
            "dnsSearchDomains",
            "environmentFiles",
            "secrets",
            "dependsOn",
            "extraHosts",
            "dockerSecurityOptions",
            "ulimits",
            "resourceRequirements",
            "credentialSpecs",
        )
    ),
    Row(
        "list entries that are empty",
        container(environment=[None, {}, {"name": "A", "value": "1"}]),
        container(environment=[{"name": "A", "value": "1"}]),
    ),
    Row(
        "mountPoints: readOnly",
        container(mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}]),
        container(
            mountPoints=[{"sourceVolume": "data", "containerPath": "/data", "readOnly": False}]
        ),
    ),
    Row(
        "volumesFrom: readOnly",
        container(volumesFrom=[{"sourceContainer": "other"}]),
        container(volumesFrom=[{"sourceContainer": "other", "readOnly": False}]),
    ),
    Row(
        "mountPoints: their order",
        container(mountPoints=[{"containerPath": "/b"}, {"containerPath": "/a"}]),
        container(mountPoints=[{"containerPath": "/a"}, {"containerPath": "/b"}]),
    ),
    Row(
        "volumesFrom: their order",
        container(volumesFrom=[{"sourceContainer": "b"}, {"sourceContainer": "a"}]),
        container(volumesFrom=[{"sourceContainer": "a"}, {"sourceContainer": "b"}]),
    ),
    Row(
        "logConfiguration: secretOptions",
        container(logConfiguration={"logDriver": "awslogs"}),
        container(logConfiguration={"logDriver": "awslogs", "secretOptions": []}),
    ),
    Row(
        "logConfiguration: the order of secretOptions",
        container(
            logConfiguration={
                "logDriver": "splunk",
                "secretOptions": [
                    {"name": "b", "valueFrom": "/b"},
                    {"name": "a", "valueFrom": "/a"},
                ],
            }
        ),
        container(
            logConfiguration={
                "logDriver": "splunk",
                "secretOptions": [
                    {"name": "a", "valueFrom": "/a"},
                    {"name": "b", "valueFrom": "/b"},
                ],
            }
        ),
    ),
    Row(
        "linuxParameters: an empty side of capabilities",
        container(linuxParameters={"capabilities": {"drop": ["ALL"]}}),
        container(linuxParameters={"capabilities": {"add": [], "drop": ["ALL"]}}),
    ),
    Row(
        "linuxParameters: capabilities are sets",
        container(linuxParameters={"capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"]}}),
        container(linuxParameters={"capabilities": {"add": ["NET_ADMIN", "SYS_PTRACE"]}}),
    ),
    Row(
        "linuxParameters: initProcessEnabled",
        container(),
        container(linuxParameters={"initProcessEnabled": False}),
    ),
    Row(
        "linuxParameters: devices and tmpfs",
        container(linuxParameters={"initProcessEnabled": True}),
        container(linuxParameters={"initProcessEnabled": True, "devices": [], "tmpfs": []}),
    ),
    Row(
        "healthCheck: interval, timeout and retries",
        container(healthCheck=HEALTH),
        container(healthCheck={**HEALTH, "interval": 30, "timeout": 5, "retries": 3}),
    ),
    Row(
        "healthCheck: startPeriod",
        container(healthCheck=HEALTH),
        container(
            healthCheck={**HEALTH, "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0}
        ),
    ),
    Row(
        "restartPolicy: restartAttemptPeriod",
        container(restartPolicy={"enabled": True}),
        container(
            restartPolicy={"enabled": True, "restartAttemptPeriod": 300, "ignoredExitCodes": []}
        ),
    ),
    Row("restartPolicy: not enabled", container(), container(restartPolicy={"enabled": False})),
    Row(
        "restartPolicy: not enabled, whatever else it says",
        container(restartPolicy={"enabled": False, "restartAttemptPeriod": 60}),
        container(),
    ),
    Row(
        "restartPolicy: ignoredExitCodes are a set",
        container(restartPolicy={"enabled": True, "ignoredExitCodes": [2, 1]}),
        container(restartPolicy={"enabled": True, "ignoredExitCodes": [1, 2]}),
    ),
    Row("versionConsistency", container(), container(versionConsistency="enabled")),
    *(
        Row(f"{member}: false is absent", container(), container(**{member: False}))
        for member in (
            "privileged",
            "readonlyRootFilesystem",
            "interactive",
            "pseudoTerminal",
            "disableNetworking",
        )
    ),
    Row("cpu of the task in vCPU", task(cpu="1 vCPU"), task(cpu="1024")),
    Row("cpu of the task in vcpu, a fraction", task(cpu="0.25 vcpu"), task(cpu="256")),
    Row("cpu of the task without a blank", task(cpu=".5vCPU"), task(cpu="512")),
    Row("cpu of the task as a number", task(cpu=256), task(cpu="256")),
    Row("memory of the task in GB", task(memory="1GB"), task(memory="1024")),
    Row("memory of the task in GB with a blank", task(memory="0.5 GB"), task(memory="512")),
    Row("memory of the task as a number", task(memory=512), task(memory="512")),
    Row("networkMode", task(), task(networkMode="bridge")),
    Row("networkMode on Windows", task(), task(networkMode="default")),
    Row(
        "requiresCompatibilities is a set",
        task(requiresCompatibilities=["FARGATE", "EC2"]),
        task(requiresCompatibilities=["EC2", "FARGATE"]),
    ),
    Row(
        "requiresCompatibilities is a set: said twice",
        task(requiresCompatibilities=["EC2", "FARGATE", "EC2"]),
        task(requiresCompatibilities=["EC2", "FARGATE"]),
    ),
    Row(
        "runtimePlatform on Fargate",
        task(requiresCompatibilities=["FARGATE"]),
        task(
            requiresCompatibilities=["FARGATE"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        ),
    ),
    Row(
        "runtimePlatform given and not shown on Fargate",
        task(
            requiresCompatibilities=["FARGATE"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        ),
        task(requiresCompatibilities=["FARGATE"]),
    ),
    Row(
        "runtimePlatform given by half",
        task(runtimePlatform={"cpuArchitecture": "ARM64"}),
        task(runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}),
    ),
    Row(
        "runtimePlatform filled in elsewhere",
        task(requiresCompatibilities=["EC2"]),
        task(
            requiresCompatibilities=["EC2"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        ),
    ),
    Row("enableFaultInjection", task(), task(enableFaultInjection=False)),
    Row(
        "trustedExecutionConfiguration",
        task(),
        task(trustedExecutionConfiguration={"isolationMode": "SHARED"}),
    ),
    Row("placementConstraints and volumes", task(), task(placementConstraints=[], volumes=[])),
    Row(
        "placementConstraints are a set",
        task(placementConstraints=[{"type": "memberOf", "expression": e} for e in ("b", "a")]),
        task(placementConstraints=[{"type": "memberOf", "expression": e} for e in ("a", "b")]),
    ),
    Row(
        "volumes: their order",
        task(volumes=[{"name": "b"}, {"name": "a"}]),
        task(volumes=[{"name": "a"}, {"name": "b"}]),
    ),
    Row("volumes: host", volume(), volume(host={})),
    Row("volumes: configuredAtLaunch", volume(), volume(configuredAtLaunch=False)),
    Row(
        "EFS: rootDirectory and transitEncryption",
        volume(efsVolumeConfiguration=EFS),
        volume(efsVolumeConfiguration=EFS_BACK),
    ),
    Row(
        "EFS: rootDirectory left out by AWS",
        volume(efsVolumeConfiguration={**EFS, "rootDirectory": "/"}),
        volume(efsVolumeConfiguration=EFS),
    ),
    Row(
        "EFS: transitEncryptionPort",
        volume(efsVolumeConfiguration=EFS),
        volume(efsVolumeConfiguration={**EFS_BACK, "transitEncryptionPort": 0}),
    ),
    Row(
        "EFS: iam",
        volume(efsVolumeConfiguration={**EFS, "authorizationConfig": {"accessPointId": "ap-1"}}),
        volume(
            efsVolumeConfiguration={
                **EFS_BACK,
                "authorizationConfig": {"accessPointId": "ap-1", "iam": "DISABLED"},
            }
        ),
    ),
    Row(
        "EFS: authorizationConfig that says the default",
        volume(efsVolumeConfiguration={**EFS, "authorizationConfig": {"iam": "DISABLED"}}),
        volume(efsVolumeConfiguration=EFS_BACK),
    ),
    Row(
        "S3 Files: rootDirectory and transitEncryptionPort",
        volume(s3filesVolumeConfiguration=S3),
        volume(s3filesVolumeConfiguration={**S3, "rootDirectory": "/", "transitEncryptionPort": 0}),
    ),
    Row(
        "Docker volume: scope, driver and autoprovision",
        volume(dockerVolumeConfiguration={"labels": {"a": "b"}}),
        volume(
            dockerVolumeConfiguration={
                "labels": {"a": "b"},
                "scope": "task",
                "driver": "local",
                "autoprovision": False,
            }
        ),
    ),
    Row(
        "proxyConfiguration: type",
        task(proxyConfiguration=APP_MESH),
        task(proxyConfiguration={**APP_MESH, "type": "APPMESH", "properties": []}),
    ),
    Row(
        "proxyConfiguration: the order of properties",
        task(
            proxyConfiguration={
                **APP_MESH,
                "properties": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
            }
        ),
        task(
            proxyConfiguration={
                **APP_MESH,
                "properties": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            }
        ),
    ),
    Row("taskRoleArn: short name", task(taskRoleArn="hello-task"), task(taskRoleArn=ROLE)),
    Row("taskRoleArn: name shown", task(taskRoleArn=ROLE), task(taskRoleArn="hello-task")),
    Row(
        "taskRoleArn: name with path", task(taskRoleArn="batch/hello-task"), task(taskRoleArn=ROLE)
    ),
    Row("taskRoleArn: name echoed", task(taskRoleArn="hello-task"), task(taskRoleArn="hello-task")),
    Row(
        "tags are no part of the content",
        {**task(), "tags": [{"key": "a", "value": "b"}]},
        task(),
    ),
    Row(
        "null values",
        task(taskRoleArn=None, volumes=None),
        task(),
    ),
    Row(
        "output-only fields",
        task(),
        task(**dict.fromkeys(OUTPUT_ONLY, "anything")),
    ),
    Row(
        "a field that the tables do not know, at the top",
        task(),
        task(newSetting={"mode": "default"}),
    ),
    Row(
        "a field that the tables do not know, in a container",
        container(),
        container(newSetting="default", linuxParameters={"newSetting": 1}),
    ),
    Row(
        "a field that the tables do not know, inside one that is given",
        task(newSetting={"mode": "fast"}),
        task(newSetting={"mode": "fast", "level": 3}),
    ),
    Row(
        "a field that the tables do not know, in the entries of a set",
        task(placementConstraints=[{"type": "memberOf", "expression": e} for e in ("b", "a")]),
        task(
            placementConstraints=[
                {"a": 2, "type": "memberOf", "expression": "a"},
                {"a": 1, "type": "memberOf", "expression": "b"},
            ]
        ),
    ),
    Row(
        "a field that the tables do not know, given in the entries of a set",
        task(
            placementConstraints=[
                {"type": "memberOf", "expression": "a", "new": {"names": ["x"]}},
                {"type": "memberOf", "expression": "b", "new": {"names": ["y"], "level": 1}},
            ]
        ),
        task(
            placementConstraints=[
                {"type": "memberOf", "expression": "b", "new": {"names": ["y"], "level": 1}},
                {"type": "memberOf", "expression": "a", "new": {"names": ["x"], "level": 1}},
            ]
        ),
    ),
    Row(
        "a field that the tables do not know, in the entries of a list",
        container(environmentFiles=[{"value": "arn:1", "type": "s3"}]),
        container(environmentFiles=[{"value": "arn:1", "type": "s3", "checksum": "x"}]),
    ),
)


@dataclass(frozen=True)
class Difference:
    """A real difference: what AWS describes, what is written now, and how it is reported."""

    field: str
    described: Document
    written: Document
    changes: Differences


REAL: tuple[Difference, ...] = (
    Difference(
        "a new container",
        task(),
        task(
            containerDefinitions=[
                {"name": "app", "image": "busybox"},
                {"name": "side", "image": "envoy"},
            ]
        ),
        [
            (
                "containerDefinitions[side]",
                None,
                {"name": "side", "image": "envoy", "essential": True},
            )
        ],
    ),
    Difference(
        "a removed container",
        task(
            containerDefinitions=[
                {"name": "app", "image": "busybox"},
                {"name": "side", "image": "envoy", "essential": True},
            ]
        ),
        task(),
        [
            (
                "containerDefinitions[side]",
                {"name": "side", "image": "envoy", "essential": True},
                None,
            )
        ],
    ),
    Difference(
        "essential",
        container(essential=True),
        container(essential=False),
        [(f"{C}.essential", True, False)],
    ),
    Difference("cpu of a container", container(cpu=0), container(cpu=10), [(f"{C}.cpu", None, 10)]),
    Difference(
        "image: compared as a text, case and tag",
        container(image="busybox:1"),
        container(image="busybox:2"),
        [(f"{C}.image", "busybox:1", "busybox:2")],
    ),
    Difference(
        "protocol",
        ports({"containerPort": 80, "protocol": "tcp"}),
        ports({"containerPort": 80, "protocol": "udp"}),
        [
            (f"{C}.portMappings[80/tcp]", {"containerPort": 80, "protocol": "tcp"}, None),
            (f"{C}.portMappings[80/udp]", None, {"containerPort": 80, "protocol": "udp"}),
        ],
    ),
    Difference(
        "hostPort with bridge",
        ports({"containerPort": 80, "hostPort": 0}),
        ports({"containerPort": 80, "hostPort": 8080}),
        [(f"{C}.portMappings[80/tcp].hostPort", None, 8080)],
    ),
    Difference(
        "hostPort with awsvpc",
        ports({"containerPort": 80, "hostPort": 80}, networkMode="awsvpc"),
        ports({"containerPort": 80, "hostPort": 8080}, networkMode="awsvpc"),
        [(f"{C}.portMappings[80/tcp].hostPort", 80, 8080)],
    ),
    Difference(
        "containerPortRange",
        ports({"containerPortRange": "80-90"}),
        ports({"containerPortRange": "80-91"}),
        [
            (
                f"{C}.portMappings[80-90/tcp]",
                {"containerPortRange": "80-90", "protocol": "tcp"},
                None,
            ),
            (
                f"{C}.portMappings[80-91/tcp]",
                None,
                {"containerPortRange": "80-91", "protocol": "tcp"},
            ),
        ],
    ),
    Difference(
        "environment: a value",
        container(environment=[{"name": "LOG_LEVEL", "value": "info"}, {"name": "A", "value": ""}]),
        container(
            environment=[{"name": "A", "value": ""}, {"name": "LOG_LEVEL", "value": "debug"}]
        ),
        [(f"{C}.environment[LOG_LEVEL]", "info", "debug")],
    ),
    Difference(
        "environment: the first variable",
        container(environment=[]),
        container(environment=[{"name": "A", "value": ""}]),
        [(f"{C}.environment[A]", None, "")],
    ),
    Difference(
        "environment: the last variable goes",
        container(environment=[{"name": "A", "value": "1"}]),
        container(),
        [(f"{C}.environment[A]", "1", None)],
    ),
    Difference(
        "secrets",
        container(secrets=[{"name": "TOKEN", "valueFrom": "/a"}]),
        container(secrets=[{"name": "TOKEN", "valueFrom": "/b"}]),
        [(f"{C}.secrets[TOKEN]", "/a", "/b")],
    ),
    Difference(
        "secrets: a name is not the ARN of the same parameter",
        container(secrets=[{"name": "TOKEN", "valueFrom": "arn:aws:ssm:x:1:parameter/a"}]),
        container(secrets=[{"name": "TOKEN", "valueFrom": "/a"}]),
        [(f"{C}.secrets[TOKEN]", "arn:aws:ssm:x:1:parameter/a", "/a")],
    ),
    Difference(
        "environmentFiles: their order counts",
        container(
            environmentFiles=[{"value": "arn:1", "type": "s3"}, {"value": "arn:2", "type": "s3"}]
        ),
        container(
            environmentFiles=[{"value": "arn:2", "type": "s3"}, {"value": "arn:1", "type": "s3"}]
        ),
        [
            (f"{C}.environmentFiles[0].value", "arn:1", "arn:2"),
            (f"{C}.environmentFiles[1].value", "arn:2", "arn:1"),
        ],
    ),
    *(
        Difference(
            f"{member}: the order counts",
            container(**{member: ["a", "b"]}),
            container(**{member: ["b", "a"]}),
            [(f"{C}.{member}", ["a", "b"], ["b", "a"])],
        )
        for member in (
            "command",
            "entryPoint",
            "links",
            "dnsServers",
            "dnsSearchDomains",
            "dockerSecurityOptions",
            "credentialSpecs",
        )
    ),
    Difference(
        "mountPoints: readOnly",
        container(mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}]),
        container(
            mountPoints=[{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}]
        ),
        [(f"{C}.mountPoints[/data].readOnly", None, True)],
    ),
    Difference(
        "volumesFrom: readOnly",
        container(volumesFrom=[{"sourceContainer": "other", "readOnly": True}]),
        container(volumesFrom=[{"sourceContainer": "other"}]),
        [(f"{C}.volumesFrom[other].readOnly", True, None)],
    ),
    Difference(
        "logConfiguration: an option",
        container(logConfiguration={"logDriver": "awslogs", "options": {"mode": "blocking"}}),
        container(logConfiguration={"logDriver": "awslogs", "options": {"mode": "non-blocking"}}),
        [(f"{C}.logConfiguration.options[mode]", "blocking", "non-blocking")],
    ),
    Difference(
        "logConfiguration: the first option",
        container(logConfiguration={"logDriver": "awslogs"}),
        container(logConfiguration={"logDriver": "awslogs", "options": {"mode": "blocking"}}),
        [(f"{C}.logConfiguration.options[mode]", None, "blocking")],
    ),
    Difference(
        "dockerLabels: a key with dots, and an empty value",
        container(dockerLabels={"com.example.team": "batch"}),
        container(dockerLabels={"com.example.team": ""}),
        [(f"{C}.dockerLabels[com.example.team]", "batch", "")],
    ),
    Difference(
        "dockerLabels: keys that are named like members",
        container(dockerLabels={"Name": "a", "options": "b", "cpu": "0"}),
        container(dockerLabels={"Name": "a", "options": "b"}),
        [(f"{C}.dockerLabels[cpu]", "0", None)],
    ),
    Difference(
        "secretOptions",
        container(
            logConfiguration={
                "logDriver": "splunk",
                "secretOptions": [{"name": "splunk-token", "valueFrom": "/a"}],
            }
        ),
        container(
            logConfiguration={
                "logDriver": "splunk",
                "secretOptions": [{"name": "splunk-token", "valueFrom": "/b"}],
            }
        ),
        [(f"{C}.logConfiguration.secretOptions[splunk-token]", "/a", "/b")],
    ),
    Difference(
        "capabilities",
        container(linuxParameters={"capabilities": {"add": [], "drop": ["ALL"]}}),
        container(linuxParameters={"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}),
        [(f"{C}.linuxParameters.capabilities.add", None, ["SYS_PTRACE"])],
    ),
    Difference(
        "initProcessEnabled",
        container(linuxParameters={"initProcessEnabled": False, "swappiness": 60}),
        container(linuxParameters={"initProcessEnabled": True, "swappiness": 60}),
        [(f"{C}.linuxParameters.initProcessEnabled", None, True)],
    ),
    Difference(
        "devices",
        container(linuxParameters={"devices": [{"hostPath": "/dev/a", "permissions": ["read"]}]}),
        container(
            linuxParameters={"devices": [{"hostPath": "/dev/a", "permissions": ["write", "read"]}]}
        ),
        [(f"{C}.linuxParameters.devices[/dev/a].permissions", ["read"], ["read", "write"])],
    ),
    Difference(
        "tmpfs",
        container(linuxParameters={"tmpfs": [{"containerPath": "/tmp", "size": 10}]}),
        container(linuxParameters={"tmpfs": [{"containerPath": "/tmp", "size": 20}]}),
        [(f"{C}.linuxParameters.tmpfs[/tmp].size", 10, 20)],
    ),
    *(
        Difference(
            f"healthCheck: {member}",
            container(
                healthCheck={**HEALTH, "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0}
            ),
            container(healthCheck={**HEALTH, member: 7}),
            [(f"{C}.healthCheck.{member}", default, 7)],
        )
        for member, default in {
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": None,
        }.items()
    ),
    Difference(
        "restartPolicy",
        container(restartPolicy={"enabled": True, "restartAttemptPeriod": 300}),
        container(restartPolicy={"enabled": True, "restartAttemptPeriod": 60}),
        [(f"{C}.restartPolicy.restartAttemptPeriod", 300, 60)],
    ),
    Difference(
        "restartPolicy switched off",
        container(restartPolicy={"enabled": True, "restartAttemptPeriod": 300}),
        container(restartPolicy={"enabled": False}),
        [(f"{C}.restartPolicy", {"enabled": True, "restartAttemptPeriod": 300}, None)],
    ),
    Difference(
        "versionConsistency",
        container(versionConsistency="enabled"),
        container(versionConsistency="disabled"),
        [(f"{C}.versionConsistency", None, "disabled")],
    ),
    *(
        Difference(
            f"{member}: true",
            container(**{member: False}),
            container(**{member: True}),
            [(f"{C}.{member}", None, True)],
        )
        for member in (
            "privileged",
            "readonlyRootFilesystem",
            "interactive",
            "pseudoTerminal",
            "disableNetworking",
        )
    ),
    Difference(
        "dependsOn",
        container(dependsOn=[{"containerName": "db", "condition": "START"}]),
        container(dependsOn=[{"containerName": "db", "condition": "HEALTHY"}]),
        [(f"{C}.dependsOn[db].condition", "START", "HEALTHY")],
    ),
    Difference(
        "ulimits",
        container(ulimits=[{"name": "nofile", "softLimit": 1, "hardLimit": 2}]),
        container(ulimits=[{"name": "nofile", "softLimit": 1, "hardLimit": 3}]),
        [(f"{C}.ulimits[nofile].hardLimit", 2, 3)],
    ),
    Difference(
        "extraHosts",
        container(extraHosts=[{"hostname": "db", "ipAddress": "10.0.0.1"}]),
        container(extraHosts=[{"hostname": "db", "ipAddress": "10.0.0.2"}]),
        [(f"{C}.extraHosts[db].ipAddress", "10.0.0.1", "10.0.0.2")],
    ),
    Difference(
        "systemControls",
        container(systemControls=[{"namespace": "net.core.somaxconn", "value": "1"}]),
        container(systemControls=[{"namespace": "net.core.somaxconn", "value": "2"}]),
        [(f"{C}.systemControls[net.core.somaxconn]", "1", "2")],
    ),
    Difference(
        "resourceRequirements",
        container(resourceRequirements=[{"type": "GPU", "value": "1"}]),
        container(resourceRequirements=[{"type": "GPU", "value": "2"}]),
        [(f"{C}.resourceRequirements[GPU].value", "1", "2")],
    ),
    Difference("cpu of the task", task(cpu="1024"), task(cpu="2 vCPU"), [("cpu", "1024", "2048")]),
    Difference(
        "memory of the task", task(memory="512"), task(memory="1 GB"), [("memory", "512", "1024")]
    ),
    Difference(
        "cpu of the task that is no whole number of units",
        task(cpu="256"),
        task(cpu="0.3 vCPU"),
        [("cpu", "256", "0.3 vCPU")],
    ),
    Difference(
        "networkMode",
        task(networkMode="bridge"),
        task(networkMode="awsvpc"),
        [("networkMode", "bridge", "awsvpc")],
    ),
    Difference(
        "requiresCompatibilities: absent is not FARGATE",
        task(),
        task(requiresCompatibilities=["EXTERNAL"]),
        [("requiresCompatibilities", None, ["EXTERNAL"])],
    ),
    Difference(
        "runtimePlatform",
        task(
            requiresCompatibilities=["FARGATE"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        ),
        task(requiresCompatibilities=["FARGATE"], runtimePlatform={"cpuArchitecture": "ARM64"}),
        [("runtimePlatform.cpuArchitecture", "X86_64", "ARM64")],
    ),
    Difference(
        "from EC2 to Fargate: the platform is no difference of its own",
        task(requiresCompatibilities=["EC2"]),
        task(requiresCompatibilities=["FARGATE"]),
        [("requiresCompatibilities", ["EC2"], ["FARGATE"])],
    ),
    Difference(
        "from Fargate to EC2: the platform is no difference of its own",
        task(requiresCompatibilities=["FARGATE"]),
        task(requiresCompatibilities=["EC2"]),
        [("requiresCompatibilities", ["FARGATE"], ["EC2"])],
    ),
    Difference(
        "runtimePlatform given on EC2",
        task(requiresCompatibilities=["EC2"]),
        task(
            requiresCompatibilities=["EC2"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        ),
        [
            (
                "runtimePlatform",
                None,
                {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
            )
        ],
    ),
    Difference(
        "runtimePlatform that is no longer asked for",
        task(runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}),
        task(),
        [
            (
                "runtimePlatform",
                {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
                None,
            )
        ],
    ),
    Difference(
        "ephemeralStorage",
        task(ephemeralStorage={"sizeInGiB": 21}),
        task(ephemeralStorage={"sizeInGiB": 50}),
        [("ephemeralStorage.sizeInGiB", 21, 50)],
    ),
    Difference(
        "enableFaultInjection",
        task(enableFaultInjection=False),
        task(enableFaultInjection=True),
        [("enableFaultInjection", None, True)],
    ),
    Difference(
        "trustedExecutionConfiguration",
        task(trustedExecutionConfiguration={"isolationMode": "ISOLATED_SANDBOX"}),
        task(trustedExecutionConfiguration={"isolationMode": "CONFIDENTIAL_SANDBOX"}),
        [
            (
                "trustedExecutionConfiguration.isolationMode",
                "ISOLATED_SANDBOX",
                "CONFIDENTIAL_SANDBOX",
            )
        ],
    ),
    Difference(
        "placementConstraints",
        task(placementConstraints=[{"type": "memberOf", "expression": "a"}]),
        task(placementConstraints=[{"type": "memberOf", "expression": "b"}]),
        [
            (
                "placementConstraints",
                [{"type": "memberOf", "expression": "a"}],
                [{"type": "memberOf", "expression": "b"}],
            )
        ],
    ),
    Difference(
        "volumes: host",
        volume(host={}),
        volume(host={"sourcePath": "/srv"}),
        [("volumes[data].host", None, {"sourcePath": "/srv"})],
    ),
    Difference(
        "EFS: rootDirectory",
        volume(efsVolumeConfiguration=EFS_BACK),
        volume(efsVolumeConfiguration={**EFS, "rootDirectory": "/batch"}),
        [("volumes[data].efsVolumeConfiguration.rootDirectory", "/", "/batch")],
    ),
    Difference(
        "EFS: transitEncryption",
        volume(efsVolumeConfiguration=EFS_BACK),
        volume(efsVolumeConfiguration={**EFS, "transitEncryption": "ENABLED"}),
        [("volumes[data].efsVolumeConfiguration.transitEncryption", "DISABLED", "ENABLED")],
    ),
    Difference(
        "EFS: iam",
        volume(
            efsVolumeConfiguration={
                **EFS_BACK,
                "authorizationConfig": {"accessPointId": "ap-1", "iam": "DISABLED"},
            }
        ),
        volume(
            efsVolumeConfiguration={
                **EFS,
                "authorizationConfig": {"accessPointId": "ap-1", "iam": "ENABLED"},
            }
        ),
        [("volumes[data].efsVolumeConfiguration.authorizationConfig.iam", None, "ENABLED")],
    ),
    Difference(
        "EFS: transitEncryptionPort",
        volume(efsVolumeConfiguration={**EFS_BACK, "transitEncryptionPort": 0}),
        volume(efsVolumeConfiguration={**EFS, "transitEncryptionPort": 2049}),
        [("volumes[data].efsVolumeConfiguration.transitEncryptionPort", None, 2049)],
    ),
    Difference(
        "S3 Files: rootDirectory",
        volume(s3filesVolumeConfiguration=S3),
        volume(s3filesVolumeConfiguration={**S3, "rootDirectory": "/in"}),
        [("volumes[data].s3filesVolumeConfiguration.rootDirectory", "/", "/in")],
    ),
    Difference(
        "Docker volume: scope",
        volume(dockerVolumeConfiguration={"scope": "task", "driver": "local"}),
        volume(dockerVolumeConfiguration={"scope": "shared"}),
        [("volumes[data].dockerVolumeConfiguration.scope", "task", "shared")],
    ),
    Difference(
        "Docker volume: a driver option",
        volume(dockerVolumeConfiguration={"driverOpts": {"type": "nfs"}}),
        volume(dockerVolumeConfiguration={"driverOpts": {"type": "tmpfs"}}),
        [("volumes[data].dockerVolumeConfiguration.driverOpts[type]", "nfs", "tmpfs")],
    ),
    Difference(
        "proxyConfiguration: a property",
        task(proxyConfiguration={**APP_MESH, "properties": [{"name": "A", "value": "1"}]}),
        task(proxyConfiguration={**APP_MESH, "properties": [{"name": "A", "value": "2"}]}),
        [("proxyConfiguration.properties[A]", "1", "2")],
    ),
    Difference(
        "taskRoleArn: another role",
        task(taskRoleArn=ROLE),
        task(taskRoleArn="task"),
        [("taskRoleArn", ROLE, "task")],
    ),
    Difference(
        "executionRoleArn",
        task(executionRoleArn=ROLE),
        task(),
        [("executionRoleArn", ROLE, None)],
    ),
    Difference("pidMode", task(), task(pidMode="task"), [("pidMode", None, "task")]),
    Difference("ipcMode", task(), task(ipcMode="none"), [("ipcMode", None, "none")]),
    Difference(
        "a field that the tables do not know and the user gives",
        task(newSetting={"mode": "default", "level": 1}),
        task(newSetting={"mode": "fast"}),
        [("newSetting.mode", "default", "fast")],
    ),
    Difference(
        "a field that the tables do not know and AWS does not show",
        task(),
        task(newSetting={"mode": "fast"}),
        [("newSetting", None, {"mode": "fast"})],
    ),
)
