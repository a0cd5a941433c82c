# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The defects of existing modules, as rows: what is done, what is right, and how modules do it.

Each row runs on an empty account. The answer of a module is put in few words, and a row tells which
answer a user expects.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from emulator.server import Emulator
from parity.modules import run

ROLE = "arn:aws:iam::123456789012:role"
FAMILY = "parity"
RULE = "parity"
SUBNETS = ["subnet-0123456789abcdef0"]
CLUSTER_ARN = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"

LOST = "ok (change lost)"
CHANGED = "changed"
OK = "ok"
FAILED = "failed"

Answer = Callable[[Emulator], str]


@dataclass(frozen=True)
class Row:
    """One case: the existing module, ours, and the answer that a user expects."""

    what: str
    expected: str
    existing: str
    theirs: Answer
    ours: Answer


def said(result: dict[str, Any]) -> str:
    """Return how a module ended."""
    if result["failed"]:
        return FAILED
    if result.get("skipped"):
        return "skipped"
    return CHANGED if result["changed"] else OK


def when_expected_changed(result: dict[str, Any]) -> str:
    """Return how a module ended that should have changed something."""
    return LOST if said(result) == OK else said(result)


# --- task definitions -----------------------------------------------------------------------------

Definition = dict[str, Any]

FARGATE: Definition = {
    "family": FAMILY,
    "cpu": "256",
    "memory": "512",
    "network_mode": "awsvpc",
    "launch_type": "FARGATE",
    "execution_role_arn": f"{ROLE}/execution",
    "runtime_platform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
    "containers": [
        {
            "name": "app",
            "image": "busybox:1",
            "essential": True,
            "cpu": 0,
            "command": ["run", "a"],
            "environment": [{"name": "LEVEL", "value": "1"}],
            "secrets": [
                {"name": "KEY", "valueFrom": "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a"}
            ],
            "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
        }
    ],
}
EC2: Definition = {
    "family": FAMILY,
    "memory": "512",
    "network_mode": "bridge",
    "launch_type": "EC2",
    "containers": [{"name": "app", "image": "busybox:1", "essential": True, "memory": 128}],
}


def theirs_definition(definition: Definition, **options: Any) -> dict[str, Any]:
    """Register with the existing module."""
    return run("community.aws.ecs_taskdefinition", {"state": "present", **definition}, **options)


def ours_definition(definition: Definition, **options: Any) -> dict[str, Any]:
    """Register with our module."""
    translated = {
        key: value for key, value in definition.items() if key not in {"containers", "launch_type"}
    }
    return run(
        "batchwork.aws.ecs_task_definition",
        {
            **translated,
            "container_definitions": definition["containers"],
            "requires_compatibilities": [definition["launch_type"]],
        },
        **options,
    )


Register = Callable[..., dict[str, Any]]
REGISTRATIONS: tuple[Register, Register] = (theirs_definition, ours_definition)


def edited(definition: Definition, **changes: Any) -> Definition:
    """Return a definition with other values; ``container_*`` changes the container."""
    other = copy.deepcopy(definition)
    for key, value in changes.items():
        if key.startswith("container_"):
            other["containers"][0][key.removeprefix("container_")] = value
        else:
            other[key] = value
    return other


def changing(what: str, base: Definition, **changes: Any) -> Row:
    """Return the row of a change that a module must see."""

    def with_module(register: Register) -> Answer:
        def answer(_emulator: Emulator) -> str:
            first = register(base)
            assert said(first) == CHANGED, first
            return when_expected_changed(register(edited(base, **changes)))

        return answer

    theirs, ours = (with_module(register) for register in REGISTRATIONS)
    return Row(what, CHANGED, "ecs_taskdefinition", theirs, ours)


def _identical(register: Register) -> Answer:
    def answer(_emulator: Emulator) -> str:
        register(FARGATE)
        return said(register(FARGATE))

    return answer


def _back_to_the_first(register: Register, result: Callable[[dict[str, Any]], Any]) -> Answer:
    def answer(_emulator: Emulator) -> str:
        for image in ("busybox:1", "busybox:2", "busybox:3"):
            register(edited(FARGATE, container_image=image))
        revision = result(register(FARGATE))
        return f"revision {revision}" if revision else FAILED

    return answer


def _their_removal(_emulator: Emulator) -> str:
    theirs_definition(FARGATE)
    return said(
        run(
            "community.aws.ecs_taskdefinition", {"state": "absent", "family": FAMILY, "revision": 1}
        )
    )


def _our_removal(_emulator: Emulator) -> str:
    ours_definition(FARGATE)
    return said(
        run(
            "batchwork.aws.ecs_task_definition",
            {"state": "absent", "family": FAMILY, "revision": 1},
        )
    )


def _prediction(register: Register, key: str) -> Answer:
    def answer(_emulator: Emulator) -> str:
        result = register(FARGATE, check_mode=True)
        return (
            "predicts the definition"
            if (result.get(key) or {}).get("family") == FAMILY
            else "returns no definition"
        )

    return answer


def _typo(register: Register) -> Answer:
    def answer(_emulator: Emulator) -> str:
        return said(register(edited(FARGATE, container_imgae="busybox:2"), check_mode=True))

    return answer


def _calls_for_sixty_revisions(register: Register) -> Answer:
    def answer(emulator: Emulator) -> str:
        client = boto3.client("ecs", endpoint_url=emulator.endpoint)
        container = {
            key: value for key, value in FARGATE["containers"][0].items() if key != "secrets"
        }
        for number in range(60):
            client.register_task_definition(
                family=FAMILY,
                cpu="256",
                memory="512",
                networkMode="awsvpc",
                requiresCompatibilities=["FARGATE"],
                executionRoleArn=f"{ROLE}/execution",
                containerDefinitions=[{**container, "image": f"busybox:{number}"}],
            )
        wanted = edited(FARGATE, container_image="busybox:59")
        del wanted["containers"][0]["secrets"]
        emulator.clear_calls()
        register(wanted)
        return f"{sum(call.service == 'ecs' for call in emulator.calls)} calls"

    return answer


def _diff(register: Register) -> Answer:
    def answer(_emulator: Emulator) -> str:
        return "shows a diff" if register(FARGATE, diff=True).get("diff") else "shows none"

    return answer


def _changed_members() -> list[Row]:
    """Return a row for each member that is changed alone."""
    return [
        changing("`cpu` 256 to 512", edited(FARGATE, memory="1024"), cpu="512"),
        changing("`memory` 512 to 1024", FARGATE, memory="1024"),
        changing("`execution_role_arn` changed", FARGATE, execution_role_arn=f"{ROLE}/other"),
        changing(
            "`runtime_platform` X86_64 to ARM64",
            FARGATE,
            runtime_platform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        ),
        changing("`network_mode` bridge to awsvpc", EC2, network_mode="awsvpc"),
        changing(
            "`placement_constraints` added",
            EC2,
            placement_constraints=[
                {"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}
            ],
        ),
        changing(
            "container `command` [run, a] to [run, b]", FARGATE, container_command=["run", "b"]
        ),
        changing(
            "container `environment` value 1 to 2",
            FARGATE,
            container_environment=[{"name": "LEVEL", "value": "2"}],
        ),
        changing(
            "container `secrets` valueFrom a to b",
            FARGATE,
            container_secrets=[
                {"name": "KEY", "valueFrom": "arn:aws:ssm:ap-northeast-1:123456789012:parameter/b"}
            ],
        ),
        changing(
            "container `portMappings` 80 to 81",
            FARGATE,
            container_portMappings=[{"containerPort": 81, "hostPort": 81, "protocol": "tcp"}],
        ),
        changing("`image` tag", FARGATE, container_image="busybox:2"),
    ]


def task_definition_rows() -> list[Row]:
    """Return the rows of task definitions."""

    def both(what: str, expected: str, make: Callable[[Register], Answer]) -> Row:
        return Row(
            what, expected, "ecs_taskdefinition", make(theirs_definition), make(ours_definition)
        )

    return [
        both("identical rerun", OK, _identical),
        *_changed_members(),
        Row(
            "back to the first definition after two newer ones",
            "revision 4",
            "ecs_taskdefinition",
            _back_to_the_first(
                theirs_definition, lambda result: result.get("taskdefinition", {}).get("revision")
            ),
            _back_to_the_first(
                ours_definition, lambda result: result["task_definition"]["revision"]
            ),
        ),
        Row(
            "`state: absent` with family and revision",
            CHANGED,
            "ecs_taskdefinition",
            _their_removal,
            _our_removal,
        ),
        Row(
            "`--check` on a new family",
            "predicts the definition",
            "ecs_taskdefinition",
            _prediction(theirs_definition, "taskdefinition"),
            _prediction(ours_definition, "task_definition"),
        ),
        both("typo `imgae` in a container, `--check`", FAILED, _typo),
        both("family with 60 revisions, nothing to do", "1 calls", _calls_for_sixty_revisions),
        both("`--diff`", "shows a diff", _diff),
    ]


# --- rules and targets ----------------------------------------------------------------------------

TARGET: dict[str, Any] = {
    "Id": RULE,
    "Arn": CLUSTER_ARN,
    "RoleArn": f"{ROLE}/events",
    "EcsParameters": {
        "TaskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/parity:1",
        "TaskCount": 1,
        "LaunchType": "FARGATE",
        "PlatformVersion": "1.4.0",
        "EnableExecuteCommand": True,
        "NetworkConfiguration": {
            "awsvpcConfiguration": {"Subnets": SUBNETS, "AssignPublicIp": "ENABLED"}
        },
    },
}
THEIR_TARGET: dict[str, Any] = {
    "id": RULE,
    "arn": CLUSTER_ARN,
    "role_arn": f"{ROLE}/events",
    "ecs_parameters": {
        "task_definition_arn": TARGET["EcsParameters"]["TaskDefinitionArn"],
        "task_count": 1,
    },
}
OUR_TARGET = {
    "rule": RULE,
    "target_id": RULE,
    "cluster": CLUSTER_ARN,
    "role_arn": f"{ROLE}/events",
    "task_definition": TARGET["EcsParameters"]["TaskDefinitionArn"],
    "task_count": 1,
}
FARGATE_OPTIONS = {"launch_type": "FARGATE", "network_configuration": {"subnets": SUBNETS}}
SCHEDULE = {"name": RULE, "schedule_expression": "rate(1 day)"}


def _deployed(emulator: Emulator, target: dict[str, Any] | None = None) -> Any:
    """Make a rule with a Fargate target, TARGET where none is given, as another tool would."""
    ours_definition({**FARGATE, "task_role_arn": f"{ROLE}/task"})
    client = boto3.client("events", endpoint_url=emulator.endpoint)
    client.put_rule(Name=RULE, ScheduleExpression="rate(1 day)")
    client.put_targets(Rule=RULE, Targets=[target or TARGET])
    emulator.clear_calls()
    return client


def _targets(client: Any) -> list[dict[str, Any]]:
    return list(client.list_targets_by_rule(Rule=RULE)["Targets"])


def _rule_check(name: str) -> Answer:
    return lambda _emulator: said(run(name, SCHEDULE, check_mode=True))


def _description_only(name: str) -> Answer:
    def answer(emulator: Emulator) -> str:
        client = _deployed(emulator)
        run(name, {**SCHEDULE, "description": "new"})
        return f"{len(_targets(client))} targets left"

    return answer


def _their_fargate_target(emulator: Emulator) -> str:
    _deployed(emulator)
    parameters = {**THEIR_TARGET["ecs_parameters"], "launch_type": "FARGATE"}
    targets = [{**THEIR_TARGET, "ecs_parameters": parameters}]
    return said(run("amazon.aws.cloudwatchevent_rule", {**SCHEDULE, "targets": targets}))


def _our_fargate_target(emulator: Emulator) -> str:
    client = _deployed(emulator)
    client.remove_targets(Rule=RULE, Ids=[RULE])
    return said(run("batchwork.aws.eventbridge_ecs_target", {**OUR_TARGET, **FARGATE_OPTIONS}))


def _left_of_the_target(emulator: Emulator, write: Callable[[], Any]) -> str:
    client = _deployed(emulator)
    write()
    return "nothing wiped" if _targets(client) == [TARGET] else "Fargate settings wiped"


def _their_known_fields(emulator: Emulator) -> str:
    return _left_of_the_target(
        emulator,
        lambda: run("amazon.aws.cloudwatchevent_rule", {**SCHEDULE, "targets": [THEIR_TARGET]}),
    )


def _our_known_fields(emulator: Emulator) -> str:
    return _left_of_the_target(
        emulator, lambda: run("batchwork.aws.eventbridge_ecs_target", OUR_TARGET)
    )


def _refuse_the_target(emulator: Emulator) -> None:
    entry = {"TargetId": RULE, "ErrorCode": "AccessDenied", "ErrorMessage": "refused"}
    emulator.fault(
        "events", "PutTargets", answer={"FailedEntryCount": 1, "FailedEntries": [entry]}, times=5
    )


def _their_refused_target(emulator: Emulator) -> str:
    _refuse_the_target(emulator)
    return said(run("amazon.aws.cloudwatchevent_rule", {**SCHEDULE, "targets": [THEIR_TARGET]}))


def _our_refused_target(emulator: Emulator) -> str:
    client = _deployed(emulator)
    client.remove_targets(Rule=RULE, Ids=[RULE])
    _refuse_the_target(emulator)
    return said(run("batchwork.aws.eventbridge_ecs_target", {**OUR_TARGET, **FARGATE_OPTIONS}))


def _bus_and_tags(name: str) -> Answer:
    def answer(_emulator: Emulator) -> str:
        result = run(name, {**SCHEDULE, "event_bus_name": "default", "tags": {"team": "a"}})
        return "supported" if said(result) == CHANGED else "unsupported"

    return answer


def _their_unchanged_calls(emulator: Emulator) -> str:
    params = {**SCHEDULE, "targets": [THEIR_TARGET]}
    run("amazon.aws.cloudwatchevent_rule", params)
    emulator.clear_calls()
    run("amazon.aws.cloudwatchevent_rule", params)
    return f"{len(emulator.calls)} calls"


def _our_unchanged_calls(emulator: Emulator) -> str:
    _deployed(emulator)
    run("batchwork.aws.eventbridge_rule", SCHEDULE)
    run("batchwork.aws.eventbridge_ecs_target", OUR_TARGET)
    return f"{len(emulator.calls)} calls"


def rule_rows() -> list[Row]:
    """Return the rows of rules and targets."""
    theirs, ours = "amazon.aws.cloudwatchevent_rule", "batchwork.aws.eventbridge_rule"
    existing = "cloudwatchevent_rule"
    return [
        Row("`--check`", CHANGED, existing, _rule_check(theirs), _rule_check(ours)),
        Row(
            "rerun with only `description` changed",
            "1 targets left",
            existing,
            _description_only(theirs),
            _description_only(ours),
        ),
        Row(
            "Fargate target: `launch_type`",
            CHANGED,
            existing,
            _their_fargate_target,
            _our_fargate_target,
        ),
        Row(
            "target of another tool, run with the same known fields",
            "nothing wiped",
            existing,
            _their_known_fields,
            _our_known_fields,
        ),
        Row(
            "PutTargets answers FailedEntryCount 1",
            FAILED,
            existing,
            _their_refused_target,
            _our_refused_target,
        ),
        Row(
            "`event_bus_name` and `tags`",
            "supported",
            existing,
            _bus_and_tags(theirs),
            _bus_and_tags(ours),
        ),
        Row(
            "unchanged rule and target",
            "2 calls",
            existing,
            _their_unchanged_calls,
            _our_unchanged_calls,
        ),
    ]


# --- running a task -------------------------------------------------------------------------------

THEIR_RUN = {
    "operation": "run",
    "cluster": "batch",
    "task_definition": FAMILY,
    "launch_type": "FARGATE",
}
NO_ROOM = {"tasks": [], "failures": [{"arn": CLUSTER_ARN, "reason": "RESOURCE:MEMORY"}]}


def _subnets(emulator: Emulator) -> list[str]:
    """Return the subnets that the account really has: RunTask refuses others."""
    found = boto3.client("ec2", endpoint_url=emulator.endpoint).describe_subnets()["Subnets"]
    return [subnet["SubnetId"] for subnet in found][:1]


def _their_run(emulator: Emulator, **more: Any) -> dict[str, Any]:
    _deployed(emulator)
    network = {"subnets": _subnets(emulator), "assign_public_ip": True}
    emulator.clear_calls()
    return run("community.aws.ecs_task", {**THEIR_RUN, "network_configuration": network, **more})


def _our_run(emulator: Emulator) -> dict[str, Any]:
    target = copy.deepcopy(TARGET)
    network = target["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]
    network["Subnets"] = _subnets(emulator)
    _deployed(emulator, target)
    return run("batchwork.aws.scheduled_batch_run", {"name": RULE, "wait": False})


def _their_failed_start(emulator: Emulator) -> str:
    emulator.fault("ecs", "RunTask", answer=NO_ROOM)
    return said(_their_run(emulator, count=1, started_by="parity"))


def _our_failed_start(emulator: Emulator) -> str:
    emulator.fault("ecs", "RunTask", answer=NO_ROOM, times=99)
    return said(_our_run(emulator))


def _listings(emulator: Emulator) -> str:
    return f"{sum(call.operation == 'ListTasks' for call in emulator.calls)} listings"


def _their_listings(emulator: Emulator) -> str:
    _their_run(emulator, count=1, started_by="parity")
    return _listings(emulator)


def _our_listings(emulator: Emulator) -> str:
    _our_run(emulator)
    return _listings(emulator)


def run_rows() -> list[Row]:
    """Return the rows of starting a task."""
    return [
        Row("RunTask answers failures", FAILED, "ecs_task", _their_failed_start, _our_failed_start),
        Row(
            "`count` and `started_by` left out",
            CHANGED,
            "ecs_task",
            lambda emulator: said(_their_run(emulator)),
            lambda emulator: said(_our_run(emulator)),
        ),
        Row("needless ListTasks", "0 listings", "ecs_task", _their_listings, _our_listings),
    ]


def rows() -> list[Row]:
    """Return all rows."""
    return [*task_definition_rows(), *rule_rows(), *run_rows()]
