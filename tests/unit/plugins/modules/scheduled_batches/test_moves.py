# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch moves between rule and schedule: killed anywhere, the next run finishes the move, the two
are never enabled together, and the batch ends in the state that it had."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    batch,
)

from emulator.call_log import access_of
from emulator.layer import Call, Forward

States = dict[str, str]
DIRECTIONS = [("rule", "scheduler"), ("scheduler", "rule")]
KILLED = ("AccessDeniedException", "killed", 400)
CHANGED = "rate(7 days)"


def states(forward: Forward, call: Call) -> States:
    """The states of the batch's triggers that exist."""
    rules = forward(call.sibling("ListRules", service="events"))["Rules"]
    schedules = forward(call.sibling("ListSchedules", service="scheduler"))["Schedules"]
    found = [("rule", rule) for rule in rules] + [("scheduler", each) for each in schedules]
    return {kind: trigger["State"] for kind, trigger in found if trigger["Name"] == "hello"}


def both_fire(found: States) -> bool:
    return list(found.values()).count("ENABLED") > 1


class Mover:
    """Runs moves, and looks at both triggers after every single write."""

    def __init__(self, fleet: Any, account: Any, watch: Any) -> None:
        self.fleet, self.account, self.watch = fleet, account, watch

    def begin(self, trigger: str, **options: Any) -> None:
        """Deploy a batch on an empty account."""
        self.watch.look = None
        self.account.empty()
        self.run(batch(trigger=trigger, **options))
        self.watch.look = states
        self.watch.seen.clear()

    def run(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Run without any harm."""
        result: dict[str, Any] = self.fleet(wanted)
        assert not result["failed"], result["msg"]
        return result

    def calls_of(self, wanted: dict[str, Any]) -> list[str]:
        """Return whether each call of a run reads or writes, in order."""
        self.account.emulator.clear_calls()
        self.run(wanted)
        return [call.access for call in self.account.emulator.calls]

    def run_killed(self, wanted: dict[str, Any], calls: int, *, lost: bool = False) -> None:
        """Run until ``calls`` calls were made; with ``lost`` the last one's answer is lost."""
        if lost:
            self.account.emulator.fault("*", "*", lost_answer=True, after=calls - 1)
        self.account.emulator.fault(
            "*", "*", error=KILLED, after=calls - 1 if lost else calls, times=None
        )
        self.fleet(wanted)
        self.account.emulator.clear_faults()

    def states(self) -> States:
        """Return the states as they are now."""
        found = [("rule", rule) for rule in self.account.rules().values()]
        found += [("scheduler", each) for each in self.account.schedules().values()]
        return {kind: trigger["State"] for kind, trigger in found}

    def assert_never_both(self) -> None:
        assert self.watch.seen
        assert [seen for seen in self.watch.seen if both_fire(seen[1])] == []

    def assert_at_rest(self, wanted: dict[str, Any]) -> None:
        """Another run finds nothing to do."""
        self.account.emulator.clear_calls()
        assert not self.run(wanted)["changed"]
        assert self.account.writes() == []


@pytest.fixture
def mover(fleet: Any, account: Any, watch: Any) -> Mover:
    return Mover(fleet, account, watch)


def every_death(calls: list[str]) -> list[tuple[int, bool]]:
    """Return after how many calls a run dies, and whether it did not see the last answer.

    A lost answer of a read is no more than a read that was not made.
    """
    before = [(number, False) for number in range(len(calls))]
    unseen = [(number, True) for number, access in enumerate(calls, 1) if access == "write"]
    return before + unseen


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_a_move_that_is_killed_anywhere_is_finished_by_the_next_run(mover, old, new, enabled):
    wanted = batch(trigger=new, schedule=CHANGED)
    mover.begin(old, enabled=enabled)
    deaths = every_death(mover.calls_of(wanted))
    assert len(deaths) >= 12
    for calls, lost in deaths:
        mover.begin(old, enabled=enabled)
        mover.run_killed(wanted, calls, lost=lost)
        mover.run(wanted)
        mover.assert_never_both()
        assert mover.states() == {new: "ENABLED" if enabled else "DISABLED"}, (calls, lost)
        mover.assert_at_rest(wanted)
        if new == "rule":
            assert mover.account.tags("hello") == {"batchwork:batch": "hello"}


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_a_mind_may_change_in_the_middle(mover, old, new, enabled):
    there, back = batch(trigger=new), batch(trigger=old)
    mover.begin(old, enabled=enabled)
    for calls, lost in every_death(mover.calls_of(there)):
        if not lost:
            continue
        mover.begin(old, enabled=enabled)
        mover.run_killed(there, calls, lost=True)
        mover.run(back)
        mover.assert_never_both()
        assert mover.states() == {old: "ENABLED" if enabled else "DISABLED"}, calls
        mover.assert_at_rest(back)


@pytest.mark.parametrize(("enabled", "asked"), [(True, False), (False, True)])
@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_enabled_as_asked_wins(mover, old, new, enabled, asked):
    wanted = batch(trigger=new, enabled=asked)
    mover.begin(old, enabled=enabled)
    deaths = [death for death in every_death(mover.calls_of(wanted)) if death[1]]
    for calls, lost in deaths:
        mover.begin(old, enabled=enabled)
        mover.run_killed(wanted, calls, lost=lost)
        mover.run(wanted)
        mover.assert_never_both()
        assert mover.states() == {new: "ENABLED" if asked else "DISABLED"}, calls


def enable_both(mover: Mover, old: str, new: str) -> None:
    """Let a move stop right after the new trigger was made, and enable both by hand."""
    mover.begin(old)
    mover.account.emulator.fault(
        "*",
        "*",
        error=KILLED,
        after=2,
        times=None,
        when=lambda call: access_of(call.service, call.operation) == "write",
    )
    mover.fleet(batch(trigger=new))
    mover.account.emulator.clear_faults()
    mover.account.aws("events").enable_rule(Name="hello")
    client = mover.account.aws("scheduler")
    schedule = client.get_schedule(Name="hello")
    members = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    client.update_schedule(State="ENABLED", **{member: schedule[member] for member in members})
    arn = mover.account.rules()["hello"]["Arn"]
    mover.account.aws("events").untag_resource(ResourceARN=arn, TagKeys=["batchwork:migration"])
    assert both_fire(mover.states())
    mover.watch.seen.clear()


@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_both_enabled_by_hand_are_parted_by_the_first_call(mover, old, new):
    wanted = batch(trigger=new)
    enable_both(mover, old, new)
    deaths = [death for death in every_death(mover.calls_of(wanted)) if death[1]]
    assert len(deaths) >= 3
    for calls, lost in deaths:
        enable_both(mover, old, new)
        mover.run_killed(wanted, calls, lost=lost)
        mover.run(wanted)
        mover.assert_never_both()
        assert mover.states() == {new: "ENABLED"}, calls
        mover.assert_at_rest(wanted)


@pytest.mark.parametrize(("old", "new"), DIRECTIONS)
def test_a_fleet_s_batches_move_between_rules_and_the_owner_s_group(
    fleet, deploy, account, old, new
):
    deploy(*(batch(name, trigger=old) for name in "abcd"), owner="reports")
    deploy(*(batch(name, trigger=new) for name in "abcd"), owner="reports")
    if new == "rule":
        assert (sorted(account.rules()), account.schedules()) == (list("abcd"), {})
    else:
        assert account.rules() == {}
        assert sorted(account.schedules()) == [f"reports/{name}" for name in "abcd"]
    again = fleet(*(batch(name, trigger=new) for name in "abcd"), owner="reports")
    assert not again["changed"]


def test_a_schedule_is_found_in_the_group_that_the_batch_names(deploy, account):
    scheduler = account.aws("scheduler")
    tags = [{"Key": "batchwork:owner", "Value": "reports"}]
    scheduler.create_schedule_group(Name="nightly", Tags=tags)
    deploy(batch(trigger="scheduler", group_name="nightly"), owner="reports")
    deploy(batch(trigger="rule", group_name="nightly"), owner="reports")
    assert (list(account.rules()), account.schedules()) == (["hello"], {})


def test_a_new_image_and_a_move_go_together(deploy, account):
    deploy(batch())
    result = deploy(batch(trigger="scheduler"), images={"hello": "busybox:2"})
    (schedule,) = account.schedules().values()
    arn = schedule["Target"]["EcsParameters"]["TaskDefinitionArn"]
    assert arn.endswith(":task-definition/hello:2")
    assert result["batches"][0]["task_definition_arn"] == arn


def test_a_switch_that_fails_says_what_was_done_and_what_was_not(fleet, deploy, account):
    deploy(batch())
    account.emulator.deny("events:PutRule")
    result = fleet(batch(trigger="scheduler"))
    assert (
        "Done before: TagResource, CreateSchedule. Not done: PutRule, UpdateSchedule,"
        " RemoveTargets, DeleteRule. Run again to finish." in result["batches"][0]["error"]
    )
    assert result["batches"][0]["changed"]
