# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about a fleet's roles, policies, log groups and guard."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.fleet_foundation import (
    FoundationRules,
    Parts,
    plan_foundation,
)

OWN = {"batchwork:owner": "team", "batchwork:region": "eu-west-1"}
OWN_REGIONAL = {"batchwork:owner": "team"}
NOTHING = {
    "refusals": [],
    "policies": [],
    "roles": [],
    "log_groups": [],
    "state_machines": [],
    "narrowed_policies": [],
    "narrowed_roles": [],
    "surplus_roles": [],
    "surplus_policies": [],
    "surplus_log_groups": [],
    "surplus_state_machines": [],
}
GUARD_ROLE = "arn:aws:iam::123456789012:role/team-guard"


def document(*resources):
    allowed = {"Effect": "Allow", "Action": "a:Get", "Resource": list(resources)}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def role(name="team-task", **more):
    return {
        "name": name,
        "path": "/",
        "description": "What it is for",
        "trust": document("trust"),
        "policies": [f"arn:{name}"],
        "permissions_boundary": "",
        "tags": OWN,
        **more,
    }


def policy(name="team-task", *resources, **more):
    there = document(*(resources or ("x",)))
    return {"name": name, "path": "/", "document": there, "tags": OWN, **more}


def log_group(name="/ecs/team", days=30, **more):
    return {"name": name, "retention_in_days": days, "tags": OWN_REGIONAL, **more}


def state_machine(**more):
    return {
        "name": "team-guard",
        "role_arn": GUARD_ROLE,
        "partition": "aws",
        "tags": OWN_REGIONAL,
        **more,
    }


def found_state_machine(**more):
    return {
        "name": "team-guard",
        "arn": "arn:aws:states:eu-west-1:123456789012:stateMachine:team-guard",
        "role_arn": GUARD_ROLE,
        "definition": definition("aws"),
        "is_going": False,
        "tags": OWN_REGIONAL,
        **more,
    }


def parts(roles=(), policies=(), log_groups=(), state_machines=()):
    return Parts.of(
        {
            "roles": roles,
            "policies": policies,
            "log_groups": log_groups,
            "state_machines": state_machines,
        }
    )


def guards(*state_machines):
    return parts(state_machines=state_machines)


def plan(wanted, found, **rules):
    return plan_foundation(wanted, found, FoundationRules("team", "eu-west-1", **rules))


EVERYTHING = parts([role()], [policy()], [log_group()])


class TestWriting:
    def test_what_is_right_needs_nothing(self):
        assert plan(EVERYTHING, EVERYTHING) == NOTHING

    def test_what_is_missing_is_made(self):
        group = {**log_group(), "exists": False, "retention_differs": True}
        assert plan(EVERYTHING, parts()) == {
            **NOTHING,
            "roles": [role()],
            "policies": [policy()],
            "log_groups": [group],
        }

    def test_what_is_taken_away_is_taken_away_after_the_batches(self):
        done = plan(parts([], [policy()]), parts([], [policy("team-task", "x", "y")]))
        assert done == {**NOTHING, "narrowed_policies": [policy()]}

    def test_other_tags_stay_where_they_are_not_purged(self):
        there = policy(tags={**OWN, "other": "x"})
        assert plan(parts([], [policy()]), parts([], [there]), purge_tags=False) == NOTHING
        assert plan(parts([], [policy()]), parts([], [there]))["policies"] == [policy()]


class TestLogGroups:
    @pytest.mark.parametrize(
        ("there", "differs"),
        [
            ({"retention_in_days": 7}, True),
            ({"retention_in_days": None}, True),
            ({"tags": {**OWN_REGIONAL, "other": "x"}}, False),
        ],
    )
    def test_one_of_ours_that_differs_is_written(self, there, differs):
        (written,) = plan(EVERYTHING, parts([role()], [policy()], [log_group(**there)]))[
            "log_groups"
        ]
        assert (written["exists"], written["retention_differs"]) == (True, differs)

    @pytest.mark.parametrize("tags", [{}, {"batchwork:owner": "others"}])
    def test_one_of_somebody_else_is_used_as_it_is(self, tags):
        there = log_group(days=None, tags=tags)
        assert plan(parts([], [], [log_group()]), parts([], [], [there])) == NOTHING

    def test_one_of_nobody_is_taken_over_where_that_is_asked_for(self):
        there = parts([], [], [log_group(days=None, tags={})])
        done = plan(parts([], [], [log_group()]), there, adopt=True)
        assert [each["name"] for each in done["log_groups"]] == ["/ecs/team"]

    def test_a_retention_that_the_account_rules_is_left_alone(self):
        there = log_group(days=90, retention_policy_name="all")
        assert plan(parts([], [], [log_group()]), parts([], [], [there])) == NOTHING

    def test_for_ever_is_no_number(self):
        there = log_group(days=None)
        assert plan(parts([], [], [log_group(days=0)]), parts([], [], [there])) == NOTHING


class TestStateMachines:
    def test_one_that_is_right_needs_nothing(self):
        assert plan(guards(state_machine()), guards(found_state_machine())) == NOTHING

    def test_one_that_is_missing_is_made(self):
        assert plan(guards(state_machine()), guards()) == {
            **NOTHING,
            "state_machines": [state_machine()],
        }

    @pytest.mark.parametrize(
        "there",
        [
            {"role_arn": "arn:aws:iam::123456789012:role/other"},
            {"definition": {"StartAt": "Other"}},
            {"definition": "no JSON"},
            {"tags": {**OWN_REGIONAL, "other": "x"}},
        ],
    )
    def test_one_of_ours_that_differs_is_written(self, there):
        done = plan(guards(state_machine()), guards(found_state_machine(**there)))
        assert done == {**NOTHING, "state_machines": [state_machine()]}

    def test_other_tags_stay_where_they_are_not_purged(self):
        there = found_state_machine(tags={**OWN_REGIONAL, "other": "x"})
        assert plan(guards(state_machine()), guards(there), purge_tags=False) == NOTHING

    @pytest.mark.parametrize("adopt", [True, False])
    def test_another_owners_is_refused_always(self, adopt):
        there = found_state_machine(tags={"batchwork:owner": "others"})
        (told,) = plan(guards(state_machine()), guards(there), adopt=adopt)["refusals"]
        assert told == (
            "The state machine team-guard belongs to the owner others: bring one along with"
            " scheduled_batches_guard_state_machine_arn."
        )

    def test_what_is_nobodys_is_refused_or_taken_over(self):
        there = guards(found_state_machine(tags={}))
        (told,) = plan(guards(state_machine()), there)["refusals"]
        assert "exists and does not carry the tag batchwork:owner=team" in told
        taken = plan(guards(state_machine()), there, adopt=True)
        assert taken == {**NOTHING, "state_machines": [state_machine()]}

    def test_one_that_is_being_deleted_cannot_be_made_yet(self):
        there = guards(found_state_machine(is_going=True, tags={}))
        (told,) = plan(guards(state_machine()), there)["refusals"]
        assert told == "The state machine team-guard is being deleted: wait until it is gone."

    @pytest.mark.parametrize(
        ("tags", "prune", "gone"),
        [
            (OWN_REGIONAL, True, ["team-guard"]),
            (OWN_REGIONAL, False, []),
            ({"batchwork:owner": "others"}, True, []),
            ({}, True, []),
        ],
    )
    def test_only_one_of_ours_goes_and_only_where_that_is_asked_for(self, tags, prune, gone):
        done = plan(guards(), guards(found_state_machine(tags=tags)), prune=prune)
        assert done == {**NOTHING, "surplus_state_machines": gone}


class TestForeign:
    @pytest.mark.parametrize(
        ("tags", "told"),
        [
            (
                {"batchwork:owner": "others", "batchwork:region": "eu-west-1"},
                "belongs to the owner others in eu-west-1: ",
            ),
            (
                {"batchwork:owner": "team", "batchwork:region": "us-east-1"},
                "belongs to the owner team in us-east-1: ",
            ),
            ({"batchwork:owner": "others"}, "belongs to the owner others: "),
            ({}, "exists and does not carry the tag batchwork:owner=team: "),
        ],
    )
    def test_it_is_refused_with_the_remedy(self, tags, told):
        there = parts([role(tags=tags)], [policy(tags=tags)])
        refusals = plan(EVERYTHING, there)["refusals"]
        assert [each.partition(told)[0] for each in refusals] == [
            "The role team-task ",
            "The policy team-task ",
        ]
        assert "bring it along by its ARN" in refusals[0]
        assert "choose another name for the role" in refusals[1]

    def test_what_is_nobodys_is_taken_over_where_that_is_asked_for(self):
        there = parts([role(tags={})], [policy(tags={})])
        assert plan(EVERYTHING, there, adopt=True)["refusals"] == []

    def test_another_owners_is_refused_always(self):
        there = parts([role(tags={"batchwork:owner": "others"})])
        assert plan(EVERYTHING, there, adopt=True)["refusals"]

    def test_a_path_cannot_be_changed(self):
        (told,) = plan(EVERYTHING, parts([role(path="/old/")]))["refusals"]
        assert "exists with the path /old/, which IAM cannot change to /: " in told


class TestSurplus:
    def test_volumes_that_are_empty_by_now_go(self):
        there = parts([role()], [policy(), policy("team-task+2"), policy("team-other+2")])
        done = plan(parts([role()], [policy()]), there)
        assert done["surplus_policies"] == ["team-task+2"]

    def test_a_role_that_the_run_speaks_of_goes_with_its_policy(self):
        there = parts([role(), role("team-old")], [policy(), policy("team-old")])
        known = frozenset({"team-task"})
        done = plan(parts(), there, known_names=known)
        assert (done["surplus_roles"], done["surplus_policies"]) == (["team-task"], ["team-task"])

    def test_everything_of_the_owners_goes_where_that_is_asked_for(self):
        done = plan(parts(), EVERYTHING, prune=True)
        assert (done["surplus_roles"], done["surplus_policies"]) == (["team-task"], ["team-task"])
        assert done["surplus_log_groups"] == []

    def test_log_groups_go_where_that_is_asked_for_too(self):
        done = plan(parts(), EVERYTHING, prune=True, remove_log_groups=True)
        assert done["surplus_log_groups"] == ["/ecs/team"]

    @pytest.mark.parametrize(
        "tags", [{}, {"batchwork:owner": "others"}, {**OWN, "batchwork:region": "us-east-1"}]
    )
    def test_what_is_not_ours_stays(self, tags):
        there = parts([role(tags=tags)], [policy(tags=tags)])
        assert plan(parts(), there, prune=True, remove_log_groups=True) == NOTHING
