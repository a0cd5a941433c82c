# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each mistake that keeps a scheduled task from running is named beforehand, with its remedy."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.mistakes import (  # noqa: E501
    AFTERWARDS,
    MISTAKES,
    REMARKED,
)


def ids(mistake):
    return f"{mistake.number} {mistake.what}"


@pytest.mark.parametrize("mistake", [each for each in MISTAKES if each.deployed], ids=ids)
def test_a_mistake_behind_a_deployed_batch_is_named(
    surroundings, deploy, preflight, emulator, mistake
):
    deploy(**(mistake.options(surroundings) if mistake.options else {}))
    mistake.deployed(surroundings)
    emulator.clear_calls()
    check_is_named(preflight(name="report"), mistake)
    assert emulator.writes() == []


@pytest.mark.parametrize("mistake", [each for each in MISTAKES if each.declared], ids=ids)
def test_a_mistake_in_a_declared_batch_is_named(surroundings, preflight, emulator, mistake):
    options = surroundings.batch(**mistake.declared(surroundings))
    check_is_named(preflight(**options), mistake)
    assert emulator.writes() == []


def check_is_named(result, mistake):
    wrong = [check for check in result["checks"] if check["status"] == "NG"]
    named = [check for check in wrong if check["name"] == mistake.check]
    assert named, [check["line"] for check in result["checks"]]
    assert any(
        mistake.reason in check["reason"] and mistake.remedy in check["remedy"] for check in named
    ), [check["line"] for check in named]
    assert {check["name"] for check in wrong} <= {mistake.check, *mistake.also}
    assert result["ok"] is False


def test_every_failure_mode_of_the_list_has_its_place():
    numbers = {mistake.number for mistake in MISTAKES}
    assert numbers | set(REMARKED) | set(AFTERWARDS) == set(range(1, 23))
    assert not numbers & (set(REMARKED) | set(AFTERWARDS))
