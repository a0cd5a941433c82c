# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the task definition, described or named, and of values that are hidden."""

from __future__ import annotations

import json
from typing import Any

import pytest

SECRET = "correct-horse-battery"


def latest(account: Any, family: str = "hello") -> str:
    answer = account.aws("ecs").describe_task_definition(taskDefinition=family)
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def pinned(account: Any, name: str = "hello", arn: str = "", **rule: Any) -> None:
    target = account.target(arn or latest(account))
    account.rule(name, {"Id": name, **target}, **rule)


class TestRevisions:
    def test_a_pinned_one_is_told_beside_the_newest(self, account, info):
        pinned(account)
        account.register()
        (batch,) = info()["batches"]
        assert batch["task_definition"] == "hello:1"
        assert batch["status"]["task_definition_arn"] == latest(account)[:-1] + "1"
        assert (batch["status"]["revision"], batch["status"]["newest_revision"]) == (1, 2)

    def test_the_family_s_latest_has_none_of_its_own(self, account, info):
        account.rule()
        (batch,) = info()["batches"]
        assert batch["task_definition"] == "hello"
        assert (batch["status"]["revision"], batch["status"]["newest_revision"]) == (None, 1)

    def test_a_family_that_is_gone_is_told(self, account, info):
        account.rule("hello", {"Id": "hello", **account.target(latest(account)[:-7] + "gone:3")})
        status = info()["batches"][0]["status"]
        assert status["newest_revision"] is None
        assert status["remarks"] == ["The task definition gone has no ACTIVE revision."]

    def test_one_that_may_not_be_read_is_told(self, account, info):
        account.rule()
        account.emulator.deny("ecs:DescribeTaskDefinition")
        status = info()["batches"][0]["status"]
        assert status["newest_revision"] is None
        assert status["remarks"] == [
            "The newest revision is not known. The permission ecs:DescribeTaskDefinition is"
            " missing."
        ]

    def test_a_family_is_read_once_for_all_that_start_it(self, account, info):
        for name in "abcde":
            pinned(account, name)
        assert info()["api_calls"]["ecs:DescribeTaskDefinition"] == 1


class TestDescriptions:
    def test_the_newest_revision_is_described_and_deploys_unchanged(self, account, info, fleet):
        for name in "ab":
            pinned(account, name, tags={"team": "finance"})
        account.schedule("c", account.target(latest(account)))
        batches = info(describe_task_definitions=True)["batches"]
        assert [batch["task_definition"]["family"] for batch in batches] == ["hello"] * 3
        container = batches[0]["task_definition"]["container_definitions"][0]
        assert container["image"] == "busybox:1"
        result = fleet(*batches, adopt=True)
        assert not result["failed"], result["msg"]
        assert [item["task_definition_arn"] for item in result["batches"]] == [latest(account)] * 3
        assert not result["changed"]
        assert account.writes() == []

    def test_tags_of_a_rule_become_those_of_its_task_definition_and_nothing_else_changes(
        self, account, info, fleet
    ):
        pinned(account, tags={"team": "finance"})
        result = fleet(*info(describe_task_definitions=True)["batches"], adopt=True, owner="us")
        assert not result["failed"], result["msg"]
        assert {call.operation for call in account.emulator.writes()} == {"TagResource"}
        assert account.revisions("hello") == [1]

    def test_tags_of_a_task_definition_come_back(self, account, info, fleet):
        arn = account.register("tagged", tags=[{"key": "cost", "value": "7"}])
        pinned(account, "hello", arn)
        (batch,) = info(describe_task_definitions=True)["batches"]
        assert batch["task_definition"]["tags"] == {"cost": "7"}
        assert not fleet(batch, adopt=True)["changed"]

    @pytest.mark.parametrize(
        ("revision", "why"),
        [
            ("", "the batch starts the family's latest revision, and a description pins one."),
            (
                ":1",
                "the batch starts revision 1, and a description would register a new one after 2.",
            ),
        ],
    )
    def test_what_a_description_would_re_point_stays_named(
        self, account, info, fleet, revision, why
    ):
        account.register(cpu="512", memory="1024")
        family = latest(account).removesuffix(":2")
        pinned(account, "hello", f"{family}{revision}")
        (batch,) = info(describe_task_definitions=True)["batches"]
        assert batch["task_definition"] == f"hello{revision}"
        assert batch["status"]["remarks"] == [f"The task definition is named, not described: {why}"]
        assert not fleet(batch, adopt=True)["changed"]

    def test_one_that_scheduled_batches_would_refuse_stays_named(self, account, info):
        answer = account.aws("ecs").describe_task_definition(taskDefinition="hello")
        odd = {**answer["taskDefinition"], "cpu": "257"}
        pinned(account)
        account.emulator.fault(
            "ecs", "DescribeTaskDefinition", answer={"taskDefinition": odd}, times=None
        )
        (batch,) = info(describe_task_definitions=True)["batches"]
        assert batch["task_definition"] == "hello:1"
        assert "257" in batch["status"]["remarks"][0]


class TestHiddenValues:
    @pytest.fixture
    def batch(self, account, info) -> dict[str, Any]:
        environment = [{"name": "API_TOKEN", "value": SECRET}, {"name": "LEVEL", "value": "1"}]
        overrides = {"containerOverrides": [{"name": "hello", "environment": environment}]}
        target = {"Id": "hello", **account.target(), "Input": json.dumps(overrides)}
        account.rule("hello", target)
        result = info()
        assert SECRET not in json.dumps(result)
        (batch,) = result["batches"]
        return batch

    def test_their_places_are_told(self, batch):
        assert batch["status"]["hidden_values"] == [
            "overrides.container_overrides[0].environment.API_TOKEN"
        ]
        variables = batch["overrides"]["container_overrides"][0]["environment"]
        assert variables == {"API_TOKEN": "VALUE_HIDDEN", "LEVEL": "1"}

    def test_the_mark_is_never_deployed(self, account, fleet, batch):
        result = fleet(batch, adopt=True)
        assert result["failed"]
        assert (
            "batches[0] (hello).overrides.container_overrides[0].environment.API_TOKEN:"
            " VALUE_HIDDEN stands in results in place of a secret"
        ) in result["msg"]
        assert account.writes() == []

    def test_with_the_real_value_nothing_changes(self, account, fleet, batch):
        variables = batch["overrides"]["container_overrides"][0]["environment"]
        variables["API_TOKEN"] = SECRET
        result = fleet(batch, adopt=True)
        assert (result["failed"], result["changed"]) == (False, False)

    def test_those_of_a_described_task_definition_are_told_too(self, account, info, fleet):
        container = {
            "name": "hello",
            "image": "busybox:1",
            "environment": [{"name": "DB_PASSWORD", "value": SECRET}],
        }
        arn = account.register("secretive", containerDefinitions=[container])
        pinned(account, "hello", arn)
        result = info(describe_task_definitions=True)
        assert SECRET not in json.dumps(result)
        (batch,) = result["batches"]
        path = "task_definition.container_definitions[0].environment.DB_PASSWORD"
        assert batch["status"]["hidden_values"] == [path]
        assert f"{path}: VALUE_HIDDEN" in fleet(batch, adopt=True)["msg"]


class TestAdoption:
    def test_with_an_owner_only_the_tags_that_say_whose_it_is_are_written(
        self, account, info, fleet
    ):
        pinned(account, "a", tags={"team": "finance"})
        account.schedule("b", account.target(latest(account)))
        batches = info()["batches"]
        result = fleet(*batches, adopt=True, owner="us")
        assert not result["failed"], result["msg"]
        assert [call.operation for call in account.emulator.writes()] == ["TagResource"]
        assert account.tags("a") == {
            "team": "finance",
            "batchwork:batch": "a",
            "batchwork:owner": "us",
        }
        again = fleet(*batches, owner="us")
        assert (again["failed"], again["changed"]) == (False, False)

    def test_without_an_owner_nothing_at_all_is_written(self, account, info, fleet):
        pinned(account, tags={"team": "finance"})
        batches = info()["batches"]
        assert not fleet(*batches, adopt=True)["changed"]
        assert account.tags("hello") == {"team": "finance"}

    def test_the_first_change_of_what_was_adopted_marks_it(self, account, info, fleet):
        pinned(account)
        (batch,) = info()["batches"]
        result = fleet({**batch, "schedule": "cron(0 4 * * ? *)"}, adopt=True)
        assert [change["path"] for change in result["batches"][0]["changes"]] == [
            "ScheduleExpression",
            "tags[batchwork:batch]",
        ]
        assert account.tags("hello") == {"batchwork:batch": "hello"}

    def test_what_is_not_marked_still_needs_adopt(self, account, info, fleet):
        pinned(account)
        batches = info()["batches"]
        assert not fleet(*batches, adopt=True)["changed"]
        assert "set adopt to true" in fleet(*batches)["msg"]
