# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's task definition: read, checked, and told about with the user's own paths."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    TASK_DEFINITION_OPTIONS,
    Description,
    describe_task_definition,
    tag_list,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import snake_case

REQUEST = input_shape("ecs", "RegisterTaskDefinition")


def describe(tags: Any = None, **options: Any) -> Description:
    given = {
        "family": "hello",
        "container_definitions": [{"name": "app", "image": "busybox", "memory": 64}],
        **options,
    }
    return describe_task_definition(given, REQUEST, tags, path=("batches", 0, "task_definition"))


def test_a_description_is_a_document_in_the_api_spelling_and_its_types():
    description = describe(cpu=256, enable_fault_injection="no", task_role_arn=None)
    description.refuse_errors()
    assert description.document == {
        "family": "hello",
        "containerDefinitions": [{"name": "app", "image": "busybox", "memory": 64}],
        "cpu": "256",
        "enableFaultInjection": False,
    }


def test_every_mistake_is_told_with_the_users_own_path():
    description = describe(
        container_definitions=[{"name": "app", "image": "x", "memory": 64, "essential": "perhaps"}],
        netwrk_mode="awsvpc",
    )
    with pytest.raises(InvalidDescription) as raised:
        description.refuse_errors()
    paths = [sentence.split(": ")[0] for sentence in raised.value.sentences]
    assert paths == [
        "batches[0].task_definition.netwrk_mode",
        "batches[0].task_definition.container_definitions[0].essential",
    ]


def test_tags_are_checked_with_the_definition_and_are_no_part_of_it():
    description = describe(tags={"aws:team": "a"})
    assert "tags" not in description.document
    with pytest.raises(InvalidDescription, match=r"batches\[0\].task_definition.tags"):
        description.refuse_errors()


def test_warnings_are_sentences_with_the_users_own_paths():
    containers = [
        {
            "name": "app",
            "image": "busybox",
            "memory": 64,
            "environment": {"DB_PASSWORD": "hunter2"},
        }
    ]
    description = describe(container_definitions=containers)
    description.refuse_errors()
    (warning,) = description.warnings()
    assert warning.startswith(
        "batches[0].task_definition.container_definitions[0].environment.DB_PASSWORD: "
    )
    assert "hunter2" not in warning


def test_the_options_are_members_of_the_request():
    assert set(TASK_DEFINITION_OPTIONS) <= {snake_case(member) for member in REQUEST.members}


def test_tags_as_ecs_writes_them():
    assert tag_list({"a": 1, 2: "b"}) == [{"key": "a", "value": "1"}, {"key": "2", "value": "b"}]
    assert tag_list(None) == []


def test_mistakes_in_tags_are_told_at_their_keys():
    with pytest.raises(InvalidDescription, match=r"^batches\[0\].task_definition.tags.team: "):
        describe(tags={"team": "a{b}"}).refuse_errors()
