# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task on Fargate reaches what it needs before its containers start.

Sources: AWS's guides, "Amazon ECS interface VPC endpoints", "Amazon ECR interface VPC endpoints
(AWS PrivateLink)" (layers come from S3) and "Fargate task networking" (the task's own interface
pulls images, reads secrets and writes logs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.security_group_rules import (  # noqa: E501
    https_in,
    https_out,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.subnet_routes import (
    Kind,
    Way,
    way_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

INTERNET = "the internet"
SERVICES: Mapping[str, tuple[str, ...]] = {
    "ECR": ("ecr.api", "ecr.dkr", "s3"),
    "CloudWatch Logs": ("logs",),
    "Secrets Manager": ("secretsmanager",),
    "Parameter Store": ("ssm",),
    "S3": ("s3",),
    "ECS Exec": ("ssmmessages",),
    INTERNET: (),
}
"""What a task may need, and the endpoints that reach it without a way into the internet."""

WAY = "network_way"
EGRESS = "security_group_egress"
INGRESS = "endpoint_ingress"
DNS = "vpc_dns"

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """The network of a task, as EC2 describes it, all in one VPC.

    ``endpoint_groups`` are the security groups of the VPC's interface endpoints. ``private_dns``
    is whether both DNS attributes of the VPC are on, None where nobody asked.
    """

    vpc_id: str
    region: str
    public_ip: bool
    subnets: Sequence[Document]
    groups: Sequence[Document]
    route_tables: Sequence[Document]
    endpoints: Sequence[Document] = ()
    endpoint_groups: Mapping[str, Document] = field(default_factory=dict)
    private_dns: bool | None = None


def gets_out(way: Way, *, public_ip: bool) -> bool:
    """Whether a task behind this way gets into the internet."""
    return way.kind is Kind.NAT_GATEWAY or (way.kind is Kind.INTERNET_GATEWAY and public_ip)


def needs_endpoints(network: Network) -> bool:
    """Whether some subnet has no way into the internet, so that endpoints have to serve."""
    ways = (way_of(_id(subnet), network.vpc_id, network.route_tables) for subnet in network.subnets)
    return not all(gets_out(way, public_ip=network.public_ip) for way in ways)


def check_reach(network: Network, needed: Sequence[str]) -> Iterator[Check]:
    """Yield what is to be said of the ways to what is ``needed``, keys of SERVICES. Where the named
    security groups do not exist, nothing can be said of what they let through."""
    used: list[Document] = []
    internet = False
    for subnet in network.subnets:
        way = way_of(_id(subnet), network.vpc_id, network.route_tables)
        out = gets_out(way, public_ip=network.public_ip)
        internet = internet or out
        if not out:
            used += [each for each in _endpoints(network, needed, way) if each not in used]
        yield _check_way(network, subnet, way, needed)
    interfaces = [endpoint for endpoint in used if _is_interface(endpoint)]
    if network.groups:
        yield _check_egress(network, used, internet=internet)
        yield from (_check_ingress(network, endpoint) for endpoint in interfaces)
    if interfaces and network.private_dns is not None:
        yield _check_dns(network)


def _check_way(network: Network, subnet: Document, way: Way, needed: Sequence[str]) -> Check:
    subject = f"way from the subnet {_id(subnet)} to {listed(list(needed), 'and')}"
    if gets_out(way, public_ip=network.public_ip):
        return ok(WAY, subject, f"It leads through {way.kind.value} ({way.target}).")
    missing = _missing(network, needed, way)
    if not missing:
        return ok(WAY, subject, "It leads through endpoints of the VPC.")
    if way.kind is Kind.ELSEWHERE:
        return skip(
            WAY,
            subject,
            f"The default route leads to {way.target}, and what is behind it cannot be seen here.",
        )
    return ng(WAY, subject, f"{_obstacle(way)} {_lacking(missing)}", _remedy(way, missing))


def _obstacle(way: Way) -> str:
    told = {
        Kind.INTERNET_GATEWAY: f"The subnet is public ({way.target}), but the task gets no public"
        " address, without which nothing comes back through an internet gateway.",
        Kind.DELETED: f"The default route leads to {way.target}, which is deleted.",
    }
    return told.get(way.kind, "The subnet has no default route.")


def _lacking(missing: Sequence[str]) -> str:
    endpoints = [name for name in missing if name != INTERNET]
    told = [f"No endpoint serves {listed(endpoints, 'and')}."] if endpoints else []
    if INTERNET in missing:
        told.append("An image lies in a registry that only the internet leads to.")
    told.append("The task would stop with a time-out before its containers start.")
    return " ".join(told)


def _remedy(way: Way, missing: Sequence[str]) -> str:
    ways = ["set assign_public_ip to true"] if way.kind is Kind.INTERNET_GATEWAY else []
    ways.append("route 0.0.0.0/0 to a NAT gateway")
    if INTERNET not in missing:
        ways.append(f"make VPC endpoints for {listed(list(missing), 'and')}")
    told = ", or ".join(ways)
    return f"{told[0].upper()}{told[1:]}."


def _missing(network: Network, needed: Sequence[str], way: Way) -> list[str]:
    names = dict.fromkeys(name for service in needed for name in SERVICES[service])
    missing = [name for name in names if _endpoint(network, name, way) is None]
    return missing + ([INTERNET] if INTERNET in needed else [])


def _endpoints(network: Network, needed: Sequence[str], way: Way) -> list[Document]:
    names = dict.fromkeys(name for service in needed for name in SERVICES[service])
    found = (_endpoint(network, name, way) for name in names)
    return [endpoint for endpoint in found if endpoint is not None]


def _endpoint(network: Network, name: str, way: Way) -> Document | None:
    """Return the endpoint that serves: a gateway one in the subnet's route table, or an interface
    one with private DNS, since ECS calls the services by their usual names."""
    for endpoint in network.endpoints:
        service = str(endpoint.get("ServiceName", ""))
        if not service.endswith(f".{network.region}.{name}"):
            continue
        if str(endpoint.get("State", "")).lower() != "available":
            continue
        if _is_interface(endpoint):
            if endpoint.get("PrivateDnsEnabled"):
                return endpoint
        elif way.route_table_id in (endpoint.get("RouteTableIds") or ()):
            return endpoint
    return None


def _is_interface(endpoint: Document) -> bool:
    return str(endpoint.get("VpcEndpointType", "Gateway")) == "Interface"


def _check_egress(network: Network, used: Sequence[Document], *, internet: bool) -> Check:
    ids = [_id(group, "GroupId") for group in network.groups]
    subject = f"way out on port 443 of {listed(ids, 'and')}"
    peers = https_out(network.groups)
    if peers.everybody:
        return ok(EGRESS, subject)
    if peers.nobody:
        return ng(
            EGRESS,
            subject,
            "No rule lets HTTPS out, so that neither images nor secrets nor logs are reached.",
            "Allow outgoing TCP 443, to 0.0.0.0/0 or to the endpoints' groups.",
        )
    interfaces = [endpoint for endpoint in used if _is_interface(endpoint)]
    if not internet and len(interfaces) == len(used) and _all_reached(interfaces, peers.groups):
        return ok(EGRESS, subject, f"HTTPS is let out to {peers}.")
    return skip(
        EGRESS,
        subject,
        f"HTTPS is let out to {peers} only; whether that is enough cannot be seen here.",
    )


def _all_reached(endpoints: Sequence[Document], groups: frozenset[str]) -> bool:
    return bool(endpoints) and all(groups & set(_group_ids(endpoint)) for endpoint in endpoints)


def _group_ids(endpoint: Document) -> list[str]:
    return [_id(group, "GroupId") for group in endpoint.get("Groups") or ()]


def _check_ingress(network: Network, endpoint: Document) -> Check:
    name = f"{_id(endpoint, 'VpcEndpointId')} ({endpoint.get('ServiceName')})"
    subject = f"way into the endpoint {name} on port 443"
    groups = [network.endpoint_groups.get(group_id) for group_id in _group_ids(endpoint)]
    peers = https_in(group for group in groups if group is not None)
    own = {_id(group, "GroupId") for group in network.groups}
    cidrs = [str(subnet.get("CidrBlock", "")) for subnet in network.subnets]
    if own & peers.groups or all(peers.include(cidr) for cidr in cidrs):
        return ok(INGRESS, subject)
    if None in groups or peers.cidrs or peers.prefix_lists:
        return skip(
            INGRESS,
            subject,
            f"It lets HTTPS in from {peers if not peers.nobody else 'a group that is unknown'};"
            " whether that includes the task cannot be seen here.",
        )
    return ng(
        INGRESS,
        subject,
        "Its security groups let no HTTPS in from the task.",
        f"Allow incoming TCP 443 from {listed(sorted(own), 'and')} or from the subnets.",
    )


def _check_dns(network: Network) -> Check:
    subject = f"DNS of the VPC {network.vpc_id}"
    if network.private_dns:
        return ok(DNS, subject)
    return ng(
        DNS,
        subject,
        "Endpoints are found by their usual names only where the VPC resolves them.",
        "Set enableDnsSupport and enableDnsHostnames of the VPC to true.",
    )


def _id(document: Document, member: str = "SubnetId") -> str:
    return str(document.get(member, ""))
