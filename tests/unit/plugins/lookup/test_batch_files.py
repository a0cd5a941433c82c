# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup that reads batches from a folder of files."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

LOOKUP = trust_as_template("{{ query('batchwork.aws.batch_files', folder) }}")


@pytest.fixture
def read(tmp_path):
    """Writes files, and reads their folder as a play with these variables does."""

    def read_files(files: dict[str, str], **variables: Any) -> list[dict[str, Any]]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        templar = Templar(loader=DataLoader(), variables={"folder": str(tmp_path), **variables})
        found: list[dict[str, Any]] = templar.template(LOOKUP)
        return found

    return read_files


def test_every_form_of_a_file_and_the_order_of_their_paths(read):
    found = read(
        {
            "b.yml": "- name: one\n- name: two\n",
            "a/single.yaml": "schedule: rate(1 day)\n",
            "c.json": '{"batches": [{"name": "three"}]}',
            "d.yml": "name: four\n",
            "e.yml": "---\n",
            ".hidden.yml": "name: hidden\n",
            ".git/x.yml": "name: hidden\n",
            "README.md": "name: text\n",
        }
    )
    assert [(each["source"], each["batch"]["name"]) for each in found] == [
        ("a/single.yaml", "single"),
        ("b.yml[0]", "one"),
        ("b.yml[1]", "two"),
        ("c.json[0]", "three"),
        ("d.yml", "four"),
    ]


def test_templates_keep_their_types(read):
    (found,) = read(
        {"a.yml": 'subnets: "{{ mine }}"\nimage: "app:{{ tag }}"\n'}, mine=["subnet-a"], tag="1"
    )
    assert found["batch"] == {"name": "a", "subnets": ["subnet-a"], "image": "app:1"}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.yml": "text"}, "a.yml: 'text' is no batch; a mapping or a list of mappings is exp"),
        ({"a.yml": "batches: 1"}, "a.yml: 1 is no batch"),
        ({"b/a.yml": "a: b: c"}, "b/a.yml cannot be read: YAML parsing failed"),
        ({"a.yml": 'x: "{{ missing }}"'}, "a.yml cannot be read: .*'missing' is undefined"),
    ],
)
def test_what_is_no_batch_is_told_with_its_file(read, files, told):
    with pytest.raises(AnsibleError, match=told):
        read(files)


def test_a_folder_that_is_missing_is_told(read):
    with pytest.raises(AnsibleError, match="There is no folder '/nowhere/at-all' with files"):
        read({}, folder="/nowhere/at-all")
