# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS says about tags wherever they are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.layer import ApiError

MOST_TAGS = 50


def refuse_bad_tags(code: str, tags: Sequence[dict[str, Any]] | None, key: str = "key") -> None:
    """Refuse the reserved prefix, repeated keys and more than 50 tags [botocore tags]."""
    keys = [str(tag.get(key, "")) for tag in tags or ()]
    for name in keys:
        if name.lower().startswith("aws:"):
            raise ApiError(code, f"Tag keys that start with aws: are reserved, such as '{name}'.")
    if len(set(keys)) < len(keys):
        raise ApiError(code, "Duplicate tag keys found. Tag keys must be unique.")
    if len(keys) > MOST_TAGS:
        raise ApiError(code, f"The number of tags ({len(keys)}) exceeds the limit of {MOST_TAGS}.")
