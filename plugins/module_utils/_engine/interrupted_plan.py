# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that was begun and not finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action


class InterruptedPlan(Exception):
    """A plan that was begun and not finished: what was done, what failed, and what is left.

    ``str()`` says all three, so that nothing half-done stays unreported. Where nothing was ``done``
    before, the first action was carried out in part.
    """

    def __init__(self, error: AwsError, done: Sequence[Action], left: Sequence[Action]) -> None:
        self.error = error
        self.done = tuple(done)
        self.left = tuple(left)
        before = _counted(done) if done else f"{left[0].operation} in part"
        super().__init__(
            f"{str(error).rstrip('.')}. Done before: {before}. Not done: {_counted(left)}."
            " Run again to finish."
        )


def _counted(actions: Sequence[Action]) -> str:
    """Return the operations in order, each once, with the number of its calls."""
    counts = Counter(action.operation for action in actions)
    return ", ".join(
        operation if count == 1 else f"{operation} ({count} calls)"
        for operation, count in counts.items()
    )
