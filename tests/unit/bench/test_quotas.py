# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quotas that stand in front of the emulator, and what they allow."""

from __future__ import annotations

import pytest

from bench.quotas import LATENCY_SECONDS, REGISTRATIONS, Throttling, least_seconds
from emulator.layer import ApiError, Call

REGISTER = Call("ecs", "RegisterTaskDefinition", "eu-west-1")


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def passes(middleware, call):
    try:
        return middleware(call, lambda _call: {"done": True}) == {"done": True}
    except ApiError as error:
        assert (error.code, error.status) == ("ThrottlingException", 400)
        return False


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate(time):
    middleware = Throttling(0, clock=time, sleep=time.sleep)
    assert [passes(middleware, REGISTER) for _attempt in range(25)].count(True) == 20
    time.sleep(0.9)
    assert not passes(middleware, REGISTER)
    time.sleep(0.2)
    assert passes(middleware, REGISTER)
    assert not passes(middleware, REGISTER)


def test_a_bucket_never_holds_more_than_its_burst(time):
    middleware = Throttling(0, clock=time, sleep=time.sleep)
    time.sleep(3600)
    assert [passes(middleware, REGISTER) for _attempt in range(30)].count(True) == 20


def test_operations_share_buckets_and_others_have_none(time):
    middleware = Throttling(0, clock=time, sleep=time.sleep)
    deregister = Call("ecs", "DeregisterTaskDefinition", "eu-west-1")
    for _attempt in range(20):
        assert passes(middleware, deregister)
    assert not passes(middleware, REGISTER)
    schedule = Call("scheduler", "CreateSchedule", "eu-west-1")
    assert all(passes(middleware, schedule) for _attempt in range(100))


def test_every_call_takes_its_time(time):
    middleware = Throttling(clock=time, sleep=time.sleep)
    assert passes(middleware, REGISTER)
    assert time.now == LATENCY_SECONDS


def test_what_the_quotas_allow_is_what_each_bucket_takes():
    calls = {"ecs:RegisterTaskDefinition": 250, "ecs:DeregisterTaskDefinition": 70}
    assert least_seconds({**calls, "sts:GetCallerIdentity": 1}) == {REGISTRATIONS: 300}
    assert least_seconds({"ecs:RegisterTaskDefinition": 20}) == {REGISTRATIONS: 0}
