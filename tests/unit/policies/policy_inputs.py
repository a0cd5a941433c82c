# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of inputs with which every policy template is rendered, by template and case."""

from __future__ import annotations

from typing import Any

Inputs = dict[str, Any]

ACCOUNT = "123456789012"
PARTITIONS: dict[str, Inputs] = {
    "aws": {"partition": "aws", "region": "ap-northeast-1", "dns_suffix": "amazonaws.com"},
    "aws-cn": {"partition": "aws-cn", "region": "cn-north-1", "dns_suffix": "amazonaws.com.cn"},
    "aws-us-gov": {
        "partition": "aws-us-gov",
        "region": "us-gov-west-1",
        "dns_suffix": "amazonaws.com",
    },
}


def place(partition: str = "aws") -> Inputs:
    """Where a batch is deployed."""
    return {"account_id": ACCOUNT, **PARTITIONS[partition]}


def arn(service: str, rest: str, partition: str = "aws") -> str:
    """An ARN in the case's account and region."""
    return f"arn:{partition}:{service}:{PARTITIONS[partition]['region']}:{ACCOUNT}:{rest}"


def iam_arn(rest: str, partition: str = "aws") -> str:
    """An ARN of IAM, which knows no region."""
    return f"arn:{partition}:iam::{ACCOUNT}:{rest}"


def registry(partition: str = "aws") -> str:
    """The host name of the account's private ECR registry."""
    of = PARTITIONS[partition]
    return f"{ACCOUNT}.dkr.ecr.{of['region']}.{of['dns_suffix']}"


def article_container(partition: str = "aws") -> Inputs:
    """The container definition of the article, in the API's spelling."""
    return {
        "name": "hello",
        "image": f"{registry(partition)}/hello-world:latest",
        "cpu": 256,
        "memory": 512,
        "essential": True,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/fargate-task-definition",
                "awslogs-region": PARTITIONS[partition]["region"],
                "awslogs-stream-prefix": "ecs",
            },
        },
    }


def execution(*containers: Inputs, partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of execution-role."""
    return {
        **place(partition),
        "container_definitions": list(containers),
        "overrides": {},
        "secret_kms_key_arns": [],
        **more,
    }


def everything_in_use(partition: str = "aws") -> Inputs:
    """Inputs of execution-role for a batch that uses all that the template knows."""
    container = article_container(partition)
    container["logConfiguration"]["options"]["awslogs-create-group"] = "true"
    container["logConfiguration"]["secretOptions"] = [
        {"name": "token", "valueFrom": arn("ssm", "parameter/logging/token", partition)}
    ]
    container["secrets"] = [
        {"name": "PLAIN", "valueFrom": "/batch/plain"},
        {"name": "VERSION", "valueFrom": arn("ssm", "parameter/batch/versioned:3", partition)},
        {
            "name": "KEY",
            "valueFrom": arn("secretsmanager", "secret:db-AbCdEf:password::", partition),
        },
        {"name": "SHORT", "valueFrom": arn("secretsmanager", "secret:api", partition)},
    ]
    container["environmentFiles"] = [
        {"type": "s3", "value": f"arn:{partition}:s3:::settings/batch/defaults.env"}
    ]
    container["repositoryCredentials"] = {"credentialsParameter": "registry-login"}
    key = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab", partition)
    return execution(container, partition=partition, secret_kms_key_arns=[key])


def trigger(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of trigger-role."""
    return {
        **place(partition),
        "cluster_arn": arn("ecs", "cluster/batch", partition),
        "family": "ecs-scheduled-batch-task",
        "passed_role_arns": [
            iam_arn("role/EcsTaskExecutionRole-sample", partition),
            iam_arn("role/EcsTaskRole-sample", partition),
        ],
        "tags_tasks": False,
        "dead_letter_arn": "",
        "kms_key_arn": "",
        **more,
    }


def guard(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of guard-role."""
    return {
        **{key: value for key, value in trigger(partition).items() if key != "family"},
        "families": ["ecs-scheduled-batch-task", "report"],
        **more,
    }


def operator(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of operator."""
    roles = [
        iam_arn(f"role/{name}", partition) for name in ("execution-role", "task-role", "events")
    ]
    policies = [iam_arn(f"policy/{name}", partition) for name in ("execution", "task", "trigger")]
    return {
        **trigger(partition),
        "batch_name": "hello",
        "trigger_services": ["events"],
        "group_name": "default",
        "made_role_arns": roles,
        "made_policy_arns": policies,
        "attached_policy_arns": policies,
        "trigger_role_arn": roles[-1],
        "permissions_boundary": "",
        "log_group": "/ecs/fargate-task-definition",
        **more,
    }


def state_machine(partition: str = "aws") -> str:
    """The state machine that guards the batch."""
    return arn("states", "stateMachine:hello-guard", partition)


def operator_guard(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of operator-guard."""
    return {
        **operator(partition),
        "state_machine_arn": state_machine(partition),
        "guard_role_arn": iam_arn("role/hello-guard", partition),
        "has_notifications": True,
        **more,
    }


QUEUE = arn("sqs", "not-started")
KEY = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")


def fleet_trigger(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of fleet-trigger-role."""
    return {
        **place(partition),
        "owner": "reports",
        "cluster_arns": [arn("ecs", "cluster/batch", partition)],
        "described": True,
        "named_families": [],
        "passed_role_arns": [
            iam_arn("role/reports-execution", partition),
            iam_arn("role/reports-task", partition),
        ],
        "tags_tasks": False,
        "state_machine_arns": [],
        "dead_letter_arns": [],
        "kms_key_arns": [],
        **more,
    }


def fleet_guard(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of fleet-guard-role."""
    only_of_triggers = {"state_machine_arns", "dead_letter_arns", "kms_key_arns"}
    shared = fleet_trigger(partition)
    return {**{key: shared[key] for key in {*shared} - only_of_triggers}, **more}


def fleet_operator(partition: str = "aws", **more: Any) -> Inputs:
    """Inputs of fleet-operator."""
    return {
        **place(partition),
        "owner": "reports",
        "cluster_arns": [arn("ecs", "cluster/batch", partition)],
        "group_names": ["reports"],
        "role_prefix": iam_arn("role/reports-ap-northeast-1-", partition),
        "policy_prefix": iam_arn("policy/reports-ap-northeast-1-", partition),
        "further_role_arns": [],
        "further_policy_arns": [],
        "permissions_boundary": "",
        "log_group_names": ["/ecs/reports"],
        **more,
    }


READ_BUCKET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}

# template -> case -> inputs
IDENTITY_POLICIES: dict[str, dict[str, Inputs]] = {
    "execution-role": {
        "article": execution(article_container()),
        "public image, no log": execution({"name": "a", "image": "public.ecr.aws/x/y:1"}),
        **{f"everything, {name}": everything_in_use(name) for name in PARTITIONS},
    },
    "task-role": {
        "nothing": {"task_role_statements": [], "enable_execute_command": False},
        "execute command": {"task_role_statements": [], "enable_execute_command": True},
        "own statements": {"task_role_statements": [READ_BUCKET], "enable_execute_command": False},
        "both": {"task_role_statements": [READ_BUCKET], "enable_execute_command": True},
    },
    "trigger-role": {
        **{f"article, {name}": trigger(name) for name in PARTITIONS},
        "tags": trigger(tags_tasks=True),
        "no roles": trigger(passed_role_arns=[]),
        "queue and key of a schedule": trigger(dead_letter_arn=QUEUE, kms_key_arn=KEY),
        **{
            f"guard, {name}": trigger(name, state_machine_arn=state_machine(name))
            for name in PARTITIONS
        },
        "guard of a schedule": trigger(
            state_machine_arn=state_machine(), tags_tasks=True, dead_letter_arn=QUEUE
        ),
    },
    "guard-role": {
        **{f"article, {name}": guard(name) for name in PARTITIONS},
        "tags": guard(tags_tasks=True),
        "one family without roles": guard(families=["report"], passed_role_arns=[]),
    },
    "operator-preflight": {
        **{f"article, {name}": operator(name) for name in PARTITIONS},
        "boundary": operator(permissions_boundary=iam_arn("policy/boundary")),
        "everything brought along": operator(made_policy_arns=[], attached_policy_arns=[]),
        "guard": operator(guard_role_arn=iam_arn("role/guard")),
    },
    "operator-guard": {
        "neither": operator_guard(state_machine_arn="", has_notifications=False),
        "guard alone": operator_guard(has_notifications=False),
        "notifications alone": operator_guard(state_machine_arn=""),
        **{f"both, {name}": operator_guard(name) for name in PARTITIONS},
    },
    "fleet-trigger-role": {
        **{f"described, {name}": fleet_trigger(name) for name in PARTITIONS},
        "named, tags, clusters": fleet_trigger(
            named_families=["theirs", "others"],
            tags_tasks=True,
            cluster_arns=[arn("ecs", "cluster/batch"), arn("ecs", "cluster/spot")],
        ),
        "guards, queues and keys": fleet_trigger(
            state_machine_arns=[arn("states", "stateMachine:reports-guard")],
            dead_letter_arns=[QUEUE],
            kms_key_arns=[KEY],
        ),
        "only named, no roles": fleet_trigger(
            described=False, named_families=["theirs"], passed_role_arns=[]
        ),
    },
    "fleet-guard-role": {
        **{f"described, {name}": fleet_guard(name) for name in PARTITIONS},
        "named, tags, clusters": fleet_guard(
            named_families=["theirs", "others"],
            tags_tasks=True,
            cluster_arns=[arn("ecs", "cluster/batch"), arn("ecs", "cluster/spot")],
        ),
        "only named, no roles": fleet_guard(
            described=False, named_families=["theirs"], passed_role_arns=[]
        ),
    },
    "fleet-operator": {
        **{f"fleet, {name}": fleet_operator(name) for name in PARTITIONS},
        "boundary, roles brought along": fleet_operator(
            permissions_boundary=iam_arn("policy/boundary"),
            further_role_arns=[iam_arn("role/theirs")],
            further_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        ),
        **{f"guards, {name}": fleet_operator(name, has_guards=True) for name in PARTITIONS},
        "no schedules, no log groups": fleet_operator(group_names=[], log_group_names=[]),
    },
    "operator": {
        **{f"article, {name}": operator(name) for name in PARTITIONS},
        "everything brought along": operator(
            made_role_arns=[], made_policy_arns=[], attached_policy_arns=[], log_group=""
        ),
        "boundary, tags, scheduler": operator(
            permissions_boundary=iam_arn("policy/boundary"),
            tags_tasks=True,
            trigger_services=["scheduler"],
        ),
        **{
            f"moves in a group of its own, {name}": operator(
                name, trigger_services=["events", "scheduler"], group_name="reports"
            )
            for name in PARTITIONS
        },
    },
}
TRUST_POLICIES: dict[str, dict[str, Inputs]] = {
    "trust-ecs-tasks": {name: place(name) for name in PARTITIONS},
    "trust-events": {
        **{name: {**place(name), "rule_arn": ""} for name in PARTITIONS},
        "one rule": {**place(), "rule_arn": arn("events", "rule/hello")},
    },
    "trust-states": {
        name: {
            **place(name),
            "state_machine_arn": state_machine(name),
        }
        for name in PARTITIONS
    },
    "trust-fleet-triggers": {
        **{
            f"both, {name}": {**place(name), "rules": True, "group_names": ["reports", "others"]}
            for name in PARTITIONS
        },
        "rules": {**place(), "rules": True, "group_names": []},
        "schedules": {**place(), "rules": False, "group_names": ["reports"]},
    },
    "trust-scheduler": {name: {**place(name), "group_name": "default"} for name in PARTITIONS},
}
