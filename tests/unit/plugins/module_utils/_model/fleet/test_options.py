# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a fleet besides its batches."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.options import (
    FleetOptions,
)


def mistakes(**params: Any) -> list[str]:
    return list(FleetOptions.of({"batches": [{"name": "hello"}], **params}).mistakes())


def test_what_is_null_or_unknown_counts_as_left_out():
    options = FleetOptions.of({"batches": [], "owner": None, "region": "eu-west-1"})
    assert options == FleetOptions(batches=[])
    assert (options.max_deletes, options.workers, options.keep_revisions) == (10, 8, None)


@pytest.mark.parametrize(
    ("params", "beginning"),
    [
        ({"workers": 0}, "workers: 0 is out of range; allowed is 1 to 64."),
        ({"workers": 65}, "workers: 65 is out of range"),
        ({"owner": ""}, "owner: "),
        ({"owner": "a b"}, "owner: 'a b' is not allowed"),
        ({"owner": "default"}, "owner: 'default' is not allowed"),
        ({"prune": True}, "prune: only what carries an owner's tag can be pruned"),
        ({"max_deletes": -1, "owner": "a"}, "max_deletes: -1 is out of range"),
        ({"keep_revisions": 0}, "keep_revisions: 0 is too few"),
        ({"batches": [], "prune": True, "owner": "a"}, "batches: with prune an empty list"),
    ],
)
def test_what_is_wrong_is_named(params, beginning):
    (mistake,) = mistakes(**params)
    assert mistake.startswith(beginning)


@pytest.mark.parametrize(
    "params",
    [
        {"owner": "reports", "prune": True, "max_deletes": 0, "workers": 64, "keep_revisions": 1},
        {"batches": [], "prune": True, "owner": "reports", "allow_empty": True},
        {"batches": []},
    ],
)
def test_what_is_right_passes(params):
    assert mistakes(**params) == []
