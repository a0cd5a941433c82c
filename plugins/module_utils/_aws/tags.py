# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags between plain mappings and the lists that each API spells in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TagSpelling:
    """How an API names the two members of a tag."""

    key: str
    value: str

    def to_list(self, tags: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the tags as the API takes them."""
        return [{self.key: key, self.value: value} for key, value in tags.items()]

    def to_mapping(self, tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
        """Return the tags as a plain mapping; AWS may leave an empty value out."""
        return {tag[self.key]: tag.get(self.value, "") for tag in tags or ()}


ECS_TAGS = TagSpelling("key", "value")
UPPER_CASE_TAGS = TagSpelling("Key", "Value")
"""events, scheduler and the tagging API."""
