# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The default VPC of the emulator leads to the internet, as AWS's does; no other one does."""

from __future__ import annotations


def routes(aws, vpc_id):
    tables = aws("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return [
        (route["DestinationCidrBlock"], route["GatewayId"].partition("-")[0])
        for table in tables["RouteTables"]
        for route in table["Routes"]
    ]


def test_the_default_vpc_has_one_internet_gateway_and_a_route_to_it(emulator, aws):
    filters = [{"Name": "is-default", "Values": ["true"]}]
    vpc_id = aws("ec2").describe_vpcs(Filters=filters)["Vpcs"][0]["VpcId"]
    for _look in range(2):
        assert ("0.0.0.0/0", "igw") in routes(aws, vpc_id)
    assert len(aws("ec2").describe_internet_gateways()["InternetGateways"]) == 1


def test_a_vpc_of_ones_own_has_none(emulator, aws):
    vpc_id = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert "0.0.0.0/0" not in dict(routes(aws, vpc_id))
