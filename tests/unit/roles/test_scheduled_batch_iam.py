# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which roles and policies the role writes, and in which order, from those that its one look
found."""

from __future__ import annotations

import copy
from typing import Any

import pytest

NOTHING: dict[str, Any] = {"roles": [], "policies": [], "log_groups": []}
WANTED = [
    f"__scheduled_batch_{what}" for what in ("policy_path", "wanted_policies", "wanted_roles")
]
SERVICES = {"rule": "events.amazonaws.com", "scheduler": "scheduler.amazonaws.com"}
START, RUN = "states:StartExecution", "ecs:RunTask"
GUARD = {"timeout": 600, "overlap": "skip", "retries": 1}
OWN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:hello-guard"
OTHER = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:shared"
REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"


def image(repository: str, name: str = "hello") -> dict[str, str]:
    """A container definition with an image of the repository."""
    return {"name": name, "image": f"{REGISTRY}/{repository}:1"}


def services(document: dict[str, Any]) -> list[str]:
    return [statement["Principal"]["Service"] for statement in document["Statement"]]


def starts(document: dict[str, Any]) -> set[str]:
    """What a trigger's policy lets it start."""
    return {START, RUN} & {statement["Action"] for statement in document["Statement"]}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def runs(document: dict[str, Any]) -> set[tuple[str, str]]:
    """The task definitions that a trigger's policy lets it run, each with the cluster."""
    return {
        (arn, statement["Condition"]["ArnEquals"]["ecs:cluster"])
        for statement in document["Statement"]
        if statement["Action"] == RUN
        for arn in as_list(statement["Resource"])
    }


def repositories(document: dict[str, Any]) -> set[str]:
    """Those that an execution role's policy lets it pull from."""
    (pull,) = (each for each in document["Statement"] if each.get("Sid") == "PullImages")
    return {arn.rpartition("/")[2] for arn in pull["Resource"]}


def as_deployed(evaluate, **options) -> dict[str, Any]:
    """Roles and policies as the role leaves them."""
    wanted = evaluate(f"[{', '.join(WANTED)}]", put_by=True, **options)
    policy_path, policies, roles = wanted
    return {
        **NOTHING,
        "policies": [{**part, "arn": policy_path + part["name"], "path": "/"} for part in policies],
        "roles": [{**part, "permissions_boundary": None, "path": "/"} for part in roles],
    }


@pytest.fixture(scope="module")
def deployed(evaluate) -> dict[str, Any]:
    """Everything as the role makes it."""
    return as_deployed(evaluate)


def written(evaluate, found, **options) -> dict[str, list[dict[str, Any]]]:
    """What is written before the trigger is changed, and what after it."""
    plan: dict[str, list[dict[str, Any]]] = evaluate(
        "__scheduled_batch_iam_compared", put_by=True, found=found, **options
    )
    return plan


def differing(evaluate, found, **options) -> tuple[list[str], list[str]]:
    """The names of the policies and of the roles that are written before the trigger."""
    plan = written(evaluate, found, **options)
    policies, roles = ([part["name"] for part in plan[kind]] for kind in ("policies", "roles"))
    return policies, roles


def names(evaluate, *keys) -> list[str]:
    known = evaluate("__scheduled_batch_role_names")
    return [known[key] for key in keys]


def changed(found, kind, index, **changes):
    other = copy.deepcopy(found)
    other[kind][index] |= changes
    return other


def test_in_an_empty_account_all_are_written(evaluate):
    policies, roles = differing(evaluate, NOTHING)
    assert policies == names(evaluate, *evaluate("__scheduled_batch_policies_in_use")) != []
    assert roles == names(evaluate, "execution", "task", "trigger")


def test_what_is_as_it_shall_be_is_not_written(evaluate, deployed):
    assert written(evaluate, deployed) == {
        "policies": [],
        "roles": [],
        "narrowed_policies": [],
        "narrowed_roles": [],
    }


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("policies", {"document": {"Version": "2012-10-17", "Statement": []}}),
        ("policies", {"tags": {}}),
        ("roles", {"trust": {"Version": "2012-10-17", "Statement": []}}),
        ("roles", {"description": None}),
        ("roles", {"policies": []}),
        ("roles", {"tags": {}}),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_only_what_differs_is_written(evaluate, deployed, kind, changes):
    last = len(deployed[kind]) - 1
    policies, roles = differing(evaluate, changed(deployed, kind, last, **changes))
    trigger = names(evaluate, "trigger")
    assert (policies, roles) == ((trigger, []) if kind == "policies" else ([], trigger))


@pytest.mark.parametrize("purge_tags", [True, False])
def test_further_tags_count_where_they_are_purged(evaluate, deployed, purge_tags):
    tags = {**deployed["roles"][0]["tags"], "team": "reports"}
    found = changed(changed(deployed, "roles", 0, tags=tags), "policies", 0, tags=tags)
    policies, roles = differing(evaluate, found, purge_tags=purge_tags)
    changing = (names(evaluate, "trigger"), names(evaluate, "execution"))
    assert (policies, roles) == (changing if purge_tags else ([], []))


def test_a_boundary_counts_only_where_one_is_asked_for(evaluate, deployed):
    boundary = "arn:aws:iam::123456789012:policy/limit"
    bound = changed(deployed, "roles", 0, permissions_boundary=boundary)
    assert differing(evaluate, bound)[1] == []
    _policies, roles = differing(evaluate, deployed, permissions_boundary=boundary)
    assert roles == names(evaluate, "execution", "task", "trigger")


class TestWhileTheBatchChanges:
    """A run that begins in these seconds is still one of the old revision, and comes from the old
    trigger."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [("rule", "scheduler"), ("scheduler", "rule")],
    )
    def test_the_role_trusts_both_services_until_the_trigger_is_the_new_one(
        self, evaluate, before, after
    ):
        found = as_deployed(evaluate, trigger=before)
        plan = written(evaluate, found, trigger=after)
        (meanwhile,), (in_the_end,) = plan["roles"], plan["narrowed_roles"]
        assert services(meanwhile["trust"]) == [SERVICES[after], SERVICES[before]]
        assert services(in_the_end["trust"]) == [SERVICES[after]]
        found["roles"][-1] = {**found["roles"][-1], "trust": meanwhile["trust"]}
        again = written(evaluate, found, trigger=after)
        assert (again["roles"], again["narrowed_roles"]) == ([], [in_the_end])

    @pytest.mark.parametrize(
        ("before", "after", "meanwhile", "in_the_end"),
        [
            ({}, {"guard": GUARD}, {START, RUN}, {START}),
            ({"guard": GUARD}, {}, {START, RUN}, {RUN}),
            ({"trigger": "rule"}, {"guard": GUARD, "trigger": "scheduler"}, {START, RUN}, {START}),
        ],
    )
    def test_what_the_old_trigger_starts_stays_allowed_until_it_is_the_new_one(
        self, evaluate, before, after, meanwhile, in_the_end
    ):
        found = as_deployed(evaluate, **before)
        plan = written(evaluate, found, **after)
        (narrowed,) = plan["narrowed_policies"]
        (first,) = (part for part in plan["policies"] if part["name"] == narrowed["name"])
        assert starts(first["document"]) == meanwhile
        assert starts(narrowed["document"]) == in_the_end

    def test_one_state_machine_takes_the_place_of_another(self, evaluate):
        found = as_deployed(evaluate, guard=GUARD)
        plan = written(evaluate, found, guard=GUARD, guard_state_machine_arn=OTHER)
        (narrowed,) = plan["narrowed_policies"]
        (first,) = plan["policies"]
        assert first["document"]["Statement"][0]["Resource"] == [OTHER, OWN]
        assert narrowed["document"]["Statement"][0]["Resource"] == OTHER

    @pytest.mark.parametrize(
        "changes",
        [{"cluster": "other"}, {"family": "other"}],
        ids=["another cluster", "another family"],
    )
    def test_what_the_old_trigger_runs_stays_allowed(self, evaluate, deployed, changes):
        plan = written(evaluate, deployed, **changes)
        (narrowed,) = plan["narrowed_policies"]
        (first,) = (part for part in plan["policies"] if part["name"] == narrowed["name"])
        (old,) = (part for part in deployed["policies"] if part["name"] == narrowed["name"])
        assert runs(first["document"]) == runs(old["document"]) | runs(narrowed["document"])
        assert runs(old["document"]) != runs(narrowed["document"])

    @pytest.mark.parametrize(
        ("before", "after", "meanwhile"),
        [
            ([image("old")], [image("new")], {"old", "new"}),
            ([image("new"), image("old", "side")], [image("new")], {"old", "new"}),
            ([image("new")], [image("new"), image("other", "side")], {"new", "other"}),
        ],
        ids=["another image", "one container less", "one more"],
    )
    def test_old_images_stay_allowed_until_the_trigger_starts_the_new_ones(
        self, evaluate, before, after, meanwhile
    ):
        found = as_deployed(evaluate, container_definitions=before)
        plan = written(evaluate, found, container_definitions=after)
        # Where the old ones include the new ones, nothing has to be written first.
        first = (plan["policies"] or found["policies"])[0]
        assert repositories(first["document"]) == meanwhile
        for narrowed in plan["narrowed_policies"]:
            assert repositories(narrowed["document"]) == {"new"}
        assert bool(plan["narrowed_policies"]) is ("old" in meanwhile)

    def test_a_policy_that_is_taken_over_keeps_nothing_of_what_it_allowed(self, evaluate, deployed):
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        foreign = changed(deployed, "policies", -1, document={"Statement": [everything]}, tags={})
        plan = written(evaluate, {**foreign, "roles": []}, adopt=True)
        (taken_over,) = plan["policies"]
        assert everything not in taken_over["document"]["Statement"]
        assert plan["narrowed_policies"] == []


def refusals(evaluate, found):
    return evaluate("__scheduled_batch_refusals", found=found)


def test_a_policy_of_somebody_else_s_is_refused_unless_a_role_of_the_batch_has_it(
    evaluate, deployed
):
    foreign = changed(deployed, "policies", 0, tags={})
    assert refusals(evaluate, foreign) == []
    alone = {**foreign, "roles": []}
    (refused,) = refusals(evaluate, alone)
    assert refused.startswith(f"The policy {foreign['policies'][0]['name']} exists and does not")


def test_a_role_of_another_batch_is_refused(evaluate, deployed):
    tags = {**deployed["roles"][0]["tags"], "batchwork:batch": "other"}
    (refused,) = refusals(evaluate, changed(deployed, "roles", 0, tags=tags))
    assert "belongs to the batch other" in refused


def test_a_policy_that_has_the_name_of_a_role_is_not_taken_for_one(evaluate, deployed):
    assert {role["name"] for role in deployed["roles"]} >= {
        policy["name"] for policy in deployed["policies"]
    }
    found = {**deployed, "roles": []}
    assert evaluate("__scheduled_batch_found_roles", found=found) == []


def told_mistakes(evaluate, **options) -> list[str]:
    told: list[str] = evaluate(
        "__scheduled_batch_mistakes | selectattr('found') | map(attribute='message')", **options
    )
    return told


class TestMistakes:
    @pytest.mark.parametrize("name", ["hello-task", "Hello-Task"])
    def test_policies_with_one_name_are_told(self, evaluate, name):
        options = {"execution_policy_name": name, "task_policy_name": "hello-task"}
        (told,) = told_mistakes(evaluate, **options)
        assert f"{name}, hello-task, " in told
        assert told.endswith("Each role of the batch has a policy of its own.")

    @pytest.mark.parametrize(
        ("policy", "told"),
        [
            ("no JSON", "scheduled_batch_task_role_policy: 'no JSON' is not allowed; use an IAM"),
            ({"Statement": [{}]}, "scheduled_batch_task_role_policy.Statement[0].Effect: null"),
        ],
    )
    def test_a_policy_that_iam_would_refuse_is_told(self, evaluate, policy, told):
        (found,) = told_mistakes(evaluate, task_role_policy=policy)
        assert found.startswith(told)

    def test_a_policy_that_is_too_long_is_told(self, evaluate):
        arns = [f"arn:aws:s3:::{number:050}/*" for number in range(100)]
        read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": arns}
        told = evaluate("__scheduled_batch_too_long_policies", task_role_policy={"Statement": read})
        assert [sentence.partition(" is longer than ")[0] for sentence in told] == [
            "The policy hello-ap-northeast-1-task"
        ]
        assert evaluate("__scheduled_batch_too_long_policies") == []
