# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter fleet_foundation_plan, described in fleet_foundation_plan.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._plan.fleet_foundation import (
    FoundationRules,
    Parts,
    plan_foundation,
)
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def fleet_foundation_plan(
    wanted: Any, found: dict[str, Any], owner: str, region: str, **rules: Any
) -> dict[str, Any]:
    known_names = frozenset(plain(rules.pop("known_names", [])))
    try:
        given = FoundationRules(owner=owner, region=region, known_names=known_names, **rules)
    except TypeError as error:
        raise AnsibleFilterError(str(error)) from error
    return plan_foundation(Parts.of(plain(wanted)), Parts.of(plain(found)), given)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"fleet_foundation_plan": fleet_foundation_plan}
