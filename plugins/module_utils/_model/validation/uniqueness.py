# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that may stand only once in a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import text
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown


def check_unique(
    pairs: Iterable[tuple[int, Mapping[str, Any]]],
    member: str,
    location: Location,
    what: str,
    findings: Findings,
) -> None:
    """Note every entry whose ``member`` an earlier entry has too."""
    seen: dict[str, int] = {}
    for index, entry in pairs:
        name = text(entry.get(member))
        if name is None:
            continue
        if name in seen:
            findings.error(
                (*location, index, member),
                f"{shown(name)} is the name of an earlier {what} too (number {seen[name] + 1} of"
                " the list); names must"
                " be unique.",
            )
        seen.setdefault(name, index)
