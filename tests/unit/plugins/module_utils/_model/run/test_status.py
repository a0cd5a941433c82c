# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of batches in words: a line each on the terminal, a row each on the page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_page import (
    status_page,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_table import (
    COLUMNS,
    moment_text,
    row_of,
    status_lines,
    went_wrong,
)

RUN = {
    "task_arn": "arn:aws:ecs:eu-west-1:123456789012:task/batch/0123",
    "started_at": "2026-11-25T03:00:31+00:00",
    "stopped_at": "2026-11-25T03:02:10+00:00",
    "duration_seconds": 99,
    "exit_code": 0,
    "stop_code": "EssentialContainerExited",
    "stop_reason": "Essential container in task exited",
    "revision": 4,
    "source": "ecs",
}
GOING = {"task_arn": "a/1", "started_at": None, "started_by": "events-rule/hello", "revision": 4}
STATUS: dict[str, Any] = {
    "enabled": True,
    "owner": "reports",
    "trigger_arn": "arn:aws:events:eu-west-1:123456789012:rule/hello",
    "schedule_explained": "at 03:00 every day",
    "next_runs": ["2026-11-26T03:00:00+00:00"],
    "next_runs_remark": None,
    "revision": 4,
    "newest_revision": 4,
    "running": [],
    "overlapping": False,
    "last_runs": [RUN],
    "invocations": 24,
    "failed_invocations": 0,
    "dead_letters": 0,
    "remarks": [],
}


def batch(name: str = "hello", **status: Any) -> dict[str, Any]:
    return {
        "name": name,
        "trigger": "rule",
        "schedule": "cron(0 3 * * ? *)",
        "cluster": "batch",
        "status": {**STATUS, **status},
    }


def test_a_healthy_batch_needs_no_look():
    row = row_of(batch())
    assert row.cells == (
        "hello",
        "rule",
        "yes",
        "at 03:00 every day",
        "2026-11-26 03:00 UTC",
        "2026-11-25 03:00 UTC, exit 0, 0:01:39",
        "4/4",
        "0",
        "0 of 24",
        "0",
    )
    assert row.troubled == frozenset()


@pytest.mark.parametrize(
    ("status", "column", "text"),
    [
        ({"enabled": False}, "enabled", "no"),
        ({"revision": 3, "newest_revision": 4}, "revision", "3/4"),
        ({"running": [GOING, GOING], "overlapping": True}, "running", "2, overlapping"),
        ({"failed_invocations": 2}, "failed", "2 of 24"),
        ({"dead_letters": 7}, "dead letters", "7"),
        (
            {"last_runs": [{**RUN, "exit_code": 3}]},
            "last run",
            "2026-11-25 03:00 UTC, exit 3, 0:01:39",
        ),
        (
            {
                "last_runs": [
                    {
                        **RUN,
                        "started_at": None,
                        "duration_seconds": None,
                        "exit_code": None,
                        "stop_code": "TaskFailedToStart",
                    }
                ]
            },
            "last run",
            "2026-11-25 03:02 UTC, TaskFailedToStart",
        ),
    ],
)
def test_what_needs_a_look_is_marked(status, column, text):
    row = row_of(batch(**status))
    assert row.cells[COLUMNS.index(column)] == text
    assert row.troubled == {column}


@pytest.mark.parametrize(
    ("status", "column", "text"),
    [
        ({"revision": None, "newest_revision": 5}, "revision", "latest/5"),
        ({"newest_revision": None}, "revision", "4/-"),
        ({"schedule_explained": None}, "schedule", "cron(0 3 * * ? *)"),
        ({"next_runs": []}, "next run", "-"),
        ({"failed_invocations": None, "invocations": None}, "failed", "-"),
        ({"dead_letters": None}, "dead letters", "-"),
        ({"last_runs": []}, "last run", "-"),
        (
            {"last_runs": [{**RUN, "source": "log", "exit_code": None, "stop_code": None}]},
            "last run",
            "2026-11-25 03:00 UTC, 0:01:39",
        ),
    ],
)
def test_what_is_not_known_is_no_trouble(status, column, text):
    row = row_of(batch(**status))
    assert row.cells[COLUMNS.index(column)] == text
    assert row.troubled == frozenset()


def test_without_history_nothing_is_told_of_runs():
    told = {key: STATUS[key] for key in ("enabled", "next_runs", "revision", "newest_revision")}
    row = row_of({"name": "hello", "status": told})
    assert row.cells[-5:] == ("-", "4/4", "-", "-", "-")
    assert row_of({"name": "hello"}).cells[2] == "no"


@pytest.mark.parametrize(
    ("run", "wrong"),
    [
        ({}, False),
        ({"exit_code": 1}, True),
        ({"exit_code": None}, True),
        ({"stop_code": "UserInitiated"}, True),
        ({"stop_code": None}, False),
        ({"source": "log", "exit_code": None}, False),
    ],
)
def test_which_runs_went_wrong(run, wrong):
    assert went_wrong({**RUN, **run}) == wrong


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-26T03:00:00+01:00", "2026-11-26 03:00 +01:00"),
        ("2026-11-26T03:00:00", "2026-11-26 03:00 UTC"),
        (None, "-"),
    ],
)
def test_times_are_written_as_people_read_them(text, read):
    assert moment_text(text) == read


class TestLines:
    def test_they_are_aligned_under_their_titles(self):
        lines = status_lines([batch(), batch("a-longer-name", dead_letters=3)])
        assert lines[0].startswith("NAME           TRIGGER  ENABLED  SCHEDULE")
        place = lines[0].index("DEAD LETTERS")
        assert [line[place:] for line in lines[1:]] == ["0", "3"]

    def test_long_cells_are_cut(self):
        (_titles, line) = status_lines([batch(schedule_explained="at 03:00 " * 20)])
        assert f"{('at 03:00 ' * 20)[:45]}..." in line

    def test_what_is_no_batch_follows(self):
        left_out = {"kind": "rule", "name": "two", "reason": "It has two."}
        assert status_lines([], [left_out])[-1] == "rule two: It has two."


class Tags(HTMLParser):
    """What tags a page has, and which of them are open at its end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(*batches: dict[str, Any], **options: Any) -> str:
    return status_page(batches, title="Status", made="2026-11-25 12:00 UTC", **options)


class TestPage:
    def test_it_is_whole_and_asks_nothing_of_the_network(self):
        tags = Tags(page(batch(running=[GOING]), batch("other", last_runs=[])))
        assert tags.open == []
        assert not any({"src", "href"} & set(attributes) for _tag, attributes in tags.seen)
        assert "2 batches, 0 need a look" in tags.text

    def test_each_batch_can_be_found_by_name_cluster_and_owner(self):
        tags = Tags(page(batch("Daily")))
        texts = [
            attributes["data-text"] for _tag, attributes in tags.seen if "data-text" in attributes
        ]
        assert texts == ["daily batch reports"]

    def test_what_needs_a_look_is_marked(self):
        tags = Tags(page(batch(dead_letters=7), batch(enabled=False)))
        marked = [attributes for tag, attributes in tags.seen if attributes.get("class") == "bad"]
        assert len(marked) == 2
        assert ("tr", "off") in [(tag, attributes.get("class")) for tag, attributes in tags.seen]
        assert "2 batches, 1 need a look" in tags.text

    def test_runs_and_remarks_are_told(self):
        failed = {**RUN, "exit_code": 137, "stop_reason": "OutOfMemoryError"}
        text = Tags(
            page(
                batch(last_runs=[failed], remarks=["No permission."], next_runs_remark="It ends."),
                not_batches=[{"kind": "rule", "name": "two", "reason": "It has two."}],
            )
        ).text
        for told in ("137", "OutOfMemoryError", "No permission.", "It ends.", "rule two: It has"):
            assert told in text

    def test_nothing_in_it_is_markup_of_others(self):
        evil = "<script>alert(1)</script>\"'&"
        attacked = batch(
            evil,
            owner=evil,
            schedule_explained=evil,
            next_runs_remark=evil,
            remarks=[evil],
            last_runs=[{**RUN, "stop_reason": evil, "source": evil}],
            running=[{**GOING, "started_by": evil}],
        )
        attacked.update(cluster=evil, schedule=evil, trigger=evil)
        left_out = [{"kind": evil, "name": evil, "reason": evil}]
        written = status_page([attacked], left_out, title=evil, made=evil)
        tags = Tags(written)
        assert [tag for tag, _attributes in tags.seen].count("script") == 1
        assert "<script>alert" not in written
