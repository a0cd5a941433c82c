# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual inputs pass through the modules, and doubtful ones give one warning at the user's own
option."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
    unusual_inputs,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules import written_options
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.written_options import SPELLINGS

INEXPRESSIBLE = {
    "member that botocore does not know yet": "options are those of the argument specification",
    "sandbox outside Managed Instances": "there is no option for it",
    "unreadable input": "it is refused by itself, whatever the task definition is",
    "task tags as one map": "the option task_tags is a mapping, and is written as AWS has it",
    "management events": "the option enabled is true or false",
}
"""What no user of the modules can write."""

FITTING = {
    "platform of Windows": documents.windows_definition,
    "placement on EC2": documents.ec2_definition,
}
"""The task definition that goes with a target, where it is not the usual one."""

ROWS = tuple(row for row in unusual_inputs.ROWS if row.name not in INEXPRESSIBLE)


def test_every_exception_is_in_the_table():
    assert {*INEXPRESSIBLE, *FITTING} <= {row.name for row in unusual_inputs.ROWS}
    assert len(ROWS) >= 60


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_unusual_input_passes_through_the_module(account, row, spelling):
    document = documents.GOOD[row.subject]()
    row.change(document)
    given = written_options.written(row.subject, document, spelling)
    if given.module != "ecs_task_definition":
        fitting = FITTING.get(row.name, documents.fargate_definition)()
        account.describe(document.get("taskDefinition", fitting))

    result = account.run(given.module, given.options, check_mode=True)

    assert not result["failed"], result["msg"]
    assert result["changed"]
    expected = [] if row.location is None else [given.path(documents.steps(row.location))]
    warned = [warning.partition(": ")[0] for warning in result["warnings"]]
    assert warned == expected, result["warnings"]
    for warning in result["warnings"]:
        assert [word for word in row.words if word not in warning] == [], warning
    assert "s3cr3t" not in str(result)
