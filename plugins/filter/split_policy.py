# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter split_policy, described in split_policy.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._model import policy_document
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def split_policy(
    document: Any, limit: int = policy_document.MANAGED_POLICY_LIMIT
) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        raise AnsibleFilterError(f"a policy document is expected, not {type(document).__name__}")
    try:
        return policy_document.split_policy(plain(document), limit)
    except policy_document.PolicyTooLong as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[dict[str, Any]]]]:
        return {"split_policy": split_policy}
