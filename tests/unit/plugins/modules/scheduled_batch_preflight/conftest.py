# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch that is right in everything, deployed, and preflight looking at it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from ansible_collections.batchwork.aws.plugins.module_utils._module import module
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    Surroundings,
)

Run = Callable[..., dict[str, Any]]


CLIENTS: dict[tuple[Any, ...], Clients] = {}
"""Making the clients of ten services takes longer than most runs here."""


@pytest.fixture(autouse=True)
def quick_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets clients outlive a run, and repeat failed calls without waiting."""

    def made(of_module: Any, **options: Any) -> Clients:
        settings = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_REGION")
        key = (of_module.params.get("region"), *map(os.environ.get, settings))
        if key not in CLIENTS:
            quick = Retries(sleep=lambda _seconds: None)
            CLIENTS[key] = Clients(of_module, retries=quick, max_pool_connections=16)
        return CLIENTS[key]

    monkeypatch.setattr(module, "Clients", made)


@pytest.fixture
def surroundings(emulator: Any, aws: Callable[..., Any]) -> Surroundings:
    """An account with everything that a batch needs."""
    made = Surroundings(emulator, aws)
    made.make()
    emulator.clear_calls()
    return made


@pytest.fixture
def deploy(surroundings: Surroundings, run_module: Run) -> Run:
    """Deploys a batch that must not fail: ``deploy(trigger="scheduler", cluster="other")``."""

    def run(trigger: str = "rule", **options: Any) -> dict[str, Any]:
        described = surroundings.batch(trigger, **options)
        result = run_module("scheduled_batches", {"batches": [described]})
        assert not result["failed"], result["msg"]
        surroundings.emulator.clear_calls()
        return described

    return run


@pytest.fixture
def preflight(run_module: Run) -> Run:
    """Runs preflight: ``preflight(name="report")`` returns its result, and never fails."""

    def run(**options: Any) -> dict[str, Any]:
        result = run_module("scheduled_batch_preflight", {"fail_on": "never", **options})
        assert not result["failed"], result["msg"]
        return result

    return run
