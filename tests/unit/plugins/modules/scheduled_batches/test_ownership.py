# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing foreign is touched: what is untagged needs ``adopt``, what another owner's tag is on is
refused always, and schedules belong to whom their group belongs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    CLUSTER,
    ROLE,
    batch,
    own_batch,
)

GROUP = "reports"


def make_rule(account: Any, name: str = "hello", **tags: str) -> None:
    account.aws("events").put_rule(
        Name=name,
        ScheduleExpression="rate(1 day)",
        Tags=[{"Key": f"batchwork:{key}", "Value": value} for key, value in tags.items()],
    )
    account.emulator.clear_calls()


def make_group(account: Any, name: str = GROUP, **tags: str) -> None:
    account.aws("scheduler").create_schedule_group(
        Name=name, Tags=[{"Key": f"batchwork:{key}", "Value": tags[key]} for key in tags]
    )
    account.emulator.clear_calls()


def make_schedule(account: Any, group: str, name: str = "hello", family: str = "other") -> None:
    definition = CLUSTER.replace("cluster/batch", f"task-definition/{family}")
    account.aws("scheduler").create_schedule(
        Name=name,
        GroupName=group,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": CLUSTER,
            "RoleArn": ROLE,
            "EcsParameters": {"TaskDefinitionArn": definition},
        },
    )
    account.emulator.clear_calls()


def assert_refused(result: dict[str, Any], account: Any, *words: str) -> None:
    assert result["failed"]
    for word in words:
        assert word in result["msg"]
    assert account.writes() == []


class TestRules:
    @pytest.mark.parametrize("owner", [None, "reports"])
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_an_untagged_one_is_refused_without_adopt(self, fleet, account, owner, check_mode):
        make_rule(account)
        result = fleet(batch(), owner=owner, check_mode=check_mode)
        assert_refused(result, account, "batches[0] (hello): the rule hello exists", "adopt")

    @pytest.mark.parametrize("owner", [None, "reports"])
    def test_an_untagged_one_is_taken_over_with_adopt(self, fleet, deploy, account, owner):
        make_rule(account)
        assert deploy(batch(), owner=owner, adopt=True)["changed"]
        mine = {"batchwork:owner": owner} if owner else {}
        assert account.tags("hello") == {"batchwork:batch": "hello", **mine}
        assert not fleet(batch(), owner=owner)["changed"]

    @pytest.mark.parametrize("adopt", [True, False])
    @pytest.mark.parametrize("owner", [None, "ours"])
    def test_another_owner_s_is_refused_always(self, fleet, account, owner, adopt):
        make_rule(account, batch="hello", owner="theirs")
        result = fleet(batch(), owner=owner, adopt=adopt)
        assert_refused(result, account, "the rule hello belongs to the owner 'theirs'")

    def test_what_was_made_without_an_owner_is_adopted_into_a_fleet(self, fleet, deploy, account):
        deploy(batch())
        assert_refused(fleet(batch(), owner="ours"), account, "adopt")
        deploy(batch(), owner="ours", adopt=True)
        assert account.tags("hello")["batchwork:owner"] == "ours"

    @pytest.mark.parametrize("adopt", [True, False])
    def test_a_rule_of_another_batch_is_refused_always(self, fleet, account, adopt):
        make_rule(account, batch="other")
        result = fleet(batch(), adopt=adopt)
        assert_refused(result, account, "the rule hello belongs to the batch 'other'")

    @pytest.mark.parametrize("adopt", [True, False])
    def test_one_that_aws_manages_is_refused_always(self, fleet, account, adopt):
        make_rule(account, batch="hello")
        account.emulator.manage_rule("hello", region="ap-northeast-1")
        result = fleet(batch(), adopt=adopt)
        assert_refused(result, account, "batches[0] (hello): the rule hello is managed by")

    def test_all_refusals_are_told_together_and_nothing_is_written(self, fleet, account):
        make_rule(account, "a")
        make_rule(account, "c", batch="c", owner="theirs")
        result = fleet(*(own_batch(name) for name in "abcd"), owner="ours")
        assert_refused(result, account, "batches[0] (a)", "batches[2] (c)")
        assert "batches[1]" not in result["msg"]

    def test_an_index_that_lags_is_not_taken_at_its_word(self, fleet, deploy, account):
        account.emulator.lag_tagging_index()
        try:
            deploy(*(own_batch(name) for name in "abcd"), owner="ours")
            result = fleet(*(own_batch(name) for name in "abcd"), owner="ours")
        finally:
            account.emulator.lag_tagging_index(False)
        assert (result["failed"], result["changed"]) == (False, False)
        assert result["api_calls"]["events:ListTagsForResource"] == 4

    def test_who_may_not_use_the_tagging_index_asks_each_rule(self, fleet, deploy, account):
        deploy(*(own_batch(name) for name in "abcd"))
        account.emulator.deny("tag:GetResources")
        result = fleet(*(own_batch(name) for name in "abcd"))
        assert (result["failed"], result["changed"]) == (False, False)
        assert result["api_calls"]["events:ListTagsForResource"] == 4

    def test_foreign_targets_are_told_of_kept_or_removed(self, fleet, deploy, account):
        deploy(batch())
        foreign = {"Id": "theirs", "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:theirs"}
        account.aws("events").put_targets(Rule="hello", Targets=[foreign])
        account.emulator.clear_calls()
        assert any("theirs" in warning for warning in fleet(batch())["warnings"])
        assert fleet(batch(other_targets="keep"))["warnings"] == []
        assert account.writes() == []
        assert fleet(batch(other_targets="remove"))["changed"]
        assert list(account.targets("hello")) == ["hello"]

    def test_a_rule_with_five_foreign_targets_has_no_room(self, fleet, account):
        make_rule(account, batch="hello")
        queue = "arn:aws:sqs:ap-northeast-1:123456789012:q"
        foreign = [{"Id": f"t{number}", "Arn": queue} for number in range(5)]
        account.aws("events").put_targets(Rule="hello", Targets=foreign)
        account.emulator.clear_calls()
        assert_refused(fleet(batch()), account, "batches[0] (hello).target_id: ", "6 targets")


class TestGroups:
    def test_the_owner_s_group_is_made_and_tagged(self, fleet, deploy, account):
        result = deploy(batch(trigger="scheduler"), owner=GROUP)
        assert account.groups()[GROUP] == {"batchwork:owner": GROUP}
        assert list(account.schedules()) == [f"{GROUP}/hello"]
        paths = [change["path"] for change in result["batches"][0]["changes"]]
        assert f"scheduleGroups[{GROUP}].tags[batchwork:owner]" in paths
        assert not fleet(batch(trigger="scheduler"), owner=GROUP)["changed"]

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_an_untagged_one_of_the_owner_s_name_is_refused_without_adopt(
        self, fleet, account, check_mode
    ):
        make_group(account)
        result = fleet(batch(trigger="scheduler"), owner=GROUP, check_mode=check_mode)
        assert_refused(result, account, f"the schedule group {GROUP} exists", "adopt")

    def test_it_is_tagged_with_adopt(self, fleet, deploy, account):
        make_group(account)
        deploy(batch(trigger="scheduler"), owner=GROUP, adopt=True)
        assert account.groups()[GROUP] == {"batchwork:owner": GROUP}
        assert not fleet(batch(trigger="scheduler"), owner=GROUP)["changed"]

    def test_adopting_nothing_but_the_group_is_a_change(self, fleet, deploy, account):
        deploy(batch(trigger="scheduler"), owner=GROUP)
        arn = f"arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/{GROUP}"
        account.aws("scheduler").untag_resource(ResourceArn=arn, TagKeys=["batchwork:owner"])
        account.emulator.clear_calls()
        predicted = fleet(batch(trigger="scheduler"), owner=GROUP, adopt=True, check_mode=True)
        applied = fleet(batch(trigger="scheduler"), owner=GROUP, adopt=True)
        assert account.writes() == ["TagResource"]
        assert predicted["batches"] == applied["batches"]
        assert applied["changed"]

    @pytest.mark.parametrize("adopt", [True, False])
    @pytest.mark.parametrize("owner", [None, "ours"])
    def test_another_owner_s_is_refused_always(self, fleet, account, owner, adopt):
        make_group(account, "theirs", owner="theirs")
        wanted = batch(trigger="scheduler", group_name="theirs")
        result = fleet(wanted, owner=owner, adopt=adopt)
        assert_refused(result, account, "the schedule group theirs belongs to the owner 'theirs'")

    def test_one_that_is_not_the_owner_s_must_exist(self, fleet, account):
        result = fleet(batch(trigger="scheduler", group_name="nightly"), owner="ours")
        assert_refused(result, account, "batches[0] (hello).group_name: there is no schedule group")

    def test_without_an_owner_any_untagged_group_may_be_used(self, fleet, deploy, account):
        make_group(account, "nightly")
        deploy(batch(trigger="scheduler", group_name="nightly"))
        assert account.groups()["nightly"] == {}
        assert not fleet(batch(trigger="scheduler", group_name="nightly"))["changed"]

    @pytest.mark.parametrize("adopt", [True, False])
    def test_a_group_of_another_batch_is_refused_always(self, fleet, account, adopt):
        make_group(account, "nightly", batch="other")
        result = fleet(batch(trigger="scheduler", group_name="nightly"), adopt=adopt)
        assert_refused(result, account, "schedule group nightly belongs to the batch 'other'")

    def test_one_that_is_being_deleted_takes_no_schedule(self, fleet, account):
        make_group(account, GROUP, owner=GROUP)
        account.aws("scheduler").delete_schedule_group(Name=GROUP)
        account.emulator.clear_calls()
        group = {"Name": GROUP, "State": "DELETING", "Arn": "arn:x"}
        account.emulator.fault("scheduler", "GetScheduleGroup", answer=group)
        result = fleet(batch(trigger="scheduler"), owner=GROUP)
        assert_refused(result, account, "is being deleted")

    def test_the_default_group_is_used_and_never_owned(self, fleet, deploy, account):
        wanted = batch(trigger="scheduler", group_name="default")
        deploy(wanted, owner=GROUP)
        assert set(account.groups()) == {"default"}
        assert account.groups()["default"] == {}
        assert not fleet(wanted, owner=GROUP)["changed"]

    def test_taking_over_a_group_tells_what_else_is_in_it(self, deploy, account):
        make_group(account)
        make_schedule(account, GROUP, "foreign")
        result = deploy(batch(trigger="scheduler"), owner=GROUP, adopt=True)
        assert any("foreign" in warning for warning in result["warnings"])


class TestSchedules:
    def test_a_foreign_one_of_the_same_name_needs_adopt(self, fleet, deploy, account):
        make_schedule(account, "default")
        result = fleet(batch(trigger="scheduler"))
        assert_refused(result, account, "the schedule default/hello exists", "adopt")
        deploy(batch(trigger="scheduler"), adopt=True)
        assert not fleet(batch(trigger="scheduler"))["changed"]

    def test_one_that_starts_the_batch_s_task_definition_is_the_batch_s(self, fleet, account):
        make_schedule(account, "default", family="hello")
        assert not fleet(batch(trigger="scheduler"))["failed"]

    def test_what_is_in_the_owner_s_group_is_the_owner_s(self, fleet, account):
        make_group(account, GROUP, owner=GROUP)
        make_schedule(account, GROUP)
        assert not fleet(batch(trigger="scheduler"), owner=GROUP)["failed"]


class TestDefinitions:
    @pytest.mark.parametrize("owner", [None, "ours"])
    def test_another_owner_s_family_gets_no_revision(self, fleet, deploy, account, owner):
        deploy(batch("first"), owner="theirs")
        result = fleet(batch("a"), batch("b"), owner=owner, adopt=True)
        assert_refused(
            result,
            account,
            "batches[0] (a): the task definition hello belongs to the owner 'theirs'",
        )
        assert "batches[1]" not in result["msg"]

    def test_it_may_be_named(self, fleet, deploy):
        deploy(batch("first"), owner="theirs")
        assert not fleet(batch("a", task_definition="hello"), owner="ours")["failed"]

    def test_an_untagged_family_is_anybody_s(self, fleet, account):
        container = {"name": "x", "image": "x", "memory": 128}
        account.aws("ecs").register_task_definition(
            family="hello", containerDefinitions=[container]
        )
        assert not fleet(batch(), owner="ours")["failed"]


class TestOtherKind:
    """A trigger of the same name and of the other kind is moved only where it is the batch's."""

    def test_a_foreign_rule_beside_a_schedule_is_left_alone_and_told_of(self, fleet, account):
        make_rule(account)
        result = fleet(batch(trigger="scheduler"), adopt=True)
        assert not result["failed"], result["msg"]
        assert any("fires beside it" in warning for warning in result["warnings"])
        assert list(account.rules()) == ["hello"]
        assert "DeleteRule" not in account.writes()

    def test_another_owner_s_is_nobody_s_business(self, fleet, account):
        make_rule(account, batch="hello", owner="theirs")
        result = fleet(batch(trigger="scheduler"), owner="ours")
        assert result["warnings"] == []

    def test_a_foreign_schedule_beside_a_rule_is_left_alone(self, fleet, account):
        make_schedule(account, "default")
        result = fleet(batch())
        assert any("schedule default/hello" in warning for warning in result["warnings"])
        assert list(account.schedules()) == ["default/hello"]

    def test_another_owner_s_schedule_is_left_alone_whatever_it_starts(self, fleet, account):
        make_group(account, "theirs", owner="theirs")
        make_schedule(account, "theirs", family="hello")
        assert not fleet(batch(group_name="theirs"), owner="ours")["failed"]
        assert list(account.schedules()) == ["theirs/hello"]

    def test_a_rule_with_foreign_targets_does_not_move(self, fleet, deploy, account):
        deploy(batch())
        foreign = {"Id": "theirs", "Arn": "arn:aws:sqs:ap-northeast-1:123456789012:theirs"}
        account.aws("events").put_targets(Rule="hello", Targets=[foreign])
        account.emulator.clear_calls()
        result = fleet(batch(trigger="scheduler"))
        assert_refused(result, account, "batches[0] (hello).trigger: ", "theirs")
        moved = fleet(batch(trigger="scheduler", other_targets="remove"))
        assert not moved["failed"], moved["msg"]
        assert account.rules() == {}


def test_two_owners_do_not_see_each_other(fleet, deploy, account):
    ours = [own_batch("a"), own_batch("b", trigger="scheduler")]
    theirs = [own_batch("c"), own_batch("d", trigger="scheduler")]
    deploy(*ours, owner="ours")
    deploy(*theirs, owner="theirs")
    for batches, owner in ((ours, "ours"), (theirs, "theirs")):
        result = fleet(*batches, owner=owner)
        assert (result["changed"], result["warnings"]) == (False, [])
    assert account.writes() == []
