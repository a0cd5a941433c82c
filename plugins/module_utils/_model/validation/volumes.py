# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes of a task and where its containers mount them.

Sources: botocore's documentation of Volume and of its configurations, and RegisterTaskDefinition's
answers, such as ``Unknown volume 'x'`` and ``EFS IAM authorization requires TransitEncryption to be
enabled``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    number,
    part,
    text,
    truth,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.uniqueness import (
    check_unique,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    listed,
    shown,
)

KINDS = (
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "configuredAtLaunch",
)
"""A volume has one of these at the most; one without any is an empty directory of the task's
own."""

KINDS_WITH_NAME = frozenset(
    {"efsVolumeConfiguration", "s3filesVolumeConfiguration", "configuredAtLaunch"}
)
"""botocore, Volume.name: 'the name is required'."""

HIGHEST_PORT = 65535


def check_volumes(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check the volumes and everything that mounts them."""
    check_unique(entries(definition, "volumes"), "name", ("volumes",), "volume", findings)
    for index, volume in entries(definition, "volumes"):
        location: Location = ("volumes", index)
        kinds = [
            kind
            for kind in KINDS
            if is_given(volume.get(kind)) and truth(volume.get(kind)) is not False
        ]
        _check_identity(volume, kinds, location, findings)
        _check_efs(volume, location, findings)
        _check_s3_files(definition, volume, location, findings)
    _check_mounts(definition, findings)
    _check_configured_at_launch(definition, findings)


def _check_identity(
    volume: Mapping[str, Any], kinds: list[str], location: Location, findings: Findings
) -> None:
    if len(kinds) > 1:
        findings.error(
            location, f"A volume is of one kind, and this one has {listed(kinds, 'and')}."
        )
    name = text(volume.get("name"))
    problem = names.name_problem(name, "a volume") if name else None
    if problem:
        findings.error((*location, "name"), problem)
    if name is None and KINDS_WITH_NAME.intersection(kinds):
        findings.error((*location, "name"), "This volume needs a name.")
    elif name is None:
        findings.warn((*location, "name"), "No container can mount a volume without a name.")


def _check_efs(volume: Mapping[str, Any], location: Location, findings: Findings) -> None:
    at: Location = (*location, "efsVolumeConfiguration")
    efs = part(volume, "efsVolumeConfiguration")
    if not isinstance(efs, Mapping):
        return
    encrypted = text(efs.get("transitEncryption")) == "ENABLED"
    access_point = text(part(efs, "authorizationConfig", "accessPointId"))
    reasons = [
        ("IAM authorization", text(part(efs, "authorizationConfig", "iam")) == "ENABLED"),
        ("an access point", access_point is not None),
        ("a port of its own", bool(number(efs.get("transitEncryptionPort")))),
    ]
    needing = [what for what, is_used in reasons if is_used]
    if needing and not encrypted:
        findings.error(
            (*at, "transitEncryption"),
            f"Encryption in transit is needed for {listed(needing, 'and')}; give 'ENABLED'.",
        )
    _check_root_directory(efs, access_point, at, findings)
    _check_port(efs, at, findings)


def _check_root_directory(
    configuration: Mapping[str, Any],
    access_point: str | None,
    location: Location,
    findings: Findings,
) -> None:
    root = text(configuration.get("rootDirectory"))
    if access_point and root not in {None, "/"}:
        findings.error(
            (*location, "rootDirectory"),
            f"With an access point the root directory is '/' or left out, not {shown(root)}: the"
            " access point sets it.",
        )


def _check_port(configuration: Mapping[str, Any], location: Location, findings: Findings) -> None:
    port = number(configuration.get("transitEncryptionPort"))
    if port is not None and not 0 <= port <= HIGHEST_PORT:
        findings.error(
            (*location, "transitEncryptionPort"),
            f"{port} is no port; allowed is 1 to {HIGHEST_PORT}.",
        )


def _check_s3_files(
    definition: Mapping[str, Any], volume: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    """botocore, S3FilesVolumeConfiguration: 'Your task definition must include a Task IAM Role.'"""
    at: Location = (*location, "s3filesVolumeConfiguration")
    configuration = part(volume, "s3filesVolumeConfiguration")
    if not isinstance(configuration, Mapping):
        return
    if not is_given(definition.get("taskRoleArn")):
        findings.error(
            ("taskRoleArn",), "A volume of S3 Files needs a task role, and none is given."
        )
    _check_root_directory(configuration, text(configuration.get("accessPointArn")), at, findings)
    _check_port(configuration, at, findings)


def _check_mounts(definition: Mapping[str, Any], findings: Findings) -> None:
    known = [
        name
        for _index, volume in entries(definition, "volumes")
        if (name := text(volume.get("name")))
    ]
    for location, container in task_traits.containers(definition):
        paths: set[str] = set()
        for index, mount in entries(container, "mountPoints"):
            at: Location = (*location, "mountPoints", index)
            name, path = text(mount.get("sourceVolume")), text(mount.get("containerPath"))
            if name and name not in known:
                findings.error((*at, "sourceVolume"), _unknown_volume(name, known))
            if path in paths:
                findings.warn(
                    (*at, "containerPath"), f"{shown(path)} is mounted twice in this container."
                )
            paths.update([path] if path else [])


def _unknown_volume(name: str, known: list[str]) -> str:
    if not known:
        return f"{shown(name)} is no volume of this task definition; it has none."
    hint = did_you_mean(name, known) or "."
    return (
        f"{shown(name)} is no volume of this task definition; it has"
        f" {choices(dict.fromkeys(known), 'and')}{hint}"
    )


def _check_configured_at_launch(definition: Mapping[str, Any], findings: Findings) -> None:
    """One volume at the most is configured at launch, and RegisterTaskDefinition wants it to be
    mounted."""
    mounted = {
        text(mount.get("sourceVolume"))
        for _location, container in task_traits.containers(definition)
        for _index, mount in entries(container, "mountPoints")
    }
    found = 0
    for index, volume in entries(definition, "volumes"):
        if truth(volume.get("configuredAtLaunch")) is not True:
            continue
        found += 1
        name = text(volume.get("name"))
        if found > 1:
            findings.error(
                ("volumes", index, "configuredAtLaunch"),
                "Only one volume can be configured at launch.",
            )
        if name and name not in mounted:
            findings.error(
                ("volumes", index),
                f"No container mounts {shown(name)}, which is configured at launch.",
            )
