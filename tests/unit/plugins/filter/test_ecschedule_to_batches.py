# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ecschedule file becomes batches: every member of a rule, and what is told of the rest."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.filter import ecschedule_to_batches

convert = ecschedule_to_batches.FilterModule().filters()["ecschedule_to_batches"]

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ecsEventsRole"
RULE = {"name": "nightly", "scheduleExpression": "cron(0 3 * * ? *)", "taskDefinition": "report"}
BATCH = {
    "name": "nightly",
    "schedule": "cron(0 3 * * ? *)",
    "task_definition": "report",
    "cluster": "batch",
    "role_arn": ROLE,
}


def file(*rules: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"cluster": "batch", "rules": list(rules), **members}


def converted(rule: dict[str, Any], *, of_file: Any = None, **options: Any) -> dict[str, Any]:
    return convert(file({**RULE, **rule}, **(of_file or {})), account_id=ACCOUNT, **options)


def test_the_least_rule_becomes_a_batch():
    assert convert(file(RULE), account_id=ACCOUNT) == {
        "batches": [BATCH],
        "incomplete": [],
        "not_converted": [],
    }


@pytest.mark.parametrize(
    ("member", "option"),
    [
        ({"description": "Every night"}, {"description": "Every night"}),
        ({"disabled": True}, {"enabled": False}),
        ({"disabled": False}, {"enabled": True}),
        ({"targetId": "mine"}, {"target_id": "mine"}),
        ({"targetId": "nightly"}, {}),
        ({"taskDefinition": "report:3"}, {"task_definition": "report:3"}),
        ({"taskCount": 2}, {"task_count": 2}),
        ({"taskCount": 1}, {}),
        ({"taskCount": 0}, {}),
        ({"cluster": "other"}, {"cluster": "other"}),
        ({"role": "mine"}, {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/mine"}),
        ({"role": "arn:aws:iam::1:role/x"}, {"role_arn": "arn:aws:iam::1:role/x"}),
        ({"group": "xxx"}, {"group": "xxx"}),
        ({"launch_type": "FARGATE"}, {"launch_type": "FARGATE"}),
        ({"platform_version": "1.4.0"}, {"platform_version": "1.4.0"}),
        ({"propagateTags": "TASK_DEFINITION"}, {"propagate_tags": "TASK_DEFINITION"}),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "SPOT", "base": 0, "weight": 1}]},
            {"capacity_provider_strategy": [{"capacity_provider": "SPOT", "base": 0, "weight": 1}]},
        ),
        (
            {
                "network_configuration": {
                    "aws_vpc_configuration": {
                        "subnets": ["subnet-1"],
                        "security_groups": ["sg-1"],
                        "assign_public_ip": "ENABLED",
                    }
                }
            },
            {
                "network_configuration": {
                    "subnets": ["subnet-1"],
                    "security_groups": ["sg-1"],
                    "assign_public_ip": "ENABLED",
                }
            },
        ),
        (
            {"dead_letter_config": {"sqs": "arn:aws:sqs:eu-west-1:1:failed"}},
            {"dead_letter_arn": "arn:aws:sqs:eu-west-1:1:failed"},
        ),
        ({"taskOverride": {"cpu": "512"}}, {"overrides": {"cpu": "512"}}),
        (
            {
                "containerOverrides": [
                    {
                        "name": "report",
                        "command": ["report", "daily"],
                        "environment": {"LOG_LEVEL": "info"},
                        "cpu": 128,
                        "memory": 256,
                        "memoryReservation": 128,
                    }
                ]
            },
            {
                "overrides": {
                    "container_overrides": [
                        {
                            "name": "report",
                            "command": ["report", "daily"],
                            "environment": {"LOG_LEVEL": "info"},
                            "cpu": 128,
                            "memory": 256,
                            "memory_reservation": 128,
                        }
                    ]
                }
            },
        ),
        ({"containerOverrides": []}, {}),
    ],
)
def test_a_member_becomes_an_option(member, option):
    result = converted(member)
    assert result["batches"] == [{**BATCH, **option}]
    assert result["not_converted"] == []


@pytest.mark.parametrize(
    ("of_file", "changed"),
    [
        ({"role": "events"}, {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/events"}),
        ({"cluster": "arn:aws:ecs:x:1:cluster/y"}, {"cluster": "arn:aws:ecs:x:1:cluster/y"}),
    ],
)
def test_what_the_file_says_holds_for_every_rule(of_file, changed):
    assert converted({}, of_file=of_file)["batches"] == [{**BATCH, **changed}]


def test_names_become_arns_of_the_account_the_region_and_the_partition():
    rule = {**RULE, "dead_letter_config": {"sqs": "failed"}}
    source = file(rule, region="cn-north-1")
    (batch,) = convert(source, account_id=123456789012, partition="aws-cn")["batches"]
    assert batch["role_arn"] == f"arn:aws-cn:iam::{ACCOUNT}:role/ecsEventsRole"
    assert batch["dead_letter_arn"] == f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:failed"


@pytest.mark.parametrize(
    ("source", "options", "path"),
    [
        (file(RULE), {}, "rules[0] (nightly).role"),
        (
            file({**RULE, "dead_letter_config": {"sqs": "failed"}}),
            {"account_id": ACCOUNT},
            "rules[0] (nightly).dead_letter_config.sqs",
        ),
        (
            file(RULE, {**RULE, "taskDefinition": "other"}),
            {"account_id": ACCOUNT},
            "nightly",
        ),
    ],
)
def test_a_batch_that_lacks_something_is_incomplete(source, options, path):
    result = convert(source, **options)
    assert [batch["name"] for batch in result["incomplete"]] == ["nightly"]
    assert [row["path"] for row in result["not_converted"]] == [path]


@pytest.mark.parametrize(
    ("of_file", "rule", "path", "told"),
    [
        ({"region": "us-east-1"}, {}, "region", "give it to the module"),
        ({"trackingId": "x"}, {}, "trackingId", "owner"),
        ({"plugins": [{"name": "ssm"}]}, {}, "plugins[0]", "look values up"),
        ({"rulez": []}, {}, "rulez", "did you mean 'rules'?"),
        ({}, {"trackingId": "x"}, "rules[0] (nightly).trackingId", "one owner"),
        ({}, {"retryPolicy": {}}, "rules[0] (nightly).retryPolicy", "ignores it"),
        (
            {},
            {"launchType": "FARGATE"},
            "rules[0] (nightly).launchType",
            "did you mean 'launch_type'?",
        ),
        (
            {},
            {"containerOverrides": [{"name": "a", "entryPoint": ["b"]}]},
            "rules[0] (nightly).containerOverrides[0].entryPoint",
            "ignores it",
        ),
        (
            {},
            {"launch_type": "FARGATE", "capacityProviderStrategy": [{"capacityProvider": "SPOT"}]},
            "rules[0] (nightly).launch_type",
            "no launch type beside capacity providers",
        ),
    ],
)
def test_what_is_no_option_is_told_and_harms_no_batch(of_file, rule, path, told):
    result = converted(rule, of_file=of_file)
    assert [batch["name"] for batch in result["batches"]] == ["nightly"]
    (row,) = result["not_converted"]
    assert row["path"] == path
    assert told in row["reason"]


def test_rules_of_another_region_wait_for_a_conversion_of_their_own():
    source = file(RULE, {**RULE, "name": "west", "region": "us-west-2"}, region="us-east-1")
    here = convert(source, account_id=ACCOUNT)
    there = convert(source, account_id=ACCOUNT, region="us-west-2")
    assert [batch["name"] for batch in here["batches"]] == ["nightly"]
    assert [batch["name"] for batch in there["batches"]] == ["west"]
    assert any(row["path"] == "rules[1] (west)" for row in here["not_converted"])
    assert any(row["path"] == "rules[0] (nightly)" for row in there["not_converted"])


@pytest.mark.parametrize("rule", ["nightly", {}, {"scheduleExpression": "rate(1 day)"}])
def test_a_rule_without_a_name_is_told(rule):
    result = convert(file(rule, RULE), account_id=ACCOUNT)
    assert [row["path"] for row in result["not_converted"]] == ["rules[0]"]
    assert len(result["batches"]) == 1


class TestSecrets:
    RULE = {"containerOverrides": [{"name": "a", "environment": {"DB_PASSWORD": "hunter2"}}]}
    PATH = "rules[0] (nightly).containerOverrides[a].environment.DB_PASSWORD"

    def test_they_are_left_out_and_never_told(self):
        result = converted(self.RULE)
        assert "hunter2" not in str(result)
        assert result["batches"] == []
        assert [row["path"] for row in result["not_converted"]] == [self.PATH]

    def test_they_are_kept_where_that_is_asked_for(self):
        result = converted(self.RULE, keep_secrets=True)
        (container,) = result["batches"][0]["overrides"]["container_overrides"]
        assert container["environment"] == {"DB_PASSWORD": "hunter2"}
        assert result["not_converted"] == []


HEAD = """
cluster: {{ must_env `CLUSTER` }}
rules:
- name: nightly
  scheduleExpression: cron(0 3 * * ? *)
  taskDefinition: report
"""


class TestTemplates:
    """What ecschedule puts into the text before it reads it."""

    def convert(self, text: str, **values: Any) -> dict[str, Any]:
        return convert(HEAD + text, account_id=ACCOUNT, values={"CLUSTER": "batch", **values})

    @pytest.mark.parametrize(
        ("action", "values", "found"),
        [
            ("{{ must_env `GROUP` }}", {"GROUP": "a"}, "a"),
            ('{{- must_env "GROUP" -}}', {"GROUP": "a"}, "a"),
            ('x-{{ env "GROUP" "none" }}-y', {"GROUP": "a"}, "x-a-y"),
            ('x-{{ env "GROUP" "none" }}', {}, "x-none"),
            ('x-{{ env "GROUP" "OTHER" "none" }}', {"OTHER": "b"}, "x-b"),
            ('x{{ env "GROUP" "" }}', {}, "x"),
            ("{{ tfstate `aws_x.y.id` }}", {"aws_x.y.id": "a"}, "a"),
            ("{{ tfstatef `aws_x.y['%s'].id` `k` }}", {"aws_x.y['k'].id": "a"}, "a"),
            ("{{ plugin `one_tfstate` `aws_x.y.id` }}", {"aws_x.y.id": "a"}, "a"),
            ("{{ plugin `one_tfstatef` `aws_x['%s']` `k` }}", {"aws_x['k']": "a"}, "a"),
            ("{{ ssm `/path` }}", {"/path": "a"}, "a"),
            ("{{ ssm `/path` 1 }}", {"/path": "a,b"}, "b"),
            ("{{ ssm `/path` 1 }}", {"/path": ["a", "b"]}, "b"),
            ("a{{/* a remark */}}", {}, "a"),
        ],
    )
    def test_what_is_known_takes_its_place(self, action, values, found):
        result = self.convert(f"  group: {action}\n", **values)
        assert result["batches"][0]["group"] == found

    def test_a_value_has_its_type_from_the_file(self):
        result = self.convert("  disabled: {{ must_env `OFF` }}\n", OFF="true")
        assert result["batches"][0]["enabled"] is False

    def test_a_default_that_was_taken_is_told(self):
        result = self.convert('  group: {{ env "GROUP" "none" }}\n')
        assert [row["path"] for row in result["not_converted"]] == ["GROUP"]

    @pytest.mark.parametrize(
        ("text", "path", "left"),
        [
            ("group: {{ must_env `X` }}", "group", {}),
            ("group: a-{{ ssm `X` }}", "group", {}),
            ("group: {{ ssm `X` 5 }}", "group", {}),
            ("disabled: {{ must_env `X` }}", "disabled", {}),
            ("role: {{ must_env `X` }}", "role", {"role_arn": None}),
            (
                "containerOverrides: [{name: a, command: [b, {{ must_env `X` }}]}]",
                "containerOverrides[0].command[1]",
                {"overrides": {"container_overrides": [{"name": "a"}]}},
            ),
            (
                "containerOverrides: [{name: a, environment: {B: c, D: {{ must_env `X` }}}}]",
                "containerOverrides[0].environment.D",
                {"overrides": {"container_overrides": [{"name": "a", "environment": {"B": "c"}}]}},
            ),
        ],
    )
    def test_a_batch_with_something_unknown_is_incomplete(self, text, path, left):
        result = self.convert(f"  {text}\n")
        expected = {**BATCH, **left}
        assert result["incomplete"] == [
            {key: value for key, value in expected.items() if value is not None}
        ]
        (row,) = result["not_converted"]
        assert row["path"] == f"rules[0] (nightly).{path}"
        assert "`X`" in row["reason"]

    def test_a_rule_whose_name_is_not_known_is_told(self):
        result = convert("rules: [{name: {{ must_env `X` }}}]")
        assert [row["path"] for row in result["not_converted"]] == ["rules[0]"]

    @pytest.mark.parametrize("action", ["{{ if true }}", "{{- range .x }}", "{{ end }}"])
    def test_conditions_and_loops_are_refused(self, action):
        with pytest.raises(AnsibleFilterError, match="only ecschedule carries out"):
            self.convert(action)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "a list of rules, not null"),
        ([], "a list of rules, not an empty list"),
        ("rules: 1", "a list of rules"),
        ({"rules": None}, "a list of rules"),
        ("a: 'hunter2", "the file is no YAML"),
        ("a: b: hunter2", "the file is no YAML: .* in line 1"),
    ],
)
def test_what_is_no_such_file_is_an_error_that_quotes_nothing(source, told):
    with pytest.raises(AnsibleFilterError, match=told) as error:
        convert(source)
    assert "hunter2" not in str(error.value)


def test_a_json_file_is_read_as_well():
    source = yaml.safe_dump(file(RULE), default_flow_style=True)
    assert convert(source, account_id=ACCOUNT)["batches"] == [BATCH]
