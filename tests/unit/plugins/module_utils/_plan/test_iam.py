# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which roles and policies are written, and what is taken away only afterwards."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._plan.iam import plan_iam

NOTHING = {"policies": [], "roles": [], "narrowed_policies": [], "narrowed_roles": []}
OWN = {"batchwork:batch": "hello"}


def document(*resources):
    allowed = {"Effect": "Allow", "Action": "a:Get", "Resource": list(resources)}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def role(**more):
    return {
        "name": "hello-task",
        "description": "What it is for",
        "trust": document("trust"),
        "policies": ["arn:hello-task"],
        "permissions_boundary": "",
        "tags": OWN,
        **more,
    }


def policy(*resources, **more):
    there = document(*resources)
    return {"name": "hello-task", "document": there, "tags": OWN, **more}


def parts(roles=(), policies=()):
    return {
        "roles": {part["name"]: part for part in roles},
        "policies": {part["name"]: part for part in policies},
    }


def plan(wanted, found, purge_tags=True):
    return plan_iam(wanted, found, purge_tags=purge_tags)


def plan_role(wanted, there, **rules):
    return plan(parts([wanted]), parts([there]), **rules)


def plan_policy(wanted, there, **rules):
    return plan(parts([], [wanted]), parts([], [there]), **rules)


class TestWhatDiffers:
    def test_what_is_right_needs_nothing(self):
        everything = parts([role()], [policy("x")])
        assert plan(everything, everything) == NOTHING

    def test_what_is_missing_is_made(self):
        done = plan(parts([role()], [policy("x")]), parts())
        assert done == {**NOTHING, "roles": [role()], "policies": [policy("x")]}

    @pytest.mark.parametrize(
        "there",
        [
            {"description": None},
            {"policies": []},
            {"tags": {**OWN, "other": "x"}},
            {"tags": {}},
            {"permissions_boundary": "arn:other"},
            {"permissions_boundary": None},
        ],
    )
    def test_a_role_that_differs_is_written(self, there):
        wanted = role(permissions_boundary="arn:boundary")
        assert plan_role(wanted, {**wanted, **there}) == {**NOTHING, "roles": [wanted]}

    @pytest.mark.parametrize(
        "there",
        [
            {"policies": ["arn:hello-task", "arn:of-somebody-else"]},
            {"permissions_boundary": "arn:kept"},
            {"tags": {**OWN, "aws:cloudformation:stack": "x"}},
        ],
    )
    def test_what_a_role_has_besides_stays(self, there):
        assert plan_role(role(), role(**there)) == NOTHING

    @pytest.mark.parametrize("purge_tags", [True, False])
    def test_other_tags_count_where_they_are_purged(self, purge_tags):
        tags = {**OWN, "other": "x"}
        done = plan(
            parts([role()], [policy("x")]),
            parts([role(tags=tags)], [policy("x", tags=tags)]),
            purge_tags,
        )
        everything = {**NOTHING, "roles": [role()], "policies": [policy("x")]}
        assert done == (everything if purge_tags else NOTHING)

    def test_the_description_of_a_policy_is_no_difference(self):
        assert plan_policy(policy("x"), policy("x", description="by hand")) == NOTHING


class TestOrder:
    def test_what_is_added_is_allowed_first(self):
        done = plan_policy(policy("x", "y"), policy("x"))
        assert done == {**NOTHING, "policies": [policy("x", "y")]}

    def test_what_is_taken_away_is_taken_away_in_the_end(self):
        done = plan_policy(policy("x"), policy("x", "y"))
        assert done == {**NOTHING, "narrowed_policies": [policy("x")]}

    def test_what_is_replaced_is_allowed_beside_the_new_for_a_while(self):
        done = plan_policy(policy("new"), policy("old"))
        assert done == {
            **NOTHING,
            "policies": [policy("new", "old")],
            "narrowed_policies": [policy("new")],
        }

    def test_a_run_that_was_interrupted_in_between_is_brought_to_its_end(self):
        done = plan_policy(policy("new"), policy("new", "old"))
        assert done == {**NOTHING, "narrowed_policies": [policy("new")]}

    def test_who_is_trusted_stays_trusted_meanwhile(self):
        done = plan_role(role(trust=document("new")), role(trust=document("old")))
        assert done == {
            **NOTHING,
            "roles": [role(trust=document("new", "old"))],
            "narrowed_roles": [role(trust=document("new"))],
        }

    @pytest.mark.parametrize("tags", [{}, {"batchwork:batch": "other"}])
    def test_what_is_taken_over_keeps_nothing_of_what_it_allowed(self, tags):
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        foreign = policy("x", document={"Statement": [everything]}, tags=tags)
        assert plan_policy(policy("x"), foreign) == {**NOTHING, "policies": [policy("x")]}
        strange = role(trust=document("strange"), tags=tags)
        assert plan_role(role(), strange) == {**NOTHING, "roles": [role()]}

    @pytest.mark.parametrize(
        "principal", [{"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, "*", {"Service": "a", "AWS": "b"}]
    )
    def test_only_services_stay_trusted(self, principal):
        """IAM does not take back the id that stands for a role that has been deleted."""
        by_hand = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        there = {**document("old"), "Statement": [*document("old")["Statement"], by_hand]}
        done = plan_role(role(trust=document("new")), role(trust=there))
        assert done["roles"] == [role(trust=document("new", "old"))]

    def test_a_single_statement_needs_no_list(self):
        [statement] = document("old")["Statement"]
        there = policy("x", document={**document(), "Statement": statement})
        assert plan_policy(policy("new"), there)["policies"] == [policy("new", "old")]

    def test_where_there_is_no_room_for_both_the_new_is_written(self):
        new, old = (policy(*(f"{letter * 60}{n}" for n in range(80))) for letter in "ab")
        assert plan_policy(new, old) == {**NOTHING, "policies": [new]}
