# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of another tool's description: batches, and a row for everything that did not become
part of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class UnreadableSource(ValueError):
    """The source is not what it should be; ``str()`` says what was found and what is wanted."""


@dataclass(frozen=True)
class NotConverted:
    """Something that is in the source and in no batch: ``what`` it is, at which ``path`` it stands,
    and the ``reason`` with the remedy. Values are never part of it."""

    what: str
    path: str
    reason: str

    def as_result(self) -> dict[str, str]:
        """Return the row as playbooks see it."""
        return {"what": self.what, "path": self.path, "reason": self.reason}


@dataclass
class Draft:
    """One batch on its way.

    ``remarks`` are what was left out without harm; ``gaps`` is what the batch needs and the source
    does not say, or must not be told, so that the batch cannot be deployed as it is.
    """

    options: dict[str, Any]
    remarks: list[NotConverted] = field(default_factory=list)
    gaps: list[NotConverted] = field(default_factory=list)

    def put(self, option: str, value: Any) -> None:
        """Set an option, unless there is nothing to say: no value, or an empty one."""
        if value is not None and value not in ("", [], {}):
            self.options[option] = value

    def remark(self, what: str, path: str, reason: str) -> None:
        """Note something that was left out without harm."""
        self.remarks.append(NotConverted(what, path, reason))

    def gap(self, what: str, path: str, reason: str) -> None:
        """Note something without which the batch is not what it was."""
        self.gaps.append(NotConverted(what, path, reason))


@dataclass
class Conversion:
    """All batches of one source, and what belongs to none of them."""

    drafts: list[Draft] = field(default_factory=list)
    remarks: list[NotConverted] = field(default_factory=list)

    def remark(self, what: str, path: str, reason: str) -> None:
        """Note something that belongs to no batch."""
        self.remarks.append(NotConverted(what, path, reason))

    def as_result(self) -> dict[str, Any]:
        """Return ``batches`` that can be deployed as they are, ``incomplete`` ones that first need
        what ``not_converted`` says."""
        self._tell_twins_apart()
        rows = [*self.remarks]
        for draft in self.drafts:
            rows += [*draft.remarks, *draft.gaps]
        return {
            "batches": [draft.options for draft in self.drafts if not draft.gaps],
            "incomplete": [draft.options for draft in self.drafts if draft.gaps],
            "not_converted": [row.as_result() for row in dict.fromkeys(rows)],
        }

    def _tell_twins_apart(self) -> None:
        names: set[str] = set()
        for draft in self.drafts:
            name = str(draft.options.get("name"))
            if name in names:
                draft.gap("name", name, "another batch has this name; give it a name of its own")
            names.add(name)


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has a value: null, empty texts, lists and mappings are left out."""
    return {
        key: value
        for key, value in values.items()
        if value is not None and value not in ("", [], {})
    }
