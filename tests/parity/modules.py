# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running modules of any installed collection in this process, against an emulator."""

from __future__ import annotations

import importlib
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "ap-northeast-1",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class ModuleEnded(BaseException):
    """The module called exit_json or fail_json."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        super().__init__(result)


@contextmanager
def collections() -> Iterator[None]:
    """Let this checkout and the collections to compare with be imported."""
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    stage = pathlib.Path(tempfile.mkdtemp(prefix="collections-"))
    namespace = stage / "ansible_collections" / "batchwork"
    namespace.mkdir(parents=True)
    (namespace / "aws").symlink_to(ROOT)
    compared = os.environ.get("BATCHWORK_COMPARISON_COLLECTIONS")
    installed = [path for path in sys.path if path.endswith("site-packages")]
    _AnsibleCollectionFinder(
        paths=[str(stage), *([compared] if compared else []), *installed]
    )._install()
    try:
        yield
    finally:
        shutil.rmtree(stage)


def run(
    name: str, params: Mapping[str, Any], *, check_mode: bool = False, diff: bool = False
) -> dict[str, Any]:
    """Run the module of this full name and return its result; a traceback counts as a failure."""
    from ansible.module_utils import basic
    from ansible.module_utils.testing import patch_module_args

    namespace, collection, module_name = name.split(".")
    module = importlib.import_module(
        f"ansible_collections.{namespace}.{collection}.plugins.modules.{module_name}"
    )

    def exit_json(_module: Any, **result: Any) -> None:
        raise ModuleEnded({"changed": False, "failed": False, **result})

    def fail_json(_module: Any, msg: str, **result: Any) -> None:
        raise ModuleEnded({"changed": False, **result, "failed": True, "msg": msg})

    arguments = {**params, "_ansible_check_mode": check_mode, "_ansible_diff": diff}
    with (
        patch_module_args(arguments),
        mock.patch.object(basic.AnsibleModule, "exit_json", exit_json),
        mock.patch.object(basic.AnsibleModule, "fail_json", fail_json),
        mock.patch.object(basic.AnsibleModule, "warn", lambda *_arguments, **_others: None),
    ):
        try:
            module.main()
        except ModuleEnded as ended:
            return ended.result
        except Exception as problem:
            return {
                "changed": False,
                "failed": True,
                "msg": f"{type(problem).__name__}: {problem}",
                "traceback": True,
            }
    return {"changed": False, "failed": True, "msg": "the module ended without a result"}
