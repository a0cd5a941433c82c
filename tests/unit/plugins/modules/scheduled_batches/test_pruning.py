# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``prune`` removes what carries the owner's tag and is no longer declared, and nothing else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    CLUSTER,
    REGION,
    ROLE,
    batch,
    definition,
    own_batch,
)

OURS = {"owner": "ours", "prune": True}
FOREIGN = {"Id": "theirs", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:theirs"}
TARGET = {
    "Arn": CLUSTER,
    "RoleArn": ROLE,
    "EcsParameters": {"TaskDefinitionArn": CLUSTER.replace("cluster/batch", "task-definition/x")},
}


def pruned(result: dict[str, Any]) -> list[str]:
    """What was pruned, as ``kind name``."""
    return sorted(f"{item['kind']} {item['name']}" for item in result["pruned"])


def fleet_of(*names: str, scheduled: str = "") -> list[dict[str, Any]]:
    """Batches with task definitions of their own; those in ``scheduled`` have schedules."""
    return [own_batch(name, trigger="scheduler" if name in scheduled else "rule") for name in names]


def make_schedule(account: Any, group: str, name: str, **target: Any) -> None:
    account.aws("scheduler").create_schedule(
        Name=name,
        GroupName=group,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={**TARGET, **target},
    )


def put_foreign_target(account: Any, rule: str, name: str = "theirs") -> None:
    account.aws("events").put_targets(Rule=rule, Targets=[{**FOREIGN, "Id": name}])


def tag_rule(account: Any, rule: str, **tags: str) -> None:
    arn = account.rules()[rule]["Arn"]
    listed = [{"Key": f"batchwork:{key}", "Value": value} for key, value in tags.items()]
    account.aws("events").tag_resource(ResourceARN=arn, Tags=listed)


def test_what_is_no_longer_declared_goes_and_check_mode_shows_it(fleet, deploy, account):
    deploy(*fleet_of("a", "b", "c", "d", scheduled="cd"), owner="ours")
    kept = fleet_of("a", "c", scheduled="c")
    predicted = fleet(*kept, **OURS, check_mode=True, diff=True)
    assert account.writes() == []
    applied = fleet(*kept, **OURS, diff=True)
    assert not applied["failed"], applied["msg"]
    assert pruned(applied) == [
        "rule b",
        "schedule d",
        "task_definition b:1",
        "task_definition d:1",
    ]
    assert predicted["pruned"] == applied["pruned"]
    assert predicted["diff"] == applied["diff"]
    assert predicted["changed"] and applied["changed"]
    assert not any(item["changed"] for item in applied["batches"])
    assert list(account.rules()) == ["a"]
    assert list(account.schedules()) == ["ours/c"]
    assert account.revisions("b") == account.revisions("d") == []
    account.emulator.clear_calls()
    again = fleet(*kept, **OURS)
    assert (again["changed"], again["pruned"]) == (False, [])
    assert account.writes() == []


def test_without_prune_nothing_goes(fleet, deploy, account):
    deploy(*fleet_of("a", "b"), owner="ours")
    result = fleet(*fleet_of("a"), owner="ours")
    assert (result["changed"], result["pruned"]) == (False, [])
    assert sorted(account.rules()) == ["a", "b"]


def test_triggers_go_before_the_task_definitions_that_they_start(fleet, deploy, account):
    deploy(*fleet_of("a", "b", "c", scheduled="c"), owner="ours")
    fleet(*fleet_of("a"), **OURS)
    writes = account.writes()
    assert set(writes[-2:]) == {"DeregisterTaskDefinition"}
    assert "DeregisterTaskDefinition" not in writes[:-2]


def test_every_deletion_asks_for_the_tags_right_before(fleet, deploy, account):
    deploy(*fleet_of("a", "b", "c", scheduled="c"), owner="ours")
    fleet(*fleet_of("a"), **OURS, workers=1)
    calls = [call.operation for call in account.emulator.calls]
    for deletion in ("RemoveTargets", "DeleteSchedule", "DeregisterTaskDefinition"):
        assert calls[calls.index(deletion) - 1] == "ListTagsForResource"


class TestForeign:
    """What is not the owner's is never touched, whatever it is called."""

    def test_names_and_prefixes_do_not_count(self, deploy, account):
        events = account.aws("events")
        deploy(*fleet_of("ours-a"), owner="ours")
        for name in ("ours-b", "ours"):
            events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
        events.put_rule(Name="ours-c", ScheduleExpression="rate(1 day)")
        tag_rule(account, "ours-c", batch="ours-c")
        account.aws("scheduler").create_schedule_group(Name="ours-group")
        make_schedule(account, "ours-group", "ours-d")
        make_schedule(account, "default", "ours-e")
        result = deploy(*fleet_of("ours-a"), **OURS)
        assert (result["changed"], result["pruned"]) == (False, [])
        assert len(account.rules()) == 4
        assert len(account.schedules()) == 2

    def test_another_owner_s_is_not_seen(self, fleet, deploy, account):
        deploy(*fleet_of("a", "b", scheduled="b"), owner="theirs")
        deploy(*fleet_of("c", "d", scheduled="d"), owner="ours")
        result = fleet(*fleet_of("c", "d", scheduled="d"), **OURS)
        assert (result["changed"], result["pruned"], result["warnings"]) == (False, [], [])
        gone = fleet(**OURS, allow_empty=True)
        assert not gone["failed"], gone["msg"]
        assert (list(account.rules()), list(account.schedules())) == (["a"], ["theirs/b"])
        assert account.revisions("a") == account.revisions("b") == [1]

    def test_a_rule_without_a_batch_is_no_batch(self, deploy, account):
        account.aws("events").put_rule(Name="alarm", ScheduleExpression="rate(1 day)")
        tag_rule(account, "alarm", owner="ours")
        assert deploy(*fleet_of("a"), **OURS)["pruned"] == []

    def test_a_rule_with_a_declared_batch_s_tag_is_left_alone(self, deploy, account):
        account.aws("events").put_rule(Name="copy", ScheduleExpression="rate(1 day)")
        tag_rule(account, "copy", owner="ours", batch="a")
        assert deploy(*fleet_of("a"), **OURS)["pruned"] == []
        assert "copy" in account.rules()

    def test_a_rule_on_another_bus_is_no_batch(self, deploy, account):
        events = account.aws("events")
        events.create_event_bus(Name="other")
        pattern = '{"source": ["x"]}'
        arn = events.put_rule(Name="b", EventBusName="other", EventPattern=pattern)["RuleArn"]
        tags = [
            {"Key": "batchwork:owner", "Value": "ours"},
            {"Key": "batchwork:batch", "Value": "b"},
        ]
        events.tag_resource(ResourceARN=arn, Tags=tags)
        assert deploy(*fleet_of("a"), **OURS)["pruned"] == []

    def test_one_that_aws_manages_is_left_alone(self, deploy, account):
        deploy(*fleet_of("a", "b"), owner="ours")
        account.emulator.manage_rule("b", region=REGION)
        result = deploy(*fleet_of("a"), **OURS)
        assert "rule b" not in pruned(result)

    def test_foreign_targets_keep_the_rule_alive(self, fleet, deploy, account):
        deploy(*fleet_of("a", "b"), owner="ours")
        put_foreign_target(account, "b")
        result = deploy(*fleet_of("a"), **OURS)
        assert "rule b" in pruned(result)
        assert any("theirs" in warning for warning in result["warnings"])
        assert list(account.targets("b")) == ["theirs"]
        assert account.tags("b") == {}
        again = fleet(*fleet_of("a"), **OURS)
        assert (again["changed"], again["pruned"]) == (False, [])

    def test_a_rule_whose_own_target_nobody_knows_is_left_alone(self, deploy, account):
        deploy(own_batch("a"), own_batch("b", target_id="mine"), owner="ours")
        put_foreign_target(account, "b")
        result = deploy(*fleet_of("a"), **OURS)
        assert pruned(result) == []
        assert any("several targets" in warning for warning in result["warnings"])
        assert sorted(account.targets("b")) == ["mine", "theirs"]

    def test_an_only_target_of_another_name_is_the_batch_s_own(self, deploy, account):
        deploy(own_batch("a"), own_batch("b", target_id="mine"), owner="ours")
        deploy(*fleet_of("a"), **OURS)
        assert list(account.rules()) == ["a"]

    def test_a_schedule_that_starts_no_task_is_left_alone(self, deploy, account):
        deploy(*fleet_of("a", scheduled="a"), owner="ours")
        other = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:x"
        account.aws("scheduler").create_schedule(
            Name="function",
            GroupName="ours",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": other, "RoleArn": ROLE},
        )
        result = deploy(*fleet_of("a", scheduled="a"), **OURS)
        assert result["pruned"] == []
        assert any("function" in warning for warning in result["warnings"])

    def test_a_group_is_not_pruned_in_the_run_that_takes_it_over(self, deploy, account):
        account.aws("scheduler").create_schedule_group(Name="ours")
        make_schedule(account, "ours", "stranger")
        result = deploy(*fleet_of("a", scheduled="a"), **OURS, adopt=True)
        assert result["pruned"] == []
        assert any("stranger" in warning for warning in result["warnings"])
        assert pruned(deploy(*fleet_of("a", scheduled="a"), **OURS)) == ["schedule stranger"]

    def test_what_changes_hands_meanwhile_is_left_alone(self, fleet, deploy, account):
        deploy(*fleet_of("a", "b"), owner="ours")
        # Of the two looks at the tags of b, the second one finds another owner.
        theirs = {"Tags": [{"Key": "batchwork:owner", "Value": "theirs"}]}
        arn = {"ResourceARN": account.rules()["b"]["Arn"]}
        account.emulator.fault(
            "events", "ListTagsForResource", answer=theirs, after=1, times=None, when=arn
        )
        result = fleet(*fleet_of("a"), **OURS)
        assert "rule b" not in pruned(result)
        assert "b" in account.rules()
        assert account.revisions("b") == [1]


class TestDeclared:
    def test_every_group_of_the_owner_is_looked_into(self, deploy, account):
        tags = [{"Key": "batchwork:owner", "Value": "ours"}]
        account.aws("scheduler").create_schedule_group(Name="nightly", Tags=tags)
        deploy(own_batch("a", trigger="scheduler", group_name="nightly"), owner="ours")
        assert pruned(deploy(*fleet_of("b"), **OURS)) == ["schedule a", "task_definition a:1"]

    def test_a_schedule_that_changed_its_group_goes_in_the_old_one(self, deploy, account):
        tags = [{"Key": "batchwork:owner", "Value": "ours"}]
        account.aws("scheduler").create_schedule_group(Name="nightly", Tags=tags)
        deploy(own_batch("a", trigger="scheduler", group_name="nightly"), owner="ours")
        result = deploy(own_batch("a", trigger="scheduler"), **OURS)
        assert [item["group_name"] for item in result["pruned"]] == ["nightly"]
        assert list(account.schedules()) == ["ours/a"]

    @pytest.mark.parametrize(("old", "new"), [("rule", "scheduler"), ("scheduler", "rule")])
    def test_a_batch_that_moves_is_moved_and_not_pruned(self, deploy, account, old, new):
        deploy(own_batch("a", trigger=old), owner="ours")
        result = deploy(own_batch("a", trigger=new), **OURS)
        assert result["pruned"] == []
        assert len(account.rules()) + len(account.schedules()) == 1

    def test_an_absent_batch_is_removed_as_such_and_its_task_definition_is_pruned(
        self, deploy, account
    ):
        deploy(*fleet_of("a", "b"), owner="ours")
        result = deploy(own_batch("a"), {"name": "b", "state": "absent"}, **OURS)
        assert pruned(result) == ["task_definition b:1"]
        assert list(account.rules()) == ["a"]

    def test_a_family_that_is_only_named_is_declared(self, deploy, account):
        deploy(*fleet_of("a"), owner="ours")
        result = deploy(batch("b", task_definition="a"), **OURS)
        assert pruned(result) == ["rule a"]
        assert account.revisions("a") == [1]

    def test_old_revisions_of_a_declared_family_stay(self, deploy, account):
        deploy(*fleet_of("a"), owner="ours")
        deploy(batch("a", task_definition=definition("a", image="busybox:2")), **OURS)
        assert sorted(account.revisions("a")) == [1, 2]

    def test_a_family_that_a_batch_no_longer_uses_goes(self, deploy, account):
        deploy(*fleet_of("a"), owner="ours")
        result = deploy(batch("a", task_definition=definition("new")), **OURS)
        assert pruned(result) == ["task_definition a:1"]
        assert account.targets("a")["a"]["EcsParameters"]["TaskDefinitionArn"].endswith("new:1")

    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("pinned", [":1", ""])
    def test_what_a_foreign_trigger_starts_stays(self, fleet, deploy, account, pinned, check_mode):
        deploy(*fleet_of("a", "b"), owner="ours")
        deploy(batch("b", task_definition=definition("b", image="busybox:2")), owner="ours")
        arn = CLUSTER.replace("cluster/batch", f"task-definition/b{pinned}")
        make_schedule(account, "default", "x", EcsParameters={"TaskDefinitionArn": arn})
        result = fleet(*fleet_of("a"), **OURS, check_mode=check_mode)
        kept, gone = (1, 2) if pinned else (2, 1)
        assert pruned(result) == ["rule b", f"task_definition b:{gone}"]
        assert any(f"b:{kept} is no longer declared" in warning for warning in result["warnings"])
        if not check_mode:
            assert account.revisions("b") == [kept]

    def test_families_without_revisions_cost_no_call_each(self, deploy, account):
        names = [f"old-{number}" for number in range(8)]
        deploy(*fleet_of("a", *names), owner="ours")
        deploy(*fleet_of("a"), **OURS)
        again = deploy(*fleet_of("a"), **OURS)
        assert "ecs:ListTaskDefinitions" not in again["api_calls"]


class TestBrakes:
    def test_too_many_deletions_stop_everything(self, fleet, deploy, account):
        deploy(*fleet_of("a", "b", "c", "d", scheduled="d"), owner="ours")
        for check_mode in (True, False):
            result = fleet(own_batch("new"), **OURS, max_deletes=3, check_mode=check_mode)
            assert result["failed"]
            assert result["msg"].startswith(
                "max_deletes: prune would remove 4 batches, and 3 are allowed: a, b, c, d."
            )
        assert account.writes() == []
        assert not fleet(own_batch("new"), **OURS, max_deletes=4)["failed"]

    def test_ten_are_allowed_unless_it_is_said_otherwise(self, fleet, deploy, account):
        names = [f"b{number}" for number in range(11)]
        deploy(*(batch(name) for name in names), owner="ours")
        assert fleet(own_batch("new"), **OURS)["failed"]
        assert not fleet(batch(names[0]), **OURS)["failed"]
        assert list(account.rules()) == [names[0]]

    def test_an_empty_list_needs_to_be_allowed(self, fleet, deploy, account):
        deploy(*fleet_of("a"), owner="ours")
        refused = fleet(**OURS)
        assert refused["msg"].startswith("batches: with prune an empty list removes all batches")
        assert account.emulator.calls == []
        assert pruned(fleet(**OURS, allow_empty=True)) == ["rule a", "task_definition a:1"]

    def test_it_needs_an_owner(self, fleet, account):
        result = fleet(own_batch("a"), prune=True)
        assert result["msg"].startswith("prune: only what carries an owner's tag can be pruned")
        assert account.emulator.calls == []

    def test_where_a_batch_failed_nothing_is_pruned(self, fleet, deploy, account):
        deploy(*fleet_of("old"), owner="ours")
        account.emulator.deny("events:PutTargets")
        result = fleet(*fleet_of("new"), **OURS)
        assert result["msg"].startswith("1 of 1 batches failed. Nothing was pruned.")
        assert result["pruned"] == []
        assert "old" in account.rules()

    def test_who_may_not_list_tags_cannot_prune(self, fleet, account):
        account.emulator.deny("tag:GetResources")
        result = fleet(*fleet_of("a"), **OURS)
        assert result["failed"]
        assert "GetResources" in result["msg"]
        assert account.writes() == []

    def test_a_removal_that_fails_is_told_with_all_the_others(self, fleet, deploy, account):
        deploy(*fleet_of("a", "b", "c"), owner="ours")
        account.emulator.deny("events:DeleteRule", "b")
        result = fleet(*fleet_of("a"), **OURS)
        assert result["failed"]
        assert result["msg"].startswith("1 of 4 removals failed.\n- rule b: Failed deleting")
        assert result["changed"]
        errors = {item["name"]: bool(item["error"]) for item in result["pruned"]}
        assert errors["b"] and not errors["c"]
        account.emulator.clear_denials()
        assert "rule b" in pruned(fleet(*fleet_of("a"), **OURS))
        assert list(account.rules()) == ["a"]


def test_two_owners_converge_and_prune_at_the_same_time(run_fleet, deploy, account, monkeypatch):
    """The second owner works in a thread of its own, in the middle of the first one's run."""
    deploy(*fleet_of("a", "b", "c", "d", scheduled="cd"), owner="ours")
    deploy(*fleet_of("e", "f", "g", "h", scheduled="gh"), owner="theirs")
    from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet import batches
    from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.pruning import prune

    results: list[dict[str, Any]] = []

    def meanwhile(fleet: Any) -> None:
        monkeypatch.setattr(batches, "prune", prune)
        other = threading.Thread(target=lambda: results.append(run_theirs()))
        other.start()
        other.join()
        prune(fleet)

    def run_theirs() -> dict[str, Any]:
        return run_fleet(*fleet_of("e", "g", scheduled="g"), owner="theirs", prune=True)

    monkeypatch.setattr(batches, "prune", meanwhile)
    results.append(run_fleet(*fleet_of("a", "c", scheduled="c"), **OURS))
    assert [result["failed"] for result in results] == [False, False]
    assert [pruned(result)[0] for result in results] == ["rule f", "rule b"]
    assert sorted(account.rules()) == ["a", "e"]
    assert sorted(account.schedules()) == ["ours/c", "theirs/g"]
