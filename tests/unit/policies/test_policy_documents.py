# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every policy document, whatever it is rendered from."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.policies.iam_documents import (
    as_list,
    conditions_of,
    grants,
    lint,
    texts,
)
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import (
    ACCOUNT,
    IDENTITY_POLICIES,
    PARTITIONS,
    TRUST_POLICIES,
    iam_arn,
)

POLICIES = pathlib.Path(__file__).resolve().parents[3] / "policies"

# Where "*" may stand, and why.
NO_RESOURCE_KNOWN = "AWS defines no resource type for this action"
OPEN_RESOURCES = {
    "cloudtrail:LookupEvents": NO_RESOURCE_KNOWN,
    "cloudwatch:GetMetricData": NO_RESOURCE_KNOWN,
    "ec2:DescribeRouteTables": NO_RESOURCE_KNOWN,
    "ec2:DescribeSecurityGroups": NO_RESOURCE_KNOWN,
    "ec2:DescribeSubnets": NO_RESOURCE_KNOWN,
    "ec2:DescribeVpcEndpoints": NO_RESOURCE_KNOWN,
    "ecr:GetAuthorizationToken": NO_RESOURCE_KNOWN,
    "ecs:DeregisterTaskDefinition": NO_RESOURCE_KNOWN,
    "ecs:DescribeTaskDefinition": NO_RESOURCE_KNOWN,
    "ecs:ListTaskDefinitionFamilies": NO_RESOURCE_KNOWN,
    "ecs:ListTaskDefinitions": NO_RESOURCE_KNOWN,
    "events:ListEventBuses": NO_RESOURCE_KNOWN,
    "events:ListRules": NO_RESOURCE_KNOWN,
    "iam:ListPolicies": NO_RESOURCE_KNOWN,
    "iam:ListRoles": NO_RESOURCE_KNOWN,
    "logs:DescribeLogGroups": "lists by prefix, so that no single group can be named",
    "scheduler:ListSchedules": "lists over groups, to find revisions that are still in use",
    "ssm:DescribeParameters": NO_RESOURCE_KNOWN,
    "ssmmessages:CreateControlChannel": NO_RESOURCE_KNOWN,
    "ssmmessages:CreateDataChannel": NO_RESOURCE_KNOWN,
    "ssmmessages:OpenControlChannel": NO_RESOURCE_KNOWN,
    "ssmmessages:OpenDataChannel": NO_RESOURCE_KNOWN,
    "tag:GetResources": NO_RESOURCE_KNOWN,
}
# IAM counts a managed policy's characters without white space.
MANAGED_POLICY_LIMIT = 6144


def cases(*tables: dict[str, dict[str, dict[str, Any]]]) -> list[Any]:
    """Flatten tables of inputs into parameters."""
    return [
        pytest.param(template, inputs, id=f"{template}: {case}")
        for table in tables
        for template, by_case in table.items()
        for case, inputs in by_case.items()
    ]


def test_every_template_is_in_the_tables() -> None:
    templates = {path.name.removesuffix(".json.j2") for path in POLICIES.glob("*.json.j2")}
    assert templates == set(IDENTITY_POLICIES) | set(TRUST_POLICIES)


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES, TRUST_POLICIES))
def test_documents_are_of_the_current_version_and_grant_only(render, template, inputs):
    document = render(template, inputs)
    assert set(document) == {"Version", "Statement"}
    assert document["Version"] == "2012-10-17"
    assert all(statement["Effect"] == "Allow" for statement in document["Statement"])


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES))
def test_the_linter_finds_nothing(render, template, inputs):
    assert lint(render(template, inputs)) == []


@pytest.mark.parametrize(("template", "inputs"), cases(TRUST_POLICIES))
def test_the_linter_finds_nothing_in_trust_policies(render, template, inputs):
    document = render(template, inputs)
    for statement in document["Statement"]:
        assert "Resource" not in statement  # the role itself is meant
        statement["Resource"] = iam_arn("role/any")  # without one the linter takes no document
    assert lint(document) == []


def test_the_linter_finds_what_is_wrong():
    statement = {"Effect": "Allow", "Action": "ecs:RunTasks", "Resource": "*"}
    assert lint({"Version": "2012-10-17", "Statement": [statement]}) != []


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES))
def test_every_resource_is_named_where_aws_can_name_one(render, template, inputs):
    for action, resource in grants(render(template, inputs)):
        assert "*" not in action
        assert resource != "*" or action in OPEN_RESOURCES, action


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES))
def test_a_role_is_passed_to_one_named_service_only(render, template, inputs):
    document = render(template, inputs)
    for condition in conditions_of(document, "iam:PassRole"):
        services = as_list(condition["StringEquals"]["iam:PassedToService"])
        assert len(services) == 1
        assert services[0].endswith(".amazonaws.com")


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES, TRUST_POLICIES))
def test_every_arn_is_of_the_partition(render, template, inputs):
    partition = inputs.get("partition", "aws")
    for text in texts(render(template, inputs)):
        if text.startswith("arn:"):
            assert text.split(":")[1] == partition


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES))
def test_statements_have_names_of_their_own(render, template, inputs):
    names = [statement.get("Sid") for statement in render(template, inputs)["Statement"]]
    given = [name for name in names if name]
    assert len(given) == len(set(given))


@pytest.mark.parametrize(("template", "inputs"), cases(IDENTITY_POLICIES))
def test_a_document_fits_into_a_managed_policy(render, template, inputs):
    document = json.dumps(render(template, inputs), separators=(",", ":"))
    assert len(document) < MANAGED_POLICY_LIMIT


@pytest.mark.parametrize(("template", "inputs"), cases(TRUST_POLICIES))
def test_trust_is_for_named_services_and_this_account(render, template, inputs):
    statements = render(template, inputs)["Statement"]
    for statement in statements:
        assert statement["Action"] == "sts:AssumeRole"
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    # The service principals end in amazonaws.com in every partition.
    principals = [{"Service": f"{service}.amazonaws.com"} for service in trusted(template, inputs)]
    assert [statement["Principal"] for statement in statements] == principals


def trusted(template: str, inputs: dict[str, Any]) -> list[str]:
    """The services that a trust policy is for: the one of its name, or a fleet's triggers."""
    if template != "trust-fleet-triggers":
        return [template.removeprefix("trust-")]
    return ["events"] * inputs["rules"] + ["scheduler"] * bool(inputs["group_names"])


@pytest.mark.parametrize("partition", PARTITIONS)
def test_trust_of_tasks_names_where_they_run(render, partition):
    (statement,) = render("trust-ecs-tasks", TRUST_POLICIES["trust-ecs-tasks"][partition])[
        "Statement"
    ]
    region = PARTITIONS[partition]["region"]
    expected = {"aws:SourceArn": f"arn:{partition}:ecs:{region}:{ACCOUNT}:*"}
    assert statement["Condition"]["ArnLike"] == expected


def test_trust_of_rules_names_a_rule_only_when_asked(render):
    by_case = TRUST_POLICIES["trust-events"]
    (any_rule,) = render("trust-events", by_case["aws"])["Statement"]
    (one_rule,) = render("trust-events", by_case["one rule"])["Statement"]
    assert "ArnEquals" not in any_rule["Condition"]
    rule = f"arn:aws:events:ap-northeast-1:{ACCOUNT}:rule/hello"
    assert one_rule["Condition"]["ArnEquals"] == {"aws:SourceArn": rule}


def test_trust_of_schedules_names_their_group(render):
    (statement,) = render("trust-scheduler", TRUST_POLICIES["trust-scheduler"]["aws"])["Statement"]
    group = f"arn:aws:scheduler:ap-northeast-1:{ACCOUNT}:schedule-group/default"
    assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": group}


def test_trust_of_a_fleets_schedules_names_their_groups(render):
    inputs = TRUST_POLICIES["trust-fleet-triggers"]["both, aws"]
    rules, schedules = render("trust-fleet-triggers", inputs)["Statement"]
    group = f"arn:aws:scheduler:ap-northeast-1:{ACCOUNT}:schedule-group/"
    assert schedules["Condition"]["ArnEquals"] == {
        "aws:SourceArn": [f"{group}others", f"{group}reports"]
    }
    assert set(rules["Condition"]) == {"StringEquals"}
