# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of batches as one HTML page that needs no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.run.status_table import (
    COLUMNS,
    duration_text,
    moment_text,
    row_of,
    went_wrong,
)

STYLE = """
:root { color-scheme: light dark; --line: #8886; --bad: #c62828; --soft: #8882; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0; }
p.made { margin: .2rem 0 1rem; opacity: .75; }
input { font: inherit; padding: .3rem .6rem; margin-bottom: .8rem; width: min(24rem, 100%); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: Canvas; white-space: nowrap; }
td { vertical-align: top; }
tr.off > td { opacity: .6; }
.bad { color: var(--bad); font-weight: 600; }
details { margin-top: .3rem; } summary { cursor: pointer; opacity: .75; }
details table { width: auto; font-size: .92em; background: var(--soft); }
ul { margin: .3rem 0; padding-left: 1.2rem; }
"""

SCRIPT = """
const box = document.getElementById("search");
box.addEventListener("input", () => {
  const wanted = box.value.toLowerCase();
  for (const row of document.querySelectorAll("tr[data-text]")) {
    row.hidden = !row.dataset.text.includes(wanted);
  }
});
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""The page loads nothing: a browser refuses whatever would."""

RUN_COLUMNS = ("began", "took", "exit code", "stopped for", "revision", "known from")


def status_page(
    batches: Sequence[Mapping[str, Any]],
    not_batches: Sequence[Mapping[str, Any]] = (),
    *,
    title: str,
    made: str,
) -> str:
    """Return the page.

    :param made: when the status was read, as text.
    """
    heads = "".join(f"<th>{escape(column)}</th>" for column in COLUMNS)
    troubled = sum(bool(row_of(batch).troubled - {"enabled"}) for batch in batches)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="made">{len(batches)} batches, {troubled} need a look. Read at {escape(made)}.',
        "</p>",
        '<input id="search" type="search" placeholder="Search name, cluster, owner"'
        ' aria-label="Search">',
        f'<div class="wide"><table id="batches"><thead><tr>{heads}</tr></thead><tbody>',
        *(_row(batch) for batch in batches),
        "</tbody></table></div>",
        *_left_out(not_batches),
        f"<script>{SCRIPT}</script></body></html>",
        "",
    ]
    return "\n".join(parts)


def _row(batch: Mapping[str, Any]) -> str:
    row = row_of(batch)
    status = batch.get("status") or {}
    cells = dict(zip(COLUMNS, map(escape, row.cells), strict=True))
    cells["name"] = f"<strong>{cells['name']}</strong>{_subject(batch)}{_details(batch)}"
    cells["schedule"] += f"<br><small>{escape(str(batch.get('schedule', '')))}</small>"
    marked = "".join(_cell(column, cells[column], row.troubled) for column in COLUMNS)
    found = [batch.get("name"), batch.get("cluster"), status.get("owner")]
    text = escape(" ".join(str(each) for each in found if each).lower())
    off = "" if status.get("enabled") else ' class="off"'
    return f'<tr data-text="{text}"{off}>{marked}</tr>'


def _cell(column: str, content: str, troubled: Iterable[str]) -> str:
    return f'<td class="bad">{content}</td>' if column in troubled else f"<td>{content}</td>"


def _subject(batch: Mapping[str, Any]) -> str:
    status = batch.get("status") or {}
    told = [str(batch.get("cluster") or ""), str(status.get("owner") or "")]
    return "<br><small>" + escape(", ".join(filter(None, told))) + "</small>"


def _details(batch: Mapping[str, Any]) -> str:
    """Return what else is known of a batch, closed until somebody asks."""
    status = batch.get("status") or {}
    runs, remarks = status.get("last_runs") or [], status.get("remarks") or []
    following = [moment_text(each) for each in status.get("next_runs") or []]
    remark = status.get("next_runs_remark")
    parts = [
        _list("Next runs", following),
        _list("Why there are no more", [remark] if remark else []),
        _runs(runs),
        _list("In progress", [_in_progress(run) for run in status.get("running") or []]),
        _list("Remarks", remarks),
    ]
    shown = "".join(parts)
    return f"<details><summary>more</summary>{shown}</details>" if shown else ""


def _in_progress(run: Mapping[str, Any]) -> str:
    task = str(run.get("task_arn")).rpartition("/")[2]
    return f"{task}, since {moment_text(run.get('started_at'))}, by {run.get('started_by')}"


def _list(title: str, entries: Sequence[Any]) -> str:
    if not entries:
        return ""
    items = "".join(f"<li>{escape(str(entry))}</li>" for entry in entries)
    return f"<div>{escape(title)}<ul>{items}</ul></div>"


def _runs(runs: Sequence[Mapping[str, Any]]) -> str:
    if not runs:
        return ""
    heads = "".join(f"<th>{column}</th>" for column in RUN_COLUMNS)
    return f"<table><tr>{heads}</tr>{''.join(map(_run, runs))}</table>"


def _run(run: Mapping[str, Any]) -> str:
    told = (
        moment_text(run.get("started_at") or run.get("stopped_at")),
        duration_text(run),
        run.get("exit_code"),
        run.get("stop_reason") or run.get("stop_code"),
        run.get("revision"),
        run.get("source"),
    )
    cells = "".join(f"<td>{escape('' if each is None else str(each))}</td>" for each in told)
    return f'<tr class="bad">{cells}</tr>' if went_wrong(run) else f"<tr>{cells}</tr>"


def _left_out(not_batches: Sequence[Mapping[str, Any]]) -> list[str]:
    told = [f"{each['kind']} {each['name']}: {each['reason']}" for each in not_batches]
    return [_list("What starts ECS tasks as well and is no batch", told)] if told else []
