# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A move waits for a moment in which neither trigger is about to fire, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet import batches
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import Clock
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    batch,
)

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


class MadeUpTime:
    """A clock that only sleeping moves. It remembers what was written when."""

    def __init__(self, emulator: Any) -> None:
        self.moment = START
        self.slept: list[float] = []
        self.emulator = emulator

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    @property
    def waited(self) -> timedelta:
        return self.moment - START


@pytest.fixture
def time(emulator: Any, monkeypatch: pytest.MonkeyPatch) -> MadeUpTime:
    made_up = MadeUpTime(emulator)
    monkeypatch.setattr(batches, "CLOCK", Clock(made_up.now, made_up.sleep))
    return made_up


def at(*minutes: int) -> str:
    """A schedule that runs at these minutes past 12:00, on the day of the clock."""
    return f"cron({','.join(map(str, minutes))} 12 22 11 ? 2026)"


DIRECTIONS = [("rule", "scheduler"), ("scheduler", "rule")]


@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
@pytest.mark.parametrize(
    ("expression", "waited"),
    [
        (at(30), timedelta()),
        (at(3), timedelta()),
        (at(1), 90 * SECOND),
        (at(2), 150 * SECOND),
        # It was due half a minute ago, and rules fire up to a minute late.
        (at(0), 30 * SECOND),
        (at(0, 2), 150 * SECOND),
        # Every minute: there is no quiet moment.
        ("cron(* * * * ? *)", 4 * MINUTE),
        ("cron(0/2 * * * ? *)", 4 * MINUTE),
        # Nobody knows when a rate counts from.
        ("rate(1 minute)", timedelta()),
    ],
)
def test_the_switch_waits_until_no_run_is_near(deploy, time, old, new, expression, waited):
    deploy(batch(trigger=old, schedule=expression))
    deploy(batch(trigger=new, schedule=expression))
    assert time.waited == waited


@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
@pytest.mark.parametrize(("before", "after"), [(at(1), at(30)), (at(30), at(1))])
def test_the_runs_of_both_triggers_count(deploy, time, old, new, before, after):
    deploy(batch(trigger=old, schedule=before))
    deploy(batch(trigger=new, schedule=after))
    assert time.waited == 90 * SECOND


@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_a_stopped_batch_waits_for_nothing(deploy, time, old, new):
    deploy(batch(trigger=old, schedule=at(1), enabled=False))
    deploy(batch(trigger=new, schedule=at(1)))
    assert time.slept == []


def test_a_batch_that_is_to_be_stopped_waits_for_nothing(deploy, time):
    deploy(batch(schedule=at(1)))
    deploy(batch(trigger="scheduler", schedule=at(1), enabled=False))
    assert time.slept == []


def test_runs_are_known_in_their_time_zone(deploy, time):
    expression = "cron(1 21 22 11 ? 2026)"
    deploy(batch(trigger="scheduler", schedule=expression, timezone="Asia/Tokyo"))
    deploy(batch(schedule=at(30)))
    assert time.waited == 90 * SECOND


def test_the_new_trigger_is_made_before_the_wait_and_the_old_one_fires_until_its_end(
    deploy, account, time, monkeypatch
):
    deploy(batch(schedule=at(1)))
    states: list[Any] = []

    def look(seconds: float) -> None:
        rule, schedule = account.rules()["hello"], account.schedules()["default/hello"]
        states.append((rule["State"], schedule["State"]))
        time.sleep(seconds)

    monkeypatch.setattr(batches, "CLOCK", Clock(time.now, look))
    deploy(batch(trigger="scheduler", schedule=at(1)))
    assert states == [("ENABLED", "DISABLED")]


def test_a_fleet_waits_once_and_each_batch_switches_as_soon_as_it_may(deploy, account, time):
    schedules = {"now": at(30), "soon": at(1), "later": at(2), "always": "cron(* * * * ? *)"}
    many = {f"often-{number}": "cron(* * * * ? *)" for number in range(20)}
    schedules.update(many)
    deploy(*(batch(name, schedule=text) for name, text in schedules.items()))
    moved: dict[str, timedelta] = {}

    def look(seconds: float) -> None:
        for name in schedules:
            if name not in account.rules():
                moved.setdefault(name, time.waited)
        time.sleep(seconds)

    batches.CLOCK = Clock(time.now, look)
    moving = [batch(name, trigger="scheduler", schedule=text) for name, text in schedules.items()]
    deploy(*moving, workers=2)
    assert moved == {"now": timedelta(), "soon": 90 * SECOND, "later": 150 * SECOND}
    assert time.waited == 4 * MINUTE
    assert account.rules() == {}


def test_check_mode_waits_for_nothing(deploy, fleet, time):
    deploy(batch(schedule=at(1)))
    assert fleet(batch(trigger="scheduler", schedule=at(1)), check_mode=True)["changed"]
    assert time.slept == []


def test_a_resumed_switch_waits_too(fleet, deploy, account, time):
    deploy(batch(schedule=at(1)))
    account.emulator.deny("scheduler:UpdateSchedule")
    assert fleet(batch(trigger="scheduler", schedule=at(1)))["failed"]
    account.emulator.clear_denials()
    time.moment, time.slept = START, []
    deploy(batch(trigger="scheduler", schedule=at(1)))
    assert time.waited == 90 * SECOND
