# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter batch_status_lines, described in batch_status_lines.yml."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_table import (
    status_lines,
)


def batch_status_lines(batches: Sequence[Any], not_batches: Sequence[Any] = ()) -> list[str]:
    for option, value in {"batches": batches, "not_batches": not_batches}.items():
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise AnsibleFilterError(f"{option} must be a list, not {type(value).__name__}")
    return status_lines(batches, not_batches)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"batch_status_lines": batch_status_lines}
