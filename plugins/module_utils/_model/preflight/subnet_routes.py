# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a subnet's packets go: its route table, and what the default route leads to.

Source: AWS's VPC guide, "Subnet route tables": a subnet without an association of its own uses the
main route table of its VPC; "Internet gateways": through one only what has a public address gets
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

EVERYWHERE = "0.0.0.0/0"

_TARGETS = (
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "VpcPeeringConnectionId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "GatewayId",
)


class Kind(Enum):
    """What the default route leads to."""

    INTERNET_GATEWAY = "an internet gateway"
    NAT_GATEWAY = "a NAT gateway"
    ELSEWHERE = "something else"
    DELETED = "something that is deleted"
    NOWHERE = "nothing"


@dataclass(frozen=True)
class Way:
    """A subnet's way out. ``target`` is the gateway's id, ``route_table_id`` the table's."""

    kind: Kind
    target: str = ""
    route_table_id: str = ""


def way_of(subnet_id: str, vpc_id: str, route_tables: Sequence[Mapping[str, Any]]) -> Way:
    """Return the way out of a subnet of a VPC, whose route tables are given."""
    table = _table_of(subnet_id, vpc_id, route_tables)
    if table is None:
        return Way(Kind.NOWHERE)
    table_id = str(table.get("RouteTableId", ""))
    for route in table.get("Routes") or ():
        if route.get("DestinationCidrBlock") == EVERYWHERE:
            target = next((str(route[key]) for key in _TARGETS if route.get(key)), "")
            return Way(_kind(route, target), target, table_id)
    return Way(Kind.NOWHERE, "", table_id)


def _table_of(
    subnet_id: str, vpc_id: str, route_tables: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    main = None
    for table in route_tables:
        for association in table.get("Associations") or ():
            if association.get("SubnetId") == subnet_id:
                return table
            if association.get("Main") and table.get("VpcId") == vpc_id:
                main = table
    return main


def _kind(route: Mapping[str, Any], target: str) -> Kind:
    if route.get("State") == "blackhole":
        return Kind.DELETED
    prefixes = {"igw-": Kind.INTERNET_GATEWAY, "nat-": Kind.NAT_GATEWAY}
    return next(
        (kind for prefix, kind in prefixes.items() if target.startswith(prefix)), Kind.ELSEWHERE
    )
