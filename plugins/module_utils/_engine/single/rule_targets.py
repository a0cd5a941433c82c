# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS targets of rules: read all targets of the rule, merge, check as a whole, put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_targets
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    check_target,
    definition_to_run,
    overrides_shape,
    with_arns,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import bus_name
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged,
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    TargetOptions,
    read_target_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_target_ids,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.names import (
    rule_name_problem,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    REMOVE,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
    plan_target_removal,
    wanted_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan


def observe(session: Session, rule: str, event_bus_name: str) -> ObservedTargets:
    """Read all targets of a rule. In check mode a rule that does not exist yet has none."""
    try:
        found = list_targets(session.clients.client("events"), rule, event_bus_name)
    except NotFound:
        if not session.check_mode:
            raise
        found = []
    return ObservedTargets(tuple(found))


def converge_rule_target(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make one target of a rule the wanted one (``eventbridge_ecs_target``, state present)."""
    options, findings = _checked_options(params)
    given = coerce(with_arns(session, options.target), structure("events", "Target"))
    bus = bus_name(params["event_bus_name"])
    wish = TargetWish(params["rule"], bus, params["target_id"], given, params["other_targets"])
    observed = observe(session, wish.rule, wish.event_bus_name)
    plan = plan_target(observed, wish)
    if plan.changed:
        _check_whole(session, observed, wish, findings)
        refuse_errors(findings, options.paths.render)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    warnings = [problem.render(options.paths.render) for problem in findings.warnings]
    return Outcome.of_plan(
        plan, present(plan, params["other_targets"]), list(dict.fromkeys(warnings))
    )


def _checked_options(params: Mapping[str, Any]) -> tuple[TargetOptions, Findings]:
    """Return the options as far as they are given, with names as the user wrote them.

    :raises InvalidDescription: with all mistakes.
    """
    findings = Findings()
    override_shape = overrides_shape(params.get("overrides"))
    options = read_target_options(params, structure("events", "Target"), override_shape, findings)
    for option, member in {"target_id": "Id", "rule": "Rule"}.items():
        options.paths.note((member,), (option,))
    target = {**merged(None, options.target), "Id": params["target_id"]}
    check_target(target, findings, service="events", complete=False)
    problem = rule_name_problem(params["rule"])
    if problem:
        findings.error(("Rule",), problem)
    refuse_errors(findings, options.paths.render)
    return options, findings


def _check_whole(
    session: Session, observed: ObservedTargets, wish: TargetWish, findings: Findings
) -> None:
    """Check the target as it would be put, also against its task definition, and the room on the
    rule."""
    wanted = wanted_target(observed, wish)
    definition = definition_to_run(session, wanted)
    check_target(wanted, findings, service="events", complete=True, definition=definition)
    if wish.other_targets != REMOVE:
        ids = [str(target["Id"]) for target in observed.others(wish.target_id)]
        check_target_ids([*ids, wish.target_id], findings, ("Rule",))


def present(plan: Plan, other_targets: str) -> Document:
    """Return a planned target as results show it, and the other targets that stay."""
    shape = structure("events", "Target")
    others = () if other_targets == "remove" else plan.facts["others"]
    return {
        "target": to_snake(plan.after, shape) if plan.after is not None else None,
        "other_targets": [to_snake(normal_form(target), shape) for target in others],
    }


def remove_rule_target(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove the one target that is named (module ``eventbridge_ecs_target``, state absent)."""
    bus = bus_name(params["event_bus_name"])
    try:
        observed = ObservedTargets(
            tuple(list_targets(session.clients.client("events"), params["rule"], bus))
        )
    except NotFound:
        observed = ObservedTargets()
    plan = plan_target_removal(observed, TargetWish(params["rule"], bus, params["target_id"]))
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(plan, present(plan, "keep"))
