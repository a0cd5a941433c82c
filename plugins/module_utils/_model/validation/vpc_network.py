# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network configuration of an ECS target.

Sources: botocore, AwsVpcConfiguration; PutTargets' answers: ``Parameter NetworkConfiguration must
be specified for target x when launch type is FARGATE``, ``Parameter Subnets is not valid. Reason:
size must be in between 1 and 16``, ``Parameter AssignPublicIp for target x is not supported when
launch type is EC2``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import target_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    items,
    part,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

MOST_SUBNETS = 16
MOST_SECURITY_GROUPS = 5

_ID = re.compile(r"[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})")


def check_target_network(
    target: Mapping[str, Any], findings: Findings, location: Location, *, complete: bool
) -> None:
    """Check subnets, security groups and public address; ``complete`` tells that nothing else is
    in AWS already."""
    parameters = target_traits.parameters(target)
    at: Location = (*location, target_traits.ECS, *target_traits.AWSVPC)
    given = is_given(part(parameters, *target_traits.AWSVPC))
    if not given and complete and target_traits.runs_on_fargate(target):
        findings.error(
            (*location, target_traits.ECS, "NetworkConfiguration"),
            "Tasks on Fargate need a network configuration; give one to 16 subnets.",
        )
    if not given:
        return
    network = target_traits.network(target)
    if complete and not is_given(network.get("Subnets")):
        refuse_once(
            findings,
            (*at, "Subnets"),
            f"A network configuration needs one to {MOST_SUBNETS} subnets.",
        )
    _check_ids(network, "Subnets", "subnet-", MOST_SUBNETS, at, findings)
    _check_ids(network, "SecurityGroups", "sg-", MOST_SECURITY_GROUPS, at, findings)
    _check_public_address(target, network, at, findings)


def _check_ids(
    network: Mapping[str, Any],
    member: str,
    prefix: str,
    most: int,
    location: Location,
    findings: Findings,
) -> None:
    ids = items(network, member)
    at = (*location, member)
    if len(ids) > most:
        refuse_once(findings, at, f"There are {len(ids)} entries; {most} at the most are allowed.")
    for index, identifier in enumerate(ids):
        name = text(identifier)
        if name is None:
            continue
        if not name.startswith(prefix):
            findings.error(
                (*at, index),
                f"{shown(name)} does not begin with {prefix!r}; give an id such as"
                f" {prefix}0123456789abcdef0.",
            )
        elif not _ID.fullmatch(name):
            findings.warn(
                (*at, index),
                f"{shown(name)} does not look like an id such as {prefix}0123456789abcdef0.",
            )
        if identifier in ids[:index]:
            findings.warn((*at, index), f"{shown(name)} stands here twice.")


def _check_public_address(
    target: Mapping[str, Any], network: Mapping[str, Any], location: Location, findings: Findings
) -> None:
    assign = text(network.get("AssignPublicIp"))
    at = (*location, "AssignPublicIp")
    if assign is None or target_traits.runs_on_fargate(target) is not False:
        return
    if assign == "ENABLED" and target_traits.launch_type(target):
        findings.error(
            at, "Only tasks on Fargate can have a public address; leave it out, or set it to false."
        )
    elif assign == "ENABLED":
        findings.warn(
            at,
            "Only tasks on Fargate can have a public address, and no capacity provider is"
            " Fargate's.",
        )
    elif target_traits.launch_type(target) == "EC2":
        findings.warn(
            at, "AWS takes this setting with Fargate only, whatever its value; leave it out."
        )
