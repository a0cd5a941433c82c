# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a fleet besides its batches, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule import DEFAULT_GROUP
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.names import (
    rule_name_problem,
)

MOST_WORKERS = 64
DEFAULT_WORKERS = 8
DEFAULT_MAX_DELETES = 10


@dataclass(frozen=True)
class FleetOptions:
    """What is wanted of a fleet, as the user gave it."""

    batches: Sequence[Any] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    images: Mapping[str, Any] = field(default_factory=dict)
    owner: str | None = None
    adopt: bool = False
    prune: bool = False
    max_deletes: int = DEFAULT_MAX_DELETES
    allow_empty: bool = False
    keep_revisions: int | None = None
    plan_only: bool = False
    workers: int = DEFAULT_WORKERS

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> FleetOptions:
        """Return the options of ``scheduled_batches``; what is null counts as left out."""
        given = {name: value for name, value in params.items() if value is not None}
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})

    def mistakes(self) -> Iterator[str]:
        """Yield what is wrong with the options themselves."""
        yield from self._mistakes_of_owner()
        yield from self._mistakes_of_numbers()
        if self.prune and not self.batches and not self.allow_empty:
            yield (
                "batches: with prune an empty list removes all batches of the owner; set"
                " allow_empty to true if that is meant."
            )

    def _mistakes_of_owner(self) -> Iterator[str]:
        if self.owner is None:
            if self.prune:
                yield "prune: only what carries an owner's tag can be pruned; give the owner."
            return
        problem = rule_name_problem(self.owner)
        if problem:
            yield f"owner: {problem}"
        if self.owner == DEFAULT_GROUP:
            yield (
                f"owner: {DEFAULT_GROUP!r} is not allowed; the owner's schedules live in a group of"
                " its name, and that one is AWS's own."
            )

    def _mistakes_of_numbers(self) -> Iterator[str]:
        if not 1 <= self.workers <= MOST_WORKERS:
            yield f"workers: {self.workers} is out of range; allowed is 1 to {MOST_WORKERS}."
        if self.max_deletes < 0:
            yield f"max_deletes: {self.max_deletes} is out of range; 0 is the least."
        if self.keep_revisions is not None and self.keep_revisions < 1:
            yield (
                f"keep_revisions: {self.keep_revisions} is too few; at least 1 revision has to"
                " stay."
            )
