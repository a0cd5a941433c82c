# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading batches: as they are declared, and as they are read back with status."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.batches import (
    ShownBatch,
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.durations import Duration
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.runs import Schedule
from ansible_collections.batchwork.aws.plugins.module_utils._timetable.timetable_error import (
    TimetableError,
)

NIGHTLY = {"name": "nightly", "schedule": "cron(0 3 * * ? *)"}


def read(**options) -> ShownBatch:
    (batch,) = read_batches([{**NIGHTLY, **options}])
    return batch


def test_a_declared_batch_needs_a_name_and_a_schedule():
    assert read() == ShownBatch(
        name="nightly",
        description="",
        cluster="",
        owner="",
        trigger="rule",
        enabled=True,
        tasks=1,
        window=0,
        schedule=Schedule("cron(0 3 * * ? *)", "UTC"),
        duration=None,
    )


def test_a_deployed_batch_brings_its_status():
    batch = read(
        trigger="scheduler",
        timezone="Asia/Tokyo",
        cluster="arn:aws:ecs:eu-central-1:123456789012:cluster/batch",
        task_count=3,
        start_date="2026-11-01T00:00:00+09:00",
        end_date="2026-12-01",
        flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
        status={
            "enabled": False,
            "owner": "reports",
            "last_runs": [{"duration_seconds": 90, "exit_code": 0}],
        },
    )

    assert (batch.cluster, batch.owner, batch.enabled, batch.tasks) == (
        "batch",
        "reports",
        False,
        3,
    )
    assert (batch.window, batch.duration) == (15, Duration(90, 90, 1))
    assert batch.schedule == Schedule(
        "cron(0 3 * * ? *)",
        "Asia/Tokyo",
        datetime(2026, 10, 31, 15, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    )


def test_a_rule_knows_neither_zones_nor_dates_nor_windows():
    batch = read(
        timezone="Asia/Tokyo",
        start_date="2026-11-01T00:00:00Z",
        flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
    )

    assert batch.schedule == Schedule("cron(0 3 * * ? *)", "UTC")
    assert batch.window == 0


@pytest.mark.parametrize(
    ("options", "enabled"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"enabled": "no"}, False),
        ({"enabled": True, "status": {"enabled": False}}, False),
        ({"enabled": False, "status": {"enabled": None}}, False),
        ({"status": None}, True),
    ],
)
def test_what_aws_has_says_whether_it_is_enabled(options, enabled):
    assert read(**options).enabled is enabled


@pytest.mark.parametrize(
    ("window", "minutes"),
    [
        ({"mode": "OFF"}, 0),
        ({"mode": False}, 0),
        ({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": "30"}, 30),
        ({"mode": "FLEXIBLE"}, 0),
        ({}, 0),
    ],
)
def test_a_window_is_read_in_both_spellings(window, minutes):
    assert read(trigger="scheduler", flexible_time_window=window).window == minutes


@pytest.mark.parametrize(
    ("options", "owner"),
    [
        ({"status": {"owner": "a"}, "tags": {"batchwork:owner": "b"}}, "a"),
        ({"tags": {"batchwork:owner": "b"}}, "b"),
        ({}, "fleet"),
    ],
)
def test_the_owner_is_the_batchs_own_before_the_fleets(options, owner):
    (batch,) = read_batches([{**NIGHTLY, **options}], owner="fleet")

    assert batch.owner == owner


def test_defaults_are_under_each_batch():
    (batch,) = read_batches([NIGHTLY], {"cluster": "batch", "schedule": "rate(1 day)"})

    assert (batch.cluster, batch.schedule.expression) == ("batch", "cron(0 3 * * ? *)")


def test_absent_batches_are_left_out():
    assert read_batches([{**NIGHTLY, "state": "absent"}]) == ()


def test_a_date_that_yaml_has_read_is_a_date():
    batch = read(trigger="scheduler", start_date=date(2026, 12, 1))

    assert batch.schedule.start == datetime(2026, 12, 1, tzinfo=UTC)


def test_all_mistakes_are_told_together():
    with pytest.raises(TimetableError) as raised:
        read_batches(
            [
                "nightly",
                {"schedule": "rate(1 day)"},
                {**NIGHTLY, "task_count": "many"},
                {**NIGHTLY, "trigger": "scheduler", "end_date": "soon"},
            ]
        )

    assert raised.value.mistakes == (
        "batches[0]: a batch is a mapping, not 'nightly'.",
        "batches[1]: a batch needs a name.",
        "batches[2] (nightly).task_count: must be a whole number, not 'many'.",
        "batches[3] (nightly).end_date: must be a time such as 2026-12-01T00:00:00Z, not 'soon'.",
    )
