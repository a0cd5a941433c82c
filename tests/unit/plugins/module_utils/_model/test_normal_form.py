# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Normal forms: the rules that every resource's table is made of."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Filled,
    Rules,
    SameAsAbsent,
    parsed_json,
    sorted_lists,
    structures_at,
    without_empty,
)


@pytest.mark.parametrize(
    ("document", "normal"),
    [({}, {"a": 1}), ({"a": 2}, {"a": 2}), ({"a": None}, {"a": 1}), ({"a": 0}, {"a": 0})],
    ids=str,
)
def test_filled_stands_where_nothing_is_said(document, normal):
    assert Rules([Filled("", "a", 1, "source")]).normal_form(document) == normal


def test_a_filled_value_is_not_shared():
    rules = Rules([Filled("", "a", {"b": [1]}, "source")])
    first = rules.normal_form({})
    first["a"]["b"].append(2)
    assert rules.normal_form({}) == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    ("document", "normal"),
    [({"a": 0}, {}), ({"a": 1}, {"a": 1}), ({"a": False}, {"a": False}), ({"a": "0"}, {"a": "0"})],
    ids=str,
)
def test_same_as_absent_goes_by_value_and_type(document, normal):
    assert Rules([SameAsAbsent("", "a", 0, "source")]).normal_form(document) == normal


def test_a_structure_that_rules_have_emptied_goes_too():
    rules = Rules([SameAsAbsent("a.b", "c", False, "source")])
    assert rules.normal_form({"a": {"b": {"c": False}}}) == {}


def test_a_conversion_sees_the_structure_and_the_whole_document():
    def note(structure, whole):
        structure["seen"] = whole["name"]

    rules = Rules([Conversion("a[].b", note)])
    assert rules.normal_form({"name": "x", "a": [{"b": {"c": 1}}, {"d": 1}]}) == {
        "name": "x",
        "a": [{"b": {"c": 1, "seen": "x"}}, {"d": 1}],
    }


def test_rules_apply_in_their_order():
    rules = Rules([Filled("", "a", 1, "first"), Filled("", "a", 2, "second")])
    assert rules.normal_form({}) == {"a": 1}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", [{"a": [{"b": {"c": 1}}, "text"], "d": {"e": {}}}]),
        ("a[]", [{"b": {"c": 1}}]),
        ("a[].b", [{"c": 1}]),
        ("d.e", [{}]),
        ("d.x.y", []),
        ("a[].b.c", []),
    ],
)
def test_structures_at_a_path(path, found):
    document = {"a": [{"b": {"c": 1}}, "text"], "d": {"e": {}}}
    assert list(structures_at(document, path)) == found


@pytest.mark.parametrize("value", ["text", 1, {"x": 1}], ids=str)
def test_a_rule_passes_over_what_is_no_list(value):
    rules = Rules([Filled("a[]", "b", 1, "source")])
    assert rules.normal_form({"a": value}) == {"a": value}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"a": None, "b": [], "c": {}, "d": ""}, {"d": ""}),
        ({"a": {"b": {"c": []}}}, {}),
        ({"a": [None, {}, {"b": None}, 0, False, ""]}, {"a": [0, False, ""]}),
        (
            {"dockerLabels": {"empty": "", "none": None}},
            {"dockerLabels": {"empty": "", "none": None}},
        ),
        ({"dockerLabels": {}}, {}),
    ],
    ids=str,
)
def test_empty_is_absent_but_an_empty_text_stays(value, left):
    assert without_empty(value) == left


def test_lists_whose_order_means_nothing_are_sorted():
    document = {
        "command": ["b", "a"],
        "Subnets": ["b", "a", "b"],
        "containerOverrides": [
            {"name": "b"},
            {"name": "a", "environment": [{"name": "Y"}, {"name": "X"}]},
        ],
    }
    assert sorted_lists(document) == {
        "command": ["b", "a"],
        "Subnets": ["a", "b"],
        "containerOverrides": [
            {"name": "a", "environment": [{"name": "X"}, {"name": "Y"}]},
            {"name": "b"},
        ],
    }


def test_entries_of_the_same_name_are_sorted_by_content_and_kept():
    entries = [{"name": "A", "value": "2"}, {"name": "A", "value": "1"}]
    assert sorted_lists({"environment": entries}) == {"environment": entries[::-1]}


def test_entries_of_any_kind_can_be_sorted():
    mixed = [{"name": "A"}, "text", 3, ["list"]]
    assert sorted(map(str, sorted_lists({"environment": mixed})["environment"])) == sorted(
        map(str, mixed)
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('{"a": 1}', {"a": 1}),
        ("[1]", [1]),
        ("no json", "no json"),
        ("", ""),
        (None, None),
        ({"a": 1}, {"a": 1}),
        ("[" * 100_000, "[" * 100_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_parsed_json_never_fails(text, meaning):
    assert parsed_json(text) == meaning
