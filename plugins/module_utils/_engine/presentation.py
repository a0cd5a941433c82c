# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of AWS as plain values that modules can return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text


def plain(value: Any) -> Any:
    """Return ``value`` with points in time as ISO 8601 texts."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def with_utc_dates(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with its points in time as ISO 8601 texts in UTC, with whole seconds."""
    return {
        member: utc_text(value) if isinstance(value, datetime) else value
        for member, value in document.items()
    }
