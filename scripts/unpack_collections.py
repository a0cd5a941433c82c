# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack single collections from the ``ansible`` package.

No package index has amazon.aws by itself; the ``ansible`` package carries it beside a hundred
others that nothing here needs.

Usage: unpack_collections.py WHEEL NAMESPACE.NAME=FOLDER...
Each collection goes to FOLDER/ansible_collections/NAMESPACE/NAME.
"""

from __future__ import annotations

import sys
import zipfile


def unpack(wheel: zipfile.ZipFile, collection: str, folder: str) -> None:
    """Unpack one collection, such as ``amazon.aws``, below a folder."""
    prefix = f"ansible_collections/{collection.replace('.', '/')}/"
    members = [name for name in wheel.namelist() if name.startswith(prefix)]
    if not members:
        sys.exit(f"{wheel.filename} has no collection {collection}")
    wheel.extractall(folder, members)
    print(f"{collection}: {len(members)} files below {folder}")


def main(wheel_path: str, *destinations: str) -> None:
    """Unpack every collection that the command line names."""
    with zipfile.ZipFile(wheel_path) as wheel:
        for destination in destinations:
            collection, folder = destination.split("=", 1)
            unpack(wheel, collection, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
