# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minutes that an AWS cron expression matches, and minutes that it does not."""

from __future__ import annotations

from datetime import datetime

import pytest

from emulator.cron_minutes import cron_matches

# Reference points: 2026-11-22 is a Sunday, 2026-11-01 a Sunday, 2026-08-01 a Saturday.
MATCHES = [
    # every part of the day
    ("cron(* * * * ? *)", "2026-11-22T03:04"),
    ("cron(*/30 * * * ? *)", "2026-11-22T03:30"),
    ("cron(1/10 * * * ? *)", "2026-11-22T03:51"),
    ("cron(0-15/5 8-8 ? * 2,3,4,5,6,7 *)", "2026-11-23T08:15"),
    ("cron(0,20/7 * * * ? *)", "2026-11-22T03:27"),
    ("cron(0/30 20-2 ? * MON-FRI *)", "2026-11-23T01:30"),
    ("cron(0/30 20-2 ? * MON-FRI *)", "2026-11-23T22:00"),
    ("cron(00 04 * * ? *)", "2026-11-22T04:00"),
    # days of the month
    ("cron(0 3 L * ? *)", "2026-02-28T03:00"),
    ("cron(0 3 L 2 ? *)", "2028-02-29T03:00"),
    ("cron(0 3 3W * ? *)", "2026-10-02T03:00"),  # the 3rd is a Saturday
    ("cron(0 3 1W * ? *)", "2026-08-03T03:00"),  # Saturday the 1st: not back into July
    ("cron(0 3 1W * ? *)", "2026-11-02T03:00"),  # Sunday the 1st
    ("cron(0 3 31W * ? *)", "2027-01-29T03:00"),  # Sunday the 31st: not on into February
    ("cron(0 3 1/10 * ? *)", "2026-11-21T03:00"),
    ("cron(0 3 LW * ? *)", "2026-10-30T03:00"),  # the 31st is a Saturday
    ("cron(0 3 L-3 * ? *)", "2026-11-27T03:00"),
    # days of the week, from Sunday as 1
    ("cron(0 3 ? * 1 *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * SUN *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * SAT-MON *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * MON-SUN *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * L *)", "2026-11-21T03:00"),
    ("cron(0 3 ? * 6L *)", "2026-11-27T03:00"),
    ("cron(0 3 ? * FRIL *)", "2026-11-27T03:00"),
    ("cron(0 3 ? * 3#2 *)", "2026-11-10T03:00"),
    ("cron(0 3 ? * SAT#3 *)", "2026-11-21T03:00"),
    ("cron(0 3 ? nov sat#3 *)", "2026-11-21T03:00"),
    ("cron(0 3 ? * 2#5 *)", "2026-11-30T03:00"),
    # months and years
    ("cron(0 3 1 JAN-MAR ? *)", "2026-02-01T03:00"),
    ("cron(0 3 1 */4 ? *)", "2026-09-01T03:00"),
    ("cron(0 3 22 NOV,DEC ? 2026/2)", "2026-11-22T03:00"),
    ("cron(0 3 22 11 ? 2025-2027)", "2026-11-22T03:00"),
]

MISSES = [
    ("cron(*/30 * * * ? *)", "2026-11-22T03:31"),
    ("cron(1/10 * * * ? *)", "2026-11-22T03:00"),
    ("cron(0/30 20-2 ? * MON-FRI *)", "2026-11-23T03:00"),
    ("cron(0 3 L * ? *)", "2028-02-28T03:00"),
    ("cron(0 3 3W * ? *)", "2026-10-03T03:00"),
    ("cron(0 3 1W * ? *)", "2026-07-31T03:00"),
    ("cron(0 3 31W * ? *)", "2026-11-30T03:00"),  # no 31st in this month
    ("cron(0 3 LW * ? *)", "2026-10-31T03:00"),
    ("cron(0 3 L-3 * ? *)", "2026-11-30T03:00"),
    ("cron(0 3 ? * 7 *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * L *)", "2026-11-22T03:00"),
    ("cron(0 3 ? * 6L *)", "2026-11-20T03:00"),
    ("cron(0 3 ? * 3#2 *)", "2026-11-17T03:00"),
    ("cron(0 3 ? * SAT#3 *)", "2026-11-14T03:00"),
    ("cron(0 3 22 11 ? 2027/2)", "2026-11-22T03:00"),
    ("cron(0 3 22 11 ? 2002-2005)", "2026-11-22T03:00"),
]

BROKEN = [
    "rate(5 minutes)",
    "cron(0 3 * * ?)",
    "cron(99 3 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 3 32 * ? *)",
    "cron(0 3 ? * 8 *)",
    "cron(0 3 ? * NOT *)",
    "cron(0 3 1 FOO ? *)",
    "cron(*/0 * * * ? *)",
    "cron(0, 3, *, *, ?, *)",
    "cron(MON 3 * * ? *)",
]


@pytest.mark.parametrize(("expression", "minute"), MATCHES)
def test_fires(expression: str, minute: str) -> None:
    assert cron_matches(expression, datetime.fromisoformat(minute))


@pytest.mark.parametrize(("expression", "minute"), MISSES)
def test_does_not_fire(expression: str, minute: str) -> None:
    assert not cron_matches(expression, datetime.fromisoformat(minute))


@pytest.mark.parametrize("expression", BROKEN)
def test_no_cron_expression(expression: str) -> None:
    # A minute that no field of these matches: the mistake is found all the same.
    with pytest.raises(ValueError):
        cron_matches(expression, datetime(2026, 11, 22, 13, 37))
