# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bad input is refused by the module that takes it, at the user's own option, without a
write."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    bad_inputs,
    documents,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.modules import written_options
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.written_options import (
    SNAKE,
    SPELLINGS,
)

INEXPRESSIBLE = {
    "same tag": "tags are a mapping",
    "null in a list": "nulls in lists are left out, as templates make them",
    "public address as a boolean": "the option takes booleans too",
    "input and a path": "there is no option for InputPath",
}
"""Mistakes that no user of the modules can make."""

REFUSED_BY_ANSIBLE = {
    "no family": "family",
    "no containers": "container_definitions",
    "containers as a mapping": "container_definitions",
    "container as a text": "container_definitions",
    "Elastic Inference": "inference",
    "sandbox without a policy": "trusted",
    "no id": "target_id",
    "no name": "name",
    "unknown state": "enabled",
}
"""Mistakes that Ansible finds with the argument specification, with the word that names the
option."""

OTHER_WORDS = {
    "no cluster": ("needs a cluster",),
    "no task definition": ("needs a task definition",),
}
"""What a module says of an option that is left out, where the shape alone would say 'required'."""

SPELT_BY_NOTHING = ("no size of ephemeral storage",)
"""Where the user writes no key at all, the missing one is named in snake_case."""

ROWS = tuple(row for row in bad_inputs.ROWS if row.name not in INEXPRESSIBLE)


def test_every_exception_is_in_the_table():
    names = {row.name for row in bad_inputs.ROWS}
    assert {*INEXPRESSIBLE, *REFUSED_BY_ANSIBLE, *OTHER_WORDS, *SPELT_BY_NOTHING} <= names
    assert len(ROWS) >= 150


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.subject}: {row.name}")
def test_bad_input_is_refused_by_the_module(account, row, spelling):
    document = documents.GOOD[row.subject]()
    row.change(document)
    given = written_options.written(row.subject, document, spelling)
    if given.module != "ecs_task_definition":
        account.describe(document.get("taskDefinition", documents.fargate_definition()))

    result = account.run(given.module, given.options)

    assert result["failed"], result
    assert account.emulator.writes() == []
    if row.name in REFUSED_BY_ANSIBLE:
        assert REFUSED_BY_ANSIBLE[row.name] in result["msg"]
        return
    if row.name in SPELT_BY_NOTHING:
        given = written_options.written(row.subject, document, SNAKE)
    path = given.path(documents.steps(row.location))
    sentences = [
        error for error in result["errors"] if error.startswith(f"{path}: " if path else "")
    ]
    assert len(sentences) == 1, (path, result["errors"])
    words = OTHER_WORDS.get(row.name, row.words)
    assert [word for word in words if word not in sentences[0]] == [], sentences[0]
    assert len(result["errors"]) == 1 + row.more, result["errors"]
    assert all(error in result["msg"] for error in result["errors"])
