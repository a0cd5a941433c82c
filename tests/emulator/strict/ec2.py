# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2: the default VPC leads to the internet."""

from __future__ import annotations

from typing import Any

from emulator.layer import Call, Forward
from emulator.strict.registry import corrects

ANYWHERE = "0.0.0.0/0"


@corrects("ec2", "DescribeRouteTables")
def default_vpc_with_gateway(call: Call, forward: Forward) -> dict[str, Any]:
    """A default VPC has an internet gateway, and a default route to it in its main route table
    (Amazon VPC's guide, "Default VPCs"); moto's has neither."""
    found = forward(call.sibling("DescribeVpcs", Filters=_filter("is-default", "true")))["Vpcs"]
    for vpc_id in [vpc["VpcId"] for vpc in found]:
        attached = _filter("attachment.vpc-id", vpc_id)
        if not forward(call.sibling("DescribeInternetGateways", Filters=attached))[
            "InternetGateways"
        ]:
            _open(call, forward, vpc_id)
    return forward(call)


def _open(call: Call, forward: Forward, vpc_id: str) -> None:
    made = forward(call.sibling("CreateInternetGateway"))["InternetGateway"]
    gateway = {"InternetGatewayId": made["InternetGatewayId"]}
    forward(call.sibling("AttachInternetGateway", VpcId=vpc_id, **gateway))
    main = [*_filter("vpc-id", vpc_id), *_filter("association.main", "true")]
    tables = forward(call.sibling("DescribeRouteTables", Filters=main))["RouteTables"]
    for table in tables:
        forward(
            call.sibling(
                "CreateRoute",
                RouteTableId=table["RouteTableId"],
                DestinationCidrBlock=ANYWHERE,
                GatewayId=gateway["InternetGatewayId"],
            )
        )


def _filter(name: str, value: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]}]
