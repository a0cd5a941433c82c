# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The most likely cause is the first row of which all signs were found."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    CAUSES,
    NG,
    NOT_KNOWN,
    OK,
    Evidence,
    conclude,
)


def evidence(*signs: str, said: str = "", found: str = "it was found.") -> Evidence:
    return Evidence("looked_at", NG, found, "somewhere", signs, said)


@pytest.mark.parametrize("row", CAUSES, ids=lambda row: "+".join(row.signs))
def test_every_row_can_be_the_cause(row) -> None:
    conclusion = conclude([evidence(sign) for sign in row.signs])
    assert conclusion.cause == row.cause.format(found="it was found.")
    assert conclusion.remedy == row.remedy
    assert row.source


def test_no_two_rows_have_the_same_signs() -> None:
    signs = [row.signs for row in CAUSES]
    assert len(set(signs)) == len(signs)


def test_the_words_of_aws_name_the_remedy() -> None:
    conclusion = conclude([evidence("run_refused", said="TaskDefinition is inactive")])
    assert conclusion.remedy is not None
    assert conclusion.remedy.startswith("Point the target at an ACTIVE revision")


def test_what_aws_said_of_the_run_stands_above_what_is_wrong_now() -> None:
    now, then = evidence("disabled"), evidence("run_refused", found="it was refused")
    assert "it was refused" in conclude([now, then]).cause


def test_a_row_needs_all_of_its_signs() -> None:
    both = conclude([evidence("failed_invocations"), evidence("no_run_task")])
    assert "could not assume its role" in both.cause
    assert "could not assume" not in conclude([evidence("failed_invocations")]).cause
    assert conclude([evidence("no_run_task")]) == NOT_KNOWN


def test_nothing_found_is_told() -> None:
    assert conclude([Evidence("trigger", OK, "it exists", "somewhere")]) == NOT_KNOWN


def test_evidence_as_the_module_returns_it() -> None:
    assert evidence("ran").as_result() == {
        "name": "looked_at",
        "status": "NG",
        "found": "it was found.",
        "source": "somewhere",
    }
