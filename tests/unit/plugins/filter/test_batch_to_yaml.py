# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch as YAML: read back it is the same, and no text of it becomes a template."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.batchwork.aws.plugins.filter import batch_to_yaml

write = batch_to_yaml.FilterModule().filters()["batch_to_yaml"]

SAME = {"a": 1}
BATCH: dict[str, Any] = {
    "name": "nightly",
    "schedule": "cron(0 3 * * ? *)",
    "platform_version": "1.4.0",
    "cpu": "256",
    "enabled": False,
    "description": "täglich\nund nachts",
    "command": ["echo", "no", "{{ 6 * 7 }}", "{% raw %}", "a {# b"],
    "first": SAME,
    "second": SAME,
}


def test_it_is_read_back_as_it_is_and_no_text_becomes_a_template(tmp_path):
    path = tmp_path / "batch.yml"
    path.write_text(write(BATCH), encoding="utf-8")
    loader = DataLoader()
    loaded = loader.load_from_file(str(path), trusted_as_template=True)
    assert Templar(loader).template(loaded) == BATCH


class Tagged(str):
    """A text of Ansible's variables is of a type of its own."""


class Number(int):
    """And so is a number."""


def test_texts_of_variables_are_texts():
    assert write({Tagged("a"): Tagged("{{ x }}"), "b": Number(2)}) == (
        '---\na: !unsafe "{{ x }}"\nb: 2\n'
    )


def test_the_keys_keep_their_order_and_nothing_is_written_by_reference():
    text = write(BATCH)
    assert text.startswith("---\nname: nightly\nschedule: cron(0 3 * * ? *)\n")
    assert "&id" not in text
    assert "täglich" in text
    assert "command:\n  - echo\n" in text


@pytest.mark.parametrize("text", ["{{ x }}", "{% x %}", "{# x #}"])
def test_only_what_looks_like_a_template_is_tagged(text):
    assert write({"a": text}) == f'---\na: !unsafe "{text}"\n'
    assert yaml.safe_load(write({"a": "{x}"})) == {"a": "{x}"}
