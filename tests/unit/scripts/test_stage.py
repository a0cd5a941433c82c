# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copies that the checks work on."""

from __future__ import annotations

import subprocess

import pytest


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a file of every kind that git tells apart."""
    folder = tmp_path / "checkout"
    folder.mkdir()

    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=folder, check=True)

    git("init", "--quiet")
    (folder / ".gitignore").write_text("ignored\n", encoding="utf-8")
    for name in ("tracked", "deleted", "ignored"):
        (folder / name).write_text(name, encoding="utf-8")
    git("add", "--all")
    (folder / "deleted").unlink()
    (folder / "new").write_text("new", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("tracked_only", "expected"),
    [
        pytest.param(True, {".gitignore", "tracked"}, id="what git knows"),
        pytest.param(False, {".gitignore", "tracked", "new"}, id="what git does not ignore"),
    ],
)
def test_a_copy_holds(script, checkout, tracked_only, expected):
    assert set(script("stage").files_of(checkout, tracked_only=tracked_only)) == expected


def test_a_copy_is_made_anew_each_time(script, checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("BATCHWORK_CHECKOUT", str(checkout))
    monkeypatch.setenv("BATCHWORK_ENVIRONMENT", str(tmp_path))
    stage = script("stage").stage
    (stage("unit", tracked_only=False) / "left over").touch()

    collection = stage("unit", tracked_only=False)

    assert collection == tmp_path / "stage/unit/ansible_collections/batchwork/aws"
    assert {path.name for path in collection.iterdir()} == {".git", ".gitignore", "tracked", "new"}
    assert (collection.parents[1] / "amazon/aws").is_symlink()
