# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems of a description: collected, told with the user's paths, and raised together."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
    Problem,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import render_path


def test_a_problem_reads_as_path_and_message():
    assert (
        Problem(("volumes", 0, "name"), "Wrong.").render(render_path) == "volumes[0].name: Wrong."
    )


def test_a_problem_of_the_whole_has_no_path():
    assert Problem((), "Wrong.").render(render_path) == "Wrong."


def test_findings_keep_errors_and_warnings_apart():
    findings, other = Findings(), Findings()
    findings.error(["a"], "bad")
    findings.warn(["b"], "doubtful")
    other.error(["c"], "worse")
    findings.extend(other)
    assert findings.errors == [Problem(("a",), "bad"), Problem(("c",), "worse")]
    assert findings.warnings == [Problem(("b",), "doubtful")]


def test_warnings_refuse_nothing():
    findings = Findings()
    findings.warn(["a"], "doubtful")
    refuse_errors(findings, render_path)


def test_all_errors_are_raised_together_and_none_twice():
    findings = Findings()
    for message in ("bad", "bad", "worse"):
        findings.error(["a", 1], message)
    with pytest.raises(InvalidDescription) as raised:
        refuse_errors(findings, render_path)
    assert raised.value.sentences == ("a[1]: bad", "a[1]: worse")
    assert str(raised.value) == "a[1]: bad; a[1]: worse"
