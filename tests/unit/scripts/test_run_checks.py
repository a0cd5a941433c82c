# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the checks: what it reports, and that it ends what it started."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest


@pytest.fixture
def run_checks(script):
    return script("run_checks")


@pytest.fixture
def runner(run_checks, tmp_path):
    (tmp_path / "checks").mkdir()
    (tmp_path / "logs").mkdir()
    return run_checks.Runner(tmp_path / "checks", tmp_path / "logs")


@pytest.fixture
def check(tmp_path):
    """Writes a check: `check("name", "exit 3")`."""

    def write(name: str, commands: str) -> None:
        path = tmp_path / "checks" / name
        path.write_text(f"#!/usr/bin/env bash\n{commands}\n", encoding="utf-8")
        path.chmod(0o755)

    return write


def ends_soon(pid: int) -> bool:
    """Whether a process that was told to end does so: the signal is sent before it takes effect."""
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        # It may go between the opening of the file and its reading.
        return False


def test_every_check_of_a_group_exists(run_checks):
    assert set(run_checks.expand(["all"])) == {
        path.name for path in run_checks.CHECKS.iterdir() if path.suffix != ".sh"
    }


def test_a_check_in_two_groups_runs_once(run_checks):
    assert run_checks.expand(["lint", "ruff"]).count("ruff") == 1


@pytest.mark.parametrize("names", [["unti"], []])
def test_an_unknown_check_is_refused_with_those_there_are(run_checks, names):
    with pytest.raises(SystemExit, match="there are lint, all, ruff"):
        run_checks.expand(names)


def test_a_success_shows_its_closing_lines(run_checks, runner, check, capsys):
    check("good", "seq 100; echo; echo '3 passed in 0.1s'")

    results = run_checks.run_all(["good"], runner, keep_going=False)

    assert [result.status for result in results] == [0]
    output = capsys.readouterr().out
    assert "=== good: passed" in output
    assert output.endswith("98\n99\n100\n3 passed in 0.1s\n")


def test_a_failure_shows_the_end_of_its_log_and_where_it_is(run_checks, runner, check, capsys):
    check("bad", "seq 1000; echo 'it broke' >&2; exit 3")

    results = run_checks.run_all(["bad"], runner, keep_going=False)

    assert results[0].failed
    output = capsys.readouterr().out
    assert "\n930\n" in output
    assert "\nit broke\n" in output
    assert str(results[0].log) in output


def test_the_first_failure_ends_the_others_with_what_they_started(
    run_checks, runner, check, tmp_path
):
    check("slow", f"sleep 60 & echo $! > {tmp_path}/pid; wait")
    check("bad", f"until [[ -s {tmp_path}/pid ]]; do sleep 0.05; done; exit 3")
    check("later", f"touch {tmp_path}/later")
    started = time.monotonic()

    results = run_checks.run_all(["slow", "bad", "later"], runner, keep_going=False)

    assert time.monotonic() - started < 30
    assert {result.name for result in results if result.failed} == {"bad"}
    assert ends_soon(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_after_a_failure_no_further_check_starts(run_checks, runner, check, tmp_path):
    check("bad", "exit 3")
    check("worse", "exit 4")
    runner.end()

    results = run_checks.run_all(["bad", "worse"], runner, keep_going=False)

    assert [result.status for result in results] == [None, None]
    assert not any(result.failed for result in results)


def test_keep_going_runs_the_rest(run_checks, runner, check):
    check("bad", "exit 3")
    check("good", "exit 0")

    results = run_checks.run_all(["bad", "bad", "bad", "good"], runner, keep_going=True)

    assert sorted(result.status for result in results) == [0, 3, 3, 3]


def test_the_conclusion_names_failures_and_fails(run_checks, tmp_path):
    results = [
        run_checks.Result("good", 0, 1.0, tmp_path),
        run_checks.Result("bad", 3, 1.0, tmp_path),
    ]
    with pytest.raises(SystemExit, match="FAILED after 5 s: bad$"):
        run_checks.conclude(results, 5.0, tmp_path)


def test_the_conclusion_names_what_had_nothing_to_do(run_checks, tmp_path, capsys):
    results = [
        run_checks.Result("good", 0, 1.0, tmp_path),
        run_checks.Result("early", run_checks.NOTHING_TO_DO, 1.0, tmp_path),
    ]
    run_checks.conclude(results, 5.0, tmp_path)

    output = capsys.readouterr().out
    assert "Nothing to do yet: early\n" in output
    assert "All 1 checks passed" in output


def test_checks_are_executable(run_checks):
    assert [
        path.name
        for path in run_checks.CHECKS.iterdir()
        if path.suffix != ".sh" and not os.access(path, os.X_OK)
    ] == []
