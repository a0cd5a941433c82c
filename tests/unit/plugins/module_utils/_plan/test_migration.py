# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves between rule and schedule, in every state in which somebody can find them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE, SCHEDULER
from ansible_collections.batchwork.aws.plugins.module_utils._plan.migration import (
    Move,
    Step,
    TriggerState,
    remaining_steps,
)

GONE = TriggerState()
ON = TriggerState(exists=True, enabled=True)
OFF = TriggerState(exists=True, enabled=False)
STATES = (GONE, OFF, ON)
RECORD, PREPARE, DISABLE = Step.RECORD, Step.PREPARE_NEW, Step.DISABLE_OLD
ENABLE, REMOVE, FORGET = Step.ENABLE_NEW, Step.REMOVE_OLD, Step.FORGET

TO_SCHEDULER = [
    # old (rule), new (schedule), recorded, what is left
    (ON, GONE, None, (RECORD, PREPARE, DISABLE, ENABLE, REMOVE)),
    (ON, GONE, "enabled", (PREPARE, DISABLE, ENABLE, REMOVE)),
    (ON, OFF, "enabled", (PREPARE, DISABLE, ENABLE, REMOVE)),
    (OFF, OFF, "enabled", (PREPARE, ENABLE, REMOVE)),
    (OFF, ON, "enabled", (PREPARE, REMOVE)),
    (OFF, GONE, None, (RECORD, PREPARE, REMOVE)),
    (OFF, GONE, "stopped", (PREPARE, REMOVE)),
    (OFF, OFF, "stopped", (PREPARE, REMOVE)),
    (ON, ON, None, (DISABLE, RECORD, PREPARE, REMOVE)),
    (OFF, ON, None, (RECORD, PREPARE, REMOVE)),
    (ON, OFF, None, (RECORD, PREPARE, DISABLE, ENABLE, REMOVE)),
]
TO_RULE = [
    # old (schedule), new (rule), recorded, what is left
    (ON, GONE, None, (PREPARE, DISABLE, ENABLE, REMOVE, FORGET)),
    (ON, OFF, "enabled", (PREPARE, DISABLE, ENABLE, REMOVE, FORGET)),
    (OFF, OFF, "enabled", (PREPARE, ENABLE, REMOVE, FORGET)),
    (OFF, ON, "enabled", (PREPARE, REMOVE, FORGET)),
    (GONE, ON, "enabled", (PREPARE, FORGET)),
    (GONE, OFF, "stopped", (PREPARE, FORGET)),
    (GONE, OFF, "enabled", (PREPARE, ENABLE, FORGET)),
    (OFF, GONE, None, (PREPARE, REMOVE, FORGET)),
    (OFF, OFF, "stopped", (PREPARE, REMOVE, FORGET)),
    (ON, ON, None, (DISABLE, RECORD, PREPARE, REMOVE, FORGET)),
    (ON, OFF, None, (RECORD, PREPARE, DISABLE, ENABLE, REMOVE, FORGET)),
]


@pytest.mark.parametrize(("old", "new", "recorded", "left"), TO_SCHEDULER)
def test_what_is_left_of_a_move_to_a_schedule(old, new, recorded, left):
    assert remaining_steps(Move(SCHEDULER, old, new, recorded)) == left


@pytest.mark.parametrize(("old", "new", "recorded", "left"), TO_RULE)
def test_what_is_left_of_a_move_to_a_rule(old, new, recorded, left):
    assert remaining_steps(Move(RULE, old, new, recorded)) == left


@pytest.mark.parametrize("wanted", [RULE, SCHEDULER])
def test_nothing_is_pending_without_the_other_trigger_and_without_a_record(wanted):
    for new in STATES:
        assert not Move(wanted, GONE, new).pending
    assert Move(wanted, OFF, GONE).pending
    assert Move(wanted, GONE, ON, "enabled").pending


@pytest.mark.parametrize(
    ("old", "new", "recorded", "asked", "ends_enabled"),
    [
        (ON, GONE, None, None, True),
        (OFF, GONE, None, None, False),
        (OFF, OFF, "enabled", None, True),
        (OFF, OFF, "stopped", None, False),
        (OFF, ON, None, None, True),
        (OFF, OFF, "stopped", True, True),
        (ON, GONE, None, False, False),
        (OFF, OFF, "enabled", False, False),
    ],
)
def test_a_batch_ends_as_asked_or_else_as_before_the_move(old, new, recorded, asked, ends_enabled):
    move = Move(SCHEDULER, old, new, recorded, asked)
    assert move.ends_enabled is ends_enabled
    assert move.record == ("enabled" if ends_enabled else "stopped")


def every_move():
    for wanted, old, new, recorded, asked in product(
        (RULE, SCHEDULER), STATES, STATES, (None, "enabled", "stopped"), (None, True, False)
    ):
        move = Move(wanted, old, new, recorded, asked)
        if recorded is not None and not move.rule_exists:
            continue  # The record stands on the rule.
        if move.pending:
            yield move


def after(move: Move, step: Step) -> Move:
    """The move as it stands when one step was carried out."""
    match step:
        case Step.RECORD:
            return replace(move, recorded=move.record)
        case Step.PREPARE_NEW:
            recorded = move.record if move.wanted == RULE else move.recorded
            return replace(
                move, new=TriggerState(exists=True, enabled=move.new_may_fire), recorded=recorded
            )
        case Step.DISABLE_OLD:
            return replace(move, old=OFF)
        case Step.ENABLE_NEW:
            return replace(move, new=ON)
        case Step.REMOVE_OLD:
            recorded = move.recorded if move.wanted == RULE else None
            return replace(move, old=GONE, recorded=recorded)
        case Step.FORGET:
            return replace(move, recorded=None)


def both(move: Move) -> bool:
    return move.old.enabled and move.new.enabled


@pytest.mark.parametrize("move", list(every_move()), ids=str)
def test_the_two_never_fire_together_and_the_batch_ends_as_it_has_to(move):
    wanted_end = move.ends_enabled
    current = move
    for step in remaining_steps(move):
        following = after(current, step)
        assert not both(following), f"after {step}"
        current = following
    assert current.old == GONE
    assert current.new == TriggerState(exists=True, enabled=wanted_end)
    assert current.recorded is None
    assert not current.pending


@pytest.mark.parametrize("move", list(every_move()), ids=str)
def test_a_move_that_is_cut_off_after_any_step_ends_the_same(move):
    wanted_end = move.ends_enabled
    steps = remaining_steps(move)
    for finished in range(len(steps)):
        current = move
        for step in steps[:finished]:
            current = after(current, step)
        for step in remaining_steps(current) if current.pending else ():
            current = after(current, step)
            assert not both(current)
        assert current.old == GONE
        assert current.new == TriggerState(exists=True, enabled=wanted_end), steps[:finished]


@pytest.mark.parametrize("move", list(every_move()), ids=str)
def test_a_move_whose_mind_is_changed_after_any_step_goes_back(move):
    steps = remaining_steps(move)
    for finished in range(len(steps) + 1):
        current = move
        for step in steps[:finished]:
            current = after(current, step)
        back = replace(
            current,
            wanted=RULE if move.wanted == SCHEDULER else SCHEDULER,
            old=current.new,
            new=current.old,
        )
        if not back.pending:
            continue
        for step in remaining_steps(back):
            back = after(back, step)
            assert not both(back)
        assert back.old == GONE
        assert back.new == TriggerState(exists=True, enabled=move.ends_enabled)


@pytest.mark.parametrize(
    ("old", "new", "asked", "switches"),
    [
        (ON, GONE, None, True),
        (ON, OFF, None, True),
        (OFF, GONE, None, False),
        (OFF, GONE, True, True),
        (ON, GONE, False, False),
        (ON, ON, None, False),
        (GONE, OFF, True, False),
    ],
)
def test_the_moment_matters_where_one_begins_to_fire_in_place_of_the_other(
    old, new, asked, switches
):
    assert Move(SCHEDULER, old, new, asked=asked).switches is switches
