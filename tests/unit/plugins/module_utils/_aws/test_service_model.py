# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""botocore's service models as data."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws import service_model
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    dns_suffix,
    input_shape,
    output_shape,
    structure,
)
from botocore.model import ServiceModel


def test_the_input_of_a_registration_has_what_aws_says_of_it():
    shape = input_shape("ecs", "RegisterTaskDefinition")
    assert set(shape.required) == {"family", "containerDefinitions"}
    assert "awsvpc" in shape.members["networkMode"].enum
    container = shape.members["containerDefinitions"].element
    assert container.members["cpu"].kind == "integer"
    assert container.members["dockerLabels"].value.kind == "string"
    assert container.members["environment"].element.members["name"].kind == "string"


def test_lengths_and_patterns_are_kept():
    name = input_shape("events", "PutRule").members["Name"]
    assert (name.minimum, name.maximum, name.pattern) == (1, 64, r"[\.\-_A-Za-z0-9]+")
    attempts = structure("events", "RetryPolicy").members["MaximumRetryAttempts"]
    assert (attempts.minimum, attempts.maximum) == (0, 185)


def test_a_shape_can_be_asked_for_by_its_name():
    target = structure("events", "Target")
    assert set(target.required) == {"Id", "Arn"}
    assert target.members["EcsParameters"].members["TaskCount"].minimum == 1
    overrides = structure("ecs", "TaskOverride")
    assert overrides.members["containerOverrides"].element.members["command"].kind == "list"


def test_an_output_is_described_as_well():
    shape = output_shape("ecs", "DescribeTaskDefinition")
    assert shape.members["taskDefinition"].members["registeredAt"].kind == "timestamp"
    assert shape.child("tags").child(0).child("key").kind == "string"


def test_an_operation_without_an_output_has_an_empty_structure():
    shape = output_shape("events", "DeleteRule")
    assert (shape.kind, dict(shape.members)) == ("structure", {})


@pytest.mark.parametrize("service", ["ecs", "events", "scheduler", "logs"])
def test_every_shape_says_what_botocore_says(service):
    model = service_model._model(service)
    for operation in model.operation_names:
        theirs = model.operation_model(operation).input_shape
        if theirs is not None:
            _assert_same(input_shape(service, operation), theirs, ())


def _assert_same(ours, theirs, above: tuple[str, ...]) -> None:
    if theirs.name in above:
        return
    above = (*above, theirs.name)
    limits = theirs.metadata
    assert (ours.name, ours.kind) == (theirs.name, theirs.type_name)
    assert (ours.minimum, ours.maximum) == (limits.get("min"), limits.get("max"))
    assert (ours.pattern, list(ours.enum)) == (limits.get("pattern"), limits.get("enum", []))
    assert list(ours.required) == limits.get("required", [])
    if theirs.type_name == "structure":
        assert list(ours.members) == list(theirs.members)
        for name, member in theirs.members.items():
            _assert_same(ours.members[name], member, above)
    if theirs.type_name == "list":
        _assert_same(ours.element, theirs.member, above)
    if theirs.type_name == "map":
        _assert_same(ours.value, theirs.value, above)


def test_a_shape_may_contain_itself():
    shapes = {
        "Tree": {
            "type": "structure",
            "members": {"name": {"shape": "Name"}, "children": {"shape": "Trees"}},
        },
        "Trees": {"type": "list", "member": {"shape": "Tree"}},
        "Name": {"type": "string"},
    }
    model = ServiceModel({"metadata": {}, "operations": {}, "shapes": shapes}, "forest")
    tree = service_model._convert(model.shape_for("Tree"), {})
    assert tree.child("children").child(0) is tree
    assert tree.child("name").kind == "string"


def test_a_shape_is_converted_once():
    assert input_shape("ecs", "RunTask") is input_shape("ecs", "RunTask")
    assert service_model.loader() is service_model.loader()


@pytest.mark.parametrize(
    ("partition", "suffix"), [("aws", "amazonaws.com"), ("aws-cn", "amazonaws.com.cn")]
)
def test_partitions_have_their_dns_suffix(partition, suffix):
    assert dns_suffix(partition) == suffix


WITHOUT = """
import socket, sys
def refuse(*_): raise AssertionError("no network is needed")
socket.socket.connect = refuse
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
assert input_shape("ecs", "RegisterTaskDefinition").required
assert "boto3" not in sys.modules
"""


def _python(code: str) -> subprocess.CompletedProcess:
    """Run code in a new interpreter that finds the collections where this one does."""
    import ansible_collections.batchwork.aws as collection

    paths = [
        str(path).split("/ansible_collections/", maxsplit=1)[0] for path in collection.__path__
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_neither_credentials_nor_a_region_nor_a_network_is_needed():
    ended = _python(WITHOUT)
    assert ended.returncode == 0, ended.stderr


IMPORTS = """
import importlib, pkgutil, sys
class NoSdk:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("boto3", "botocore"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoSdk())
package = importlib.import_module("ansible_collections.batchwork.aws.plugins.module_utils._aws")
names = [found.name for found in pkgutil.iter_modules(package.__path__)]
for name in names:
    importlib.import_module(f"{package.__name__}.{name}")
assert len(names) > 10
"""


def test_the_layer_can_be_imported_without_the_sdk():
    ended = _python(IMPORTS)
    assert ended.returncode == 0, ended.stderr
