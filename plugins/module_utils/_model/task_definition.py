# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS task definitions: what AWS makes of one, and what of it counts in a comparison.

Sources: botocore's model of RegisterTaskDefinition; the normalisations that terraform-provider-aws
and ecspresso carry because AWS answered differently from what was sent; outputs of
DescribeTaskDefinition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    FREE_MAPS,
    SETS,
    entry_key,
    same,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Filled,
    Rule,
    Rules,
    SameAsAbsent,
    sorted_lists,
    without_empty,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

OUTPUT_ONLY: frozenset[str] = frozenset(
    {
        "compatibilities",
        "deleteRequestedAt",
        "deregisteredAt",
        "registeredAt",
        "registeredBy",
        "requiresAttributes",
        "revision",
        "status",
        "taskDefinitionArn",
    }
)
"""Members of DescribeTaskDefinition's answer that RegisterTaskDefinition does not take
(botocore's model)."""

_KNOWN_TEXT = """
: family taskRoleArn executionRoleArn networkMode containerDefinitions volumes
  placementConstraints requiresCompatibilities cpu memory pidMode ipcMode proxyConfiguration
  inferenceAccelerators ephemeralStorage runtimePlatform enableFaultInjection
  trustedExecutionConfiguration
placementConstraints[]: type expression
proxyConfiguration: type containerName properties
inferenceAccelerators[]: deviceName deviceType
ephemeralStorage: sizeInGiB
runtimePlatform: cpuArchitecture operatingSystemFamily
trustedExecutionConfiguration: isolationMode attestationPolicy
volumes[]: name host dockerVolumeConfiguration efsVolumeConfiguration s3filesVolumeConfiguration
  fsxWindowsFileServerVolumeConfiguration configuredAtLaunch
volumes[].host: sourcePath
volumes[].dockerVolumeConfiguration: scope autoprovision driver driverOpts labels
volumes[].efsVolumeConfiguration: fileSystemId rootDirectory transitEncryption
  transitEncryptionPort authorizationConfig
volumes[].efsVolumeConfiguration.authorizationConfig: accessPointId iam
volumes[].s3filesVolumeConfiguration: fileSystemArn rootDirectory transitEncryptionPort
  accessPointArn
volumes[].fsxWindowsFileServerVolumeConfiguration: fileSystemId rootDirectory authorizationConfig
volumes[].fsxWindowsFileServerVolumeConfiguration.authorizationConfig: credentialsParameter domain
containerDefinitions[]: name image repositoryCredentials cpu memory memoryReservation links
  portMappings essential restartPolicy entryPoint command environment environmentFiles mountPoints
  volumesFrom linuxParameters secrets dependsOn startTimeout stopTimeout versionConsistency
  hostname user workingDirectory disableNetworking privileged readonlyRootFilesystem dnsServers
  dnsSearchDomains extraHosts dockerSecurityOptions interactive pseudoTerminal dockerLabels
  ulimits logConfiguration healthCheck systemControls resourceRequirements firelensConfiguration
  credentialSpecs
containerDefinitions[].repositoryCredentials: credentialsParameter
containerDefinitions[].portMappings[]: containerPort hostPort protocol name appProtocol
  containerPortRange
containerDefinitions[].restartPolicy: enabled ignoredExitCodes restartAttemptPeriod
containerDefinitions[].environment[]: name value
containerDefinitions[].environmentFiles[]: value type
containerDefinitions[].mountPoints[]: sourceVolume containerPath readOnly
containerDefinitions[].volumesFrom[]: sourceContainer readOnly
containerDefinitions[].linuxParameters: capabilities devices initProcessEnabled sharedMemorySize
  tmpfs maxSwap swappiness
containerDefinitions[].linuxParameters.capabilities: add drop
containerDefinitions[].linuxParameters.devices[]: hostPath containerPath permissions
containerDefinitions[].linuxParameters.tmpfs[]: containerPath size mountOptions
containerDefinitions[].secrets[]: name valueFrom
containerDefinitions[].dependsOn[]: containerName condition
containerDefinitions[].extraHosts[]: hostname ipAddress
containerDefinitions[].ulimits[]: name softLimit hardLimit
containerDefinitions[].logConfiguration: logDriver options secretOptions
containerDefinitions[].logConfiguration.secretOptions[]: name valueFrom
containerDefinitions[].healthCheck: command interval timeout retries startPeriod
containerDefinitions[].systemControls[]: namespace value
containerDefinitions[].resourceRequirements[]: value type sharingStrategy
containerDefinitions[].firelensConfiguration: type options
proxyConfiguration.properties[]: name value
containerDefinitions[].resourceRequirements[].sharingStrategy: nvidiaMps
containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps: memory maxComputePercent
"""


def _known_members() -> dict[str, frozenset[str]]:
    known: dict[str, list[str]] = {}
    path = ""
    for line in _KNOWN_TEXT.strip().splitlines():
        if not line.startswith(" "):
            path, line = line.split(":", 1)
        known.setdefault(path, []).extend(line.split())
    return {path: frozenset(members) for path, members in known.items()}


KNOWN_MEMBERS: Mapping[str, frozenset[str]] = _known_members()
"""The members that the rules below were written for, by path. Others count only where the user
gives them."""


DEFAULT_PLATFORM: Mapping[str, str] = {
    "cpuArchitecture": "X86_64",
    "operatingSystemFamily": "LINUX",
}
"""Where tasks run if nothing else is said (ECS's guide on task definition parameters)."""


def _network_mode(definition: Document, _whole: Document) -> None:
    """``bridge`` is the default (botocore); on Windows it is called ``default`` and is no choice
    of the request."""
    if definition.get("networkMode", "default") == "default":
        definition["networkMode"] = "bridge"


def _cpu_units(definition: Document, _whole: Document) -> None:
    """``"1 vCPU"`` is converted to ``"1024"`` (botocore, RegisterTaskDefinition.cpu)."""
    _convert_size(definition, "cpu", r"vcpu")


def _memory_units(definition: Document, _whole: Document) -> None:
    """``"2 GB"`` is converted to ``"2048"`` (botocore, RegisterTaskDefinition.memory)."""
    _convert_size(definition, "memory", r"gb")


def _convert_size(definition: Document, member: str, unit: str) -> None:
    value = definition.get(member)
    if value is None:
        return
    text = str(value).strip()
    matched = re.fullmatch(rf"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*{unit}", text, re.IGNORECASE)
    if matched:
        size = Decimal(matched.group(1)) * 1024
        text = str(int(size)) if size == int(size) else text
    definition[member] = text


def _protocol(mapping: Document, _whole: Document) -> None:
    """Any protocol but ``udp`` is treated as ``tcp`` (botocore, PortMapping.protocol)."""
    mapping["protocol"] = "udp" if mapping.get("protocol") == "udp" else "tcp"


def _host_port(mapping: Document, whole: Document) -> None:
    """With ``awsvpc`` and ``host`` the host port is the container port; with ``bridge`` 0 means
    any (botocore)."""
    if "containerPortRange" in mapping:
        return
    if whole.get("networkMode") in {"awsvpc", "host"} and not mapping.get("hostPort"):
        if "containerPort" in mapping:
            mapping["hostPort"] = mapping["containerPort"]
    elif mapping.get("hostPort") == 0:
        del mapping["hostPort"]


def _restart_policy(container: Document, _whole: Document) -> None:
    """A policy that is not enabled is none; an enabled one waits 300 s by default (botocore)."""
    policy = container.get("restartPolicy")
    if policy is None:
        return
    if policy.get("enabled"):
        policy.setdefault("restartAttemptPeriod", 300)
    else:
        del container["restartPolicy"]


def _is_fargate(definition: Mapping[str, Any]) -> bool:
    return "FARGATE" in definition.get("requiresCompatibilities", ())


def _runtime_platform(definition: Document, _whole: Document) -> None:
    """Fargate runs LINUX on X86_64 where nothing else is said; some answers show it, some do not
    (AWS's guide)."""
    platform = definition.get("runtimePlatform", {})
    if platform or _is_fargate(definition):
        definition["runtimePlatform"] = {**DEFAULT_PLATFORM, **platform}


_CONTAINER = "containerDefinitions[]"
_EFS_VOLUME = "volumes[].efsVolumeConfiguration"
_S3_VOLUME = "volumes[].s3filesVolumeConfiguration"
_LINUX = f"{_CONTAINER}.linuxParameters"
_DOCKER_VOLUME = "volumes[].dockerVolumeConfiguration"
_FALSE_IS_ABSENT = "DescribeTaskDefinition answers show false only where it was given"

RULES: tuple[Rule, ...] = (
    Conversion("", _network_mode),
    Conversion("", _cpu_units),
    Conversion("", _memory_units),
    Conversion("", _runtime_platform),
    SameAsAbsent("", "enableFaultInjection", False, "answers show false though nothing was sent"),
    SameAsAbsent(
        "trustedExecutionConfiguration",
        "isolationMode",
        "SHARED",
        "botocore: the default is SHARED",
    ),
    Filled(
        "proxyConfiguration", "type", "APPMESH", "botocore: 'The only supported value is APPMESH'"
    ),
    Filled(
        _CONTAINER,
        "essential",
        True,
        "botocore: 'assumed to be essential'; terraform's equivalency test",
    ),
    SameAsAbsent(_CONTAINER, "cpu", 0, "terraform's equivalency test: zero cpu omitted"),
    SameAsAbsent(_CONTAINER, "privileged", False, _FALSE_IS_ABSENT),
    SameAsAbsent(_CONTAINER, "readonlyRootFilesystem", False, _FALSE_IS_ABSENT),
    SameAsAbsent(_CONTAINER, "interactive", False, _FALSE_IS_ABSENT),
    SameAsAbsent(_CONTAINER, "pseudoTerminal", False, _FALSE_IS_ABSENT),
    SameAsAbsent(_CONTAINER, "disableNetworking", False, _FALSE_IS_ABSENT),
    SameAsAbsent(_CONTAINER, "versionConsistency", "enabled", "botocore: the default is enabled"),
    Conversion(_CONTAINER, _restart_policy),
    Conversion(f"{_CONTAINER}.portMappings[]", _protocol),
    Conversion(f"{_CONTAINER}.portMappings[]", _host_port),
    SameAsAbsent(
        f"{_CONTAINER}.mountPoints[]", "readOnly", False, "botocore: 'The default value is false'"
    ),
    SameAsAbsent(
        f"{_CONTAINER}.volumesFrom[]", "readOnly", False, "botocore: 'The default value is false'"
    ),
    SameAsAbsent(_LINUX, "initProcessEnabled", False, _FALSE_IS_ABSENT),
    Filled(f"{_CONTAINER}.healthCheck", "interval", 30, "botocore; terraform's equivalency test"),
    Filled(f"{_CONTAINER}.healthCheck", "timeout", 5, "botocore; terraform's equivalency test"),
    Filled(f"{_CONTAINER}.healthCheck", "retries", 3, "botocore; terraform's equivalency test"),
    SameAsAbsent(
        f"{_CONTAINER}.healthCheck",
        "startPeriod",
        0,
        "botocore: 'By default, the startPeriod is off'",
    ),
    Filled(
        _EFS_VOLUME, "rootDirectory", "/", "botocore: '/ will have the same effect as omitting'"
    ),
    Filled(_EFS_VOLUME, "transitEncryption", "DISABLED", "botocore: the default is DISABLED"),
    SameAsAbsent(
        f"{_EFS_VOLUME}.authorizationConfig", "iam", "DISABLED", "botocore: the default is DISABLED"
    ),
    SameAsAbsent(_EFS_VOLUME, "transitEncryptionPort", 0, "terraform's default 0"),
    Filled(_S3_VOLUME, "rootDirectory", "/", "botocore: '/ will have the same effect as omitting'"),
    SameAsAbsent(_S3_VOLUME, "transitEncryptionPort", 0, "as with EFS"),
    Filled(_DOCKER_VOLUME, "scope", "task", "terraform: computed by AWS"),
    Filled(_DOCKER_VOLUME, "driver", "local", "terraform: computed by AWS"),
    SameAsAbsent(_DOCKER_VOLUME, "autoprovision", False, _FALSE_IS_ABSENT),
    SameAsAbsent("volumes[]", "configuredAtLaunch", False, _FALSE_IS_ABSENT),
)
"""What AWS does to a task definition between RegisterTaskDefinition and DescribeTaskDefinition.

Besides these, empty lists and structures count as absent, and lists whose entries have a name are
sorted (AWS answers ``environment`` and ``secrets`` in another order than it was sent; terraform,
ecspresso).
"""

_RULES = Rules(RULES)


def normal_form(definition: Mapping[str, Any]) -> Document:
    """Return the normal form of a task definition as it was requested or described, without its
    tags."""
    content = {
        key: value for key, value in definition.items() if key not in OUTPUT_ONLY and key != "tags"
    }
    return _RULES.normal_form(content)


def comparable(described: Mapping[str, Any], wanted: Mapping[str, Any]) -> Document:
    """Return the normal form of what AWS describes, as far as it counts beside the ``wanted``
    normal form.

    Members that no rule knows count only where they are wanted, so that a default which AWS starts
    to answer one day makes no new revisions. A task role's short name is equal to its ARN, and the
    default platform to none, since some answers fill it in.
    """
    whole = normal_form(described)
    if same(whole, wanted):
        return whole
    found = sorted_lists(without_empty(_counted(whole, wanted, "")))
    if _is_same_role(found.get("taskRoleArn"), wanted.get("taskRoleArn")):
        found["taskRoleArn"] = wanted["taskRoleArn"]
    _level_platforms(found, wanted)
    return dict(found)


def _is_same_role(found: Any, wanted: Any) -> bool:
    """Whether one is the short name of the role whose ARN is the other: RegisterTaskDefinition
    takes both, and which of them is answered is not documented."""
    if not found or not wanted or is_arn(found) == is_arn(wanted):
        return False
    name, arn = sorted((str(found), str(wanted)), key=is_arn)
    return arn.endswith(f"/{name}")


def _level_platforms(found: Document, wanted: Mapping[str, Any]) -> None:
    """The default platform where only one side names it is no difference of its own.

    Explicit on EC2 it is one, since it restricts which instances a task may be placed on.
    """
    if "runtimePlatform" not in wanted:
        if found.get("runtimePlatform") == DEFAULT_PLATFORM:
            del found["runtimePlatform"]
    elif wanted["runtimePlatform"] == DEFAULT_PLATFORM and _is_fargate(wanted):
        found.setdefault("runtimePlatform", dict(DEFAULT_PLATFORM))


def _counted(found: Any, wanted: Any, path: str) -> Any:
    member = path.rpartition(".")[2]
    if isinstance(found, Mapping):
        given = wanted if isinstance(wanted, Mapping) else {}
        counting = {*found} if member in FREE_MAPS else {*KNOWN_MEMBERS.get(path, ()), *given}
        return {
            key: _counted(value, given.get(key), f"{path}.{key}".removeprefix("."))
            for key, value in found.items()
            if key in counting
        }
    if isinstance(found, list):
        return [
            _counted(entry, _counterpart(entry, index, wanted, member), f"{path}[]")
            for index, entry in enumerate(found)
        ]
    return found


def _counterpart(entry: Any, index: int, wanted: Any, member: str) -> Any:
    """Return the wanted entry of the same name or place: its members say which of the found ones
    count. In a set, which has neither, it is the one that says most of what the entry says."""
    if not isinstance(wanted, list):
        return None
    if member in SETS:
        within = [other for other in wanted if _is_within(other, entry)]
        return max(within, key=lambda other: len(str(other)), default=None)
    name = entry_key(member, entry)
    if name is None:
        return wanted[index] if index < len(wanted) else None
    return next((other for other in wanted if entry_key(member, other) == name), None)


def _is_within(wanted: Any, found: Any) -> bool:
    """Whether everything that is wanted is found, whatever else is."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(key in found and _is_within(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_is_within, wanted, found))
    return bool(wanted == found)
