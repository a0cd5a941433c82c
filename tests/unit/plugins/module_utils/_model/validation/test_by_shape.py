# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the check by shape is steered, and what it says about each kind of value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)

TEXT = Shape("Text", "string")
NUMBER = Shape("Number", "integer")
LEAF = Shape("Leaf", "structure", members={"Name": TEXT, "Size": NUMBER}, required=("Name",))
TREE = Shape(
    "Tree",
    "structure",
    members={
        "Id": Shape("Id", "string", minimum=2, maximum=4, pattern="[a-z]+"),
        "Leaf": LEAF,
        "Leaves": Shape("Leaves", "list", element=LEAF, minimum=1, maximum=2),
        "Labels": Shape("Labels", "map", value=TEXT, maximum=1),
        "Share": Shape("Share", "double", minimum=0, maximum=1),
        "Count": Shape("Count", "long"),
        "On": Shape("On", "boolean"),
        "At": Shape("At", "timestamp"),
        "Data": Shape("Data", "blob"),
        "Kind": Shape("Kind", "string", enum=("Oak", "Elm")),
        "Driver": Shape("LogDriver", "string", enum=("awslogs",)),
        "Protocol": Shape("TransportProtocol", "string", enum=("tcp", "udp")),
    },
    required=("Id", "Leaf"),
)
GOOD = {"Id": "abc", "Leaf": {"Name": "x"}}


def found(document, **options):
    findings = Findings()
    check_shape(document, TREE, findings, **options)
    return findings


def errors(document, **options):
    return [(problem.location, problem.message) for problem in found(document, **options).errors]


@pytest.mark.parametrize(
    ("extra", "location", "message"),
    [
        ({"Id": "a"}, ("Id",), "This has 1 character; allowed is 2 to 4."),
        ({"Id": "abcde"}, ("Id",), "This has 5 characters; allowed is 2 to 4."),
        (
            {"Id": "aBc"},
            ("Id",),
            "'aBc' is not allowed; it must match AWS's pattern [a-z]+.",
        ),
        ({"Leaf": {"Size": 1}}, ("Leaf", "Name"), "This is required and missing; give text."),
        ({"Leaf": "x"}, ("Leaf",), "Give a mapping, not 'x'."),
        ({"Leaves": []}, ("Leaves",), "This has 0 entries; allowed is 1 to 2."),
        ({"Leaves": ({"Name": "x"},) * 3}, ("Leaves",), "This has 3 entries; allowed is 1 to 2."),
        (
            {"Leaves": [{"Name": "x", "Size": "y"}]},
            ("Leaves", 0, "Size"),
            "Give a whole number, not 'y'.",
        ),
        ({"Leaves": {"Name": "x"}}, ("Leaves",), "Give a list, not a mapping with 'Name'."),
        ({"Leaves": "x"}, ("Leaves",), "Give a list (also of a single entry), not 'x'."),
        ({"Labels": []}, ("Labels",), "Give a mapping, not an empty list."),
        (
            {"Labels": {"a": "1", "b": "2"}},
            ("Labels",),
            "This has 2 entries; allowed is 1 at the most.",
        ),
        ({"Labels": {"a": ["x"]}}, ("Labels", "a"), "Give text, not a list of 1 entry."),
        ({"Share": 1.5}, ("Share",), "1.5 is out of range; allowed is 0 to 1."),
        ({"Share": "half"}, ("Share",), "Give a number, not 'half'."),
        ({"Share": True}, ("Share",), "Give a number, not true."),
        ({"Share": [1]}, ("Share",), "Give a number, not a list of 1 entry."),
        ({"Count": "1.5"}, ("Count",), "Give a whole number, not '1.5'."),
        ({"On": "perhaps"}, ("On",), "Give true or false, not 'perhaps'."),
        ({"On": 1}, ("On",), "Give true or false, not 1."),
        ({"At": "tomorrow"}, ("At",), "Give a time such as 2030-01-01T00:00:00Z, not 'tomorrow'."),
        ({"At": True}, ("At",), "Give a time such as 2030-01-01T00:00:00Z, not true."),
        (
            {"Kind": "oak"},
            ("Kind",),
            "'oak' is not allowed; give 'Oak' or 'Elm'; did you mean 'Oak'?",
        ),
        ({"Kind": "Birch"}, ("Kind",), "'Birch' is not allowed; give 'Oak' or 'Elm'."),
        (
            {"Driver": "AWSLOGS"},
            ("Driver",),
            "'AWSLOGS' is not allowed; give 'awslogs'; did you mean 'awslogs'?",
        ),
    ],
)
def test_what_is_said_about_a_wrong_value(extra, location, message):
    assert errors({**GOOD, **extra}) == [(location, message)]


@pytest.mark.parametrize(
    "extra",
    [
        {"Leaves": ({"Name": "x"},)},
        {"Labels": {"a": None, "b": "x"}} | {"Labels": {"a": "x"}},
        {"Labels": {1: 2}},
        {"Share": 0.5},
        {"Share": "0.5"},
        {"Share": 1},
        {"Count": 2**40},
        {"On": "Yes"},
        {"At": "2030-01-01T00:00:00Z"},
        {"At": datetime(2030, 1, 1, tzinfo=UTC)},
        {"At": date(2030, 1, 1)},
        {"At": 1900000000},
        {"Data": b"x"},
        {"Leaf": {"Name": 5, "Size": None}},
        {"Unknown": 1},
    ],
)
def test_what_passes(extra):
    findings = found({**GOOD, **extra})
    assert (findings.errors, findings.warnings) == ([], [])


@pytest.mark.parametrize("extra", [{"Driver": "loki"}, {"Protocol": "TCP"}, {"Protocol": "sctp"}])
def test_choices_that_aws_extends_are_warnings(extra):
    findings = found({**GOOD, **extra})
    assert findings.errors == []
    assert [problem.location for problem in findings.warnings] == [tuple(extra)]


def test_all_mistakes_are_reported_together():
    document = {"Id": "x", "Leaf": {}, "Leaves": [{"Size": "y"}], "Kind": "Fir"}
    assert {location for location, _message in errors(document)} == {
        ("Id",),
        ("Leaf", "Name"),
        ("Leaves", 0, "Name"),
        ("Leaves", 0, "Size"),
        ("Kind",),
    }


def test_locations_start_where_the_document_stands():
    assert errors({"Id": "ab"}, location=("Target", 0)) == [
        (("Target", 0, "Leaf"), "This is required and missing; give a mapping.")
    ]


@pytest.mark.parametrize("location", [(), ("Target",)])
def test_required_members_can_be_left_to_aws(location):
    document = {"Leaf": {}, "Leaves": [{"Size": 1}]}
    skipped = frozenset({"Id", "Leaf.Name", "Leaves.Name"})
    assert errors(document, skip_required=skipped, location=location) == []
    assert errors({"Leaf": {}}, skip_required=frozenset({"Name"})) != []


def test_a_missing_choice_says_what_it_can_be():
    shape = Shape("Need", "structure", members={"Kind": TREE.members["Kind"]}, required=("Kind",))
    findings = Findings()
    check_shape({}, shape, findings)
    assert findings.errors[0].message == "This is required and missing; give one of 'Oak' or 'Elm'."


def test_unknown_members_are_reported_on_demand():
    document = {**GOOD, "Leafs": 1, "Zzz": 1, "Leaf": {"Name": "x", "Nmae": 1}}
    assert errors(document) == []
    assert sorted(errors(document, report_unknown=True)) == [
        (("Leaf", "Nmae"), "'Nmae' is not known here; did you mean 'Name'?"),
        (("Leafs",), "'Leafs' is not known here; did you mean 'Leaf'?"),
        (
            ("Zzz",),
            "'Zzz' is not known here; known are At, Count, Data, Driver, Id, Kind, Labels, Leaf,"
            " Leaves, On, Protocol and Share.",
        ),
    ]


def test_exact_types_are_for_json_that_is_sent_as_it_stands():
    document = {**GOOD, "Count": "5", "On": "true", "Leaf": {"Name": 7}}
    assert errors(document) == []
    findings = found(document, exact_types=True)
    assert [problem.location for problem in findings.errors] == [("Count",), ("On",)]
    assert [(problem.location, problem.message) for problem in findings.warnings] == [
        (("Leaf", "Name"), "7 should be text: put it in quotes.")
    ]


def test_an_unknown_kind_of_shape_passes():
    findings = Findings()
    check_shape(object(), Shape("Odd", "union"), findings)
    assert findings.errors == []
