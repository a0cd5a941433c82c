# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What preflight promises of a batch in which nothing is wrong, and of every run."""

from __future__ import annotations

import json
import re
import time

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    LOG_GROUP,
    REGION,
    TRIGGERS,
)
from ansible_collections.batchwork.aws.tests.unit.policies.iam_documents import grants
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import operator
from ansible_collections.batchwork.aws.tests.unit.policies.rendering import rendered

DECIDED_OTHERWISE = {
    "iam:SimulatePrincipalPolicy": "the documents are read instead",
}
"""Operations without which everything can be said all the same."""


def lines(result, *statuses):
    return [check["line"] for check in result["checks"] if check["status"] in statuses]


def found(result, name):
    (check,) = [check for check in result["checks"] if check["name"] == name]
    return check


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_correct_deployed_batch_is_ok_in_everything(deploy, preflight, emulator, trigger):
    deploy(trigger)
    result = preflight(name="report")
    assert lines(result, "NG", "SKIP") == []
    assert result["ok"] is True
    assert result["counts"]["ok"] > 30
    assert result["changed"] is False
    assert emulator.writes() == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_correct_declared_batch_is_ok_before_it_is_deployed(
    surroundings, preflight, emulator, trigger
):
    result = preflight(**surroundings.batch(trigger))
    assert lines(result, "NG", "SKIP") == []
    assert emulator.writes() == []


@pytest.mark.parametrize("simulator", ["asked", "not permitted"])
def test_nothing_that_is_denied_fails_the_module_or_is_taken_for_wrong(
    deploy, preflight, emulator, simulator
):
    deploy()
    if simulator == "not permitted":
        emulator.deny("iam:SimulatePrincipalPolicy")
    assert lines(preflight(name="report"), "NG", "SKIP") == []
    asked = {f"{call.service}:{call.operation}" for call in emulator.reads()}
    for operation in sorted(asked - set(DECIDED_OTHERWISE)):
        emulator.clear_denials()
        emulator.deny(operation)
        if simulator == "not permitted":
            emulator.deny("iam:SimulatePrincipalPolicy")
        result = preflight(name="report")
        assert lines(result, "NG") == [], operation
        skipped = [check for check in result["checks"] if check["status"] == "SKIP"]
        assert any(f"not permitted: {operation}." in check["reason"] for check in skipped), (
            operation
        )
        assert all("Allow" in check["remedy"] for check in skipped if operation in check["reason"])
    assert emulator.writes() == []


def test_without_the_simulator_and_the_documents_roles_are_not_judged(deploy, preflight, emulator):
    deploy()
    emulator.deny("iam:SimulatePrincipalPolicy")
    emulator.deny("iam:GetRolePolicy")
    result = preflight(name="report")
    skipped = lines(result, "SKIP")
    assert any("trigger may pass execution" in line for line in skipped)
    assert all("iam:GetRolePolicy" in line for line in skipped)


@pytest.fixture
def nobody(monkeypatch):
    """No credentials anywhere."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def test_without_credentials_the_description_is_checked_and_the_rest_is_skipped(
    surroundings, preflight, emulator, nobody
):
    overrides = {"containerOverrides": [{"name": "reprot", "command": ["report"]}]}
    result = preflight(**surroundings.batch(overrides=overrides))
    assert emulator.calls == []
    (wrong,) = [check for check in result["checks"] if check["status"] == "NG"]
    assert wrong["name"] == "override_containers"
    assert found(result, "size")["status"] == "OK"
    online = {"cluster", "trigger", "image", "secret", "log_group", "subnets", "network_way"}
    skipped = {check["name"] for check in result["checks"] if check["status"] == "SKIP"}
    assert online <= skipped
    assert all("redentials" in line for line in lines(result, "SKIP"))


def test_without_credentials_a_deployed_batch_is_skipped(preflight, emulator, nobody):
    result = preflight(name="report")
    assert [check["name"] for check in result["checks"]] == ["trigger"]
    assert lines(result, "SKIP") != []
    assert result["ok"] is True


def test_a_gate_fails_with_the_lines_that_are_ng(deploy, run_module, surroundings):
    deploy()
    surroundings.aws("logs").delete_log_group(logGroupName=LOG_GROUP)
    result = run_module("scheduled_batch_preflight", {"name": "report"})
    assert result["failed"]
    assert result["msg"].startswith(
        "1 check is NG; the batch would not run as it should.\nreport: NG"
    )
    assert f"log group {LOG_GROUP}" in result["msg"]
    assert result["counts"]["ng"] == 1
    assert len(result["checks"]) > 30


def test_a_gate_passes_what_is_only_skipped(deploy, run_module, emulator):
    deploy()
    emulator.deny("ec2:*")
    assert not run_module("scheduled_batch_preflight", {"name": "report"})["failed"]


def test_a_batch_that_does_not_exist_is_ng(preflight, surroundings):
    result = preflight(name="nothing")
    assert [check["status"] for check in result["checks"]] == ["NG"]
    assert "neither a rule nor a schedule" in result["checks"][0]["reason"]


@pytest.fixture
def both(deploy, surroundings):
    """A batch that was moved from a rule to a schedule, and the rule is left over."""
    deploy("rule")
    target = surroundings.aws("events").list_targets_by_rule(Rule="report")["Targets"][0]
    del target["Id"]
    surroundings.aws("scheduler").create_schedule(
        Name="report",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    surroundings.emulator.clear_calls()


def test_a_rule_and_a_schedule_of_one_name_have_to_be_told_apart(both, preflight, emulator):
    (check,) = preflight(name="report")["checks"]
    assert (check["name"], check["status"]) == ("trigger", "NG")
    assert check["reason"] == (
        "There are a rule and a schedule of this name (in the group default), and nothing says"
        " which one is the batch."
    )
    assert check["remedy"].startswith("Say which one with trigger, rule or scheduler;")
    assert emulator.writes() == []


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ({"trigger": "rule"}, "rule report"),
        ({"trigger": "scheduler"}, "schedule report"),
        ({"group_name": "default"}, "schedule report"),
    ],
)
def test_where_it_is_said_which_one_is_meant_that_is_checked(both, preflight, said, subject):
    check = found(preflight(name="report", **said), "trigger")
    assert (check["status"], check["subject"]) == ("OK", subject)


@pytest.fixture
def move_schedule(both, surroundings):
    """Moves the schedule into other groups: ``move_schedule("other", "third")``."""
    scheduler = surroundings.aws("scheduler")
    described = scheduler.get_schedule(Name="report")
    members = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    kept = {member: described[member] for member in members}

    def move(*groups):
        for group in groups:
            surroundings.trust("trigger", surroundings.trigger_trust(group_name=group))
            scheduler.create_schedule_group(Name=group)
            scheduler.create_schedule(GroupName=group, **kept)
        scheduler.delete_schedule(Name="report")

    return move


def remove_rule(surroundings):
    events = surroundings.aws("events")
    events.remove_targets(Rule="report", Ids=["report"])
    events.delete_rule(Name="report")


def test_a_schedule_of_the_name_in_another_group_is_not_the_batch(
    move_schedule, preflight, surroundings
):
    move_schedule("other")
    assert found(preflight(name="report"), "trigger")["subject"] == "rule report"
    remove_rule(surroundings)
    check = found(preflight(name="report"), "trigger")
    assert (check["status"], check["subject"]) == ("OK", "schedule report")


def test_the_schedule_of_an_owner_is_in_its_group(move_schedule, preflight):
    move_schedule("reports")
    check = found(preflight(name="report", owner="reports"), "trigger")
    assert check["status"] == "NG"
    assert "in the group reports" in check["reason"]


@pytest.mark.parametrize("said", [{}, {"trigger": "scheduler"}])
def test_schedules_of_one_name_in_several_groups_have_to_be_told_apart(
    move_schedule, preflight, surroundings, said
):
    move_schedule("other", "third")
    remove_rule(surroundings)
    (check,) = preflight(name="report", **said)["checks"]
    assert (check["name"], check["status"]) == ("trigger", "NG")
    assert "in the groups other and third" in check["reason"]
    assert check["remedy"] == "Say which one with group_name."
    check = found(preflight(name="report", group_name="third", **said), "trigger")
    assert check["status"] == "OK"


def test_where_schedules_may_not_be_read_the_rule_is_checked_and_the_doubt_told(
    both, preflight, emulator
):
    emulator.deny("scheduler:GetSchedule")
    result = preflight(name="report")
    (doubt, check) = [each for each in result["checks"] if each["name"] == "trigger"]
    assert (doubt["status"], doubt["subject"]) == ("SKIP", "rule or schedule report")
    assert "Allow scheduler:GetSchedule" in doubt["remedy"]
    assert (check["status"], check["subject"]) == ("OK", "rule report")


def test_overrides_that_the_rule_makes_of_its_event_are_skipped(deploy, preflight, surroundings):
    deploy()
    events = surroundings.aws("events")
    target = events.list_targets_by_rule(Rule="report")["Targets"][0]
    del target["Input"]
    template = '{"containerOverrides": [{"name": "report", "command": ["at", "<time>"]}]}'
    made = {"InputPathsMap": {"time": "$.time"}, "InputTemplate": template}
    events.put_targets(Rule="report", Targets=[{**target, "InputTransformer": made}])
    result = preflight(name="report")
    assert lines(result, "NG") == []
    (check,) = [check for check in result["checks"] if check["status"] == "SKIP"]
    assert check["line"] == (
        "SKIP overrides and input: The rule makes them of its event (InputTransformer), so they are"
        " not known before. Give overrides instead, unless the batch needs something of the event."
    )
    assert not {"override_containers", "command"} & {check["name"] for check in result["checks"]}


def test_every_check_says_what_was_looked_at_and_ng_what_to_do(deploy, preflight, surroundings):
    deploy()
    surroundings.aws("ecs").delete_cluster(cluster="batch")
    for check in preflight(name="report")["checks"]:
        assert set(check) == {"batch", "name", "status", "subject", "reason", "remedy", "line"}
        assert check["batch"] == "report"
        assert check["line"].startswith(f"{check['status']:<4} {check['subject']}")
        for sentence in filter(None, (check["reason"], check["remedy"])):
            assert re.match(r"[A-Z'].*\.$", sentence, re.DOTALL), sentence
        if check["status"] == "NG":
            assert check["reason"]
            assert check["remedy"]


def test_next_runs_of_a_rule_are_shown_in_utc_and_in_local_time(
    surroundings, preflight, monkeypatch
):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        result = preflight(**surroundings.batch(schedule="cron(0 20 1 1 ? 2199)"))
    finally:
        monkeypatch.undo()
        time.tzset()
    check = found(result, "schedule")
    assert check["status"] == "OK"
    assert "2199-01-01 20:00 UTC (2199-01-02 05:00 JST here)" in check["reason"]
    assert "trigger scheduler with timezone" in check["remedy"]


def test_next_runs_of_a_schedule_are_in_its_zone(surroundings, preflight):
    result = preflight(**surroundings.batch("scheduler", timezone="Asia/Tokyo"))
    assert "next at 2199-01-01 03:00 UTC+09:00" in found(result, "schedule")["reason"]
    assert found(result, "schedule")["remedy"] == ""


def test_a_schedule_that_never_runs_again_is_ng(surroundings, preflight):
    result = preflight(**surroundings.batch(schedule="cron(0 3 1 1 ? 2020)"))
    assert found(result, "schedule")["status"] == "NG"
    assert "a time to come" in found(result, "schedule")["remedy"]


def test_nothing_that_says_what_to_run_is_remarked(surroundings, preflight):
    result = preflight(**surroundings.batch(overrides=None))
    check = found(result, "command")
    assert check["status"] == "OK"
    assert "Nothing says what report runs" in check["reason"]
    assert "Give a command" in check["remedy"]


def test_a_batch_that_is_declared_as_disabled_may_be_so(surroundings, deploy, preflight):
    described = deploy()
    surroundings.aws("events").disable_rule(Name="report")
    states = {
        enabled: found(preflight(**described, enabled=enabled), "trigger_state")["status"]
        for enabled in (True, False)
    }
    assert states == {True: "OK", False: "OK"}
    assert found(preflight(**described), "trigger_state")["status"] == "NG"


def test_a_role_in_another_path_is_not_the_role(surroundings, preflight):
    role = surroundings.batch()["role_arn"].replace("/batches/", "/")
    check = found(preflight(**surroundings.batch(role_arn=role)), "trigger_role_trust")
    assert check["status"] == "NG"
    assert "role/batches/trigger" in check["reason"]


def test_images_and_secrets_are_asked_for_where_they_are(surroundings, preflight, emulator):
    image = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/other:1"
    options = {"image": image, "secrets": None}
    preflight(**surroundings.batch(task_definition=surroundings.definition_with(**options)))
    (asked,) = [call for call in emulator.calls if call.operation == "DescribeImages"]
    assert (asked.region, asked.parameters["registryId"]) == ("eu-west-1", "210987654321")


def test_no_value_of_a_secret_is_read(deploy, preflight, emulator):
    deploy()
    preflight(name="report")
    read = {f"{call.service}:{call.operation}" for call in emulator.calls}
    assert not read & {"secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters"}


@pytest.mark.parametrize("simulator", [True, False])
def test_the_operators_policy_allows_every_call(deploy, preflight, emulator, simulator):
    deploy()
    if not simulator:
        emulator.deny("iam:SimulatePrincipalPolicy")
    emulator.clear_calls()
    preflight(name="report")
    prefixes = {"resourcegroupstaggingapi": "tag"}
    called = {
        f"{prefixes.get(call.service, call.service)}:{call.operation}"
        for call in emulator.calls
        if call.service != "sts"
    }
    documents = [rendered(name, operator()) for name in ("operator", "operator-preflight")]
    assert called <= {action for each in documents for action, _resource in grants(each)}


def test_nothing_tells_what_a_secret_looking_variable_holds(surroundings, preflight):
    marker = "marker-7261"
    entry = {"name": "reprot", "environment": {"DB_PASSWORD": marker}}
    result = preflight(**surroundings.batch(overrides={"container_overrides": [entry]}))
    assert found(result, "override_containers")["status"] == "NG"
    assert marker not in json.dumps(result)


def test_a_schedule_that_calls_ecs_by_the_universal_target_is_skipped(surroundings, preflight):
    surroundings.aws("scheduler").create_schedule(
        Name="report",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask",
            "RoleArn": surroundings.batch()["role_arn"],
            "Input": "{}",
        },
    )
    assert [check["status"] for check in preflight(name="report")["checks"]] == ["SKIP"]


def test_it_works_in_the_region_of_the_batch(deploy, preflight, emulator):
    deploy()
    emulator.clear_calls()
    preflight(name="report")
    assert {call.region for call in emulator.calls if call.service != "iam"} == {REGION}
