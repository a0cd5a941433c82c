# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two fleets with different owners converge and prune at the same time, in processes of their own,
and neither touches what is the other's."""

from __future__ import annotations

from typing import Any

import pytest

OWNERS = ("ours", "theirs")


def of_owner(state: dict[str, Any], owner: str) -> dict[str, Any]:
    """What of a state belongs to an owner, by its names."""
    return {
        kind: {name: found for name, found in things.items() if name.startswith(owner)}
        for kind, things in state.items()
    }


@pytest.fixture(scope="module")
def together(run_in_processes: Any) -> dict[str, Any]:
    result: dict[str, Any] = run_in_processes({"scenario": "together", "owners": OWNERS})
    return result


def test_both_end_well_and_prune_their_own(together):
    assert together["ended"] == [0, 0]
    for owner, result in zip(OWNERS, together["results"], strict=True):
        assert not result.get("failed"), result
        gone = {f"{owner}-{name}" for name in "efgh"}
        assert {item["name"].partition(":")[0] for item in result["pruned"]} == gone
        assert not any(item["error"] for item in (*result["batches"], *result["pruned"]))


def test_they_really_work_at_the_same_time(together):
    order = [owner for owner, _operation, _parameters in together["writes"]]
    changes = sum(one != other for one, other in zip(order, order[1:], strict=False))
    assert set(order) == set(OWNERS)
    assert changes >= 3


@pytest.mark.parametrize(("owner", "other"), [OWNERS, OWNERS[::-1]])
def test_no_write_of_one_names_anything_of_the_other(together, owner, other):
    written = [
        (operation, parameters)
        for writer, operation, parameters in together["writes"]
        if writer == owner
    ]
    assert len(written) > 20
    assert [each for each in written if other in each[1]] == []


@pytest.mark.parametrize("owner", OWNERS)
def test_each_ends_as_if_it_had_been_alone(run_in_processes, together, owner):
    alone = run_in_processes({"scenario": "together", "owners": [owner]})
    assert of_owner(together["state"], owner) == of_owner(alone["state"], owner)
    assert len(of_owner(together["state"], owner)["rules"]) == 3


@pytest.mark.parametrize("owner", OWNERS)
def test_one_alone_leaves_the_other_s_as_it_was(run_in_processes, owner):
    (other,) = set(OWNERS) - {owner}
    untouched = run_in_processes({"scenario": "together", "owners": []})
    alone = run_in_processes({"scenario": "together", "owners": [owner]})
    assert of_owner(alone["state"], other) == of_owner(untouched["state"], other)
