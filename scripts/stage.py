# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the checkout to where the checks work on it, and print the copy's path.

ansible-test wants a collection at a real path ``.../ansible_collections/NAMESPACE/NAME`` with its
dependencies beside it, and several tools write where they run. A copy serves both: it holds what
git does not ignore, and nothing is written in the checkout.

Usage: stage.py NAME [--tracked]     (--tracked leaves out what git does not know yet)
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig


def files_of(checkout: pathlib.Path, *, tracked_only: bool) -> list[str]:
    """Return the paths of the files that belong to the checkout as it is now."""
    command = ["git", "-C", str(checkout), "ls-files", "-z", "--cached"]
    if not tracked_only:
        command += ["--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and os.path.lexists(checkout / path)]


def copy_files(checkout: pathlib.Path, files: list[str], collection: pathlib.Path) -> None:
    """Copy the files, and let git know them: tools ask it what belongs to a collection."""
    for path in files:
        target = collection / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / path, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet"], check=True, cwd=collection)
    subprocess.run(["git", "add", "--all"], check=True, cwd=collection)


def link_dependency(root: pathlib.Path) -> None:
    """Put amazon.aws beside the copy: ansible-test looks for it nowhere else."""
    installed = pathlib.Path(sysconfig.get_path("purelib"), "ansible_collections", "amazon", "aws")
    (root / "amazon").mkdir()
    (root / "amazon" / "aws").symlink_to(installed)


def stage(name: str, *, tracked_only: bool) -> pathlib.Path:
    """Make the copy of one check anew and return the collection's path in it."""
    checkout = pathlib.Path(os.environ["BATCHWORK_CHECKOUT"])
    folder = pathlib.Path(os.environ["BATCHWORK_ENVIRONMENT"], "stage", name)
    shutil.rmtree(folder, ignore_errors=True)
    root = folder / "ansible_collections"
    collection = root / "batchwork" / "aws"
    collection.mkdir(parents=True)
    copy_files(checkout, files_of(checkout, tracked_only=tracked_only), collection)
    link_dependency(root)
    return collection


if __name__ == "__main__":
    print(stage(sys.argv[1], tracked_only="--tracked" in sys.argv[2:]))
