# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the batches of a fleet need besides themselves."""

from __future__ import annotations

import json

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.needs import (
    fleet_needs,
    with_roles,
)

ROLE = "arn:aws:iam::123456789012:role/"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
POLICY = {"Version": "2012-10-17", "Statement": [READ]}
S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

DEFAULTS = {"cluster": "batch", "schedule": "rate(1 day)"}


def container(name="app", **more):
    return {"name": name, "image": "busybox", **more}


def definition(family="reports", *containers, **more):
    return {"family": family, "container_definitions": list(containers or [container()]), **more}


def logging(group, **options):
    return {"log_driver": "awslogs", "options": {"awslogs-group": group, **options}}


def batch(name="nightly", **options):
    return {"name": name, "task_definition": definition(), **options}


def needs(*batches, **defaults):
    return fleet_needs(list(batches), {**DEFAULTS, **defaults}, "team")


class TestTriggerRole:
    def test_no_batch_needs_no_role(self):
        found = fleet_needs([], {}, "team")
        assert not any(
            found[role]["needed"] for role in ("trigger_role", "execution_role", "task_role")
        )

    def test_what_a_batch_says_for_itself_counts_as_the_defaults_do(self):
        found = needs(batch(), batch("other", cluster="spot"))["trigger_role"]
        assert found == {
            "needed": True,
            "rules": True,
            "group_names": [],
            "clusters": ["batch", "spot"],
            "described": True,
            "named_families": [],
            "shared_roles": ["execution", "task"],
            "own_task_roles": [],
            "passed_roles": [],
            "tags_tasks": False,
            "state_machines": [],
            "dead_letter_queues": [],
            "kms_keys": [],
        }

    def test_a_guarded_batch_leaves_it_to_its_state_machine_to_run_tasks(self):
        machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:team-guard"
        own = {"cluster": "other", "task_tags": {"a": "b"}, "overrides": {"taskRoleArn": "x"}}
        guarded = batch("b", guard={"state_machine_arn": machine, "timeout": 60}, **own)
        found = needs(batch(), guarded)["trigger_role"]
        assert found == {**needs(batch())["trigger_role"], "state_machines": [machine]}

    @pytest.mark.parametrize(("trigger", "needed"), [("rule", False), ("scheduler", True)])
    def test_only_schedules_send_and_decrypt_as_the_role(self, trigger, needed):
        queue = "arn:aws:sqs:eu-west-1:123456789012:not-started"
        key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        keys = {"kms_key_arn": key} if needed else {}
        found = needs(batch(trigger=trigger, dead_letter_arn=queue, **keys))["trigger_role"]
        assert found["dead_letter_queues"] == ([queue] if needed else [])
        assert found["kms_keys"] == ([key] if needed else [])

    def test_schedules_are_in_the_owners_group_or_another(self):
        found = needs(
            batch(trigger="scheduler"), batch("b", trigger="scheduler", group_name="others")
        )
        assert found["trigger_role"]["group_names"] == ["others", "team"]
        assert not found["trigger_role"]["rules"]

    @pytest.mark.parametrize(
        ("named", "families"),
        [
            ("theirs", ["theirs"]),
            ("theirs:4", ["theirs"]),
            ("arn:aws:ecs:eu-west-1:123456789012:task-definition/theirs:4", ["theirs"]),
            ("reports", []),
        ],
    )
    def test_task_definitions_of_others_are_named(self, named, families):
        found = needs(batch(), batch("b", task_definition=named))["trigger_role"]
        assert found["named_families"] == families

    def test_only_named_ones_need_no_tag(self):
        assert not needs(batch(task_definition="theirs"))["trigger_role"]["described"]

    @pytest.mark.parametrize(
        "options",
        [
            {"task_definition": definition(execution_role_arn=f"{ROLE}x", taskRoleArn=f"{ROLE}y")},
            {"overrides": {"executionRoleArn": f"{ROLE}x", "task_role_arn": f"{ROLE}y"}},
            {"input": {"executionRoleArn": f"{ROLE}x", "taskRoleArn": f"{ROLE}y"}},
            {"input": f'{{"executionRoleArn": "{ROLE}x", "taskRoleArn": "{ROLE}y"}}'},
        ],
    )
    def test_roles_that_are_brought_along_have_to_be_passed(self, options):
        found = needs(batch(**options))["trigger_role"]
        assert found["passed_roles"] == [f"{ROLE}x", f"{ROLE}y"]

    @pytest.mark.parametrize("text", ["no JSON", "[1]"])
    def test_input_that_is_no_mapping_names_no_role(self, text):
        assert needs(batch(input=text))["trigger_role"]["passed_roles"] == []

    @pytest.mark.parametrize(
        "options",
        [
            {"enable_ecs_managed_tags": True},
            {"propagate_tags": "TASK_DEFINITION"},
            {"task_tags": {"a": "b"}},
        ],
    )
    def test_tagging_of_tasks_is_allowed_where_it_is_asked_for(self, options):
        assert needs(batch(**options))["trigger_role"]["tags_tasks"]

    @pytest.mark.parametrize("place", ["batch", "defaults"])
    def test_a_batch_that_brings_its_trigger_role_needs_none(self, place):
        own = {"role_arn": f"{ROLE}theirs"}
        found = needs(batch(**own)) if place == "batch" else needs(batch(), **own)
        assert not found["trigger_role"]["needed"]
        assert found["execution_role"]["needed"]

    def test_an_absent_batch_needs_nothing(self):
        found = needs({"name": "gone", "state": "absent"})
        assert not found["trigger_role"]["needed"]

    @pytest.mark.parametrize("wrong", [{"naem": "x"}, "text", {**batch(), "schedlue": "x"}])
    def test_a_batch_with_a_mistake_needs_nothing(self, wrong):
        assert not needs(wrong)["trigger_role"]["needed"]


class TestGuardRole:
    MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:team-guard"
    GUARD = {"timeout": 60}

    def found(self, *batches, **defaults):
        below = {**DEFAULTS, **defaults}
        return fleet_needs(list(batches), below, "team", self.MACHINE)

    def test_without_a_guard_none_is_needed(self):
        found = self.found(batch())
        assert not found["guard_role"]["needed"]
        assert found["guard_role"]["clusters"] == []

    def test_the_guard_runs_what_the_trigger_only_starts(self):
        guarded = batch("b", guard=self.GUARD, cluster="other", task_tags={"a": "b"})
        found = self.found(batch(task_definition="theirs"), guarded)
        assert found["guard_role"] == {
            "needed": True,
            "clusters": ["other"],
            "described": True,
            "named_families": [],
            "shared_roles": ["execution", "task"],
            "own_task_roles": [],
            "passed_roles": [],
            "tags_tasks": True,
        }
        trigger = found["trigger_role"]
        assert trigger["state_machines"] == [self.MACHINE]
        assert (trigger["clusters"], trigger["described"]) == (["batch"], False)
        assert (trigger["named_families"], trigger["shared_roles"]) == (["theirs"], [])

    def test_one_of_the_defaults_guards_every_batch_but_those_that_take_it_out(self):
        found = self.found(batch(), batch("b", guard={}, cluster="other"), guard=self.GUARD)
        assert found["guard_role"]["clusters"] == ["batch"]
        assert found["trigger_role"]["clusters"] == ["other"]

    def test_a_state_machine_that_a_batch_brings_along_is_not_the_fleets(self):
        other = self.MACHINE + "-2"
        found = self.found(batch(guard={**self.GUARD, "state_machine_arn": other}))
        assert not found["guard_role"]["needed"]
        assert found["trigger_role"]["state_machines"] == [other]

    def test_a_mistake_in_a_guard_is_left_to_the_module(self):
        for wrong in ("text", {"timeout": 1}):
            assert not self.found(batch(guard=wrong))["guard_role"]["needed"]

    def test_each_passes_the_task_roles_of_what_it_runs_only(self):
        own = [
            batch("a", task_definition=definition("a"), task_role_policy=POLICY),
            batch("b", task_role_policy=POLICY, guard=self.GUARD, task_definition=None),
            batch("c", task_definition="a", guard=self.GUARD),
        ]
        found = self.found(*own, task_definition=definition("shared"))
        # c runs the task definition in which the role of a stands.
        assert found["guard_role"]["own_task_roles"] == ["a", "b"]
        assert found["trigger_role"]["own_task_roles"] == ["a"]
        assert found["trigger_role"]["shared_roles"] == ["execution"]


class TestRolesOfTasks:
    def test_a_shared_definition_counts_once(self):
        found = needs(batch(), batch("other"))["execution_role"]
        assert found["containers"] == [{"image": "busybox"}]

    def test_values_of_variables_are_not_handed_on(self):
        secret = [{"name": "PASSWORD", "value": "hunter2"}]
        app = container(environment=secret, secrets=[{"name": "A", "valueFrom": "a"}])
        found = needs(batch(task_definition=definition("reports", app)))["execution_role"]
        assert found["containers"] == [
            {"image": "busybox", "secrets": [{"name": "A", "valueFrom": "a"}]}
        ]

    @pytest.mark.parametrize("spelling", ["container_overrides", "containerOverrides"])
    def test_environment_files_of_overrides_count(self, spelling):
        files = [{"type": "s3", "value": "arn:aws:s3:::a/b.env"}]
        entries = [
            {"name": "app", "environmentFiles": files, "command": ["x"]},
            {"name": "app"},
        ]
        found = needs(batch(overrides={spelling: entries}))["execution_role"]
        assert found["overrides"] == {"containerOverrides": [{"environmentFiles": files}]}

    def test_a_definition_with_its_own_execution_role_needs_nothing_of_ours(self):
        own = definition(executionRoleArn=f"{ROLE}x")
        found = needs(batch(task_definition=own))["execution_role"]
        assert found == {
            "needed": False,
            "containers": [],
            "overrides": {"containerOverrides": []},
        }

    @pytest.mark.parametrize("shell", [True, False])
    def test_the_task_role_is_for_those_that_bring_none(self, shell):
        others = batch("b", task_definition=definition("b", task_role_arn=f"{ROLE}y"))
        found = needs(
            batch(enable_execute_command=shell), {**others, "enable_execute_command": True}
        )
        assert found["task_role"] == {"needed": True, "enable_execute_command": shell}

    def test_log_groups_are_told_by_region(self):
        app = container(log_configuration=logging("/a"))
        far = container("b", logConfiguration={**logging("/b", **{"awslogs-region": "eu-west-1"})})
        far["logConfiguration"]["logDriver"] = far["logConfiguration"].pop("log_driver")
        syslog = container("c", log_configuration={"log_driver": "syslog"})
        found = needs(batch(task_definition=definition("reports", app, far, syslog)))
        assert found["log_groups"] == {"": ["/a"], "eu-west-1": ["/b"]}

    def test_containers_that_are_no_list_are_left_to_the_module(self):
        found = needs(batch(task_definition={"family": "x", "container_definitions": "text"}))
        assert found["execution_role"]["containers"] == []


class TestOwnTaskRoles:
    @pytest.mark.parametrize("policy", [POLICY, '{"Statement": [%s]}', {"Statement": READ}])
    def test_a_batch_may_ask_for_its_own(self, policy):
        given = policy % json.dumps(READ) if isinstance(policy, str) else policy
        found = needs(
            batch(task_role_policy=given, task_role_managed_policies=[S3]), batch("other")
        )
        assert found["own_task_roles"] == [
            {
                "batch": "nightly",
                "needed": True,
                "statements": [READ],
                "managed_policies": [S3],
                "enable_execute_command": False,
            }
        ]
        assert found["task_role"]["needed"]  # for the other
        assert found["mistakes"] == []

    def test_one_of_an_absent_batch_is_known_and_not_needed(self):
        found = needs({"name": "gone", "state": "absent", "task_role_policy": POLICY})
        assert [(each["batch"], each["needed"]) for each in found["own_task_roles"]] == [
            ("gone", False)
        ]
        assert found["mistakes"] == []

    @pytest.mark.parametrize(
        ("options", "mistake"),
        [
            (
                {"task_role_policy": "no JSON"},
                "batches[0] (nightly).task_role_policy: 'no JSON' is not allowed; use an IAM policy"
                ' document with at least one statement in "Statement".',
            ),
            (
                {"task_role_policy": {"Statement": []}},
                "batches[0] (nightly).task_role_policy: a mapping with 'Statement' is not all",
            ),
            (
                {"task_role_managed_policies": "x"},
                "batches[0] (nightly).task_role_managed_policies: 'x' is no list; use a list of",
            ),
            (
                {"task_role_managed_policies": [S3, "ReadOnly"]},
                "batches[0] (nightly).task_role_managed_policies[1]: 'ReadOnly' is not allowed;",
            ),
            (
                {"task_role_policy": POLICY, "overrides": {"task_role_arn": f"{ROLE}y"}},
                "batches[0] (nightly).task_role_policy: the batch also brings along a task role",
            ),
            (
                {"task_role_policy": POLICY, "task_definition": None, "input": "{}"},
                "batches[0] (nightly).task_role_policy: the task definition is shared, so that",
            ),
        ],
    )
    def test_mistakes_are_told_with_their_place(self, options, mistake):
        found = needs(batch(**options), task_definition=definition("shared"))
        assert [each[: len(mistake)] for each in found["mistakes"]] == [mistake]


class TestWithRoles:
    ROLES = {"execution": f"{ROLE}execution", "task": f"{ROLE}task"}
    KEYS = {"execution_role_arn": f"{ROLE}execution", "task_role_arn": f"{ROLE}task"}

    def put_in(self, *batches, own=None, **defaults):
        return with_roles(list(batches), {**DEFAULTS, **defaults}, self.ROLES, own or {})

    def test_a_definition_without_roles_gets_them(self):
        assert self.put_in(batch()) == [batch(task_definition=definition(**self.KEYS))]

    def test_one_of_the_defaults_gets_them_through_the_batch(self):
        (done,) = self.put_in({"name": "a"}, task_definition=definition())
        assert done == {"name": "a", "task_definition": self.KEYS}

    @pytest.mark.parametrize(
        "own", [{"executionRoleArn": "x", "task_role_arn": ""}, {"execution_role_arn": "x"}]
    )
    def test_what_a_definition_says_itself_stays(self, own):
        (done,) = self.put_in(batch(task_definition=definition(**own)))
        assert {**done["task_definition"], **own} == done["task_definition"]
        assert len([key for key in done["task_definition"] if "xecution" in key]) == 1

    @pytest.mark.parametrize(
        "as_it_is", [batch(task_definition="theirs"), {"name": "a", "state": "absent"}, "text"]
    )
    def test_what_needs_no_role_stays_as_it_is(self, as_it_is):
        assert self.put_in(as_it_is) == [as_it_is]

    def test_its_own_task_role_stands_in_its_own_definition(self):
        (done,) = self.put_in(batch(task_role_policy=POLICY), own={"nightly": f"{ROLE}own"})
        assert done == batch(
            task_definition=definition(**{**self.KEYS, "task_role_arn": f"{ROLE}own"})
        )

    def test_it_stands_in_the_overrides_where_the_definition_is_shared(self):
        shared = definition("shared")
        overrides = {"cpu": "512"}
        (done,) = self.put_in(
            {"name": "a", "task_role_policy": POLICY, "overrides": overrides},
            own={"a": f"{ROLE}own"},
            task_definition=shared,
        )
        assert done == {
            "name": "a",
            "overrides": {"cpu": "512", "task_role_arn": f"{ROLE}own"},
            "task_definition": self.KEYS,
        }

    def test_a_guard_gets_the_fleets_state_machine_where_it_names_none(self):
        own = {"timeout": 60, "state_machine_arn": "arn:own"}
        batches = [{"name": "a"}, {"name": "b", "guard": {}}, {"name": "c", "guard": own}]
        given = [*batches, {"name": "d", "guard": {"retries": 1}}, {"name": "e", "guard": "text"}]
        below = {**DEFAULTS, "guard": {"timeout": 90}}
        done = with_roles(given, below, {}, {}, "arn:fleet")
        assert [each.get("guard") for each in done] == [
            {"state_machine_arn": "arn:fleet"},
            {},
            own,
            {"retries": 1, "state_machine_arn": "arn:fleet"},
            "text",
        ]
        assert with_roles(given, below, {}, {}) == given

    def test_nothing_given_is_changed(self):
        given = batch(task_role_policy=POLICY)
        self.put_in(given, own={"nightly": f"{ROLE}own"})
        assert given == batch(task_role_policy=POLICY)
