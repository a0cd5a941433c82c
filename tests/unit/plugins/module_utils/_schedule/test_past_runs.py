# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are over: the last one, the one that a time means, and those that the clocks skip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.past_runs import (
    Timing,
    last_run,
    meant_in_other_zone,
    run_at,
    skipped_reading,
)

MINUTE = timedelta(minutes=1)


def timing(text: str, zone: str = "UTC", start: str | None = None) -> Timing:
    return Timing(parse(text), zone, datetime.fromisoformat(start) if start else None)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("cron(* * * * ? *)", "2026-11-22T12:00:30+00:00", "2026-11-22T12:00:00+00:00"),
        ("cron(0 3 * * ? *)", "2026-11-22T12:00:00+00:00", "2026-11-22T03:00:00+00:00"),
        ("cron(0 3 * * ? *)", "2026-11-22T03:00:00+00:00", "2026-11-22T03:00:00+00:00"),
        ("cron(* 0-22 * * ? *)", "2026-11-22T23:59:59+00:00", "2026-11-22T22:59:00+00:00"),
        # More runs than are asked for at once lie before the last one.
        ("cron(* 0-20 1-20 * ? *)", "2026-11-30T00:00:00+00:00", "2026-11-20T20:59:00+00:00"),
        ("cron(0 0 29 2 ? *)", "2025-06-01T00:00:00+00:00", "2024-02-29T00:00:00+00:00"),
        ("at(2026-11-22T03:00:00)", "2026-11-23T00:00:00+00:00", "2026-11-22T03:00:00+00:00"),
        ("at(2026-11-22T03:00:00)", "2026-11-21T00:00:00+00:00", None),
        ("rate(1 day)", "2026-11-22T12:00:00+00:00", None),
    ],
)
def test_the_last_run(text: str, now: str, expected: str | None) -> None:
    found = last_run(timing(text), moment(now))
    assert (found.isoformat() if found else None) == expected


def test_the_last_run_of_a_rate_with_a_start() -> None:
    every = timing("rate(2 hours)", start="2026-11-22T01:00:00+00:00")
    found = last_run(every, moment("2026-11-22T12:00:00+00:00"))
    assert found == moment("2026-11-22T11:00:00+00:00")


def test_the_next_runs() -> None:
    runs = timing("cron(0 3 * * ? *)").after(moment("2026-11-22T03:00:00+00:00"), 2)
    assert [run.day for run in runs] == [23, 24]


@pytest.mark.parametrize(
    ("text", "tolerance", "expected"),
    [
        ("2026-11-22T03:00:00+00:00", MINUTE, True),
        ("2026-11-22T03:00:59+00:00", MINUTE, True),
        ("2026-11-22T12:00:00+09:00", MINUTE, True),
        ("2026-11-22T03:01:00+00:00", MINUTE, False),
        ("2026-11-22T02:59:59+00:00", MINUTE, False),
        ("2026-11-22T03:15:00+00:00", 16 * MINUTE, True),
    ],
)
def test_the_run_that_a_time_means(text: str, tolerance: timedelta, expected: bool) -> None:
    found = run_at(timing("cron(0 3 * * ? *)"), moment(text), tolerance)
    assert found == (datetime(2026, 11, 22, 3, tzinfo=UTC) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T03:00:00+09:00", "2026-11-22T03:00:00+00:00"),
        ("2026-11-22T03:00:00+00:00", None),
        ("2026-11-22T04:00:00+09:00", None),
    ],
)
def test_a_time_in_another_zone(text: str, expected: str | None) -> None:
    found = meant_in_other_zone(timing("cron(0 3 * * ? *)"), moment(text), MINUTE)
    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("schedule", "text", "skipped"),
    [
        ("cron(30 2 * * ? *)", "2026-03-29T02:30:00+01:00", True),
        ("cron(30 2 * * ? *)", "2026-03-29T02:30:00+02:00", True),
        ("cron(30 2 * * ? *)", "2026-03-30T02:30:00+02:00", False),
        ("cron(30 2 * * ? *)", "2026-03-29T04:00:00+02:00", False),
        ("cron(30 * * * ? *)", "2026-03-29T03:45:00+02:00", False),
        ("rate(1 hour)", "2026-03-29T02:30:00+01:00", False),
    ],
)
def test_a_time_that_the_clocks_skip(schedule: str, text: str, skipped: bool) -> None:
    found = skipped_reading(timing(schedule, "Europe/Berlin"), moment(text), MINUTE)
    assert found == (datetime(2026, 3, 29, 2, 30) if skipped else None)


def test_without_data_for_a_zone_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "ansible_collections.batchwork.aws.plugins.module_utils._schedule.past_runs"
    monkeypatch.setattr(f"{name}.load_time_zone", lambda _name: None)
    daily = timing("cron(0 3 * * ? *)")
    assert skipped_reading(daily, moment("2026-03-29T02:30:00+01:00"), MINUTE) is None
    assert meant_in_other_zone(daily, moment("2026-03-29T02:30:00+01:00"), MINUTE) is None
