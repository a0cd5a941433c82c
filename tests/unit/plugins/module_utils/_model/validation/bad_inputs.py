# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad inputs: what is wrong, where the error has to stand, and what its message has to say.

Each row changes a good document of ``documents.GOOD``. Documents and locations are in the API's
spelling, so that the rows can be used for the validation alone and for modules that take the same
documents.
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
class BadInput:
    """One mistake. ``words`` all stand in the message of the error at ``location``.

    ``more`` counts the errors elsewhere that the same mistake leads to.
    """

    name: str
    subject: str
    change: Change
    location: str
    words: tuple[str, ...]
    more: int = 0


APP = "containerDefinitions[0]"
PROXY = "containerDefinitions[1]"
OPTIONS = f"{APP}.logConfiguration.options"
VPC = "EcsParameters.NetworkConfiguration.awsvpcConfiguration"
LONG = "x" * 256


def fargate(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "fargate_definition", change, location, words, more)


def ec2(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "ec2_definition", change, location, words, more)


def windows(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "windows_definition", change, location, words, more)


def target(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "rule_target", change, location, words, more)


def schedule(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "schedule_target", change, location, words, more)


def rule(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "rule", change, location, words, more)


def pattern(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "pattern_rule", change, location, words, more)


def overrides(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "overrides", change, location, words, more)


def pair(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "pair", change, location, words, more)


def ec2_pair(name: str, change: Change, location: str, *words: str, more: int = 0) -> BadInput:
    return BadInput(name, "ec2_pair", change, location, words, more)


def given_input(content: object) -> Change:
    return put("Input", json.dumps(content))


def pair_input(content: object) -> Change:
    return put("target.Input", json.dumps(content))


SHAPE = (
    fargate("no family", drop("family"), "family", "required", "text"),
    fargate(
        "no containers", drop("containerDefinitions"), "containerDefinitions", "required", "a list"
    ),
    fargate(
        "containers as a mapping",
        put("containerDefinitions", {"app": {}}),
        "containerDefinitions",
        "a mapping with 'app'",
        "a list",
        more=0,
    ),
    fargate("container as a text", put(PROXY, "proxy"), PROXY, "'proxy'", "a mapping", more=1),
    fargate(
        "command as a text",
        put(f"{APP}.command", "run --all"),
        f"{APP}.command",
        "'run --all'",
        "a list (also of a single entry)",
    ),
    fargate("cpu in words", put(f"{APP}.cpu", "lots"), f"{APP}.cpu", "'lots'", "a whole number"),
    fargate("cpu as a fraction", put(f"{APP}.cpu", 0.5), f"{APP}.cpu", "0.5", "a whole number"),
    fargate(
        "memory as a boolean", put(f"{APP}.memory", True), f"{APP}.memory", "true", "a whole number"
    ),
    fargate(
        "essential in words",
        put(f"{PROXY}.essential", "sometimes"),
        f"{PROXY}.essential",
        "'sometimes'",
        "true or false",
    ),
    fargate(
        "essential as a number",
        put(f"{PROXY}.essential", 0),
        f"{PROXY}.essential",
        "0",
        "true or false",
    ),
    fargate(
        "image as a list",
        put(f"{APP}.image", ["busybox"]),
        f"{APP}.image",
        "a list of 1 entry",
        "text",
    ),
    fargate(
        "a number that is too large",
        put(f"{APP}.stopTimeout", 2**40),
        f"{APP}.stopTimeout",
        "out of range",
        "2147483647",
    ),
    fargate(
        "unknown network mode",
        put("networkMode", "awsvcp"),
        "networkMode",
        "'awsvcp'",
        "'bridge', 'host', 'awsvpc' or 'none'",
        "did you mean 'awsvpc'?",
    ),
    fargate(
        "unknown compatibility in lower case",
        put("requiresCompatibilities", ["fargate"]),
        "requiresCompatibilities[0]",
        "'fargate'",
        "did you mean 'FARGATE'?",
    ),
    fargate(
        "unknown condition",
        put(f"{APP}.dependsOn[0].condition", "RUNNING"),
        f"{APP}.dependsOn[0].condition",
        "'RUNNING'",
        "'START'",
    ),
    fargate(
        "dependency without a name",
        drop(f"{APP}.dependsOn[0].containerName"),
        f"{APP}.dependsOn[0].containerName",
        "required",
    ),
    fargate(
        "secret without a source",
        drop(f"{APP}.secrets[0].valueFrom"),
        f"{APP}.secrets[0].valueFrom",
        "required",
    ),
    fargate(
        "log configuration without a driver",
        drop(f"{APP}.logConfiguration.logDriver"),
        f"{APP}.logConfiguration.logDriver",
        "required",
        "'awslogs'",
    ),
    fargate(
        "no size of ephemeral storage",
        put("ephemeralStorage", {}),
        "ephemeralStorage.sizeInGiB",
        "required",
        "a whole number",
    ),
    fargate(
        "empty key of a tag", put("tags[0].key", ""), "tags[0].key", "0 characters", "1 to 128"
    ),
    fargate(
        "long value of a tag",
        put("tags[0].value", LONG + "x"),
        "tags[0].value",
        "257 characters",
        "0 to 256",
    ),
    fargate(
        "strange character in a tag",
        put("tags[0].value", "a{b}"),
        "tags[0].value",
        "'a{b}'",
        "letters, digits, spaces",
    ),
    fargate(
        "51 tags",
        put("tags", [{"key": f"k{n}", "value": ""} for n in range(51)]),
        "tags",
        "51",
        "50",
    ),
    fargate(
        "null in a list",
        put(f"{APP}.command", ["run", None]),
        f"{APP}.command[1]",
        "null",
        "text",
    ),
    target("no cluster", drop("Arn"), "Arn", "required"),
    target("no id", drop("Id"), "Id", "required"),
    target(
        "id with a blank",
        put("Id", "my target"),
        "Id",
        "'my target'",
        "letters, digits, '.', '-' and '_'",
    ),
    target("long id", put("Id", "x" * 65), "Id", "65 characters", "1 to 64"),
    target(
        "unknown launch type",
        put("EcsParameters.LaunchType", "LAMBDA"),
        "EcsParameters.LaunchType",
        "'LAMBDA'",
        "'EC2', 'FARGATE' or 'EXTERNAL'",
    ),
    target(
        "managed instances as launch type",
        put("EcsParameters.LaunchType", "MANAGED_INSTANCES"),
        "EcsParameters.LaunchType",
        "'MANAGED_INSTANCES'",
    ),
    target(
        "tags propagated from a service",
        put("EcsParameters.PropagateTags", "SERVICE"),
        "EcsParameters.PropagateTags",
        "'SERVICE'",
        "'TASK_DEFINITION'",
    ),
    target(
        "no task", put("EcsParameters.TaskCount", 0), "EcsParameters.TaskCount", "0", "1 or more"
    ),
    target(
        "public address as a boolean",
        put(f"{VPC}.AssignPublicIp", "yes"),
        f"{VPC}.AssignPublicIp",
        "'yes'",
        "'ENABLED' or 'DISABLED'",
    ),
    target(
        "long reference",
        put("EcsParameters.ReferenceId", "x" * 1025),
        "EcsParameters.ReferenceId",
        "1025",
        "1024 at the most",
    ),
    target(
        "subnets as a text",
        put(f"{VPC}.Subnets", "subnet-0123456789abcdef0"),
        f"{VPC}.Subnets",
        "a list",
    ),
    target(
        "too many retries",
        put("RetryPolicy.MaximumRetryAttempts", 186),
        "RetryPolicy.MaximumRetryAttempts",
        "186",
        "0 to 185",
    ),
    target(
        "negative retries",
        put("RetryPolicy.MaximumRetryAttempts", -1),
        "RetryPolicy.MaximumRetryAttempts",
        "-1",
        "0 to 185",
    ),
    target(
        "too short an event age",
        put("RetryPolicy.MaximumEventAgeInSeconds", 59),
        "RetryPolicy.MaximumEventAgeInSeconds",
        "59",
        "60 to 86400",
    ),
    target(
        "too long an event age",
        put("RetryPolicy.MaximumEventAgeInSeconds", 86401),
        "RetryPolicy.MaximumEventAgeInSeconds",
        "86401",
        "60 to 86400",
    ),
    schedule(
        "a role without an account",
        put("RoleArn", "arn:aws:iam::batch:role/x"),
        "RoleArn",
        "'arn:aws:iam::batch:role/x'",
        "the ARN of an IAM role",
    ),
    schedule(
        "11 tasks", put("EcsParameters.TaskCount", 11), "EcsParameters.TaskCount", "11", "1 to 10"
    ),
    schedule(
        "17 subnets of a schedule",
        put(f"{VPC}.Subnets", [f"subnet-{n:017x}" for n in range(17)]),
        f"{VPC}.Subnets",
        "17 entries",
        "1 to 16",
    ),
    schedule(
        "a FIFO queue",
        put("DeadLetterConfig.Arn", "arn:aws:sqs:eu-west-1:123456789012:failed.fifo"),
        "DeadLetterConfig.Arn",
        "failed.fifo",
        "a standard SQS queue",
    ),
    rule("no name", drop("Name"), "Name", "required"),
    rule("long name", put("Name", "x" * 65), "Name", "65 characters", "1 to 64"),
    rule(
        "name with a slash",
        put("Name", "team/nightly"),
        "Name",
        "'team/nightly'",
        "letters, digits",
    ),
    rule("unknown state", put("State", "PAUSED"), "State", "'PAUSED'", "'ENABLED', 'DISABLED'"),
    rule(
        "long description",
        put("Description", "x" * 513),
        "Description",
        "513 characters",
        "512 at the most",
    ),
)

FARGATE_RULES = (
    fargate(
        "a size that Fargate does not have",
        put("memory", "4608"),
        "memory",
        "512 CPU units",
        "4608 MiB",
        "1024, 2048, 3072 or 4096",
    ),
    fargate(
        "a size that needs more cpu",
        put("memory", "8192"),
        "memory",
        "8192 MiB",
        "8192 MiB go with 1024, 2048 or 4096 CPU units",
    ),
    fargate("cpu between the sizes", put("cpu", "300"), "cpu", "300 CPU units", "256, 512, 1024"),
    fargate(
        "too little memory for the cpu",
        put("cpu", "8 vCPU"),
        "memory",
        "8192 CPU units",
        "16384 to 61440 in steps of 4096",
    ),
    fargate(
        "memory between the steps of 16 vCPU",
        both(put("cpu", 16384), put("memory", 36864)),
        "memory",
        "32768 to 122880 in steps of 8192",
        "36864",
    ),
    fargate(
        "memory between the sizes of 32 vCPU",
        both(put("cpu", 32768), put("memory", 65536)),
        "memory",
        "61440, 122880 or 249856",
        "65536",
    ),
    fargate("no cpu", drop("cpu"), "cpu", "Fargate needs the task's cpu"),
    fargate("no memory", drop("memory"), "memory", "Fargate needs the task's memory"),
    fargate("cpu with a wrong unit", put("cpu", "2 cores"), "cpu", "'2 cores'", ".25 vCPU"),
    fargate("memory in MB", put("memory", "512 MB"), "memory", "'512 MB'", "'1 GB'"),
    fargate("half a CPU unit", put("cpu", "0.0004 vCPU"), "cpu", "'0.0004 vCPU'", "no task size"),
    fargate("no network mode", drop("networkMode"), "networkMode", "'awsvpc' only", "none is set"),
    fargate("bridge", put("networkMode", "bridge"), "networkMode", "'awsvpc' only", "'bridge'"),
    fargate("IPC mode", put("ipcMode", "task"), "ipcMode", "IPC mode", "EC2"),
    fargate("PID mode of the host", put("pidMode", "host"), "pidMode", "'task' only", "'host'"),
    fargate(
        "placement constraints",
        put("placementConstraints", [{"type": "memberOf", "expression": "attribute:a == b"}]),
        "placementConstraints",
        "placement constraints",
    ),
    fargate(
        "privileged", put(f"{APP}.privileged", True), f"{APP}.privileged", "privileged containers"
    ),
    fargate("links", put(f"{APP}.links", ["proxy"]), f"{APP}.links", "links", "localhost"),
    fargate(
        "extra hosts",
        put(f"{APP}.extraHosts", [{"hostname": "db", "ipAddress": "10.0.0.1"}]),
        f"{APP}.extraHosts",
        "extra hosts",
    ),
    fargate(
        "DNS servers", put(f"{APP}.dnsServers", ["10.0.0.2"]), f"{APP}.dnsServers", "DNS servers"
    ),
    fargate(
        "DNS search domains",
        put(f"{APP}.dnsSearchDomains", ["local"]),
        f"{APP}.dnsSearchDomains",
        "DNS search domains",
    ),
    fargate(
        "no networking",
        put(f"{APP}.disableNetworking", True),
        f"{APP}.disableNetworking",
        "without networking",
    ),
    fargate(
        "Docker security options",
        put(f"{APP}.dockerSecurityOptions", ["no-new-privileges"]),
        f"{APP}.dockerSecurityOptions",
        "Docker security options",
    ),
    fargate(
        "host name", put(f"{APP}.hostname", "batch"), f"{APP}.hostname", "'awsvpc'", "a host name"
    ),
    fargate(
        "devices",
        put(f"{APP}.linuxParameters.devices", [{"hostPath": "/dev/fuse"}]),
        f"{APP}.linuxParameters.devices",
        "host devices",
    ),
    fargate(
        "shared memory",
        put(f"{APP}.linuxParameters.sharedMemorySize", 64),
        f"{APP}.linuxParameters.sharedMemorySize",
        "shared memory",
        "tmpfs",
    ),
    fargate(
        "swap", put(f"{APP}.linuxParameters.maxSwap", 64), f"{APP}.linuxParameters.maxSwap", "swap"
    ),
    fargate(
        "swappiness",
        put(f"{APP}.linuxParameters.swappiness", 10),
        f"{APP}.linuxParameters.swappiness",
        "swap",
    ),
    fargate(
        "a capability",
        put(f"{APP}.linuxParameters.capabilities.add", ["SYS_PTRACE", "NET_ADMIN"]),
        f"{APP}.linuxParameters.capabilities.add[1]",
        "'NET_ADMIN'",
        "SYS_PTRACE",
    ),
    fargate(
        "a GPU",
        put(f"{APP}.resourceRequirements", [{"type": "GPU", "value": "1"}]),
        f"{APP}.resourceRequirements[0]",
        "GPU",
        "EC2",
    ),
    fargate(
        "log driver syslog",
        put(f"{APP}.logConfiguration", {"logDriver": "syslog"}),
        f"{APP}.logConfiguration.logDriver",
        "'syslog'",
        "'awslogs', 'splunk' or 'awsfirelens'",
    ),
    fargate(
        "long stop timeout",
        put(f"{APP}.stopTimeout", 121),
        f"{APP}.stopTimeout",
        "121 is",
        "2 to 120",
    ),
    fargate(
        "short start timeout",
        put(f"{APP}.startTimeout", 1),
        f"{APP}.startTimeout",
        "1 is",
        "2 to 120",
    ),
    fargate(
        "Docker volume",
        put("volumes[0].dockerVolumeConfiguration", {"scope": "task"}),
        "volumes[0].dockerVolumeConfiguration",
        "Docker volumes",
        "EFS",
    ),
    fargate(
        "host path",
        put("volumes[0].host", {"sourcePath": "/data"}),
        "volumes[0].host.sourcePath",
        "host paths",
    ),
    fargate(
        "little ephemeral storage",
        put("ephemeralStorage", {"sizeInGiB": 20}),
        "ephemeralStorage.sizeInGiB",
        "20 GiB",
        "21 to 200",
    ),
    fargate(
        "much ephemeral storage",
        put("ephemeralStorage", {"sizeInGiB": 201}),
        "ephemeralStorage.sizeInGiB",
        "201 GiB",
        "21 to 200",
    ),
    fargate(
        "FireLens configuration in S3",
        both(
            put(
                f"{PROXY}.firelensConfiguration",
                {"type": "fluentbit", "options": {"config-file-type": "s3"}},
            ),
            put(f"{APP}.logConfiguration", {"logDriver": "awsfirelens"}),
        ),
        f"{PROXY}.firelensConfiguration.options.config-file-type",
        "'file' only",
        "'s3'",
    ),
    windows(
        "a small Windows task",
        both(put("cpu", 512), put("memory", 1024)),
        "cpu",
        "512 CPU units for Windows",
        "1024, 2048 or 4096",
    ),
    windows(
        "a large Windows task",
        both(put("cpu", 8192), put("memory", 16384)),
        "cpu",
        "8192 CPU units for Windows",
    ),
    windows(
        "Windows on ARM",
        put("runtimePlatform.cpuArchitecture", "ARM64"),
        "runtimePlatform.cpuArchitecture",
        "'X86_64' only",
        "'ARM64'",
    ),
    windows("PID mode with Windows", put("pidMode", "task"), "pidMode", "no PID mode with Windows"),
)

RESOURCES = (
    fargate(
        "too much cpu in sum",
        put(f"{PROXY}.cpu", 300),
        "containerDefinitions",
        "add up to 556",
        "512",
    ),
    fargate(
        "too much cpu in one",
        put(f"{APP}.cpu", 1024),
        f"{APP}.cpu",
        "1024 CPU units",
        "512 CPU units",
    ),
    fargate(
        "too much memory in sum",
        put(f"{PROXY}.memoryReservation", 600),
        "containerDefinitions",
        "1112 MiB",
        "1024 MiB",
    ),
    fargate(
        "too much memory in one",
        put(f"{APP}.memory", 2048),
        f"{APP}.memory",
        "2048 MiB",
        "1024 MiB",
    ),
    fargate(
        "reservation above the limit",
        put(f"{APP}.memoryReservation", 600),
        f"{APP}.memoryReservation",
        "600 MiB",
        "512 MiB",
    ),
    fargate("negative cpu", put(f"{APP}.cpu", -1), f"{APP}.cpu", "-1", "0 or more"),
    fargate("no memory at all", put(f"{APP}.memory", 0), f"{APP}.memory", "0 MiB", "1 or more"),
    ec2(
        "container without memory",
        drop(f"{APP}.memory"),
        f"{APP}.memory",
        "memory_reservation",
        "the task needs memory",
    ),
    ec2("tiny task", put("cpu", "64"), "cpu", "64 CPU units", "128 to 196608"),
    ec2(
        "ephemeral storage on EC2",
        put("ephemeralStorage", {"sizeInGiB": 30}),
        "ephemeralStorage",
        "Fargate",
        "leave it out",
    ),
)

CONTAINERS = (
    fargate(
        "family with a blank", put("family", "my batch"), "family", "'my batch'", "1 to 255 letters"
    ),
    fargate("long family", put("family", LONG), "family", "xxx...", "1 to 255"),
    fargate(
        "empty list of containers",
        put("containerDefinitions", []),
        "containerDefinitions",
        "no container",
        "1 to 10",
    ),
    fargate(
        "11 containers",
        put(
            "containerDefinitions",
            [{"name": f"c{n}", "image": "busybox", "essential": n == 0} for n in range(11)],
        ),
        "containerDefinitions",
        "11 containers",
        "10",
    ),
    fargate(
        "container without a name", drop(f"{PROXY}.name"), f"{PROXY}.name", "needs a name", more=1
    ),
    fargate("container without an image", drop(f"{APP}.image"), f"{APP}.image", "needs an image"),
    fargate(
        "image with a blank",
        put(f"{APP}.image", "busy box"),
        f"{APP}.image",
        "'busy box'",
        "no image",
    ),
    fargate(
        "container name with a dot",
        put(f"{APP}.name", "app.main"),
        f"{APP}.name",
        "'app.main'",
        "letters, digits",
    ),
    fargate(
        "same container name",
        put(f"{PROXY}.name", "app"),
        f"{PROXY}.name",
        "'app'",
        "unique",
        more=1,
    ),
    fargate(
        "nothing essential",
        put(f"{APP}.essential", False),
        "containerDefinitions",
        "No container is essential",
    ),
    fargate(
        "same variable",
        put(f"{APP}.environment[1]", {"name": "LOG_LEVEL", "value": "debug"}),
        f"{APP}.environment[1].name",
        "'LOG_LEVEL'",
        "unique",
    ),
    fargate(
        "variable without a name",
        put(f"{APP}.environment[1]", {"value": "x"}),
        f"{APP}.environment[1].name",
        "needs a name",
    ),
    fargate(
        "same secret",
        put(f"{APP}.secrets[1]", {"name": "DB_PASSWORD", "valueFrom": "db-password"}),
        f"{APP}.secrets[1].name",
        "'DB_PASSWORD'",
        "unique",
    ),
    fargate(
        "variable and secret",
        put(f"{APP}.environment[1]", {"name": "DB_PASSWORD", "value": ""}),
        f"{APP}.secrets[0].name",
        "'DB_PASSWORD'",
        "environment variable too",
    ),
    fargate(
        "secret from S3",
        put(f"{APP}.secrets[0].valueFrom", "arn:aws:s3:::bucket/key"),
        f"{APP}.secrets[0].valueFrom",
        "arn:aws:s3:::bucket/key",
        "Secrets Manager",
    ),
    fargate(
        "secret option from S3",
        put(
            f"{APP}.logConfiguration.secretOptions",
            [{"name": "splunk-token", "valueFrom": "arn:aws:s3:::b/k"}],
        ),
        f"{APP}.logConfiguration.secretOptions[0].valueFrom",
        "Secrets Manager",
    ),
    fargate(
        "11 environment files",
        put(f"{APP}.environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b/a.env"}] * 11),
        f"{APP}.environmentFiles",
        "11",
        "10",
    ),
    fargate(
        "environment file by URL",
        put(f"{APP}.environmentFiles", [{"type": "s3", "value": "s3://b/a.env"}]),
        f"{APP}.environmentFiles[0].value",
        "'s3://b/a.env'",
        "arn:aws:s3:::",
    ),
    fargate(
        "same limit",
        put(f"{APP}.ulimits", [{"name": "nofile", "softLimit": 1, "hardLimit": 2}] * 2),
        f"{APP}.ulimits[1].name",
        "'nofile'",
        "unique",
    ),
    fargate(
        "soft limit above the hard one",
        put(f"{APP}.ulimits", [{"name": "nofile", "softLimit": 3, "hardLimit": 2}]),
        f"{APP}.ulimits[0].softLimit",
        "3",
        "2",
    ),
    fargate(
        "frequent health check",
        put(f"{APP}.healthCheck", {"command": ["CMD", "true"], "interval": 4}),
        f"{APP}.healthCheck.interval",
        "4",
        "5 to 300",
    ),
    fargate(
        "slow health check",
        put(f"{APP}.healthCheck", {"command": ["CMD", "true"], "timeout": 61}),
        f"{APP}.healthCheck.timeout",
        "61",
        "2 to 60",
    ),
    fargate(
        "many retries",
        put(f"{APP}.healthCheck", {"command": ["CMD", "true"], "retries": 11}),
        f"{APP}.healthCheck.retries",
        "11",
        "1 to 10",
    ),
    fargate(
        "late health check",
        put(f"{APP}.healthCheck", {"command": ["CMD", "true"], "startPeriod": 301}),
        f"{APP}.healthCheck.startPeriod",
        "301",
        "0 to 300",
    ),
    fargate(
        "empty health check",
        put(f"{APP}.healthCheck", {"command": []}),
        f"{APP}.healthCheck.command",
        "empty",
        "CMD-SHELL",
    ),
    fargate(
        "restart at once",
        put(f"{APP}.restartPolicy", {"enabled": True, "restartAttemptPeriod": 30}),
        f"{APP}.restartPolicy.restartAttemptPeriod",
        "30",
        "60 to 1800",
    ),
    fargate(
        "51 exit codes",
        put(f"{APP}.restartPolicy", {"enabled": True, "ignoredExitCodes": list(range(51))}),
        f"{APP}.restartPolicy.ignoredExitCodes",
        "51",
        "50",
    ),
    ec2(
        "swappiness above 100",
        put(f"{APP}.linuxParameters", {"maxSwap": 1, "swappiness": 101}),
        f"{APP}.linuxParameters.swappiness",
        "101",
        "0 to 100",
    ),
    ec2(
        "negative swap",
        put(f"{APP}.linuxParameters", {"maxSwap": -1}),
        f"{APP}.linuxParameters.maxSwap",
        "-1",
        "0 or a positive number",
    ),
    ec2(
        "two credential specifications",
        put(f"{APP}.credentialSpecs", ["credentialspec:a", "credentialspec:b"]),
        f"{APP}.credentialSpecs",
        "one is allowed",
    ),
)

REFERENCES = (
    fargate(
        "dependency on nothing",
        put(f"{APP}.dependsOn[0].containerName", "proxi"),
        f"{APP}.dependsOn[0].containerName",
        "'proxi'",
        "'app' and 'proxy'",
        "did you mean 'proxy'?",
    ),
    fargate(
        "dependency on itself",
        put(f"{APP}.dependsOn[0].containerName", "app"),
        f"{APP}.dependsOn[0].containerName",
        "itself",
    ),
    fargate(
        "circle",
        put(f"{PROXY}.dependsOn", [{"containerName": "app", "condition": "START"}]),
        f"{APP}.dependsOn",
        "circle",
        "app -> proxy -> app",
    ),
    fargate(
        "success of an essential container",
        both(put(f"{PROXY}.essential", True), put(f"{APP}.dependsOn[0].condition", "SUCCESS")),
        f"{APP}.dependsOn[0].condition",
        "not essential",
        "'proxy'",
    ),
    fargate(
        "completion of an essential container",
        both(drop(f"{PROXY}.essential"), put(f"{APP}.dependsOn[0].condition", "COMPLETE")),
        f"{APP}.dependsOn[0].condition",
        "COMPLETE",
        "essential: false",
    ),
    fargate(
        "health without a check",
        put(f"{APP}.dependsOn[0].condition", "HEALTHY"),
        f"{APP}.dependsOn[0].condition",
        "health check",
        "START",
    ),
    fargate(
        "volumes from nothing",
        put(f"{APP}.volumesFrom", [{"sourceContainer": "data"}]),
        f"{APP}.volumesFrom[0].sourceContainer",
        "'data'",
        "no container",
    ),
    fargate(
        "volumes from itself",
        put(f"{APP}.volumesFrom", [{"sourceContainer": "app"}]),
        f"{APP}.volumesFrom[0].sourceContainer",
        "itself",
    ),
    fargate(
        "mount of nothing",
        put(f"{APP}.mountPoints[0].sourceVolume", "scrach"),
        f"{APP}.mountPoints[0].sourceVolume",
        "'scrach'",
        "did you mean 'scratch'?",
    ),
    fargate(
        "mount without volumes",
        drop("volumes"),
        f"{APP}.mountPoints[0].sourceVolume",
        "'scratch'",
        "it has none",
    ),
    ec2(
        "link to nothing",
        put(f"{APP}.links", ["cach:c"]),
        f"{APP}.links[0]",
        "'cach'",
        "did you mean 'cache'?",
    ),
    ec2("links without a bridge", put("networkMode", "host"), f"{APP}.links", "'bridge'", "'host'"),
    fargate(
        "FireLens for nobody",
        put(f"{PROXY}.firelensConfiguration", {"type": "fluentbit"}),
        f"{PROXY}.firelensConfiguration",
        "No container logs through FireLens",
    ),
    fargate(
        "FireLens from nowhere",
        put(f"{APP}.logConfiguration", {"logDriver": "awsfirelens"}),
        f"{APP}.logConfiguration.logDriver",
        "firelens_configuration",
    ),
    fargate(
        "proxy that is no container",
        put(
            "proxyConfiguration",
            {
                "containerName": "envoy",
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
        "proxyConfiguration.containerName",
        "'envoy'",
        "no container",
    ),
    fargate(
        "proxy without properties",
        put("proxyConfiguration", {"containerName": "proxy"}),
        "proxyConfiguration.properties",
        "AppPorts",
        "ProxyIngressPort",
    ),
    ec2(
        "proxy in a bridge",
        put(
            "proxyConfiguration",
            {
                "containerName": "app",
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
        "proxyConfiguration",
        "'awsvpc'",
        "'bridge'",
    ),
)

PORTS = (
    fargate(
        "another host port",
        put(f"{APP}.portMappings[0].hostPort", 80),
        f"{APP}.portMappings[0].hostPort",
        "'awsvpc'",
        "8080",
        "80",
    ),
    fargate(
        "port 0",
        put(f"{APP}.portMappings[0].containerPort", 0),
        f"{APP}.portMappings[0].containerPort",
        "0 is no port",
        "1 to 65535",
    ),
    fargate(
        "port 65536",
        put(f"{APP}.portMappings[0].containerPort", 65536),
        f"{APP}.portMappings[0].containerPort",
        "65536",
        "1 to 65535",
    ),
    fargate(
        "no port",
        drop(f"{APP}.portMappings[0].containerPort"),
        f"{APP}.portMappings[0].containerPort",
        "container port",
    ),
    fargate(
        "port twice",
        put(f"{PROXY}.portMappings", [{"containerPort": 8080}]),
        f"{PROXY}.portMappings[0].containerPort",
        "8080/tcp",
        "twice",
    ),
    fargate(
        "port name twice",
        put(f"{PROXY}.portMappings", [{"containerPort": 9090, "name": "status"}]),
        f"{PROXY}.portMappings[0].name",
        "'status'",
        "unique",
    ),
    fargate(
        "port name in capitals",
        put(f"{APP}.portMappings[0].name", "Status"),
        f"{APP}.portMappings[0].name",
        "'Status'",
        "lower-case",
    ),
    fargate(
        "port and range",
        put(f"{APP}.portMappings[0].containerPortRange", "8000-8010"),
        f"{APP}.portMappings[0].containerPortRange",
        "exclude each other",
    ),
    fargate(
        "range backwards",
        put(f"{APP}.portMappings[0]", {"containerPortRange": "8010-8000"}),
        f"{APP}.portMappings[0].containerPortRange",
        "'8010-8000'",
        "'8000-8010'",
    ),
    fargate(
        "range of one number",
        put(f"{APP}.portMappings[0]", {"containerPortRange": "8000"}),
        f"{APP}.portMappings[0].containerPortRange",
        "'8000'",
    ),
    ec2(
        "ports without a network",
        both(
            put("networkMode", "none"),
            drop(f"{APP}.links"),
            put(f"{APP}.portMappings", [{"containerPort": 80}]),
        ),
        f"{APP}.portMappings",
        "'none'",
    ),
    ec2(
        "range on the host",
        both(
            put("networkMode", "host"),
            drop(f"{APP}.links"),
            put(f"{APP}.portMappings", [{"containerPortRange": "80-81"}]),
        ),
        f"{APP}.portMappings[0].containerPortRange",
        "'bridge' or 'awsvpc'",
        "'host'",
    ),
    ec2(
        "another port on the host",
        both(
            put("networkMode", "host"),
            drop(f"{APP}.links"),
            put(f"{APP}.portMappings", [{"containerPort": 80, "hostPort": 8080}]),
        ),
        f"{APP}.portMappings[0].hostPort",
        "'host'",
        "8080",
    ),
    ec2(
        "negative host port",
        put(f"{APP}.portMappings", [{"containerPort": 80, "hostPort": -1}]),
        f"{APP}.portMappings[0].hostPort",
        "-1",
        "0 to 65535",
    ),
)

VOLUMES = (
    fargate(
        "same volume",
        put("volumes[1]", {"name": "scratch"}),
        "volumes[1].name",
        "'scratch'",
        "unique",
    ),
    fargate(
        "volume name with a blank",
        both(put("volumes[0].name", "my data"), drop(f"{APP}.mountPoints")),
        "volumes[0].name",
        "'my data'",
        "letters, digits",
    ),
    fargate(
        "two kinds of a volume",
        put(
            "volumes[0]",
            {
                "name": "scratch",
                "efsVolumeConfiguration": {"fileSystemId": "fs-1"},
                "configuredAtLaunch": True,
            },
        ),
        "volumes[0]",
        "one kind",
        "efsVolumeConfiguration and configuredAtLaunch",
    ),
    fargate(
        "EFS without a name",
        put("volumes[1]", {"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}),
        "volumes[1].name",
        "needs a name",
    ),
    fargate(
        "EFS without a file system",
        put("volumes[0].efsVolumeConfiguration", {"rootDirectory": "/"}),
        "volumes[0].efsVolumeConfiguration.fileSystemId",
        "required",
    ),
    fargate(
        "IAM without encryption",
        put(
            "volumes[0].efsVolumeConfiguration",
            {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}},
        ),
        "volumes[0].efsVolumeConfiguration.transitEncryption",
        "IAM authorization",
        "'ENABLED'",
    ),
    fargate(
        "encryption port without encryption",
        put(
            "volumes[0].efsVolumeConfiguration",
            {"fileSystemId": "fs-1", "transitEncryptionPort": 2049},
        ),
        "volumes[0].efsVolumeConfiguration.transitEncryption",
        "a port of its own",
    ),
    fargate(
        "access point and root directory",
        put(
            "volumes[0].efsVolumeConfiguration",
            {
                "fileSystemId": "fs-1",
                "rootDirectory": "/data",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-1"},
            },
        ),
        "volumes[0].efsVolumeConfiguration.rootDirectory",
        "access point",
        "'/data'",
    ),
    fargate(
        "encryption port 70000",
        put(
            "volumes[0].efsVolumeConfiguration",
            {
                "fileSystemId": "fs-1",
                "transitEncryption": "ENABLED",
                "transitEncryptionPort": 70000,
            },
        ),
        "volumes[0].efsVolumeConfiguration.transitEncryptionPort",
        "70000",
        "65535",
    ),
    fargate(
        "S3 Files without a task role",
        both(
            drop("taskRoleArn"),
            put(
                "volumes[0].s3filesVolumeConfiguration",
                {"fileSystemArn": "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1"},
            ),
        ),
        "taskRoleArn",
        "S3 Files",
        "task role",
    ),
    fargate(
        "two volumes at launch",
        both(
            put("volumes[0].configuredAtLaunch", True),
            put("volumes[1]", {"name": "more", "configuredAtLaunch": True}),
            put(f"{APP}.mountPoints[1]", {"sourceVolume": "more", "containerPath": "/more"}),
        ),
        "volumes[1].configuredAtLaunch",
        "Only one volume",
    ),
    fargate(
        "volume at launch for nobody",
        put("volumes[1]", {"name": "ebs", "configuredAtLaunch": True}),
        "volumes[1]",
        "No container mounts 'ebs'",
    ),
)

LOGS_AND_ROLES = (
    fargate(
        "no log group",
        drop(f"{OPTIONS}.awslogs-group"),
        f"{OPTIONS}.awslogs-group",
        "needs this option",
    ),
    fargate(
        "no log region",
        drop(f"{OPTIONS}.awslogs-region"),
        f"{OPTIONS}.awslogs-region",
        "needs this option",
    ),
    fargate(
        "no stream prefix",
        drop(f"{OPTIONS}.awslogs-stream-prefix"),
        f"{OPTIONS}.awslogs-stream-prefix",
        "on Fargate",
    ),
    fargate(
        "no options at all", drop(OPTIONS), f"{OPTIONS}.awslogs-group", "needs this option", more=2
    ),
    fargate(
        "misspelt option",
        both(drop(f"{OPTIONS}.awslogs-group"), put(f"{OPTIONS}.awslogs_group", "/batch")),
        f"{OPTIONS}.awslogs_group",
        "did you mean 'awslogs-group'?",
        more=1,
    ),
    fargate(
        "option of another driver",
        put(f"{OPTIONS}.fluentd-address", "x"),
        f"{OPTIONS}.fluentd-address",
        "'fluentd-address'",
        "awslogs-region",
    ),
    fargate(
        "unknown mode",
        put(f"{OPTIONS}.mode", "nonblocking"),
        f"{OPTIONS}.mode",
        "'nonblocking'",
        "did you mean 'non-blocking'?",
    ),
    fargate(
        "buffer size in words",
        put(f"{OPTIONS}.max-buffer-size", "large"),
        f"{OPTIONS}.max-buffer-size",
        "'large'",
        "'25m'",
    ),
    fargate(
        "two multi-line patterns",
        both(
            put(f"{OPTIONS}.awslogs-datetime-format", "%Y"),
            put(f"{OPTIONS}.awslogs-multiline-pattern", "^x"),
        ),
        f"{OPTIONS}.awslogs-multiline-pattern",
        "not both",
    ),
    fargate(
        "no group to be created",
        put(f"{OPTIONS}.awslogs-create-group", "false"),
        f"{OPTIONS}.awslogs-create-group",
        "'false'",
        "leave the option out",
    ),
    fargate(
        "log group with a blank",
        put(f"{OPTIONS}.awslogs-group", "my group"),
        f"{OPTIONS}.awslogs-group",
        "'my group'",
        "1 to 512",
    ),
    fargate(
        "option as a list",
        put(f"{OPTIONS}.awslogs-region", ["eu-west-1"]),
        f"{OPTIONS}.awslogs-region",
        "text",
    ),
    fargate(
        "no execution role",
        drop("executionRoleArn"),
        "executionRoleArn",
        "an image in ECR",
        "secrets",
        "the log driver awslogs",
    ),
    ec2(
        "no execution role for secrets",
        put(f"{APP}.secrets", [{"name": "TOKEN", "valueFrom": "token"}]),
        "executionRoleArn",
        "secrets",
    ),
    ec2(
        "no execution role for a registry",
        put(f"{APP}.repositoryCredentials", {"credentialsParameter": "registry"}),
        "executionRoleArn",
        "the repository's credentials",
    ),
    ec2(
        "no execution role for environment files",
        put(f"{APP}.environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b/a.env"}]),
        "executionRoleArn",
        "environment files",
    ),
    fargate(
        "execution role of a user",
        put("executionRoleArn", "arn:aws:iam::123456789012:user/me"),
        "executionRoleArn",
        "user/me",
        "no IAM role",
    ),
    fargate(
        "task role with a short account",
        put("taskRoleArn", "arn:aws:iam::1234:role/batch"),
        "taskRoleArn",
        "1234",
        "or the name of a role",
    ),
    fargate("task role with a blank", put("taskRoleArn", "my role"), "taskRoleArn", "'my role'"),
    fargate("reserved tag", put("tags[0].key", "AWS:team"), "tags[0]", "'AWS:team'", "reserved"),
    fargate(
        "same tag", put("tags[1]", {"key": "team", "value": "x"}), "tags[1]", "'team'", "twice"
    ),
    fargate(
        "70 KiB",
        put(f"{APP}.dockerLabels", {f"label{n}": "x" * 1000 for n in range(70)}),
        "",
        "64 KiB",
    ),
    ec2(
        "11 placement constraints",
        put("placementConstraints", [{"type": "memberOf", "expression": "attribute:a == b"}] * 11),
        "placementConstraints",
        "11",
        "10",
    ),
    ec2(
        "Elastic Inference",
        put("inferenceAccelerators", [{"deviceName": "a", "deviceType": "eia2.medium"}]),
        "inferenceAccelerators",
        "retired",
    ),
    ec2(
        "sandbox without a policy",
        put("trustedExecutionConfiguration", {"isolationMode": "CONFIDENTIAL_SANDBOX"}),
        "trustedExecutionConfiguration.attestationPolicy",
        "needs an attestation policy",
    ),
)

STRATEGY = "EcsParameters.CapacityProviderStrategy"


def providers(*entries: dict[str, object]) -> Change:
    return both(drop("EcsParameters.LaunchType"), put(STRATEGY, list(entries)))


TARGETS = (
    target("no role", drop("RoleArn"), "RoleArn", "needs the role"),
    target("role by name", put("RoleArn", "batch"), "RoleArn", "'batch'", "no IAM role"),
    target(
        "no task definition",
        put("EcsParameters.TaskDefinitionArn", ""),
        "EcsParameters.TaskDefinitionArn",
        "1 to 1600",
    ),
    target(
        "task definition of revision 0",
        put("EcsParameters.TaskDefinitionArn", "nightly:0"),
        "EcsParameters.TaskDefinitionArn",
        "'nightly:0'",
        "family:revision",
    ),
    target(
        "task definition with a cluster's ARN",
        put("EcsParameters.TaskDefinitionArn", "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"),
        "EcsParameters.TaskDefinitionArn",
        "no task definition",
    ),
    target(
        "cluster with a service's ARN",
        put("Arn", "arn:aws:ecs:eu-west-1:123456789012:service/batch"),
        "Arn",
        "no cluster",
    ),
    target(
        "universal target",
        put("Arn", "arn:aws:scheduler:::aws-sdk:ecs:runTask"),
        "Arn",
        "no cluster",
    ),
    target(
        "launch type and capacity providers",
        put(STRATEGY, [{"capacityProvider": "FARGATE", "weight": 1}]),
        "EcsParameters.LaunchType",
        "exclude each other",
    ),
    target(
        "seven capacity providers",
        providers(*({"capacityProvider": f"p{n}", "weight": 1} for n in range(7))),
        STRATEGY,
        "7",
        "6",
    ),
    target(
        "two bases",
        providers(
            {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 1},
        ),
        f"{STRATEGY}[1].base",
        "Only one",
    ),
    target(
        "no weight",
        providers(
            {"capacityProvider": "FARGATE"}, {"capacityProvider": "FARGATE_SPOT", "weight": 0}
        ),
        STRATEGY,
        "weight above 0",
    ),
    target(
        "mixed capacity providers",
        providers(
            {"capacityProvider": "FARGATE", "weight": 1}, {"capacityProvider": "mine", "weight": 1}
        ),
        STRATEGY,
        "cannot be mixed",
        "'mine'",
    ),
    target(
        "weight above 1000",
        providers({"capacityProvider": "FARGATE", "weight": 1001}),
        f"{STRATEGY}[0].weight",
        "1001",
        "0 to 1000",
    ),
    target(
        "Fargate without a network",
        drop("EcsParameters.NetworkConfiguration"),
        "EcsParameters.NetworkConfiguration",
        "network configuration",
        "16 subnets",
    ),
    target(
        "Fargate Spot without a network",
        both(
            providers({"capacityProvider": "FARGATE_SPOT", "weight": 1}),
            drop("EcsParameters.NetworkConfiguration"),
        ),
        "EcsParameters.NetworkConfiguration",
        "16 subnets",
    ),
    target("no subnets", put(f"{VPC}.Subnets", []), f"{VPC}.Subnets", "16 subnets"),
    target(
        "17 subnets",
        put(f"{VPC}.Subnets", [f"subnet-{n:017x}" for n in range(17)]),
        f"{VPC}.Subnets",
        "17",
        "16",
    ),
    target(
        "6 security groups",
        put(f"{VPC}.SecurityGroups", [f"sg-{n:017x}" for n in range(6)]),
        f"{VPC}.SecurityGroups",
        "6",
        "5",
    ),
    target(
        "security group as subnet",
        put(f"{VPC}.Subnets", ["sg-0123456789abcdef0"]),
        f"{VPC}.Subnets[0]",
        "'sg-0123456789abcdef0'",
        "'subnet-'",
    ),
    target(
        "name as security group",
        put(f"{VPC}.SecurityGroups", ["default"]),
        f"{VPC}.SecurityGroups[0]",
        "'default'",
        "'sg-'",
    ),
    target(
        "public address on EC2",
        both(put("EcsParameters.LaunchType", "EC2"), drop("EcsParameters.PlatformVersion")),
        f"{VPC}.AssignPublicIp",
        "Fargate",
    ),
    target(
        "platform version on EC2",
        both(put("EcsParameters.LaunchType", "EC2"), drop(f"{VPC}.AssignPublicIp")),
        "EcsParameters.PlatformVersion",
        "Only Fargate",
        "EC2",
    ),
    target(
        "platform version in words",
        put("EcsParameters.PlatformVersion", "newest"),
        "EcsParameters.PlatformVersion",
        "'newest'",
        "'LATEST'",
    ),
    target(
        "11 tasks for a rule",
        put("EcsParameters.TaskCount", 11),
        "EcsParameters.TaskCount",
        "11",
        "1 to 10",
    ),
    target(
        "placement on Fargate",
        put("EcsParameters.PlacementStrategy", [{"type": "spread", "field": "instanceId"}]),
        "EcsParameters.PlacementStrategy",
        "Fargate places tasks itself",
    ),
    target(
        "constraints on Fargate",
        put("EcsParameters.PlacementConstraints", [{"type": "distinctInstance"}]),
        "EcsParameters.PlacementConstraints",
        "Fargate places tasks itself",
    ),
    target(
        "11 constraints",
        both(
            put("EcsParameters", {"TaskDefinitionArn": "nightly"}),
            put("EcsParameters.PlacementConstraints", [{"type": "distinctInstance"}] * 11),
        ),
        "EcsParameters.PlacementConstraints",
        "11",
        "10",
    ),
    target(
        "distinct instances with an expression",
        put(
            "EcsParameters",
            {
                "TaskDefinitionArn": "nightly",
                "PlacementConstraints": [{"type": "distinctInstance", "expression": "a"}],
            },
        ),
        "EcsParameters.PlacementConstraints[0].expression",
        "no expression",
    ),
    target(
        "members of nothing",
        put(
            "EcsParameters",
            {"TaskDefinitionArn": "nightly", "PlacementConstraints": [{"type": "memberOf"}]},
        ),
        "EcsParameters.PlacementConstraints[0].expression",
        "needs an expression",
    ),
    target(
        "random by field",
        put(
            "EcsParameters",
            {
                "TaskDefinitionArn": "nightly",
                "PlacementStrategy": [{"type": "random", "field": "cpu"}],
            },
        ),
        "EcsParameters.PlacementStrategy[0].field",
        "no field",
    ),
    target(
        "packed by zone",
        put(
            "EcsParameters",
            {
                "TaskDefinitionArn": "nightly",
                "PlacementStrategy": [{"type": "binpack", "field": "zone"}],
            },
        ),
        "EcsParameters.PlacementStrategy[0].field",
        "'cpu' or 'memory'",
    ),
    target(
        "queue that is a topic",
        put("DeadLetterConfig.Arn", "arn:aws:sns:eu-west-1:123456789012:failed"),
        "DeadLetterConfig.Arn",
        "no SQS queue",
    ),
    target(
        "queue by URL",
        put("DeadLetterConfig.Arn", "https://sqs.eu-west-1.amazonaws.com/123456789012/failed"),
        "DeadLetterConfig.Arn",
        "no SQS queue",
        "arn:aws:sqs",
    ),
    target(
        "FIFO queue",
        put("DeadLetterConfig.Arn", "arn:aws:sqs:eu-west-1:123456789012:failed.fifo"),
        "DeadLetterConfig.Arn",
        "FIFO",
        "standard",
    ),
    target(
        "queue in another region",
        put("DeadLetterConfig.Arn", "arn:aws:sqs:eu-west-2:123456789012:failed"),
        "DeadLetterConfig.Arn",
        "eu-west-2",
        "eu-west-1",
    ),
    target(
        "task definition in another region",
        put(
            "EcsParameters.TaskDefinitionArn",
            "arn:aws:ecs:us-east-1:123456789012:task-definition/nightly",
        ),
        "EcsParameters.TaskDefinitionArn",
        "us-east-1",
        "eu-west-1",
    ),
    target(
        "reserved task tag",
        put("EcsParameters.Tags[0].Key", "aws:team"),
        "EcsParameters.Tags[0]",
        "'aws:team'",
    ),
    schedule(
        "51 task tags",
        put("EcsParameters.Tags", [{"key": f"k{n}", "value": "v"} for n in range(51)]),
        "EcsParameters.Tags",
        "51",
        "50",
    ),
    target(
        "51 task tags of a rule",
        put("EcsParameters.Tags", [{"Key": f"k{n}", "Value": "v"} for n in range(51)]),
        "EcsParameters.Tags",
        "51",
        "50",
    ),
    target(
        "input that is no JSON",
        put("Input", "{containerOverrides: []}"),
        "Input",
        "not valid JSON",
        "JSON object",
    ),
    target("input that is a list", put("Input", "[]"), "Input", "no object", "containerOverrides"),
    target(
        "input and a path",
        put("InputPath", "$.detail"),
        "Input",
        "Input and InputPath",
        "exclude each other",
    ),
    target(
        "long input",
        given_input({"containerOverrides": [{"name": "app", "command": ["x" * 4000, "y" * 4200]}]}),
        "Input",
        "allowed",
    ),
    schedule(
        "long input of a schedule",
        given_input({"containerOverrides": [{"name": "app", "command": ["x" * 8200]}]}),
        "Input",
        "8192",
    ),
    target(
        "snake case in the input",
        given_input({"container_overrides": []}),
        "Input.container_overrides",
        "'container_overrides'",
        "did you mean 'containerOverrides'?",
    ),
    target(
        "unknown key in the input",
        given_input({"network": 1}),
        "Input.network",
        "'network'",
        "containerOverrides",
    ),
    target(
        "misspelt key of an override",
        given_input({"containerOverrides": [{"name": "app", "comand": ["x"]}]}),
        "Input.containerOverrides[0].comand",
        "did you mean 'command'?",
    ),
    target(
        "entry point in the input",
        given_input({"containerOverrides": [{"name": "app", "entryPoint": ["sh"]}]}),
        "Input.containerOverrides[0].entryPoint",
        "cannot be overridden",
        "task definition",
    ),
    target(
        "number in quotes",
        given_input({"containerOverrides": [{"name": "app", "cpu": "256"}]}),
        "Input.containerOverrides[0].cpu",
        "'256'",
        "a whole number",
    ),
    target(
        "command as a text in the input",
        given_input({"containerOverrides": [{"name": "app", "command": "run"}]}),
        "Input.containerOverrides[0].command",
        "'run'",
        "a list",
    ),
    target(
        "environment as a mapping",
        given_input({"containerOverrides": [{"name": "app", "environment": {"A": "1"}}]}),
        "Input.containerOverrides[0].environment",
        "a list",
    ),
    target(
        "override without a name",
        given_input({"containerOverrides": [{"command": ["run"]}]}),
        "Input.containerOverrides[0].name",
        "name of the container",
    ),
    target(
        "two overrides of one container",
        given_input({"containerOverrides": [{"name": "app"}, {"name": "app"}]}),
        "Input.containerOverrides[1].name",
        "'app'",
        "unique",
    ),
)

OVERRIDES = (
    overrides(
        "overrides as a text",
        put("containerOverrides", "app"),
        "containerOverrides",
        "'app'",
        "a list",
    ),
    overrides(
        "override as a text",
        put("containerOverrides[0]", "app"),
        "containerOverrides[0]",
        "a mapping",
    ),
    overrides("unreadable cpu", put("cpu", "one"), "cpu", "'one'", "256"),
    overrides("unreadable memory", put("memory", "2GiB"), "memory", "'2GiB'", "GB"),
    overrides(
        "ephemeral storage",
        put("ephemeralStorage", {"sizeInGiB": 10}),
        "ephemeralStorage.sizeInGiB",
        "10 GiB",
        "21 to 200",
    ),
    overrides(
        "task role",
        put("taskRoleArn", "arn:aws:iam::123456789012:policy/x"),
        "taskRoleArn",
        "no IAM role",
    ),
    overrides(
        "negative memory",
        put("containerOverrides[0].memory", -5),
        "containerOverrides[0].memory",
        "-5",
    ),
    overrides(
        "reservation",
        both(
            put("containerOverrides[0].memory", 64),
            put("containerOverrides[0].memoryReservation", 128),
        ),
        "containerOverrides[0].memoryReservation",
        "128",
        "64",
    ),
    overrides(
        "variable twice",
        put("containerOverrides[0].environment[1]", {"name": "DAY", "value": "2"}),
        "containerOverrides[0].environment[1].name",
        "'DAY'",
        "unique",
    ),
    overrides(
        "environment file",
        put("containerOverrides[0].environmentFiles", [{"type": "s3", "value": "a.env"}]),
        "containerOverrides[0].environmentFiles[0].value",
        "'a.env'",
    ),
    overrides(
        "image",
        put("containerOverrides[0].image", "busybox"),
        "containerOverrides[0].image",
        "cannot be overridden",
    ),
    overrides(
        "secrets",
        put("containerOverrides[0].secrets", []),
        "containerOverrides[0].secrets",
        "cannot be overridden",
    ),
)

FIT = (
    pair(
        "unknown container",
        pair_input({"containerOverrides": [{"name": "ap", "command": ["x"]}]}),
        "Input.containerOverrides[0].name",
        "'ap'",
        "'app' and 'proxy'",
        "did you mean 'app'?",
    ),
    pair(
        "size that does not exist",
        pair_input({"cpu": "256", "memory": "4096"}),
        "Input.memory",
        "4096 MiB",
        "512, 1024 or 2048",
        more=0,
    ),
    pair(
        "cpu that does not go with the definition's memory",
        pair_input({"cpu": "2048"}),
        "Input.cpu",
        "2048 CPU units",
        "1024 MiB",
    ),
    pair(
        "memory below the containers'",
        pair_input(
            {
                "memory": "1 GB",
                "cpu": "256",
                "containerOverrides": [{"name": "app", "memory": 2048}],
            }
        ),
        "Input.containerOverrides[0].memory",
        "2048 MiB",
        "1024 MiB",
    ),
    pair(
        "cpu above the task's",
        pair_input({"containerOverrides": [{"name": "app", "cpu": 1024}]}),
        "Input.containerOverrides[0].cpu",
        "1024 CPU units",
        "512",
    ),
    pair(
        "cpu above the task's in sum",
        pair_input(
            {"containerOverrides": [{"name": "app", "cpu": 400}, {"name": "proxy", "cpu": 400}]}
        ),
        "Input",
        "800",
        "512",
    ),
    pair(
        "task smaller than its containers",
        pair_input(
            {
                "cpu": "256",
                "memory": "512",
                "containerOverrides": [{"name": "proxy", "memoryReservation": 128}],
            }
        ),
        "Input",
        "640 MiB",
        "512 MiB",
    ),
    pair(
        "variable that is a secret",
        pair_input(
            {
                "containerOverrides": [
                    {"name": "app", "environment": [{"name": "DB_PASSWORD", "value": ""}]}
                ]
            }
        ),
        "Input.containerOverrides[0].environment[0].name",
        "'DB_PASSWORD'",
        "secret",
    ),
    pair(
        "inactive definition",
        put("taskDefinition.status", "INACTIVE"),
        "EcsParameters.TaskDefinitionArn",
        "INACTIVE",
        "ACTIVE",
    ),
    pair(
        "definition for EC2",
        put("taskDefinition.requiresCompatibilities", ["EC2"]),
        "EcsParameters.LaunchType",
        "does not run on FARGATE",
        "EC2",
    ),
    pair(
        "definition that AWS found unfit",
        put("taskDefinition.compatibilities", ["EC2", "EXTERNAL"]),
        "EcsParameters.LaunchType",
        "does not run on FARGATE",
        "EC2 or EXTERNAL",
    ),
    pair(
        "definition in a bridge",
        both(
            put("taskDefinition.networkMode", "bridge"),
            put("taskDefinition.requiresCompatibilities", []),
        ),
        "EcsParameters.LaunchType",
        "'awsvpc'",
        "'bridge'",
        more=1,
    ),
    pair(
        "commands without a task role",
        drop("taskDefinition.taskRoleArn"),
        "EcsParameters.EnableExecuteCommand",
        "task role",
    ),
    pair(
        "Windows on platform 1.4.0",
        put(
            "taskDefinition.runtimePlatform", {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}
        ),
        "EcsParameters.PlatformVersion",
        "'1.0.0'",
    ),
    pair(
        "Windows on Fargate Spot",
        both(
            put(
                "taskDefinition.runtimePlatform",
                {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
            ),
            drop("target.EcsParameters.LaunchType"),
            drop("target.EcsParameters.PlatformVersion"),
            put(
                "target.EcsParameters.CapacityProviderStrategy",
                [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
            ),
        ),
        "EcsParameters.CapacityProviderStrategy",
        "Linux",
    ),
    ec2_pair(
        "network of a bridge",
        put(
            "target.EcsParameters.NetworkConfiguration",
            {"awsvpcConfiguration": {"Subnets": ["subnet-0123456789abcdef0"]}},
        ),
        "EcsParameters.NetworkConfiguration",
        "'awsvpc'",
        "'bridge'",
    ),
    ec2_pair(
        "awsvpc without a network",
        put("taskDefinition.networkMode", "awsvpc"),
        "EcsParameters.NetworkConfiguration",
        "needs a network configuration",
    ),
    ec2_pair(
        "definition that does not run on EC2",
        put("taskDefinition.compatibilities", ["EXTERNAL"]),
        "EcsParameters.LaunchType",
        "does not run on EC2",
        "EXTERNAL",
    ),
)

RULES = (
    rule(
        "neither schedule nor pattern",
        drop("ScheduleExpression"),
        "ScheduleExpression",
        "schedule expression or an event pattern",
    ),
    rule(
        "empty pattern",
        both(drop("ScheduleExpression"), put("EventPattern", "{}")),
        "ScheduleExpression",
        "an event pattern",
    ),
    rule(
        "schedule on a bus",
        put("EventBusName", "orders"),
        "ScheduleExpression",
        "default event bus",
        "'orders'",
        "Scheduler",
    ),
    rule(
        "schedule on a bus by ARN",
        put("EventBusName", "arn:aws:events:eu-west-1:123456789012:event-bus/orders"),
        "ScheduleExpression",
        "'orders'",
    ),
    rule(
        "once",
        put("ScheduleExpression", "at(2030-01-01T00:00:00)"),
        "ScheduleExpression",
        "cannot run once",
        "scheduler_schedule",
    ),
    rule(
        "five fields", put("ScheduleExpression", "cron(0 3 * * *)"), "ScheduleExpression", "5 field"
    ),
    rule("crontab", put("ScheduleExpression", "0 3 * * *"), "ScheduleExpression", "cron("),
    rule("two stars", put("ScheduleExpression", "cron(0 3 * * * *)"), "ScheduleExpression", "?"),
    rule("minute 60", put("ScheduleExpression", "cron(60 3 * * ? *)"), "ScheduleExpression", "60"),
    rule("1 minutes", put("ScheduleExpression", "rate(1 minutes)"), "ScheduleExpression", "minute"),
    rule("0 minutes", put("ScheduleExpression", "rate(0 minutes)"), "ScheduleExpression", "0"),
    rule("seconds", put("ScheduleExpression", "rate(10 seconds)"), "ScheduleExpression", "second"),
    rule(
        "long expression",
        put("ScheduleExpression", f"cron({'1,' * 130}2 3 * * ? *)"),
        "ScheduleExpression",
        "256",
    ),
    rule("role of a rule", put("RoleArn", "batch"), "RoleArn", "no IAM role"),
    rule(
        "reserved tag of a rule", put("Tags[0].Key", "aws:cloudformation:x"), "Tags[0]", "reserved"
    ),
    rule(
        "51 tags of a rule",
        put("Tags", [{"Key": f"k{n}", "Value": ""} for n in range(51)]),
        "Tags",
        "51",
        "50",
    ),
    pattern(
        "pattern that is no JSON",
        put("EventPattern", "source = aws.s3"),
        "EventPattern",
        "not valid JSON",
    ),
    pattern("pattern that is a list", put("EventPattern", "[]"), "EventPattern", "JSON object"),
    pattern(
        "pattern with a scalar",
        put("EventPattern", '{"source": "aws.s3"}'),
        "EventPattern",
        "'source'",
        "'aws.s3'",
        "lists",
    ),
    pattern(
        "pattern with a scalar inside",
        put("EventPattern", '{"detail": {"size": 1}}'),
        "EventPattern",
        "'detail.size'",
    ),
    pattern(
        "pattern with an empty list",
        put("EventPattern", '{"source": []}'),
        "EventPattern",
        "'source'",
        "empty list",
    ),
    pattern(
        "long pattern",
        put("EventPattern", json.dumps({"source": ["x" * 4100]})),
        "EventPattern",
        "4096 at the most",
    ),
)

ROWS: tuple[BadInput, ...] = (
    *SHAPE,
    *FARGATE_RULES,
    *RESOURCES,
    *CONTAINERS,
    *REFERENCES,
    *PORTS,
    *VOLUMES,
    *LOGS_AND_ROLES,
    *TARGETS,
    *OVERRIDES,
    *FIT,
    *RULES,
)
