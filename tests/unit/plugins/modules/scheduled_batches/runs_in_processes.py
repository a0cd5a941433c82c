# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that lets runs of ``scheduled_batches`` die, or two of them work at the same time.

Every line of JSON that it reads is such a task, and it writes a line that says what came of it.

Starting Python and importing boto3 and the emulator takes seconds, a fork milliseconds. So this
process does that once, makes the account in which a scenario begins, and forks itself for every
task::

    this process, with the account          (no threads)
      └ one task, with a copy of it         starts the emulator in threads, after it has forked
          └ the module, once or twice       may be killed at a call

The fork of a task is what lets it have the account as it was, without making it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    # Lets the collection be imported, and bars the way to AWS.
    importlib.import_module("conftest")

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

SCENARIOS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "first": ([], FIRST),
    "update": ([FIRST], UPDATE),
}
"""What was deployed before, and the run that is killed."""


def fleet_of(owner: str, *names: str, image: str, **options: Any) -> dict[str, Any]:
    """An owner's fleet: a batch for each name, half of them with schedules."""
    batches = [
        own_batch(f"{owner}-{name}", trigger=("rule", "scheduler")[number % 2])
        for number, name in enumerate(names)
    ]
    return {"owner": owner, "batches": batches, "images": {"hello": image}, **options}


OWNERS = ("ours", "theirs")
BEFORE = [fleet_of(owner, *"abcdefgh", image="busybox:1") for owner in OWNERS]
TOGETHER = [
    fleet_of(owner, *"abcdij", image="busybox:2", prune=True, keep_revisions=1) for owner in OWNERS
]
"""Two fleets that get a new image, lose four batches each and get two."""


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


class Witness:
    """A middleware that notes who writes what, and lets the first writes of all begin together."""

    def __init__(self, parties: int) -> None:
        self.begun: dict[str, bool] = {}
        self.writes: list[tuple[str, str, str]] = []
        self._barrier = threading.Barrier(max(parties, 1), timeout=60)
        self._lock = threading.Lock()

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        if access_of(call.service, call.operation) == "write":
            with self._lock:
                first = not self.begun.setdefault(call.access_key, False)
                self.begun[call.access_key] = True
                parameters = json.dumps(call.parameters, default=str)
                self.writes.append((call.access_key, call.operation, parameters))
            if first:
                self._barrier.wait()
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
        except BaseException:
            traceback.print_exc()
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


def work_together(params: list[dict[str, Any]]) -> Result:
    """Run the module once for each of ``params``, in processes of their own at the same time."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as resources:
        outputs = [Path(folder) / each["owner"] for each in params]
        running = [
            resources.enter_context(
                forked_module({**each, "access_key": each["owner"], "secret_key": "x"}, output)
            )
            for each, output in zip(params, outputs, strict=True)
        ]
        witness = Witness(len(params))
        with Emulator(middlewares=[witness]) as emulator:
            for _process, writing in running:
                os.write(writing, emulator.endpoint.encode())
            ended = [
                os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process, _to in running
            ]
            state = Account(emulator).state()
        results = [json.loads(output.read_text()) for output in outputs]
    return {"ended": ended, "results": results, "writes": witness.writes, "state": state}


def prepare(before: Iterable[Mapping[str, Any]]) -> None:
    """Make the account in which a task begins, and leave no thread behind."""
    with Emulator() as emulator:
        emulator.reset()
        Account(emulator).prepare()
        # The empty one is to have everything imported and read that a run needs.
        for params in ({"batches": []}, *before):
            run_module(params, emulator.endpoint)


def carry_out(task: Mapping[str, Any]) -> Result:
    """Return what comes of a task: a death, or the work of the ``owners`` that it names."""
    if "owners" not in task:
        return die(task)
    return work_together([each for each in TOGETHER if each["owner"] in task["owners"]])


def main() -> None:
    """Carry out the tasks that are read from stdin."""
    prepared = None
    for line in sys.stdin:
        task = json.loads(line)
        if task["scenario"] != prepared:
            prepared = task["scenario"]
            prepare(SCENARIOS[prepared][0] if prepared in SCENARIOS else BEFORE)
        process = os.fork()
        if process == 0:
            status = 1
            try:
                print(json.dumps(carry_out(task), default=str), flush=True)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        if os.waitpid(process, 0)[1] != 0:
            sys.exit(f"nothing came of {task}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    main()
