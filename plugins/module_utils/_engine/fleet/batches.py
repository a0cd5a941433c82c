# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many batches in one process: read, check everything, then register, re-point and only then clean
up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.apply import apply_fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.checks import (
    check_changed,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.descriptions import (
    describe_fleet,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import Clock, Fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.ownership import (
    refuse_foreign,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.planning import plan_fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.pruning import (
    plan_pruning,
    prune,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.reading import read_fleet
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.results import outcome_of
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.retention import retain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.options import FleetOptions

CLOCK = Clock()


def converge_batches(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make all batches the wanted ones (module ``scheduled_batches``).

    :raises InvalidDescription: with all mistakes, before anything is written.
    :raises Failure: with all that was done and all that was not, where a batch failed.
    """
    session.learn_secrets(params)
    fleet = Fleet(session, FleetOptions.of(params), CLOCK)
    describe_fleet(fleet)
    read_fleet(fleet)
    refuse_foreign(fleet)
    plan_fleet(fleet)
    check_changed(fleet)
    plan_pruning(fleet)
    if fleet.writes:
        apply_fleet(fleet)
        prune(fleet)
    retain(fleet)
    return outcome_of(fleet)
