# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedule expressions are accepted, which are warned of, which are rejected."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import AtExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import CronExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron_days import (
    DaysOfMonth,
    DaysOfWeek,
    LastDay,
    LastWeekday,
    LastWorkingDay,
    NearestWorkingDay,
    NthWeekday,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import RateExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    ACCEPTED,
    DOCUMENTED,
    REJECTED,
    STRAY_COMMAS,
    UNDOCUMENTED,
)

RATES_REJECTED_BY_PUT_RULE = (
    ("rate(10 seconds)", "unit"),
    ("rate(10 years)", "unit"),
    ("rate(1 minutes)", "unit"),
    ("rate(1 hours)", "unit"),
    ("rate(1 days)", "unit"),
    ("rate(10 minute)", "unit"),
    ("rate(10 hour)", "unit"),
    ("rate(10 day)", "unit"),
    ("rate()", None),
    ("rate(10)", None),
    ("rate(10 minutess)", "unit"),
    ("rate(foo minutes)", "value"),
    ("rate(0 minutes)", "value"),
    ("rate(-10 minutes)", "value"),
    ("rate(10 MINUTES)", "unit"),
    ("rate( 10 minutes )", None),
    (" rate(10 minutes)", None),
)
OTHER_RATES_REJECTED = (
    ("rate(01 minute)", "unit"),
    ("rate(00 minutes)", "value"),
    ("rate(1.5 hours)", "value"),
    ("rate(5  minutes)", None),
    ("rate(٣ minutes)", "value"),
)


def parse_cron(text: str) -> CronExpression:
    expression = parse(text)
    assert isinstance(expression, CronExpression)
    return expression


@pytest.mark.parametrize("text", DOCUMENTED + ACCEPTED)
def test_what_aws_accepts_is_accepted_without_a_warning(text):
    expression = parse(text)

    assert expression.text == text
    assert expression.warnings == ()


@pytest.mark.parametrize(("text", "named"), UNDOCUMENTED)
def test_what_aws_does_not_document_is_warned_of(text, named):
    (warning,) = parse(text).warnings

    assert named in warning
    assert "not documented by AWS" in warning


def test_a_nearest_weekday_that_some_months_lack_is_warned_of():
    assert parse("cron(0 3 28W * ? *)").warnings == ()
    assert parse("cron(0 3 31W * ? *)").warnings == (
        "day-of-month '31W': AWS does not document what happens in months without that day; here"
        " they are taken to be skipped",
    )


@pytest.mark.parametrize("text", STRAY_COMMAS)
def test_a_comma_that_joins_nothing_is_warned_of(text):
    expression = parse_cron(text)

    assert expression.stray_comma
    assert all("never ran; remove the comma" in warning for warning in expression.warnings)
    assert expression.warnings


@pytest.mark.parametrize(("text", "field", "named"), REJECTED)
def test_what_has_no_meaning_is_rejected_at_its_field(text, field, named):
    with pytest.raises(ScheduleError) as raised:
        parse(text)

    assert raised.value.field == field
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("cron(60 3 * * ? *)", "0-59"),
        ("cron(0 24 * * ? *)", "0-23"),
        ("cron(0 3 32 * ? *)", "1-31"),
        ("cron(0 3 * 13 ? *)", "1-12 or JAN-DEC"),
        ("cron(0 3 ? * 0 *)", "1-7 or SUN-SAT (1 is Sunday)"),
        ("cron(0 3 * * ? 2200)", "1970-2199"),
        ("cron(0 3 * * *)", "exactly six"),
        ("cron(0 3 * * * *)", "exactly one of the two must be '?'"),
        ("rate(1 minutes)", "rate(1 minute)"),
        ("rate(10 hour)", "rate(10 hours)"),
        ("at(2026-12-24)", "at(2026-12-24T18:00:00)"),
    ],
)
def test_an_error_says_what_is_allowed(text, allowed):
    with pytest.raises(ScheduleError) as raised:
        parse(text)

    assert allowed in str(raised.value)


def test_what_is_no_string_is_rejected():
    with pytest.raises(ScheduleError, match="must be a string, not 5"):
        parse(5)


@pytest.mark.parametrize(("text", "field"), RATES_REJECTED_BY_PUT_RULE + OTHER_RATES_REJECTED)
def test_a_rate_that_put_rule_rejects_is_rejected(text, field):
    with pytest.raises(ScheduleError) as raised:
        parse(text)

    assert raised.value.field == field
    assert text.strip() in str(raised.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(05 minutes)", 300),
        ("rate(90 minutes)", 5400),
        ("rate(1 hour)", 3600),
        ("rate(12 hours)", 43200),
        ("rate(1 day)", 86400),
        ("rate(7 days)", 604800),
    ],
)
def test_a_rate_has_a_period_in_seconds(text, seconds):
    expression = parse(text)

    assert isinstance(expression, RateExpression)
    assert expression.seconds == seconds


def test_at_names_one_local_time():
    expression = parse("at(2026-12-24T18:00:30)")

    assert isinstance(expression, AtExpression)
    assert expression.local_time.isoformat() == "2026-12-24T18:00:30"
    assert expression.local_time.tzinfo is None


@pytest.mark.parametrize(
    "text",
    [
        "at(2026-02-29T00:00:00)",
        "at(2026-01-01T24:00:00)",
        "at(2026-01-01T00:60:00)",
        "at(0000-01-01T00:00:00)",
        "at(2026-01-01 00:00:00)",
        "at(2026-01-01T00:00)",
        "at(2026-01-01T00:00:00Z)",
        "at(2026-01-01t00:00:00)",
        "at()",
    ],
)
def test_at_without_such_a_time_is_rejected(text):
    with pytest.raises(ScheduleError) as raised:
        parse(text)

    assert raised.value.field == "time"
    assert text in str(raised.value)


@pytest.mark.parametrize(
    ("field", "minutes"),
    [
        ("5", (5,)),
        ("1,3,2,3", (1, 2, 3)),
        ("1-4", (1, 2, 3, 4)),
        ("0/20", (0, 20, 40)),
        ("*/20", (0, 20, 40)),
        ("/20", (0, 20, 40)),
        ("5/20", (5, 25, 45)),
        ("10-30/10", (10, 20, 30)),
        ("58-2", (0, 1, 2, 58, 59)),
        ("50-10/5", (0, 5, 10, 50, 55)),
        ("5/70", (5,)),
        ("007", (7,)),
    ],
)
def test_a_field_names_its_numbers(field, minutes):
    assert parse_cron(f"cron({field} 3 * * ? *)").minutes == minutes


def test_names_stand_for_numbers():
    expression = parse_cron("cron(0 3 ? NOV-FEB FRI-MON 2198-1971)")

    assert expression.months == (1, 2, 11, 12)
    assert expression.years == (1970, 1971, 2198, 2199)
    assert expression.days == DaysOfWeek("FRI-MON", (1, 2, 6, 7))


@pytest.mark.parametrize(
    ("day_of_month", "day_of_week", "rule"),
    [
        ("1,15", "?", DaysOfMonth("1,15", (1, 15))),
        ("L", "?", DaysOfMonth("L", (), (LastDay(),))),
        ("L-3", "?", DaysOfMonth("L-3", (), (LastDay(3),))),
        ("LW", "?", DaysOfMonth("LW", (), (LastWorkingDay(),))),
        ("3W", "?", DaysOfMonth("3W", (), (NearestWorkingDay(3),))),
        ("lw,3", "?", DaysOfMonth("lw,3", (3,), (LastWorkingDay(),))),
        ("?", "L", DaysOfWeek("L", (7,))),
        ("?", "6L", DaysOfWeek("6L", (), (LastWeekday(6),))),
        ("?", "FRIL", DaysOfWeek("FRIL", (), (LastWeekday(6),))),
        ("?", "SAT#3", DaysOfWeek("SAT#3", (), (NthWeekday(7, 3),))),
        ("?", "2,3#2", DaysOfWeek("2,3#2", (2,), (NthWeekday(3, 2),))),
    ],
)
def test_the_day_field_that_counts_makes_the_rule(day_of_month, day_of_week, rule):
    assert parse_cron(f"cron(0 3 {day_of_month} * {day_of_week} *)").days == rule


def test_an_expression_can_have_256_characters():
    text = f"cron({'7,' * 119}07 3 * * ? *)"
    assert len(text) == 256

    assert parse_cron(text).minutes == (7,)
