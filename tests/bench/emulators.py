# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator as a process of its own, so that its work does not count as anybody else's."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from bench.fleets import CLUSTER_ARN, REGION, TRIGGER_ROLE

TESTS = pathlib.Path(__file__).resolve().parent.parent

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Calls:
    """The API calls of one run, in their order, as the emulator saw them."""

    calls: list[dict[str, Any]]

    @property
    def reads(self) -> int:
        """How many only read."""
        return sum(call["access"] == "read" for call in self.calls)

    @property
    def writes(self) -> int:
        """How many could write."""
        return len(self.calls) - self.reads

    @property
    def by_operation(self) -> Counter[str]:
        """How many of each operation."""
        return Counter(f"{call['service']}:{call['operation']}" for call in self.calls)

    @property
    def throttled(self) -> int:
        """How many were refused for coming too fast."""
        return sum("Throttl" in str(call["error"]) for call in self.calls)


@dataclass(frozen=True)
class RunningEmulator:
    """An emulator that serves at ``endpoint``."""

    endpoint: str

    def take_calls(self) -> Calls:
        """Return the calls since the last look, and forget them."""
        calls = Calls(self._ask("GET", "calls")["calls"])
        self._ask("DELETE", "calls")
        return calls

    def prepare(self) -> None:
        """Empty the account, and give it what every fleet needs and none makes."""
        self._ask("POST", "reset")
        where: dict[str, Any] = {"endpoint_url": self.endpoint, "region_name": REGION}
        boto3.client("ecs", **where).create_cluster(clusterName=CLUSTER_ARN.rpartition("/")[2])
        boto3.client("iam", **where).create_role(
            RoleName=TRIGGER_ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        self.take_calls()

    def _ask(self, method: str, what: str) -> Any:
        body = b"{}" if method == "POST" else None
        request = urllib.request.Request(f"{self.endpoint}/_emulator/{what}", body, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)


@contextmanager
def running_emulator(module: str = "emulator", *arguments: str) -> Iterator[RunningEmulator]:
    """Start an emulator by the ``module`` that holds it; end it by its process."""
    command = [sys.executable, "-u", "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        if not endpoint.startswith("http://127.0.0.1:"):
            sys.exit(f"{' '.join(command)} did not print its address but {endpoint!r}")
        yield RunningEmulator(endpoint)
    finally:
        process.terminate()
        process.wait(timeout=60)
