# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ecschedule and Terraform have deployed is taken over as it is: the converted batches have no
mistakes, and nothing of the triggers changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.filter import (
    ecschedule_to_batches,
    terraform_to_batches,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    CLUSTER,
    DEFINITION,
    REGION,
    TRUST,
)

from_ecschedule = ecschedule_to_batches.FilterModule().filters()["ecschedule_to_batches"]
from_terraform = terraform_to_batches.FilterModule().filters()["terraform_to_batches"]

STATE = Path(__file__).parents[2] / "filter" / "terraform" / "state.json"
ROLES = ("EcsEventsRole-sample", "EcsTaskExecutionRole-sample", "scheduler", "ecsEventsRole")
OUR_OWN = ("tags[batchwork:", "scheduleGroups[")
"""What a batch that is taken over gets: tags that say whose it is."""


@pytest.fixture
def roles(account: Any) -> None:
    for name in ROLES:
        trust = json.dumps(TRUST)
        account.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    account.emulator.clear_calls()


def resources(module: dict[str, Any]) -> list[dict[str, Any]]:
    below = [each for child in module.get("child_modules", []) for each in resources(child)]
    return [*module.get("resources", []), *below]


def some(values: dict[str, Any]) -> dict[str, Any]:
    """The members that have a value."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def ecs_parameters(block: dict[str, Any], tags: Any) -> dict[str, Any]:
    """The settings of ECS as the provider sends them."""
    network = {}
    for given in block["network_configuration"]:
        vpc = {"Subnets": given["subnets"], "SecurityGroups": given["security_groups"]}
        public = "ENABLED" if given["assign_public_ip"] else "DISABLED"
        network = {"awsvpcConfiguration": {**some(vpc), "AssignPublicIp": public}}
    providers = [
        {"capacityProvider": each["capacity_provider"], "base": 0, "weight": each["weight"]}
        for each in block["capacity_provider_strategy"]
    ]
    return some(
        {
            "TaskDefinitionArn": block["task_definition_arn"],
            "TaskCount": block["task_count"],
            "LaunchType": block["launch_type"],
            "PlatformVersion": block["platform_version"],
            "PropagateTags": block["propagate_tags"],
            "EnableExecuteCommand": block["enable_execute_command"],
            "EnableECSManagedTags": block["enable_ecs_managed_tags"],
            "NetworkConfiguration": network,
            "CapacityProviderStrategy": providers,
            "Tags": tags,
        }
    )


def settings(target: dict[str, Any]) -> dict[str, Any]:
    """What targets of rules and schedules have in common."""
    retries = [
        {
            "MaximumEventAgeInSeconds": policy["maximum_event_age_in_seconds"],
            "MaximumRetryAttempts": policy["maximum_retry_attempts"],
        }
        for policy in target["retry_policy"]
    ]
    queues = [{"Arn": queue["arn"]} for queue in target["dead_letter_config"]]
    return some(
        {
            "Arn": target["arn"],
            "RoleArn": target["role_arn"],
            "Input": target["input"],
            "RetryPolicy": next(iter(retries), None),
            "DeadLetterConfig": next(iter(queues), None),
        }
    )


class Provider:
    """Makes in the account what stands in a state, by the calls of Terraform's provider."""

    def __init__(self, account: Any) -> None:
        self.ecs = account.aws("ecs")
        self.events = account.aws("events")
        self.scheduler = account.aws("scheduler")

    def apply(self, found: list[dict[str, Any]]) -> None:
        for kind in (
            "aws_ecs_task_definition",
            "aws_scheduler_schedule_group",
            "aws_cloudwatch_event_rule",
            "aws_cloudwatch_event_target",
            "aws_scheduler_schedule",
        ):
            for each in found:
                if each["type"] == kind:
                    getattr(self, f"_{kind}")(each["values"])

    def _aws_ecs_task_definition(self, values: dict[str, Any]) -> None:
        volumes = [
            {
                "name": volume["name"],
                "efsVolumeConfiguration": {
                    "fileSystemId": efs["file_system_id"],
                    "rootDirectory": efs["root_directory"],
                    "transitEncryption": efs["transit_encryption"],
                    "authorizationConfig": {
                        "accessPointId": efs["authorization_config"][0]["access_point_id"],
                        "iam": efs["authorization_config"][0]["iam"],
                    },
                },
            }
            for volume in values["volume"]
            for efs in volume["efs_volume_configuration"]
        ]
        platform = [
            {
                "cpuArchitecture": each["cpu_architecture"],
                "operatingSystemFamily": each["operating_system_family"],
            }
            for each in values["runtime_platform"]
        ]
        sizes = [{"sizeInGiB": each["size_in_gib"]} for each in values["ephemeral_storage"]]
        tags = [{"key": key, "value": tag} for key, tag in values["tags_all"].items()]
        request = {
            "family": values["family"],
            "cpu": values["cpu"],
            "memory": values["memory"],
            "networkMode": values["network_mode"],
            "requiresCompatibilities": values["requires_compatibilities"],
            "executionRoleArn": values["execution_role_arn"],
            "taskRoleArn": values["task_role_arn"],
            "containerDefinitions": json.loads(values["container_definitions"]),
            "runtimePlatform": next(iter(platform), None),
            "ephemeralStorage": next(iter(sizes), None),
            "volumes": volumes,
            "tags": tags,
        }
        self.ecs.register_task_definition(**some(request))

    def _aws_scheduler_schedule_group(self, values: dict[str, Any]) -> None:
        tags = [{"Key": key, "Value": tag} for key, tag in values["tags_all"].items()]
        self.scheduler.create_schedule_group(Name=values["name"], Tags=tags)

    def _aws_cloudwatch_event_rule(self, values: dict[str, Any]) -> None:
        tags = [
            {"Key": key, "Value": tag}
            for key, tag in values["tags_all"].items()
            if key != "batchwork:batch"
        ]
        request = {
            "Name": values["name"],
            "Description": values["description"],
            "ScheduleExpression": values["schedule_expression"],
            "EventPattern": values["event_pattern"],
            "State": values["state"],
            "Tags": tags,
        }
        self.events.put_rule(**some(request))

    def _aws_cloudwatch_event_target(self, values: dict[str, Any]) -> None:
        target = {"Id": values["target_id"], **settings(values)}
        for block in values["ecs_target"]:
            tags = [{"Key": key, "Value": tag} for key, tag in (block["tags"] or {}).items()]
            target["EcsParameters"] = ecs_parameters(block, tags)
        self.events.put_targets(Rule=values["rule"], Targets=[target])

    def _aws_scheduler_schedule(self, values: dict[str, Any]) -> None:
        (target,), (window,) = values["target"], values["flexible_time_window"]
        (block,) = target["ecs_parameters"]
        request = {
            "Name": values["name"],
            "GroupName": values["group_name"],
            "ScheduleExpression": values["schedule_expression"],
            "ScheduleExpressionTimezone": values["schedule_expression_timezone"],
            "StartDate": values["start_date"],
            "State": values["state"],
            "FlexibleTimeWindow": {
                "Mode": window["mode"],
                "MaximumWindowInMinutes": window["maximum_window_in_minutes"],
            },
            "Target": {**settings(target), "EcsParameters": ecs_parameters(block, block["tags"])},
        }
        self.scheduler.create_schedule(**some(request))


def standing(account: Any) -> dict[str, Any]:
    """Everything that starts tasks, and what it starts."""
    times = ("CreationDate", "LastModificationDate", "ResponseMetadata")
    return {
        "rules": account.rules(),
        "targets": {name: account.targets(name) for name in account.rules()},
        "schedules": {
            name: {key: value for key, value in found.items() if key not in times}
            for name, found in account.schedules().items()
        },
        "revisions": {
            family: account.revisions(family)
            for family in ("ecs-scheduled-batch-task", "reports-daily", "reports-weekly", "hello")
        },
    }


def only_ownership(result: dict[str, Any]) -> bool:
    paths = [change["path"] for item in result["batches"] for change in item["changes"]]
    return bool(paths) and all(path.startswith(OUR_OWN) for path in paths)


class TestTerraform:
    @pytest.fixture
    def applied(self, account: Any, roles: Any) -> dict[str, Any]:
        document = json.loads(STATE.read_text(encoding="utf-8"))
        Provider(account).apply(resources(document["values"]["root_module"]))
        account.emulator.clear_calls()
        return document

    @pytest.mark.parametrize("keep_secrets", [True, False])
    def test_the_article_is_taken_over_and_nothing_of_it_changes(
        self, fleet, account, applied, keep_secrets
    ):
        before = standing(account)
        batches = from_terraform(applied, keep_secrets=keep_secrets)["batches"]
        assert len(batches) == (4 if keep_secrets else 2)
        predicted = fleet(*batches, owner="reports", adopt=True, check_mode=True)
        assert not predicted["failed"], predicted["msg"]
        assert account.writes() == []
        result = fleet(*batches, owner="reports", adopt=True)
        assert not result["failed"], result["msg"]
        assert only_ownership(result), result["batches"]
        assert standing(account) == before
        assert not fleet(*batches, owner="reports")["changed"]

    def test_without_adopt_nothing_is_touched(self, fleet, account, applied):
        batches = from_terraform(applied)["batches"]
        assert fleet(*batches, owner="reports")["failed"]
        assert account.writes() == []


FILE = """
region: {region}
cluster: batch
rules:
- name: nightly
  description: Every night
  scheduleExpression: cron(0 3 * * ? *)
  taskDefinition: hello
  launch_type: FARGATE
  platform_version: 1.4.0
  group: reports
  taskCount: 2
  network_configuration:
    aws_vpc_configuration:
      subnets: [subnet-0123456789abcdef0]
      security_groups: [sg-0123456789abcdef0]
      assign_public_ip: ENABLED
  taskOverride:
    cpu: "512"
    memory: "1024"
  containerOverrides:
  - name: hello
    command: [hello, {{{{ must_env `WHOM` }}}}]
    environment: {{LOG_LEVEL: info}}
  dead_letter_config:
    sqs: failed
  propagateTags: TASK_DEFINITION
- name: bare
  scheduleExpression: rate(1 hour)
  taskDefinition: hello
  disabled: true
  targetId: other
  network_configuration:
    aws_vpc_configuration:
      subnets: [subnet-0123456789abcdef0]
"""


class TestEcschedule:
    OF_RULE = {
        "nightly": {"Description": "Every night", "ScheduleExpression": "cron(0 3 * * ? *)"},
        "bare": {"ScheduleExpression": "rate(1 hour)", "State": "DISABLED"},
    }
    ROLE = f"arn:aws:iam::{ACCOUNT}:role/ecsEventsRole"
    VPC = {"Subnets": ["subnet-0123456789abcdef0"]}

    def targets(self) -> dict[str, dict[str, Any]]:
        """The targets as ecschedule puts them, with an input even where nothing is overridden."""
        definition = CLUSTER.replace("cluster/batch", "task-definition/hello")
        common = {"Arn": CLUSTER, "RoleArn": self.ROLE}
        overrides = {
            "cpu": "512",
            "memory": "1024",
            "containerOverrides": [
                {
                    "name": "hello",
                    "command": ["hello", "world"],
                    "environment": [{"name": "LOG_LEVEL", "value": "info"}],
                }
            ],
        }
        public = {
            **self.VPC,
            "SecurityGroups": ["sg-0123456789abcdef0"],
            "AssignPublicIp": "ENABLED",
        }
        nightly = {
            "TaskDefinitionArn": definition,
            "TaskCount": 2,
            "LaunchType": "FARGATE",
            "PlatformVersion": "1.4.0",
            "Group": "reports",
            "PropagateTags": "TASK_DEFINITION",
            "NetworkConfiguration": {"awsvpcConfiguration": public},
        }
        bare = {
            "TaskDefinitionArn": definition,
            "TaskCount": 1,
            "NetworkConfiguration": {"awsvpcConfiguration": self.VPC},
        }
        return {
            "nightly": {
                **common,
                "Id": "nightly",
                "EcsParameters": nightly,
                "Input": json.dumps(overrides),
                "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"},
            },
            "bare": {
                **common,
                "Id": "other",
                "EcsParameters": bare,
                "Input": '{"containerOverrides":null}',
            },
        }

    @pytest.fixture
    def applied(self, account: Any, roles: Any) -> None:
        containers = [{"name": "hello", "image": "busybox:1"}]
        account.aws("ecs").register_task_definition(
            family="hello",
            containerDefinitions=containers,
            cpu=DEFINITION["cpu"],
            memory=DEFINITION["memory"],
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
        )
        events = account.aws("events")
        for name, target in self.targets().items():
            tags = [{"Key": "ecschedule:tracking-id", "Value": "batch"}]
            rule = {"Name": name, "RoleArn": self.ROLE, "Tags": tags}
            events.put_rule(**rule, **self.OF_RULE[name])
            events.put_targets(Rule=name, Targets=[target])
        account.emulator.clear_calls()

    def test_its_rules_are_taken_over_and_start_what_they_started(self, fleet, account, applied):
        before = standing(account)
        source = FILE.format(region=REGION)
        converted = from_ecschedule(source, account_id=ACCOUNT, values={"WHOM": "world"})
        assert converted["incomplete"] == []
        batches = converted["batches"]
        predicted = fleet(*batches, owner="reports", adopt=True, check_mode=True)
        assert not predicted["failed"], predicted["msg"]
        assert account.writes() == []
        result = fleet(*batches, owner="reports", adopt=True)
        assert not result["failed"], result["msg"]
        changes = {change["path"] for item in result["batches"] for change in item["changes"]}
        assert changes == {
            "RoleArn",
            "tags[batchwork:batch]",
            "tags[batchwork:owner]",
            "tags[ecschedule:tracking-id]",
        }
        after = standing(account)
        assert after["targets"] == before["targets"]
        assert "PutTargets" not in account.writes()
        assert not fleet(*batches, owner="reports")["changed"]
