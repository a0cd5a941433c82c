# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for task definitions: a new revision where the content differs, tags in place otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
    plan_deregistration,
    plan_task_definition,
)

ARN = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello"
WRITTEN = {
    "family": "hello",
    "containerDefinitions": [{"name": "app", "image": "busybox", "command": []}],
    "volumes": [],
}
SENT = {"family": "hello", "containerDefinitions": [{"name": "app", "image": "busybox"}]}
NORMAL = {
    "family": "hello",
    "networkMode": "bridge",
    "containerDefinitions": [{"name": "app", "image": "busybox", "essential": True}],
}


def described(
    tags: dict[str, str] | None = None, image: str = "busybox"
) -> DescribedTaskDefinition:
    container = {"name": "app", "image": image, "essential": True, "cpu": 0, "environment": []}
    definition = {
        "taskDefinitionArn": f"{ARN}:7",
        "revision": 7,
        "status": "ACTIVE",
        "family": "hello",
        "containerDefinitions": [container],
        "networkMode": "bridge",
    }
    return DescribedTaskDefinition(definition, tags or {})


def wish(**options: Any) -> TaskDefinitionWish:
    return TaskDefinitionWish(WRITTEN, **options)


def register(**more: Any) -> Action:
    return Action("ecs", "RegisterTaskDefinition", {**SENT, **more})


def test_a_new_family_is_registered_with_its_tags():
    plan = plan_task_definition(None, wish(tags={"team": "a"}))
    assert plan.actions == (register(tags={"team": "a"}),)
    assert (plan.before, plan.after) == (None, {**NORMAL, "tags": {"team": "a"}})
    assert plan.facts == {"registers": True, "tags": {"team": "a"}}
    assert Change("family", None, "hello") in plan.changes
    assert Change("tags[team]", None, "a") in plan.changes


@pytest.mark.parametrize("tags", [None, {}])
def test_without_tags_none_are_sent(tags):
    assert plan_task_definition(None, wish(tags=tags)).actions == (register(),)


def test_the_same_content_needs_no_action():
    plan = plan_task_definition(described({"team": "a"}), wish())
    assert (plan.actions, plan.changes, plan.changed) == ((), (), False)
    assert plan.before == plan.after == {**NORMAL, "tags": {"team": "a"}}
    assert plan.facts == {"registers": False, "tags": {"team": "a"}}


def test_other_content_is_a_new_revision():
    plan = plan_task_definition(described(image="busybox:1"), wish())
    assert plan.actions == (register(),)
    assert plan.changes == (Change("containerDefinitions[app].image", "busybox:1", "busybox"),)


def test_a_new_revision_takes_over_tags_that_are_not_managed_but_not_aws_own():
    plan = plan_task_definition(described({"team": "a", "aws:x": "y"}, "busybox:1"), wish())
    assert plan.actions == (register(tags={"team": "a"}),)


def test_a_new_revision_with_aws_own_tags_only_sends_none():
    plan = plan_task_definition(described({"aws:x": "y"}, "busybox:1"), wish())
    assert plan.actions == (register(),)


def test_a_new_revision_has_the_wanted_tags():
    plan = plan_task_definition(described({"old": "x"}, "busybox:1"), wish(tags={"team": "b"}))
    assert plan.actions == (register(tags={"team": "b"}),)
    assert plan.changes[1:] == (Change("tags[old]", "x", None), Change("tags[team]", None, "b"))


def test_a_new_revision_keeps_other_tags_without_purging():
    observed = described({"old": "x"}, "busybox:1")
    plan = plan_task_definition(observed, wish(tags={"team": "b"}, purge_tags=False))
    assert plan.actions == (register(tags={"old": "x", "team": "b"}),)


def test_tags_alone_change_in_place():
    plan = plan_task_definition(described({"old": "x", "team": "a"}), wish(tags={"team": "b"}))
    assert plan.actions == (
        Action("ecs", "TagResource", {"resourceArn": f"{ARN}:7", "tags": {"team": "b"}}),
        Action("ecs", "UntagResource", {"resourceArn": f"{ARN}:7", "tagKeys": ["old"]}),
    )
    assert plan.facts == {"registers": False, "tags": {"team": "b"}}


def test_a_forced_revision_is_a_change_of_the_revision():
    plan = plan_task_definition(described(), wish(force_new_revision=True))
    assert plan.actions == (register(),)
    assert plan.changes == (Change("revision", 7, None),)


def test_a_forced_revision_whose_content_differs_is_reported_by_its_content():
    plan = plan_task_definition(described(image="busybox:1"), wish(force_new_revision=True))
    assert [change.path for change in plan.changes] == ["containerDefinitions[app].image"]


def test_deregistration_of_the_given_revisions():
    plan = plan_deregistration([f"{ARN}:6", f"{ARN}:7"])
    assert plan.actions == tuple(
        Action("ecs", "DeregisterTaskDefinition", {"taskDefinition": f"{ARN}:{revision}"})
        for revision in (6, 7)
    )
    assert plan.changes == tuple(
        Change(f"taskDefinitions[hello:{revision}].status", "ACTIVE", "INACTIVE")
        for revision in (6, 7)
    )
    assert (plan.before, plan.after) == ({"taskDefinitions": [f"{ARN}:6", f"{ARN}:7"]}, None)


def test_nothing_to_deregister():
    plan = plan_deregistration([])
    assert (plan.actions, plan.changes, plan.before) == ((), (), None)
