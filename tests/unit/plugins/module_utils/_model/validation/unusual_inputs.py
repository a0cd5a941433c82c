# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual inputs that AWS takes: none is refused, and some give a warning.

Each row changes a good document of ``documents.GOOD``. Documents and locations are in the API's
spelling.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
)

Change = documents.Change
both, drop, put = documents.both, documents.drop, documents.put


@dataclass(frozen=True)
class UnusualInput:
    """Something valid. Without ``location`` nothing is said about it; with it there is exactly
    one warning, there, with all ``words`` in it."""

    name: str
    subject: str
    change: Change
    location: str | None = None
    words: tuple[str, ...] = ()


APP = "containerDefinitions[0]"
PROXY = "containerDefinitions[1]"
OPTIONS = f"{APP}.logConfiguration.options"
VPC = "EcsParameters.NetworkConfiguration.awsvpcConfiguration"
STRATEGY = "EcsParameters.CapacityProviderStrategy"


def fargate(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "fargate_definition", change, location, words)


def ec2(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "ec2_definition", change, location, words)


def windows(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "windows_definition", change, location, words)


def target(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "rule_target", change, location, words)


def schedule(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "schedule_target", change, location, words)


def rule(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "rule", change, location, words)


def overrides(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "overrides", change, location, words)


def pair(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "pair", change, location, words)


def ec2_pair(name: str, change: Change, location: str | None = None, *words: str) -> UnusualInput:
    return UnusualInput(name, "ec2_pair", change, location, words)


def size(cpu: object, memory: object) -> Change:
    return both(put("cpu", cpu), put("memory", memory))


def providers(*entries: dict[str, object]) -> Change:
    return both(drop("EcsParameters.LaunchType"), put(STRATEGY, list(entries)))


TYPES = (
    fargate("task size as numbers", size(512, 1024)),
    fargate("numbers as text", both(put(f"{APP}.cpu", "256"), put(f"{APP}.memory", " 512 "))),
    fargate("number as a whole fraction", put(f"{APP}.cpu", 256.0)),
    fargate("booleans as text", put(f"{PROXY}.essential", "False")),
    fargate("number for a variable", put(f"{APP}.environment[0].value", 5432)),
    fargate("boolean for a variable", put(f"{APP}.environment[0].value", True)),
    fargate("empty variable", put(f"{APP}.environment[0].value", "")),
    fargate("variable without a value", drop(f"{APP}.environment[0].value")),
    fargate("boolean for a log option", put(f"{OPTIONS}.awslogs-create-group", True)),
    fargate("null for an optional member", put(f"{APP}.healthCheck", None)),
    fargate("member that botocore does not know yet", put("dreaming", True)),
    fargate("tag with an empty value and umlauts", put("tags[0]", {"key": "Größe", "value": ""})),
    fargate(
        "compatibility of tomorrow",
        put("requiresCompatibilities", ["FARGATE", "MOON"]),
        "requiresCompatibilities[1]",
        "'MOON'",
    ),
    fargate(
        "architecture of tomorrow",
        put("runtimePlatform", {"cpuArchitecture": "RISCV"}),
        "runtimePlatform.cpuArchitecture",
        "'RISCV'",
    ),
    ec2(
        "log driver of tomorrow",
        put(f"{APP}.logConfiguration", {"logDriver": "loki"}),
        f"{APP}.logConfiguration.logDriver",
        "'loki'",
    ),
    ec2(
        "protocol that AWS takes for tcp",
        put(f"{APP}.portMappings", [{"containerPort": 80, "protocol": "TCP"}]),
        f"{APP}.portMappings[0].protocol",
        "'TCP'",
        "takes every other value for tcp",
    ),
)

SIZES = (
    fargate("vCPU and GB", size("0.5 vCPU", "1 GB")),
    fargate("without blanks and zeros", size(".5vcpu", "1gb")),
    fargate("32 vCPU with 244 GB", size("32 vCPU", "244 GB")),
    fargate("larger than all known sizes", size("65536", "249856"), "cpu", "65536", "AWS decides"),
    fargate(
        "more memory than all known sizes",
        size("32768", "499712"),
        "memory",
        "499712",
        "AWS decides",
    ),
    fargate("containers without a size", both(drop(f"{APP}.cpu"), drop(f"{APP}.memory"))),
    fargate(
        "limits above the task's memory in sum",
        both(put(f"{APP}.memoryReservation", 128), put(f"{PROXY}.memory", 1024)),
        "containerDefinitions",
        "1536 MiB",
        "1024 MiB",
    ),
    fargate("reservation equal to the limit", put(f"{APP}.memoryReservation", 512)),
    fargate(
        "tiny container",
        both(drop(f"{APP}.memory"), put(f"{APP}.memory", 4)),
        f"{APP}.memory",
        "4 MiB",
        "6",
    ),
    ec2(
        "task memory instead of the container's", both(drop(f"{APP}.memory"), put("memory", "512"))
    ),
    ec2("odd size outside Fargate", size("333", "777")),
    ec2("huge task", put("cpu", "393216"), "cpu", "393216", "196608"),
    windows(
        "containers larger than a Windows task",
        put(f"{APP}.memory", 4096),
        f"{APP}.memory",
        "4096 MiB",
    ),
)

FARGATE_ONLY = (
    fargate("false for what Fargate does not take", put(f"{APP}.privileged", False)),
    fargate(
        "empty lists of what Fargate does not take",
        both(put(f"{APP}.links", []), put(f"{APP}.dnsServers", [])),
    ),
    fargate(
        "tmpfs", put(f"{APP}.linuxParameters", {"tmpfs": [{"containerPath": "/tmp", "size": 64}]})
    ),
    fargate(
        "capability that Fargate adds",
        put(f"{APP}.linuxParameters", {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}),
    ),
    fargate("PID mode of the task", put("pidMode", "task")),
    fargate(
        "kernel parameters",
        put(f"{APP}.systemControls", [{"namespace": "net.core.somaxconn", "value": "1024"}]),
    ),
    fargate("host port equal to the container's", put(f"{APP}.portMappings[0].hostPort", 8080)),
    fargate("empty host of a volume", put("volumes[0].host", {})),
    fargate("much ephemeral storage", put("ephemeralStorage", {"sizeInGiB": 200})),
    fargate("EC2 beside Fargate", put("requiresCompatibilities", ["EC2", "FARGATE"])),
    fargate("no compatibility required", drop("requiresCompatibilities")),
    fargate(
        "public image without a role",
        both(
            drop("executionRoleArn"),
            drop(f"{APP}.secrets"),
            drop(f"{APP}.logConfiguration"),
            drop(f"{PROXY}.logConfiguration"),
            put(f"{APP}.image", "busybox"),
        ),
    ),
    windows(
        "Windows of 2016",
        put("runtimePlatform.operatingSystemFamily", "WINDOWS_SERVER_2016_FULL"),
        "runtimePlatform.operatingSystemFamily",
        "2016",
        "2019 and later",
    ),
    windows(
        "Windows of tomorrow",
        put("runtimePlatform.operatingSystemFamily", "WINDOWS_SERVER_2028_CORE"),
        "runtimePlatform.operatingSystemFamily",
        "2028",
    ),
    windows(
        "user of a Windows container", put(f"{APP}.user", "ContainerUser"), f"{APP}.user", "Windows"
    ),
    ec2(
        "PID mode with Windows",
        both(
            put("pidMode", "task"),
            drop(f"{APP}.links"),
            put("runtimePlatform", {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
        ),
        "pidMode",
        "Windows",
    ),
)

CONTAINERS = (
    fargate(
        "two essential containers", drop(f"{PROXY}.essential"), PROXY, "'app'", "essential: false"
    ),
    fargate(
        "two containers that say that they are essential",
        put(f"{PROXY}.essential", True),
        f"{PROXY}.essential",
        "'app'",
    ),
    fargate("image by digest", put(f"{APP}.image", "public.ecr.aws/x/y@sha256:" + "a" * 64)),
    fargate(
        "health check of Docker's default",
        put(f"{APP}.healthCheck", {"command": ["curl", "localhost"]}),
        f"{APP}.healthCheck.command",
        "CMD-SHELL",
        "'curl'",
    ),
    fargate(
        "health that is waited for",
        both(
            put(f"{PROXY}.healthCheck", {"command": ["CMD", "true"]}),
            put(f"{APP}.dependsOn[0].condition", "HEALTHY"),
        ),
    ),
    fargate("success that is waited for", put(f"{APP}.dependsOn[0].condition", "SUCCESS")),
    fargate(
        "hard limit without bounds",
        put(f"{APP}.ulimits", [{"name": "nofile", "softLimit": 1024, "hardLimit": -1}]),
    ),
    fargate(
        "secret by a parameter's name", put(f"{APP}.secrets[0].valueFrom", "/nightly/db-password")
    ),
    fargate(
        "secret by JSON key", put(f"{APP}.secrets[0].valueFrom", f"{documents.SECRET}:password::")
    ),
    fargate(
        "secret that stands there itself",
        put(f"{APP}.secrets[0].valueFrom", "hunter 2!"),
        f"{APP}.secrets[0].valueFrom",
        "not shown",
        "Secrets Manager",
    ),
    fargate(
        "environment file with another ending",
        put(f"{APP}.environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b/batch.txt"}]),
        f"{APP}.environmentFiles[0].value",
        "'.env'",
    ),
    fargate(
        "variable with a blank",
        put(
            f"{APP}.environment[0].name",
            "LOG LEVEL ",
        ),
        f"{APP}.environment[0].name",
        "'LOG LEVEL '",
    ),
    fargate(
        "secret in a variable",
        put(f"{APP}.environment[0]", {"name": "API_TOKEN", "value": "s3cr3t"}),
        f"{APP}.environment[0]",
        "API_TOKEN",
        "secrets: [{name: API_TOKEN, value_from: arn:...}]",
    ),
    fargate(
        "password in a URL",
        put(
            f"{APP}.environment[0]", {"name": "DATABASE_URL", "value": "postgres://me:s3cr3t@db/x"}
        ),
        f"{APP}.environment[0]",
        "DATABASE_URL",
    ),
    fargate(
        "secret's ARN in a variable",
        put(f"{APP}.environment[0]", {"name": "DB_SECRET", "value": documents.SECRET}),
    ),
    fargate(
        "where a secret is",
        put(f"{APP}.environment[0]", {"name": "TOKEN_URL", "value": "https://login.example.com"}),
    ),
    fargate(
        "port for tcp and udp",
        put(f"{APP}.portMappings[1]", {"containerPort": 8080, "protocol": "udp"}),
        f"{APP}.portMappings[1].containerPort",
        "8080",
        "one protocol",
    ),
    fargate("range of ports", put(f"{APP}.portMappings[1]", {"containerPortRange": "9000-9100"})),
    ec2(
        "same port of two containers in a bridge",
        both(
            put(f"{APP}.portMappings", [{"containerPort": 80}]),
            put(f"{PROXY}.portMappings", [{"containerPort": 80, "hostPort": 0}]),
        ),
    ),
    fargate(
        "path mounted twice",
        put(f"{APP}.mountPoints[1]", {"sourceVolume": "scratch", "containerPath": "/scratch"}),
        f"{APP}.mountPoints[1].containerPath",
        "'/scratch'",
    ),
    fargate("volume without a name", put("volumes[1]", {}), "volumes[1].name", "without a name"),
    fargate(
        "EFS with everything",
        put(
            "volumes[0].efsVolumeConfiguration",
            {
                "fileSystemId": "fs-1",
                "rootDirectory": "/",
                "transitEncryption": "ENABLED",
                "transitEncryptionPort": 2049,
                "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
            },
        ),
    ),
    fargate(
        "FireLens",
        both(
            put(f"{PROXY}.firelensConfiguration", {"type": "fluentbit"}),
            put(
                f"{APP}.logConfiguration",
                {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch"}},
            ),
        ),
    ),
    fargate(
        "proxy",
        put(
            "proxyConfiguration",
            {
                "containerName": "proxy",
                "properties": [
                    {"name": name, "value": "1"}
                    for name in (
                        "AppPorts",
                        "EgressIgnoredIPs",
                        "ProxyEgressPort",
                        "ProxyIngressPort",
                    )
                ],
            },
        ),
    ),
    ec2(
        "constraint without an expression",
        put("placementConstraints", [{"type": "memberOf"}]),
        "placementConstraints[0]",
        "constrains nothing",
    ),
    ec2(
        "sandbox outside Managed Instances",
        put("trustedExecutionConfiguration", {"isolationMode": "ISOLATED_SANDBOX"}),
        "trustedExecutionConfiguration",
        "MANAGED_INSTANCES",
    ),
    ec2(
        "external instances with awsvpc",
        both(
            put("networkMode", "awsvpc"),
            drop(f"{APP}.links"),
            put("requiresCompatibilities", ["EXTERNAL"]),
        ),
        "networkMode",
        "external",
    ),
)

LOGS_AND_ROLES = (
    fargate(
        "log lines that may be lost",
        both(drop(f"{OPTIONS}.mode"), drop(f"{PROXY}.logConfiguration.options.mode")),
        OPTIONS,
        "2025-06-25",
        "blocking",
    ),
    fargate(
        "log lines that may be lost, on purpose",
        both(put(f"{OPTIONS}.mode", "non-blocking"), put(f"{OPTIONS}.max-buffer-size", "25m")),
    ),
    fargate(
        "buffer that is not used",
        put(f"{OPTIONS}.max-buffer-size", "25m"),
        f"{OPTIONS}.max-buffer-size",
        "non-blocking",
    ),
    fargate(
        "option of Docker's driver",
        put(f"{OPTIONS}.tag", "x"),
        f"{OPTIONS}.tag",
        "does not document",
    ),
    ec2(
        "logs without a stream prefix and a role outside Fargate",
        put(
            f"{APP}.logConfiguration",
            {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "a",
                    "awslogs-region": "eu-west-1",
                    "mode": "blocking",
                },
            },
        ),
    ),
    fargate(
        "splunk with a secret token",
        put(
            f"{APP}.logConfiguration",
            {
                "logDriver": "splunk",
                "options": {"splunk-url": "https://splunk.example.com"},
                "secretOptions": [{"name": "splunk-token", "valueFrom": documents.SECRET}],
            },
        ),
    ),
    fargate(
        "splunk without a URL",
        put(
            f"{APP}.logConfiguration",
            {
                "logDriver": "splunk",
                "secretOptions": [{"name": "splunk-token", "valueFrom": documents.SECRET}],
            },
        ),
        f"{OPTIONS}.splunk-url",
        "splunk",
    ),
    fargate(
        "splunk with a literal token",
        put(
            f"{APP}.logConfiguration",
            {
                "logDriver": "splunk",
                "options": {"splunk-url": "https://splunk.example.com", "splunk-token": "s3cr3t"},
            },
        ),
        f"{OPTIONS}.splunk-token",
        "secret_options",
    ),
    fargate("task role by name", put("taskRoleArn", "nightly-role")),
    fargate(
        "role with a path in another partition",
        put("taskRoleArn", "arn:aws-cn:iam::123456789012:role/team/nightly+1"),
    ),
    fargate(
        "execution role by name",
        put("executionRoleArn", "nightly-role"),
        "executionRoleArn",
        "'nightly-role'",
        "ARN",
    ),
)

TARGETS = (
    target(
        "cluster and task definition by name",
        both(put("Arn", "batch"), put("EcsParameters.TaskDefinitionArn", "nightly:7")),
    ),
    target(
        "other partition",
        both(
            put("Arn", "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/batch"),
            put(
                "EcsParameters.TaskDefinitionArn",
                "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/nightly",
            ),
            drop("DeadLetterConfig"),
        ),
    ),
    target(
        "task definition of another account",
        put(
            "EcsParameters.TaskDefinitionArn",
            "arn:aws:ecs:eu-west-1:210987654321:task-definition/nightly",
        ),
        "EcsParameters.TaskDefinitionArn",
        "210987654321",
    ),
    target("neither launch type nor capacity providers", drop("EcsParameters.LaunchType")),
    target(
        "Fargate Spot",
        providers(
            {"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0},
            {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
        ),
    ),
    target(
        "a base without a weight",
        providers({"capacityProvider": "FARGATE", "base": 1}),
        STRATEGY,
        "weight: 1",
    ),
    target(
        "capacity provider twice",
        providers(
            {"capacityProvider": "FARGATE", "weight": 1},
            {"capacityProvider": "FARGATE", "weight": 2},
        ),
        f"{STRATEGY}[1]",
        "'FARGATE'",
        "twice",
    ),
    target(
        "platform version with other capacity providers",
        both(providers({"capacityProvider": "mine", "weight": 1}), drop(f"{VPC}.AssignPublicIp")),
        "EcsParameters.PlatformVersion",
        "none of the capacity providers",
    ),
    target(
        "public address with other capacity providers",
        both(
            providers({"capacityProvider": "mine", "weight": 1}),
            drop("EcsParameters.PlatformVersion"),
        ),
        f"{VPC}.AssignPublicIp",
        "no capacity provider",
    ),
    target(
        "no public address on EC2",
        both(
            put("EcsParameters.LaunchType", "EC2"),
            drop("EcsParameters.PlatformVersion"),
            put(f"{VPC}.AssignPublicIp", "DISABLED"),
        ),
        f"{VPC}.AssignPublicIp",
        "leave it out",
    ),
    target("latest platform", put("EcsParameters.PlatformVersion", "LATEST")),
    target(
        "latest platform in lower case",
        put("EcsParameters.PlatformVersion", "latest"),
        "EcsParameters.PlatformVersion",
        "capital letters",
    ),
    target("platform of Windows", put("EcsParameters.PlatformVersion", "1.0.0")),
    target("platform of tomorrow", put("EcsParameters.PlatformVersion", "1.5.0")),
    target(
        "retired platform",
        put("EcsParameters.PlatformVersion", "1.3.0"),
        "EcsParameters.PlatformVersion",
        "retired",
        "1.4.0",
    ),
    target(
        "subnet of an emulator",
        put(f"{VPC}.Subnets", ["subnet-batch"]),
        f"{VPC}.Subnets[0]",
        "'subnet-batch'",
    ),
    target(
        "subnet twice", put(f"{VPC}.Subnets", [documents.SUBNET] * 2), f"{VPC}.Subnets[1]", "twice"
    ),
    target(
        "short ids",
        both(
            put(f"{VPC}.Subnets", ["subnet-12345678"]),
            put(f"{VPC}.SecurityGroups", ["sg-12345678"]),
        ),
    ),
    target("no security groups", put(f"{VPC}.SecurityGroups", [])),
    target(
        "placement on EC2",
        put(
            "EcsParameters",
            {
                "TaskDefinitionArn": "nightly",
                "LaunchType": "EC2",
                "PlacementStrategy": [{"type": "binpack", "field": "memory"}, {"type": "random"}],
                "PlacementConstraints": [{"type": "distinctInstance"}],
            },
        ),
    ),
    target("no input", drop("Input")),
    target("empty input", put("Input", "{}")),
    target(
        "task size as a number in the input",
        put("Input", json.dumps({"cpu": 512})),
        "Input.cpu",
        "512",
        "quotes",
    ),
    target("no retries", put("RetryPolicy", {"MaximumRetryAttempts": 0})),
    schedule(
        "task tags as one map",
        put("EcsParameters.Tags", [{"team": "billing"}]),
        "EcsParameters.Tags[0]",
        "key and a value",
    ),
    schedule("schedule without a queue", drop("DeadLetterConfig")),
)

OVERRIDES = (
    overrides("nothing", put("containerOverrides", [])),
    overrides("empty override", put("containerOverrides[0]", {})),
    overrides("numbers as text", put("containerOverrides[0].cpu", "256")),
    overrides("role by name", put("taskRoleArn", "nightly")),
    overrides(
        "secret in a variable",
        put("containerOverrides[0].environment[0]", {"name": "API_KEY", "value": "s3cr3t"}),
        "containerOverrides[0].environment[0]",
        "API_KEY",
        "secrets of the task definition",
    ),
    pair(
        "task role in the overrides",
        both(
            drop("taskDefinition.taskRoleArn"),
            put("target.Input", json.dumps({"taskRoleArn": documents.ROLE})),
        ),
    ),
    pair(
        "larger task for this run",
        put("target.Input", json.dumps({"cpu": "1024", "memory": "8 GB"})),
    ),
    pair(
        "described definition",
        both(
            put("taskDefinition.status", "ACTIVE"),
            put("taskDefinition.compatibilities", ["EC2", "FARGATE"]),
        ),
    ),
    pair("definition that requires nothing", drop("taskDefinition.requiresCompatibilities")),
    pair(
        "commands in a read-only container",
        put("taskDefinition.containerDefinitions[1].readonlyRootFilesystem", True),
        "EcsParameters.EnableExecuteCommand",
        "'proxy'",
        "read-only",
    ),
    pair(
        "platform 1.0.0 for Linux",
        put("target.EcsParameters.PlatformVersion", "1.0.0"),
        "EcsParameters.PlatformVersion",
        "retired",
    ),
    pair(
        "volume that is configured at launch",
        put("taskDefinition.volumes[0].configuredAtLaunch", True),
        "EcsParameters.TaskDefinitionArn",
        "'scratch'",
        "will not start",
    ),
    pair("unreadable input", put("target.Input", "{")),
    ec2_pair(
        "override on EC2",
        put("target.Input", json.dumps({"containerOverrides": [{"name": "cache", "memory": 32}]})),
    ),
    ec2_pair(
        "size that Fargate does not have",
        put("target.Input", json.dumps({"cpu": "333", "memory": "777"})),
    ),
)

RULES = (
    rule("rule that listens too", put("EventPattern", '{"source": ["aws.s3"]}')),
    rule("default bus by name", put("EventBusName", "default")),
    rule(
        "default bus by ARN",
        put("EventBusName", "arn:aws:events:eu-west-1:123456789012:event-bus/default"),
    ),
    rule("rate", put("ScheduleExpression", "rate(1 minute)")),
    rule("hours over midnight", put("ScheduleExpression", "cron(0/30 20-2 ? * MON-FRI *)")),
    rule(
        "undocumented day",
        put("ScheduleExpression", "cron(0 3 LW * ? *)"),
        "ScheduleExpression",
        "LW",
    ),
    rule("management events", put("State", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")),
    UnusualInput(
        "long pattern",
        "pattern_rule",
        put("EventPattern", json.dumps({"source": ["x" * 2100]})),
        "EventPattern",
        ("2048",),
    ),
    UnusualInput(
        "operators",
        "pattern_rule",
        put(
            "EventPattern",
            json.dumps(
                {"detail": {"size": [{"numeric": [">", 1]}]}, "$or": [{"a": [1]}, {"b": [2]}]}
            ),
        ),
    ),
)

ROWS: tuple[UnusualInput, ...] = (
    *TYPES,
    *SIZES,
    *FARGATE_ONLY,
    *CONTAINERS,
    *LOGS_AND_ROLES,
    *TARGETS,
    *OVERRIDES,
    *RULES,
)
