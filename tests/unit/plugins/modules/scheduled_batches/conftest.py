# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet on an emulator that can be watched after every single write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from ansible_collections.batchwork.aws.plugins.module_utils._module import module
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    TRUST,
)

from emulator.call_log import access_of
from emulator.layer import Call, Forward

Run = Callable[..., dict[str, Any]]


class Watch:
    """A middleware that remembers, after every write, what ``look`` sees."""

    def __init__(self) -> None:
        self.look: Callable[[Forward, Call], Any] | None = None
        self.seen: list[tuple[str, Any]] = []

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        answer = forward(call)
        if self.look is not None and access_of(call.service, call.operation) == "write":
            self.seen.append((call.operation, self.look(forward, call)))
        return answer


WATCH = Watch()


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[Any]:
    """An emulator that is watched, in place of the one that all other tests share."""
    from emulator.server import Emulator

    with Emulator(middlewares=[WATCH]) as server:
        yield server


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What looks at the emulator's state after every write: set its ``look``."""
    WATCH.seen.clear()
    yield WATCH
    WATCH.look = None


class QuickClients:
    """Clients that outlive a run, since making them takes longer than most runs here, and that
    repeat failed calls without waiting."""

    def __init__(self) -> None:
        self._made: dict[str, Clients] = {}

    def __call__(self, of_module: Any, **options: Any) -> Clients:
        key = f"{of_module.params.get('region')} {of_module.params.get('access_key')}"
        if key not in self._made:
            quick = Retries(sleep=lambda _seconds: None)
            self._made[key] = Clients(of_module, retries=quick, max_pool_connections=64)
        self._made[key].calls.clear()
        return self._made[key]


QUICK_CLIENTS = QuickClients()


class Account:
    """An account with the cluster and a role that both services may assume."""

    def __init__(self, emulator: Any, aws: Callable[..., Any]) -> None:
        self.emulator = emulator
        self.aws = aws

    def empty(self) -> None:
        """Begin anew."""
        self.emulator.reset()
        self.aws("ecs").create_cluster(clusterName="batch")
        trust = json.dumps(TRUST)
        self.aws("iam").create_role(RoleName="trigger", AssumeRolePolicyDocument=trust)
        self.emulator.clear_calls()

    def rules(self) -> dict[str, dict[str, Any]]:
        """The rules by name."""
        return {rule["Name"]: rule for rule in self.aws("events").list_rules()["Rules"]}

    def tags(self, rule: str) -> dict[str, str]:
        """The tags of a rule."""
        arn = self.rules()[rule]["Arn"]
        found = self.aws("events").list_tags_for_resource(ResourceARN=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def targets(self, rule: str) -> dict[str, dict[str, Any]]:
        """The targets of a rule by id."""
        found = self.aws("events").list_targets_by_rule(Rule=rule)["Targets"]
        return {target["Id"]: target for target in found}

    def schedules(self) -> dict[str, dict[str, Any]]:
        """The schedules by group and name, as ``group/name``."""
        client = self.aws("scheduler")
        return {
            f"{found['GroupName']}/{found['Name']}": client.get_schedule(
                Name=found["Name"], GroupName=found["GroupName"]
            )
            for found in client.list_schedules()["Schedules"]
        }

    def groups(self) -> dict[str, dict[str, str]]:
        """The tags of the schedule groups by name."""
        client = self.aws("scheduler")
        found = {}
        for group in client.list_schedule_groups()["ScheduleGroups"]:
            tags = client.list_tags_for_resource(ResourceArn=group["Arn"])["Tags"]
            found[group["Name"]] = {tag["Key"]: tag["Value"] for tag in tags}
        return found

    def revisions(self, family: str, status: str = "ACTIVE") -> list[int]:
        """The revisions of a family."""
        found = self.aws("ecs").list_task_definitions(familyPrefix=family, status=status)
        return [int(arn.rpartition(":")[2]) for arn in found["taskDefinitionArns"]]

    def writes(self) -> list[str]:
        """The operations that were sent and could change something, in order."""
        return [call.operation for call in self.emulator.writes()]


@pytest.fixture
def account(emulator: Any, aws: Callable[..., Any]) -> Account:
    """An account that is ready for batches."""
    ready = Account(emulator, aws)
    ready.empty()
    return ready


@pytest.fixture
def run_fleet(
    emulator: Any, run_module: Run, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Any]]:
    """Runs ``scheduled_batches``: ``run_fleet(batch(), owner="reports")`` returns its result."""
    monkeypatch.setattr(module, "Clients", QUICK_CLIENTS)

    def run(
        *batches: dict[str, Any], check_mode: bool = False, diff: bool = False, **params: Any
    ) -> dict[str, Any]:
        given = {"batches": list(batches), **params}
        return run_module("scheduled_batches", given, check_mode=check_mode, diff=diff)

    return run


@pytest.fixture
def fleet(account: Account, run_fleet: Run) -> Run:
    """The same, on an account that is ready for batches."""
    return run_fleet


@pytest.fixture
def deploy(fleet: Run, account: Account) -> Run:
    """Runs a fleet that must not fail, and forgets the calls of it."""

    def run(*batches: dict[str, Any], **params: Any) -> dict[str, Any]:
        result = fleet(*batches, **params)
        assert not result["failed"], result["msg"]
        account.emulator.clear_calls()
        return result

    return run


@pytest.fixture(scope="module")
def run_in_processes() -> Iterator[Run]:
    """Hands a task to ``runs_in_processes``, and returns what came of it."""
    driver = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("runs_in_processes.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    stdin, stdout = driver.stdin, driver.stdout
    assert stdin is not None and stdout is not None

    def ask(task: dict[str, Any]) -> dict[str, Any]:
        stdin.write(json.dumps(task) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer

    yield ask
    stdin.close()
    assert driver.wait(timeout=60) == 0
