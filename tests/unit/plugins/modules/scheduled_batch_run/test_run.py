# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``scheduled_batch_run``, with tasks that really run on the emulator."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.running_batches import (
    CLUSTER,
    FAMILY,
    GROUP,
    LOGS,
    PLACE,
    ROLE,
)
from ansible_collections.batchwork.aws.tests.unit.shell_commands import (
    tell_and_exit,
    until_ended,
    until_exists,
)


def test_a_run_returns_its_log_and_exit_code(batch):
    batch.deploy("sh", "-c", "echo one; echo two; echo three")
    result = batch.run(log_lines=2)
    assert not result["failed"], result["msg"]
    assert result["changed"]
    assert (result["exit_code"], result["log"]) == (0, ["two", "three"])
    assert result["container"] == "hello"
    assert result["task"]["last_status"] == "STOPPED"
    assert result["task"]["started_by"] == "batchwork-run/hello"
    assert result["stop_reason"].startswith("EssentialContainerExited")
    assert result["warnings"] == []


def test_check_mode_starts_nothing(batch):
    batch.deploy("true")
    result = batch.run(check_mode=True)
    assert (result["changed"], result["task"], result["log"]) == (True, None, [])
    assert batch.emulator.writes() == []


def test_everything_that_the_target_says_is_asked_for(batch):
    batch.register("true")
    text = '{"containerOverrides": [{"name": "hello", "command": ["echo", "Hi"]}]}'
    parameters = batch.parameters(
        TaskCount=2,
        PlatformVersion="1.4.0",
        Group="nightly",
        EnableExecuteCommand=True,
        EnableECSManagedTags=True,
        PropagateTags="TASK_DEFINITION",
        ReferenceId="ref",
        Tags=[{"Key": "team", "Value": "finance"}],
    )
    batch.put_target(Input=text, EcsParameters=parameters)
    result = batch.run(log_lines=1)
    assert result["log"] == ["Hi"]
    (request,) = batch.requests("RunTask")
    assert 1 <= len(request.pop("clientToken")) <= 64
    assert request == {
        "cluster": CLUSTER,
        "taskDefinition": FAMILY,
        "count": 2,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "group": "nightly",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": batch.network["awsvpcConfiguration"]["Subnets"],
            }
        },
        "enableExecuteCommand": True,
        "enableECSManagedTags": True,
        "propagateTags": "TASK_DEFINITION",
        "referenceId": "ref",
        "startedBy": "batchwork-run/hello",
        "overrides": {"containerOverrides": [{"name": "hello", "command": ["echo", "Hi"]}]},
        "tags": [{"key": "team", "value": "finance"}],
    }


def test_extra_overrides_are_merged_by_container_and_variable(batch):
    batch.register("sh", "-c", "echo $A $B $C")
    own = [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]
    overrides = {"containerOverrides": [{"name": "hello", "environment": own}]}
    batch.put_target(Input=json.dumps(overrides))
    extra = {"container_overrides": [{"name": "hello", "environment": {"B": 2, "C": "3"}}]}
    assert batch.run(overrides=extra)["log"] == ["1 2 3"]
    command = {"containerOverrides": [{"name": "hello", "command": ["echo", "word"]}]}
    assert batch.run(overrides=command)["log"] == ["word"]


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"container_overrides": [{"name": "hello", "comand": []}]}, "'comand' is not known here"),
        ({"containerOverrides": [{"name": "hello", "image": "x"}]}, "'image' cannot be overridden"),
        ({"cpu": "lots"}, "'lots'"),
    ],
)
def test_mistakes_in_extra_overrides_are_told_before_anything_starts(batch, overrides, error):
    batch.deploy("true")
    result = batch.run(overrides=overrides)
    assert result["failed"]
    assert result["errors"][0].startswith(f"overrides.{next(iter(overrides))}")
    assert error in result["msg"]
    assert batch.emulator.calls == []


@pytest.mark.parametrize("in_target", [True, False])
def test_an_override_for_no_container_is_told_with_the_remedy(batch, in_target):
    batch.register("true")
    overrides = {"containerOverrides": [{"name": "helo", "command": ["true"]}]}
    batch.put_target(**({"Input": json.dumps(overrides)} if in_target else {}))
    batch.emulator.clear_calls()
    result = batch.run(**({} if in_target else {"overrides": overrides}))
    assert result["failed"]
    assert not result["changed"]
    assert "Override for container named helo is not a container" in result["msg"]
    assert " has the containers hello. Use the name of a container" in result["msg"]
    assert batch.emulator.writes() == []


def test_another_exit_code_fails_with_the_log(batch):
    batch.deploy("sh", "-c", "echo before; exit 3")
    result = batch.run()
    assert result["failed"]
    assert result["changed"]
    assert (result["exit_code"], result["log"]) == (3, ["before"])
    assert result["msg"] == (
        "The container hello exited with code 3: "
        "EssentialContainerExited; Essential container in task exited."
    )


def test_a_task_that_never_started_is_told_with_the_remedy(batch):
    batch.deploy("true")
    reason = "CannotPullContainerError: pull image manifest has been retried 5 time(s): not found"
    batch.emulator.runner.fail_next_start("TaskFailedToStart", reason)
    result = batch.run()
    assert result["failed"]
    assert result["exit_code"] is None
    assert f"never started: TaskFailedToStart; {reason}. Push the image" in result["msg"]
    assert result["warnings"] == []


def test_a_missing_log_group_is_told_with_the_remedy(batch):
    batch.deploy("true")
    batch.aws("logs").delete_log_group(logGroupName=GROUP)
    result = batch.run()
    assert result["failed"]
    assert "never started" in result["msg"]
    assert "Create the log group" in result["msg"]
    assert (result["log"], result["warnings"]) == ([], [])


def test_a_task_that_somebody_stops_has_failed(batch):
    batch.deploy("sleep", "60")
    arn = batch.run(wait=False)["task"]["task_arn"]
    batch.ecs.stop_task(cluster="batch", task=arn, reason="maintenance")
    result = batch.run(task_arn=arn)
    assert result["failed"]
    assert "UserInitiated; maintenance" in result["msg"]


def test_without_awslogs_there_is_no_log(batch):
    batch.register("echo", "Hi", logConfiguration={"logDriver": "splunk"})
    batch.put_target()
    result = batch.run()
    assert (result["exit_code"], result["log"], result["warnings"]) == (0, [], [])


def test_no_lines_are_asked_for_where_none_are_wanted(batch):
    batch.deploy("echo", "Hi")
    assert batch.run(log_lines=0)["log"] == []
    assert batch.requests("GetLogEvents") == []


def test_a_log_that_cannot_be_read_is_a_warning(batch):
    batch.deploy("echo", "Hi")
    batch.emulator.deny("logs:GetLogEvents")
    result = batch.run()
    assert not result["failed"]
    assert (result["exit_code"], result["log"]) == (0, [])
    (warning,) = result["warnings"]
    assert warning.startswith("The log could not be read: Failed reading the log stream ecs/hello/")
    assert "AccessDenied" in warning


def test_a_log_that_is_gone_is_a_warning(batch):
    batch.deploy("echo", "Hi")
    arn = batch.run(wait=False)["task"]["task_arn"]
    batch.run(task_arn=arn)
    batch.aws("logs").delete_log_group(logGroupName=GROUP)
    result = batch.run(task_arn=arn)
    assert not result["failed"]
    (warning,) = result["warnings"]
    assert "ResourceNotFoundException" in warning


def test_the_log_may_be_in_another_region(batch):
    there = batch.aws("logs", region_name="eu-west-1")
    there.create_log_group(logGroupName="/ecs/elsewhere")
    elsewhere = {"awslogs-group": "/ecs/elsewhere", "awslogs-region": "eu-west-1"}
    options = {**LOGS["options"], **elsewhere}
    batch.register("echo", "Hi", logConfiguration={**LOGS, "options": options})
    batch.put_target()
    assert batch.run()["log"] == ["Hi"]


def test_secrets_of_the_run_are_hidden_in_its_log(batch):
    environment = [{"name": "API_TOKEN", "value": "hunter22"}]
    batch.register("sh", "-c", "echo token=$API_TOKEN", environment=environment)
    batch.put_target()
    assert batch.run()["log"] == ["token=VALUE_HIDDEN"]


def test_a_run_that_takes_too_long_goes_on_and_can_be_waited_for(batch, tmp_path):
    signal = tmp_path / "signal"
    batch.deploy("sh", "-c", f"echo begun; {until_exists(signal)}; echo done")
    result = batch.run(wait_timeout=0)
    assert result["failed"]
    assert result["changed"]
    arn = result["task"]["task_arn"]
    assert (
        f"did not end within 0 seconds and goes on. Wait for it with task_arn: {arn}"
        in (result["msg"])
    )
    assert result["exit_code"] is None
    signal.touch()
    later = batch.run(task_arn=arn)
    assert not later["failed"], later["msg"]
    assert not later["changed"]
    assert later["log"] == ["begun", "done"]
    assert len(batch.requests("RunTask")) == 1


def test_without_waiting_the_task_is_returned_at_once(batch):
    batch.deploy("sh", "-c", "exit 4")
    result = batch.run(wait=False)
    assert not result["failed"]
    assert (result["changed"], result["exit_code"], result["log"]) == (True, None, [])
    assert batch.requests("DescribeTasks") == []
    later = batch.run(task_arn=result["task"]["task_arn"])
    assert later["failed"]
    assert later["exit_code"] == 4


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        ("0123456789abcdef", "task_arn: '0123456789abcdef' is no ARN"),
        (f"arn:aws:ecs:{PLACE}:task/batch/{'0' * 32}", "ECS knows no task arn:aws:ecs:"),
    ],
)
def test_a_task_that_ecs_does_not_know_is_told(batch, arn, told):
    result = batch.run(task_arn=arn)
    assert result["failed"]
    assert told in result["msg"]


@pytest.mark.parametrize("option", [{"overrides": {}}, {"target_id": "hello"}])
def test_a_task_that_was_started_earlier_takes_no_more_options(batch, option):
    result = batch.run(task_arn=f"arn:aws:ecs:{PLACE}:task/batch/0123", **option)
    assert result["failed"]
    assert f"mutually exclusive: task_arn|{next(iter(option))}" in result["msg"]


@pytest.mark.parametrize("option", ["wait_timeout", "log_lines"])
def test_negative_numbers_are_refused(batch, option):
    result = batch.run(**{option: -1})
    assert result["msg"] == f"{option}: -1 is out of range; give 0 or more. Nothing was changed."


def test_of_several_copies_the_one_that_failed_is_shown(batch, tmp_path):
    batch.register("sh", "-c", f"mkdir {tmp_path}/first && echo fine || exit 4")
    batch.put_target(EcsParameters=batch.parameters(TaskCount=2))
    result = batch.run()
    assert result["failed"]
    assert result["exit_code"] == 4
    assert len(batch.requests("DescribeTasks")[0]["tasks"]) == 2


def test_the_pinned_revision_runs_and_a_family_means_the_newest(batch):
    first = batch.register("echo", "first")
    batch.register("echo", "second")
    batch.put_target(EcsParameters=batch.parameters(TaskDefinitionArn=first))
    assert batch.run()["log"] == ["first"]
    batch.put_target()
    assert batch.run()["log"] == ["second"]


def test_an_inactive_revision_fails_with_the_remedy(batch):
    old = batch.register("true")
    batch.ecs.deregister_task_definition(taskDefinition=old)
    batch.put_target(EcsParameters=batch.parameters(TaskDefinitionArn=old))
    result = batch.run()
    assert result["failed"]
    assert not result["changed"]
    assert "TaskDefinition is inactive" in result["msg"]
    assert "Point the target at an ACTIVE revision" in result["msg"]


def test_a_missing_definition_fails_with_the_remedy(batch):
    missing = f"arn:aws:ecs:{PLACE}:task-definition/nothing"
    batch.put_target(EcsParameters=batch.parameters(TaskDefinitionArn=missing))
    result = batch.run()
    assert result["failed"]
    assert "Unable to describe task definition" in result["msg"]
    assert "Point the target at an ACTIVE revision" in result["msg"]
    assert result["error"]["operation"] == "ecs:DescribeTaskDefinition"


def test_the_named_container_counts(batch, tmp_path):
    signal = tmp_path / "signal"
    side = {
        "name": "side",
        "image": "debian",
        "essential": False,
        "command": ["sh", "-c", f"echo aside; {tell_and_exit(signal, 5)}"],
        "logConfiguration": LOGS,
    }
    batch.register("sh", "-c", until_ended(signal), more=(side,))
    batch.put_target()
    assert batch.run()["exit_code"] == 0
    signal.unlink()
    result = batch.run(container="side")
    assert result["failed"]
    assert (result["container"], result["exit_code"], result["log"]) == ("side", 5, ["aside"])


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_container_that_is_not_there_is_told_before_anything_starts(batch, check_mode):
    batch.deploy("true")
    result = batch.run(container="other", check_mode=check_mode)
    assert result["msg"].startswith("container: 'other' is no container of hello; it has hello.")
    assert batch.emulator.writes() == []


def test_tasks_that_ecs_cannot_place_are_a_failure_with_the_remedy(batch):
    batch.deploy("true")
    failures = [{"arn": CLUSTER, "reason": "RESOURCE:ENI"}]
    batch.emulator.fault("ecs", "RunTask", answer={"tasks": [], "failures": failures})
    result = batch.run()
    assert result["failed"]
    assert not result["changed"]
    assert "RESOURCE:ENI" in result["msg"]
    assert "AWS has no room for the task now" in result["msg"]
    assert result["error"]["operation"] == "ecs:RunTask"


def test_where_only_some_copies_start_the_started_ones_are_told(batch):
    batch.deploy("true")
    arn = f"arn:aws:ecs:{PLACE}:task/batch/0123"
    started = [{"taskArn": arn, "lastStatus": "PROVISIONING"}]
    failures = [{"arn": CLUSTER, "reason": "RESOURCE:CPU"}]
    batch.emulator.fault("ecs", "RunTask", answer={"tasks": started, "failures": failures})
    result = batch.run()
    assert result["failed"]
    assert result["changed"]
    assert result["task"]["task_arn"] == arn
    assert f"Tasks that were started and go on: {arn}." in result["msg"]


def test_a_role_that_must_not_be_passed_is_told_with_the_remedy(batch):
    batch.deploy("true")
    told = f"User: ops is not authorized to perform: iam:PassRole on resource: {ROLE}/task"
    batch.emulator.fault("ecs", "RunTask", error=("AccessDeniedException", told, 400))
    result = batch.run()
    assert result["failed"]
    assert not result["changed"]
    assert "AccessDenied" in result["msg"]
    assert (
        "Allow iam:PassRole on the task definition's execution role and task role"
        in (result["msg"])
    )
    assert ".." not in result["msg"]


def test_a_lost_answer_does_not_start_a_second_task(batch):
    batch.deploy("echo", "once")
    before = len(batch.emulator.runner.runs())
    batch.emulator.fault("ecs", "RunTask", lost_answer=True)
    result = batch.run()
    assert not result["failed"], result["msg"]
    assert result["log"] == ["once"]
    first, second = batch.requests("RunTask")
    assert first == second
    assert len(batch.emulator.runner.runs()) == before + 1


def test_every_run_has_a_token_of_its_own(batch):
    batch.deploy("true")
    batch.run(wait=False)
    batch.run(wait=False)
    first, second = batch.requests("RunTask")
    assert first["clientToken"] != second["clientToken"]


def test_where_the_task_cannot_be_watched_its_start_is_told(batch):
    batch.deploy("true")
    batch.emulator.deny("ecs:DescribeTasks")
    result = batch.run()
    assert result["failed"]
    assert result["changed"]
    assert result["task"]["task_arn"] in result["msg"]
    assert "What was started goes on" in result["msg"]
    assert result["error"]["operation"] == "ecs:DescribeTasks"


def test_a_missing_rule_is_told(batch):
    result = batch.run(name="nothing", trigger="rule")
    assert result["failed"]
    assert "Failed listing the targets of the rule nothing" in result["msg"]
    assert result["error"]["code"] == "ResourceNotFoundException"


def test_a_rule_without_an_ecs_target_is_told(batch):
    queue = f"arn:aws:sqs:{PLACE}:reports"
    assert "no ECS target; its targets: none." in batch.run()["msg"]
    batch.events.put_targets(Rule="hello", Targets=[{"Id": "queue", "Arn": queue}])
    assert f"no ECS target; its targets: queue ({queue})." in batch.run()["msg"]


def test_of_several_targets_one_is_named(batch):
    batch.register("echo", "Hi")
    for identifier in ("one", "two"):
        batch.put_target(identifier)
    told = batch.run()["msg"]
    assert told.startswith("target_id: The rule hello has several ECS targets, one, two;")
    assert "no ECS target 'three'" in batch.run(target_id="three")["msg"]
    assert batch.run(target_id="two")["log"] == ["Hi"]


def test_a_target_whose_input_no_task_could_read_is_told(batch):
    batch.register("true")
    batch.put_target(Input='"text"')
    result = batch.run()
    assert result["failed"]
    assert not result["changed"]
    assert "Unable to convert target input to TaskOverride" in result["msg"]


def test_input_that_is_made_of_an_event_has_to_be_given(batch):
    batch.register("echo", "Hi")
    batch.put_target(InputTransformer={"InputTemplate": '{"containerOverrides": []}'})
    result = batch.run()
    assert result["failed"]
    assert "makes its overrides of the event (InputTransformer)" in result["msg"]
    assert batch.run(overrides={})["log"] == ["Hi"]
