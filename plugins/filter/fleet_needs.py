# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter fleet_needs, described in fleet_needs.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet import needs
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def fleet_needs(
    batches: Any,
    defaults: dict[str, Any] | None = None,
    owner: str | None = None,
    guard_state_machine_arn: str | None = None,
) -> dict[str, Any]:
    if not isinstance(batches, list):
        raise AnsibleFilterError(f"a list of batches is expected, not {type(batches).__name__}")
    return needs.fleet_needs(plain(batches), plain(defaults or {}), owner, guard_state_machine_arn)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"fleet_needs": fleet_needs}
