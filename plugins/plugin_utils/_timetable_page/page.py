# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A timetable as one HTML page that needs nothing beside it.

What batches are named and described as comes from AWS and may hold markup. It reaches the page as
escaped text and as JSON in which no tag can end; and the page's policy lets the browser run this
one script, by its hash, and load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
TERMINAL_ONLY = ("crowded", "peak", "runs")
"""What the page works out anew for the batches that its reader chooses."""
CROWDS_LISTED = 200
NAMES_LISTED = 12

Row = Sequence[str]


def render_page(timetable: Mapping[str, Any], title: str) -> str:
    """Return the page of what ``make_timetable`` returned."""
    style, script = _source("page.css"), _source("page.js")
    data = {key: value for key, value in timetable.items() if key not in TERMINAL_ONLY}
    return Template(_source("page.html")).substitute(
        policy=_policy(style, script),
        title=html.escape(title),
        facts=_facts(timetable),
        fallback=_fallback(timetable),
        data=_json(data),
        style=style,
        script=script,
    )


def _source(name: str) -> str:
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none';"
        f" style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _facts(timetable: Mapping[str, Any]) -> str:
    days = timetable["days"]
    return (
        f"{html.escape(days[0]['date'])} to {html.escape(days[-1]['date'])}, times in"
        f" <b>{html.escape(timetable['zone'])}</b>, as of"
        f" {html.escape(timetable['made_at'].replace('T', ' '))}"
    )


def _fallback(timetable: Mapping[str, Any]) -> str:
    """Return tables for browsers without scripts."""
    crowds = (
        (crowd["at"].replace("T", " "), str(crowd["tasks"]), _names(crowd["batches"]))
        for crowd in timetable["crowded"][:CROWDS_LISTED]
    )
    return "".join(
        (
            _table(("Batch", "Cluster", "Owner", "Schedule", "Runs in 7 days"), _rows(timetable)),
            f"<h2>Minutes in which more than {timetable['more_than']} tasks start</h2>",
            _table(("Minute", "Tasks", "Batches"), crowds),
        )
    )


def _names(names: Row) -> str:
    more = len(names) - NAMES_LISTED
    listed = ", ".join(names[:NAMES_LISTED])
    return f"{listed} and {more} more" if more > 0 else listed


def _rows(timetable: Mapping[str, Any]) -> Iterator[Row]:
    for batch in timetable["batches"]:
        runs = sum(_count_from_zero(*part) for part in batch["starts"])
        zone = "" if batch["zone"] == timetable["zone"] else f" ({batch['zone']})"
        shown = str(runs) if batch["enabled"] else f"disabled ({runs})"
        yield (
            batch["name"],
            batch["cluster"],
            batch["owner"],
            f"{batch['words'] or batch['schedule']}{zone}",
            batch["remark"] or shown,
        )


def _count_from_zero(first: int, step: int, count: int) -> int:
    """Return how many of a progression's minutes are not before the first day."""
    before = -(first // step) if step else int(first < 0)
    return max(count - max(before, 0), 0)


def _table(heads: Row, rows: Iterable[Row]) -> str:
    return (
        f"<table><thead>{_cells('th', heads)}</thead><tbody>"
        f"{''.join(_cells('td', row) for row in rows)}</tbody></table>"
    )


def _cells(tag: str, texts: Row) -> str:
    cells = "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)
    return f"<tr>{cells}</tr>"
