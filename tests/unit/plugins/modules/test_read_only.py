# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only reads sends no write call, whatever there is to see: asserted from the call log."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    FAMILY,
    LOG_GROUP,
    Surroundings,
)

Run = Callable[..., dict[str, Any]]

MODULES = "ansible_collections.batchwork.aws.plugins.modules"
FRAGMENT = "batchwork.aws.attributes.read_only"
WITH_ATTRIBUTES_OF_THEIR_OWN = {"scheduled_batch_diagnosis", "scheduled_batch_export"}
"""One may be asked to receive messages, the other one writes files."""

ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("aws_context_info", {}),
    ("ecs_task_definition_info", {"family": FAMILY}),
    ("eventbridge_rule_info", {}),
    ("fleet_foundation_info", {"names": ["execution"], "log_groups": [LOG_GROUP]}),
    ("scheduled_batch_diagnosis", {"name": "report", "expected_at": "now"}),
    ("scheduled_batch_diagnosis", {"name": "nightly", "expected_at": "now"}),
    ("scheduled_batch_diagnosis", {"name": "nothing", "expected_at": "now"}),
    ("scheduled_batch_export", {"path": "folder"}),
    ("scheduled_batch_export", {"path": "folder", "describe_task_definitions": True}),
    ("scheduled_batch_info", {}),
    ("scheduled_batch_info", {"history": 5, "describe_task_definitions": True}),
    ("scheduled_batch_preflight", {"name": "report"}),
    ("scheduled_batch_preflight", {"batches": [{"name": "report"}, {"name": "nightly"}]}),
    ("scheduled_batch_preflight", {"name": "new", "schedule": "rate(1 day)"}),
    ("scheduled_batch_preflight", {"owner": "reports"}),
    ("scheduler_schedule_group_info", {}),
    ("scheduler_schedule_info", {}),
)
"""Modules with their options; ``now`` and ``folder`` stand for the time and for an empty folder."""


@pytest.fixture
def deployed(emulator: Any, aws: Callable[..., Any], run_module: Run) -> Surroundings:
    """An account with a rule and a schedule, a run in progress and a mistake."""
    account = Surroundings(emulator, aws)
    account.make()
    batches = [account.batch("rule"), account.batch("scheduler", name="nightly")]
    assert not run_module("scheduled_batches", {"batches": batches})["failed"]
    network = {"subnets": [account.subnet], "securityGroups": [account.group]}
    aws("ecs").run_task(
        cluster="batch",
        taskDefinition=FAMILY,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        startedBy="events-rule/report",
    )
    aws("ecr").delete_repository(repositoryName="report", force=True)
    emulator.clear_calls()
    return account


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check mode"])
@pytest.mark.parametrize(("name", "params"), ROWS, ids=str)
def test_nothing_is_written(
    deployed: Surroundings,
    run_module: Run,
    emulator: Any,
    tmp_path: Path,
    name: str,
    params: dict[str, Any],
    check_mode: bool,
) -> None:
    now = datetime.now(UTC).isoformat()
    meant = {"now": now, "folder": str(tmp_path)}
    given = {
        option: meant.get(value, value) if isinstance(value, str) else value
        for option, value in params.items()
    }
    never = {"fail_on": "never"} if name == "scheduled_batch_preflight" else {}
    result = run_module(name, {**given, **never}, check_mode=check_mode)
    assert not result["failed"], result["msg"]
    assert emulator.reads() != []
    assert emulator.writes() == []


def test_a_run_writes_nothing_but_the_run(
    deployed: Surroundings, run_module: Run, emulator: Any
) -> None:
    result = run_module("scheduled_batch_run", {"name": "report", "wait": False})
    assert not result["failed"], result["msg"]
    assert [call.operation for call in emulator.writes()] == ["RunTask"]


def test_every_module_that_says_that_it_only_reads_is_tried() -> None:
    folder = Path(str(importlib.import_module(MODULES).__path__[0]))
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    saying = {name for name in names if FRAGMENT in fragments(name)}
    assert saying | WITH_ATTRIBUTES_OF_THEIR_OWN == {name for name, _params in ROWS}


def fragments(name: str) -> list[str]:
    """Return what the documentation of a module extends."""
    text = importlib.import_module(f"{MODULES}.{name}").DOCUMENTATION
    return list(yaml.safe_load(text).get("extends_documentation_fragment") or ())
