# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking an ECS target of an EventBridge rule or of an EventBridge Scheduler schedule.

What PutTargets, CreateSchedule or, when the task should start, RunTask is known to refuse is an
error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Arn, parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    names,
    target_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.overrides import (
    check_overrides,
    read_input,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    number,
    part,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.tags import check_tags
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.target_fit import (
    check_against_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.target_launch import (
    check_launch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.vpc_network import (
    check_target_network,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    counted,
    listed,
    shown,
)

__all__ = [
    "check_against_task_definition",
    "check_ecs_target",
    "check_overrides",
    "check_target_ids",
]

Service = Literal["events", "scheduler"]

MOST_TASKS = 10
MOST_TARGETS = 5
"""EventBridge's quota "Targets per rule"."""

RETRY_RANGES: Mapping[str, tuple[int, int]] = {
    "MaximumRetryAttempts": (0, 185),
    "MaximumEventAgeInSeconds": (60, 86400),
}

_INPUTS = ("Input", "InputPath", "InputTransformer")


def check_ecs_target(
    target: Mapping[str, Any],
    findings: Findings,
    *,
    service: Service,
    location: Location = (),
    overrides_shape: Shape | None = None,
    complete: bool = True,
) -> None:
    """Note everything that is wrong or doubtful in a target, seen without its task definition.

    ``target`` is a Target of ``service`` in the API's spelling; cluster and task definition may
    also be names. ``overrides_shape`` is ECS's TaskOverride, against which the input is checked.
    Without ``complete`` nothing is required, since what is left out stays as it is in AWS. Call
    ``check_shape`` first: a location that has an error already gets no second one for the same
    reason.
    """
    _check_references(target, findings, location, complete=complete)
    check_launch(target, findings, location)
    check_target_network(target, findings, location, complete=complete)
    _check_count(target, findings, location)
    _check_delivery(target, findings, location)
    _check_regions(target, findings, location)
    _check_input(target, overrides_shape, findings, location)
    if service == "events":
        _check_id(target, findings, location)
    check_tags(
        target_traits.parameters(target), "Tags", findings, location=(*location, target_traits.ECS)
    )


def check_target_ids(ids: Iterable[str], findings: Findings, location: Location = ()) -> None:
    """Check that the targets of one rule are not too many (PutTargets: LimitExceededException)."""
    count = len(set(ids))
    if count > MOST_TARGETS:
        findings.error(
            location,
            f"The rule would have {counted(count, 'target', 'targets')}; it can have"
            f" {MOST_TARGETS}.",
        )


def _check_references(
    target: Mapping[str, Any], findings: Findings, location: Location, *, complete: bool
) -> None:
    task_definition = (target_traits.ECS, "TaskDefinitionArn")
    checks = (
        (("Arn",), names.cluster_problem, "A target needs a cluster."),
        (
            ("RoleArn",),
            names.role_problem,
            "A target needs the role with which the task is started.",
        ),
        (task_definition, names.task_definition_problem, "A target needs a task definition."),
    )
    for steps, find_problem, missing in checks:
        value = text(part(target, *steps))
        if value is None and complete:
            refuse_once(findings, (*location, *steps), missing)
        problem = find_problem(value) if value else None
        if problem:
            refuse_once(findings, (*location, *steps), problem)


def _check_count(target: Mapping[str, Any], findings: Findings, location: Location) -> None:
    """PutTargets: 'Parameter(s) TaskCount not valid for target'; the model has no maximum."""
    count = number(target_traits.parameters(target).get("TaskCount"))
    if count is not None and not 1 <= count <= MOST_TASKS:
        at = (*location, target_traits.ECS, "TaskCount")
        refuse_once(
            findings, at, f"{count} is out of range; a target starts 1 to {MOST_TASKS} tasks."
        )


def _check_delivery(target: Mapping[str, Any], findings: Findings, location: Location) -> None:
    """Check retries and dead-letter queue ('SQS FIFO is not supported by Dead Letter Queues')."""
    for member, (low, high) in RETRY_RANGES.items():
        value = number(part(target, "RetryPolicy", member))
        if value is not None and not low <= value <= high:
            at: Location = (*location, "RetryPolicy", member)
            refuse_once(findings, at, f"{value} is out of range; allowed is {low} to {high}.")
    queue = text(part(target, "DeadLetterConfig", "Arn"))
    if queue is None:
        return
    at = (*location, "DeadLetterConfig", "Arn")
    problem = names.queue_problem(queue)
    if problem is None and queue.endswith(".fifo"):
        problem = f"{shown(queue)} is a FIFO queue; a dead-letter queue must be a standard one."
    if problem:
        refuse_once(findings, at, problem)


def _check_regions(target: Mapping[str, Any], findings: Findings, location: Location) -> None:
    """Cluster, task definition and dead-letter queue lie in one region, cluster and definition
    in one account."""
    cluster = parse_arn(text(target.get("Arn")))
    if cluster is None or not cluster.region:
        return
    definition_at = (target_traits.ECS, "TaskDefinitionArn")
    for steps, what in (
        (definition_at, "task definition"),
        (("DeadLetterConfig", "Arn"), "dead-letter queue"),
    ):
        other = parse_arn(text(part(target, *steps)))
        if other is not None and other.region and other.region != cluster.region:
            findings.error(
                (*location, *steps),
                f"The {what} is in {other.region}, the cluster in {cluster.region}; they must be"
                " in one region.",
            )
    _check_account(
        cluster,
        parse_arn(text(part(target, *definition_at))),
        (*location, *definition_at),
        findings,
    )


def _check_account(
    cluster: Arn, definition: Arn | None, location: Location, findings: Findings
) -> None:
    if definition is not None and definition.account_id != cluster.account_id:
        findings.warn(
            location,
            f"The task definition is in account {definition.account_id}, the cluster in"
            f" {cluster.account_id}.",
        )


def _check_input(
    target: Mapping[str, Any], shape: Shape | None, findings: Findings, location: Location
) -> None:
    given = [member for member in _INPUTS if is_given(target.get(member))]
    if len(given) > 1:
        findings.error(
            (*location, given[0]), f"{listed(given, 'and')} exclude each other; give one of them."
        )
    value = target.get("Input")
    overrides = read_input(value, findings, (*location, "Input"))
    if overrides is not None:
        check_overrides(
            overrides, shape, findings, (*location, "Input"), exact_types=isinstance(value, str)
        )


def _check_id(target: Mapping[str, Any], findings: Findings, location: Location) -> None:
    identifier = text(target.get("Id"))
    problem = names.rule_name_problem(identifier) if identifier else None
    if problem:
        refuse_once(findings, (*location, "Id"), problem)
