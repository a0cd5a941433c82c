# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedule expressions AWS takes."""

from __future__ import annotations

import pytest

from emulator.schedule_grammar import rule_accepts, scheduler_accepts

# Known to be taken by PutRule or CreateSchedule.
CRON_ACCEPTED = """
0 10 * * ? *
15 12 * * ? *
0 18 ? * MON-FRI *
0 8 1 * ? *
0/15 * * * ? *
0/10 * ? * MON-FRI *
0/5 8-17 ? * MON-FRI *
0/30 20-2 ? * MON-FRI *
0 2 ? * SAT#3 *
* * ? * SAT#3 *
0/5 5 ? JAN 1-5 2022
15 10 ? * 6L 2002-2005
0/30 20-23 * * ? *
0-15/1 8-8 ? * 2,3,4,5,6,7 *
30-30 13-13 ? * 2,4,6 *
1-31/30 1-1 ? * 1,7 *
0 9 ? * MON-SUN *
00 04 * * ? *
0/5, 9-18, ?, *, MON-FRI, *
*/30 * * * ? *
0 0 L * ? *
0 0 3W * ? *
0 0 ? * L *
0 0 ? * 3#2 *
0 0 1 1 ? 1970
0 0 1 1 ? 2199
0 0 1 1 ? 2026/2
0 0 1 JAN,JUL ? *
0 0 29 2 ? *
""".strip().splitlines()

# Nobody knows whether AWS takes them.
CRON_UNKNOWN = """
0 0 LW * ? *
0 0 L-3 * ? *
0 0 ? * 2/2 *
0 0 ? * mon-fri *
0  0 * * ? *
0 0 ? * 2#6 *
50-10 0 * * ? *
0 0 ? NOV-FEB MON *
0 0 28-3 * ? *
0 0 ? * 6L,2 *
5/70 * * * ? *
""".strip().splitlines()

CRON_REJECTED = """
0 3 * * *
0 3 * * * *
0 1 * * * *
7 20 * * NOT *
0 dummy ? * MON-FRI *
71 8 1 * ? *
7 20 * * 1-7 *
15 12 ? * -1 *
99 3 * * ? *
60 3 * * ? *
0 24 * * ? *
0 3 32 * ? *
0 3 0 * ? *
0 3 1 13 ? *
0 3 1 0 ? *
0 3 ? * 8 *
0 3 ? * 0 *
0 3 ? * FOO *
0 3 ? * ? *
0 3 ? FOO MON *
0 3 ? * 3#1,6#3 *
0 3 1 * ? 1969
0 3 1 * ? 2200
? 3 1 * ? *
0 3 L-W * ? *
0 3 32W * ? *
0 3 ? * 8L *
0 3 ? * 2#0 *
*/0 * * * ? *
0/ * * * ? *
/5 * * * ? *
1- * * * ? *
1,,2 * * * ? *
0 0 3 * * ? *
""".strip().splitlines()

RATE_REJECTED_BY_RULES = """
rate(10 seconds)
rate(10 years)
rate(1 minutes)
rate(1 hours)
rate(1 days)
rate(10 minute)
rate(10 hour)
rate(10 day)
rate()
rate(10)
rate(10 minutess)
rate(foo minutes)
rate(0 minutes)
rate(-10 minutes)
rate(10 MINUTES)
rate( 10 minutes )
 rate(10 minutes)
rate(0 minute)
""".strip("\n").splitlines()

RATE_ACCEPTED = [
    *(f"rate(1 {unit})" for unit in ("minute", "hour", "day")),
    *(f"rate({count} {unit}s)" for count in (2, 5, 1440) for unit in ("minute", "hour", "day")),
]


@pytest.mark.parametrize("fields", [*CRON_ACCEPTED, *CRON_UNKNOWN])
def test_cron_taken_by_both(fields):
    assert rule_accepts(f"cron({fields})")
    assert scheduler_accepts(f"cron({fields})")


@pytest.mark.parametrize("fields", CRON_REJECTED)
def test_cron_taken_by_neither(fields):
    assert not rule_accepts(f"cron({fields})")
    assert not scheduler_accepts(f"cron({fields})")


@pytest.mark.parametrize("expression", RATE_ACCEPTED)
def test_rate_taken_by_both(expression):
    assert rule_accepts(expression)
    assert scheduler_accepts(expression)


@pytest.mark.parametrize("expression", RATE_REJECTED_BY_RULES)
def test_rate_rejected_by_rules(expression):
    assert not rule_accepts(expression)


def test_the_scheduler_takes_either_number_of_a_unit():
    assert scheduler_accepts("rate(1 days)")
    assert scheduler_accepts("rate(5 minute)")


@pytest.mark.parametrize(
    "expression", ["rate(0 minutes)", "rate(5 foo)", "rate(-1 hours)", "rate(5 Minutes)", "rate(5)"]
)
def test_rate_rejected_by_the_scheduler(expression):
    assert not scheduler_accepts(expression)


def test_at_is_the_schedulers_alone():
    assert scheduler_accepts("at(2026-11-22T03:00:00)")
    assert not rule_accepts("at(2026-11-22T03:00:00)")


@pytest.mark.parametrize(
    "expression",
    [
        "at(garbage)",
        "at(2026-02-30T03:00:00)",
        "at(2026-11-22 03:00:00)",
        "at(2026-11-22T03:00:00Z)",
        "at(2026-11-22T03:00)",
        "at(2026-11-22T24:00:00)",
    ],
)
def test_at_that_is_no_time(expression):
    assert not scheduler_accepts(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "foo",
        "INVALID",
        "CRON(0 3 * * ? *)",
        "Rate(5 minutes)",
        "cron(0 3 * * ? *",
        "0 3 * * ? *",
    ],
)
def test_what_is_no_expression_at_all(expression):
    assert not rule_accepts(expression)
    assert not scheduler_accepts(expression)
