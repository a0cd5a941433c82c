# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One module in one process, without Ansible around it: ``python -m bench.module_run FILE``.

The file holds the module's name and its options.
"""

from __future__ import annotations

import importlib
import json
import pathlib
import sys

from ansible.module_utils.testing import patch_module_args

MODULES = "ansible_collections.batchwork.aws.plugins.modules"


def main() -> None:
    """Run the module; its result goes to standard output."""
    wanted = json.loads(pathlib.Path(sys.argv[1]).read_text())
    module = importlib.import_module(f"{MODULES}.{wanted['module']}")
    with patch_module_args(wanted["options"]):
        module.main()


if __name__ == "__main__":
    main()
