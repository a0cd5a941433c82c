# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a piece of work has done, in the form that module results take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    mask,
    mask_change,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan


@dataclass(frozen=True)
class Outcome:
    """Results of one run. ``before`` and ``after`` are what diff mode shows; secrets are masked on
    the way out."""

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
            results["changes"] = shown_changes(self.changes)
        if diff_mode and not (self.changes is None and self.before is None and self.after is None):
            results["diff"] = {"before": mask(self.before) or {}, "after": mask(self.after) or {}}
        return results


def shown_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return changes as results carry them, with secrets masked."""
    return [_masked(change).as_result() for change in changes]


def _masked(change: Change) -> Change:
    before, after = (mask_change(change.path, side) for side in (change.before, change.after))
    return replace(change, before=before, after=after)


class Failure(Exception):
    """The work failed after something was done or found out: the outcome says what.

    ``error`` is what AWS answered, where that was the reason.
    """

    def __init__(self, message: str, outcome: Outcome, error: AwsError | None = None) -> None:
        self.outcome = outcome
        self.error = error
        super().__init__(message)

    @classmethod
    def of(cls, error: AwsError, outcome: Outcome, *sentences: str | None) -> Failure:
        """Return the failure that an error of AWS means, with what else there is to say."""
        told = [f"{str(error).rstrip('.')}.", *filter(None, sentences)]
        return cls(" ".join(told), outcome, error)
