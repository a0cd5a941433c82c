# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a piece of work has done, in the form that module results take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    mask,
    mask_change,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan


@dataclass(frozen=True)
class Outcome:
    """Results of one run. ``before`` and ``after`` are what diff mode shows; secrets are masked on the way out."""

    changed: bool = False
    results: dict[str, Any] = field(default_factory=dict)
    changes: Sequence[Change] | None = None
    before: Any = None
    after: Any = None
    warnings: Sequence[str] = ()

    @classmethod
    def of_plan(cls, plan: Plan, results: dict[str, Any], warnings: Sequence[str] = ()) -> Outcome:
        """Return the outcome of a plan that was applied, or would be."""
        return cls(
            changed=plan.changed,
            results=results,
            changes=plan.changes,
            before=plan.before,
            after=plan.after,
            warnings=(*warnings, *plan.warnings),
        )

    def as_results(self, *, diff_mode: bool) -> dict[str, Any]:
        """Return the results as the module exits with them."""
        results: dict[str, Any] = {"changed": self.changed, **mask(self.results)}
        if self.changes is not None:
            results["changes"] = [_masked(change).as_result() for change in self.changes]
            if diff_mode:
                results["diff"] = {
                    "before": mask(self.before) or {},
                    "after": mask(self.after) or {},
                }
        return results


def _masked(change: Change) -> Change:
    before, after = (mask_change(change.path, side) for side in (change.before, change.after))
    return replace(change, before=before, after=after)


class Failure(Exception):
    """The work failed after something was done or found out: the outcome says what."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(message)
