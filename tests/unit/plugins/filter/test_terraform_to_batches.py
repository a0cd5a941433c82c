# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Terraform state or plan becomes batches: real ones, and a table of what else there may be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.filter import terraform_to_batches

convert = terraform_to_batches.FilterModule().filters()["terraform_to_batches"]

FIXTURES = Path(__file__).parent / "terraform"
CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"
ROLE = "arn:aws:iam::123456789012:role/events"
DEFINITION = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/report"
SECRETS = ("hunter2-token", "hunter2-webhook")


def fixture(name: str) -> str:
    return (FIXTURES / f"{name}.json").read_text(encoding="utf-8")


def by_name(batches: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {batch["name"]: batch for batch in batches}


def resource(kind: str, values: dict[str, Any], name: str = "this", **more: Any) -> dict[str, Any]:
    address = f"{kind}.{name}"
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "values": values,
        "sensitive_values": {},
        **more,
    }


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.0",
        "values": {"root_module": {"resources": list(resources)}},
    }


def rule(**values: Any) -> dict[str, Any]:
    given = {"name": "nightly", "schedule_expression": "rate(1 day)", "state": "ENABLED", **values}
    return resource("aws_cloudwatch_event_rule", given)


def target(ecs: dict[str, Any] | None = None, name: str = "this", **values: Any) -> dict[str, Any]:
    block = {"task_definition_arn": DEFINITION, "task_count": 1, **(ecs or {})}
    given = {
        "rule": "nightly",
        "target_id": "nightly",
        "arn": CLUSTER,
        "role_arn": ROLE,
        "ecs_target": [block],
        **values,
    }
    return resource("aws_cloudwatch_event_target", given, name)


def schedule(
    ecs: dict[str, Any] | None = None, of_target: dict[str, Any] | None = None, **values: Any
) -> dict[str, Any]:
    block = {"task_definition_arn": DEFINITION, "task_count": 1, **(ecs or {})}
    aim = {"arn": CLUSTER, "role_arn": ROLE, "ecs_parameters": [block], **(of_target or {})}
    given = {
        "name": "nightly",
        "schedule_expression": "rate(1 day)",
        "flexible_time_window": [{"mode": "OFF", "maximum_window_in_minutes": None}],
        "target": [aim],
        **values,
    }
    return resource("aws_scheduler_schedule", given)


def definition(**values: Any) -> dict[str, Any]:
    containers = json.dumps([{"name": "report", "image": "report:1", "environment": []}])
    given = {
        "arn": f"{DEFINITION}:3",
        "family": "report",
        "container_definitions": containers,
        "revision": 3,
        **values,
    }
    return resource("aws_ecs_task_definition", given)


BATCH = {
    "name": "nightly",
    "schedule": "rate(1 day)",
    "cluster": CLUSTER,
    "role_arn": ROLE,
    "task_definition": DEFINITION,
}
SCHEDULED = {**BATCH, "trigger": "scheduler", "group_name": "default"}
DESCRIBED = {
    "family": "report",
    "container_definitions": [{"name": "report", "image": "report:1"}],
}


class TestTheArticle:
    """What Terraform made of the article's stack, and of a few things beside it."""

    @pytest.mark.parametrize("name", ["state", "plan"])
    def test_its_batch_is_the_same_in_state_and_plan(self, name):
        assert by_name(convert(fixture(name))["batches"])["hello"] == {
            "name": "hello",
            "schedule": "cron(*/30 * * * ? *)",
            "cluster": CLUSTER,
            "role_arn": "arn:aws:iam::123456789012:role/EcsEventsRole-sample",
            "launch_type": "FARGATE",
            "platform_version": "1.4.0",
            "network_configuration": {
                "subnets": ["subnet-0123456789abcdef0"],
                "security_groups": ["sg-0123456789abcdef0"],
                "assign_public_ip": True,
            },
            "enable_execute_command": True,
            "overrides": {
                "containerOverrides": [{"name": "hello", "command": ["echo", "Hello,World!"]}]
            },
            "task_definition": {
                "family": "ecs-scheduled-batch-task",
                "cpu": "256",
                "memory": "512",
                "network_mode": "awsvpc",
                "requires_compatibilities": ["FARGATE"],
                "execution_role_arn": "arn:aws:iam::123456789012:role/EcsTaskExecutionRole-sample",
                "task_role_arn": "arn:aws:iam::123456789012:role/EcsTaskExecutionRole-sample",
                "container_definitions": [
                    {
                        "name": "hello",
                        "image": "public.ecr.aws/docker/library/busybox:1.36",
                        "cpu": 256,
                        "memory": 512,
                        "essential": True,
                        "logConfiguration": {
                            "logDriver": "awslogs",
                            "options": {
                                "awslogs-group": "/ecs/fargate-task-definition",
                                "awslogs-region": "ap-northeast-1",
                                "awslogs-stream-prefix": "ecs",
                            },
                            **({"secretOptions": []} if name == "state" else {}),
                        },
                    }
                ],
            },
        }

    @pytest.mark.parametrize(
        ("name", "definition_name"),
        [
            ("state", f"{DEFINITION.rpartition('/')[0]}/ecs-scheduled-batch-task"),
            ("plan", "ecs-scheduled-batch-task"),
        ],
    )
    def test_one_without_a_revision_names_its_family(self, name, definition_name):
        batch = by_name(convert(fixture(name))["batches"])["hello-stopped"]
        assert batch["task_definition"] == definition_name
        assert batch["enabled"] is False
        assert batch["task_tags"] == {"team": "hello"}
        assert batch["retry_policy"] == {
            "maximum_event_age_in_seconds": 3600,
            "maximum_retry_attempts": 3,
        }
        assert batch["dead_letter_arn"] == "arn:aws:sqs:ap-northeast-1:123456789012:failed"
        assert ("target_id" in batch) == (name == "state")

    @pytest.mark.parametrize("name", ["state", "plan"])
    def test_modules_and_their_instances_are_read(self, name):
        result = convert(fixture(name), keep_secrets=True)
        batches = by_name(result["batches"])
        assert set(batches) == {"hello", "hello-stopped", "report-daily", "report-weekly"}
        batch = batches["report-weekly"]
        assert batch["schedule"] == "cron(0 3 ? * MON *)"
        assert batch["timezone"] == "Europe/Berlin"
        assert batch["group_name"] == "reports-weekly"
        assert batch["start_date"] == "2130-01-01T00:00:00Z"
        assert batch["flexible_time_window"] == {
            "mode": "FLEXIBLE",
            "maximum_window_in_minutes": 15,
        }
        assert batch["role_arn"] == "arn:aws:iam::123456789012:role/scheduler"
        assert batch["enable_ecs_managed_tags"] is True
        assert batch["propagate_tags"] == "TASK_DEFINITION"
        assert batch["retry_policy"] == {"maximum_retry_attempts": 0}
        described = batch["task_definition"]
        role = "arn:aws:iam::123456789012:role/EcsTaskExecutionRole-sample"
        assert described["execution_role_arn"] == role
        assert described["runtime_platform"]["cpu_architecture"] == "ARM64"
        assert described["ephemeral_storage"] == {"size_in_gib": 40}
        assert described["volumes"] == [
            {
                "name": "archive",
                "efs_volume_configuration": {
                    "file_system_id": "fs-0123456789abcdef0",
                    "root_directory": "/",
                    "transit_encryption": "ENABLED",
                    "authorization_config": {
                        "access_point_id": "fsap-0123456789abcdef0",
                        "iam": "ENABLED",
                    },
                },
            }
        ]

    @pytest.mark.parametrize("name", ["state", "plan"])
    def test_no_secret_is_told(self, name):
        result = convert(fixture(name))
        assert not any(secret in str(result) for secret in SECRETS)
        assert set(by_name(result["incomplete"])) == {"report-daily", "report-weekly"}
        paths = [row["path"] for row in result["not_converted"]]
        module = 'module.reports["daily"]'
        assert f"{module}.aws_scheduler_schedule.this[0].target[0].input" in paths
        variable = "container_definitions[report].environment[API_TOKEN]"
        assert f"{module}.aws_ecs_task_definition.this.{variable}" in paths

    def test_they_are_kept_where_that_is_asked_for(self):
        kept = str(convert(fixture("state"), keep_secrets=True)["batches"])
        assert all(secret in kept for secret in SECRETS)

    def test_a_definition_with_secrets_is_named_by_its_revision(self):
        batch = by_name(convert(fixture("state"))["incomplete"])["report-daily"]
        assert batch["task_definition"].endswith(":task-definition/reports-daily:1")

    @pytest.mark.parametrize("name", ["state", "plan"])
    def test_every_other_resource_is_told(self, name):
        rows = convert(fixture(name))["not_converted"]
        told = {row["path"] for row in rows}
        document = json.loads(fixture(name))
        tree = document.get("values") or document["planned_values"]
        others = {
            each["address"]
            for each in (
                *tree["root_module"]["resources"],
                *(
                    below
                    for module in tree["root_module"]["child_modules"]
                    for below in module["resources"]
                ),
            )
            if each["mode"] == "managed"
            and each["type"].startswith(
                ("aws_iam", "aws_cloudwatch_log", "aws_scheduler_schedule_")
            )
        }
        assert len(others) == 10
        assert others <= told
        assert {"aws_cloudwatch_event_rule.event", "aws_cloudwatch_event_target.event"} <= told


@pytest.mark.parametrize(
    ("ecs", "of_target", "options"),
    [
        ({"task_count": 3}, {}, {"task_count": 3}),
        ({"launch_type": "EC2"}, {}, {"launch_type": "EC2"}),
        ({"group": "g", "platform_version": ""}, {}, {"group": "g"}),
        ({"enable_execute_command": True}, {}, {"enable_execute_command": True}),
        ({"enable_ecs_managed_tags": False}, {}, {}),
        ({"tags": {"a": "1"}}, {}, {"task_tags": {"a": "1"}}),
        (
            {"network_configuration": [{"subnets": ["s"], "assign_public_ip": False}]},
            {},
            {"network_configuration": {"subnets": ["s"]}},
        ),
        ({}, {"input": '{"cpu": "512"}'}, {"overrides": {"cpu": "512"}}),
        ({}, {"input": "no JSON"}, {"input": "no JSON"}),
        ({}, {"input": ""}, {}),
        ({}, {"dead_letter_config": [{"arn": "arn:q"}]}, {"dead_letter_arn": "arn:q"}),
        (
            {},
            {"retry_policy": [{"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 185}]},
            {"retry_policy": {"maximum_event_age_in_seconds": 60}},
        ),
        (
            {},
            {
                "retry_policy": [
                    {"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 185}
                ]
            },
            {},
        ),
    ],
)
def test_settings_of_a_target_become_options_with_both_triggers(ecs, of_target, options):
    by_rule = convert(state(rule(), target(ecs, **of_target)))
    assert by_rule["batches"] == [{**BATCH, **options}]
    by_schedule = convert(state(schedule(ecs, of_target)))
    assert by_schedule["batches"] == [{**SCHEDULED, **options}]
    assert by_rule["not_converted"] == by_schedule["not_converted"] == []


@pytest.mark.parametrize(
    ("of_rule", "of_schedule", "options"),
    [
        (
            {"placement_constraint": [{"type": "memberOf", "expression": "x"}]},
            {"placement_constraints": [{"type": "memberOf", "expression": "x"}]},
            {"placement_constraints": [{"type": "memberOf", "expression": "x"}]},
        ),
        (
            {"ordered_placement_strategy": [{"type": "random", "field": ""}]},
            {"placement_strategy": [{"type": "random", "field": ""}]},
            {"placement_strategy": [{"type": "random"}]},
        ),
        (
            {"capacity_provider_strategy": [{"capacity_provider": "SPOT", "weight": 1}]},
            {"capacity_provider_strategy": [{"capacity_provider": "SPOT", "weight": 1}]},
            {"capacity_provider_strategy": [{"capacity_provider": "SPOT", "weight": 1}]},
        ),
        (
            {"tags": {"a": "1"}},
            {"tags": [{"key": "a", "value": "1"}]},
            {"task_tags": {"a": "1"}},
        ),
    ],
)
def test_what_terraform_calls_differently_is_the_same_option(of_rule, of_schedule, options):
    assert convert(state(rule(), target(of_rule)))["batches"] == [{**BATCH, **options}]
    assert convert(state(schedule(of_schedule)))["batches"] == [{**SCHEDULED, **options}]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"description": "Every night"}, {"description": "Every night"}),
        ({"state": "DISABLED"}, {"enabled": False}),
        ({"state": None, "is_enabled": False}, {"enabled": False}),
        (
            {"tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2", "batchwork:owner": "x"}},
            {"tags": {"a": "1", "b": "2"}},
        ),
        ({"event_bus_name": "arn:aws:events:x:1:event-bus/default"}, {}),
    ],
)
def test_settings_of_a_rule_become_options(values, options):
    assert convert(state(rule(**values), target()))["batches"] == [{**BATCH, **options}]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"state": "DISABLED"}, {"enabled": False}),
        ({"group_name": "nightly"}, {"group_name": "nightly"}),
        ({"schedule_expression_timezone": "UTC"}, {}),
        ({"schedule_expression_timezone": "Asia/Tokyo"}, {"timezone": "Asia/Tokyo"}),
        ({"end_date": "2130-01-01T00:00:00Z"}, {"end_date": "2130-01-01T00:00:00Z"}),
        ({"kms_key_arn": "arn:k"}, {"kms_key_arn": "arn:k"}),
        ({"action_after_completion": "NONE"}, {}),
        ({"action_after_completion": "DELETE"}, {"action_after_completion": "DELETE"}),
    ],
)
def test_settings_of_a_schedule_become_options(values, options):
    assert convert(state(schedule(**values)))["batches"] == [{**SCHEDULED, **options}]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"pid_mode": "task", "ipc_mode": ""}, {"pid_mode": "task"}),
        ({"enable_fault_injection": True}, {"enable_fault_injection": True}),
        (
            {"placement_constraints": [{"type": "memberOf", "expression": "x"}]},
            {"placement_constraints": [{"type": "memberOf", "expression": "x"}]},
        ),
        (
            {
                "proxy_configuration": [
                    {"type": "APPMESH", "container_name": "e", "properties": {"AppPorts": "80"}}
                ]
            },
            {
                "proxy_configuration": {
                    "type": "APPMESH",
                    "container_name": "e",
                    "properties": [{"name": "AppPorts", "value": "80"}],
                }
            },
        ),
        (
            {"volume": [{"name": "v", "host_path": "/data", "configure_at_launch": True}]},
            {
                "volumes": [
                    {"name": "v", "host": {"source_path": "/data"}, "configured_at_launch": True}
                ]
            },
        ),
        (
            {
                "volume": [
                    {
                        "name": "v",
                        "docker_volume_configuration": [
                            {"scope": "shared", "autoprovision": True, "driver_opts": {"a": "b"}}
                        ],
                    }
                ]
            },
            {
                "volumes": [
                    {
                        "name": "v",
                        "docker_volume_configuration": {
                            "scope": "shared",
                            "autoprovision": True,
                            "driver_opts": {"a": "b"},
                        },
                    }
                ]
            },
        ),
        ({"tags_all": {"a": "1"}}, {"tags": {"a": "1"}}),
    ],
)
def test_settings_of_a_task_definition_become_options(values, options):
    started = {"task_definition_arn": f"{DEFINITION}:3"}
    result = convert(state(rule(), target(started), definition(**values)))
    assert result["batches"] == [{**BATCH, "task_definition": {**DESCRIBED, **options}}]


@pytest.mark.parametrize(
    ("resources", "path", "told"),
    [
        ([rule(event_pattern="{}", schedule_expression="")], "rule.this", "fires on events"),
        ([rule(event_bus_name="other"), target(event_bus_name="other")], "rule.this", "default"),
        ([rule()], "rule.this", "no ECS target"),
        ([rule(), target(ecs_target=[])], "rule.this", "no ECS target"),
        (
            [rule(), target(target_id="a"), target(name="b", target_id="b")],
            "rule.this",
            "several ECS targets",
        ),
        ([target()], "target.this", "its rule is not in this file"),
        (
            [schedule(of_target={"ecs_parameters": [], "input": "{}"})],
            "schedule.this",
            "starts no ECS task",
        ),
        ([schedule(name=None)], "schedule.this", "name is not known"),
        ([definition()], "definition.this", "no rule or schedule of this file starts it"),
    ],
)
def test_what_is_no_batch_is_told(resources, path, told):
    result = convert(state(*resources))
    assert result["batches"] == result["incomplete"] == []
    found = [row for row in result["not_converted"] if row["path"].endswith(path)]
    assert told in found[0]["reason"]
    assert {row["path"] for row in result["not_converted"]} == {
        each["address"] for each in resources
    }


def test_resources_that_have_nothing_to_do_with_it_are_told_by_type():
    vpcs = [resource("aws_vpc", {}, name) for name in "ab"]
    data = resource("aws_vpc", {}, "c", mode="data")
    result = convert(state(*vpcs, data, resource("aws_s3_bucket", {})))
    assert [(row["what"], row["path"]) for row in result["not_converted"]] == [
        ("aws_vpc", "aws_vpc.a, aws_vpc.b"),
        ("aws_s3_bucket", "aws_s3_bucket.this"),
    ]


def test_other_targets_of_the_rule_stay_on_it():
    beside = target(name="beside", target_id="queue", ecs_target=[], arn="arn:aws:sqs:x:1:q")
    result = convert(state(rule(), target(), beside))
    assert result["batches"] == [{**BATCH, "other_targets": "keep"}]
    assert [row["path"] for row in result["not_converted"]] == [beside["address"]]


def test_of_several_ecs_targets_the_one_of_the_rules_name_is_the_batch():
    result = convert(state(rule(), target(target_id="a", name="a"), target()))
    assert result["batches"] == [{**BATCH, "other_targets": "keep"}]


@pytest.mark.parametrize(
    "values", [{"input_path": "$.detail"}, {"input_transformer": [{"input_template": "x"}]}]
)
def test_a_target_that_takes_its_input_from_the_event_is_incomplete(values):
    assert convert(state(rule(), target(**values)))["incomplete"] == [BATCH]


def test_a_rule_and_a_schedule_of_one_name_need_two_names():
    result = convert(state(rule(), target(), schedule()))
    assert (result["batches"], result["incomplete"]) == ([BATCH], [SCHEDULED])


def test_tags_of_tasks_that_aws_cannot_set_are_told():
    result = convert(state(schedule({"tags": [{"team": "a"}]})))
    assert result["batches"] == [SCHEDULED]
    assert [row["what"] for row in result["not_converted"]] == ["task tags"]


def test_inference_accelerators_are_told():
    accelerated = definition(inference_accelerator=[{"device_name": "a"}])
    result = convert(state(rule(), target({"task_definition_arn": f"{DEFINITION}:3"}), accelerated))
    assert result["batches"] == [{**BATCH, "task_definition": DESCRIBED}]
    assert [row["what"] for row in result["not_converted"]] == ["inference_accelerator"]


@pytest.mark.parametrize(
    ("marks", "option"),
    [
        ({"arn": True}, "cluster"),
        ({"ecs_target": [{"network_configuration": [{"subnets": [True]}]}]}, "network"),
        ({"ecs_target": True}, "task_definition"),
    ],
)
def test_what_terraform_marks_as_sensitive_is_left_out(marks, option):
    network = {"network_configuration": [{"subnets": ["hidden-subnet"]}]}
    aim = {**target(network), "sensitive_values": marks}
    result = convert(state(rule(), aim))
    (batch,) = result["incomplete"]
    assert not any(key.startswith(option) for key in batch)
    assert any("sensitive" in row["reason"] for row in result["not_converted"])
    assert convert(state(rule(), aim), keep_secrets=True)["not_converted"] == []


class TestPlans:
    """What is known only after a plan was applied is found through what it refers to."""

    def plan(
        self,
        resources: list[dict[str, Any]],
        unknown: dict[str, Any],
        configuration: dict[str, Any],
        modules: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        tree: dict[str, Any] = {"resources": resources, "child_modules": modules or []}
        return {
            "format_version": "1.2",
            "planned_values": {"root_module": tree},
            "resource_changes": [
                {"address": address, "change": {"after_unknown": marks}}
                for address, marks in unknown.items()
            ],
            "configuration": {"root_module": configuration},
        }

    def configured(self, **references: list[str]) -> dict[str, Any]:
        expressions = {name: {"references": found} for name, found in references.items()}
        address = "aws_cloudwatch_event_target.this"
        return {"resources": [{"address": address, "expressions": expressions}]}

    def convert(
        self, *others: dict[str, Any], references: list[str], option: str = "role_arn", **more: Any
    ) -> dict[str, Any]:
        aim = target()
        del aim["values"][option]
        unknown = {aim["address"]: {option: True}}
        configuration = {**self.configured(**{option: references}), **more.pop("calls", {})}
        plan = self.plan([rule(), aim, *others], unknown, configuration, more.pop("modules", None))
        return convert(plan, **more)

    def role(self, name: str = "this", **values: Any) -> dict[str, Any]:
        return resource("aws_iam_role", {"name": "events", **values}, name)

    @pytest.mark.parametrize(
        ("values", "arn"),
        [
            ({}, ROLE),
            ({"path": "/batch/"}, ROLE.replace("role/", "role/batch/")),
            ({"arn": "arn:known"}, "arn:known"),
        ],
    )
    def test_a_role_to_come_has_an_arn_already(self, values, arn):
        references = ["aws_iam_role.this.arn", "aws_iam_role.this"]
        result = self.convert(self.role(**values), references=references)
        assert result["batches"] == [{**BATCH, "role_arn": arn}]

    def test_the_account_may_be_given(self):
        references = ["aws_iam_role.this.arn"]
        result = self.convert(self.role(), references=references, account_id="210987654321")
        assert result["batches"][0]["role_arn"] == "arn:aws:iam::210987654321:role/events"

    def test_the_account_may_be_that_of_the_caller(self):
        aim = target(arn="batch")
        del aim["values"]["role_arn"]
        configuration = self.configured(role_arn=["aws_iam_role.this.arn"])
        unknown = {aim["address"]: {"role_arn": True}}
        plan = self.plan([rule(), aim, self.role()], unknown, configuration)
        assert convert(plan)["batches"] == []
        caller = resource("aws_caller_identity", {"account_id": "123456789012"}, mode="data")
        plan["prior_state"] = {"values": {"root_module": {"resources": [caller]}}}
        assert convert(plan)["batches"] == [{**BATCH, "cluster": "batch"}]

    def test_a_cluster_to_come_has_a_name_already(self):
        cluster = resource("aws_ecs_cluster", {"name": "batch"})
        result = self.convert(cluster, references=["aws_ecs_cluster.this.arn"], option="arn")
        assert result["batches"] == [{**BATCH, "cluster": "batch"}]

    @pytest.mark.parametrize(
        "references",
        [
            [],
            ["local.role"],
            ["data.aws_iam_role.this.arn"],
            ["var.role"],
            ["aws_iam_role.nosuch.arn"],
            ["aws_iam_role.this.arn", "aws_iam_role.other.arn"],
            ["module.nosuch.role"],
        ],
    )
    def test_what_a_plan_does_not_explain_is_a_gap(self, references):
        roles = [self.role(), self.role("other")]
        result = self.convert(*roles, references=references)
        (batch,) = result["incomplete"]
        assert "role_arn" not in batch
        (row,) = [row for row in result["not_converted"] if row["what"] == "role_arn"]
        assert row["path"] == "aws_cloudwatch_event_target.this.role_arn"
        assert "known only after" in row["reason"]

    def test_a_role_without_a_name_is_a_gap(self):
        result = self.convert(
            self.role(name_prefix="x", name=None), references=["aws_iam_role.this.arn"]
        )
        assert result["batches"] == []

    @pytest.mark.parametrize("index", ["[0]", '["a"]', ""])
    def test_instances_are_told_apart(self, index):
        names = {"[0]": 0, '["a"]': "a", "": "a"}
        roles = [
            {
                **self.role(name="this"),
                "address": f"aws_iam_role.this[{json.dumps(key)}]",
                "index": key,
                "values": {"name": f"role-{key}"},
            }
            for key in (0, "a", "b")
        ]
        aim = {**target(), "index": "a"}
        del aim["values"]["role_arn"]
        configuration = self.configured(role_arn=[f"aws_iam_role.this{index}.arn"])
        plan = self.plan([rule(), aim, *roles], {aim["address"]: {"role_arn": True}}, configuration)
        (batch,) = convert(plan)["batches"]
        assert batch["role_arn"].endswith(f"role/role-{names[index]}")

    @pytest.mark.parametrize("address", ["module.roles", 'module.roles["a"]'])
    def test_outputs_of_modules_are_followed(self, address):
        role = {**self.role(), "address": f"{address}.aws_iam_role.this"}
        output = {"expression": {"references": ["aws_iam_role.this.arn", "aws_iam_role.this"]}}
        calls = {"module_calls": {"roles": {"module": {"outputs": {"arn": output}}}}}
        modules = [{"address": address, "resources": [role]}]
        reference = f"{address}.arn"
        result = self.convert(references=[reference], calls=calls, modules=modules)
        assert result["batches"] == [BATCH]

    def test_a_configuration_in_circles_is_left(self):
        output = {"expression": {"references": ["var.x"]}}
        again = {"references": ["module.m.x"]}
        calls = {
            "module_calls": {
                "m": {"module": {"outputs": {"x": output}}, "expressions": {"x": again}}
            }
        }
        modules = [{"address": "module.m", "resources": []}]
        result = self.convert(references=["module.m.x"], calls=calls, modules=modules)
        assert result["batches"] == []

    @pytest.mark.parametrize(
        ("attribute", "expected"), [("arn", DESCRIBED), ("arn_without_revision", "report")]
    )
    def test_a_task_definition_to_come_is_described_or_named(self, attribute, expected):
        ahead = definition()
        del ahead["values"]["arn"]
        aim = target()
        del aim["values"]["ecs_target"][0]["task_definition_arn"]
        reference = {"references": [f"aws_ecs_task_definition.this.{attribute}"]}
        configuration = self.configured()
        configuration["resources"][0]["expressions"]["ecs_target"] = [
            {"task_definition_arn": reference}
        ]
        unknown = {aim["address"]: {"ecs_target": [{"task_definition_arn": True}]}}
        result = convert(self.plan([rule(), aim, ahead], unknown, configuration))
        assert result["batches"] == [{**BATCH, "task_definition": expected}]

    def test_a_definition_from_elsewhere_that_is_not_known_is_a_gap(self):
        aim = target()
        del aim["values"]["ecs_target"][0]["task_definition_arn"]
        unknown = {aim["address"]: {"ecs_target": [{"task_definition_arn": True}]}}
        result = convert(self.plan([rule(), aim], unknown, self.configured()))
        assert "task_definition" not in result["incomplete"][0]

    @pytest.mark.parametrize("reference", ["aws_scheduler_schedule_group.this.name", "local.x"])
    def test_a_schedule_group_to_come_has_a_name(self, reference):
        made = schedule()
        made["values"].pop("group_name", None)
        group = resource("aws_scheduler_schedule_group", {"name": "reports"})
        expressions = {"group_name": {"references": [reference]}}
        configuration = {"resources": [{"address": made["address"], "expressions": expressions}]}
        plan = self.plan([made, group], {made["address"]: {"group_name": True}}, configuration)
        result = convert(plan)
        if reference.startswith("local"):
            assert "group_name" not in result["incomplete"][0]
        else:
            assert result["batches"] == [{**SCHEDULED, "group_name": "reports"}]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "an empty list"),
        ({}, "an empty mapping"),
        ({"format_version": "2.0", "values": {}}, "format version 1"),
        ({"format_version": "1.0"}, "'values' or 'planned_values'"),
        ({"version": 4, "terraform_version": "1.11.0", "resources": []}, "a raw state file"),
    ],
)
def test_what_is_no_state_or_plan_is_an_error(source, told):
    with pytest.raises(AnsibleFilterError, match=told):
        convert(source)


def test_an_empty_state_has_no_batches():
    assert convert({"format_version": "1.0", "values": {}}) == {
        "batches": [],
        "incomplete": [],
        "not_converted": [],
    }
