# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a document as the engine does: by its shape, then by the rules that cross fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_definition
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
    check_ecs_target,
    check_overrides,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.rule import check_rule
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
)


def _definition(document: documents.Document, findings: Findings) -> None:
    check_shape(document, input_shape("ecs", "RegisterTaskDefinition"), findings)
    task_definition.check_task_definition(document, findings)


def _rule_target(document: documents.Document, findings: Findings) -> None:
    check_shape(document, structure("events", "Target"), findings)
    shape = structure("ecs", "TaskOverride")
    check_ecs_target(document, findings, service="events", overrides_shape=shape)


def _schedule_target(document: documents.Document, findings: Findings) -> None:
    check_shape(document, structure("scheduler", "Target"), findings)
    shape = structure("ecs", "TaskOverride")
    check_ecs_target(document, findings, service="scheduler", overrides_shape=shape)


def _rule(document: documents.Document, findings: Findings) -> None:
    check_shape(document, input_shape("events", "PutRule"), findings)
    check_rule(document, findings, event_bus=document.get("EventBusName"))


def _overrides(document: documents.Document, findings: Findings) -> None:
    check_overrides(document, structure("ecs", "TaskOverride"), findings, ())


def _pair(document: documents.Document, findings: Findings) -> None:
    check_against_task_definition(document["target"], document["taskDefinition"], findings)


CHECKS: dict[str, Callable[[Any, Findings], None]] = {
    "fargate_definition": _definition,
    "ec2_definition": _definition,
    "windows_definition": _definition,
    "rule_target": _rule_target,
    "schedule_target": _schedule_target,
    "rule": _rule,
    "pattern_rule": _rule,
    "overrides": _overrides,
    "pair": _pair,
    "ec2_pair": _pair,
}


def find(subject: str, document: documents.Document) -> Findings:
    """Return what is found in a document of the kind ``subject``."""
    findings = Findings()
    CHECKS[subject](document, findings)
    return findings
