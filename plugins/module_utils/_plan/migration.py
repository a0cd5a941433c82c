# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving a batch from a rule to a schedule or back, so that the two are never enabled together.

The move can be interrupted after every call. What is still to do follows from what stands in AWS
and from the state that is recorded in a tag on the rule, since schedules carry no tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE

RECORDED_ENABLED = "enabled"
RECORDED_STOPPED = "stopped"


class Step(Enum):
    """One step of a move; each is at most a few calls, and harmless when it is repeated."""

    RECORD = "record on the rule in which state the batch has to end"
    PREPARE_NEW = "make the new trigger, without letting it fire beside the old one"
    DISABLE_OLD = "disable the old trigger"
    ENABLE_NEW = "enable the new trigger"
    REMOVE_OLD = "remove the old trigger"
    FORGET = "remove the record"


@dataclass(frozen=True)
class TriggerState:
    """Whether a trigger exists, and whether it fires."""

    exists: bool = False
    enabled: bool = False


@dataclass(frozen=True)
class Move:
    """A batch whose trigger shall be ``wanted`` (``rule`` or ``scheduler``).

    ``old`` is the trigger of the other kind, ``new`` that of the wanted kind. ``recorded`` is what
    an interrupted move has left on the rule, ``asked`` the option ``enabled``.
    """

    wanted: str
    old: TriggerState
    new: TriggerState
    recorded: str | None = None
    asked: bool | None = None

    @property
    def pending(self) -> bool:
        """Whether there is anything to move, or to finish."""
        return self.old.exists or self.recorded is not None

    @property
    def ends_enabled(self) -> bool:
        """Whether the batch fires in the end: as asked, else as before the move began."""
        if self.asked is not None:
            return self.asked
        if self.recorded is not None:
            return self.recorded == RECORDED_ENABLED
        return self.old.enabled or self.new.enabled

    @property
    def record(self) -> str:
        """Return what is recorded on the rule."""
        return RECORDED_ENABLED if self.ends_enabled else RECORDED_STOPPED

    @property
    def both_fire(self) -> bool:
        """Whether somebody has enabled both; then the old one goes out of service before anything
        else."""
        return self.old.enabled and self.new.enabled

    @property
    def new_may_fire(self) -> bool:
        """Whether the new trigger stays enabled while it is prepared: never beside the old one,
        since that one is out of service by then."""
        return self.ends_enabled and self.new.enabled

    @property
    def switches(self) -> bool:
        """Whether one trigger begins to fire in place of the other, so that the moment matters."""
        return self.old.exists and self.ends_enabled and not self.new.enabled

    @property
    def rule_exists(self) -> bool:
        """Whether there is a rule to record on."""
        return self.new.exists if self.wanted == RULE else self.old.exists


def remaining_steps(move: Move) -> tuple[Step, ...]:
    """Return what is still to do, in its order."""
    needed = (
        (Step.DISABLE_OLD, move.both_fire),
        (Step.RECORD, move.old.exists and move.rule_exists and move.recorded != move.record),
        (Step.PREPARE_NEW, True),
        (Step.DISABLE_OLD, move.old.enabled and not move.both_fire),
        (Step.ENABLE_NEW, move.ends_enabled and not move.new_may_fire),
        (Step.REMOVE_OLD, move.old.exists),
        (Step.FORGET, move.wanted == RULE),
    )
    return tuple(step for step, is_needed in needed if is_needed)
