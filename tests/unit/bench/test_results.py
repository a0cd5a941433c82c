# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures are kept for the machine on which they were measured."""

from __future__ import annotations

import pytest

from bench import results
from bench.quota_runs import QuotaRow

HERE = {"date": "2026-11-26", "cores": "2", "Terraform": "1.11.4"}
ROW = QuotaRow(300, 300.0, 4.0, 90.0, 1800, 595, "ecs: registrations", 280.0)


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Return the figures that are loaded on a machine, after some were kept on ``HERE``."""
    monkeypatch.setenv("BATCHWORK_ENVIRONMENT", str(tmp_path))
    results.save(results.Results(HERE, quotas=[ROW]))

    def loaded(machine):
        monkeypatch.setattr(results, "machine", lambda: machine)
        return results.load()

    return loaded


def test_another_day_counts_for_the_same_machine(load):
    found = load({**HERE, "date": "2026-11-27"})
    assert found.quotas == [ROW]
    assert found.machine["date"] == "2026-11-27"


@pytest.mark.parametrize("change", [{"cores": "4"}, {"Terraform": "1.12.0"}])
def test_another_machine_or_version_begins_anew(load, change):
    assert load({**HERE, **change}).quotas == []


def test_a_tool_that_is_missing_this_time_changes_nothing(load):
    without = {key: value for key, value in HERE.items() if key != "Terraform"}
    found = load(without)
    assert found.quotas == [ROW]
    assert found.machine == HERE
