# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a template as Python's own mappings, lists and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> Any:
    """Return a copy of Ansible's mappings and lists, with texts that are no more than that.

    Those look a value up when it is read, and a deep copy of one copies the whole template engine
    with it. Ansible's texts know where they come from, and are of another type than Python's.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str.__str__(value) if isinstance(value, str) else value
