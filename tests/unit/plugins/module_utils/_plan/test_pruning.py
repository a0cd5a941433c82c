# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an owner has and nobody declares: by tags and groups, never by names."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.pruning import (
    Orphan,
    own_target_of,
    owned_groups,
    too_many,
    undeclared_revisions,
    undeclared_rules,
)

BATCH, OWNER = "batchwork:batch", "batchwork:owner"
OURS = {OWNER: "ours", BATCH: "old"}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:123456789012:{resource}"


def rule(name: str) -> str:
    return arn("events", f"rule/{name}")


def revision(name: str) -> str:
    return arn("ecs", f"task-definition/{name}")


@pytest.mark.parametrize(
    ("tags", "is_found"),
    [
        (OURS, True),
        ({**OURS, "team": "x"}, True),
        ({OWNER: "ours"}, False),
        ({BATCH: "old"}, False),
        ({OWNER: "theirs", BATCH: "old"}, False),
        ({OWNER: "ours", BATCH: "declared"}, False),
        ({}, False),
    ],
)
def test_a_rule_is_undeclared_with_the_owner_s_tag_and_that_of_an_undeclared_batch(tags, is_found):
    found = undeclared_rules({rule("old"): tags}, "ours", ["declared"])
    assert found == ({"old": rule("old")} if is_found else {})


@pytest.mark.parametrize(
    "other",
    [
        rule("declared"),
        rule("bus/old"),
        revision("old:1"),
        arn("scheduler", "schedule-group/old"),
        "old",
    ],
)
def test_what_is_declared_on_another_bus_or_no_rule_is_none(other):
    assert undeclared_rules({other: OURS}, "ours", ["declared"]) == {}


def test_groups_are_the_owner_s_by_their_tag():
    groups = {
        arn("scheduler", "schedule-group/nightly"): {OWNER: "ours"},
        arn("scheduler", "schedule-group/ours"): {OWNER: "theirs"},
        arn("scheduler", "schedule-group/any"): {},
        rule("ours"): OURS,
    }
    assert owned_groups(groups, "ours") == ["nightly"]


def test_revisions_are_undeclared_with_their_family_and_count_as_their_batch():
    tags = {
        revision("old:1"): OURS,
        revision("old:2"): OURS,
        revision("shared:1"): {OWNER: "ours"},
        revision("declared:1"): OURS,
        revision("theirs:1"): {OWNER: "theirs"},
        rule("old"): OURS,
    }
    assert undeclared_revisions(tags, "ours", ["declared"]) == {
        "old": {revision("old:1"): "old", revision("old:2"): "old"},
        "shared": {revision("shared:1"): "shared"},
    }


@pytest.mark.parametrize(
    ("ids", "own"),
    [
        ([], "hello"),
        (["hello"], "hello"),
        (["hello", "theirs"], "hello"),
        (["mine"], "mine"),
        (["mine", "theirs"], None),
    ],
)
def test_the_own_target_has_the_rule_s_name_or_is_the_only_one(ids, own):
    assert own_target_of("hello", ObservedTargets(tuple({"Id": each} for each in ids))) == own


def orphan(batch: str, kind: str = "rule") -> Orphan:
    return Orphan(kind, f"{batch}-{kind}", "arn", batch, ())


def test_deletions_are_counted_by_batch():
    orphans = [orphan("a"), orphan("a", "task_definition"), orphan("b")]
    assert too_many(orphans, 2) is None
    assert too_many([], 0) is None
    assert too_many(orphans, 1) == (
        "max_deletes: prune would remove 2 batches, and 1 are allowed: a, b. Raise max_deletes if"
        " that is meant."
    )


def test_a_long_list_is_cut_off():
    told = too_many([orphan(f"b{number:02}") for number in range(60)], 10)
    assert "b49 and 10 more. Raise" in told


def test_results_tell_the_group_of_a_schedule_only():
    scheduled = Orphan("schedule", "a", "arn", "a", (), group_name="ours")
    assert scheduled.as_result() == {
        "kind": "schedule",
        "name": "a",
        "group_name": "ours",
        "arn": "arn",
        "error": None,
    }
    assert "group_name" not in orphan("a").as_result("denied")
    assert orphan("a").as_result("denied")["error"] == "denied"
