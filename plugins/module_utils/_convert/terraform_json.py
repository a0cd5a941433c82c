# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources in the JSON of ``terraform show -json``, of a state or of a plan.

What is documented of it: "JSON Output Format" of Terraform's documentation (format version 1). A
value that is not known before the plan is applied is missing from ``planned_values`` and true in
``after_unknown``; ``configuration`` tells what it refers to. A value that is sensitive is true in
``sensitive_values``, and stands in the JSON in clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    UnreadableSource,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

MANAGED = "managed"

_INDEX = re.compile(r"\[[^\[\]]*\]$")


@dataclass(frozen=True, eq=False)
class Module:
    """One instance of a module: its address (empty for the root), its configuration, which only
    plans have, and the expressions by which the module around it calls it."""

    address: str = ""
    configuration: Mapping[str, Any] = field(default_factory=dict)
    parent: Module | None = None
    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Block:
    """A resource, or a block in it: its values, what of them is sensitive or not yet known, and the
    expressions that they come from. ``path`` says where it stands."""

    path: str
    values: Mapping[str, Any]
    sensitive: Any = None
    unknown: Any = None
    expressions: Any = None

    def blocks(self, name: str) -> list[Block]:
        """Return the blocks of a name in this one."""
        found = self.values.get(name)
        return [
            Block(
                f"{self.path}.{name}[{index}]",
                values,
                _below(_below(self.sensitive, name), index),
                _below(_below(self.unknown, name), index),
                _below(_below(self.expressions, name), index),
            )
            for index, values in enumerate(found if isinstance(found, list | tuple) else ())
            if isinstance(values, Mapping)
        ]

    def block(self, name: str) -> Block | None:
        """Return the only block of a name, None where there is none."""
        return next(iter(self.blocks(name)), None)

    def get(self, name: str) -> Any:
        """Return a value; None where it is null, not known, or not there."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """Return a value as text, an empty one where there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def is_sensitive(self, name: str) -> bool:
        """Whether Terraform marks the value, or a part of it, as sensitive."""
        return _has_mark(_below(self.sensitive, name))

    def is_unknown(self, name: str) -> bool:
        """Whether the value, or a part of it, is known only after the plan was applied."""
        return _has_mark(_below(self.unknown, name))

    def references(self, name: str) -> list[str]:
        """Return what the expression of a value refers to, as the configuration tells."""
        expression = _below(self.expressions, name)
        found = expression.get("references") if isinstance(expression, Mapping) else None
        return [str(reference) for reference in found or ()]


@dataclass(frozen=True, eq=False)
class Resource(Block):
    """A resource of one module instance. ``index`` is that of ``count`` or ``for_each``."""

    type: str = ""
    name: str = ""
    index: Any = None
    mode: str = MANAGED
    module: Module = field(default_factory=Module)


@dataclass(frozen=True)
class TerraformFile:
    """The resources of a state or plan, and the instances of modules by their addresses."""

    resources: Sequence[Resource]
    modules: Mapping[str, Module]

    def of_type(self, kind: str, mode: str = MANAGED) -> list[Resource]:
        """Return all resources of a type."""
        return [each for each in self.resources if (each.type, each.mode) == (kind, mode)]


def read_terraform(document: Any) -> TerraformFile:
    """Read the JSON of a state or a plan.

    :raises UnreadableSource: where it is neither.
    """
    source = document if isinstance(document, Mapping) else {}
    tree = source.get("planned_values", source.get("values"))
    version = str(source.get("format_version", ""))
    if not version.startswith(("0.", "1.")) or not isinstance(tree, Mapping):
        hint = ""
        if "terraform_version" in source and "resources" in source:
            hint = "; this is a raw state file, run terraform show -json on it"
        raise UnreadableSource(
            "this is not the JSON of 'terraform show -json' in format version 1, with 'values' or"
            f" 'planned_values', but {shown(document)}{hint}"
        )
    configuration = _mapping(_mapping(source.get("configuration")).get("root_module"))
    changes = {
        str(change.get("address")): _mapping(change.get("change"))
        for change in source.get("resource_changes") or ()
    }
    root = Module(configuration=configuration)
    modules = {root.address: root}
    found = list(_resources(_mapping(tree.get("root_module")), root, changes, modules))
    before = _mapping(_mapping(source.get("prior_state")).get("values"))
    looked_up = _resources(_mapping(before.get("root_module")), root, {}, {})
    known = {resource.path for resource in found}
    found += [each for each in looked_up if each.mode != MANAGED and each.path not in known]
    return TerraformFile(found, modules)


def _resources(
    tree: Mapping[str, Any],
    module: Module,
    changes: Mapping[str, Mapping[str, Any]],
    modules: dict[str, Module],
) -> Iterator[Resource]:
    """Yield the resources of a module instance and of those below it."""
    configured = {
        str(resource.get("address")): resource
        for resource in module.configuration.get("resources") or ()
    }
    for resource in tree.get("resources") or ():
        address = str(resource["address"])
        own = _INDEX.sub("", address.removeprefix(f"{module.address}."))
        yield Resource(
            address,
            _mapping(resource.get("values")),
            resource.get("sensitive_values"),
            changes.get(address, {}).get("after_unknown"),
            configured.get(own, {}).get("expressions"),
            type=str(resource["type"]),
            name=str(resource["name"]),
            index=resource.get("index"),
            mode=str(resource["mode"]),
            module=module,
        )
    for child in tree.get("child_modules") or ():
        below = _child(str(child["address"]), module)
        modules[below.address] = below
        yield from _resources(child, below, changes, modules)


def _child(address: str, parent: Module) -> Module:
    prefix = f"{parent.address}.module." if parent.address else "module."
    name = _INDEX.sub("", address.removeprefix(prefix))
    call = _mapping(_mapping(parent.configuration.get("module_calls")).get(name))
    return Module(address, _mapping(call.get("module")), parent, _mapping(call.get("expressions")))


def _below(marks: Any, step: str | int) -> Any:
    """Return the part of marks or expressions that belongs to a part of the values; what is marked
    as a whole is marked in all its parts."""
    if marks is True:
        return True
    if isinstance(marks, Mapping):
        return marks.get(step) if isinstance(step, str) else marks
    if isinstance(marks, list | tuple) and isinstance(step, int) and step < len(marks):
        return marks[step]
    return None


def _has_mark(marks: Any) -> bool:
    if isinstance(marks, Mapping):
        return any(_has_mark(mark) for mark in marks.values())
    if isinstance(marks, list | tuple):
        return any(_has_mark(mark) for mark in marks)
    return marks is True


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
