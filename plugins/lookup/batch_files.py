# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the batches of a fleet from a folder of YAML files."""

from __future__ import annotations

DOCUMENTATION = r"""
name: batch_files
short_description: Read scheduled batches from a folder of YAML files
version_added: 0.1.0
description:
  - Reads every file below a folder whose name ends in C(.yml), C(.yaml) or C(.json), in the order
    of their paths. Hidden files and folders are left out.
  - A file holds one batch, a list of batches, or a mapping with the single key C(batches) that
    holds such a list. One batch that stands alone and gives no C(name) has the name of its file.
  - Templates in the files are resolved with the variables of the play, as in a file of variables.
    Files that are encrypted with Ansible Vault are decrypted.
options:
  _terms:
    description:
      - The folders. One that is not absolute is looked for in C(files) beside the playbook or the
        role, and then beside these.
    required: true
author:
  - Contributors to the batchwork.aws project (@batchwork)
"""

EXAMPLES = r"""
- name: Say which batches there are
  ansible.builtin.debug:
    msg: "{{ query('batchwork.aws.batch_files', 'batches') | map(attribute='batch.name') }}"
"""

RETURN = r"""
_list:
  description: One entry for each batch.
  type: list
  elements: dict
  contains:
    source:
      description: Where it stands, the file with the batch's place in it.
      type: str
      sample: reports/nightly.yml[0]
    batch:
      description: The batch.
      type: dict
"""

import pathlib
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

ENDINGS = (".yml", ".yaml", ".json")
BATCHES = "batches"


class LookupModule(LookupBase):
    """The lookup ``batch_files``."""

    def run(
        self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[dict[str, Any]]:
        """Return the batches of all folders."""
        self.set_options(var_options=variables, direct=kwargs)
        return [
            entry
            for term in terms
            for path, source in _files(self._folder(str(term), variables or {}))
            for entry in _entries(source, path.stem, self._load(path, source))
        ]

    def _folder(self, term: str, variables: dict[str, Any]) -> pathlib.Path:
        found = self.find_file_in_search_path(variables, "files", term, ignore_missing=True)
        if not found or not pathlib.Path(found).is_dir():
            raise AnsibleError(f"There is no folder {term!r} with files of batches.")
        return pathlib.Path(found)

    def _load(self, path: pathlib.Path, source: str) -> Any:
        try:
            loaded = self._loader.load_from_file(str(path), cache="none", trusted_as_template=True)
            return self._templar.template(loaded)
        except AnsibleError as error:
            raise AnsibleError(f"{source} cannot be read: {error.message}") from error


def _files(folder: pathlib.Path) -> list[tuple[pathlib.Path, str]]:
    paths = ((path, path.relative_to(folder)) for path in folder.rglob("*"))
    return sorted(
        (path, str(below))
        for path, below in paths
        if path.suffix in ENDINGS
        and path.is_file()
        and not any(part.startswith(".") for part in below.parts)
    )


def _entries(source: str, stem: str, content: Any) -> list[dict[str, Any]]:
    """Return the batches of one file; an empty one has none."""
    if content is None:
        return []
    if isinstance(content, dict) and set(content) != {BATCHES}:
        return [{"source": source, "batch": {"name": stem, **content}}]
    batches = content[BATCHES] if isinstance(content, dict) else content
    if not isinstance(batches, list):
        raise AnsibleError(
            f"{source}: {shown(batches)} is no batch; a mapping or a list of mappings is expected."
        )
    return [{"source": f"{source}[{index}]", "batch": batch} for index, batch in enumerate(batches)]
