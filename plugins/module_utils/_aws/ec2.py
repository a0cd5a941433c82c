# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2: the network that tasks run in."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    collect,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_subnets(client: Client, subnet_ids: Sequence[str]) -> list[Document]:
    """Return those of the subnets that exist."""
    request = _filtered("subnet-id", subnet_ids)
    doing = f"describing the subnets {', '.join(subnet_ids)}"
    return collect(client, "DescribeSubnets", "Subnets", request, doing=doing)


def describe_security_groups(client: Client, group_ids: Sequence[str]) -> list[Document]:
    """Return those of the security groups that exist, with their rules."""
    request = _filtered("group-id", group_ids)
    doing = f"describing the security groups {', '.join(group_ids)}"
    return collect(client, "DescribeSecurityGroups", "SecurityGroups", request, doing=doing)


def describe_default_security_group(client: Client, vpc_id: str) -> list[Document]:
    """Return the security group that a VPC gives to interfaces without one, in a list."""
    request = {
        "Filters": [
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    }
    doing = f"describing the default security group of {vpc_id}"
    return collect(client, "DescribeSecurityGroups", "SecurityGroups", request, doing=doing)


def describe_route_tables(client: Client, vpc_id: str) -> list[Document]:
    """Return the route tables of a VPC with their associations."""
    request = _filtered("vpc-id", [vpc_id])
    doing = f"describing the route tables of {vpc_id}"
    return collect(client, "DescribeRouteTables", "RouteTables", request, doing=doing)


def describe_vpc_endpoints(client: Client, vpc_id: str) -> list[Document]:
    """Return the endpoints of a VPC."""
    request = _filtered("vpc-id", [vpc_id])
    doing = f"describing the endpoints of {vpc_id}"
    return collect(client, "DescribeVpcEndpoints", "VpcEndpoints", request, doing=doing)


def describe_vpc_attribute(client: Client, vpc_id: str, attribute: str) -> bool:
    """Return whether an attribute of a VPC, such as ``enableDnsSupport``, is on."""
    member = attribute[:1].upper() + attribute[1:]
    answer = call(
        client,
        "DescribeVpcAttribute",
        {"VpcId": vpc_id, "Attribute": attribute},
        doing=f"reading {attribute} of {vpc_id}",
        expect=(member,),
    )
    return bool(answer[member].get("Value"))


def _filtered(name: str, values: Sequence[str]) -> Document:
    """Return a request by filter: what does not exist is left out then, and no error."""
    return {"Filters": [{"Name": name, "Values": list(values)}]}
