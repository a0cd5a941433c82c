# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deployed batch whose tasks really run on the emulator, and what tests make of it."""

from __future__ import annotations

from typing import Any

NAME = "scheduled_batch_run"
REGION = "ap-northeast-1"
GROUP = "/ecs/hello"
PLACE = f"{REGION}:123456789012"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/batch"
FAMILY = f"arn:aws:ecs:{PLACE}:task-definition/hello"
ROLE = "arn:aws:iam::123456789012:role"
LOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": GROUP,
        "awslogs-region": REGION,
        "awslogs-stream-prefix": "ecs",
    },
}


class Batch:
    """A rule and a log group in the account, and what a test makes of them."""

    def __init__(self, aws: Any, emulator: Any, network: dict[str, Any], run: Any) -> None:
        self.aws, self.emulator, self.network, self._run = aws, emulator, network, run
        self.ecs, self.events, logs = aws("ecs"), aws("events"), aws("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            logs.delete_log_group(logGroupName=group["logGroupName"])
        logs.create_log_group(logGroupName=GROUP)
        self.events.put_rule(Name="hello", ScheduleExpression="rate(1 day)")
        targets = self.events.list_targets_by_rule(Rule="hello")["Targets"]
        if targets:
            ids = [target["Id"] for target in targets]
            self.events.remove_targets(Rule="hello", Ids=ids)
        scheduler = aws("scheduler")
        for each in scheduler.list_schedules()["Schedules"]:
            scheduler.delete_schedule(Name=each["Name"], GroupName=each["GroupName"])
        emulator.clear_calls()

    def register(self, *command: str, more: tuple[dict[str, Any], ...] = (), **changes: Any) -> str:
        """A revision of the family ``hello``, whose container ``hello`` runs the command; its
        ARN."""
        container = {"name": "hello", "image": "debian", "logConfiguration": LOGS}
        container.update(command=list(command), **changes)
        answer = self.ecs.register_task_definition(
            family="hello",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=f"{ROLE}/execution",
            taskRoleArn=f"{ROLE}/task",
            containerDefinitions=[container, *more],
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def parameters(self, **changes: Any) -> dict[str, Any]:
        return {
            "TaskDefinitionArn": FAMILY,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": self.network,
            **changes,
        }

    def put_target(self, identifier: str = "hello", **changes: Any) -> None:
        """A target of the rule ``hello``."""
        target: dict[str, Any] = {"Id": identifier, "Arn": CLUSTER, "RoleArn": f"{ROLE}/events"}
        target.update({"EcsParameters": self.parameters(), **changes})
        answer = self.events.put_targets(Rule="hello", Targets=[target])
        assert answer["FailedEntryCount"] == 0

    def deploy(self, *command: str) -> None:
        """The whole batch, with this command."""
        self.register(*command)
        self.put_target()
        self.emulator.clear_calls()

    def run(self, *, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        """Run the module."""
        return self._run(NAME, {"name": "hello", **params}, check_mode=check_mode)

    def wait_until_running(self, *arns: str) -> None:
        """Wait for the status of tasks that were started."""
        self.ecs.get_waiter("tasks_running").wait(
            cluster="batch", tasks=list(arns), WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
        )

    def schedule(self, name: str, group: str | None = None, **target: Any) -> None:
        """A schedule whose target is the cluster."""
        self.aws("scheduler").create_schedule(
            Name=name,
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": CLUSTER, "RoleArn": f"{ROLE}/scheduler", **target},
            **({"GroupName": group} if group else {}),
        )
        self.emulator.clear_calls()

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """What the calls of an operation asked for."""
        return [call.parameters for call in self.emulator.calls if call.operation == operation]
