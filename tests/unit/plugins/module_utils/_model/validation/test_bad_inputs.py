# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bad input is refused, at its place and with words that help."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    bad_inputs,
    checking,
    documents,
)

GOOD = documents.GOOD
ROWS = bad_inputs.ROWS


def test_there_are_enough_rows_with_names_of_their_own():
    assert len(ROWS) >= 150
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("subject", GOOD)
def test_the_good_documents_are_good(subject):
    findings = checking.find(subject, GOOD[subject]())
    assert (findings.errors, findings.warnings) == ([], [])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_bad_input_is_refused(row: bad_inputs.BadInput):
    document = GOOD[row.subject]()
    row.change(document)
    errors = checking.find(row.subject, document).errors
    messages = [
        problem.message for problem in errors if problem.location == documents.steps(row.location)
    ]
    assert len(messages) == 1, f"errors: {errors}"
    assert [word for word in row.words if word not in messages[0]] == [], messages[0]
    assert len(errors) == 1 + row.more, f"errors: {errors}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_messages_are_sentences(row: bad_inputs.BadInput):
    document = GOOD[row.subject]()
    row.change(document)
    findings = checking.find(row.subject, document)
    for problem in [*findings.errors, *findings.warnings]:
        first, last = problem.message[0], problem.message[-1]
        assert first == first.upper() or first in "'0123456789", problem.message
        assert last in ".?", problem.message
        assert len(problem.message) < 600, problem.message
