# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task reaches what it needs: routes, security groups and endpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.network_reach import (
    Network,
    check_reach,
    needs_endpoints,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.security_group_rules import (  # noqa: E501
    Peers,
    https_in,
    https_out,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.subnet_routes import (
    Kind,
    way_of,
)

VPC, SUBNET, GROUP, TABLE = "vpc-1", "subnet-1", "sg-1", "rtb-1"
EVERYBODY = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def table(*routes, main=False, subnet=SUBNET, **more):
    association = {"Main": True} if main else {"SubnetId": subnet}
    return {
        "RouteTableId": TABLE,
        "VpcId": VPC,
        "Associations": [association],
        "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}, *routes],
        **more,
    }


def route(**target):
    return {"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **target}


def group(*egress, ingress=(), group_id=GROUP):
    return {"GroupId": group_id, "IpPermissionsEgress": egress, "IpPermissions": list(ingress)}


def https(first=443, last=443, protocol="tcp", **peers):
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **peers}


def endpoint(name, kind="Interface", **more):
    return {
        "VpcEndpointId": f"vpce-{name}",
        "ServiceName": f"com.amazonaws.eu-west-1.{name}",
        "VpcEndpointType": kind,
        "State": "available",
        "PrivateDnsEnabled": kind == "Interface",
        "RouteTableIds": [TABLE] if kind == "Gateway" else [],
        "Groups": [{"GroupId": "sg-ends"}] if kind == "Interface" else [],
        **more,
    }


ENDS = group(ingress=[https(UserIdGroupPairs=[{"GroupId": GROUP}])], group_id="sg-ends")
ALL = [*map(endpoint, ("ecr.api", "ecr.dkr", "logs")), endpoint("s3", "Gateway")]
PRIVATE = Network(
    vpc_id=VPC,
    region="eu-west-1",
    public_ip=False,
    subnets=[{"SubnetId": SUBNET, "CidrBlock": "10.0.1.0/24"}],
    groups=[group(EVERYBODY)],
    route_tables=[table()],
    endpoints=ALL,
    endpoint_groups={"sg-ends": ENDS},
    private_dns=True,
)
NEEDED = ["ECR", "CloudWatch Logs"]


def checks(network, needed=None):
    return {check.name: check for check in check_reach(network, needed or NEEDED)}


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ({"GatewayId": "igw-1"}, Kind.INTERNET_GATEWAY),
        ({"NatGatewayId": "nat-1"}, Kind.NAT_GATEWAY),
        ({"TransitGatewayId": "tgw-1"}, Kind.ELSEWHERE),
        ({"NetworkInterfaceId": "eni-1"}, Kind.ELSEWHERE),
        ({"NatGatewayId": "nat-1", "State": "blackhole"}, Kind.DELETED),
    ],
)
def test_a_default_route_leads_somewhere(target, kind):
    assert way_of(SUBNET, VPC, [table(route(**target))]).kind is kind


def test_a_subnet_without_a_table_of_its_own_uses_the_main_one():
    main = table(route(GatewayId="igw-1"), main=True)
    other = table(route(NatGatewayId="nat-1"), subnet="subnet-2")
    of_other_vpc = table(main=True, VpcId="vpc-2")
    assert way_of(SUBNET, VPC, [of_other_vpc, main, other]).kind is Kind.INTERNET_GATEWAY


def test_its_own_table_counts_before_the_main_one():
    main = table(route(GatewayId="igw-1"), main=True)
    assert way_of(SUBNET, VPC, [main, table(route(NatGatewayId="nat-1"))]).target == "nat-1"


def test_without_any_table_there_is_no_way():
    assert way_of(SUBNET, VPC, []).kind is Kind.NOWHERE


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (EVERYBODY, "0.0.0.0/0"),
        (https(IpRanges=[{"CidrIp": "10.0.0.0/8"}]), "10.0.0.0/8"),
        (https(0, 65535, IpRanges=[{"CidrIp": "10.0.0.0/8"}]), "10.0.0.0/8"),
        (https(80, 80, IpRanges=[{"CidrIp": "0.0.0.0/0"}]), ""),
        (https(protocol="udp", IpRanges=[{"CidrIp": "0.0.0.0/0"}]), ""),
        (https(protocol="6", UserIdGroupPairs=[{"GroupId": "sg-2"}]), "sg-2"),
        (https(PrefixListIds=[{"PrefixListId": "pl-1"}]), "pl-1"),
        (https(Ipv6Ranges=[{"CidrIpv6": "::/0"}]), ""),
    ],
)
def test_rules_on_port_443_say_with_whom(rule, expected):
    assert str(https_out([group(rule)])) == expected
    assert str(https_in([group(ingress=[rule])])) == expected


def test_peers_include_what_lies_within():
    peers = Peers(cidrs=frozenset({"10.0.0.0/16", "no network"}))
    assert peers.include("10.0.1.0/24")
    assert not peers.include("10.1.0.0/24")
    assert not peers.include("")


class TestWithAWayOut:
    PUBLIC = replace(PRIVATE, route_tables=[table(route(GatewayId="igw-1"))], endpoints=[])
    NAT = replace(PRIVATE, route_tables=[table(route(NatGatewayId="nat-1"))], endpoints=[])

    def test_a_public_address_gets_out_through_an_internet_gateway(self):
        network = replace(self.PUBLIC, public_ip=True)
        assert not needs_endpoints(network)
        assert {name: check.status for name, check in checks(network).items()} == {
            "network_way": "OK",
            "security_group_egress": "OK",
        }

    def test_nat_needs_no_public_address(self):
        assert not needs_endpoints(self.NAT)
        assert checks(self.NAT)["network_way"].status == "OK"

    def test_a_public_subnet_without_a_public_address_needs_endpoints(self):
        assert needs_endpoints(self.PUBLIC)
        check = checks(self.PUBLIC)["network_way"]
        assert check.status == "NG"
        assert "gets no public address" in check.reason
        assert check.remedy.startswith("Set assign_public_ip to true, or route")

    def test_a_deleted_gateway_is_no_way(self):
        tables = [table(route(NatGatewayId="nat-1", State="blackhole"))]
        check = checks(replace(self.NAT, route_tables=tables))["network_way"]
        assert check.status == "NG"
        assert "nat-1, which is deleted" in check.reason

    def test_what_lies_behind_another_gateway_is_not_known(self):
        tables = [table(route(TransitGatewayId="tgw-1"))]
        assert checks(replace(self.NAT, route_tables=tables))["network_way"].status == "SKIP"

    def test_a_narrow_way_out_is_not_judged(self):
        narrow = [group(https(IpRanges=[{"CidrIp": "10.0.0.0/8"}]))]
        check = checks(replace(self.NAT, groups=narrow))["security_group_egress"]
        assert check.status == "SKIP"
        assert "10.0.0.0/8 only" in check.reason

    def test_no_way_out_is_ng(self):
        check = checks(replace(self.NAT, groups=[group()]))["security_group_egress"]
        assert check.status == "NG"


class TestWithEndpoints:
    def test_they_serve_a_private_subnet(self):
        assert needs_endpoints(PRIVATE)
        assert {check.status for check in check_reach(PRIVATE, NEEDED)} == {"OK"}

    @pytest.mark.parametrize(
        ("missing", "others"),
        [
            ("logs", [endpoint("logs", State="pending")]),
            ("logs", [endpoint("logs", PrivateDnsEnabled=False)]),
            ("s3", [endpoint("s3", "Gateway", RouteTableIds=["rtb-2"])]),
            ("ecr.dkr", []),
        ],
    )
    def test_one_that_does_not_serve_is_named(self, missing, others):
        kept = [each for each in ALL if not each["ServiceName"].endswith(f".{missing}")]
        check = checks(replace(PRIVATE, endpoints=[*kept, *others]))["network_way"]
        assert check.status == "NG"
        assert f"No endpoint serves {missing}." in check.reason
        assert f"make VPC endpoints for {missing}." in check.remedy

    def test_no_endpoint_leads_to_a_registry_in_the_internet(self):
        check = checks(PRIVATE, ["the internet"])["network_way"]
        assert check.status == "NG"
        assert "only the internet leads to" in check.reason
        assert check.remedy == "Route 0.0.0.0/0 to a NAT gateway."

    def test_they_have_to_let_the_task_in(self):
        closed = {"sg-ends": group(group_id="sg-ends")}
        check = checks(replace(PRIVATE, endpoint_groups=closed))["endpoint_ingress"]
        assert check.status == "NG"
        assert f"from {GROUP} or from the subnets" in check.remedy

    def test_they_may_let_the_subnets_in(self):
        by_address = group(
            ingress=[https(IpRanges=[{"CidrIp": "10.0.0.0/16"}])], group_id="sg-ends"
        )
        network = replace(PRIVATE, endpoint_groups={"sg-ends": by_address})
        assert checks(network)["endpoint_ingress"].status == "OK"

    @pytest.mark.parametrize(
        "known",
        [
            {},
            {
                "sg-ends": group(
                    ingress=[https(IpRanges=[{"CidrIp": "10.0.1.0/28"}])], group_id="sg-ends"
                )
            },
        ],
    )
    def test_what_cannot_be_seen_is_not_judged(self, known):
        check = checks(replace(PRIVATE, endpoint_groups=known))["endpoint_ingress"]
        assert check.status == "SKIP"

    def test_they_are_found_by_the_dns_of_the_vpc_only(self):
        check = checks(replace(PRIVATE, private_dns=False))["vpc_dns"]
        assert check.status == "NG"
        assert "enableDnsHostnames" in check.remedy

    def test_a_way_out_to_their_group_is_enough_for_interfaces(self):
        narrow = [group(https(UserIdGroupPairs=[{"GroupId": "sg-ends"}]))]
        check = checks(replace(PRIVATE, groups=narrow), ["CloudWatch Logs"])
        assert check["security_group_egress"].status == "OK"

    def test_a_way_out_to_their_group_leads_to_no_gateway(self):
        narrow = [group(https(UserIdGroupPairs=[{"GroupId": "sg-ends"}]))]
        assert checks(replace(PRIVATE, groups=narrow))["security_group_egress"].status == "SKIP"
