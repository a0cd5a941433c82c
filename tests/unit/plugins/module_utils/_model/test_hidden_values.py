# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places of values that results hide."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._model.hidden_values import (
    hidden_paths,
    marked_paths,
)

BATCH = {
    "name": "hello",
    "overrides": {
        "container_overrides": [
            {"name": "a", "environment": {"LEVEL": "1", "API_TOKEN": "hunter22"}},
            {"name": "b", "environment": [{"name": "DB_PASSWORD", "value": "hunter22"}]},
        ]
    },
}


def test_the_places_of_secrets_are_found():
    assert hidden_paths(BATCH) == [
        "overrides.container_overrides[0].environment.API_TOKEN",
        "overrides.container_overrides[1].environment[0].value",
    ]


def test_a_secret_that_is_no_text_has_one_place():
    batch = {"environment": {"API_TOKEN": {"a": 1}}}
    assert hidden_paths(batch) == ["environment.API_TOKEN"]


def test_an_input_is_hidden_as_a_whole():
    assert hidden_paths({"input": "--password hunter22"}) == ["input"]


def test_without_secrets_there_are_none():
    assert hidden_paths({"environment": {"LEVEL": "1"}, "names": ["a"]}) == []


def test_marks_are_found_wherever_they_stand():
    batch = {"a": ["x", {"b": "VALUE_HIDDEN"}], "c": '{"d": "VALUE_HIDDEN"}', "e": 1}
    assert marked_paths(batch) == ["a[1].b", "c"]
    assert marked_paths(BATCH) == []
