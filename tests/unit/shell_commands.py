# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell commands for containers that wait for something other than time to pass: no test may
depend on how fast the machine is."""

from __future__ import annotations

from pathlib import Path


def until_exists(path: Path) -> str:
    """Shell that waits for a file."""
    return f"while [ ! -e {path} ]; do sleep 0.02; done"


def tell_and_exit(path: Path, code: int) -> str:
    """Shell that writes its process id to a file, for `until_ended`, and ends."""
    return f"echo $$ > {path}.new; mv {path}.new {path}; exit {code}"


def until_ended(path: Path) -> str:
    """Shell that waits until the process whose id is written to a file has ended."""
    is_running = f"kill -0 $(cat {path}) 2> {path}.errors"
    return f"{until_exists(path)}; while {is_running}; do sleep 0.02; done"
