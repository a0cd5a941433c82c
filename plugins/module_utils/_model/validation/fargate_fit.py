# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target on Fargate and a task definition that was registered without asking for Fargate.

RegisterTaskDefinition checks a revision for Fargate only where it requires that (botocore,
requiresCompatibilities). A target that means the family's newest revision starts whatever is
registered next, so what was right when the target was put can be wrong when it fires.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    target_traits,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_rules import (
    check_fargate,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.roles import (
    check_roles,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.target_size import (
    overridden,
)

OVERRIDABLE = ("cpu", "memory", "executionRoleArn", "taskRoleArn")

SAID_ELSEWHERE = ("networkMode",)
"""What ``check_against_task_definition`` notes of the same pair."""


def check_unasked_fargate(
    target: Mapping[str, Any],
    definition: Mapping[str, Any],
    overrides: Mapping[str, Any],
    findings: Findings,
) -> None:
    """Note what Fargate does not take of a definition that did not ask for it.

    ``definition`` is what DescribeTaskDefinition answers, and the locations are its own;
    ``overrides`` are the target's.
    """
    if target_traits.runs_on_fargate(target) is not True or task_traits.is_for_fargate(definition):
        return
    started = {member: overridden(overrides, definition, member) for member in OVERRIDABLE}
    asking = {**definition, **started, "requiresCompatibilities": [task_traits.FARGATE]}
    found = Findings()
    check_fargate(asking, found)
    check_roles(asking, found)
    for problem in found.errors:
        if problem.location != SAID_ELSEWHERE:
            findings.error(problem.location, problem.message)
