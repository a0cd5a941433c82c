# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of the Python that the environment is made with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture
def pick(scripts, tmp_path):
    """Runs the choice with a PATH that begins with a folder of the test's own."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def run(**variables):
        environment = {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(tmp_path), **variables}
        return subprocess.run(
            [scripts / "pick_python"], env=environment, capture_output=True, text=True, check=False
        )

    run.folder = folder
    return run


def write_command(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_python_that_is_named_is_taken(pick):
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    version = "{}.{}".format(*sys.version_info)

    picked = pick(PYTHON=sys.executable)

    assert picked.stdout.split() == [version, sys.version.split()[0], python]


def test_a_shim_that_only_prints_an_error_is_passed_over(pick):
    write_command(pick.folder / "python3.14", "echo 'command not found' >&2; exit 127")
    write_command(pick.folder / "python3.13", f'exec "{sys.executable}" "$@"')

    picked = pick()

    assert picked.returncode == 0
    assert picked.stdout.split()[1] == sys.version.split()[0]


@pytest.mark.parametrize("named", ["/bin/false", "/nowhere/python"])
def test_a_named_python_that_does_not_work_is_an_error(pick, named):
    picked = pick(PYTHON=named)

    assert picked.returncode == 1
    assert picked.stderr == (f"PYTHON={named} is not a working Python of version 3.11 or newer.\n")


def test_a_python_without_venv_is_named_with_the_remedy(pick):
    without_venv = pick.folder / "python_without_venv"
    write_command(without_venv, f'exec "{sys.executable}" -S -c "$(cat {pick.folder}/patch)" "$@"')
    (pick.folder / "patch").write_text(
        "import sys; sys.modules['ensurepip'] = None; "
        "sys.argv[1:] = sys.argv[2:]; exec(sys.stdin.read())",
        encoding="utf-8",
    )

    picked = pick(PYTHON=str(without_venv))

    assert picked.returncode == 1
    assert f"{without_venv} cannot make virtual environments" in picked.stderr
    assert "apt-get install python3-venv" in picked.stderr
