# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which roles and policies the role writes, from those that its one look found."""

from __future__ import annotations

import copy
from typing import Any

import pytest

NOTHING: dict[str, Any] = {"roles": [], "policies": [], "log_groups": []}


@pytest.fixture(scope="module")
def deployed(evaluate) -> dict[str, Any]:
    """Everything as the role makes it."""
    names = evaluate("__scheduled_batch_policy_names")
    documents = evaluate("__scheduled_batch_documents")
    wishes = evaluate("__scheduled_batch_role_wishes")
    tags = evaluate("__scheduled_batch_iam_tags")
    place = {"path": "/", "tags": tags}
    return {
        **NOTHING,
        "policies": [
            {
                "name": names[key],
                "arn": evaluate("__scheduled_batch_policy_path") + names[key],
                "document": documents[key],
                **place,
            }
            for key in evaluate("__scheduled_batch_policies_in_use")
        ],
        "roles": [
            {
                "name": evaluate("__scheduled_batch_role_names")[key],
                "description": wishes[key]["description"],
                "trust": wishes[key]["trust"],
                "policies": wishes[key]["policies"],
                "permissions_boundary": None,
                **place,
            }
            for key in evaluate("__scheduled_batch_made_roles")
        ],
    }


def differing(evaluate, found, **options):
    return tuple(
        evaluate(f"__scheduled_batch_differing_{kind}", found=found, **options)
        for kind in ("policies", "roles")
    )


def changed(found, kind, index, **changes):
    other = copy.deepcopy(found)
    other[kind][index] |= changes
    return other


def test_in_an_empty_account_all_are_written(evaluate):
    policies, roles = differing(evaluate, NOTHING)
    assert policies == evaluate("__scheduled_batch_policies_in_use") != []
    assert roles == ["execution", "task", "trigger"]


def test_what_is_as_it_shall_be_is_not_written(evaluate, deployed):
    assert differing(evaluate, deployed) == ([], [])


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
    assert (policies, roles) == ((["trigger"], []) if kind == "policies" else ([], ["trigger"]))


@pytest.mark.parametrize("purge_tags", [True, False])
def test_further_tags_count_where_they_are_purged(evaluate, deployed, purge_tags):
    tags = {**deployed["roles"][0]["tags"], "team": "reports"}
    found = changed(changed(deployed, "roles", 0, tags=tags), "policies", 0, tags=tags)
    policies, roles = differing(evaluate, found, purge_tags=purge_tags)
    assert (policies, roles) == ((["trigger"], ["execution"]) if purge_tags else ([], []))


def test_a_boundary_counts_only_where_one_is_asked_for(evaluate, deployed):
    boundary = "arn:aws:iam::123456789012:policy/limit"
    bound = changed(deployed, "roles", 0, permissions_boundary=boundary)
    assert differing(evaluate, bound)[1] == []
    assert differing(evaluate, deployed, permissions_boundary=boundary)[1] == [
        "execution",
        "task",
        "trigger",
    ]


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
