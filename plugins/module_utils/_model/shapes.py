# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an AWS structure, as data: what botocore's service model says, without botocore.

The pure layers know AWS's structures only through these values. ``_aws.service_model`` derives them
from the installed botocore, so that a field that botocore knows needs no release of this
collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
"""A structure in the API's own spelling, as boto3 takes and gives it."""

STRUCTURE = "structure"
LIST = "list"
MAP = "map"
STRING = "string"
BOOLEAN = "boolean"
WHOLE_NUMBERS = frozenset({"integer", "long"})
NUMBERS = WHOLE_NUMBERS | {"float", "double"}


@dataclass(frozen=True, eq=False)
class Shape:
    """One node of a service model.

    ``kind`` is botocore's type name. ``members`` and ``required`` belong to structures, ``element``
    to lists, ``value`` to maps (keys are always strings). ``minimum`` and ``maximum`` bound a
    number's value, a string's length or a list's size, as botocore means them.
    """

    name: str
    kind: str
    members: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    element: Shape | None = None
    value: Shape | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()

    def child(self, step: str | int) -> Shape | None:
        """Return the shape one step below: a member, a list's element or a map's value."""
        if self.kind == STRUCTURE:
            return self.members.get(str(step))
        return self.element if self.kind == LIST else self.value


def copied(document: Any) -> Any:
    """Return a copy that shares no mapping and no list with ``document``, which holds what JSON can
    hold. The standard library's own takes several times as long, since it looks for cycles."""
    if isinstance(document, Mapping):
        return {key: copied(value) for key, value in document.items()}
    if isinstance(document, list):
        return [copied(value) for value in document]
    return document
