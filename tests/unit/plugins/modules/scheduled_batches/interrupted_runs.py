# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that kills runs of ``scheduled_batches``: every line of JSON that it reads is a death,
and it writes a line of JSON that says what came of it.

Starting Python and importing boto3 and the emulator takes seconds, a fork milliseconds. So this
process does that once, makes the account in which a scenario begins, and forks itself for every
death::

    this process, with the account          (no threads)
      └ one death, with a copy of it        starts the emulator in threads, after it has forked
          └ the module                      is killed at the wanted call

The fork of a death is what lets it have the account as it was, without making it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    import conftest  # noqa: F401 lets the collection be imported, and bars the way to AWS

from ansible.module_utils.testing import patch_module_args
from ansible_collections.batchwork.aws.plugins.modules import scheduled_batches
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    REGION,
    TRUST,
    batch,
    own_batch,
)

from emulator.call_log import access_of
from emulator.layer import Call, ConnectionLost, Forward
from emulator.server import Emulator

Result = dict[str, Any]

OWNER = {"owner": "reports", "workers": 4}

FIRST: dict[str, Any] = {
    **OWNER,
    "batches": [
        batch("alpha"),
        batch("bravo"),
        own_batch("charlie", tags={"team": "finance"}),
        own_batch("delta", trigger="scheduler"),
        batch("echo", trigger="scheduler"),
        own_batch("foxtrot"),
        own_batch("golf", trigger="scheduler"),
        own_batch("hotel"),
        own_batch("india", trigger="scheduler"),
    ],
}
"""Rules and schedules, with task definitions of their own and a shared one."""

UPDATE: dict[str, Any] = {
    **OWNER,
    "prune": True,
    "keep_revisions": 1,
    "images": {"hello": "busybox:2"},
    "batches": [
        batch("alpha", schedule="rate(7 days)"),
        batch("bravo", task_definition="hello"),
        own_batch("charlie", tags={"team": "sales"}),
        own_batch("delta", trigger="scheduler"),
        batch("echo", trigger="scheduler", description="new"),
        own_batch("foxtrot", trigger="scheduler"),
        own_batch("golf", trigger="rule"),
        own_batch("juliett"),
    ],
}
"""A new image for all, two moves, two batches that go and one that comes, and old revisions go."""

SCENARIOS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "first": (None, FIRST),
    "update": (FIRST, UPDATE),
}
"""What was deployed before, and the run that is killed."""


class Killer:
    """A middleware that kills a process at its n-th call of a kind, before or after the call has
    taken effect; then nothing of that process gets through any more."""

    def __init__(self, death: Mapping[str, Any], victim: int) -> None:
        self.death, self.victim = death, victim
        self.seen = 0
        self.closed = self.active = False
        self.firing: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        if not self.active:
            return forward(call)
        with self._lock:
            if self.closed:
                raise ConnectionLost
            access = access_of(call.service, call.operation)
            self.seen += access == self.death["access"]
            strikes = access == self.death["access"] and self.seen == self.death["number"]
            self.closed = strikes
        if strikes and self.death["effect"]:
            forward(call)
        if strikes:
            os.kill(self.victim, self.death["signal"])
            raise ConnectionLost
        return forward(call)


class Watcher:
    """A middleware that notes every batch whose triggers are both enabled after a write."""

    def __init__(self) -> None:
        self.doubled: set[str] = set()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        answer = forward(call)
        if call.operation in {"PutRule", "EnableRule", "CreateSchedule", "UpdateSchedule"}:
            rules = forward(call.sibling("ListRules", service="events"))["Rules"]
            schedules = forward(call.sibling("ListSchedules", service="scheduler"))["Schedules"]
            enabled = [
                {str(each["Name"]) for each in found if each["State"] == "ENABLED"}
                for found in (rules, schedules)
            ]
            self.doubled |= enabled[0] & enabled[1]
        return answer


class Account:
    """The account of an emulator, seen past its clients and middlewares."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make a call that nobody sees."""
        call = Call(service, operation, REGION, parameters=parameters)
        return dict(self._emulator.send(call))

    def prepare(self) -> None:
        """Make what batches need."""
        self.ask("ecs", "CreateCluster", clusterName="batch")
        trust = json.dumps(TRUST)
        self.ask("iam", "CreateRole", RoleName="trigger", AssumeRolePolicyDocument=trust)

    def state(self) -> Result:
        """Everything that a fleet makes, with the content of task definitions for revisions."""
        return {
            "rules": {
                rule["Name"]: self._rule(rule) for rule in self.ask("events", "ListRules")["Rules"]
            },
            "schedules": {
                f"{each['GroupName']}/{each['Name']}": self._schedule(each)
                for each in self.ask("scheduler", "ListSchedules")["Schedules"]
            },
            "groups": {
                each["Name"]: self._tags("scheduler", ResourceArn=each["Arn"])
                for each in self.ask("scheduler", "ListScheduleGroups")["ScheduleGroups"]
            },
            "families": self._families(),
        }

    def _tags(self, service: str, **arn: str) -> dict[str, str]:
        found = self.ask(service, "ListTagsForResource", **arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def _rule(self, rule: dict[str, Any]) -> Result:
        targets = self.ask("events", "ListTargetsByRule", Rule=rule["Name"])["Targets"]
        return {
            **rule,
            "Targets": [self._with_content(target) for target in targets],
            "Tags": self._tags("events", ResourceARN=rule["Arn"]),
        }

    def _schedule(self, each: dict[str, Any]) -> Result:
        found = self.ask("scheduler", "GetSchedule", Name=each["Name"], GroupName=each["GroupName"])
        for times in ("CreationDate", "LastModificationDate"):
            found.pop(times)
        return {**found, "Target": self._with_content(found["Target"])}

    def _with_content(self, target: dict[str, Any]) -> Result:
        """A target with what its task definition holds in place of the number of its revision."""
        parameters = dict(target["EcsParameters"])
        arn = str(parameters["TaskDefinitionArn"])
        family, colon, _revision = arn.rpartition("/")[2].partition(":")
        content = self._content(arn)[0] if colon else "latest"
        return {**target, "EcsParameters": {**parameters, "TaskDefinitionArn": [family, content]}}

    def _content(self, arn: str) -> tuple[str, dict[str, str]]:
        """The content of a revision, with its status, and its tags."""
        found = self.ask("ecs", "DescribeTaskDefinition", taskDefinition=arn, include=["TAGS"])
        known = {"taskDefinitionArn", "revision", "registeredAt", "deregisteredAt", "registeredBy"}
        content = {key: value for key, value in found["taskDefinition"].items() if key not in known}
        tags = {tag["key"]: tag["value"] for tag in found.get("tags", [])}
        text = json.dumps(content, sort_keys=True, default=str)
        status = found["taskDefinition"]["status"]
        return f"{status} {hashlib.sha256(text.encode()).hexdigest()[:12]}", tags

    def _families(self) -> Result:
        """The revisions of every family in their order: what is ACTIVE, and how many there are."""
        found: Result = {}
        for status in ("ACTIVE", "INACTIVE"):
            listed = self.ask("ecs", "ListTaskDefinitions", status=status)
            for arn in listed["taskDefinitionArns"]:
                family, _colon, revision = arn.rpartition("/")[2].partition(":")
                row = found.setdefault(family, {"registered": 0, "active": {}, "tags": {}})
                row["registered"] += 1
                if status == "ACTIVE":
                    row["active"][revision], row["tags"][revision] = self._content(arn)
        return {
            family: {
                "registered": row["registered"],
                "active": [row["active"][key] for key in sorted(row["active"], key=int)],
                "tags": [row["tags"][key] for key in sorted(row["tags"], key=int)],
            }
            for family, row in found.items()
        }


def run_module(params: Mapping[str, Any], endpoint: str) -> Result:
    """Run the module to its end in this process, as Ansible would, and return its result."""
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    told = io.StringIO()
    with (
        patch_module_args(dict(params)),
        contextlib.redirect_stdout(told),
        contextlib.suppress(SystemExit),
    ):
        scheduled_batches.main()
    result: Result = json.loads(told.getvalue())
    return result


@contextlib.contextmanager
def forked_module(params: Mapping[str, Any], output: Path) -> Iterator[tuple[int, int]]:
    """Fork a process that runs the module as soon as it is told the endpoint; yield its id and the
    file descriptor to tell it. What it prints goes to ``output``."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(writing)
            endpoint = os.read(reading, 100).decode()
            with output.open("w") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
                sys.stdout, sys.stderr = stream, stream
                result = run_module(params, endpoint)
                stream.write(json.dumps(result))
            status = 0
        finally:
            os._exit(status)
    os.close(reading)
    try:
        yield process, writing
    finally:
        os.close(writing)


def die(death: Mapping[str, Any]) -> Result:
    """Let one run die, finish it by another one, and return what that left.

    A death without a ``number`` is a run that nobody disturbs.
    """
    params = SCENARIOS[death["scenario"]][1]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with forked_module(params, output) as (process, writing):
            killer, watcher = Killer(death, process), Watcher()
            with Emulator(middlewares=[killer, watcher]) as emulator:
                killer.active = True
                os.write(writing, emulator.endpoint.encode())
                ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
                killer.active = False
                calls = [call.access for call in emulator.calls]
                again = run_module(params, emulator.endpoint)
                state = Account(emulator).state()
        printed = output.read_text() if output.exists() else ""
    return {
        "struck": killer.closed,
        "ended": ended,
        "printed": printed,
        "calls": {access: calls.count(access) for access in ("read", "write")},
        "again": {key: again.get(key) for key in ("failed", "changed", "msg")},
        "doubled": sorted(watcher.doubled),
        "state": state,
    }


def prepare(scenario: str) -> None:
    """Make the account in which a scenario begins, and leave no thread behind."""
    with Emulator() as emulator:
        emulator.reset()
        Account(emulator).prepare()
        before = SCENARIOS[scenario][0]
        # Also to have everything imported and read that a run needs.
        run_module(before or {"batches": []}, emulator.endpoint)


def main() -> None:
    """Carry out the deaths that are read from stdin."""
    prepared = None
    for line in sys.stdin:
        death = json.loads(line)
        if death["scenario"] != prepared:
            prepared = death["scenario"]
            prepare(prepared)
        if os.fork() == 0:
            try:
                print(json.dumps(die(death), default=str), flush=True)
            finally:
                os._exit(0)
        os.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    main()
