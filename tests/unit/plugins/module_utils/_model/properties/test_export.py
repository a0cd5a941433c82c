# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever AWS has reads as a batch that says all of it: deployed where nothing is yet, it makes
the same."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_export import (
    TargetShapes,
    batch_of_rule,
    batch_of_schedule,
    described_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    read_target_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    comparable,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form as normal_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import with_task_definition
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    aws_answers,
    documents,
)
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**16)
SERVICES = ("events", "scheduler")


def exported(target: dict[str, Any], service: str) -> dict[str, Any]:
    shapes = TargetShapes(documents.TARGETS[service], documents.OVERRIDES)
    if service == "events":
        return batch_of_rule({"Name": "hello"}, target, {}, shapes)
    return batch_of_schedule({"Name": "hello", "Target": target}, "", shapes)


def deployed(batch: dict[str, Any], service: str) -> dict[str, Any]:
    """What a batch makes where nothing is yet."""
    options, findings = Batch("hello", batch).target_options(), Findings()
    read = read_target_options(options, documents.TARGETS[service], documents.OVERRIDES, findings)
    assert findings.errors == []
    return merged(None, with_task_definition(read.target, batch["task_definition"]))


@pytest.mark.parametrize("service", SERVICES)
@given(data=st.data(), seed=SEEDS)
def test_a_target_makes_a_batch_that_makes_the_target(service, data, seed):
    target = aws_answers.described_target(data.draw(documents.targets(service)), seed)
    again = deployed(exported(target, service), service)
    wanted = normal_form(target)
    wanted.pop("Id", None)
    assert compare(wanted, normal_form(again)) == ()


@given(documents.task_definitions(), SEEDS)
def test_a_task_definition_makes_a_description_that_makes_no_new_revision(definition, seed):
    answer = aws_answers.described_task_definition(definition, seed)
    described = described_definition(answer, {}, documents.TASK_DEFINITION)
    again = describe_task_definition(described, documents.TASK_DEFINITION).document
    wanted = normal_definition(again)
    assert compare(comparable(answer, wanted), wanted) == ()
