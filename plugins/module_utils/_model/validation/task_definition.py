# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a task definition beyond its shape: the rules that cross fields, and the limits that no
model states.

What RegisterTaskDefinition is known to refuse is an error; what it is not known to refuse, or what
hurts a batch later, is a warning.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.containers import (
    check_containers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.dependencies import (
    check_dependencies,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_rules import (
    check_fargate,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.log_options import (
    check_log_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.networking import (
    check_network,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
    items,
    part,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.resources import (
    check_resources,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.roles import (
    check_roles,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.tags import check_tags
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.volumes import (
    check_volumes,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.windows_rules import (
    check_windows,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

LARGEST_KIB = 64
"""ECS's quota "Task definition size" in KiB."""

MOST_PLACEMENT_CONSTRAINTS = 10


def check_task_definition(document: Mapping[str, Any], findings: Findings) -> None:
    """Note everything that is wrong or doubtful in a RegisterTaskDefinition request.

    ``document`` is in the API's spelling. Values of a wrong type are passed over: ``check_shape``
    reports them. Locations that have an error already get no second one for the same reason, so
    call ``check_shape`` first.
    """
    for check in _CHECKS:
        check(document, findings)


def _check_family(document: Mapping[str, Any], findings: Findings) -> None:
    family = text(document.get("family"))
    problem = names.name_problem(family, "a family") if family else None
    if problem:
        refuse_once(findings, ("family",), problem)


def _check_tags(document: Mapping[str, Any], findings: Findings) -> None:
    check_tags(document, "tags", findings)


def _check_size(document: Mapping[str, Any], findings: Findings) -> None:
    content = {key: value for key, value in document.items() if key != "tags"}
    size = len(json.dumps(content, separators=(",", ":"), ensure_ascii=False, default=str).encode())
    if size > LARGEST_KIB * 1024:
        findings.error(
            (), f"The task definition has {size} bytes; {LARGEST_KIB} KiB at the most are allowed."
        )


def _check_placement(document: Mapping[str, Any], findings: Findings) -> None:
    constraints = items(document, "placementConstraints")
    if len(constraints) > MOST_PLACEMENT_CONSTRAINTS:
        findings.error(
            ("placementConstraints",),
            f"There are {len(constraints)} placement constraints; {MOST_PLACEMENT_CONSTRAINTS} at"
            " the most are allowed.",
        )
    for index, constraint in entries(document, "placementConstraints"):
        if not is_given(constraint.get("expression")):
            findings.warn(
                ("placementConstraints", index),
                "A constraint without an expression constrains nothing.",
            )


def _check_launch_types(document: Mapping[str, Any], findings: Findings) -> None:
    required = task_traits.compatibilities(document)
    if "EXTERNAL" in required and task_traits.network_mode(document) == task_traits.AWSVPC:
        findings.warn(
            ("networkMode",),
            "AWS does not document the network mode 'awsvpc' for external instances.",
        )
    if is_given(document.get("inferenceAccelerators")):
        findings.error(
            ("inferenceAccelerators",),
            "Elastic Inference is retired; AWS takes no accelerators any more.",
        )


def _check_trusted_execution(document: Mapping[str, Any], findings: Findings) -> None:
    """botocore, TrustedExecutionConfiguration: for Managed Instances; a confidential sandbox
    needs a policy."""
    mode = text(part(document, "trustedExecutionConfiguration", "isolationMode"))
    policy = part(document, "trustedExecutionConfiguration", "attestationPolicy")
    if mode == "CONFIDENTIAL_SANDBOX" and not is_given(policy):
        at = ("trustedExecutionConfiguration", "attestationPolicy")
        findings.error(at, "A confidential sandbox needs an attestation policy.")
    required = task_traits.compatibilities(document)
    if mode not in {None, "SHARED"} and required and required != {"MANAGED_INSTANCES"}:
        findings.warn(
            ("trustedExecutionConfiguration",),
            f"AWS documents the isolation mode {shown(mode)} for MANAGED_INSTANCES only.",
        )


_CHECKS: tuple[Callable[[Mapping[str, Any], Findings], None], ...] = (
    _check_family,
    _check_tags,
    check_resources,
    check_fargate,
    check_containers,
    check_dependencies,
    check_network,
    check_volumes,
    check_log_options,
    check_roles,
    check_windows,
    _check_placement,
    _check_launch_types,
    _check_trusted_execution,
    _check_size,
)
