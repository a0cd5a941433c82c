# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads policy documents by meaning, and the linter's view of them."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def as_list(value: Any) -> list[Any]:
    """IAM reads a scalar as a list of one."""
    return value if isinstance(value, list) else [value]


def grants(document: Document) -> set[tuple[str, str]]:
    """Every (action, resource) pair that a document of Allow statements grants."""
    return {
        (action, resource)
        for statement in document["Statement"]
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def resources_of(document: Document, action: str) -> set[str]:
    """The resources on which a document grants one action."""
    return {resource for granted, resource in grants(document) if granted == action}


def conditions_of(document: Document, action: str) -> list[Document]:
    """The conditions of every statement that grants one action; {} where there is none."""
    return [
        statement.get("Condition", {})
        for statement in document["Statement"]
        if action in as_list(statement["Action"])
    ]


def texts(value: Any) -> Iterator[str]:
    """Every string inside a document, keys not included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def lint(document: Document) -> list[str]:
    """What parliament finds wrong with a document, each as "ISSUE detail"."""
    findings = _parliament().analyze_policy_string(json.dumps(document)).findings
    return [f"{finding.issue} {finding.detail}" for finding in findings]


def _parliament() -> Any:
    """Import parliament, which asks for setuptools' old pkg_resources only to find its data."""
    try:
        import pkg_resources  # noqa: F401
    except ImportError:
        stand_in = types.ModuleType("pkg_resources")
        stand_in.resource_filename = _resource_filename  # type: ignore[attr-defined]
        sys.modules["pkg_resources"] = stand_in
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import parliament
    return parliament


def _resource_filename(package: str, name: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    return str(pathlib.Path(spec.origin).parent / name)
