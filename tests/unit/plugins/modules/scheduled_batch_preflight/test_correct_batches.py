# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches that run are not NG, however they are made; what cannot be known of them is SKIP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.mistakes import (  # noqa: E501
    NEWEST,
    let_in,
    make_endpoints,
    make_private,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    TRIGGERS,
    Surroundings,
)

Options = dict[str, Any]


@dataclass(frozen=True)
class Correct:
    """A batch that is right: how the account is made, the options, and the checks that are SKIP."""

    what: str
    options: Callable[[Surroundings], Options]
    skipped: frozenset[str] = field(default_factory=frozenset)


def _newest(of: Surroundings) -> Options:
    of.register()
    return NEWEST


def _on_spot(of: Surroundings) -> Options:
    providers = ["FARGATE", "FARGATE_SPOT"]
    of.aws("ecs").put_cluster_capacity_providers(
        cluster="batch", capacityProviders=providers, defaultCapacityProviderStrategy=[]
    )
    strategy = [{"capacity_provider": "FARGATE_SPOT", "weight": 1}]
    return {"launch_type": None, "capacity_provider_strategy": strategy}


def _network(of: Surroundings) -> Options:
    """The network without public addresses."""
    network = {"subnets": [of.subnet], "security_groups": [of.group]}
    return {"network_configuration": network}


def _with_endpoints(of: Surroundings) -> Options:
    let_in(of, make_endpoints(of))
    return _network(of)


def _behind_nat(of: Surroundings) -> Options:
    make_private(of)
    ec2 = of.aws("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=of.subnet, AllocationId=address)["NatGateway"]
    ec2.create_route(
        RouteTableId=of.route_table,
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=made["NatGatewayId"],
    )
    return _network(of)


def _simple(of: Surroundings) -> Options:
    """A public image that logs nothing, with no role of its own."""
    container = {"name": "report", "image": "public.ecr.aws/docker/library/busybox:1.36"}
    roles = {"execution_role_arn": None, "task_role_arn": None}
    described = of.definition(container_definitions=[container], **roles)
    return {
        "task_definition": {key: value for key, value in described.items() if value is not None},
        "enable_execute_command": None,
        "propagate_tags": None,
        "dead_letter_arn": None,
    }


CORRECT = (
    Correct("the newest revision of a family", _newest),
    Correct("Fargate Spot", _on_spot),
    Correct("a private subnet with endpoints", _with_endpoints),
    Correct("a private subnet with a NAT gateway", _behind_nat),
    Correct("a public image without roles", _simple, frozenset({"image"})),
)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.what)
def test_a_correct_batch_is_not_ng(surroundings, deploy, preflight, emulator, correct, trigger):
    options = correct.options(surroundings)
    declared = preflight(**surroundings.batch(trigger, **options))
    deploy(trigger, **options)
    deployed = preflight(name="report")
    for result in (declared, deployed):
        other = [check for check in result["checks"] if check["status"] != "OK"]
        assert {check["name"] for check in other} == correct.skipped, other
        assert {check["status"] for check in other} <= {"SKIP"}
        assert result["ok"] is True
    assert emulator.writes() == []
