# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the roles: what they hand on to the pure layers, and their errors."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.batchwork.aws.plugins.filter import (
    fleet_foundation_plan,
    fleet_needs,
    fleet_with_roles,
    iam_plan,
    policy_mistakes,
    split_policy,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)

needs = fleet_needs.FilterModule().filters()["fleet_needs"]
with_roles = fleet_with_roles.FilterModule().filters()["fleet_with_roles"]
split = split_policy.FilterModule().filters()["split_policy"]
plan = fleet_foundation_plan.FilterModule().filters()["fleet_foundation_plan"]
mistakes_of_policy = policy_mistakes.FilterModule().filters()["policy_mistakes"]
plan_of_iam = iam_plan.FilterModule().filters()["iam_plan"]

BATCH = {
    "name": "nightly",
    "schedule": "rate(1 day)",
    "cluster": "batch",
    "task_definition": {"family": "reports", "container_definitions": [{"name": "app"}]},
}


def test_needs_are_told_of_batches_in_templates():
    """Ansible hands over containers of its own, whose content is looked up on demand."""
    template = trust_as_template("{{ [batch] | batchwork.aws.fleet_needs({}, owner) }}")
    named = {**BATCH, "name": trust_as_template("{{ 'night' ~ 'ly' }}")}
    templar = Templar(loader=DataLoader(), variables={"batch": named, "owner": "team"})
    assert templar.template(template) == needs([BATCH], {}, "team")


@pytest.mark.parametrize("call", [needs, with_roles])
def test_batches_are_a_list(call):
    with pytest.raises(AnsibleFilterError, match="a list of batches is expected, not str"):
        call("text")


def test_only_roles_that_are_given_are_put_in():
    (done,) = with_roles([BATCH], task_role_arn="arn:task")
    assert done["task_definition"] == {**BATCH["task_definition"], "task_role_arn": "arn:task"}


def test_a_policy_is_divided_at_the_limit_of_a_managed_policy():
    statement = {"Effect": "Allow", "Action": "a:Get", "Resource": ["x" * 100] * 100}
    assert len(split({"Version": "2012-10-17", "Statement": [statement]})) == 2


def test_what_cannot_be_divided_is_told():
    with pytest.raises(AnsibleFilterError, match="cannot be divided any further"):
        split({"Statement": [{"Effect": "Allow", "Resource": "x"}]}, 10)
    with pytest.raises(AnsibleFilterError, match="a policy document is expected, not list"):
        split([])


def test_a_plan_is_made_of_plain_lists():
    group = {"name": "/ecs/a", "retention_in_days": 30, "tags": {}}
    done = plan({"log_groups": [group]}, {}, "team", "eu-west-1", known_names=["x"], adopt=True)
    assert [each["name"] for each in done["log_groups"]] == ["/ecs/a"]


def test_texts_of_templates_are_compared_by_what_they_say():
    """Ansible's texts, which know where they come from, are of another type than Python's."""
    role = "arn:aws:iam::123456789012:role/guard"
    of_guard = {"name": "team-guard", "role_arn": role, "tags": {"batchwork:owner": "team"}}
    wanted = {**of_guard, "role_arn": trust_as_template(role), "partition": "aws"}
    there = {**of_guard, "arn": "arn:x", "definition": definition("aws"), "is_going": False}
    done = plan({"state_machines": [wanted]}, {"state_machines": [there]}, "team", "eu-west-1")
    assert done["state_machines"] == []


def test_an_unknown_rule_of_a_plan_is_told():
    with pytest.raises(AnsibleFilterError, match="adpot"):
        plan({}, {}, "team", "eu-west-1", adpot=True)


@pytest.mark.parametrize("purge_tags", [True, False])
def test_roles_and_policies_are_planned_without_an_owner(purge_tags):
    policy = {"name": "hello", "document": {"Statement": []}, "tags": {}}
    other = {**policy, "tags": {"team": "x"}}
    done = plan_of_iam({"policies": [policy]}, {"policies": [other]}, purge_tags=purge_tags)
    assert done["policies"] == ([policy] if purge_tags else [])
    assert plan_of_iam({"policies": [policy]}, {})["policies"] == [policy]


def test_mistakes_of_a_policy_name_the_variable():
    statement = {"Effect": "Allow", "Action": trust_as_template("a:Get"), "Resource": []}
    assert mistakes_of_policy({"Statement": [statement]}, "report_policy") == [
        "report_policy.Statement[0].Resource: exactly one of 'Resource' or 'NotResource' is"
        " required, and not empty."
    ]
