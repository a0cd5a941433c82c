# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Crontab lines as AWS expressions: the same minutes, or an error that says what would do."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.crontab import (
    crontab_to_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule import (
    crontab_judge,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.judge import Judge

DAYS = [date(2027, 6, 1) + timedelta(days=number) for number in range(500)]
"""More than a year and a leap day: each month begins on several weekdays."""

CLOCK = [(hour, minute) for hour in range(24) for minute in range(60)]

SINGLE = (
    ("0 3 * * *", "cron(0 3 * * ? *)"),
    ("30 2 1 1 *", "cron(30 2 1 1 ? *)"),
    ("*/15 * * * *", "cron(0/15 * * * ? *)"),
    ("0-59/15 9-17/2 */10 * *", "cron(0/15 9-17/2 1/10 * ? *)"),
    ("5/20 3 * * *", "cron(5/20 3 * * ? *)"),
    ("*/90 3 * * *", "cron(0 3 * * ? *)"),
    ("0-10 1,2,2 * JAN-MAR,dec *", "cron(0-10 1,2 * 1-3,12 ? *)"),
    ("07 03 * * *", "cron(7 3 * * ? *)"),
    (" 0\t3  * * * ", "cron(0 3 * * ? *)"),
    # Weekdays: AWS counts from 1, names say the same in both.
    ("0 3 * * 0", "cron(0 3 ? * SUN *)"),
    ("0 3 * * 7", "cron(0 3 ? * SUN *)"),
    ("0 3 * * sun,SAT", "cron(0 3 ? * SUN,SAT *)"),
    ("0 3 * * 1-5", "cron(0 3 ? * MON-FRI *)"),
    ("0 3 * * mon-fri", "cron(0 3 ? * MON-FRI *)"),
    ("0 3 * * 1-5/2", "cron(0 3 ? * MON,WED,FRI *)"),
    ("0 3 * * */2", "cron(0 3 ? * SUN,TUE,THU,SAT *)"),
    ("0 3 * * 1/2", "cron(0 3 ? * MON,WED,FRI *)"),
    ("0 3 * * 1-7/2", "cron(0 3 ? * SUN,MON,WED,FRI *)"),
    ("0 3 * * 3/1", "cron(0 3 ? * WED-SAT *)"),
    ("0 3 * * 7/2", "cron(0 3 ? * SUN *)"),
    ("0 3 * * 5-7", "cron(0 3 ? * SUN,FRI,SAT *)"),
    ("0 3 * * 0-3,6", "cron(0 3 ? * SUN-WED,SAT *)"),
    ("0 3 * * 0-6", "cron(0 3 * * ? *)"),
    ("0 3 * * 1-7", "cron(0 3 * * ? *)"),
    # A day field that leaves nothing out
    ("0 3 */1 * 1", "cron(0 3 ? * MON *)"),
    ("0 3 13 * */1", "cron(0 3 13 * ? *)"),
    ("0 3 */2 * 0-6", "cron(0 3 1/2 * ? *)"),
    ("0 3 1-31 * 1", "cron(0 3 * * ? *)"),
    ("0 3 13 * 0-6", "cron(0 3 * * ? *)"),
    # Nicknames
    ("@hourly", "cron(0 * * * ? *)"),
    ("@daily", "cron(0 0 * * ? *)"),
    ("@midnight", "cron(0 0 * * ? *)"),
    ("@weekly", "cron(0 0 ? * SUN *)"),
    ("@monthly", "cron(0 0 1 * ? *)"),
    ("@yearly", "cron(0 0 1 1 ? *)"),
    ("@annually", "cron(0 0 1 1 ? *)"),
)
REJECTED = (
    ("", None, "has 0 field(s)"),
    ("0 3 * *", None, "has 4 field(s)"),
    ("0 3 * * * /usr/bin/backup", None, "without a user or a command"),
    ("cron(0 3 * * ? *)", None, "has 6 field(s)"),
    ("@reboot", None, "'@reboot' has no AWS expression"),
    ("@every 10m", None, "'@every 10m' has no AWS expression"),
    ("60 3 * * *", "minute", "'60': 60 is out of range; allowed are 0-59"),
    ("0 24 * * *", "hour", "'24': 24 is out of range; allowed are 0-23"),
    ("0 3 0 * *", "day-of-month", "allowed are 1-31"),
    ("0 3 * 13 *", "month", "allowed are 1-12 or JAN-DEC"),
    ("0 3 * * 8", "day-of-week", "allowed are 0-7 or SUN-SAT (0 and 7 are Sunday)"),
    ("0 22-2 * * *", "hour", "'22-2': a crontab range cannot run backwards"),
    ("0 3 * * fri-sun", "day-of-week", "'fri-sun': a crontab range cannot run backwards"),
    ("1, 3 * * *", "minute", "'1,': a comma that joins nothing"),
    ("/5 3 * * *", "minute", "'/5': a step needs a start"),
    ("*/0 3 * * *", "minute", "'*/0': a step must be 1 or more"),
    ("0 3 L * *", "day-of-month", "'L' is not a known name or form"),
    ("0 3 * * 1#2", "day-of-week", "'1#2': this is not a known form"),
    ("0 3 ? * 1", "day-of-month", "'?': this is not a known form"),
    ("H 3 * * *", "minute", "'H' is not a known name or form"),
    ("0~9 3 * * *", "minute", "'0~9': this is not a known form"),
    ("0 3 * * ſun", "day-of-week", "'ſun': this is not a known form"),
)


@pytest.mark.parametrize(("line", "schedule"), SINGLE)
def test_a_line_becomes_an_expression_that_aws_documents(line, schedule):
    assert crontab_to_schedule(line) == schedule
    assert parse(schedule).warnings == ()


@pytest.mark.parametrize(("line", "field", "named"), REJECTED)
def test_what_is_no_crontab_line_is_rejected(line, field, named):
    with pytest.raises(ScheduleError) as raised:
        crontab_to_schedule(line)

    assert raised.value.field == field
    assert named in str(raised.value)


def test_what_is_no_string_is_rejected():
    with pytest.raises(ScheduleError, match="must be a string, not 5"):
        crontab_to_schedule(5)


def test_two_day_fields_are_an_error_with_the_two_expressions_that_do():
    with pytest.raises(ScheduleError) as raised:
        crontab_to_schedule("0 3 13,14 jan 5")

    assert raised.value.field == "day-of-week"
    assert str(raised.value) == (
        "day-of-month '13,14' and day-of-week '5': cron runs this when either of them matches,"
        " which no single AWS expression can say; two schedules together do:"
        " cron(0 3 13,14 1 ? *) and cron(0 3 ? 1 FRI *) (on a day that matches both, both run)"
    )


@pytest.mark.parametrize("line", ["0 3 */2 * 1", "0 3 1 * */2", "0 3 */2 * */2"])
def test_two_day_fields_that_must_both_match_cannot_be_said_at_all(line):
    with pytest.raises(ScheduleError) as raised:
        crontab_to_schedule(line)

    assert raised.value.field == "day-of-week"
    assert "only when both match" in str(raised.value)


def random_crontab(random: Random) -> str:
    def entry(low: int, high: int) -> str:
        first, last = sorted((random.randint(low, high), random.randint(low, high)))
        step = random.randint(1, high)
        forms = (
            str(first),
            f"{first}-{last}",
            f"{first}-{last}/{step}",
            f"*/{step}",
            "*",
            "*",
            f"{first}/{step}",
        )
        return random.choice(forms)

    def field(low: int, high: int) -> str:
        return ",".join(entry(low, high) for _index in range(random.choice((1, 1, 1, 2, 3))))

    month = random.choice((field(1, 12), "*", "*", "feb", "jun-aug", "Jan,Dec"))
    weekday = random.choice((field(0, 7), "*", "*", "sun", "Mon-Fri", "tue,SAT"))
    return f"{field(0, 59)} {field(0, 23)} {field(1, 31)} {month} {weekday}"


def alternatives(error: ScheduleError) -> list[str]:
    """Return the expressions that an error shows."""
    return re.findall(r"cron\([^)]*\)", str(error))


def times_of_day(judge) -> set[tuple[int, int]]:
    return {
        (hour, minute) for hour in range(24) for minute in range(60) if judge.has_time(hour, minute)
    }


def dates(judge) -> set[date]:
    return {day for day in DAYS if judge.has_date(day)}


def test_generated_lines_run_at_the_same_minutes():
    random = Random("crontab")
    outcomes = {"single": 0, "either": 0, "both": 0}
    for _index in range(400):
        line = random_crontab(random)
        crontab = crontab_judge.Crontab(line)
        try:
            judges = [Judge(crontab_to_schedule(line))]
            outcome = "single"
        except ScheduleError as error:
            judges = [Judge(schedule) for schedule in alternatives(error)]
            assert len(judges) == 2
            outcome = "either" if "when either of them matches" in str(error) else "both"
        outcomes[outcome] += 1
        assert [times_of_day(judge) for judge in judges] == [times_of_day(crontab)] * len(judges)
        together = dates(judges[0]) | dates(judges[-1])
        if outcome == "both":
            assert dates(crontab) == dates(judges[0]) & dates(judges[1]), line
        else:
            assert dates(crontab) == together, line
    assert min(outcomes.values()) > 20


@pytest.mark.parametrize("line", [line for line, _schedule in SINGLE if not line.startswith("@")])
def test_the_examples_run_at_the_same_minutes(line):
    crontab, judge = crontab_judge.Crontab(line), Judge(crontab_to_schedule(line))

    assert times_of_day(judge) == times_of_day(crontab)
    assert dates(judge) == dates(crontab)
