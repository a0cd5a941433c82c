# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch on an emulator that really runs its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import log as batch_run_log
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import (
    news as batch_run_news,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import (
    wait as batch_run_wait,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.running_batches import (
    REGION,
    Batch,
)

from emulator.server import Emulator


@pytest.fixture(scope="module")
def emulator_server() -> Iterator[Emulator]:
    with Emulator(run_tasks=True) as server:
        # What is due is fired by the tests alone, at whatever time of the day they run.
        server.runner.clock.stop()
        yield server


@pytest.fixture(scope="module")
def account(emulator_server: Emulator) -> dict[str, Any]:
    """A network, the cluster and roles, made once for all tests; they take a second."""
    import boto3

    emulator_server.reset()
    where = {"region_name": REGION, "endpoint_url": emulator_server.endpoint}
    boto3.client("ecs", **where).create_cluster(clusterName="batch")
    for service in ("events", "scheduler"):
        principal = {"Service": f"{service}.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        boto3.client("iam", **where).create_role(
            RoleName=service, AssumeRolePolicyDocument=document
        )
    boto3.client("scheduler", **where).create_schedule_group(Name="reports")
    subnets = boto3.client("ec2", **where).describe_subnets()["Subnets"]
    return {"awsvpcConfiguration": {"Subnets": [subnets[0]["SubnetId"]]}}


@pytest.fixture
def emulator(emulator_server, account, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator_server.endpoint)
    yield emulator_server
    emulator_server.clear_faults()
    emulator_server.clear_denials()


@pytest.fixture
def batch(emulator, account, aws, run_module, monkeypatch) -> Batch:
    for waiting in (batch_run_wait, batch_run_news):
        monkeypatch.setattr(waiting, "SHORTEST_WAIT", 0.02)
    monkeypatch.setattr(batch_run_log, "PAUSE", 0.02)
    monkeypatch.setattr(batch_run_log, "LOG_ARRIVAL", 0.5)
    return Batch(aws, emulator, account, run_module)
