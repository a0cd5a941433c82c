# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual inputs that AWS takes are not refused, and doubtful ones give one warning that helps."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    checking,
    documents,
    unusual_inputs,
)

ROWS = unusual_inputs.ROWS


def test_there_are_enough_rows():
    assert len(ROWS) >= 60
    names = [(row.subject, row.name) for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_unusual_input_is_taken(row: unusual_inputs.UnusualInput):
    document = documents.GOOD[row.subject]()
    row.change(document)
    findings = checking.find(row.subject, document)
    assert findings.errors == []
    expected = [] if row.location is None else [documents.steps(row.location)]
    assert [problem.location for problem in findings.warnings] == expected, findings.warnings
    for problem in findings.warnings:
        missing = [word for word in row.words if word not in problem.message]
        assert missing == [], problem.message
        assert "s3cr3t" not in problem.message
