# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter terraform_to_batches, described in terraform_to_batches.yml."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    UnreadableSource,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform import (
    convert_terraform,
)


def terraform_to_batches(
    source: Any, account_id: str | None = None, keep_secrets: bool = False
) -> dict[str, Any]:
    account = None if account_id in (None, "") else str(account_id)
    try:
        document = json.loads(source) if isinstance(source, str) else source
        return convert_terraform(document, account, keep_secrets).as_result()
    except ValueError as error:
        told = str(error) if isinstance(error, UnreadableSource) else f"this is no JSON: {error}"
        raise AnsibleFilterError(told) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"terraform_to_batches": terraform_to_batches}
