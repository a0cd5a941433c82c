# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry the user's configuration of pip over to the home folder of the checks.

ansible-test makes virtual environments of its own, with pip, from an environment in which only
HOME and PATH are left. An index or a certificate that is set in the user's own configuration or
in PIP_* and proxy variables would be lost there.

Usage: write_pip_configuration.py HOME_OF_THE_CHECKS
"""

from __future__ import annotations

import os
import pathlib
import sys

# They name places and habits of this one run, not how the index is reached.
NOT_CARRIED = {"PIP_CACHE_DIR", "PIP_CONFIG_FILE", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"}


def configuration(environment: dict[str, str]) -> str:
    """Return the pip.conf that says what the PIP_* and proxy variables say."""
    options = {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith("PIP_") and name not in NOT_CARRIED and value
    }
    proxy = environment.get("HTTPS_PROXY") or environment.get("https_proxy")
    if proxy:
        options.setdefault("proxy", proxy)
    return "[global]\n" + "".join(f"{name} = {value}\n" for name, value in sorted(options.items()))


def main(home: str) -> None:
    """Write the variables as pip.conf, and link the user's own file where pip looks as well."""
    written = pathlib.Path(home, ".config", "pip", "pip.conf")
    written.parent.mkdir(parents=True, exist_ok=True)
    written.touch(mode=0o600)  # an index's address may carry a password
    written.write_text(configuration(dict(os.environ)), encoding="utf-8")
    for own in (os.environ.get("PIP_CONFIG_FILE", ""), ".config/pip/pip.conf", ".pip/pip.conf"):
        existing = pathlib.Path.home() / own
        if existing.is_file():
            link = pathlib.Path(home, ".pip", "pip.conf")
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(existing)
            return


if __name__ == "__main__":
    main(sys.argv[1])
