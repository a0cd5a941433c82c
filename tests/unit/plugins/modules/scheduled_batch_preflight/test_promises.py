# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What preflight promises of a batch in which nothing is wrong, and of every run."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_a_correct_deployed_batch_gets_no_ng(deploy, preflight, emulator, trigger):
    deploy(trigger)
    result = preflight(name="report")
    for c in result["checks"]: print(c["line"])
    print(len(emulator.calls), [ (c.service,c.operation) for c in emulator.calls])
    assert [check["line"] for check in result["checks"] if check["status"] == "NG"] == []
    assert [check["line"] for check in result["checks"] if check["status"] == "SKIP"] == []
    assert emulator.writes() == []
