# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where calls work: account, partition and region."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    UnexpectedAnswer,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import dns_suffix
from ansible_collections.batchwork.aws.plugins.module_utils._aws.sts import get_caller_identity

ARN_PARTS = 6


@dataclass(frozen=True)
class AwsContext:
    """What ARNs are built of.

    ``partition`` is ``aws``, ``aws-cn``, ``aws-us-gov`` or another; ``dns_suffix`` is the
    partition's, such as ``amazonaws.com.cn``; ``caller_arn`` is who calls, as STS names them.
    """

    account_id: str
    partition: str
    region: str
    dns_suffix: str
    caller_arn: str


def read_context(clients: Clients) -> AwsContext:
    """Ask STS who is calling, once, and return where the calls work.

    :raises RegionMissing: where no region is set.
    :raises AwsError: where the credentials are missing or refused.
    """
    region = clients.region
    identity = get_caller_identity(clients.client("sts"))
    arn = str(identity["Arn"])
    parts = arn.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS or parts[0] != "arn":
        call = Call("sts", "GetCallerIdentity", "asking who is calling")
        raise UnexpectedAnswer(call, f"{arn} is not an ARN")
    return AwsContext(str(identity["Account"]), parts[1], region, dns_suffix(parts[1]), arn)
