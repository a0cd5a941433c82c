# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing batches to YAML files, readable and in a stable order (module
``scheduled_batch_export``)."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.info import (
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.yaml_text import (
    HAS_YAML,
    CannotRead,
    read_yaml,
    without_templates,
    write_yaml,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.hidden_values import (
    marked_paths,
    with_known_values,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import (
    HIDDEN,
    mask,
)

SUFFIXES = (".yml", ".yaml")
MODE = 0o644


@dataclass(frozen=True)
class BatchFile:
    """One file of the export: its batches, and what has to be said of them."""

    path: Path
    batches: Sequence[Document]
    remarks: Sequence[str]
    is_list: bool

    def content(self) -> Any:
        """Return what stands in the file."""
        return {"batches": list(self.batches)} if self.is_list else self.batches[0]

    def hidden_values(self) -> list[str]:
        """Return where a secret has to be filled in."""
        return marked_paths(self.content())

    def text(self) -> str:
        """Return the file as it is written."""
        told = [f"# {remark}" for remark in self.remarks]
        hidden = self.hidden_values()
        if hidden:
            told += [
                f"# {HIDDEN} stands in place of a secret. Nothing can be deployed until each has",
                "# its real value, such as that of a variable in Ansible Vault:",
                *(f"# - {path}" for path in hidden),
            ]
        return "\n".join(["---", *told, write_yaml(self.content())])


def export_batches(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Write every batch that the options choose to YAML files.

    :raises InvalidDescription: where nothing can be written, before anything is read or written.
    :raises Failure: where the system refuses a file.
    """
    folder = Path(params["path"])
    _check(folder, params.get("one_file"))
    reading = read_batches(session, params)
    files = _files(folder, params.get("one_file"), reading.batches)
    kept = [_with_known_values(file) for file in files]
    changed = [file for file in kept if _read(file.path) != file.text()]
    outcome = Outcome(
        changed=bool(changed),
        results={
            "files": [_as_result(file, changed) for file in kept],
            "other_files": _others(folder, kept),
            "not_batches": list(reading.not_batches),
        },
        warnings=reading.warnings,
    )
    if not session.check_mode:
        for file in changed:
            _write(file, outcome)
    return outcome


def _check(folder: Path, one_file: str | None) -> None:
    mistakes = []
    if not HAS_YAML:
        mistakes.append("path: the host that writes the files needs PyYAML.")
    if folder.exists() and not folder.is_dir():
        mistakes.append(f"path: {folder} is no directory.")
    if one_file is not None and (os.sep in one_file or not one_file.endswith(SUFFIXES)):
        mistakes.append(
            f"one_file: {one_file!r} is no name of a YAML file; give one such as 'batches.yml'."
        )
    if mistakes:
        raise InvalidDescription(mistakes)


def _files(folder: Path, one_file: str | None, batches: Sequence[Document]) -> list[BatchFile]:
    if one_file is not None:
        remarks = [f"{batch['name']}: {remark}" for batch in batches for remark in _remarks(batch)]
        return [BatchFile(folder / one_file, [_content(each) for each in batches], remarks, True)]
    taken = Counter(str(batch["name"]) for batch in batches)
    return [
        BatchFile(folder / _file_name(each, taken), [_content(each)], _remarks(each), False)
        for each in batches
    ]


def _content(batch: Document) -> Document:
    """Return a batch without its status, its secrets hidden, and nothing in it a template."""
    content = {key: value for key, value in batch.items() if key != "status"}
    hidden: Document = without_templates(mask(content))
    return hidden


def _remarks(batch: Document) -> list[str]:
    return [" ".join(str(remark).split()) for remark in batch["status"]["remarks"]]


def _file_name(batch: Document, taken: Mapping[str, int]) -> str:
    """Return the name of a batch's file, with its trigger and group where another has its name."""
    name = str(batch["name"])
    if taken[name] > 1:
        place = [batch["trigger"], batch.get("group_name")]
        name = ".".join([name, *(str(each) for each in place if each)])
    return f"{name}.yml"


def _with_known_values(file: BatchFile) -> BatchFile:
    """Keep the real values that somebody filled in where this export only has marks.

    :raises InvalidDescription: where the file that would be replaced cannot be understood.
    """
    text = _read(file.path)
    if text is None or not file.hidden_values():
        return file
    try:
        known = read_yaml(text)
    except CannotRead as error:
        raise InvalidDescription(
            [
                f"path: {file.path} would be replaced by one without the secrets that may stand in"
                f" it, and cannot be read as YAML ({error}); move it away first."
            ]
        ) from error
    content = with_known_values(file.content(), known)
    batches = content["batches"] if file.is_list else [content]
    return BatchFile(file.path, batches, file.remarks, file.is_list)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _write(file: BatchFile, outcome: Outcome) -> None:
    """Write a file as a whole or not at all."""
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.path.parent, prefix=".batch-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(file.text())
        mode = file.path.stat().st_mode & 0o777 if file.path.exists() else MODE
        os.chmod(name, mode)
        os.replace(name, file.path)
    except OSError as error:
        raise Failure(f"path: {file.path} cannot be written: {error}", outcome) from error


def _as_result(file: BatchFile, changed: Sequence[BatchFile]) -> Document:
    return {
        "path": str(file.path),
        "names": [batch["name"] for batch in file.batches],
        "changed": file in changed,
        "hidden_values": file.hidden_values(),
        "remarks": list(file.remarks),
    }


def _others(folder: Path, files: Sequence[BatchFile]) -> list[str]:
    """Return the YAML files of the folder that this export has no batch for."""
    ours = {file.path for file in files}
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(str(path) for path in found if path.suffix in SUFFIXES and path not in ours)
