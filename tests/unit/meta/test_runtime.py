# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action group that `module_defaults: group/batchwork.aws.aws` reaches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = {path.stem for path in (ROOT / "plugins" / "modules").glob("[!_]*.py")}


@pytest.fixture(scope="module")
def group() -> list[Any]:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    return runtime["action_groups"]["aws"]


def test_the_group_holds_exactly_the_modules(group):
    assert {entry for entry in group if isinstance(entry, str)} == MODULES


def test_the_group_extends_that_of_amazon_aws(group):
    metadata = [entry["metadata"] for entry in group if isinstance(entry, dict)]
    assert metadata == [{"extend_group": ["amazon.aws.aws"]}]
