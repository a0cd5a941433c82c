# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch with everything that it needs around it, made as the role and its policies make it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_api
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import place
from ansible_collections.batchwork.aws.tests.unit.policies.rendering import rendered
from moto.ecs.models import ecs_backends

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
FAMILY = "report"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/batch"
REPOSITORY = "report"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:1.4.2"
LOG_GROUP = "/ecs/report"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"
SCHEDULE = "cron(0 3 1 1 ? 2199)"
TRIGGERS = ("rule", "scheduler")

EXECUTION, TASK, TRIGGER, GUARD_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/batches/{name}"
    for name in ("execution", "task", "trigger", "guard")
)
GUARD = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:batch-guard"

Options = dict[str, Any]
Make = Callable[..., Any]


class Surroundings:
    """The account: what a batch needs, made once for each test, and the ids that AWS gives."""

    def __init__(self, emulator: Any, aws: Make) -> None:
        self.emulator = emulator
        self.aws = aws
        self.secret = self.key = self.subnet = self.group = self.vpc = self.route_table = ""

    def make(self) -> None:
        """Make everything that the batch names, but neither its trigger nor its definition."""
        self.aws("ecs").create_cluster(clusterName="batch")
        self.aws("logs").create_log_group(logGroupName=LOG_GROUP)
        self._make_secrets()
        self.push(IMAGE)
        self.make_network()
        self.make_queue()
        for role, trust in {"execution": "ecs-tasks", "task": "ecs-tasks"}.items():
            self.make_role(role, rendered(f"trust-{trust}", place()))
        self.make_role("trigger", self.trigger_trust())
        self.write_policies()

    def _make_secrets(self) -> None:
        self.key = self.aws("kms").create_key()["KeyMetadata"]["Arn"]
        self.secret = self.aws("secretsmanager").create_secret(
            Name="report/db", SecretString="hunter2", KmsKeyId=self.key
        )["ARN"]
        self.aws("ssm").put_parameter(Name="/report/token", Value="x", Type="String")

    def push(self, image: str, architecture: str = "amd64") -> None:
        """Push an image for one platform, as builders with attestations do: as an index."""
        repository, tag = image.rpartition("/")[2].split(":")
        client = self.aws("ecr")
        known = [each["repositoryName"] for each in client.describe_repositories()["repositories"]]
        if repository not in known:
            client.create_repository(repositoryName=repository)
        entry = {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": f"sha256:{'1' * 64}",
            "size": 1,
            "platform": {"architecture": architecture, "os": "linux"},
        }
        attestation = {**entry, "platform": {"architecture": "unknown", "os": "unknown"}}
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [entry, attestation],
        }
        client.put_image(
            repositoryName=repository,
            imageTag=tag,
            imageManifest=json.dumps(manifest),
            imageManifestMediaType=manifest["mediaType"],
        )

    def make_network(self) -> None:
        """Make a VPC with a public subnet, and a security group that lets everything out."""
        ec2 = self.aws("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.1.0/24")["Subnet"]
        self.subnet = subnet["SubnetId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        table = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=table, SubnetId=self.subnet)
        self.route_table = table
        self.group = ec2.create_security_group(
            GroupName="report", Description="report", VpcId=self.vpc
        )["GroupId"]

    def make_queue(self, name: str = "failed", **attributes: str) -> None:
        """Make a dead-letter queue to which the rule may send."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE,
            "Condition": {"ArnEquals": {"aws:SourceArn": self.rule_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws("sqs").create_queue(QueueName=name, Attributes={"Policy": policy, **attributes})

    @property
    def rule_arn(self) -> str:
        """The rule of the batch."""
        return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/report"

    def trigger_trust(self, **more: Any) -> Options:
        """The trust policy of the trigger's role, for both kinds of triggers."""
        events = rendered("trust-events", {**place(), "rule_arn": self.rule_arn, **more})
        scheduler = rendered("trust-scheduler", {**place(), "group_name": "default", **more})
        return {**events, "Statement": [*events["Statement"], *scheduler["Statement"]]}

    def make_role(self, name: str, trust: Options) -> None:
        """Make a role."""
        self.aws("iam").create_role(
            RoleName=name, Path="/batches/", AssumeRolePolicyDocument=json.dumps(trust)
        )

    def trust(self, name: str, trust: Options) -> None:
        """Replace a role's trust policy."""
        document = json.dumps(trust)
        self.aws("iam").update_assume_role_policy(RoleName=name, PolicyDocument=document)

    def write_policies(self) -> None:
        """Give the roles the policies of this collection."""
        self.allow("execution", self.execution_policy())
        self.allow("task", self.task_policy())
        self.allow("trigger", self.trigger_policy())

    def allow(self, role: str, document: Options) -> None:
        """Replace a role's inline policy."""
        client = self.aws("iam")
        if not document["Statement"]:
            client.delete_role_policy(RoleName=role, PolicyName="batch")
            return
        client.put_role_policy(
            RoleName=role, PolicyName="batch", PolicyDocument=json.dumps(document)
        )

    def execution_policy(self, **more: Any) -> Options:
        """The execution role's policy."""
        inputs = {
            **place(),
            "container_definitions": self.definition()["container_definitions"],
            "overrides": {},
            "secret_kms_key_arns": [self.key],
            **more,
        }
        return rendered("execution-role", inputs)

    def task_policy(self, **more: Any) -> Options:
        """The task role's policy."""
        inputs = {"task_role_statements": [], "enable_execute_command": True, **more}
        return rendered("task-role", inputs)

    def trigger_policy(self, **more: Any) -> Options:
        """The trigger role's policy, and what Scheduler needs for a dead-letter queue."""
        inputs = {
            **place(),
            "cluster_arn": CLUSTER,
            "family": FAMILY,
            "passed_role_arns": [EXECUTION, TASK],
            "tags_tasks": True,
            **more,
        }
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
        document = rendered("trigger-role", inputs)
        return {**document, "Statement": [*document["Statement"], send]}

    def guard_policy(self, **more: Any) -> Options:
        """The policy of the guard's role."""
        inputs = {
            **place(),
            "cluster_arn": CLUSTER,
            "families": [FAMILY],
            "passed_role_arns": [EXECUTION, TASK],
            "tags_tasks": True,
            **more,
        }
        return rendered("guard-role", inputs)

    def guard_trigger(self) -> None:
        """Let the trigger's role start the state machine, and nothing else."""
        start = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": GUARD}
        send = {**start, "Action": "sqs:SendMessage", "Resource": QUEUE}
        self.allow("trigger", {"Version": "2012-10-17", "Statement": [start, send]})

    def definition(self, **options: Any) -> Options:
        """The task definition, in the options' spelling."""
        log_options = {
            "awslogs-group": LOG_GROUP,
            "awslogs-region": REGION,
            "awslogs-stream-prefix": "ecs",
        }
        container = {
            "name": "report",
            "image": IMAGE,
            "secrets": [
                {"name": "PASSWORD", "value_from": f"{self.secret}:password::"},
                {"name": "TOKEN", "value_from": "/report/token"},
            ],
            "log_configuration": {"log_driver": "awslogs", "options": log_options},
        }
        return {
            "family": FAMILY,
            "cpu": "256",
            "memory": "512",
            "network_mode": "awsvpc",
            "requires_compatibilities": ["FARGATE"],
            "execution_role_arn": EXECUTION,
            "task_role_arn": TASK,
            "container_definitions": [container],
            **options,
        }

    def definition_with(self, **changes: Any) -> Options:
        """The task definition with changes in its container."""
        described = self.definition()
        (container,) = described["container_definitions"]
        return {**described, "container_definitions": [{**container, **changes}]}

    def register(self, **changes: Any) -> None:
        """Register the task definition, with changes in the API's spelling."""
        shape = structure("ecs", "RegisterTaskDefinitionRequest")
        document = to_api(self.definition(), shape, Findings())
        wanted = {key: value for key, value in {**document, **changes}.items() if value is not None}
        self.aws("ecs").register_task_definition(**wanted)

    def age_task(self, arn: str, age: timedelta) -> None:
        """Let a task have begun earlier."""
        (cluster,) = ecs_backends[ACCOUNT][REGION].tasks.values()
        task = cluster[arn]
        task.created_at = task.started_at = datetime.now(UTC) - age

    def batch(self, trigger: str = "rule", **options: Any) -> Options:
        """The batch; an option that is None is left out."""
        described = {
            "name": "report",
            "trigger": trigger,
            "schedule": SCHEDULE,
            "cluster": "batch",
            "role_arn": TRIGGER,
            "task_definition": self.definition(),
            "launch_type": "FARGATE",
            "network_configuration": {
                "subnets": [self.subnet],
                "security_groups": [self.group],
                "assign_public_ip": True,
            },
            "overrides": {"container_overrides": [{"name": "report", "command": ["report"]}]},
            "enable_execute_command": True,
            "propagate_tags": "TASK_DEFINITION",
            "dead_letter_arn": QUEUE,
            **options,
        }
        return {
            option: copy.deepcopy(value) for option, value in described.items() if value is not None
        }
