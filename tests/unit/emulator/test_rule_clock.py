# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules and schedules that start their targets on time, by a clock that the test sets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator import moto_backend
from emulator.layer import ApiError, Call, Forward, stack
from emulator.rule_clock import Invocation, RuleClock
from emulator.server import Emulator

REGION = "ap-northeast-1"
CLUSTER = f"arn:aws:ecs:{REGION}:123456789012:cluster/batch"
DEFINITION = f"arn:aws:ecs:{REGION}:123456789012:task-definition/hello:1"
ROLE = "arn:aws:iam::123456789012:role/events"
TARGET = {
    "Id": "hello",
    "Arn": CLUSTER,
    "RoleArn": ROLE,
    "EcsParameters": {"TaskDefinitionArn": DEFINITION, "LaunchType": "FARGATE"},
}
NOT_BY_ITSELF, THAT_MINUTE = "cron(0 3 1 1 ? 2199)", "2199-01-01T03:00:00+00:00"
"""A time in the year in which no clock of a test is: only the test lets it come."""

SCHEDULE_TARGET = {key: value for key, value in TARGET.items() if key != "Id"}


class Clockwork:
    """A `RuleClock` over moto, with a time that stands still and a RunTask that only notes."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
        self.started: list[dict[str, Any]] = []
        self.regions: list[str] = []
        self.answers: list[Any] = []
        self.clock = RuleClock(lambda: self.now)
        self.send = stack([self.clock, self._note_run_task], moto_backend.MotoBackend().forward)
        self.clock.connect(self.send)

    def _note_run_task(self, call: Call, forward: Forward) -> dict[str, Any]:
        if call.operation != "RunTask":
            return forward(call)
        self.started.append(call.parameters)
        self.regions.append(call.region)
        if not self.answers:
            return {"tasks": [{"taskArn": f"task-{len(self.started)}"}], "failures": []}
        answer = self.answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def call(self, service: str, operation: str, region: str = REGION, **parameters: Any) -> Any:
        return self.send(Call(service, operation, region, parameters=parameters))

    def put_rule(
        self, expression: str, name: str = "hello", region: str = REGION, **more: Any
    ) -> None:
        self.call("events", "PutRule", region, Name=name, ScheduleExpression=expression, **more)

    def put_target(self, name: str = "hello", region: str = REGION, **more: Any) -> None:
        self.call("events", "PutTargets", region, Rule=name, Targets=[{**TARGET, **more}])

    def put_scheduled_target(self, expression: str, name: str = "hello", **more: Any) -> None:
        self.put_rule(expression, name)
        self.put_target(name, **more)

    def create_schedule(
        self, expression: str, operation: str = "CreateSchedule", **more: Any
    ) -> None:
        parameters = {
            "Name": "hello",
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": SCHEDULE_TARGET,
            **more,
        }
        self.call("scheduler", operation, **parameters)

    def pass_time(self, **duration: float) -> list[Invocation]:
        """Let time pass second by second, as the thread does; what was invoked meanwhile."""
        end, made = self.now + timedelta(**duration), []
        while self.now < end:
            self.now = min(self.now + timedelta(seconds=20), end)
            made += self.clock.tick()
        return made

    def times(self, **duration: float) -> list[str]:
        """Let time pass; the due times of what was invoked."""
        return [each.due.strftime("%dT%H:%M:%S") for each in self.pass_time(**duration)]


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        yield server


@pytest.fixture
def clockwork() -> Iterator[Clockwork]:
    moto_backend.reset()
    yield Clockwork()
    moto_backend.reset()


class TestRules:
    def test_cron_fires_in_its_minutes(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("cron(*/30 13 * * ? *)")
        assert clockwork.times(hours=26) == [
            "22T13:00:00",
            "22T13:30:00",
            "23T13:00:00",
            "23T13:30:00",
        ]

    def test_rate_counts_from_the_creation(self, clockwork: Clockwork) -> None:
        clockwork.pass_time(seconds=30)
        clockwork.put_scheduled_target("rate(5 minutes)")
        assert clockwork.times(minutes=11) == ["22T12:05:30", "22T12:10:30"]

    def test_rate_goes_on_counting_when_other_things_of_the_rule_change(
        self, clockwork: Clockwork
    ) -> None:
        clockwork.put_scheduled_target("rate(5 minutes)")
        clockwork.pass_time(minutes=4)
        clockwork.put_rule("rate(5 minutes)", Description="changed")
        assert clockwork.times(minutes=2) == ["22T12:05:00"]

    def test_a_changed_expression_counts_anew(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(5 minutes)")
        clockwork.pass_time(minutes=4)
        clockwork.put_rule("rate(3 minutes)")
        assert clockwork.times(minutes=4) == ["22T12:07:00"]

    def test_the_target_s_settings_and_input_are_sent(self, clockwork: Clockwork) -> None:
        overrides = {"containerOverrides": [{"name": "hello", "command": ["echo"]}]}
        clockwork.put_scheduled_target("rate(1 minute)", Input=json.dumps(overrides))
        clockwork.pass_time(minutes=1)
        assert clockwork.started == [
            {
                "cluster": CLUSTER,
                "taskDefinition": DEFINITION,
                "launchType": "FARGATE",
                "startedBy": "events-rule/hello",
                "overrides": overrides,
            }
        ]

    def test_every_ecs_target_is_started_and_no_other(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(1 minute)")
        clockwork.put_target(Id="second")
        queue = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:123456789012:queue"}
        clockwork.call("events", "PutTargets", Rule="hello", Targets=[queue])
        assert [each.target_id for each in clockwork.pass_time(minutes=1)] == ["hello", "second"]

    def test_a_target_put_later_is_started(self, clockwork: Clockwork) -> None:
        clockwork.put_rule("rate(1 minute)")
        assert clockwork.pass_time(minutes=1) == []
        clockwork.put_target()
        assert len(clockwork.pass_time(minutes=1)) == 1

    def test_a_disabled_rule_rests_and_does_not_catch_up(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("cron(* * * * ? *)")
        clockwork.call("events", "DisableRule", Name="hello")
        assert clockwork.pass_time(minutes=3) == []
        clockwork.call("events", "EnableRule", Name="hello")
        assert clockwork.times(minutes=1) == ["22T12:04:00"]

    def test_a_rule_put_as_disabled_rests(self, clockwork: Clockwork) -> None:
        clockwork.put_rule("rate(1 minute)", State="DISABLED")
        clockwork.put_target()
        assert clockwork.pass_time(minutes=3) == []

    def test_a_deleted_rule_is_gone(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(1 minute)")
        clockwork.call("events", "RemoveTargets", Rule="hello", Ids=["hello"])
        clockwork.call("events", "DeleteRule", Name="hello")
        clockwork.put_scheduled_target("rate(1 hour)", name="other")
        assert clockwork.pass_time(minutes=3) == []

    def test_a_rule_without_a_schedule_never_fires(self, clockwork: Clockwork) -> None:
        pattern = json.dumps({"source": ["aws.ecs"]})
        clockwork.call("events", "PutRule", Name="hello", EventPattern=pattern)
        clockwork.put_target()
        assert clockwork.pass_time(days=1) == []

    def test_the_default_bus_may_be_named_in_every_way(self, clockwork: Clockwork) -> None:
        arn = f"arn:aws:events:{REGION}:123456789012:event-bus/default"
        for name, bus in (("a", "default"), ("b", arn)):
            clockwork.put_rule("rate(1 minute)", name=name, EventBusName=bus)
            clockwork.put_target(name)
        assert len(clockwork.pass_time(minutes=1)) == 2

    def test_a_rule_fires_in_its_own_region(self, clockwork: Clockwork) -> None:
        clockwork.put_rule("rate(1 minute)", region="eu-west-1")
        clockwork.put_target(region="eu-west-1")
        clockwork.pass_time(minutes=1)
        assert clockwork.regions == ["eu-west-1"]

    def test_what_was_due_first_is_started_first(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("cron(2 12 * * ? *)", name="late")
        clockwork.put_scheduled_target("cron(1 12 * * ? *)", name="early")
        clockwork.now += timedelta(minutes=5)
        assert [each.source.name for each in clockwork.clock.tick()] == ["early", "late"]

    def test_a_minute_is_not_fired_twice(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("cron(* * * * ? *)")
        clockwork.now += timedelta(minutes=1, seconds=1)
        assert len(clockwork.clock.tick()) == 2
        assert clockwork.clock.tick() == []


class TestInvocations:
    def test_a_start_is_noted_with_its_tasks(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(1 minute)")
        clockwork.pass_time(seconds=70)
        [invocation] = clockwork.clock.invocations()
        assert invocation.as_dict() == {
            "kind": "rule",
            "account": "123456789012",
            "region": REGION,
            "name": "hello",
            "group": "",
            "due": datetime(2026, 11, 22, 12, 1, tzinfo=UTC),
            "at": datetime(2026, 11, 22, 12, 1, tzinfo=UTC),
            "target_id": "hello",
            "task_arns": ("task-1",),
            "execution_arn": None,
            "error": None,
        }

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (ApiError("ClusterNotFoundException", "Cluster not found."), "ClusterNotFound"),
            ({"tasks": [], "failures": [{"reason": "RESOURCE:ENI"}]}, "RESOURCE:ENI"),
        ],
    )
    def test_a_refused_start_is_noted_and_not_tried_again(
        self, clockwork: Clockwork, answer: Any, error: str
    ) -> None:
        clockwork.put_scheduled_target("rate(1 hour)")
        clockwork.answers.append(answer)
        [invocation] = clockwork.pass_time(minutes=90)
        assert error in str(invocation.error)
        assert invocation.task_arns == ()

    def test_one_rule_that_fails_does_not_keep_others_from_starting(
        self, clockwork: Clockwork
    ) -> None:
        clockwork.put_scheduled_target("rate(1 minute)", name="a", Input="no JSON")
        clockwork.put_scheduled_target("rate(1 minute)", name="b")
        errors = {each.source.name: each.error for each in clockwork.pass_time(minutes=1)}
        assert "Input is not JSON" in str(errors["a"])
        assert errors["b"] is None

    def test_an_expression_that_cannot_be_read_is_noted_once_and_stops_no_other(
        self, clockwork: Clockwork
    ) -> None:
        # moto takes what AWS and the strict layer refuse.
        clockwork.put_scheduled_target("cron(99 3 * * ? *)", name="a")
        clockwork.put_scheduled_target("rate(1 minute)", name="b")
        assert [each.source.name for each in clockwork.pass_time(minutes=2)] == ["b", "b"]
        [broken, *_later] = clockwork.clock.invocations()
        assert broken.source.name == "a"
        assert "99" in str(broken.error)

    def test_reset_forgets_everything(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(1 minute)")
        clockwork.pass_time(minutes=1)
        clockwork.clock.reset()
        assert clockwork.clock.invocations() == []
        assert clockwork.pass_time(minutes=5) == []


class TestFire:
    MINUTE = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)

    def test_what_is_due_in_a_minute_can_be_started_now(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("cron(0 3 ? * MON *)", name="mondays")
        clockwork.put_scheduled_target("cron(0 3 ? * TUE *)", name="tuesdays")
        made = clockwork.clock.fire(self.MINUTE)
        assert [(each.source.name, each.due) for each in made] == [("mondays", self.MINUTE)]

    def test_the_clock_goes_on_as_before(self, clockwork: Clockwork) -> None:
        clockwork.put_scheduled_target("rate(1 minute)")
        clockwork.clock.fire(self.MINUTE)
        assert clockwork.times(minutes=1) == ["22T12:01:00"]


class TestSchedules:
    def test_cron_fires_in_its_own_time_zone(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("cron(0 3 * * ? *)", ScheduleExpressionTimezone="Asia/Tokyo")
        assert clockwork.times(days=1) == ["22T18:00:00"]
        assert clockwork.started[0]["startedBy"] == "chronos-schedule/hello"
        assert clockwork.started[0]["cluster"] == CLUSTER

    def test_rate_fires_at_once_and_then_by_its_period(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("rate(1 hour)")
        assert clockwork.times(minutes=61) == ["22T12:00:00", "22T13:00:00"]

    def test_start_and_end_date_limit_it(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule(
            "rate(1 minute)",
            StartDate=clockwork.now + timedelta(minutes=3),
            EndDate=clockwork.now + timedelta(minutes=5),
        )
        assert clockwork.times(minutes=10) == ["22T12:03:00", "22T12:04:00", "22T12:05:00"]

    def test_at_fires_once_and_stays(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("at(2026-11-22T12:03:00)")
        assert clockwork.times(hours=1) == ["22T12:03:00"]
        assert clockwork.call("scheduler", "GetSchedule", Name="hello")["Name"] == "hello"

    def test_a_time_that_has_passed_never_comes(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("at(2026-11-22T11:59:00)")
        assert clockwork.pass_time(hours=1) == []

    @pytest.mark.parametrize(
        ("expression", "end", "runs"),
        [
            ("at(2026-11-22T12:03:00)", None, 1),
            ("rate(1 minute)", timedelta(minutes=2), 3),
        ],
    )
    def test_it_is_deleted_after_its_completion_where_that_is_asked(
        self, clockwork: Clockwork, expression: str, end: timedelta | None, runs: int
    ) -> None:
        dates = {"EndDate": clockwork.now + end} if end else {}
        clockwork.create_schedule(expression, ActionAfterCompletion="DELETE", **dates)
        assert len(clockwork.pass_time(hours=1)) == runs
        with pytest.raises(ApiError, match="ResourceNotFound"):
            clockwork.call("scheduler", "GetSchedule", Name="hello")

    def test_an_update_takes_effect(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("cron(1 12 * * ? *)")
        clockwork.create_schedule("cron(2 12 * * ? *)", operation="UpdateSchedule")
        assert clockwork.times(minutes=5) == ["22T12:02:00"]

    def test_a_disabled_schedule_rests(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("rate(1 minute)", State="DISABLED")
        assert clockwork.pass_time(minutes=5) == []

    def test_a_deleted_schedule_is_gone(self, clockwork: Clockwork) -> None:
        clockwork.create_schedule("rate(1 minute)")
        clockwork.call("scheduler", "DeleteSchedule", Name="hello")
        assert clockwork.pass_time(minutes=5) == []

    def test_a_deleted_group_takes_its_schedules_along(self, clockwork: Clockwork) -> None:
        clockwork.call("scheduler", "CreateScheduleGroup", Name="nightly")
        clockwork.create_schedule("rate(1 minute)", GroupName="nightly")
        clockwork.create_schedule("rate(1 minute)")
        clockwork.call("scheduler", "DeleteScheduleGroup", Name="nightly")
        made = clockwork.pass_time(seconds=59)
        assert [each.source.group for each in made] == ["default"]


class TestWithTheEmulator:
    """The clock in its place in the stack: real tasks, started through validation."""

    @pytest.fixture
    def logs(self, aws: Any) -> Any:
        aws("ecs").create_cluster(clusterName="batch")
        aws("logs").create_log_group(logGroupName="/ecs/hello")
        options = {
            "awslogs-group": "/ecs/hello",
            "awslogs-region": REGION,
            "awslogs-stream-prefix": "ecs",
        }
        aws("ecs").register_task_definition(
            family="hello",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn="arn:aws:iam::123456789012:role/execution",
            containerDefinitions=[
                {
                    "name": "hello",
                    "image": "debian",
                    "memory": 512,
                    "logConfiguration": {"logDriver": "awslogs", "options": options},
                }
            ],
        )
        return aws("logs")

    @pytest.fixture(autouse=True)
    def role(self, aws: Any, make_role: Any) -> None:
        """The role of the trigger, which may do everything."""
        make_role("events", "events")
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        aws("iam").put_role_policy(
            RoleName="events",
            PolicyName="everything",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def put_target(self, aws: Any, schedule: str, **more: Any) -> None:
        ec2, events = aws("ec2"), aws("events")
        network = {
            "Subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
            "SecurityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
        }
        overrides = {"containerOverrides": [{"name": "hello", "command": ["echo", "Hello,World!"]}]}
        parameters = {
            **TARGET["EcsParameters"],
            "NetworkConfiguration": {"awsvpcConfiguration": network},
        }
        events.put_rule(Name="hello", ScheduleExpression=schedule)
        answer = events.put_targets(
            Rule="hello",
            Targets=[
                {
                    **TARGET,
                    "EcsParameters": parameters,
                    "Input": json.dumps(overrides),
                    **more,
                }
            ],
        )
        assert answer["FailedEntryCount"] == 0

    def test_a_rule_that_fires_prints_its_line(self, aws: Any, emulator: Any, logs: Any) -> None:
        self.put_target(aws, NOT_BY_ITSELF)
        emulator.clear_calls()
        body = {"minute": THAT_MINUTE}
        [invocation] = emulator.runner.control("POST", "/_emulator/tasks/fire", body)["invocations"]
        [run] = emulator.runner.runs()
        assert run.join(20)
        assert invocation["task_arns"] == [run.record.arn]
        assert run.record.describe()["startedBy"] == "events-rule/hello"
        events = logs.get_log_events(
            logGroupName="/ecs/hello", logStreamName=f"ecs/hello/{run.record.task_id}"
        )["events"]
        assert [event["message"] for event in events] == ["Hello,World!"]
        # EventBridge made these calls, and no client.
        assert [call.operation for call in emulator.calls] == ["GetLogEvents"]
        assert emulator.runner.control("GET", "/_emulator/tasks/invocations", {}) == {
            "invocations": [invocation],
            "failed": 0,
        }

    def test_a_start_that_aws_refuses_is_a_failed_invocation(
        self, aws: Any, emulator: Any, logs: Any
    ) -> None:
        self.put_target(aws, NOT_BY_ITSELF, Arn=CLUSTER.replace("batch", "absent"))
        body = {"minute": THAT_MINUTE}
        emulator.runner.control("POST", "/_emulator/tasks/fire", body)
        shown = emulator.runner.control("GET", "/_emulator/tasks/invocations", {})
        assert shown["failed"] == 1
        assert "ClusterNotFoundException" in shown["invocations"][0]["error"]

    def test_the_thread_fires_by_itself(
        self, aws: Any, emulator: Any, logs: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A clock that is a minute ahead as soon as the rule exists.
        ahead = timedelta()
        monkeypatch.setattr(emulator.runner.clock, "_now", lambda: datetime.now(UTC) + ahead)
        self.put_target(aws, "rate(1 minute)")
        ahead = timedelta(seconds=61)
        deadline = time.monotonic() + 20
        while not emulator.runner.runs():
            assert time.monotonic() < deadline, "nothing was started"
            time.sleep(0.05)
        [run] = emulator.runner.runs()
        assert run.record.describe()["startedBy"] == "events-rule/hello"
