# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan: what differs, and the calls that make it right, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


@dataclass(frozen=True)
class Action:
    """One API call that writes, such as ``Action("events", "PutRule", {"Name": "hello", ...})``."""

    service: str
    operation: str
    parameters: Document


@dataclass(frozen=True)
class Plan:
    """How one resource gets from ``before`` to ``after``.

    Both are documents in normal form, None where the resource does not exist. Without actions
    nothing changes.
    """

    before: Document | None
    after: Document | None
    changes: tuple[Change, ...] = ()
    actions: tuple[Action, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything is written."""
        return bool(self.actions)
