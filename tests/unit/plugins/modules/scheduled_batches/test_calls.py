# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How few calls a fleet needs: the bounds of the benchmarks, counted without a clock."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    batch,
    own_batch,
)

N = 40


def names() -> list[str]:
    return [f"batch-{number}" for number in range(N)]


def with_own_definitions(**options: Any) -> list[dict[str, Any]]:
    return [own_batch(name, **options) for name in names()]


def sharing(**options: Any) -> list[dict[str, Any]]:
    return [batch(name, **options) for name in names()]


@pytest.mark.parametrize("owner", [None, "ours"])
@pytest.mark.parametrize(
    ("batches", "bound"),
    [
        (with_own_definitions(), 2.1 * N + 15),
        (sharing(), 1.1 * N + 15),
        (sharing(trigger="scheduler"), 1.1 * N + 15),
    ],
    ids=["own definitions", "a shared definition", "schedules"],
)
def test_no_change(fleet, deploy, account, owner, batches, bound):
    deploy(*batches, owner=owner)
    result = fleet(*batches, owner=owner)
    assert (result["failed"], result["changed"]) == (False, False)
    assert len(account.emulator.calls) <= bound
    # Looking for what to prune costs no more.
    if owner is not None:
        account.emulator.clear_calls()
        assert not fleet(*batches, owner=owner, prune=True)["changed"]
        assert len(account.emulator.calls) <= bound


@pytest.mark.parametrize("owner", [None, "ours"])
def test_first_deployment(fleet, account, owner):
    result = fleet(*with_own_definitions(), owner=owner)
    assert not result["failed"], result["msg"]
    assert len(account.emulator.calls) <= 5 * N + 20


@pytest.mark.parametrize("owner", [None, "ours"])
def test_new_image(fleet, deploy, account, owner):
    deploy(*with_own_definitions(), owner=owner)
    result = fleet(*with_own_definitions(), owner=owner, images={"hello": "busybox:2"})
    assert all(item["changed"] for item in result["batches"])
    assert len(account.emulator.calls) <= 5 * N + 15


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_new_image_of_one_unpinned_definition_costs_a_constant_number_of_calls(
    fleet, deploy, account, trigger
):
    first = batch("first", trigger=trigger)
    named = [batch(name, task_definition="hello", trigger=trigger) for name in names()]
    deploy(first, *named)
    assert not fleet(first, *named)["changed"]
    unchanged = len(account.emulator.calls)
    account.emulator.clear_calls()
    fleet(first, *named, images={"hello": "busybox:2"})
    written = ["RegisterTaskDefinition", "PutTargets" if trigger == "rule" else "UpdateSchedule"]
    assert account.writes() == written
    # Besides what is written, the cluster of the one batch that pins the revision is looked for.
    assert len(account.emulator.calls) <= unchanged + len(written) + 1
