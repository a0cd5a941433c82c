# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter fleet_with_roles, described in fleet_with_roles.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.needs import with_roles
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def fleet_with_roles(
    batches: Any,
    defaults: dict[str, Any] | None = None,
    execution_role_arn: str | None = None,
    task_role_arn: str | None = None,
    own_task_role_arns: dict[str, str] | None = None,
    guard_state_machine_arn: str | None = None,
) -> list[Any]:
    if not isinstance(batches, list):
        raise AnsibleFilterError(f"a list of batches is expected, not {type(batches).__name__}")
    roles = {"execution": execution_role_arn, "task": task_role_arn}
    given = {kind: arn for kind, arn in roles.items() if arn}
    own = plain(own_task_role_arns or {})
    return with_roles(plain(batches), plain(defaults or {}), given, own, guard_state_machine_arn)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[Any]]]:
        return {"fleet_with_roles": fleet_with_roles}
