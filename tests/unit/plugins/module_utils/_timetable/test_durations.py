# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long runs last, from those of a batch's status."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.durations import (
    Duration,
    duration_of,
)


def run(seconds, exit_code=0):
    return {"duration_seconds": seconds, "exit_code": exit_code}


@pytest.mark.parametrize(
    ("last_runs", "duration"),
    [
        ([], None),
        ([run(None), {}], None),
        ([run(True), run(-5), run("12")], None),
        ([run(12)], Duration(12, 12, 1)),
        ([run(10), run(100), run(20)], Duration(20, 100, 3)),
        ([run(10), run(21)], Duration(16, 21, 2)),
        # A run that fails says nothing while others succeed.
        ([run(600), run(2, exit_code=1), run(620)], Duration(610, 620, 2)),
        ([run(3, exit_code=1), run(None)], Duration(3, 3, 1)),
    ],
)
def test_it_is_the_median_of_the_runs_that_succeeded(last_runs, duration):
    assert duration_of(last_runs) == duration
