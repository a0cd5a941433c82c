# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a start by a rule or a schedule leaves behind, as on AWS: counts, CloudTrail's event, and a
dead letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.server import Emulator

REGION = "ap-northeast-1"
PLACE = f"{REGION}:123456789012"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
FAMILY = f"arn:aws:ecs:{PLACE}:task-definition/hello"
ROLE = "arn:aws:iam::123456789012:role/trigger"
QUEUE = f"arn:aws:sqs:{PLACE}:letters"
MINUTE = "2026-11-23T03:00:00+00:00"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


class Account:
    """A batch with a dead-letter queue, and what is found of its starts."""

    def __init__(self, aws: Any, emulator: Any) -> None:
        self.aws, self.emulator = aws, emulator
        aws("ecs").create_cluster(clusterName="batch")
        self.network = {
            "awsvpcConfiguration": {
                "Subnets": [aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]]
            }
        }
        self.register()
        self.make_role(EVERYTHING)
        policy = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
            "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:{PLACE}:rule/hello"}},
        }
        attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})}
        self.queue = aws("sqs").create_queue(QueueName="letters", Attributes=attributes)["QueueUrl"]

    def register(self, **more: Any) -> str:
        answer = self.aws("ecs").register_task_definition(
            family="hello",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn="arn:aws:iam::123456789012:role/execution",
            containerDefinitions=[
                {"name": "hello", "image": "debian", "command": ["true"], **more}
            ],
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def make_role(self, *statements: dict[str, Any]) -> None:
        services = [f"{name}.amazonaws.com" for name in ("events", "scheduler")]
        trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": trust})
        iam = self.aws("iam")
        iam.create_role(RoleName="trigger", AssumeRolePolicyDocument=document)
        self.allow(*statements)

    def allow(self, *statements: dict[str, Any]) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.aws("iam").put_role_policy(
            RoleName="trigger", PolicyName="trigger", PolicyDocument=document
        )

    def target(self, **more: Any) -> dict[str, Any]:
        parameters = {
            "TaskDefinitionArn": FAMILY,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": self.network,
            **more.pop("EcsParameters", {}),
        }
        base = {"Arn": CLUSTER, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": QUEUE}}
        return {**base, "EcsParameters": parameters, **more}

    def put_rule(self, **more: Any) -> None:
        self.aws("events").put_rule(Name="hello", ScheduleExpression="cron(0 3 * * ? *)")
        targets = [{"Id": "hello", **self.target(**more)}]
        self.aws("events").put_targets(Rule="hello", Targets=targets)

    def create_schedule(self, **more: Any) -> None:
        self.aws("scheduler").create_schedule(
            Name="hello",
            ScheduleExpression="cron(0 3 * * ? *)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=self.target(**more),
        )

    def fire(self) -> Any:
        body = {"minute": MINUTE}
        [made] = self.emulator.runner.control("POST", "/_emulator/tasks/fire", body)["invocations"]
        return made

    def letters(self) -> list[dict[str, Any]]:
        answer = self.aws("sqs").receive_message(
            QueueUrl=self.queue, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return [
            {
                "body": json.loads(message["Body"]),
                **{
                    name: each["StringValue"] for name, each in message["MessageAttributes"].items()
                },
            }
            for message in answer.get("Messages", ())
        ]

    def trail(self, name: str) -> list[dict[str, Any]]:
        attributes = [{"AttributeKey": "EventName", "AttributeValue": name}]
        answer = self.aws("cloudtrail").lookup_events(LookupAttributes=attributes)
        return [json.loads(event["CloudTrailEvent"]) for event in answer["Events"]]

    def count(self, namespace: str, name: str, dimension: str, value: str) -> float:
        metric = {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": dimension, "Value": value}],
        }
        now = datetime.now(UTC)
        answer = self.aws("cloudwatch").get_metric_data(
            MetricDataQueries=[
                {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
            ],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
        )
        return float(sum(answer["MetricDataResults"][0]["Values"]))


@pytest.fixture
def account(aws: Any, emulator: Any) -> Account:
    return Account(aws, emulator)


def test_a_start_is_counted_and_in_cloudtrail(account: Account) -> None:
    account.put_rule()
    made = account.fire()
    assert made["error"] is None
    assert account.count("AWS/Events", "Invocations", "RuleName", "hello") == 1
    assert account.count("AWS/Events", "FailedInvocations", "RuleName", "hello") == 0
    [event] = account.trail("RunTask")
    assert event["userIdentity"]["invokedBy"] == "events.amazonaws.com"
    assert event["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == ROLE
    assert event["requestParameters"]["startedBy"] == "events-rule/hello"
    assert event["responseElements"]["tasks"][0]["taskArn"] == made["task_arns"][0]
    assert "errorCode" not in event
    assert account.letters() == []


def test_a_refused_start_of_a_rule_leaves_its_traces(account: Account) -> None:
    overrides = {"containerOverrides": [{"name": "helo", "command": ["true"]}]}
    account.put_rule(Input=json.dumps(overrides))
    account.fire()
    message = "Override for container named helo is not a container in the TaskDefinition."
    assert account.count("AWS/Events", "Invocations", "RuleName", "hello") == 1
    assert account.count("AWS/Events", "FailedInvocations", "RuleName", "hello") == 1
    [event] = account.trail("RunTask")
    assert (event["errorCode"], event["errorMessage"]) == ("InvalidParameterException", message)
    [letter] = account.letters()
    body = letter.pop("body")
    assert letter == {
        "RULE_ARN": f"arn:aws:events:{PLACE}:rule/hello",
        "TARGET_ARN": CLUSTER,
        "ERROR_CODE": "SDK_CLIENT_ERROR",
        "ERROR_MESSAGE": message,
        "RETRY_ATTEMPTS": "0",
    }
    assert (body["detail-type"], body["time"]) == ("Scheduled Event", "2026-11-23T03:00:00Z")


def test_a_refused_start_of_a_schedule_leaves_its_traces(account: Account) -> None:
    account.create_schedule(Arn=CLUSTER.replace("batch", "gone"))
    account.fire()
    metrics = ("InvocationAttemptCount", "TargetErrorCount")
    for metric in metrics:
        assert account.count("AWS/Scheduler", metric, "ScheduleGroup", "default") == 1
    [event] = account.trail("RunTask")
    assert event["errorCode"] == "ClusterNotFoundException"
    assert event["userIdentity"]["invokedBy"] == "scheduler.amazonaws.com"
    [letter] = account.letters()
    assert letter["SCHEDULE_ARN"] == f"arn:aws:scheduler:{PLACE}:schedule/default/hello"
    assert letter["SCHEDULED_TIME"] == "2026-11-23T03:00:00Z"
    assert letter["ERROR_CODE"] == "ClusterNotFoundException"
    assert letter["body"]["startedBy"] == "chronos-schedule/hello"


RUN_TASK = {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": f"{FAMILY}:*"}
PASS_ROLE = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}


@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([PASS_ROLE], "ecs:RunTask"),
        ([{**RUN_TASK, "Resource": f"{FAMILY}:7"}, PASS_ROLE], "ecs:RunTask"),
        ([RUN_TASK], "iam:PassRole"),
        (
            [
                RUN_TASK,
                {
                    **PASS_ROLE,
                    "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
                },
            ],
            "iam:PassRole",
        ),
        ([RUN_TASK, PASS_ROLE, {**RUN_TASK, "Effect": "Deny"}], "ecs:RunTask"),
        ([RUN_TASK, PASS_ROLE], None),
    ],
)
def test_the_role_of_the_trigger_is_judged(account: Account, statements: Any, denied: Any) -> None:
    account.allow(*statements)
    account.put_rule()
    made = account.fire()
    if denied is None:
        assert made["error"] is None
        return
    assert f"is not authorized to perform: {denied} on resource" in made["error"]
    [event] = account.trail("RunTask")
    assert event["errorCode"] == "AccessDeniedException"
    [letter] = account.letters()
    assert letter["ERROR_CODE"] == "NO_PERMISSIONS"


def test_tagging_needs_a_permission_of_its_own(account: Account) -> None:
    account.allow(RUN_TASK, PASS_ROLE)
    account.put_rule(EcsParameters={"PropagateTags": "TASK_DEFINITION"})
    assert "ecs:TagResource" in account.fire()["error"]


def test_a_role_that_is_gone_calls_no_api(account: Account) -> None:
    account.put_rule()
    account.aws("iam").delete_role_policy(RoleName="trigger", PolicyName="trigger")
    account.aws("iam").delete_role(RoleName="trigger")
    assert "cannot be assumed by principal 'events.amazonaws.com'" in account.fire()["error"]
    assert account.trail("RunTask") == []
    assert account.count("AWS/Events", "FailedInvocations", "RuleName", "hello") == 1


def test_without_permission_a_letter_is_lost(account: Account) -> None:
    account.aws("sqs").set_queue_attributes(QueueUrl=account.queue, Attributes={"Policy": ""})
    account.put_rule(Arn=CLUSTER.replace("batch", "gone"))
    account.fire()
    assert account.letters() == []


@pytest.mark.parametrize("may_send", [True, False])
def test_a_schedule_sends_letters_with_its_role(account: Account, may_send: bool) -> None:
    account.allow(RUN_TASK, PASS_ROLE, *([SEND] if may_send else []))
    account.create_schedule(Arn=CLUSTER.replace("batch", "gone"))
    account.fire()
    assert len(account.letters()) == (1 if may_send else 0)


def test_what_clients_change_is_in_cloudtrail_also_where_it_is_refused(account: Account) -> None:
    account.put_rule()
    account.aws("events").disable_rule(Name="hello")
    [event] = account.trail("DisableRule")
    assert event["requestParameters"] == {"name": "hello"}
    assert event["userIdentity"]["userName"] == "testing"
    account.emulator.deny("events:EnableRule")
    with pytest.raises(Exception, match="AccessDenied"):
        account.aws("events").enable_rule(Name="hello")
    [refused] = account.trail("EnableRule")
    assert refused["errorCode"] == "AccessDeniedException"
    assert account.trail("DescribeRule") == []


def test_events_come_newest_first_in_pages(account: Account) -> None:
    for number in range(4):
        account.aws("events").put_rule(Name=f"rule-{number}", ScheduleExpression="rate(1 day)")
    trail = account.aws("cloudtrail")
    attributes = [{"AttributeKey": "EventName", "AttributeValue": "PutRule"}]
    names, page = [], {}
    while True:
        answer = trail.lookup_events(LookupAttributes=attributes, MaxResults=3, **page)
        names += [
            json.loads(event["CloudTrailEvent"])["requestParameters"]["name"]
            for event in answer["Events"]
        ]
        if "NextToken" not in answer:
            break
        page = {"NextToken": answer["NextToken"]}
    assert names == ["rule-3", "rule-2", "rule-1", "rule-0"]
    later = trail.lookup_events(StartTime=datetime.now(UTC) + timedelta(hours=1))
    assert later["Events"] == []
    with pytest.raises(Exception, match="InvalidLookupAttributes"):
        trail.lookup_events(LookupAttributes=attributes * 2)


def test_an_image_that_its_repository_lacks_is_not_pulled(account: Account) -> None:
    account.aws("ecr").create_repository(repositoryName="hello")
    image = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/hello:9"
    account.register(image=image)
    account.put_rule()
    account.fire()
    [run] = account.emulator.runner.runs()
    assert run.join(20)
    task = run.record.describe()
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert task["stoppedReason"].endswith(f"{image}: not found")
