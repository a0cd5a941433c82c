# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From ``aws_ecs_task_definition`` to the task definition of a batch.

Its blocks are those of Terraform's AWS provider 5 and 6; the container definitions are AWS's own
JSON, and are taken over in its spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    Draft,
    present,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_json import (
    Block,
    Resource,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_values import (
    Source,
    ValueReader,
    loaded,
    own_tags,
)

PLAIN = ("family", "cpu", "memory", "network_mode", "requires_compatibilities")
AT_THE_END = ("pid_mode", "ipc_mode")
ROLES = ("execution_role_arn", "task_role_arn")

VOLUMES: Mapping[str, Mapping[str, str]] = {
    "docker_volume_configuration": {
        "scope": "scope",
        "autoprovision": "autoprovision",
        "driver": "driver",
        "driver_opts": "driver_opts",
        "labels": "labels",
    },
    "efs_volume_configuration": {
        "file_system_id": "file_system_id",
        "root_directory": "root_directory",
        "transit_encryption": "transit_encryption",
        "transit_encryption_port": "transit_encryption_port",
    },
    "fsx_windows_file_server_volume_configuration": {
        "file_system_id": "file_system_id",
        "root_directory": "root_directory",
    },
}
AUTHORIZATION: Mapping[str, Mapping[str, str]] = {
    "efs_volume_configuration": {"access_point_id": "access_point_id", "iam": "iam"},
    "fsx_windows_file_server_volume_configuration": {
        "credentials_parameter": "credentials_parameter",
        "domain": "domain",
    },
}

UNSUPPORTED = ("inference_accelerator",)


def describe(source: Source, resource: Resource, beside: Block) -> tuple[dict[str, Any], Draft]:
    """Return the options of a task definition, and a draft that holds what is missing of them.

    ``beside`` is the target that starts it, whose cluster tells the account.
    """
    draft = Draft({})
    read = ValueReader(source, resource, draft)
    for name in PLAIN:
        read.put(name, resource, name)
    for role in ROLES:
        read.put_role(role, resource, role, beside)
    for name in AT_THE_END:
        read.put(name, resource, name)
    platform = {"cpu_architecture": "cpu_architecture"}
    platform["operating_system_family"] = "operating_system_family"
    read.put_parts("runtime_platform", resource.block("runtime_platform"), platform)
    read.put_parts(
        "ephemeral_storage", resource.block("ephemeral_storage"), {"size_in_gib": "size_in_gib"}
    )
    constraint = {"type": "type", "expression": "expression"}
    read.put_list("placement_constraints", resource, "placement_constraints", constraint)
    _put_proxy(read)
    draft.put("volumes", [_volume(read, volume) for volume in resource.blocks("volume")])
    if resource.get("enable_fault_injection") is True:
        draft.put("enable_fault_injection", True)
    _put_containers(read)
    draft.put("tags", own_tags(resource.get("tags_all") or resource.get("tags")))
    for name in UNSUPPORTED:
        if resource.blocks(name):
            reason = "AWS no longer offers it, and task definitions here have none"
            draft.remark(name, f"{resource.path}.{name}", reason)
    return draft.options, draft


def _put_containers(read: ValueReader) -> None:
    resource = read.resource
    containers = loaded(read.value("container_definitions", resource, "container_definitions"))
    if not isinstance(containers, list):
        return
    # A member that is an empty list is the same as none.
    brief = [present(each) if isinstance(each, Mapping) else each for each in containers]
    path = f"{resource.path}.container_definitions"
    read.draft.put("container_definitions", read.without_secrets(brief, path))


def _put_proxy(read: ValueReader) -> None:
    proxy = read.resource.block("proxy_configuration")
    if proxy is None:
        return
    names = {"type": "type", "container_name": "container_name", "properties": "properties"}
    options = read.parts("proxy_configuration", proxy, names)
    properties = options.get("properties")
    if isinstance(properties, Mapping):
        options["properties"] = [
            {"name": str(name), "value": str(value)} for name, value in properties.items()
        ]
    read.draft.put("proxy_configuration", options)


def _volume(read: ValueReader, volume: Block) -> dict[str, Any]:
    options = read.parts("volumes", volume, {"name": "name"})
    host = read.value("volumes", volume, "host_path")
    if host:
        options["host"] = {"source_path": host}
    if volume.get("configure_at_launch") is True:
        options["configured_at_launch"] = True
    for kind, names in VOLUMES.items():
        configuration = volume.block(kind)
        if configuration is not None:
            options[kind] = _configuration(read, configuration, kind, names)
    return options


def _configuration(
    read: ValueReader, block: Block, kind: str, names: Mapping[str, str]
) -> dict[str, Any]:
    options = read.parts("volumes", block, names)
    if options.get("transit_encryption_port") == 0:
        del options["transit_encryption_port"]
    authorization = block.block("authorization_config")
    if authorization is not None:
        options["authorization_config"] = read.parts("volumes", authorization, AUTHORIZATION[kind])
    return options
