# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report and charts hold what was measured, and say what was not."""

from __future__ import annotations

import xml.etree.ElementTree

import pytest

from bench.charts import Panel, chart
from bench.figures import figures
from bench.fleet_runs import Row
from bench.quota_runs import QuotaRow
from bench.report import RUN_TITLES, text_of
from bench.results import Results

SVG = "{http://www.w3.org/2000/svg}"


def row(size=100, run="unchanged", tool="module", seconds=1.0, reads=204, **others):
    given = {"variant": "own", "cpu_seconds": 1.0, "mib": 70.0, "writes": 0, **others}
    return Row(size=size, run=run, tool=tool, seconds=seconds, reads=reads, **given)


def reached(results, part):
    return [each.reached for each in figures(results, RUN_TITLES) if part in each.work]


def test_a_chart_has_a_line_for_each_name_and_panel():
    lines = {"ours": [(10, 1.0), (100, 2.5)], "theirs": [(10, 20.0), (100, 90.0)]}
    panels = [Panel("first deploy", lines), Panel("a < b", {"ours": lines["ours"]})]
    drawn = xml.etree.ElementTree.fromstring(chart("Seconds & more", " s", panels))
    assert len(drawn.findall(f".//{SVG}polyline")) == 3
    assert "Seconds & more" in [text.text for text in drawn.findall(f".//{SVG}text")]


def test_nothing_counts_as_reached_that_was_not_measured():
    assert {each.verdict for each in figures(Results(), RUN_TITLES)} == {"not measured"}


@pytest.mark.parametrize(("calls", "is_reached"), [(225, True), (226, False)])
def test_calls_are_compared_with_their_bound(calls, is_reached):
    results = Results(fleets=[row(reads=calls)])
    assert reached(results, "API calls, no change, N batches with a rule and a task") == [
        is_reached
    ]


@pytest.mark.parametrize(("seconds", "is_reached"), [(5.0, True), (5.1, False)])
def test_the_playbook_is_compared_with_terraform_at_the_same_size(seconds, is_reached):
    theirs = row(tool="terraform", seconds=10.0)
    results = Results(fleets=[row(tool="playbook", seconds=seconds), theirs])
    assert reached(results, "no change, N = 100") == [is_reached]
    assert reached(results, "no change, N = 1,000") == [None]


@pytest.mark.parametrize(("seconds", "is_reached"), [(322.0, True), (322.1, False)])
def test_quotas_are_compared_with_what_they_allow(seconds, is_reached):
    under = QuotaRow(300, seconds, 1.0, 70.0, 1300, 90, "ecs: registrations", 280.0)
    assert reached(Results(quotas=[under]), "quotas") == [is_reached]


def test_the_report_shows_every_row():
    text = text_of(Results(machine={"cores": "2"}, fleets=[row(), row(tool="floor")]))
    assert "| 100 | no change | module `scheduled_batches` | 1.0 s | 1.0 s | 70 MiB | 204 |" in text
    assert "| 100 | no change | bare boto3 loop |" in text
    assert "| cores | 2 |" in text
