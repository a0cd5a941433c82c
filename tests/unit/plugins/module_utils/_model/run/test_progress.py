# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that look good on a terminal, and do nothing to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.run import progress

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (20.9, "20 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7200, "2 h"),
        (3725, "1 h 2 min 5 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert progress.duration_text(seconds) == text


def test_the_status_of_one_task_and_of_several() -> None:
    running, pending = {"lastStatus": "RUNNING"}, {"lastStatus": "PENDING"}
    assert progress.status_of([running]) == "RUNNING"
    assert progress.status_of([{}]) == "PROVISIONING"
    assert progress.status_of([running, running]) == "RUNNING"
    assert progress.status_of([running, pending, running]) == "1 PENDING, 2 RUNNING"


@pytest.mark.parametrize(
    ("task", "seconds"),
    [
        ({"lastStatus": "RUNNING", "startedAt": NOW - timedelta(seconds=20)}, 20),
        ({"lastStatus": "RUNNING", "startedAt": (NOW - timedelta(seconds=20)).isoformat()}, 20),
        ({"lastStatus": "PENDING", "createdAt": NOW - timedelta(seconds=5)}, 5),
        ({"lastStatus": "RUNNING", "startedAt": NOW + timedelta(seconds=5)}, 0),
        ({"lastStatus": "RUNNING"}, 0),
    ],
)
def test_how_long_a_status_lasts(task: dict[str, object], seconds: float) -> None:
    assert progress.seconds_in_status([task], NOW) == seconds


def test_the_age_is_that_of_the_oldest_task() -> None:
    tasks = [{"createdAt": NOW - timedelta(seconds=age)} for age in (5, 90)]
    assert progress.age_of(tasks, NOW) == 90
    assert progress.age_of([{}], NOW) == 0


def test_an_old_run_is_told_in_larger_portions() -> None:
    ages = (0, 30, 120, 7200)
    assert [progress.gathering_seconds(age) for age in ages] == [1, 1, 4, 8]


def test_lines() -> None:
    assert progress.started_lines("hello", ["arn:a"]) == ["hello: started arn:a"]
    assert progress.status_line("hello", "RUNNING", 20) == "hello: RUNNING for 20 s"
    assert progress.end_line("hello", 0, 61) == ("hello: STOPPED with exit code 0 after 1 min 1 s")
    assert progress.end_line("hello", None, 2) == ("hello: STOPPED without an exit code after 2 s")


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("Hello,World!", ["h | Hello,World!"]),
        ("one\ntwo\n", ["h | one", "h | two"]),
        ("", ["h | "]),
        ("\x1b[31mred\x1b[0m", ["h | red"]),
        ("\x1b]0;title\x07text\x1b]8;;x\x1b\\", ["h | text"]),
        ("a\x00\x08b\tc\x9bd", ["h | ab\tcd"]),
    ],
)
def test_a_log_does_nothing_to_the_terminal(message: str, lines: list[str]) -> None:
    assert list(progress.log_lines("h", [message])) == lines


def test_of_many_lines_the_newest_are_shown() -> None:
    lines = [str(number) for number in range(progress.SHOWN_LINES + 3)]
    shown = progress.newest_lines("h", lines)
    assert shown[0] == "h: 3 lines of the log are not shown here"
    assert shown[1:] == lines[3:]
    assert progress.newest_lines("h", lines[:5]) == lines[:5]
