# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS answers of what was sent to it: another way to say the same.

Written from AWS's documentation and from what other tools have observed, without a look at the
model layer. Where answers have been seen in both ways, or nobody knows, `whim` decides.
"""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import Any

Document = dict[str, Any]

OUTPUT_ONLY = {
    "taskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/x:7",
    "revision": 7,
    "status": "ACTIVE",
    "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
    "compatibilities": ["EC2", "FARGATE", "MANAGED_INSTANCES"],
    "registeredAt": "2026-11-22T00:00:00+00:00",
    "registeredBy": "arn:aws:iam::123456789012:user/a",
}
ALWAYS_ECHOED_LISTS = (
    "mountPoints",
    "volumesFrom",
    "environment",
    "portMappings",
    "systemControls",
)
SOMETIMES_ECHOED_LISTS = (
    "command",
    "entryPoint",
    "links",
    "dnsServers",
    "dnsSearchDomains",
    "dockerSecurityOptions",
    "secrets",
    "dependsOn",
    "extraHosts",
    "ulimits",
    "resourceRequirements",
    "credentialSpecs",
    "environmentFiles",
)
FREE_MAPS = {"dockerLabels", "options", "driverOpts", "labels"}


def sent(value: Any, member: str = "") -> Any:
    """What reaches AWS: nothing of what is empty, since the collection sends no empty value."""
    if isinstance(value, dict) and member in FREE_MAPS:
        return dict(value)
    if isinstance(value, dict):
        items = {key: sent(item, key) for key, item in value.items()}
        return {key: item for key, item in items.items() if item not in (None, [], {})}
    if isinstance(value, list):
        return [item for item in map(sent, value) if item not in (None, [], {})]
    return value


class Whim:
    """Decides what nobody knows of AWS, the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def __bool__(self) -> bool:
        return self._random.random() < 0.5

    def shuffle(self, owner: Document, *members: str) -> None:
        for member in members:
            if member in owner:
                self._random.shuffle(owner[member])

    def fill(self, owner: Document, **values: Any) -> None:
        """Show values that are said by nothing, or not."""
        for member, value in values.items():
            if member not in owner and self:
                owner[member] = value

    def drop(self, owner: Document, **values: Any) -> None:
        """Do not show values that say nothing, or do."""
        for member, value in values.items():
            if member in owner and owner[member] == value and self:
                del owner[member]

    def news(self, value: Any, member: str = "") -> None:
        """Show settings that no tool knows yet, in any structure."""
        if isinstance(value, dict) and member not in FREE_MAPS:
            for key, item in value.items():
                self.news(item, key)
            if value and self._random.random() < 0.2:
                value["newSetting"] = {"mode": "default"} if self else self._random.randint(1, 9)
        elif isinstance(value, list):
            for item in value:
                self.news(item)


def described_task_definition(
    request: Document, seed: int, *, default_platform: bool = True
) -> Document:
    """What DescribeTaskDefinition answers of a request.

    `default_platform` tells whether a platform may be shown that nobody has asked for.
    """
    whim = Whim(seed)
    definition: Document = copy.deepcopy(sent(request))
    definition.setdefault("networkMode", "bridge")
    for member, unit in {"cpu": "vcpu", "memory": "gb"}.items():
        if member in definition:
            definition[member] = converted(definition[member], unit)
    definition.setdefault("volumes", [])
    definition.setdefault("placementConstraints", [])
    _platform(definition, whim, default_platform)
    whim.fill(definition, enableFaultInjection=False)
    whim.drop(definition, enableFaultInjection=False)
    whim.fill(definition, trustedExecutionConfiguration={"isolationMode": "SHARED"})
    role = definition.get("taskRoleArn", "arn:")
    if not role.startswith("arn:") and whim:
        definition["taskRoleArn"] = f"arn:aws:iam::123456789012:role/{role}"
    if "proxyConfiguration" in definition:
        definition["proxyConfiguration"].setdefault("type", "APPMESH")
        whim.fill(definition["proxyConfiguration"], properties=[])
        whim.shuffle(definition["proxyConfiguration"], "properties")
    for container in definition["containerDefinitions"]:
        _container(container, definition["networkMode"], whim)
    for volume in definition["volumes"]:
        _volume(volume, whim)
    whim.shuffle(
        definition,
        "containerDefinitions",
        "volumes",
        "placementConstraints",
        "requiresCompatibilities",
    )
    whim.news(definition)
    return {**definition, **OUTPUT_ONLY}


def converted(size: str, unit: str) -> str:
    """``1 vCPU`` and ``0.5 GB`` as the whole number of units that AWS shows."""
    matched = re.fullmatch(rf"([0-9.]+) ?{unit}", size.lower())
    units = float(matched.group(1)) * 1024 if matched else 0.5
    return str(round(units)) if units == round(units) else size


def _platform(definition: Document, whim: Whim, default_platform: bool) -> None:
    default = {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
    fargate = "FARGATE" in definition.get("requiresCompatibilities", [])
    given = definition.get("runtimePlatform")
    if given is not None:
        whim.fill(given, **default)
        if fargate and {**default, **given} == default and whim:
            del definition["runtimePlatform"]
    elif (fargate or default_platform) and whim:
        definition["runtimePlatform"] = default


def _container(container: Document, network_mode: str, whim: Whim) -> None:
    container.setdefault("essential", True)
    container.setdefault("cpu", 0)
    for member in ALWAYS_ECHOED_LISTS:
        container.setdefault(member, [])
    for member in SOMETIMES_ECHOED_LISTS:
        whim.fill(container, **{member: []})
    switches = dict.fromkeys(
        (
            "privileged",
            "readonlyRootFilesystem",
            "interactive",
            "pseudoTerminal",
            "disableNetworking",
        ),
        False,
    )
    whim.fill(container, versionConsistency="enabled", **switches)
    whim.drop(container, **switches)
    for mapping in container["portMappings"]:
        _port_mapping(mapping, network_mode)
    for mount in (*container["mountPoints"], *container["volumesFrom"]):
        whim.fill(mount, readOnly=False)
        whim.drop(mount, readOnly=False)
    whim.shuffle(container, "environment", "secrets", "portMappings", "mountPoints", "volumesFrom")
    _health_check(container, whim)
    _linux_parameters(container, whim)
    if "logConfiguration" in container:
        whim.fill(container["logConfiguration"], secretOptions=[], options={})
        whim.shuffle(container["logConfiguration"], "secretOptions")


def _port_mapping(mapping: Document, network_mode: str) -> None:
    if mapping.get("protocol") != "udp":
        mapping["protocol"] = "tcp"
    if "containerPort" not in mapping:
        return
    if network_mode in ("awsvpc", "host"):
        mapping["hostPort"] = mapping.get("hostPort") or mapping["containerPort"]
    else:
        mapping.setdefault("hostPort", 0)


def _health_check(container: Document, whim: Whim) -> None:
    if "healthCheck" in container:
        defaults = {"interval": 30, "timeout": 5, "retries": 3}
        container["healthCheck"] = {**defaults, **container["healthCheck"]}
        whim.fill(container["healthCheck"], startPeriod=0)
    policy = container.get("restartPolicy")
    if policy is not None and policy["enabled"]:
        policy.setdefault("restartAttemptPeriod", 300)
        whim.fill(policy, ignoredExitCodes=[])
        whim.shuffle(policy, "ignoredExitCodes")
    elif policy is not None and whim:
        del container["restartPolicy"]


def _linux_parameters(container: Document, whim: Whim) -> None:
    whim.fill(container, linuxParameters={})
    if "linuxParameters" not in container:
        return
    linux = container["linuxParameters"]
    whim.fill(linux, devices=[], tmpfs=[], capabilities={}, initProcessEnabled=False)
    if "capabilities" in linux:
        whim.fill(linux["capabilities"], add=[], drop=[])
        whim.shuffle(linux["capabilities"], "add", "drop")
    for device in linux.get("devices", []):
        whim.shuffle(device, "permissions")


def _volume(volume: Document, whim: Whim) -> None:
    whim.fill(volume, host={}, configuredAtLaunch=False)
    if "efsVolumeConfiguration" in volume:
        efs = volume["efsVolumeConfiguration"]
        whim.drop(efs, rootDirectory="/", transitEncryption="DISABLED", transitEncryptionPort=0)
        whim.fill(efs, rootDirectory="/", transitEncryption="DISABLED", transitEncryptionPort=0)
        whim.fill(efs.get("authorizationConfig", {}), iam="DISABLED")
    if "s3filesVolumeConfiguration" in volume:
        whim.fill(volume["s3filesVolumeConfiguration"], rootDirectory="/", transitEncryptionPort=0)
    if "dockerVolumeConfiguration" in volume:
        docker = volume["dockerVolumeConfiguration"]
        docker.setdefault("scope", "task")
        docker.setdefault("driver", "local")
        whim.fill(docker, autoprovision=False, labels={}, driverOpts={})


def described_target(target: Document, seed: int) -> Document:
    """What ListTargetsByRule or GetSchedule answers of a target."""
    whim = Whim(seed)
    answer: Document = copy.deepcopy(target)
    parameters = answer["EcsParameters"]
    whim.fill(
        parameters,
        TaskCount=1,
        EnableECSManagedTags=False,
        EnableExecuteCommand=False,
        PlacementConstraints=[],
        PlacementStrategy=[],
        Tags=[],
    )
    whim.drop(parameters, TaskCount=1, EnableECSManagedTags=False, EnableExecuteCommand=False)
    whim.shuffle(parameters, "PlacementConstraints", "CapacityProviderStrategy", "Tags")
    for entry in parameters.get("CapacityProviderStrategy", []):
        whim.fill(entry, base=0, weight=0)
        whim.drop(entry, base=0, weight=0)
    network = parameters.get("NetworkConfiguration", {}).get("awsvpcConfiguration")
    if network is not None and network.get("Subnets"):
        whim.fill(network, AssignPublicIp="DISABLED", SecurityGroups=[])
        whim.drop(network, AssignPublicIp="DISABLED")
        whim.shuffle(network, "Subnets", "SecurityGroups")
    defaults = {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400}
    whim.fill(answer, RetryPolicy=dict(defaults))
    whim.fill(answer.get("RetryPolicy", {}), **defaults)
    if "Input" in answer and whim:
        answer["Input"] = _said_otherwise(json.loads(answer["Input"]), whim)
    return answer


def _said_otherwise(overrides: Document, whim: Whim) -> str:
    whim.shuffle(overrides, "containerOverrides")
    for container in overrides.get("containerOverrides", []):
        whim.shuffle(container, "environment")
    indent, backwards = (2 if whim else None), dict(reversed(overrides.items()))
    return json.dumps(backwards, indent=indent, sort_keys=bool(whim), ensure_ascii=bool(whim))


def described_rule(rule: Document, seed: int) -> Document:
    """What DescribeRule answers of a PutRule request."""
    whim = Whim(seed)
    answer: Document = {
        **rule,
        "Arn": "arn:aws:events:ap-northeast-1:123456789012:rule/x",
        "EventBusName": "default",
        "CreatedBy": "123456789012",
    }
    answer.setdefault("State", "ENABLED")
    whim.fill(answer, Description="")
    if answer.get("EventPattern", "").endswith("}") and whim:
        answer["EventPattern"] = json.dumps(json.loads(answer["EventPattern"]), indent=1)
    return answer
