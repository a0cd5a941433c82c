# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of mistakes that keep a scheduled task from running, each made on a correct batch.

Numbers are those of the list of failure modes of scheduled ECS tasks. ``deployed`` makes the
mistake behind a deployed batch's back, in a way that AWS lets everybody go; ``declared`` gives the
options of a batch that AWS would not let anybody deploy.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    EXECUTION,
    FAMILY,
    IMAGE,
    LOG_GROUP,
    QUEUE,
    TASK,
    Surroundings,
)

Document = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A mistake, the check that has to name it, and words of its reason and remedy."""

    number: int
    what: str
    check: str
    reason: str
    remedy: str
    deployed: Callable[[Surroundings], None] | None = None
    declared: Callable[[Surroundings], Document] | None = None
    options: Callable[[Surroundings], Document] | None = None
    """Options with which the batch is deployed before the mistake is made."""
    also: frozenset[str] = frozenset()
    """Other checks that name the same mistake."""
    trigger: str = "rule"
    """What the deployed batch is started by."""


def _put_target(of: Surroundings, **changes: Any) -> None:
    events = of.aws("events")
    (target,) = events.list_targets_by_rule(Rule="report")["Targets"]
    parameters = {**target["EcsParameters"], **changes.pop("EcsParameters", {})}
    events.put_targets(Rule="report", Targets=[{**target, **changes, "EcsParameters": parameters}])


def _override(of: Surroundings, **overrides: Any) -> None:
    _put_target(of, Input=json.dumps(overrides))


def _network(of: Surroundings, **changes: Any) -> None:
    network = {
        "Subnets": [of.subnet],
        "SecurityGroups": [of.group],
        "AssignPublicIp": "ENABLED",
        **changes,
    }
    configuration = {"NetworkConfiguration": {"awsvpcConfiguration": network}}
    _put_target(of, EcsParameters=configuration)


DEFINITION_MEMBERS = (
    "family",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "executionRoleArn",
    "taskRoleArn",
    "containerDefinitions",
)


def _register(of: Surroundings, **changes: Any) -> str:
    """Register another revision, with changes; a member that is None is left out."""
    ecs = of.aws("ecs")
    found = ecs.describe_task_definition(taskDefinition=FAMILY)["taskDefinition"]
    kept = {member: found.get(member) for member in DEFINITION_MEMBERS}
    wanted = {key: value for key, value in {**kept, **changes}.items() if value is not None}
    return str(ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"])


def _point_at(of: Surroundings, revision: str) -> None:
    """Let the target start a revision."""
    _put_target(of, EcsParameters={"TaskDefinitionArn": revision})


def _next_revision(**changes: Any) -> Callable[[Surroundings], None]:
    """Somebody else registers a revision of the family, of which the target starts the newest."""

    def register(of: Surroundings) -> None:
        _register(of, **changes)

    return register


UNASKED: Document = {"requiresCompatibilities": None}
"""Of a revision that requires no compatibility ECS checks nothing that Fargate needs."""

NEWEST: Document = {"task_definition": FAMILY}
"""The batch means the family, not a revision."""


def _register_without_execution_role(of: Surroundings) -> None:
    """Secrets take an execution role everywhere, an image and a log on EC2 do not."""
    ecs = of.aws("ecs")
    found = ecs.describe_task_definition(taskDefinition=FAMILY)["taskDefinition"]
    containers = [
        {key: value for key, value in container.items() if key != "secrets"}
        for container in found["containerDefinitions"]
    ]
    _register(of, **UNASKED, executionRoleArn=None, containerDefinitions=containers)


def _follow_newest(of: Surroundings, **options: Any) -> Document:
    """Register the first revision; return options of a batch that starts the newest one."""
    of.register()
    return {**NEWEST, **options}


def _on_any_capacity(of: Surroundings) -> Document:
    """A batch that leaves it to its cluster where it runs, of a revision without awsvpc."""
    of.register(**UNASKED, networkMode="bridge")
    return {**NEWEST, "launch_type": None, "network_configuration": None}


def _update_schedule(of: Surroundings, **changes: Any) -> None:
    """Change the target of the schedule."""
    scheduler = of.aws("scheduler")
    found = scheduler.get_schedule(Name="report")
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow")
    target = {**found["Target"], **changes}
    scheduler.update_schedule(**{member: found[member] for member in kept}, Target=target)


def _transform(template: str) -> Callable[[Surroundings], None]:
    """Let the rule make its input of the event."""

    def put(of: Surroundings) -> None:
        events = of.aws("events")
        (target,) = events.list_targets_by_rule(Rule="report")["Targets"]
        del target["Input"]
        made = {"InputPathsMap": {"time": "$.time"}, "InputTemplate": template}
        events.put_targets(Rule="report", Targets=[{**target, "InputTransformer": made}])

    return put


def _remove_role(role: str) -> Callable[[Surroundings], None]:
    def remove(of: Surroundings) -> None:
        iam = of.aws("iam")
        iam.delete_role_policy(RoleName=role, PolicyName="batch")
        iam.delete_role(RoleName=role)

    return remove


def _other_network(of: Surroundings) -> str:
    """Return a subnet of another VPC."""
    own = of.subnet, of.group, of.vpc, of.route_table
    ec2 = of.aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    of.subnet, of.group, of.vpc, of.route_table = own
    return str(subnet)


def _two_vpcs(of: Surroundings) -> None:
    _network(of, Subnets=[of.subnet, _other_network(of)])


def _group_of_other_vpc(of: Surroundings) -> None:
    _network(of, Subnets=[_other_network(of)])


def make_private(of: Surroundings) -> None:
    """Take the way into the internet away."""
    of.aws("ec2").delete_route(RouteTableId=of.route_table, DestinationCidrBlock="0.0.0.0/0")


def make_endpoints(of: Surroundings) -> str:
    """Make a private subnet with all endpoints; return the security group of these."""
    make_private(of)
    ec2 = of.aws("ec2")
    group = ec2.create_security_group(GroupName="ends", Description="ends", VpcId=of.vpc)["GroupId"]
    for name in ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"):
        ec2.create_vpc_endpoint(
            VpcId=of.vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.ap-northeast-1.{name}",
            SubnetIds=[of.subnet],
            SecurityGroupIds=[group],
            PrivateDnsEnabled=True,
        )
    ec2.create_vpc_endpoint(
        VpcId=of.vpc,
        VpcEndpointType="Gateway",
        ServiceName="com.amazonaws.ap-northeast-1.s3",
        RouteTableIds=[of.route_table],
    )
    return str(group)


def let_in(of: Surroundings, group: str) -> None:
    """Let HTTPS from the task into the endpoints."""
    peer = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    of.aws("ec2").authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{**peer, "UserIdGroupPairs": [{"GroupId": of.group}]}]
    )


def _no_egress(of: Surroundings) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    of.aws("ec2").revoke_security_group_egress(GroupId=of.group, IpPermissions=[everything])


def _fill_subnet(of: Surroundings) -> None:
    """Take all addresses of a small subnet."""
    ec2 = of.aws("ec2")
    subnet = ec2.create_subnet(VpcId=of.vpc, CidrBlock="10.0.9.0/28")["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=of.route_table, SubnetId=subnet)
    for _number in range(11):
        ec2.create_network_interface(SubnetId=subnet)
    _network(of, Subnets=[subnet])


def _without(policy: Document, *actions: str) -> Document:
    """A policy without the statements that allow the actions."""

    def names(statement: Document) -> set[str]:
        named = statement["Action"]
        return set(named if isinstance(named, list) else [named])

    kept = [each for each in policy["Statement"] if not names(each) & set(actions)]
    return {**policy, "Statement": kept}


def _revoke(role: str, *actions: str) -> Callable[[Surroundings], None]:
    def revoke(of: Surroundings) -> None:
        policy = getattr(of, f"{role}_policy")()
        of.allow(role, _without(policy, *actions))

    return revoke


def _pin_policy(of: Surroundings) -> None:
    """Allow the first revision only, and then register the next."""
    policy = json.dumps(of.trigger_policy()).replace(f"/{FAMILY}:*", f"/{FAMILY}:1")
    of.allow("trigger", json.loads(policy))
    _point_at(of, _register(of, cpu="512", memory="1024"))


def _distrust(role: str, service: str) -> Callable[[Surroundings], None]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    return lambda of: of.trust(role, trust)


def _rule_of_other_name(of: Surroundings) -> None:
    trust = json.dumps(of.trigger_trust()).replace("rule/report", "rule/other")
    of.trust("trigger", json.loads(trust))


def _bound(of: Surroundings) -> None:
    """Put a permissions boundary on the trigger's role that does not let it pass roles."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["ecs:*", "sqs:*"], "Resource": "*"}],
    }
    iam = of.aws("iam")
    arn = iam.create_policy(PolicyName="limit", PolicyDocument=json.dumps(document))["Policy"][
        "Arn"
    ]
    iam.put_role_permissions_boundary(RoleName="trigger", PermissionsBoundary=arn)


def _definition(**changes: Any) -> Callable[[Surroundings], Document]:
    def options(of: Surroundings) -> Document:
        described = of.definition(**changes)
        kept = {key: value for key, value in described.items() if value is not None}
        return {"task_definition": kept}

    return options


def _options(**changes: Any) -> Callable[[Surroundings], Document]:
    return lambda _of: changes


def _command(*command: str, name: str = "report") -> Document:
    return {"containerOverrides": [{"name": name, "command": list(command)}]}


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        1,
        "overrides name a container that is not there",
        "override_containers",
        "'reprot'",
        "Use the name of a container",
        deployed=lambda of: _override(of, **_command("report", name="reprot")),
    ),
    Mistake(
        1,
        "overrides of a declared batch name a container that is not there",
        "override_containers",
        "'reprot'",
        "Use the name of a container",
        declared=_options(overrides=_command("report", name="reprot")),
    ),
    Mistake(
        2,
        "the cluster is deleted",
        "cluster",
        "ClusterNotFoundException",
        "Make the ECS cluster",
        deployed=lambda of: of.aws("ecs").delete_cluster(cluster="batch"),
    ),
    Mistake(
        3,
        "the revision is deregistered",
        "task_definition",
        "INACTIVE",
        "deploying the batch again",
        deployed=lambda of: of.aws("ecs").deregister_task_definition(taskDefinition=f"{FAMILY}:1"),
    ),
    Mistake(
        3,
        "the policy names an old revision",
        "trigger_role_run_task",
        "for every revision that no policy covers",
        f"Allow ecs:RunTask on arn:aws:ecs:ap-northeast-1:123456789012:task-definition/{FAMILY}:*",
        deployed=_pin_policy,
    ),
    Mistake(
        4,
        "the trigger may not pass roles",
        "trigger_role_pass_role",
        "No policy of it allows iam:PassRole",
        EXECUTION,
        deployed=_revoke("trigger", "iam:PassRole"),
    ),
    Mistake(
        4,
        "the trigger may not pass the role of the overrides",
        "trigger_role_pass_role",
        "iam:PassRole",
        "role/other",
        deployed=lambda of: _override(of, taskRoleArn=TASK.replace("batches/task", "other")),
        also=frozenset({"task_role_trust"}),
    ),
    Mistake(
        4,
        "a permissions boundary does not let the trigger pass roles",
        "trigger_role_pass_role",
        "permissions boundary does not allow iam:PassRole",
        "in its permissions boundary",
        deployed=_bound,
    ),
    Mistake(
        5,
        "the trigger's role trusts another service",
        "trigger_role_trust",
        "does not let the service in",
        "events.amazonaws.com",
        deployed=_distrust("trigger", "ec2.amazonaws.com"),
    ),
    Mistake(
        5,
        "the trigger's role is deleted",
        "trigger_role_trust",
        "The role does not exist",
        "Make the role",
        deployed=_remove_role("trigger"),
    ),
    Mistake(
        5,
        "the trigger's role trusts another rule only",
        "trigger_role_trust",
        "does not let the service in",
        "rule/report",
        deployed=_rule_of_other_name,
    ),
    Mistake(
        5,
        "the execution role does not trust tasks",
        "execution_role_trust",
        "does not let the service in",
        "ecs-tasks.amazonaws.com",
        deployed=_distrust("execution", "ecs.amazonaws.com"),
    ),
    Mistake(
        6,
        "tags are propagated, and the trigger may not tag",
        "trigger_role_tag_resource",
        "ecs:TagResource",
        "ecs:TagResource on arn:aws:ecs:ap-northeast-1:123456789012:task/batch/*",
        deployed=_revoke("trigger", "ecs:TagResource"),
    ),
    Mistake(
        7,
        "Fargate has no such pair of cpu and memory",
        "size",
        "4096",
        "Choose a pair",
        declared=_definition(memory="4096"),
    ),
    Mistake(
        7,
        "the overrides make a pair that Fargate does not have",
        "size",
        "8192",
        "Choose a pair",
        deployed=lambda of: _override(of, memory="8192", **_command("report")),
    ),
    Mistake(
        7,
        "the next revision and the overrides make a pair that Fargate does not have",
        "size",
        "Input.memory: With 2048 CPU units Fargate does not take 2048 MiB",
        "Choose a pair",
        options=lambda of: _follow_newest(of, overrides={"memory": "2048", **_command("report")}),
        deployed=_next_revision(cpu="2048", memory="4096"),
    ),
    Mistake(
        7,
        "the next revision, which nobody asked to run on Fargate, has no size that Fargate has",
        "size",
        "memory: With 256 CPU units Fargate does not take 4096 MiB",
        "Choose a pair",
        options=_follow_newest,
        deployed=_next_revision(**UNASKED, memory="4096"),
    ),
    Mistake(
        8,
        "the next revision needs a network configuration, and the target has none",
        "network_configuration",
        "'awsvpc', which needs a network configuration",
        "Give subnets",
        options=_on_any_capacity,
        deployed=_next_revision(**UNASKED, networkMode="awsvpc"),
    ),
    Mistake(
        8,
        "the next revision has the network mode bridge, and the target runs on Fargate",
        "network_configuration",
        "Only the network mode 'awsvpc' takes a network configuration",
        "Give subnets",
        options=_follow_newest,
        deployed=_next_revision(**UNASKED, networkMode="bridge"),
        also=frozenset({"launch_type"}),
    ),
    Mistake(
        8,
        "the next revision runs on EC2 only",
        "launch_type",
        "does not run on FARGATE; it runs on EC2",
        "a revision that is made for its launch type",
        options=_follow_newest,
        deployed=_next_revision(**UNASKED, networkMode="bridge"),
        also=frozenset({"network_configuration"}),
    ),
    Mistake(
        8,
        "Fargate without a network configuration",
        "network_configuration",
        "need a network configuration",
        "Give subnets",
        declared=_options(network_configuration=None),
    ),
    Mistake(
        8,
        "Fargate with the network mode bridge",
        "network_configuration",
        "awsvpc",
        "Give subnets",
        declared=_definition(network_mode="bridge"),
    ),
    Mistake(
        9,
        "a public subnet without a public address",
        "network_way",
        "gets no public address",
        "assign_public_ip",
        deployed=lambda of: _network(of, AssignPublicIp="DISABLED"),
    ),
    Mistake(
        9,
        "a private subnet without NAT and endpoints",
        "network_way",
        "No endpoint serves ecr.api, ecr.dkr, s3, logs, secretsmanager, ssm and ssmmessages",
        "NAT gateway, or make VPC endpoints",
        deployed=make_private,
    ),
    Mistake(
        10,
        "no way out on port 443",
        "security_group_egress",
        "No rule lets HTTPS out",
        "outgoing TCP 443",
        deployed=_no_egress,
    ),
    Mistake(
        10,
        "no way into the endpoints on port 443",
        "endpoint_ingress",
        "let no HTTPS in",
        "incoming TCP 443",
        deployed=make_endpoints,
    ),
    Mistake(
        11,
        "the log group is missing",
        "log_group",
        "does not exist there",
        "awslogs-region",
        deployed=lambda of: of.aws("logs").delete_log_group(logGroupName=LOG_GROUP),
    ),
    Mistake(
        11,
        "the execution role may not write the log",
        "execution_role_logs",
        "logs:CreateLogStream and logs:PutLogEvents",
        f"log-group:{LOG_GROUP}:log-stream:*",
        deployed=_revoke("execution", "logs:PutLogEvents"),
    ),
    Mistake(
        12,
        "the tag is missing",
        "image",
        "CannotPullContainerError",
        "Push the image",
        deployed=lambda of: of.aws("ecr").batch_delete_image(
            repositoryName="report", imageIds=[{"imageTag": "1.4.2"}]
        ),
    ),
    Mistake(
        12,
        "the repository is missing",
        "image",
        "no such repository",
        "correct its name",
        deployed=lambda of: of.aws("ecr").delete_repository(repositoryName="report", force=True),
    ),
    Mistake(
        12,
        "the image is for another architecture",
        "image_architecture",
        "exec format error",
        "runtime_platform",
        deployed=lambda of: of.push(IMAGE.replace("1.4.2", "arm"), "arm64"),
        options=lambda of: {
            "task_definition": of.definition_with(image=IMAGE.replace("1.4.2", "arm"))
        },
    ),
    Mistake(
        12,
        "the execution role may not pull",
        "execution_role_ecr",
        "ecr:BatchGetImage",
        "repository/report",
        deployed=_revoke("execution", "ecr:BatchGetImage"),
    ),
    Mistake(
        13,
        "the secret is missing",
        "secret",
        "Secrets Manager does not have it",
        "correct the reference",
        deployed=lambda of: of.aws("secretsmanager").delete_secret(
            SecretId=of.secret, ForceDeleteWithoutRecovery=True
        ),
    ),
    Mistake(
        13,
        "the secret is scheduled for deletion",
        "secret",
        "scheduled for deletion",
        "Make it",
        deployed=lambda of: of.aws("secretsmanager").delete_secret(SecretId=of.secret),
    ),
    Mistake(
        13,
        "the parameter is missing",
        "secret",
        "Parameter Store does not have it",
        "correct the reference",
        deployed=lambda of: of.aws("ssm").delete_parameter(Name="/report/token"),
    ),
    Mistake(
        13,
        "the execution role may not read the secret",
        "execution_role_secrets",
        "secretsmanager:GetSecretValue",
        "secret:report/db",
        deployed=_revoke("execution", "secretsmanager:GetSecretValue"),
    ),
    Mistake(
        13,
        "the execution role may not decrypt",
        "execution_role_kms",
        "kms:Decrypt",
        ":key/",
        deployed=_revoke("execution", "kms:Decrypt"),
    ),
    Mistake(
        14,
        "no execution role, though there is something to pull, to log and to read",
        "execution_role_needed",
        "needs an execution role for",
        "Give the task definition an execution role",
        declared=_definition(execution_role_arn=None),
    ),
    Mistake(
        14,
        "the execution role is deleted",
        "execution_role_trust",
        "The role does not exist",
        "Make the role",
        deployed=_remove_role("execution"),
    ),
    Mistake(
        14,
        "the next revision, which nobody asked to run on Fargate, has no execution role",
        "execution_role_needed",
        "needs an execution role for an image in ECR and the log driver awslogs",
        "Give the task definition an execution role",
        options=_follow_newest,
        deployed=_register_without_execution_role,
    ),
    Mistake(
        15,
        "commands in running containers without a task role",
        "execute_command",
        "need a task role",
        "task role with the ssmmessages actions",
        deployed=lambda of: _point_at(of, _register(of, taskRoleArn=None)),
    ),
    Mistake(
        15,
        "the task role may not open the channels",
        "task_role_execute_command",
        "ssmmessages:OpenDataChannel",
        "ssmmessages:CreateControlChannel",
        deployed=_revoke("task", "ssmmessages:OpenDataChannel"),
    ),
    Mistake(
        18,
        "the rule is disabled",
        "trigger_state",
        "DISABLED: nothing starts",
        "Set enabled to true",
        deployed=lambda of: of.aws("events").disable_rule(Name="report"),
    ),
    Mistake(
        18,
        "the rule has lost its target",
        "trigger",
        "no ECS target",
        "Deploy the batch again",
        deployed=lambda of: of.aws("events").remove_targets(Rule="report", Ids=["report"]),
    ),
    Mistake(
        20,
        "a subnet is deleted",
        "subnets",
        "subnet-0fedcba9876543210 does not exist",
        "Give subnets that exist",
        deployed=lambda of: _network(of, Subnets=[of.subnet, "subnet-0fedcba9876543210"]),
    ),
    Mistake(
        20,
        "a security group is deleted",
        "security_groups",
        "sg-0fedcba9876543210 does not exist",
        "Give security groups that exist",
        deployed=lambda of: _network(of, SecurityGroups=[of.group, "sg-0fedcba9876543210"]),
    ),
    Mistake(
        20,
        "every security group is deleted",
        "security_groups",
        "sg-0fedcba9876543210 does not exist",
        "Give security groups that exist",
        deployed=lambda of: _network(of, SecurityGroups=["sg-0fedcba9876543210"]),
    ),
    Mistake(
        20,
        "subnets of two VPCs",
        "one_vpc",
        "They belong to vpc-",
        "of one VPC",
        deployed=_two_vpcs,
    ),
    Mistake(
        20,
        "a security group of another VPC than the subnets",
        "one_vpc",
        "They belong to vpc-",
        "of one VPC",
        deployed=_group_of_other_vpc,
        also=frozenset({"network_way"}),
    ),
    Mistake(
        21,
        "the input of a schedule, which takes more than ECS, is too long",
        "input",
        "8192",
        "Correct the overrides",
        trigger="scheduler",
        deployed=lambda of: _update_schedule(of, Input=json.dumps(_command("x" * 9000))),
    ),
    Mistake(
        21,
        "the input is longer than ECS takes",
        "input",
        "8192",
        "Correct the overrides",
        declared=_options(overrides=_command("x" * 9000)),
    ),
    Mistake(
        21,
        "the input is no JSON",
        "input",
        "not valid JSON",
        "Correct the overrides",
        declared=_options(overrides=None, input="{no json"),
    ),
    Mistake(
        21,
        "the input is a JSON list",
        "input",
        "no object",
        "Correct the overrides",
        deployed=lambda of: _put_target(of, Input='["report"]'),
    ),
    Mistake(
        21,
        "the input is JSON in a JSON text",
        "input",
        "no object",
        "Correct the overrides",
        deployed=lambda of: _put_target(of, Input=json.dumps(json.dumps(_command("report")))),
    ),
    Mistake(
        21,
        "the input is an object, but no overrides",
        "input",
        "Input.AREA: 'AREA' is not known here",
        "Correct the overrides",
        deployed=lambda of: _put_target(of, Input='{"AREA": "eu"}'),
    ),
    Mistake(
        21,
        "the rule makes a text of its event, which is no overrides",
        "input",
        "no JSON object",
        "as an object of overrides",
        deployed=_transform('"The batch of <time>"'),
    ),
    Mistake(
        22,
        "no free addresses",
        "free_addresses",
        "have 0 left",
        "larger subnets",
        deployed=_fill_subnet,
    ),
    Mistake(
        22,
        "no queue for what could not be started",
        "dead_letter_queue",
        "leave no trace",
        "Make a standard SQS queue",
        deployed=lambda of: of.aws("sqs").delete_queue(QueueUrl=_queue_url(of)),
    ),
    Mistake(
        22,
        "the rule may not send to the queue",
        "dead_letter_queue",
        "does not let EventBridge send",
        "rule/report",
        deployed=lambda of: of.aws("sqs").set_queue_attributes(
            QueueUrl=_queue_url(of), Attributes={"Policy": ""}
        ),
    ),
)


@dataclass(frozen=True)
class Remarked:
    """What is no NG, since nobody can know whether it is a mistake: the check, which is OK, with
    its whole reason and remedy."""

    number: int
    what: str
    check: str
    reason: str
    remedy: str
    deployed: Callable[[Surroundings], None]
    zone: str = "UTC"
    """The local time where preflight runs, as TZ says it."""


def _without_command(of: Surroundings) -> None:
    events = of.aws("events")
    (target,) = events.list_targets_by_rule(Rule="report")["Targets"]
    del target["Input"]
    events.put_targets(Rule="report", Targets=[target])


def _at_three(of: Surroundings) -> None:
    of.aws("events").put_rule(Name="report", ScheduleExpression="cron(0 3 2 1 ? 2199)")


REMARKED: tuple[Remarked, ...] = (
    Remarked(
        16,
        "nothing says what the container runs",
        "command",
        "Nothing says what report runs, so that the image decides. An image of a server never ends,"
        " and its tasks pile up.",
        "Give a command in the container definition or in the overrides, unless the image is made"
        " for this batch.",
        _without_command,
    ),
    Remarked(
        17,
        "a rule is in UTC, and its hour was meant in local time",
        "schedule",
        "It runs at 03:00 on the 2nd of January in 2199, UTC, next at 2199-01-02 03:00 UTC"
        " (2199-01-02 12:00 JST here).",
        "A rule knows UTC only; where local time is meant, use trigger scheduler with timezone.",
        _at_three,
        zone="Asia/Tokyo",
    ),
)


@dataclass(frozen=True)
class Afterwards:
    """What shows only when the batch runs: words of what the diagnosis and the batch's status tell
    then, and the remedy in both."""

    number: int
    what: str
    cause: str
    remark: str
    remedy: str
    deployed: Callable[[Surroundings], None]


def _run_twice(of: Surroundings) -> None:
    """Start what the rule would start, five minutes ago and now; the first one still goes on."""
    (target,) = of.aws("events").list_targets_by_rule(Rule="report")["Targets"]
    for earlier in (timedelta(minutes=5), timedelta()):
        network = {"subnets": [of.subnet], "securityGroups": [of.group]}
        (task,) = of.aws("ecs").run_task(
            cluster="batch",
            taskDefinition=target["EcsParameters"]["TaskDefinitionArn"],
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": network},
            startedBy="events-rule/report",
        )["tasks"]
        of.age_task(task["taskArn"], earlier)


AFTERWARDS: tuple[Afterwards, ...] = (
    Afterwards(
        19,
        "a run begins while an earlier one goes on",
        "an earlier run had not ended",
        "Runs overlap: 2 tasks run at once",
        "Guard the batch, so that no run begins while one goes on (guard with overlap: skip)",
        _run_twice,
    ),
)


def _queue_url(of: Surroundings) -> str:
    return str(of.aws("sqs").get_queue_url(QueueName=QUEUE.rpartition(":")[2])["QueueUrl"])
