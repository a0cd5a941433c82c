# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What security groups let through on the port of HTTPS, over which all of AWS's APIs are called.

Source: AWS's VPC guide, "Security group rules": groups are stateful, allow only, and the rules of
all groups of an interface add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

HTTPS = 443
ANY_PROTOCOL = "-1"
EVERYWHERE = "0.0.0.0/0"

Group = Mapping[str, Any]


@dataclass(frozen=True)
class Peers:
    """With whom HTTPS is allowed: addresses, other groups, and prefix lists."""

    cidrs: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)
    prefix_lists: frozenset[str] = field(default_factory=frozenset)

    @property
    def everybody(self) -> bool:
        """Whether every address is allowed."""
        return EVERYWHERE in self.cidrs

    @property
    def nobody(self) -> bool:
        """Whether nothing is allowed."""
        return not (self.cidrs or self.groups or self.prefix_lists)

    def include(self, cidr: str) -> bool:
        """Whether all addresses of a network are allowed."""
        return any(_contains(allowed, cidr) for allowed in self.cidrs)

    def __str__(self) -> str:
        return ", ".join(sorted({*self.cidrs, *self.groups, *self.prefix_lists}))


def https_out(groups: Iterable[Group]) -> Peers:
    """Return to whom the groups together let HTTPS out."""
    return _peers(groups, "IpPermissionsEgress")


def https_in(groups: Iterable[Group]) -> Peers:
    """Return from whom the groups together let HTTPS in."""
    return _peers(groups, "IpPermissions")


def _peers(groups: Iterable[Group], direction: str) -> Peers:
    rules = [rule for group in groups for rule in _https_rules(group.get(direction) or ())]
    return Peers(
        frozenset(_named(rules, "IpRanges", "CidrIp")),
        frozenset(_named(rules, "UserIdGroupPairs", "GroupId")),
        frozenset(_named(rules, "PrefixListIds", "PrefixListId")),
    )


def _https_rules(rules: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for rule in rules:
        protocol = str(rule.get("IpProtocol"))
        first, last = rule.get("FromPort", 0), rule.get("ToPort", 65535)
        if protocol == ANY_PROTOCOL or (protocol in {"tcp", "6"} and first <= HTTPS <= last):
            yield rule


def _named(rules: Iterable[Mapping[str, Any]], member: str, key: str) -> Iterator[str]:
    for rule in rules:
        yield from (str(entry[key]) for entry in rule.get(member) or () if entry.get(key))


def _contains(allowed: str, cidr: str) -> bool:
    with suppress(ValueError, TypeError):
        # Networks of IPv4 and IPv6 raise TypeError together, which the types do not know.
        return ip_network(cidr).subnet_of(ip_network(allowed))  # type: ignore[arg-type]
    return False
