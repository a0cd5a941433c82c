# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of the collection: each imports only those below it, and the pure ones nothing but
the standard library."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
MODULE_UTILS = PLUGINS / "module_utils"
OURS = "ansible_collections.batchwork.aws.plugins"

MAY_IMPORT = {
    "_schedule": {"_schedule"},
    "_model": {"_schedule", "_model"},
    "_timetable": {"_schedule", "_model", "_timetable"},
    "_convert": {"_schedule", "_model", "_convert"},
    "_plan": {"_schedule", "_model", "_plan"},
    "_aws": {"_model", "_aws"},
    "_engine": {"_schedule", "_model", "_plan", "_aws", "_engine"},
    "_module": {"_schedule", "_model", "_plan", "_aws", "_engine", "_module"},
}
PURE = ("_schedule", "_model", "_convert", "_plan", "_timetable")


def imports(path: Path) -> Iterator[str]:
    """The full names of everything that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def layer_of(name: str) -> str | None:
    """The layer that an imported name belongs to, None for what is not ours."""
    prefix = f"{OURS}.module_utils."
    return name.removeprefix(prefix).split(".")[0] if name.startswith(prefix) else None


def test_the_layers_are_those_that_have_rules():
    folders = {path.parent.name for path in MODULE_UTILS.glob("*/__init__.py")}
    assert folders == set(MAY_IMPORT)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_none_above_it(layer):
    strays = [
        f"{path.relative_to(PLUGINS)} imports {name}"
        for path in sources(MODULE_UTILS / layer)
        for name in imports(path)
        if (found := layer_of(name)) is not None and found not in MAY_IMPORT[layer]
    ]
    assert strays == []


@pytest.mark.parametrize("layer", PURE)
def test_a_pure_layer_imports_only_the_standard_library_and_pure_layers(layer):
    strays = [
        f"{path.relative_to(PLUGINS)} imports {name}"
        for path in sources(MODULE_UTILS / layer)
        for name in imports(path)
        if layer_of(name) not in PURE and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("folder", "shared"),
    [
        ("action", "module_utils"),
        ("modules", "module_utils"),
        ("filter", "plugin_utils"),
        ("lookup", "plugin_utils"),
    ],
)
def test_plugins_import_nothing_of_each_other(folder, shared):
    """What filters share runs on the control node only, so that no module may use it."""
    strays = [
        f"{path.relative_to(PLUGINS)} imports {name}"
        for path in sources(PLUGINS / folder)
        for name in imports(path)
        if name.startswith(f"{OURS}.")
        and layer_of(name) is None
        and not name.startswith(f"{OURS}.{shared}.")
    ]
    assert strays == []


def test_what_filters_share_imports_only_the_standard_library_and_pure_layers():
    strays = [
        f"{path.relative_to(PLUGINS)} imports {name}"
        for path in sources(PLUGINS / "plugin_utils")
        for name in imports(path)
        if layer_of(name) not in PURE and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert strays == []


@pytest.mark.parametrize("folder", ["action", "filter", "lookup"])
def test_what_the_control_node_loads_needs_no_aws(folder):
    strays = [
        f"{path.name} imports {name}"
        for path in sources(PLUGINS / folder)
        for name in imports(path)
        if layer_of(name) not in {None, *PURE} or name.split(".")[0] in {"boto3", "botocore"}
    ]
    assert strays == []


def test_packages_say_nothing_at_import():
    packages = sorted(MODULE_UTILS.rglob("__init__.py"))
    assert [path for path in packages if path.stat().st_size] == []


def test_every_folder_with_sources_is_a_package():
    folders = {path.parent for path in sources(MODULE_UTILS)}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()
