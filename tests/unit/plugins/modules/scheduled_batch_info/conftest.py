# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account with triggers that somebody else made, and with tasks that ran."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._module import module
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    CLUSTER,
    REGION,
    ROLE,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batches.conftest import (  # noqa: E501
    QUICK_CLIENTS,
    Account,
)

from emulator.layer import Call, Forward

Run = Callable[..., dict[str, Any]]

DEFINITION_ARN = CLUSTER.replace("cluster/batch", "task-definition/hello")
CONTAINER: dict[str, Any] = {
    "name": "hello",
    "image": "busybox:1",
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ecs/hello",
            "awslogs-region": "ap-northeast-1",
            "awslogs-stream-prefix": "ecs",
        },
    },
}
HELLO = {
    "family": "hello",
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "executionRoleArn": ROLE,
    "containerDefinitions": [CONTAINER],
}
NETWORK = {"awsvpcConfiguration": {"Subnets": ["subnet-0123456789abcdef0"]}}


class EcsPast:
    """A middleware that knows tasks that never ran: it answers ListTasks and DescribeTasks."""

    def __init__(self) -> None:
        self.tasks: list[dict[str, Any]] = []

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        if call.service != "ecs" or call.operation not in {"ListTasks", "DescribeTasks"}:
            return forward(call)
        parameters = call.parameters
        if call.operation == "DescribeTasks":
            known = {task["taskArn"]: task for task in self._in(parameters["cluster"])}
            found = [known[arn] for arn in parameters["tasks"] if arn in known]
            return {"tasks": found, "failures": []}
        arns = [task["taskArn"] for task in self._in(parameters["cluster"], parameters)]
        start = int(parameters.get("nextToken", 0))
        page = {"taskArns": arns[start : start + 100]}
        return {**page, "nextToken": str(start + 100)} if len(arns) > start + 100 else page

    def _in(self, cluster: str, wanted: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        here = [task for task in self.tasks if task["clusterArn"] == cluster]
        if wanted is None:
            return here
        status, family = wanted.get("desiredStatus", "RUNNING"), wanted.get("family")
        return [
            task
            for task in here
            if task["desiredStatus"] == status
            and family in {None, task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0]}
        ]


class Crowd:
    """A middleware that answers for hundreds of batches at once, each with all of its own: half of
    them rules, half of them schedules. Making them would take longer than reading them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "ListRules": lambda asked: self._page(asked, "Rules", self._rules(), "NextToken"),
            "ListTargetsByRule": lambda asked: {"Targets": [self._target(asked["Rule"])]},
            "ListSchedules": lambda asked: self._page(
                asked, "Schedules", self._schedules(), "NextToken"
            ),
            "GetSchedule": lambda asked: self._schedule(asked["Name"]),
            "GetResources": lambda asked: self._page(
                asked, "ResourceTagMappingList", self._resources(), "PaginationToken"
            ),
            "DescribeTaskDefinition": lambda asked: self._definition(asked["taskDefinition"]),
            "DescribeLogStreams": self._streams,
        }

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        if not self.names or call.operation not in self._answers:
            return forward(call)
        return self._answers[call.operation](call.parameters)

    def _page(
        self, asked: dict[str, Any], member: str, entries: list[Any], token: str
    ) -> dict[str, Any]:
        start = int(asked.get(token) or 0)
        page = {member: entries[start : start + 100]}
        return {**page, token: str(start + 100)} if len(entries) > start + 100 else page

    def _rules(self) -> list[dict[str, Any]]:
        common = {"ScheduleExpression": "rate(1 day)", "State": "ENABLED"}
        return [{"Name": name, "Arn": rule_arn(name), **common} for name in self.names[::2]]

    def _target(self, name: str) -> dict[str, Any]:
        definition = f"{DEFINITION_ARN.removesuffix('hello')}{name}:1"
        return {
            "Id": name,
            "Arn": CLUSTER,
            "RoleArn": ROLE,
            "EcsParameters": {"TaskDefinitionArn": definition},
        }

    def _schedules(self) -> list[dict[str, Any]]:
        return [self._schedule(name) for name in self.names[1::2]]

    def _schedule(self, name: str) -> dict[str, Any]:
        target = {key: value for key, value in self._target(name).items() if key != "Id"}
        return {
            "Name": name,
            "GroupName": "reports",
            "Arn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/reports/{name}",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": target,
        }

    def _resources(self) -> list[dict[str, Any]]:
        group = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/reports"
        tags = [{"Key": "batchwork:owner", "Value": "reports"}]
        arns = [group, *(rule["Arn"] for rule in self._rules())]
        return [{"ResourceARN": arn, "Tags": tags} for arn in arns]

    def _definition(self, reference: str) -> dict[str, Any]:
        name = reference.rpartition("/")[2].partition(":")[0]
        definition = copy.deepcopy({**HELLO, "family": name})
        log = definition["containerDefinitions"][0]["logConfiguration"]
        log["options"]["awslogs-group"] = f"/ecs/{name}"
        known = {"taskDefinitionArn": f"{DEFINITION_ARN.removesuffix('hello')}{name}:1"}
        return {"taskDefinition": {**definition, **known, "revision": 1, "status": "ACTIVE"}}

    def _streams(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Each group has two runs of yesterday, and nothing on further pages."""
        yesterday = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
        times = {"firstEventTimestamp": yesterday, "lastEventTimestamp": yesterday + 60_000}
        names = [f"ecs/hello/{run}" for run in ("yesterday-1", "yesterday-2")]
        return {"logStreams": [{"logStreamName": name, **times} for name in names]}


def rule_arn(name: str) -> str:
    """Return the ARN of a rule of the account."""
    return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"


PAST = EcsPast()
CROWD = Crowd()


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[Any]:
    """An emulator with a past, in place of the one that all other tests share."""
    from emulator.server import Emulator

    with Emulator(middlewares=[PAST, CROWD]) as server:
        yield server


class Elsewhere(Account):
    """An account in which others made rules, schedules and task definitions, by boto3 as Terraform
    and the console do."""

    def register(self, family: str = "hello", **changed: Any) -> str:
        """Register a revision and return its ARN."""
        answer = self.aws("ecs").register_task_definition(**self.definition(family, **changed))
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def definition(self, family: str, **changed: Any) -> dict[str, Any]:
        """Return what registers a task definition."""
        return {**copy.deepcopy(HELLO), "family": family, **changed}

    def send(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call the emulator past HTTP, where there are hundreds of calls."""
        return self.emulator.send(Call(service, operation, REGION, parameters=parameters))

    def rule(
        self,
        name: str = "hello",
        *targets: dict[str, Any],
        tags: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Make a rule with targets, by default with one ECS target of its name."""
        listed = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        request = {"ScheduleExpression": "cron(0 3 * * ? *)", **options, "Tags": listed}
        self.aws("events").put_rule(Name=name, **request)
        put = list(targets) or [{"Id": name, **self.target()}]
        self.aws("events").put_targets(Rule=name, Targets=put)

    def schedule(
        self, name: str = "hello", target: dict[str, Any] | None = None, **options: Any
    ) -> None:
        """Make a schedule with an ECS target."""
        request = {
            "ScheduleExpression": "cron(0 3 * * ? *)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            **options,
            "Target": target or self.target(),
        }
        self.aws("scheduler").create_schedule(Name=name, **request)

    def target(self, definition: str = DEFINITION_ARN, **parameters: Any) -> dict[str, Any]:
        """Return an ECS target with other EcsParameters; None leaves one out."""
        complete = {
            "TaskDefinitionArn": definition,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": NETWORK,
            **parameters,
        }
        given = {key: value for key, value in complete.items() if value is not None}
        return {"Arn": CLUSTER, "RoleArn": ROLE, "EcsParameters": given}

    def ran(
        self, identifier: str, started_by: str, *, ago: float = 10, **facts: Any
    ) -> dict[str, Any]:
        """Let a task have run for a minute, ``ago`` minutes ago."""
        started = datetime.now(UTC) - timedelta(minutes=ago)
        family = facts.pop("family", "hello")
        task = {
            "taskArn": f"{CLUSTER.replace(':cluster/', ':task/')}/{identifier}",
            "clusterArn": CLUSTER,
            "taskDefinitionArn": CLUSTER.replace("cluster/batch", f"task-definition/{family}:1"),
            "group": f"family:{family}",
            "startedBy": started_by,
            "desiredStatus": "STOPPED",
            "lastStatus": "STOPPED",
            "createdAt": started - timedelta(seconds=20),
            "startedAt": started,
            "stoppedAt": started + timedelta(minutes=1),
            "stopCode": "EssentialContainerExited",
            "stoppedReason": "Essential container in task exited",
            "containers": [{"name": "hello", "exitCode": 0, "lastStatus": "STOPPED"}],
            **facts,
        }
        PAST.tasks.append({key: value for key, value in task.items() if value is not None})
        return task

    def runs(self, identifier: str, started_by: str, **facts: Any) -> None:
        """Let a task run since ten minutes."""
        going = {"desiredStatus": "RUNNING", "lastStatus": "RUNNING", "stoppedAt": None}
        self.ran(identifier, started_by, **{**going, "stopCode": None, **facts})

    def wrote(self, stream: str, *hours_ago: float, group: str = "/ecs/hello") -> None:
        """Let a log stream have lines of these times."""
        place = {"logGroupName": group}
        if not self.send("logs", "DescribeLogGroups", logGroupNamePrefix=group)["logGroups"]:
            self.send("logs", "CreateLogGroup", **place)
        self.send("logs", "CreateLogStream", **place, logStreamName=stream)
        now = datetime.now(UTC)
        times = sorted(int((now - timedelta(hours=ago)).timestamp() * 1000) for ago in hours_ago)
        events = [{"timestamp": time, "message": "a line"} for time in times]
        if events:
            self.send("logs", "PutLogEvents", **place, logStreamName=stream, logEvents=events)

    def counted(self, namespace: str, name: str, dimension: str, value: str, count: int) -> None:
        """Let CloudWatch have counted something two hours ago."""
        datum = {
            "MetricName": name,
            "Dimensions": [{"Name": dimension, "Value": value}],
            "Timestamp": datetime.now(UTC) - timedelta(hours=2),
            "Value": count,
        }
        self.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


@pytest.fixture
def account(emulator: Any, aws: Callable[..., Any]) -> Elsewhere:
    """An account with a cluster, a role and a task definition."""
    PAST.tasks.clear()
    ready = Elsewhere(emulator, aws)
    ready.empty()
    ready.register()
    emulator.clear_calls()
    return ready


@pytest.fixture
def crowd() -> Iterator[list[str]]:
    """The names of batches that all are there at once; empty until a test adds some."""
    yield CROWD.names
    CROWD.names.clear()


@pytest.fixture
def info(account: Elsewhere, run_module: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``scheduled_batch_info``: ``info(owner="reports")`` returns its result. It must neither
    fail nor write anything."""
    monkeypatch.setattr(module, "Clients", QUICK_CLIENTS)

    def run(**params: Any) -> dict[str, Any]:
        account.emulator.clear_calls()
        result = run_module("scheduled_batch_info", params)
        assert not result["failed"], result["msg"]
        assert not result["changed"]
        assert account.writes() == []
        return result

    return run


@pytest.fixture
def fleet(account: Elsewhere, run_module: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``scheduled_batches`` on the same account."""
    monkeypatch.setattr(module, "Clients", QUICK_CLIENTS)

    def run(*batches: dict[str, Any], **params: Any) -> dict[str, Any]:
        account.emulator.clear_calls()
        return run_module("scheduled_batches", {"batches": list(batches), **params})

    return run
