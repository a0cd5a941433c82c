# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minutes as progressions, and back."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.progressions import (
    Progression,
    compress,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("minutes", "progressions"),
    [
        ([], ()),
        ([5], (Progression(5),)),
        ([5, 9], (Progression(5), Progression(9))),
        ([0, 60, 120], (Progression(0, 60, 3),)),
        ([0, 7, 60, 120, 180], (Progression(0), Progression(7), Progression(60, 60, 3))),
        (range(10_080), (Progression(0, 1, 10_080),)),
    ],
)
def test_even_distances_are_one_progression(minutes, progressions):
    assert compress(minutes) == progressions


@pytest.mark.property
@given(st.sets(st.integers(-1000, 11_000)).map(sorted))
def test_no_minute_is_lost_or_added(minutes):
    assert [minute for part in compress(minutes) for minute in part.minutes()] == minutes
