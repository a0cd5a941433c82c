# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With -vvv the progress is written to the system's log, a line for each thing that changes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    own_batch,
)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that the module writes to the system's log, besides its invocation."""
    lines: list[str] = []

    def log(_module: Any, line: str, log_args: Any = None) -> None:
        if log_args is None:
            lines.append(line)

    monkeypatch.setattr(basic.AnsibleModule, "log", log)
    return lines


@pytest.mark.parametrize(("verbosity", "is_told"), [(3, True), (2, False)])
def test_progress_is_told_to_who_asks_for_it(deploy, fleet, account, logged, verbosity, is_told):
    deploy(own_batch("a"), own_batch("old"), owner="ours")
    logged.clear()
    account.emulator.deny("events:PutTargets", "c")
    told = {"_ansible_verbosity": verbosity}
    fleet(own_batch("a"), own_batch("b"), own_batch("c"), owner="ours", workers=1, **told)
    account.emulator.clear_denials()
    fleet(own_batch("a"), own_batch("b"), owner="ours", prune=True, **told)
    beginnings = [line.partition(": ")[0] for line in logged]
    if not is_told:
        assert beginnings == []
        return
    assert "b" in beginnings and "c" in beginnings and "rule old" in beginnings
    assert "a" not in beginnings
    assert "b: changed" in logged
    assert "rule old: pruned" in logged
    assert any(line.startswith("c: Failed putting the targets") for line in logged)
