# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter batch_status_page, described in batch_status_page.yml."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_page import (
    status_page,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_table import (
    moment_text,
)

TITLE = "Status of the batches"


def batch_status_page(
    batches: Sequence[Any], not_batches: Sequence[Any] = (), title: str = TITLE
) -> str:
    for option, value in {"batches": batches, "not_batches": not_batches}.items():
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise AnsibleFilterError(f"{option} must be a list, not {type(value).__name__}")
    made = moment_text(datetime.now(UTC).isoformat())
    return status_page(batches, not_batches, title=str(title), made=made)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"batch_status_page": batch_status_page}
