# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML's and Jinja's forms of values become the API's types, and nothing else does."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce

TEXT = Shape("Text", "string")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "x", "x"),
        ("string", 256, "256"),
        ("string", 0.25, "0.25"),
        ("string", 1.0, "1.0"),
        ("string", True, "true"),
        ("string", False, "false"),
        ("string", [], []),
        ("string", {"a": 1}, {"a": 1}),
        ("integer", "256", 256),
        ("integer", " -7 ", -7),
        ("integer", 256.0, 256),
        ("long", str(2**40), 2**40),
        ("integer", "0x10", "0x10"),
        ("integer", "1_000", "1_000"),
        ("integer", "٣", "٣"),
        ("integer", 0.5, 0.5),
        ("integer", True, True),
        ("integer", "", ""),
        ("double", "0.5", 0.5),
        ("double", 1, 1.0),
        ("double", "half", "half"),
        ("double", True, True),
        ("boolean", "yes", True),
        ("boolean", "No", False),
        ("boolean", " TRUE ", True),
        ("boolean", "off", False),
        ("boolean", "1", "1"),
        ("boolean", 0, 0),
        ("timestamp", "2030-01-01", "2030-01-01"),
        ("blob", b"x", b"x"),
        ("list", "a", "a"),
        ("list", {"a": 1}, {"a": 1}),
        ("structure", [1], [1]),
        ("map", "a", "a"),
    ],
)
def test_scalars(kind, value, expected):
    element = TEXT if kind == "list" else None
    converted = coerce(value, Shape("Any", kind, element=element))
    assert converted == expected
    assert type(converted) is type(expected)


def test_lists_and_maps_are_converted_inside():
    shape = Shape(
        "Outer",
        "structure",
        members={
            "Names": Shape("Names", "list", element=TEXT),
            "Labels": Shape("Labels", "map", value=TEXT),
        },
    )
    document = {"Names": (1, "b"), "Labels": {"on": True, 5: 6, "gone": None}, "Other": None}
    assert coerce(document, shape) == {
        "Names": ["1", "b"],
        "Labels": {"on": "true", "5": "6"},
    }


def test_unknown_members_stay_and_the_document_is_not_changed():
    shape = input_shape("ecs", "RegisterTaskDefinition")
    document = {
        "cpu": 256,
        "dreaming": {"deep": 1},
        "containerDefinitions": [{"cpu": "10", "essential": "yes", "image": None}],
    }
    before = repr(document)
    assert coerce(document, shape) == {
        "cpu": "256",
        "dreaming": {"deep": 1},
        "containerDefinitions": [{"cpu": 10, "essential": True}],
    }
    assert repr(document) == before


def test_what_is_coerced_stays_the_same_when_coerced_again():
    shape = input_shape("ecs", "RegisterTaskDefinition")
    once = coerce({"memory": 512, "containerDefinitions": [{"memory": "64"}]}, shape)
    assert coerce(once, shape) == once
