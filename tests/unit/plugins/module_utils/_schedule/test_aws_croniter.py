# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion: aws-croniter, which reads the same grammar with other code.

Where it is known to be wrong, a table says so, and those expressions are left out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import next_runs
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    DOCUMENTED,
    random_cron,
)
from aws_croniter import AwsCroniter

EXPRESSIONS = 1_000
COUNT = 3

DEFECTS = (
    # fields, the form that aws-croniter misreads, what it does
    ("year", r".*/.*", "its regular expression wants the step to be a year"),
    (
        "minutes hours day-of-month month day-of-week year",
        r"\*,.*|.*,\*(,.*)?",
        "rejects * in a list",
    ),
    ("day-of-week", r".*/.*", "rejects a step"),
    ("day-of-week", r"L", "never runs it"),
    ("day-of-week", r".*#6", "rejects a sixth weekday"),
    ("day-of-week", r".*[L#].*,.*", "rejects a list with L or #"),
    ("day-of-month", r"LW", "raises ValueError"),
    ("day-of-month", r".*[LW].*,.*", "rejects a list with L or W"),
    ("day-of-month", r"L-0", "rejects it"),
)
FIELDS = ("minutes", "hours", "day-of-month", "month", "day-of-week", "year")


def is_misread(text: str) -> bool:
    fields = dict(zip(FIELDS, text[5:-1].split(), strict=True))
    return any(
        re.fullmatch(form, fields[field])
        for names, form, _reason in DEFECTS
        for field in names.split()
    )


def second_opinion(text: str, after: datetime) -> list[datetime]:
    """Return what aws-croniter finds; it gives up after some ten steps of a month or a day."""
    cron, runs = AwsCroniter(text[5:-1]), [after]
    while len(runs) <= COUNT:
        run = cron.occurrence(runs[-1]).next()
        if run is None:
            break
        runs.append(run)
    return runs[1:]


def agreed_runs(text: str, after: datetime) -> int:
    """Assert that both find the same runs, as far as aws-croniter goes, and count them."""
    expected = second_opinion(text, after)
    found = next_runs(parse(text), after, count=COUNT).times
    assert [*found[: len(expected)]] == expected, (text, after)
    return len(expected)


def test_generated_expressions_run_when_aws_croniter_says():
    random = Random("aws-croniter")
    agreed: list[int] = []
    while len(agreed) < EXPRESSIONS:
        text = random_cron(random)
        minutes = random.randrange(5 * 366 * 1440)
        after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        if not is_misread(text):
            agreed.append(agreed_runs(text, after))
    assert agreed.count(COUNT) > 0.8 * EXPRESSIONS


@pytest.mark.parametrize("text", [text for text in DOCUMENTED if not is_misread(text)])
def test_the_documented_examples_run_when_aws_croniter_says(text):
    agreed_runs(text, datetime(2018, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(("names", "form", "reason"), DEFECTS)
def test_each_known_defect_concerns_a_generated_form(names, form, reason):
    random = Random("defects")
    positions = [FIELDS.index(name) for name in names.split()]
    fields = [random_cron(random)[5:-1].split() for _index in range(2_000)]

    assert any(re.fullmatch(form, values[at]) for values in fields for at in positions), reason
