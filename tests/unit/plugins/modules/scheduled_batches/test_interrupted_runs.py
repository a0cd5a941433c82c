# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at any of its calls leaves what the next run brings to the same end as a run
that nobody disturbed: nothing is doubled, and nothing is lost.

The module runs in a process of its own against an emulator that kills it by SIGKILL or SIGTERM,
before or after the call has taken effect. AnsibleModule leaves SIGTERM as it is, so that both end
the module at once, and neither leaves a message.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest

Death = dict[str, Any]


def death(scenario: str, number: int, access: str = "write") -> Death:
    """The death of a run at its n-th call of a kind. Half of them come before the call has taken
    effect, and half of each kind are by SIGTERM."""
    return {
        "scenario": scenario,
        "access": access,
        "number": number,
        "effect": access == "write" and number % 2 == 1,
        "signal": signal.SIGTERM if number % 4 in {0, 1} else signal.SIGKILL,
    }


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            yield from differences(wanted.get(key), found.get(key), f"{path}.{key}")
    elif wanted != found:
        yield f"{path}: {found} instead of {wanted}"


def complaints(dying: Death, left: dict[str, Any], undisturbed: dict[str, Any]) -> list[str]:
    """What is wrong with what a death left."""
    checks = {
        "the call did not come": left["struck"],
        f"it ended with {left['ended']}": left["ended"] == -dying["signal"],
        f"it printed {left['printed']}": left["printed"] == "",
        f"the next run failed: {left['again']['msg']}": not left["again"]["failed"],
        f"both triggers were enabled of {left['doubled']}": left["doubled"] == [],
    }
    wrong = [told for told, holds in checks.items() if not holds]
    return wrong + list(differences(undisturbed["state"], left["state"]))


POINTS = [("update", 37, 8), ("first", 22, 0)]
"""Scenarios, with the number of their writes, each of which is died at, and of reads."""


def test_there_are_more_than_fifty_points():
    assert sum(writes + reads for _scenario, writes, reads in POINTS) > 50


@pytest.mark.parametrize(("scenario", "writes", "reads"), POINTS)
def test_the_next_run_finishes_what_a_killed_one_began(run_in_processes, scenario, writes, reads):
    undisturbed = run_in_processes(death(scenario, 0))
    assert undisturbed["ended"] == 0
    assert not json.loads(undisturbed["printed"]).get("failed")
    assert undisturbed["again"]["changed"] is False
    calls = undisturbed["calls"]
    assert calls["write"] == writes

    deaths = [death(scenario, number) for number in range(1, writes + 1)]
    step = calls["read"] // max(reads, 1)
    deaths += [death(scenario, 1 + number * step, "read") for number in range(reads)]
    wrong = {
        f"{dying['access']} {dying['number']}": found
        for dying in deaths
        if (found := complaints(dying, run_in_processes(dying), undisturbed))
    }
    assert wrong == {}
