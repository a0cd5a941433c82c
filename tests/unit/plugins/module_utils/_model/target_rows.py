# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS makes of an ECS target, field by field: two ways to say the same, and how a real
difference in that field is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Differences = list[tuple[str, Any, Any]]
"""Path, before and after of each."""

CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
ROLE = "arn:aws:iam::123456789012:role/trigger"
FAMILY = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"


def target(*, ecs: Document | None = None, **members: Any) -> Document:
    """A target with these EcsParameters and these members beside them."""
    return {
        "Id": "hello",
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "EcsParameters": {"TaskDefinitionArn": FAMILY, **(ecs or {})},
        **members,
    }


def network(**members: Any) -> Document:
    """A target whose network configuration has these members."""
    awsvpc = {"Subnets": ["subnet-1"], **members}
    return target(ecs={"NetworkConfiguration": {"awsvpcConfiguration": awsvpc}})


def strategy(*entries: Document) -> Document:
    return target(ecs={"CapacityProviderStrategy": list(entries)})


@dataclass(frozen=True)
class Row:
    """A field of a target, said in two ways that mean the same."""

    field: str
    left: Document
    right: Document


SAME: tuple[Row, ...] = (
    Row("Subnets", network(Subnets=["b", "a"]), network(Subnets=["a", "b", "a"])),
    Row("SecurityGroups", network(SecurityGroups=["b", "a"]), network(SecurityGroups=["a", "b"])),
    Row("SecurityGroups: none", network(), network(SecurityGroups=[])),
    Row("AssignPublicIp", network(), network(AssignPublicIp="DISABLED")),
    Row("TaskCount", target(), target(ecs={"TaskCount": 1})),
    Row("EnableECSManagedTags", target(), target(ecs={"EnableECSManagedTags": False})),
    Row("EnableExecuteCommand", target(), target(ecs={"EnableExecuteCommand": False})),
    Row("Group", target(), target(ecs={"Group": ""})),
    Row(
        "empty lists",
        target(),
        target(
            ecs={
                "CapacityProviderStrategy": [],
                "PlacementConstraints": [],
                "PlacementStrategy": [],
                "Tags": [],
                "NetworkConfiguration": {},
            }
        ),
    ),
    Row(
        "CapacityProviderStrategy: base and weight",
        strategy({"capacityProvider": "FARGATE"}),
        strategy({"capacityProvider": "FARGATE", "base": 0, "weight": 0}),
    ),
    Row(
        "CapacityProviderStrategy: its order",
        strategy({"capacityProvider": "B", "weight": 1}, {"capacityProvider": "A", "weight": 2}),
        strategy({"capacityProvider": "A", "weight": 2}, {"capacityProvider": "B", "weight": 1}),
    ),
    Row(
        "PlacementConstraints",
        target(ecs={"PlacementConstraints": [{"type": "distinctInstance"}, {"type": "memberOf"}]}),
        target(ecs={"PlacementConstraints": [{"type": "memberOf"}, {"type": "distinctInstance"}]}),
    ),
    Row(
        "Tags: their order",
        target(ecs={"Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]}),
        target(ecs={"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}),
    ),
    Row(
        "Tags: as a schedule writes them",
        target(ecs={"Tags": [{"key": "b", "value": "2"}, {"key": "a", "value": "1"}]}),
        target(ecs={"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}),
    ),
    Row(
        "Tags: as a schedule's list of maps",
        target(ecs={"Tags": [{"b": "2"}, {"a": "1"}]}),
        target(ecs={"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}),
    ),
    Row(
        "Input: white space and key order",
        target(Input='{"containerOverrides":[{"name":"app","command":["a"]}]}'),
        target(Input='{ "containerOverrides": [ {"command": ["a"], "name": "app"} ] }\n'),
    ),
    Row(
        "Input: the order of environment variables and containers",
        target(
            Input='{"containerOverrides":[{"name":"b"},{"name":"a","environment":'
            '[{"name":"B","value":"2"},{"name":"A","value":"1"}]}]}'
        ),
        target(
            Input='{"containerOverrides":[{"name":"a","environment":'
            '[{"name":"A","value":"1"},{"name":"B","value":"2"}]},{"name":"b"}]}'
        ),
    ),
    Row("Input: overrides that say nothing", target(), target(Input="{}")),
    Row("Input: empty", target(), target(Input="")),
    Row(
        "Input: escapes",
        target(Input='{"containerOverrides":[{"name":"app","command":["\\u7d42"]}]}'),
        target(Input='{"containerOverrides":[{"name":"app","command":["終"]}]}'),
    ),
    Row(
        "RetryPolicy",
        target(),
        target(RetryPolicy={"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400}),
    ),
    Row(
        "RetryPolicy: given by half",
        target(RetryPolicy={"MaximumRetryAttempts": 0}),
        target(RetryPolicy={"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 86400}),
    ),
    Row(
        "RetryPolicy: the other half",
        target(RetryPolicy={"MaximumEventAgeInSeconds": 60}),
        target(RetryPolicy={"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60}),
    ),
    Row("DeadLetterConfig", target(), target(DeadLetterConfig={})),
)


@dataclass(frozen=True)
class Difference:
    """A field of a target that differs, and how that is reported."""

    field: str
    before: Document
    after: Document
    changes: Differences


AWSVPC = "EcsParameters.NetworkConfiguration.awsvpcConfiguration"
CONSTRAINT = {"type": "memberOf", "expression": "a"}


def ecs_differs(member: str, before: Any, after: Any, shown: Any = None) -> Difference:
    """A member of EcsParameters that differs; ``shown`` is AWS's default where before is None."""
    return Difference(
        member,
        target(ecs={} if before is None else {member: before}),
        target(ecs={member: after}),
        [(f"EcsParameters.{member}", before or shown, after)],
    )


REAL: tuple[Difference, ...] = (
    Difference("Arn", target(), target(Arn="other"), [("Arn", CLUSTER, "other")]),
    Difference("RoleArn", target(), target(RoleArn="other"), [("RoleArn", ROLE, "other")]),
    ecs_differs("TaskDefinitionArn", FAMILY, f"{FAMILY}:7"),
    ecs_differs("TaskCount", None, 2, shown=1),
    ecs_differs("LaunchType", None, "FARGATE"),
    ecs_differs("PlatformVersion", "1.4.0", "LATEST"),
    ecs_differs("Group", None, "nightly"),
    ecs_differs("EnableECSManagedTags", None, True),
    ecs_differs("EnableExecuteCommand", None, True),
    ecs_differs("PropagateTags", None, "TASK_DEFINITION"),
    ecs_differs("ReferenceId", "a", "b"),
    ecs_differs("PlacementConstraints", None, [CONSTRAINT]),
    Difference(
        "PlacementStrategy: its order counts",
        target(ecs={"PlacementStrategy": [{"type": "spread"}, {"type": "binpack"}]}),
        target(ecs={"PlacementStrategy": [{"type": "binpack"}, {"type": "spread"}]}),
        [
            ("EcsParameters.PlacementStrategy[0].type", "spread", "binpack"),
            ("EcsParameters.PlacementStrategy[1].type", "binpack", "spread"),
        ],
    ),
    Difference(
        "CapacityProviderStrategy: weight",
        strategy({"capacityProvider": "FARGATE"}, {"capacityProvider": "FARGATE_SPOT"}),
        strategy(
            {"capacityProvider": "FARGATE_SPOT", "weight": 3}, {"capacityProvider": "FARGATE"}
        ),
        [("EcsParameters.CapacityProviderStrategy[FARGATE_SPOT].weight", None, 3)],
    ),
    Difference(
        "Subnets",
        network(),
        network(Subnets=["subnet-2"]),
        [(f"{AWSVPC}.Subnets", ["subnet-1"], ["subnet-2"])],
    ),
    Difference(
        "SecurityGroups",
        network(SecurityGroups=["sg-1"]),
        network(SecurityGroups=["sg-2", "sg-1"]),
        [(f"{AWSVPC}.SecurityGroups", ["sg-1"], ["sg-1", "sg-2"])],
    ),
    Difference(
        "AssignPublicIp",
        network(),
        network(AssignPublicIp="ENABLED"),
        [(f"{AWSVPC}.AssignPublicIp", "DISABLED", "ENABLED")],
    ),
    Difference(
        "Tags",
        target(ecs={"Tags": [{"Key": "team", "Value": "a"}]}),
        target(ecs={"Tags": [{"Key": "team", "Value": "b"}]}),
        [("EcsParameters.Tags[team]", "a", "b")],
    ),
    Difference(
        "Input: a variable",
        target(
            Input='{"containerOverrides":[{"name":"app","environment":'
            '[{"name":"LOG_LEVEL","value":"info"}]}]}'
        ),
        target(
            Input='{"containerOverrides":[{"name":"app","environment":'
            '[{"name":"LOG_LEVEL","value":"debug"}]}]}'
        ),
        [("Input.containerOverrides[app].environment[LOG_LEVEL]", "info", "debug")],
    ),
    Difference(
        "Input: a number is not a text",
        target(Input='{"containerOverrides":[{"name":"app","cpu":256}]}'),
        target(Input='{"containerOverrides":[{"name":"app","cpu":"256"}]}'),
        [("Input.containerOverrides[app].cpu", 256, "256")],
    ),
    Difference(
        "Input: a command's order counts",
        target(Input='{"containerOverrides":[{"name":"app","command":["a","b"]}]}'),
        target(Input='{"containerOverrides":[{"name":"app","command":["b","a"]}]}'),
        [("Input.containerOverrides[app].command", ["a", "b"], ["b", "a"])],
    ),
    Difference(
        "Input: the first overrides",
        target(),
        target(Input='{"cpu":"512"}'),
        [("Input", None, {"cpu": "512"})],
    ),
    Difference(
        "Input that is no JSON is a text",
        target(Input="a"),
        target(Input="b"),
        [("Input", "a", "b")],
    ),
    Difference(
        "Input that is a JSON text is not what it quotes",
        target(Input='"1"'),
        target(Input="1"),
        [("Input", '"1"', "1")],
    ),
    Difference(
        "InputPath", target(), target(InputPath="$.detail"), [("InputPath", None, "$.detail")]
    ),
    Difference(
        "DeadLetterConfig",
        target(DeadLetterConfig={"Arn": "a"}),
        target(DeadLetterConfig={"Arn": "b"}),
        [("DeadLetterConfig.Arn", "a", "b")],
    ),
    Difference(
        "RetryPolicy: attempts",
        target(),
        target(RetryPolicy={"MaximumRetryAttempts": 0}),
        [("RetryPolicy.MaximumRetryAttempts", 185, 0)],
    ),
    Difference(
        "RetryPolicy: age",
        target(),
        target(RetryPolicy={"MaximumEventAgeInSeconds": 3600}),
        [("RetryPolicy.MaximumEventAgeInSeconds", 86400, 3600)],
    ),
    Difference(
        "settings of other services",
        target(SqsParameters={"MessageGroupId": "a"}),
        target(SqsParameters={"MessageGroupId": "b"}),
        [("SqsParameters.MessageGroupId", "a", "b")],
    ),
)
