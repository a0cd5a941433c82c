# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking an EventBridge rule.

Sources: botocore, PutRule; PutRule's answers: ``Parameter(s) EventPattern or ScheduleExpression
must be specified``, ``ScheduleExpression is supported only on the default event bus.``, ``Event
pattern is not valid. Reason: "x" must be an object or an array``, ``Empty arrays are not allowed``,
``Parameter EventPattern for rule x exceeds limit of 2048`` (an adjustable quota; the model allows
4096).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import DEFAULT_BUS, bus_name
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import names
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.expression import (
    check_expression,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.tags import check_tags
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

LONGEST_DESCRIPTION = 512
LONGEST_PATTERN = 2048


def check_rule(
    rule: Mapping[str, Any], findings: Findings, *, event_bus: str | None, complete: bool = True
) -> None:
    """Note everything that is wrong or doubtful in a PutRule request.

    ``event_bus`` is the bus's name or ARN, or None for the default one. ``complete`` tells that
    nothing is in AWS yet, so that a schedule or a pattern has to be given. Call ``check_shape``
    first: a location that has an error already gets no second one for the same reason.
    """
    _check_texts(rule, findings)
    pattern_is_empty = rule.get("EventPattern") in ({}, "{}")
    if (
        complete
        and not is_given(rule.get("ScheduleExpression"))
        and (pattern_is_empty or not is_given(rule.get("EventPattern")))
    ):
        findings.error(
            ("ScheduleExpression",), "A rule needs a schedule expression or an event pattern."
        )
    _check_schedule(rule, event_bus, findings)
    _check_pattern(rule.get("EventPattern"), findings)
    check_tags(rule, "Tags", findings)


def _check_texts(rule: Mapping[str, Any], findings: Findings) -> None:
    name, role = text(rule.get("Name")), text(rule.get("RoleArn"))
    problems = {
        "Name": names.rule_name_problem(name) if name else None,
        "RoleArn": names.role_problem(role) if role else None,
        "Description": _description_problem(text(rule.get("Description")) or ""),
    }
    for member, problem in problems.items():
        if problem:
            refuse_once(findings, (member,), problem)


def _description_problem(description: str) -> str | None:
    if len(description) <= LONGEST_DESCRIPTION:
        return None
    return f"This has {len(description)} characters; {LONGEST_DESCRIPTION} at the most are allowed."


def _check_schedule(rule: Mapping[str, Any], event_bus: str | None, findings: Findings) -> None:
    at: Location = ("ScheduleExpression",)
    expression = text(rule.get("ScheduleExpression"))
    if expression is None:
        return
    bus = bus_name(event_bus)
    if bus != DEFAULT_BUS:
        findings.error(
            at,
            "Only rules on the default event bus can have a schedule, and this one is on"
            f" {shown(bus)}; use a schedule"
            " of EventBridge Scheduler, or the default bus.",
        )
    if expression.startswith("at("):
        findings.error(
            at,
            f"A rule cannot run once: it takes cron(...) or rate(...), not {shown(expression)}; use"
            " a schedule of"
            " EventBridge Scheduler (scheduler_schedule, or trigger: scheduler) for at(...).",
        )
        return
    check_expression(expression, at, findings)


def _check_pattern(pattern: Any, findings: Findings) -> None:
    at: Location = ("EventPattern",)
    if not is_given(pattern):
        return
    content = pattern
    if isinstance(pattern, str):
        try:
            content = json.loads(pattern)
        except ValueError as error:
            findings.error(at, f"This is not valid JSON ({error}); give a JSON object.")
            return
    if not isinstance(content, Mapping):
        findings.error(at, 'An event pattern is a JSON object, such as {"source": ["aws.s3"]}.')
        return
    length = len(
        json.dumps(content, separators=(",", ":"), ensure_ascii=False, default=str).encode()
    )
    if length > LONGEST_PATTERN:
        findings.warn(
            at,
            f"The event pattern has {length} bytes; EventBridge's quota is {LONGEST_PATTERN}"
            " unless it was raised.",
        )
    for message in _pattern_problems(content, ""):
        findings.error(at, message)


def _pattern_problems(content: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in content.items():
        where = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _pattern_problems(value, where)
        elif not isinstance(value, list):
            yield f"{where!r} has the value {shown(value)}; a pattern takes lists, so make it one."
        elif not value:
            yield f"{where!r} has an empty list, which matches nothing; give it a value."
