# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a module of the collection in this process, against the emulator, as Ansible would."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args

PACKAGE = "ansible_collections.batchwork.aws.plugins.modules"


class ModuleEnded(BaseException):
    """The module called exit_json or fail_json with ``result``."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        super().__init__(result)


@pytest.fixture
def run_module(emulator: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Runs a module and returns its result: ``run_module("eventbridge_rule", {"name": "hello"})``.

    ``failed`` is always there, and ``warnings`` holds what the module warned of.
    """
    warned: list[str] = []

    def exit_json(_module: Any, **result: Any) -> None:
        raise ModuleEnded({"failed": False, **result})

    def fail_json(_module: Any, msg: str, **result: Any) -> None:
        raise ModuleEnded({**result, "failed": True, "msg": msg})

    monkeypatch.setattr(basic.AnsibleModule, "exit_json", exit_json)
    monkeypatch.setattr(basic.AnsibleModule, "fail_json", fail_json)
    monkeypatch.setattr(
        basic.AnsibleModule, "warn", lambda _module, warning, **_others: warned.append(warning)
    )

    def run(
        name: str, params: Mapping[str, Any], *, check_mode: bool = False, diff: bool = False
    ) -> dict[str, Any]:
        module = importlib.import_module(f"{PACKAGE}.{name}")
        warned.clear()
        arguments = {**params, "_ansible_check_mode": check_mode, "_ansible_diff": diff}
        with patch_module_args(arguments), pytest.raises(ModuleEnded) as ended:
            module.main()
        return {**ended.value.result, "warnings": list(warned)}

    return run
