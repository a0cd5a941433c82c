# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two roles of a task: their form, and what needs an execution role.

Sources: AWS's developer guide, "Task execution IAM role"; RegisterTaskDefinition's answers, such as
``Fargate requires task definition to have execution role ARN to support log driver awslogs``, ``...
to support ECR images`` and ``When you are specifying container secrets, you must also specify a
value for 'executionRoleArn'``. Outside Fargate the container instance's own role writes logs and
pulls images.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    part,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
    shown,
)

_PRIVATE_ECR = re.compile(
    r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)/"
)


def is_private_ecr_image(image: str) -> bool:
    """Whether an image lies in a private repository of ECR, which takes permissions to pull
    from."""
    return _PRIVATE_ECR.match(image) is not None


def check_roles(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check the form of both roles, and whether an execution role is missing."""
    _check_form(definition, findings)
    if is_given(definition.get("executionRoleArn")):
        return
    reasons = sorted(_reasons(definition))
    if reasons:
        findings.error(
            ("executionRoleArn",),
            f"This task needs an execution role for {listed(reasons, 'and')}; give its ARN, such as"
            f" {names.ROLE_EXAMPLE}.",
        )


def _check_form(definition: Mapping[str, Any], findings: Findings) -> None:
    task_role = text(definition.get("taskRoleArn"))
    problem = names.role_problem(task_role, short_name=True) if task_role else None
    if problem:
        findings.error(("taskRoleArn",), problem)
    execution_role = text(definition.get("executionRoleArn"))
    if execution_role is None:
        return
    if not is_arn(execution_role) and names.is_role_name(execution_role):
        findings.warn(
            ("executionRoleArn",),
            f"{shown(execution_role)} is a role's name; AWS documents an ARN here, such as"
            f" {names.ROLE_EXAMPLE}.",
        )
        return
    problem = names.role_problem(execution_role)
    if problem:
        findings.error(("executionRoleArn",), problem)


def _reasons(definition: Mapping[str, Any]) -> set[str]:
    fargate = task_traits.is_for_fargate(definition)
    found: set[str] = set()
    for _location, container in task_traits.containers(definition):
        found.update(what for what, steps in _ALWAYS.items() if is_given(part(container, *steps)))
        if fargate and task_traits.log_driver(container) == "awslogs":
            found.add("the log driver awslogs")
        if fargate and is_private_ecr_image(text(container.get("image")) or ""):
            found.add("an image in ECR")
    return found


_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "secrets": ("secrets",),
    "secret options of the log driver": ("logConfiguration", "secretOptions"),
    "the repository's credentials": ("repositoryCredentials",),
    "environment files": ("environmentFiles",),
}
"""What ECS reads with the execution role wherever the task runs."""
