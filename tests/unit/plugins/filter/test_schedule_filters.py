# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters: what they return, and errors that say what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.filter import (
    crontab_to_schedule,
    schedule_explain,
    schedule_next_runs,
)

crontab = crontab_to_schedule.FilterModule().filters()["crontab_to_schedule"]
explain = schedule_explain.FilterModule().filters()["schedule_explain"]
next_runs = schedule_next_runs.FilterModule().filters()["schedule_next_runs"]

EVERY_NIGHT = "cron(0 3 * * ? *)"
AFTER = "2026-11-22T00:00:00+00:00"


class TestScheduleNextRuns:
    def test_it_returns_local_times_with_their_offset(self):
        assert next_runs(EVERY_NIGHT, count=2, timezone="Asia/Tokyo", after=AFTER) == [
            "2026-11-23T03:00:00+09:00",
            "2026-11-24T03:00:00+09:00",
        ]

    def test_it_has_five_runs_in_utc_by_default(self):
        assert next_runs(EVERY_NIGHT, after=AFTER)[-1] == "2026-11-26T03:00:00+00:00"

    def test_it_begins_now_by_default(self):
        before = datetime.now(UTC)

        (run,) = next_runs("cron(* * * * ? *)", count=1)

        after = datetime.now(UTC)
        assert before < datetime.fromisoformat(run) <= after + timedelta(minutes=1)

    @pytest.mark.parametrize(
        "after",
        ["2026-11-22T00:00:00Z", "2026-11-22T09:00+09:00", datetime(2026, 11, 22, tzinfo=UTC)],
    )
    def test_it_takes_any_time_with_an_offset(self, after):
        assert next_runs(EVERY_NIGHT, count=1, after=after) == ["2026-11-22T03:00:00+00:00"]

    def test_a_rate_counts_from_its_start(self):
        assert next_runs("rate(5 minutes)", after=AFTER) == []
        assert next_runs("rate(5 minutes)", 1, after=AFTER, start="2026-11-21T23:58:00Z") == [
            "2026-11-22T00:03:00+00:00"
        ]

    def test_it_ends(self):
        assert len(next_runs(EVERY_NIGHT, after=AFTER, end="2026-11-24T12:00:00+00:00")) == 3

    def test_a_schedule_that_is_over_has_no_runs(self):
        assert next_runs("cron(0 3 * * ? 2005)") == []

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"after": "2026-11-22T00:00:00"}, "after '2026-11-22T00:00:00' has no offset"),
            ({"after": "2026-11-22"}, "give one, such as 2026-11-22T00:00:00+00:00"),
            ({"after": datetime(2026, 11, 22)}, "after '2026-11-22T00:00:00' has no offset"),
            ({"start": "2026-11-22T00:00:00"}, "start '2026-11-22T00:00:00' has no offset"),
            ({"after": "tomorrow"}, "after must be an ISO 8601 time with an offset"),
            ({"end": 5}, "end must be an ISO 8601 time with an offset"),
            ({"count": "5"}, "count must be a whole number, not '5'; use '| int'"),
            ({"count": True}, "count must be a whole number, not True"),
            ({"count": 0}, "count '0': allowed are 1 to 1000"),
            ({"timezone": "Asia/Tokio"}, "did you mean Asia/Tokyo"),
            ({"timezone": 9}, "timezone must be a string, not 9"),
        ],
    )
    def test_a_wrong_option_is_an_error(self, options, message):
        with pytest.raises(AnsibleFilterError) as raised:
            next_runs(EVERY_NIGHT, **options)

        assert message in str(raised.value)

    @pytest.mark.parametrize(
        ("expression", "message"),
        [
            ("cron(60 3 * * ? *)", "minutes '60': 60 is out of range; allowed are 0-59"),
            ("0 3 * * *", "crontab_to_schedule"),
            (5, "must be a string, not 5"),
        ],
    )
    def test_a_wrong_expression_is_an_error(self, expression, message):
        with pytest.raises(AnsibleFilterError) as raised:
            next_runs(expression)

        assert message in str(raised.value)


class TestScheduleExplain:
    def test_it_says_when_a_schedule_runs(self):
        assert explain("cron(0/30 * * * ? *)") == "every 30 minutes"
        assert explain(EVERY_NIGHT, "Asia/Tokyo") == "at 03:00 every day, Asia/Tokyo"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("rate(1 days)",), "write it as rate(1 day)"),
            ((EVERY_NIGHT, "Tokyo"), "did you mean Asia/Tokyo"),
            ((EVERY_NIGHT, 9), "timezone must be a string, not 9"),
        ],
    )
    def test_what_is_wrong_is_an_error(self, arguments, message):
        with pytest.raises(AnsibleFilterError) as raised:
            explain(*arguments)

        assert message in str(raised.value)


class TestCrontabToSchedule:
    def test_it_returns_an_aws_expression(self):
        assert crontab("0 3 * * 1-5") == "cron(0 3 ? * MON-FRI *)"

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("0 3 13 * 5", "cron(0 3 13 * ? *) and cron(0 3 ? * FRI *)"),
            ("@reboot", "has no AWS expression"),
            (None, "must be a string, not None"),
        ],
    )
    def test_what_cannot_be_said_is_an_error(self, line, message):
        with pytest.raises(AnsibleFilterError) as raised:
            crontab(line)

        assert message in str(raised.value)
