# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of a batch: its subnets and security groups, and the ways from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import Examined
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.network_reach import (
    INTERNET,
    Network,
    check_reach,
    needs_endpoints,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    SECRETS_MANAGER,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import number
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

SUBNETS = "subnets"
GROUPS = "security_groups"
VPC = "one_vpc"
ADDRESSES = "free_addresses"
WAY = "network_way"


def questions_of_network(account: Account, examined: Examined) -> Iterator[Question]:
    """Yield what is to be asked of the network of a batch."""
    subnets, groups = _ids(examined, "Subnets"), _ids(examined, "SecurityGroups")
    if not subnets:
        return
    told = _named("subnet", subnets)
    yield Question(SUBNETS, told, lambda: _check_subnets(account, examined, subnets, told))
    if groups:
        told_groups = _named("security group", groups)
        yield Question(
            GROUPS, told_groups, lambda: _check_groups(account, subnets, groups, told_groups)
        )
    needed = _needed(examined)
    if needed:
        way = f"way from the subnets to {listed(needed, 'and')}"
        yield Question(WAY, way, lambda: _check_ways(account, examined, needed, way))


def _named(kind: str, ids: Sequence[str]) -> str:
    return f"{kind}{'' if len(ids) == 1 else 's'} {listed(ids, 'and')}"


def _ids(examined: Examined, member: str) -> list[str]:
    found = examined.network.get(member)
    return list(dict.fromkeys(map(str, found))) if isinstance(found, list | tuple) else []


def _check_subnets(
    account: Account, examined: Examined, ids: Sequence[str], subject: str
) -> Iterator[Check]:
    found = account.subnets(ids)
    missing = sorted(set(ids) - {str(subnet["SubnetId"]) for subnet in found})
    if missing:
        yield ng(
            SUBNETS,
            subject,
            f"{_missing(missing)} in this region.",
            "Give subnets that exist, in the region of the batch.",
        )
    elif len(_vpcs(found)) > 1:
        yield _several_vpcs(subject, _vpcs(found))
    else:
        yield ok(SUBNETS, subject, f"In {_vpcs(found)[0]}.")
    if found:
        yield _check_addresses(examined, found)


def _missing(ids: Sequence[str]) -> str:
    return f"{listed(ids, 'and')} {'does' if len(ids) == 1 else 'do'} not exist"


def _vpcs(documents: Sequence[Document]) -> list[str]:
    return sorted({str(document.get("VpcId")) for document in documents})


def _several_vpcs(subject: str, vpcs: Sequence[str]) -> Check:
    return ng(
        VPC,
        subject,
        f"They belong to {listed(vpcs, 'and')}; RunTask refuses what is not in one VPC.",
        "Give subnets and security groups of one VPC.",
    )


def _check_addresses(examined: Examined, subnets: Sequence[Document]) -> Check:
    """Every task takes an address; ECS chooses the subnet."""
    wanted = number(examined.parameters.get("TaskCount")) or 1
    free = sum(int(subnet.get("AvailableIpAddressCount") or 0) for subnet in subnets)
    subject = f"free addresses for {wanted} {'task' if wanted == 1 else 'tasks'}"
    if free >= wanted:
        return ok(ADDRESSES, subject, f"There are {free}.")
    return ng(
        ADDRESSES,
        subject,
        f"The subnets have {free} left, and every task takes one.",
        "Use more or larger subnets, or free addresses.",
    )


def _check_groups(
    account: Account, subnets: Sequence[str], ids: Sequence[str], subject: str
) -> Iterator[Check]:
    found = account.groups(ids)
    missing = sorted(set(ids) - {str(group["GroupId"]) for group in found})
    if missing:
        yield ng(
            GROUPS,
            subject,
            f"{_missing(missing)} in this region.",
            "Give security groups that exist, in the VPC of the subnets.",
        )
        return
    vpcs = sorted({*_vpcs(found), *_vpcs(account.subnets(subnets))})
    if len(vpcs) > 1:
        yield _several_vpcs(f"{subject} and the subnets", vpcs)
    else:
        yield ok(GROUPS, subject, f"In {vpcs[0]}.")


def _needed(examined: Examined) -> list[str]:
    """Return what the task has to reach."""
    needs = examined.needs
    services = {secret.service for secret in needs.secrets}
    wanted = {
        "ECR": needs.ecr_images,
        INTERNET: needs.other_images,
        "CloudWatch Logs": needs.log_groups,
        "Secrets Manager": SECRETS_MANAGER in services,
        "Parameter Store": services - {SECRETS_MANAGER},
        "S3": needs.files,
        "ECS Exec": examined.executes_commands,
    }
    return [name for name, used in wanted.items() if used]


def _check_ways(
    account: Account, examined: Examined, needed: Sequence[str], subject: str
) -> Iterator[Check]:
    if not examined.on_fargate:
        yield skip(WAY, subject, "Outside Fargate the instance pulls images and writes logs.")
        return
    subnets = account.subnets(_ids(examined, "Subnets"))
    vpcs = _vpcs(subnets)
    if len(vpcs) != 1:
        return
    network = _network(account, examined, vpcs[0], subnets)
    yield from check_reach(network, needed)


def _network(
    account: Account, examined: Examined, vpc_id: str, subnets: Sequence[Document]
) -> Network:
    """Read the network; endpoints only where some subnet has no way into the internet."""
    ids = _ids(examined, "SecurityGroups")
    public_ip = examined.network.get("AssignPublicIp") == "ENABLED"
    network = Network(
        vpc_id=vpc_id,
        region=account.place.region,
        public_ip=public_ip,
        subnets=subnets,
        groups=account.groups(ids) if ids else account.default_group(vpc_id),
        route_tables=account.route_tables(vpc_id),
    )
    if not needs_endpoints(network):
        return network
    endpoints = account.endpoints(vpc_id)
    owned = sorted(
        {str(group["GroupId"]) for each in endpoints for group in each.get("Groups") or ()}
    )
    return replace(
        network,
        endpoints=endpoints,
        endpoint_groups={str(each["GroupId"]): each for each in account.groups(owned)}
        if owned
        else {},
        private_dns=account.has_private_dns(vpc_id) if owned else None,
    )
