# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables are described where they are used, and everywhere in the same way."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
import yaml

ROLE = pathlib.Path(__file__).resolve().parents[3] / "roles" / "scheduled_batches"
CHECKOUT = ROLE.parents[1]
PUBLIC_NAME = re.compile(r"(?<![a-z_])scheduled_batches_[a-z_]+")
HANDED_OVER = {"scheduled_batches_result"}
# Variables of the user's own that hold batches.
LISTS_OF_THE_USER = {"scheduled_batches_of_"}


def options() -> dict[str, Any]:
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    described: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return described


def defaults() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (ROLE / "defaults" / "main.yml").read_text(encoding="utf-8")
    )
    return loaded


def readme_rows() -> dict[str, str]:
    text = (ROLE / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(scheduled_batches_\w+)` \| (.*?) \|", text, re.MULTILINE))


def used_in(*folders: pathlib.Path) -> set[str]:
    return {
        name
        for folder in folders
        for path in folder.rglob("*.yml")
        for name in PUBLIC_NAME.findall(path.read_text(encoding="utf-8"))
    }


def test_every_variable_that_is_used_is_described():
    used = used_in(ROLE / "tasks", ROLE / "vars", CHECKOUT / "playbooks", CHECKOUT / "examples")
    undescribed = used - HANDED_OVER - set(options())
    assert {name for name in undescribed if not name.startswith(tuple(LISTS_OF_THE_USER))} == set()


def test_every_variable_that_is_described_is_used():
    assert set(options()) <= used_in(ROLE / "tasks", ROLE / "vars")


def test_defaults_are_as_described():
    described = {
        name: option["default"] for name, option in options().items() if "default" in option
    }
    assert defaults() == described


def test_the_readme_lists_every_variable():
    assert set(readme_rows()) == set(options())


@pytest.mark.parametrize("name", sorted(defaults()))
def test_the_readme_gives_the_default(name):
    shown = yaml.safe_load(readme_rows()[name].strip("`"))
    assert shown == defaults()[name]


@pytest.mark.parametrize("name", sorted(options()))
def test_descriptions_are_sentences(name):
    for sentence in options()[name]["description"]:
        assert re.match(r"[A-Z]|C\(|V\(", sentence)
        assert sentence.endswith((".", ")"))
