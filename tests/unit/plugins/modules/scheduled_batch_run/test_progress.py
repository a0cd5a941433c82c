# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action plugin shows of a run, and that its results are those of the module alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.action import scheduled_batch_run as plugin
from ansible_collections.batchwork.aws.plugins.module_utils._engine.run import (
    news as batch_run_news,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.running_batches import (
    GROUP,
    ROLE,
    Batch,
)
from ansible_collections.batchwork.aws.tests.unit.shell_commands import until_exists

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNLIKE = {"task", "task_arns", "msg", "invocation", "warnings"}
"""What names the task, which is another one each time, or how the module was called."""


class Watched:
    """Runs the batch by the action plugin, with the module in this process."""

    def __init__(self, batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batch = batch
        self.lines: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self._awaited: dict[str, tuple[int, Callable[[], None]]] = {}
        display = SimpleNamespace(display=self._show)
        monkeypatch.setattr(plugin, "Display", lambda: display)
        monkeypatch.setattr(plugin.ActionBase, "run", lambda _self, _tmp, _vars: {})
        monkeypatch.setattr(batch_run_news, "gathering_seconds", lambda _age: 0.0)

    def when(self, begin: str, times: int, then: Callable[[], None]) -> None:
        """Do something when so many lines were told that begin with a text."""
        self._awaited[begin] = (times, then)

    def told(self, begin: str) -> list[str]:
        """The lines so far that begin with a text."""
        return [line for line in self.lines if line.startswith(begin)]

    def statuses(self) -> list[str]:
        """The lines of a new status, with each of which a process of the module has ended."""
        return [line for line in self.lines if re.fullmatch("hello: [A-Z]+", line)]

    def _show(self, line: str) -> None:
        self.lines.append(line)
        for begin, (times, then) in self._awaited.items():
            if line.startswith(begin) and len(self.told(begin)) == times:
                then()

    def run(self, *, no_log: bool = False, async_val: int = 0, **params: Any) -> dict[str, Any]:
        check_mode = params.pop("check_mode", False)
        action = plugin.ActionModule.__new__(plugin.ActionModule)
        action._task = SimpleNamespace(
            args={"name": "hello", **params},
            check_mode=check_mode,
            async_val=async_val,
            no_log=no_log,
        )

        def execute(**call: Any) -> dict[str, Any]:
            arguments = call.get("module_args", action._task.args)
            self.asked.append(arguments)
            result = self.batch.run(check_mode=check_mode, **arguments)
            # Ansible leaves the key out where there is nothing to warn of.
            return {key: value for key, value in result.items() if key != "warnings" or value}

        action._execute_module = execute
        return action.run(None, {})


@pytest.fixture
def watched(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(batch, monkeypatch)


def common(result: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in result.items() if key not in UNLIKE}
    shown: dict[str, Any] = json.loads(UUID.sub("an id", json.dumps(kept)))
    return shown


def test_the_lines_of_a_run(watched: Watched, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    watched.batch.deploy("sh", "-c", f"echo Hello,World!; {until_exists(seen)}; echo bye")
    watched.when("hello: RUNNING", 1, seen.touch)
    result = watched.run()
    (arn,) = result["task_arns"]
    assert watched.lines[0] == f"hello: started {arn}"
    assert watched.lines[-1].startswith("hello: STOPPED with exit code 0 after ")
    assert watched.told("hello | ") == ["hello | Hello,World!", "hello | bye"]
    assert "hello: RUNNING" in watched.lines
    assert len(watched.batch.requests("RunTask")) == 1


CASES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "success": (("echo", "Hi"), {}),
    "exit code": (("sh", "-c", "echo before; exit 3"), {}),
    "few lines": (("sh", "-c", "echo 1; echo 2; echo 3"), {"log_lines": 2}),
    "no log": (("echo", "Hi"), {"log_lines": 0}),
    "overrides": (
        ("true",),
        {"overrides": {"containerOverrides": [{"name": "hello", "command": ["echo", "Ho"]}]}},
    ),
    "no program": (("no-such-program",), {}),
    "timeout": (("sleep", "60"), {"wait_timeout": 0}),
    "unknown container": (("true",), {"container": "other"}),
    "bad overrides": (("true",), {"overrides": {"comand": []}}),
    "bad number": (("true",), {"wait_timeout": -1}),
    "unknown batch": (("true",), {"name": "nothing"}),
    "not waited for": (("true",), {"wait": False}),
    "check mode": (("true",), {"check_mode": True}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_results_are_those_of_the_module_alone(watched: Watched, case: str) -> None:
    command, params = CASES[case]
    watched.batch.deploy(*command)
    alone = watched.batch.run(**params)
    result = watched.run(**params)
    assert common(result) == common(alone)
    assert set(result) - {"warnings"} == set(alone) - {"warnings"}
    if alone["failed"]:
        arns = zip(alone.get("task_arns", ()), result.get("task_arns", ()), strict=True)
        expected = alone["msg"]
        for before, after in arns:
            expected = expected.replace(before, after)
        assert result["msg"] == expected


def test_a_failed_start_is_that_of_the_module_alone(watched: Watched) -> None:
    watched.batch.deploy("true")
    told = f"User: ops is not authorized to perform: iam:PassRole on resource: {ROLE}/task"
    refused = ("AccessDeniedException", told, 400)
    watched.batch.emulator.fault("ecs", "RunTask", error=refused, times=2)
    alone, result = watched.batch.run(), watched.run()
    assert result["failed"]
    assert result["msg"] == alone["msg"]
    assert common(result) == common(alone)
    assert watched.lines == []
    assert len(watched.asked) == 1


@pytest.mark.parametrize("group_is_gone", [True, False])
def test_a_task_that_never_ran_is_that_of_the_module_alone(watched, group_is_gone) -> None:
    watched.batch.deploy("true")
    if group_is_gone:
        watched.batch.aws("logs").delete_log_group(logGroupName=GROUP)
    else:
        reason = "CannotPullContainerError: pull image manifest: not found"
        for _run in range(2):
            watched.batch.emulator.runner.fail_next_start("TaskFailedToStart", reason)
    alone, result = watched.batch.run(), watched.run()
    assert "never started" in result["msg"]
    assert common(result) == common(alone)
    assert watched.lines[-1].startswith("hello: STOPPED without an exit code after ")


def test_a_log_that_cannot_be_read_warns_once(watched: Watched) -> None:
    watched.batch.deploy("echo", "Hi")
    watched.batch.emulator.deny("logs:GetLogEvents")
    alone, result = watched.batch.run(), watched.run()
    assert len(result["warnings"]) == len(alone["warnings"]) == 1
    assert not result["failed"]


def test_a_run_that_cannot_be_watched_is_told_with_its_task(watched: Watched) -> None:
    watched.batch.deploy("true")
    watched.batch.emulator.deny("ecs:DescribeTasks")
    result = watched.run()
    assert result["failed"]
    assert result["changed"]
    assert f"What was started goes on: {result['task_arns'][0]}." in result["msg"]


def test_several_copies_are_shown_by_number_and_waited_for(watched, tmp_path) -> None:
    batch = watched.batch
    batch.register("sh", "-c", f"mkdir {tmp_path}/1 2>&- && echo ok || {{ echo bad; exit 4; }}")
    batch.put_target(EcsParameters=batch.parameters(TaskCount=2))
    result = watched.run()
    assert (result["exit_code"], len(result["task_arns"])) == (4, 2)
    told = {line for line in watched.lines if " | " in line}
    assert len(told) == 2
    assert {line.partition(" | ")[0] for line in told} == {"hello 1/2", "hello 2/2"}


def test_all_copies_of_an_earlier_run_are_waited_for(watched, tmp_path) -> None:
    batch = watched.batch
    batch.register("sh", "-c", f"mkdir {tmp_path}/first && echo fine || exit 4")
    batch.put_target(EcsParameters=batch.parameters(TaskCount=2))
    started = watched.run(wait=False)
    assert watched.lines == []
    result = watched.run(task_arn=started["task_arns"])
    assert (result["changed"], result["exit_code"]) == (False, 4)
    assert common(result) == common(batch.run(task_arn=started["task_arns"]))


def test_tasks_of_several_clusters_are_no_run(batch: Batch) -> None:
    arns = [f"arn:aws:ecs:eu-west-1:123456789012:task/{name}/0123" for name in ("a", "b")]
    told = batch.run(task_arn=arns)["msg"]
    assert told == "task_arn: The tasks are of several clusters, a, b. Nothing was changed."


def test_the_invocation_is_that_of_one_call(watched: Watched) -> None:
    watched.batch.deploy("true")
    overrides = {"containerOverrides": [{"name": "hello", "command": ["true"]}]}
    arguments = watched.run(overrides=overrides)["invocation"]["module_args"]
    assert (arguments["wait"], arguments["poll"], arguments["task_arn"]) == (True, None, None)
    assert arguments["overrides"] == overrides


@pytest.mark.parametrize("how", [{"async_val": 60}, {"wait": "maybe"}, {"name": 5}])
def test_where_nothing_is_shown_the_module_runs_once(watched: Watched, how) -> None:
    watched.batch.deploy("true")
    params = {"wait": True, "name": "hello", **how}
    watched.run(**params)
    assert len(watched.asked) == 1
    assert watched.lines == []


def test_with_no_log_only_the_status_is_shown(watched: Watched) -> None:
    watched.batch.deploy("echo", "private")
    watched.run(no_log=True)
    assert not any("private" in line for line in watched.lines)
    assert watched.lines[-1].startswith("hello: STOPPED")


def test_what_secret_variables_hold_is_not_shown(watched: Watched) -> None:
    variable = [{"name": "API_TOKEN", "value": "hunter22"}]
    watched.batch.register("sh", "-c", "echo with $API_TOKEN", environment=variable)
    watched.batch.put_target()
    watched.run()
    assert "hello | with VALUE_HIDDEN" in watched.lines


def test_a_quiet_run_is_asked_for_once_a_minute_and_still_speaks(
    watched, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(plugin, "QUIET_SECONDS", 0.2)
    spoke = tmp_path / "spoke"
    watched.batch.deploy("sh", "-c", until_exists(spoke))
    watched.when("hello: RUNNING for ", 2, spoke.touch)
    watched.run()
    assert len(watched.told("hello: RUNNING for ")) >= 2
    # Each process ends with the status that it tells, and one waits for the end.
    assert len(watched.asked) == len(watched.statuses()) + 1


def test_a_chatty_run_is_told_in_portions(watched, monkeypatch) -> None:
    monkeypatch.setattr(batch_run_news, "gathering_seconds", lambda _age: 30.0)
    lines = "; ".join(f"echo {number}; sleep 0.1" for number in range(10))
    watched.batch.deploy("sh", "-c", lines)
    watched.run()
    assert [line for line in watched.lines if " | " in line] == [f"hello | {n}" for n in range(10)]
    assert len(watched.asked) == len(watched.statuses()) + 1


def test_the_last_process_fails_and_the_run_is_told_to_go_on(watched, monkeypatch) -> None:
    """Such as where the control node runs out of memory."""
    watched.batch.deploy("sleep", "60")
    original = watched.batch.run

    def run(**arguments: Any) -> dict[str, Any]:
        if arguments.get("task_arn"):
            return {"failed": True, "msg": "MODULE FAILURE"}
        return original(**arguments)

    monkeypatch.setattr(watched.batch, "run", run)
    result = watched.run()
    assert (result["failed"], result["changed"]) == (True, True)
    assert watched.lines[0].startswith("hello: started arn:")


def test_polling_is_bounded(batch: Batch, tmp_path: Path) -> None:
    end = tmp_path / "end"
    batch.deploy("sh", "-c", until_exists(end))
    arns = batch.run(wait=False)["task_arns"]
    batch.wait_until_running(*arns)
    first = batch.run(task_arn=arns, poll={"seconds": 20, "started": True})
    assert first["progress"]["lines"] == ["hello: RUNNING"]
    second = batch.run(task_arn=arns, poll={"seconds": 0.3, "seen": first["progress"]["seen"]})
    assert second["progress"]["lines"] == []
    assert (second["progress"]["status"], second["progress"]["ended"]) == ("RUNNING", False)
    end.touch()
