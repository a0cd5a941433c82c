# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between documents: which there are, and how their paths read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import (
    Change,
    compare,
    entry_key,
    is_unordered,
)


def found(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(change.path, change.before, change.after) for change in compare(before, after)]


def variables(**values: str) -> dict[str, Any]:
    return {"environment": [{"name": name, "value": value} for name, value in values.items()]}


@pytest.mark.parametrize(
    "document", [{}, {"a": None}, {"a": [1, {"b": "c"}]}, variables(A="1")], ids=str
)
def test_equal_documents_have_no_difference(document):
    assert found(document, document) == []


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({}, {"a": 1}, [("a", None, 1)]),
        ({"a": 1}, {}, [("a", 1, None)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": {"b": 1}}, {}, [("a", {"b": 1}, None)]),
        ({"a": True}, {"a": 1}, [("a", True, 1)]),
        ({"a": 1}, {"a": "1"}, [("a", 1, "1")]),
        ({"a": {"b": 1}}, {"a": [1]}, [("a", {"b": 1}, [1])]),
        ({"b": 1, "a": 1}, {"a": 2, "b": 2}, [("a", 1, 2), ("b", 1, 2)]),
    ],
    ids=str,
)
def test_members_are_named_with_dots_in_their_order(before, after, changes):
    assert found(before, after) == changes


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (variables(LOG="a"), variables(LOG="b"), [("environment[LOG]", "a", "b")]),
        (variables(), variables(A="1"), [("environment[A]", None, "1")]),
        (
            {},
            variables(A="1", B="2"),
            [("environment[A]", None, "1"), ("environment[B]", None, "2")],
        ),
        (variables(A="1"), {}, [("environment[A]", "1", None)]),
        (
            variables(A="1", B="2"),
            variables(B="3", C="4"),
            [
                ("environment[A]", "1", None),
                ("environment[B]", "2", "3"),
                ("environment[C]", None, "4"),
            ],
        ),
        (
            {"environment": [{"name": "A"}]},
            variables(A="1"),
            [("environment[A]", {"name": "A"}, "1")],
        ),
    ],
    ids=str,
)
def test_pairs_read_like_a_map(before, after, changes):
    assert found(before, after) == changes


def test_entries_with_a_name_are_found_by_it():
    before = {"volumes": [{"name": "a", "host": {"sourcePath": "/a"}}, {"name": "b"}]}
    after = {"volumes": [{"name": "a", "host": {"sourcePath": "/c"}}, {"name": "c"}]}
    assert found(before, after) == [
        ("volumes[a].host.sourcePath", "/a", "/c"),
        ("volumes[b]", {"name": "b"}, None),
        ("volumes[c]", None, {"name": "c"}),
    ]


def test_a_list_that_appears_is_one_change():
    assert found({}, {"volumes": [{"name": "a"}]}) == [("volumes", None, [{"name": "a"}])]


@pytest.mark.parametrize(
    "twice",
    [
        [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}],
        [{"value": "1"}, {"value": "2"}],
        ["A=1", "B=2"],
        [{"name": "", "value": "1"}, {"name": "B", "value": "2"}],
    ],
    ids=["a name given twice", "entries with no name", "texts", "an empty name"],
)
def test_a_list_without_clear_names_is_compared_by_position(twice):
    changed = [twice[0], {"name": "C"}]
    paths = {
        path for path, _before, _after in found({"environment": twice}, {"environment": changed})
    }
    assert paths <= {"environment", "environment[1].name", "environment[1].value"}
    assert paths


def test_a_name_given_twice_is_reported_at_its_position():
    before = {"environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}
    after = {"environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "3"}]}
    assert found(before, after) == [("environment[1].value", "2", "3")]


def test_lists_of_different_length_without_names_are_one_change():
    before = {"environmentFiles": [{"value": "a"}]}
    after = {"environmentFiles": [{"value": "a"}, {"value": "b"}]}
    assert found(before, after) == [
        ("environmentFiles", [{"value": "a"}], [{"value": "a"}, {"value": "b"}])
    ]


def test_a_set_is_one_change_that_shows_all_of_it():
    assert found({"Subnets": ["a"]}, {"Subnets": ["a", "b"]}) == [("Subnets", ["a"], ["a", "b"])]
    assert found({"Subnets": ["a"]}, {"Subnets": []}) == [("Subnets", ["a"], None)]


def test_a_set_of_structures_is_one_change():
    before = {"placementConstraints": [{"type": "memberOf", "expression": "a"}]}
    after = {"placementConstraints": [{"type": "memberOf", "expression": "b"}]}
    assert found(before, after) == [
        ("placementConstraints", before["placementConstraints"], after["placementConstraints"])
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a.b": "1"}, {"a.b": "2"}, [("dockerLabels[a.b]", "1", "2")]),
        (
            None,
            {"a": "1", "b": "2"},
            [("dockerLabels[a]", None, "1"), ("dockerLabels[b]", None, "2")],
        ),
        ({"a": "1"}, None, [("dockerLabels[a]", "1", None)]),
        ({"environment": "1"}, {"environment": "2"}, [("dockerLabels[environment]", "1", "2")]),
    ],
    ids=str,
)
def test_keys_of_free_maps_stand_in_brackets(before, after, changes):
    sides = [{} if side is None else {"dockerLabels": side} for side in (before, after)]
    assert found(*sides) == changes


@pytest.mark.parametrize(
    ("member", "entry", "key"),
    [
        ("containerDefinitions", {"name": "app", "image": "x"}, "app"),
        ("portMappings", {"containerPort": 80, "protocol": "tcp"}, "80/tcp"),
        ("portMappings", {"containerPortRange": "1-9", "protocol": "udp"}, "1-9/udp"),
        ("Tags", {"Key": "team", "Value": "a"}, "team"),
        ("Tags", {"key": "team", "value": "a"}, "team"),
        ("environment", {"value": "1"}, ""),
        ("environment", "A=1", None),
        ("command", {"name": "app"}, None),
    ],
    ids=str,
)
def test_the_name_of_an_entry(member, entry, key):
    assert entry_key(member, entry) == key


@pytest.mark.parametrize("member", ["environment", "Subnets", "secrets"])
def test_lists_without_order(member):
    assert is_unordered(member)


@pytest.mark.parametrize("member", ["command", "environmentFiles", "PlacementStrategy"])
def test_lists_whose_order_counts(member):
    assert not is_unordered(member)


def test_a_change_as_results_show_it():
    assert Change("a.b", 1, None).as_result() == {"path": "a.b", "before": 1, "after": None}
