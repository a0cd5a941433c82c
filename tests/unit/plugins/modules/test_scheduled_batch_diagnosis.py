# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``scheduled_batch_diagnosis``: every mistake that only a run shows is made on a
deployed batch, which then fires, and the answer names it with its remedy and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.scheduler.models import scheduler_backends

from emulator.layer import Call
from emulator.server import Emulator
from emulator.strict import state
from emulator.strict.cloudtrail import Trail

NAME = "scheduled_batch_diagnosis"
REGION = "ap-northeast-1"
ACCOUNT = "123456789012"
PLACE = f"{REGION}:{ACCOUNT}"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
FAMILY = f"arn:aws:ecs:{PLACE}:task-definition/hello"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/trigger"
QUEUE = f"arn:aws:sqs:{PLACE}:letters"
EXECUTION = f"arn:aws:iam::{ACCOUNT}:role/execution"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
RUN_TASK = {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": f"{FAMILY}:*"}
PASS_ROLE = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": EXECUTION}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = [datetime.now(UTC).date() - timedelta(days=days) for days in (4, 3, 2)]
"""Days of this week: what is looked up is only kept for some time."""

OTHER_NAME = '{"containerOverrides": [{"name": "helo", "command": ["true"]}]}'
LOGS = {
    "awslogs-group": "/ecs/hello",
    "awslogs-region": REGION,
    "awslogs-stream-prefix": "ecs",
}


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


class Batch:
    """A batch whose run is due in the present minute, deployed an hour ago."""

    def __init__(self, aws: Any, emulator: Any, run_module: Callable[..., dict[str, Any]]) -> None:
        self.aws, self.emulator, self._run_module = aws, emulator, run_module
        self.due = datetime.now(UTC).replace(second=0, microsecond=0)
        self.expression = f"cron({self.due.minute} {self.due.hour} * * ? *)"
        self.ecs, self.iam = aws("ecs"), aws("iam")
        self.ecs.create_cluster(clusterName="batch")
        subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
        self.network = {"awsvpcConfiguration": {"Subnets": [subnet]}}
        aws("logs").create_log_group(logGroupName="/ecs/hello")
        self.register("echo", "Hello,World!")
        self._make_role()
        self._make_queue()

    def register(self, *command: str, **more: Any) -> str:
        logs = {"logDriver": "awslogs", "options": LOGS}
        container = {"name": "hello", "image": "debian", "logConfiguration": logs, **more}
        answer = self.ecs.register_task_definition(
            family="hello",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=EXECUTION,
            containerDefinitions=[{**container, "command": list(command)}],
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def _make_role(self) -> None:
        services = [f"{name}.amazonaws.com" for name in ("events", "scheduler")]
        trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": trust})
        self.iam.create_role(RoleName="trigger", AssumeRolePolicyDocument=document)
        self.allow(EVERYTHING)

    def allow(self, *statements: dict[str, Any]) -> None:
        """Let the trigger's role do exactly this."""
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.iam.put_role_policy(RoleName="trigger", PolicyName="all", PolicyDocument=document)

    def _make_queue(self) -> None:
        policy = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        }
        self.policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})}
        made = self.aws("sqs").create_queue(QueueName="letters", Attributes=self.policy)
        self.queue = made["QueueUrl"]

    def target(self, **more: Any) -> dict[str, Any]:
        parameters = {
            "TaskDefinitionArn": FAMILY,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": self.network,
            **more.pop("EcsParameters", {}),
        }
        base = {"Arn": CLUSTER, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": QUEUE}}
        return {**base, "EcsParameters": parameters, **more}

    def put_rule(self, expression: str | None = None, **more: Any) -> None:
        events = self.aws("events")
        events.put_rule(Name="hello", ScheduleExpression=expression or self.expression)
        events.put_targets(Rule="hello", Targets=[{"Id": "hello", **self.target(**more)}])
        self.age(days=60)

    def create_schedule(self, expression: str | None = None, **more: Any) -> None:
        zone = more.pop("zone", "UTC")
        window = more.pop("window", {"Mode": "OFF"})
        self.aws("scheduler").create_schedule(
            Name="hello",
            ScheduleExpression=expression or self.expression,
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow=window,
            Target=self.target(**more),
        )
        group = scheduler_backends[ACCOUNT][REGION].schedule_groups["default"]
        group.schedules["hello"].creation_date = LONG_AGO.timestamp()
        self.age(days=60)

    def age(self, **duration: float) -> None:
        """Let everything in CloudTrail so far have happened earlier, by an hour if not told."""
        earlier = timedelta(**(duration or {"hours": 1}))
        trail = state.of(Call("cloudtrail", "LookupEvents", REGION, ACCOUNT), Trail)
        for event in trail.events:
            event["EventTime"] -= earlier
            content = json.loads(event["CloudTrailEvent"])
            moment = datetime.fromisoformat(content["eventTime"]) - earlier
            content["eventTime"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
            event["CloudTrailEvent"] = json.dumps(content)

    def fire(self) -> dict[str, Any]:
        """Let the run that is due start now, and wait until its task has ended."""
        body = {"minute": self.due.isoformat()}
        answer = self.emulator.runner.control("POST", "/_emulator/tasks/fire", body)
        for run in self.emulator.runner.runs():
            run.join(20)
        [made] = answer["invocations"] or [{}]
        return dict(made)

    def diagnose(self, **params: Any) -> dict[str, Any]:
        """Run the module, which must write nothing."""
        self.emulator.clear_calls()
        given = {"name": "hello", "expected_at": self.due.isoformat(), **params}
        result = self._run_module(NAME, {k: v for k, v in given.items() if v is not None})
        written = {call.operation for call in self.emulator.writes()}
        allowed = {"ReceiveMessage"} if params.get("read_dead_letters") else set()
        assert written <= allowed
        return result

    def evidence(self, **params: Any) -> dict[str, tuple[str, str]]:
        """Status and finding of each evidence."""
        result = self.diagnose(**params)
        assert not result["failed"], result["msg"]
        return {each["name"]: (each["status"], each["found"]) for each in result["evidence"]}


@pytest.fixture
def batch(aws: Any, emulator: Any, run_module: Any) -> Batch:
    return Batch(aws, emulator, run_module)


KINDS = {"rule": Batch.put_rule, "schedule": Batch.create_schedule}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_went_well_is_told(batch: Batch, kind: str) -> None:
    KINDS[kind](batch)
    made = batch.fire()
    result = batch.diagnose()
    assert not result["failed"], result["msg"]
    assert not result["changed"]
    [arn] = made["task_arns"]
    assert result["cause"] == f"The run did happen: {arn} ended with exit code 0."
    assert result["remedy"] is None
    assert result["log"] == ["Hello,World!"]
    names = [each["name"] for each in result["evidence"]]
    assert names == [
        "trigger",
        "enabled",
        "enabled_then",
        "schedule",
        "cluster",
        "task_definition",
        "invocations",
        "dead_letters",
        "run_task",
        "tasks",
        "log",
    ]
    assert {each["status"] for each in result["evidence"]} == {"OK"}
    assert result["expected_at"] == batch.due.isoformat()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_this_very_second_is_counted(batch: Batch, kind: str) -> None:
    """The span ends now, within the minute of the count."""
    batch.due -= timedelta(minutes=2)
    KINDS[kind](batch, f"cron({batch.due.minute} {batch.due.hour} * * ? *)")
    batch.fire()
    status, found = batch.evidence()["invocations"]
    assert (status, found.split(" (")[0]) == ("OK", "1 call of the target, 0 failed")


def gone_cluster(batch: Batch) -> dict[str, Any]:
    batch.ecs.delete_cluster(cluster="batch")
    return {}


def inactive_revision(batch: Batch) -> dict[str, Any]:
    arn = batch.register("true")
    batch.ecs.deregister_task_definition(taskDefinition=arn)
    return {"EcsParameters": {"TaskDefinitionArn": arn}}


def allowing(*statements: dict[str, Any]) -> Callable[[Batch], dict[str, Any]]:
    def prepare(batch: Batch) -> dict[str, Any]:
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
        batch.allow(*statements, send)
        return {}

    return prepare


def changed(**target: Any) -> Callable[[Batch], dict[str, Any]]:
    return lambda _batch: target


REFUSED: dict[str, tuple[Callable[[Batch], dict[str, Any]], str, str]] = {
    # The mistake: how it is made, what AWS says, and the beginning of the remedy.
    "unknown container": (
        changed(Input=OTHER_NAME),
        "Override for container named helo is not a container in the TaskDefinition.",
        "Use the name of a container of the task definition",
    ),
    "cluster is gone": (
        gone_cluster,
        "The referenced cluster was inactive.",
        "Create the ECS cluster",
    ),
    "inactive revision": (
        inactive_revision,
        "TaskDefinition is inactive",
        "Point the target at an ACTIVE revision",
    ),
    "policy on an old revision": (
        allowing({**RUN_TASK, "Resource": f"{FAMILY}:7"}, PASS_ROLE),
        "is not authorized to perform: ecs:RunTask",
        "Allow ecs:RunTask on every revision of the family",
    ),
    "PassRole is missing": (
        allowing(RUN_TASK),
        "is not authorized to perform: iam:PassRole",
        "Allow iam:PassRole on the task definition's execution role",
    ),
    "TagResource is missing": (
        lambda batch: {
            **allowing(RUN_TASK, PASS_ROLE)(batch),
            "EcsParameters": {"PropagateTags": "TASK_DEFINITION"},
        },
        "is not authorized to perform: ecs:TagResource",
        "Allow ecs:TagResource",
    ),
    "no Fargate size in the overrides": (
        changed(Input='{"cpu": "256", "memory": "8192"}'),
        "No Fargate configuration exists for given values",
        "Choose a pair of cpu and memory that Fargate knows",
    ),
    "no network": (
        changed(EcsParameters={"LaunchType": "EC2", "NetworkConfiguration": None}),
        "Network Configuration must be provided",
        "Give subnets and security groups when the task definition uses awsvpc",
    ),
    "ECS Exec without a task role": (
        changed(EcsParameters={"EnableExecuteCommand": True}),
        "a valid taskRoleArn is not being used",
        "Give the task definition a task role",
    ),
    "subnet is gone": (
        changed(
            EcsParameters={
                "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-0gone"]}}
            }
        ),
        "InvalidSubnetID.NotFound",
        "Correct the subnets and security groups",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mistake", REFUSED)
def test_a_start_that_aws_refused_is_told_by_cloudtrail(
    batch: Batch, mistake: str, kind: str
) -> None:
    prepare, said, remedy = REFUSED[mistake]
    target = prepare(batch)
    if kind == "schedule" and target.get("EcsParameters", {}).get("LaunchType") == "EC2":
        target = {"EcsParameters": {"NetworkConfiguration": None, "LaunchType": "EC2"}}
    deploy(batch, kind, target)
    batch.fire()
    result = batch.diagnose()
    assert result["cause"].startswith("The trigger called RunTask, and ECS refused: ")
    assert said in result["cause"]
    assert result["remedy"].startswith(remedy)
    evidence = {each["name"]: each for each in result["evidence"]}
    assert evidence["run_task"]["status"] == "NG"
    assert evidence["invocations"]["status"] == "NG"
    assert evidence["dead_letters"]["found"].startswith(
        "Messages in the dead-letter queue letters: 1; with"
    )


def deploy(batch: Batch, kind: str, target: dict[str, Any]) -> None:
    parameters = target.get("EcsParameters", {})
    if parameters.get("NetworkConfiguration", "") is None:
        base = {"TaskDefinitionArn": FAMILY, "LaunchType": parameters["LaunchType"]}
        original = batch.target
        batch.target = lambda **more: {**original(**more), "EcsParameters": base}  # type: ignore[method-assign]
        target = {}
    KINDS[kind](batch, **target)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mistake", REFUSED)
def test_and_by_the_dead_letter_where_cloudtrail_may_not_be_read(
    batch: Batch, mistake: str, kind: str
) -> None:
    prepare, said, remedy = REFUSED[mistake]
    deploy(batch, kind, prepare(batch))
    batch.fire()
    batch.emulator.deny("cloudtrail:LookupEvents")
    result = batch.diagnose(read_dead_letters=True)
    assert result["cause"].startswith("The trigger could not start the task: ")
    assert said in result["cause"]
    assert result["remedy"].startswith(remedy)
    evidence = {each["name"]: each for each in result["evidence"]}
    told = ("UNKNOWN", "The permission cloudtrail:LookupEvents is missing.")
    assert (evidence["run_task"]["status"], evidence["run_task"]["found"]) == told
    waiting = batch.aws("sqs").receive_message(QueueUrl=batch.queue)["Messages"]
    assert len(waiting) == 1


NEVER_RAN = {
    "no way to the registry": (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource"
        " retrieval failed: unable to retrieve ecr registry auth: i/o timeout",
        "Check that the secret or parameter exists, that the execution role may read",
    ),
    "secret is missing": (
        "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve"
        " secret from asm",
        "Check that the secret or parameter exists",
    ),
    "no network to the image": (
        "CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp: i/o timeout",
        "Give the subnet a way to the registry",
    ),
    "no address": ("Timeout waiting for network interface: RESOURCE:ENI", "AWS has no room"),
}


@pytest.mark.parametrize("mistake", NEVER_RAN)
def test_a_task_that_never_ran_is_told(batch: Batch, mistake: str) -> None:
    reason, remedy = NEVER_RAN[mistake]
    batch.put_rule()
    batch.emulator.runner.fail_next_start("TaskFailedToStart", reason)
    batch.fire()
    result = batch.diagnose()
    assert result["cause"].startswith("The task was started and never ran: ")
    assert reason in result["cause"]
    assert result["remedy"].startswith(remedy)


def test_a_missing_log_group_is_told(batch: Batch) -> None:
    batch.put_rule()
    batch.aws("logs").delete_log_group(logGroupName="/ecs/hello")
    batch.fire()
    result = batch.diagnose()
    assert "failed to validate logger args" in result["cause"]
    assert result["remedy"].startswith("Create the log group in the region")


def test_a_missing_image_is_told(batch: Batch) -> None:
    batch.aws("ecr").create_repository(repositoryName="hello")
    batch.register("true", image=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/hello:9")
    batch.put_rule()
    batch.fire()
    result = batch.diagnose()
    assert "CannotPullContainerError" in result["cause"]
    assert result["remedy"].startswith("Push the image")


def test_a_wrong_architecture_is_told_by_the_log(batch: Batch) -> None:
    batch.register("sh", "-c", "echo 'exec /app: exec format error'; exit 1")
    batch.put_rule()
    batch.fire()
    result = batch.diagnose()
    assert result["cause"].startswith("The batch ran and failed: The container hello exited with")
    assert result["remedy"].startswith("Build the image for the processor architecture")
    assert result["log"] == ["exec /app: exec format error"]


def test_a_batch_that_failed_is_told_with_its_log(batch: Batch) -> None:
    batch.register("sh", "-c", "echo the cluster was not found; exit 3")
    batch.put_rule()
    batch.fire()
    result = batch.diagnose(log_lines=1)
    assert "exited with code 3" in result["cause"]
    # The words of a log are the batch's, not AWS's.
    assert result["remedy"] == "Look at its log, and mend the batch itself."
    assert result["log"] == ["the cluster was not found"]


def test_a_run_that_goes_on_is_told(batch: Batch) -> None:
    batch.register("sleep", "60")
    batch.put_rule()
    body = {"minute": batch.due.isoformat()}
    batch.emulator.runner.control("POST", "/_emulator/tasks/fire", body)
    result = batch.diagnose()
    assert result["cause"].startswith("The run was started and still runs: arn:aws:ecs:")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("command", "cause"),
    [(("sleep", "60"), "Runs of the batch overlap: "), (("true",), "The run did happen, beside ")],
)
def test_runs_that_overlap_are_told(
    batch: Batch, kind: str, command: tuple[str, ...], cause: str
) -> None:
    batch.register("sleep", "60")
    minutes = {batch.due - timedelta(minutes=5): None, batch.due: None}
    hours = ",".join(dict.fromkeys(str(each.hour) for each in minutes))
    KINDS[kind](batch, f"cron({','.join(str(each.minute) for each in minutes)} {hours} * * ? *)")
    earlier = fired(batch, min(minutes))
    [run] = batch.emulator.runner.runs()
    run.record.age(timedelta(minutes=5))
    batch.register(*command)
    fired(batch, batch.due)
    if command == ("true",):
        batch.emulator.runner.runs()[-1].join(20)
    result = batch.diagnose()
    assert result["cause"].startswith(cause)
    assert earlier in result["cause"]
    assert "(guard with overlap: skip)" in result["remedy"]
    assert {each["name"]: each["status"] for each in result["evidence"]}["overlap"] == "NG"


def fired(batch: Batch, minute: datetime) -> str:
    """Let what is due in the minute start, and do not wait; return the ARN of its task."""
    body = {"minute": minute.isoformat()}
    answer = batch.emulator.runner.control("POST", "/_emulator/tasks/fire", body)
    return str(answer["invocations"][0]["task_arns"][0])


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ({"Input": '["hello"]'}, "The input of the target is no JSON object"),
        (
            {"InputTransformer": {"InputTemplate": '"hello"'}},
            "The input template of the target is no JSON object",
        ),
    ],
)
def test_an_input_that_makes_no_overrides_is_told(
    batch: Batch, target: dict[str, Any], found: str
) -> None:
    batch.put_rule(**target)
    batch.fire()
    result = batch.diagnose()
    assert result["cause"].startswith(
        f"The trigger fired and failed before it called RunTask: {found}"
    )
    assert result["remedy"].startswith("Give overrides as a JSON object, such as {")
    batch.emulator.deny("cloudwatch:GetMetricData")
    assert batch.diagnose()["cause"].startswith(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_role_that_is_gone_is_told(batch: Batch, kind: str) -> None:
    KINDS[kind](batch)
    batch.iam.delete_role_policy(RoleName="trigger", PolicyName="all")
    batch.iam.delete_role(RoleName="trigger")
    batch.fire()
    result = batch.diagnose()
    assert "most likely it could not assume its role" in result["cause"]
    assert result["remedy"].startswith("Let the trust policy of the target's role name")


def test_failed_invocations_alone_ask_for_more_to_be_read(batch: Batch) -> None:
    batch.put_rule(Input=OTHER_NAME)
    batch.fire()
    batch.emulator.deny("cloudtrail:LookupEvents")
    result = batch.diagnose()
    assert result["cause"].startswith("The trigger fired and could not start the task: 1 call of")
    assert "cloudtrail:LookupEvents" in result["remedy"]
    assert "read_dead_letters" in result["remedy"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_disabled_batch_is_told_with_who_did_it(batch: Batch, kind: str) -> None:
    KINDS[kind](batch)
    if kind == "rule":
        batch.aws("events").disable_rule(Name="hello")
    else:
        schedule = batch.aws("scheduler").get_schedule(Name="hello")
        kept = {key: schedule[key] for key in ("Name", "ScheduleExpression", "Target")}
        window = schedule["FlexibleTimeWindow"]
        batch.aws("scheduler").update_schedule(**kept, State="DISABLED", FlexibleTimeWindow=window)
    batch.age()
    result = batch.diagnose()
    word = "rule" if kind == "rule" else "schedule"
    assert result["cause"].startswith(f"The {word} hello was DISABLED at ")
    assert (
        f"{'DisableRule' if kind == 'rule' else 'UpdateSchedule'} by testing at"
        in (result["cause"])
    )
    assert result["remedy"] == "Enable the batch (enabled: true)."


def test_one_that_was_disabled_and_enabled_later_is_told(batch: Batch) -> None:
    batch.put_rule()
    batch.aws("events").disable_rule(Name="hello")
    batch.age(days=2)
    batch.aws("events").enable_rule(Name="hello")
    yesterday = batch.due - timedelta(days=1)
    evidence = batch.evidence(expected_at=yesterday.isoformat())
    assert evidence["enabled"][0] == "OK"
    assert evidence["enabled_then"][0] == "NG"


def test_one_that_is_disabled_now_is_told_where_nothing_tells_of_then(batch: Batch) -> None:
    batch.put_rule()
    batch.aws("events").disable_rule(Name="hello")
    batch.emulator.deny("cloudtrail:LookupEvents")
    result = batch.diagnose()
    assert result["cause"] == "The rule hello is DISABLED now. Since when is not known."


@pytest.mark.parametrize("trigger", [None, "rule", "scheduler"])
def test_a_missing_batch_is_told(batch: Batch, trigger: str | None) -> None:
    result = batch.diagnose(name="nothing", trigger=trigger)
    expected = {
        None: "There is no rule and no schedule nothing in the group default.",
        "rule": "There is no rule nothing.",
        "scheduler": "There is no schedule nothing in the group default.",
    }
    assert result["cause"] == expected[trigger]
    assert result["remedy"].startswith("Deploy the batch, or correct name")
    assert result["trigger_arn"] is None


def test_a_deleted_batch_is_told_with_who_did_it(batch: Batch) -> None:
    batch.put_rule()
    events = batch.aws("events")
    events.remove_targets(Rule="hello", Ids=["hello"])
    events.delete_rule(Name="hello")
    assert "CloudTrail knows DeleteRule by testing at" in batch.diagnose()["cause"]


def test_a_rule_without_its_target_is_told(batch: Batch) -> None:
    batch.put_rule()
    batch.aws("events").remove_targets(Rule="hello", Ids=["hello"])
    result = batch.diagnose()
    assert result["cause"] == "The rule hello has no ECS target to start; its targets: none."
    assert result["remedy"] == "Put the ECS target on the rule again."


def test_a_time_at_which_nothing_is_due_is_told_with_the_nearest_runs(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)")
    day, after = DAYS[1:]
    result = batch.diagnose(expected_at=f"{day}T04:00:00+00:00")
    assert result["cause"] == (
        f"cron(0 3 * * ? *) in UTC has no run at {day}T04:00:00+00:00. The nearest runs:"
        f" {day}T03:00:00+00:00, {after}T03:00:00+00:00."
    )
    assert result["nearest_runs"] == [f"{day}T03:00:00+00:00", f"{after}T03:00:00+00:00"]


def test_a_schedule_in_utc_that_was_meant_local_is_told(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)")
    reading = f"{DAYS[1]}T03:00:00"
    result = batch.diagnose(expected_at=f"{reading}+09:00")
    assert f"its run is at {reading}+00:00, not at {reading}+09:00" in result["cause"]
    assert result["remedy"].startswith("Write the schedule in UTC, or use EventBridge Scheduler")


@pytest.mark.parametrize("offset", ["+01:00", "+02:00"])
def test_a_time_that_the_clocks_skip_is_told(batch: Batch, offset: str) -> None:
    batch.create_schedule("cron(30 2 * * ? *)", zone="Europe/Berlin")
    batch.emulator.deny("cloudtrail:LookupEvents")
    result = batch.diagnose(expected_at=f"2026-03-29T02:30:00{offset}")
    assert result["cause"].startswith(
        "The clocks in Europe/Berlin skip 2026-03-29T02:30:00, so it does not run. The nearest"
    )
    assert result["remedy"].startswith("Choose a time that exists every day")


def test_a_changed_schedule_is_not_held_against_the_time(batch: Batch) -> None:
    batch.put_rule()
    batch.aws("events").put_rule(Name="hello", ScheduleExpression="cron(0 3 1 1 ? *)")
    result = batch.diagnose(expected_at=f"{DAYS[0]}T05:00:00+00:00")
    assert "it was changed later: PutRule by testing" in result["cause"]
    assert result["cause"].endswith("The trigger did not fire.")
    assert result["remedy"] == "Ask whoever changed it what it was before."


def test_the_last_run_is_meant_where_no_time_is_given(batch: Batch) -> None:
    batch.put_rule()
    batch.fire()
    result = batch.diagnose(expected_at=None)
    assert result["expected_at"] == batch.due.isoformat()
    assert result["cause"].startswith("The run did happen")


def test_of_a_rate_the_time_has_to_be_given(batch: Batch) -> None:
    batch.put_rule("rate(1 day)")
    told = batch.diagnose(expected_at=None)["msg"]
    assert told.startswith("expected_at: When rate(1 day) ran last is not known")
    status, found = batch.evidence()["schedule"]
    assert (status, found) == (
        "UNKNOWN",
        "rate(1 day) counts from its creation, which AWS does not tell.",
    )


@pytest.mark.parametrize("text", ["yesterday", "2026-11-22T03:00:00", ""])
def test_a_time_needs_an_offset(batch: Batch, text: str) -> None:
    batch.put_rule()
    told = batch.diagnose(expected_at=text)["msg"]
    assert told.startswith(f"expected_at: {text!r} is no time with an offset")


def test_a_time_in_the_future_is_told(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)")
    result = batch.diagnose(expected_at="2199-11-22T03:00:00+00:00")
    assert result["cause"] == "2199-11-22T03:00:00+00:00 is in the future."


def test_a_schedule_that_was_made_later_is_told(batch: Batch) -> None:
    batch.create_schedule("cron(0 3 * * ? *)")
    result = batch.diagnose(expected_at="2019-11-01T03:00:00+00:00")
    assert result["cause"].startswith("The schedule hello was made later, at ")


def test_a_run_that_did_not_fire_is_told(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)")
    result = batch.diagnose(expected_at=f"{DAYS[0]}T03:00:00+00:00")
    assert result["cause"].startswith("0 calls of the target, 0 failed (RuleName hello), between ")
    assert result["cause"].endswith("The trigger did not fire.")


def test_a_run_that_ecs_has_forgotten_is_told_by_its_log(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)")
    moment = datetime.fromisoformat(f"{DAYS[0]}T03:00:20+00:00")
    logs, stream = batch.aws("logs"), f"ecs/hello/{'0' * 32}"
    logs.create_log_stream(logGroupName="/ecs/hello", logStreamName=stream)
    logs.put_log_events(
        logGroupName="/ecs/hello",
        logStreamName=stream,
        logEvents=[{"timestamp": int(moment.timestamp() * 1000), "message": "done"}],
    )
    result = batch.diagnose(expected_at=f"{DAYS[0]}T03:00:00+00:00")
    assert result["cause"].startswith(
        f"The run did happen, as its log shows: The log stream {stream}"
    )
    assert result["log"] == ["done"]


def test_everything_that_may_not_be_read_is_unknown_with_the_permission(batch: Batch) -> None:
    batch.put_rule()
    batch.fire()
    denied = {
        "enabled_then": "cloudtrail:LookupEvents",
        "cluster": "ecs:DescribeClusters",
        "task_definition": "ecs:DescribeTaskDefinition",
        "invocations": "cloudwatch:GetMetricData",
        "dead_letters": "sqs:GetQueueUrl",
        "run_task": "cloudtrail:LookupEvents",
        "tasks": "ecs:ListTasks",
    }
    for action in denied.values():
        batch.emulator.deny(action)
    evidence = batch.evidence()
    for name, action in denied.items():
        assert evidence[name] == ("UNKNOWN", f"The permission {action} is missing.")
    result = batch.diagnose()
    assert result["cause"] == "Nothing that could be looked at tells why."
    assert result["remedy"].startswith("Allow what is UNKNOWN in the evidence to be read.")


def test_a_schedule_that_may_not_be_read_is_not_absent(batch: Batch) -> None:
    batch.put_rule()
    batch.emulator.deny("scheduler:GetSchedule")
    told = ("UNKNOWN", "The permission scheduler:GetSchedule is missing.")
    assert batch.evidence()["other_trigger"] == told
    result = batch.diagnose(name="nothing")
    assert result["cause"] == "Nothing that could be looked at tells why."


def test_a_rule_and_a_schedule_of_one_name_are_an_error(batch: Batch) -> None:
    batch.put_rule()
    batch.create_schedule()
    told = batch.diagnose()["msg"]
    assert told.startswith("trigger: There are a rule and a schedule hello; say which one")
    assert not batch.diagnose(trigger="rule")["failed"]


def test_a_queue_that_moves_messages_is_not_looked_at(batch: Batch) -> None:
    other = batch.aws("sqs").create_queue(QueueName="other")["QueueUrl"]
    arn = batch.aws("sqs").get_queue_attributes(QueueUrl=other, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    # moto forgets the policy where it is not given again.
    attributes = {**batch.policy, "RedrivePolicy": json.dumps(redrive)}
    batch.aws("sqs").set_queue_attributes(QueueUrl=batch.queue, Attributes=attributes)
    batch.put_rule(Input=OTHER_NAME)
    batch.fire()
    status, found = batch.evidence(read_dead_letters=True)["dead_letters"]
    assert status == "UNKNOWN"
    assert "so they are not looked at" in found
    assert batch.emulator.writes() == []


def test_letters_of_other_runs_are_told_apart(batch: Batch) -> None:
    batch.put_rule("cron(0 3 * * ? *)", Input=OTHER_NAME)
    body = {"minute": f"{DAYS[0]}T03:00:00+00:00"}
    batch.emulator.runner.control("POST", "/_emulator/tasks/fire", body)
    batch.aws("sqs").send_message(QueueUrl=batch.queue, MessageBody="something else")
    evidence = batch.evidence(read_dead_letters=True, expected_at=f"{DAYS[1]}T03:00:00+00:00")
    told = "Messages in the dead-letter queue letters: 2, none of this run."
    assert evidence["dead_letters"] == ("OK", told)
    evidence = batch.evidence(read_dead_letters=True, expected_at=f"{DAYS[0]}T03:00:00+00:00")
    assert evidence["dead_letters"][0] == "NG"


def test_without_a_queue_nothing_keeps_a_failed_start(batch: Batch) -> None:
    batch.put_rule(DeadLetterConfig={"Arn": QUEUE.replace("letters", "gone")})
    assert batch.evidence()["dead_letters"][0] == "UNKNOWN"
    target = batch.target()
    del target["DeadLetterConfig"]
    batch.aws("events").put_targets(Rule="hello", Targets=[{"Id": "hello", **target}])
    told = "The target has no dead-letter queue, so that nothing keeps a failed start."
    assert batch.evidence()["dead_letters"] == ("UNKNOWN", told)


def test_negative_numbers_are_refused(batch: Batch) -> None:
    assert batch.diagnose(log_lines=-1)["msg"].startswith("log_lines: -1 is out of range")


def test_no_log_is_read_where_none_is_wanted(batch: Batch) -> None:
    batch.put_rule()
    batch.fire()
    assert "log" not in batch.evidence(log_lines=0)
    assert not [call for call in batch.emulator.calls if call.service == "logs"]
