# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``ecs_task_definition_info`` on the emulator."""

from __future__ import annotations

from datetime import datetime

import pytest

NAME = "ecs_task_definition_info"
CONTAINER = {
    "name": "hello",
    "image": "busybox",
    "memory": 128,
    "environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "TOKEN", "value": "hunter22"}],
    "dockerLabels": {"com.example/Team": "finance"},
}


@pytest.fixture
def family(emulator, aws, run_module):
    """Two revisions; the first has another image and tags."""
    for image in ("busybox:1", "busybox:2"):
        aws("ecs").register_task_definition(
            family="hello",
            containerDefinitions=[{**CONTAINER, "image": image}],
            tags=[{"key": "costCenter", "value": "7"}],
        )
    emulator.clear_calls()
    return run_module


def test_the_latest_revision_in_snake_case_with_its_tags(family, emulator):
    result = family(NAME, {"family": "hello"})
    assert not result["changed"]
    definition = result["task_definition"]
    assert definition["task_definition_arn"].endswith(":task-definition/hello:2")
    assert (definition["family"], definition["revision"], definition["status"]) == (
        "hello",
        2,
        "ACTIVE",
    )
    (container,) = definition["container_definitions"]
    assert container["docker_labels"] == {"com.example/Team": "finance"}
    assert definition["tags"] == {"costCenter": "7"}
    assert datetime.fromisoformat(definition["registered_at"])
    assert [call.operation for call in emulator.calls] == ["DescribeTaskDefinition"]


def test_secrets_are_hidden(family):
    result = family(NAME, {"family": "hello"})
    assert "hunter22" not in str(result)
    (container,) = result["task_definition"]["container_definitions"]
    assert {"name": "TOKEN", "value": "VALUE_HIDDEN"} in container["environment"]
    assert {"name": "LOG_LEVEL", "value": "info"} in container["environment"]


def test_one_revision_also_where_it_is_inactive(family, aws):
    aws("ecs").deregister_task_definition(taskDefinition="hello:1")
    definition = family(NAME, {"family": "hello", "revision": 1})["task_definition"]
    assert (definition["revision"], definition["status"]) == (1, "INACTIVE")
    assert definition["container_definitions"][0]["image"] == "busybox:1"


@pytest.mark.parametrize("params", [{"family": "nothing"}, {"family": "hello", "revision": 9}])
def test_what_does_not_exist_is_no_failure(family, params):
    result = family(NAME, params)
    assert not result["failed"]
    assert result["task_definition"] is None


def test_denied_access_is_a_failure(family, emulator):
    emulator.deny("ecs:DescribeTaskDefinition")
    result = family(NAME, {"family": "hello"})
    assert result["failed"]
    assert "Failed describing the task definition hello: AWS answered AccessDenied" in result["msg"]
