# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a value of a plan that is not known yet refers to, through variables and outputs of
modules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_json import (
    Block,
    Module,
    Resource,
    TerraformFile,
)

_RESOURCE = re.compile(
    r"(?P<type>[a-z]\w*)\.(?P<name>[\w-]+)(?P<index>\[[^\[\]]*\])?\.(?P<attribute>\w+)$"
)
_OUTPUT = re.compile(r"module\.(?P<name>[\w-]+)(?P<index>\[[^\[\]]*\])?\.(?P<output>[\w-]+)$")
_VARIABLE = re.compile(r"var\.(?P<name>[\w-]+)$")
_NO_RESOURCES = frozenset({"local", "each", "count", "path", "terraform", "self", "data"})
DEEPEST = 20
"""Modules in modules that are followed; a configuration refers to nothing in circles."""


@dataclass(frozen=True)
class Referred:
    """An attribute of a resource."""

    resource: Resource
    attribute: str


def referred(file: TerraformFile, resource: Resource, block: Block, name: str) -> Referred | None:
    """Return the one attribute that the value ``name`` of a resource's block is made of.

    None where it is made of nothing, of several, or of something that a plan does not explain,
    such as a local value.
    """
    found = [
        each
        for reference in block.references(name)
        for each in _followed(file, resource, resource.module, reference, 0)
    ]
    return found[0] if len(found) == 1 else None


def _followed(
    file: TerraformFile, origin: Resource, module: Module, reference: str, depth: int
) -> list[Referred]:
    if depth > DEEPEST:
        return []
    variable, output = _VARIABLE.match(reference), _OUTPUT.match(reference)
    if variable and module.parent is not None:
        expression = module.call.get(variable["name"])
        return _all(file, origin, module.parent, expression, depth)
    if output:
        below = _child_of(file, module, output["name"], output["index"] or "")
        outputs = below.configuration.get("outputs", {}) if below else {}
        expression = outputs.get(output["output"], {}).get("expression")
        return _all(file, origin, below, expression, depth) if below else []
    direct = _RESOURCE.match(reference)
    if not direct or direct["type"] in _NO_RESOURCES:
        return []
    found = _resource(file, origin, module, direct)
    return [Referred(found, direct["attribute"])] if found else []


def _all(
    file: TerraformFile, origin: Resource, module: Module, expression: Any, depth: int
) -> list[Referred]:
    references = expression.get("references") if isinstance(expression, Mapping) else None
    return [
        each
        for reference in references or ()
        for each in _followed(file, origin, module, str(reference), depth + 1)
    ]


def _child_of(file: TerraformFile, module: Module, name: str, index: str) -> Module | None:
    """Return a module that is called, where it is certain which instance is meant."""
    prefix = f"{module.address}.module.{name}" if module.address else f"module.{name}"
    instances = [
        each
        for address, each in file.modules.items()
        if address == prefix or (address.startswith(f"{prefix}[") and each.parent is module)
    ]
    exact = [each for each in instances if each.address == prefix + index]
    return exact[0] if exact else instances[0] if len(instances) == 1 else None


def _resource(
    file: TerraformFile, origin: Resource, module: Module, match: re.Match[str]
) -> Resource | None:
    """Return the instance that is meant: the only one, the named one, or the one of the same
    ``count`` or ``for_each`` key."""
    instances = [
        each
        for each in file.of_type(match["type"])
        if each.name == match["name"] and each.module.address == module.address
    ]
    if len(instances) <= 1:
        return instances[0] if instances else None
    named = [each for each in instances if match["index"] and each.path.endswith(match["index"])]
    same = [each for each in instances if each.index == origin.index]
    return next(iter(named or same), None)
