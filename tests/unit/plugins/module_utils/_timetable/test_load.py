# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tasks run at the same time, and how many start together."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._timetable.load import (
    Occupation,
    Step,
    crowded_minutes,
    load_curve,
    peak,
)
from hypothesis import given
from hypothesis import strategies as st

LENGTH = 100


def test_nothing_is_a_load_of_nothing():
    assert load_curve([], LENGTH) == (Step(0, 0),)


def test_it_steps_where_tasks_start_and_end():
    spans = [Occupation(10, 30, 2), Occupation(20, 40, 1)]

    assert load_curve(spans, LENGTH) == (
        Step(0, 0),
        Step(10, 2),
        Step(20, 3),
        Step(30, 1),
        Step(40, 0),
    )


def test_one_that_ends_where_another_starts_makes_no_step():
    assert load_curve([Occupation(0, 50, 1), Occupation(50, 100, 1)], LENGTH) == (Step(0, 1),)


def test_what_lies_outside_is_cut():
    spans = [Occupation(-20, 5, 1), Occupation(95, 200, 1), Occupation(-9, -5, 7)]

    assert load_curve(spans, LENGTH) == (Step(0, 1), Step(5, 0), Step(95, 1))


def test_the_peak_is_the_first_of_the_highest_steps():
    assert peak([Step(0, 1), Step(5, 3), Step(8, 2), Step(9, 3)]) == Step(5, 3)


def test_a_minute_is_crowded_when_more_tasks_start_in_it():
    starts = [Step(5, 1), Step(7, 2), Step(5, 2), Step(9, 2)]

    assert crowded_minutes(starts, 2) == (Step(5, 3),)


@given(
    st.lists(st.builds(Occupation, st.integers(-50, 150), st.integers(-50, 150), st.integers(0, 4)))
)
def test_it_is_the_sum_of_what_runs_in_each_minute(spans):
    steps = load_curve(spans, LENGTH)

    for minute in range(LENGTH):
        level = next(step.tasks for step in reversed(steps) if step.minute <= minute)
        assert level == sum(span.tasks for span in spans if span.begin <= minute < span.end)
