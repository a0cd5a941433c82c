# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS targets of rules: read all targets of the rule, merge, check as a whole, put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_cluster,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import list_targets
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine import task_definitions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    Place,
    bus_name,
    cluster_arn,
    parse_arn,
    task_definition_arn,
)
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
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
    check_ecs_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TargetWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
    plan_target_removal,
    wanted_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan


REQUIRED = frozenset({"Arn", "EcsParameters.TaskDefinitionArn"})
"""What check_ecs_target misses with better words than the shape has."""

REQUIRED_OF_NETWORK = frozenset({"EcsParameters.NetworkConfiguration.awsvpcConfiguration.Subnets"})


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
    """Make one target of a rule the wanted one (module ``eventbridge_ecs_target``, state present)."""
    findings = Findings()
    options = read_target_options(
        params, structure("events", "Target"), structure("ecs", "TaskOverride"), findings
    )
    options.paths.note(("Id",), ("target_id",))
    given = coerce(with_arns(session, options.target), structure("events", "Target"))
    wish = TargetWish(
        params["rule"],
        bus_name(params["event_bus_name"]),
        params["target_id"],
        given,
        params["other_targets"],
    )
    check(options, {**merged(None, given), "Id": wish.target_id}, findings, complete=False)
    observed = observe(session, wish.rule, wish.event_bus_name)
    plan = plan_target(observed, wish)
    wanted = wanted_target(observed, wish)
    definition = _definition_to_run(session, wanted) if plan.changes else None
    check(options, wanted, findings, complete=True, definition=definition)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    warnings = [problem.render(options.paths.render) for problem in findings.warnings]
    return Outcome.of_plan(
        plan, present(plan, params["other_targets"]), list(dict.fromkeys(warnings))
    )


def check(
    options: TargetOptions,
    target: Document,
    findings: Findings,
    *,
    complete: bool,
    definition: Document | None = None,
) -> None:
    """Check a target, given parts or the whole, also against its task definition; raise InvalidDescription."""
    missing = REQUIRED if complete else REQUIRED | REQUIRED_OF_NETWORK
    check_shape(target, structure("events", "Target"), findings, skip_required=missing)
    check_ecs_target(
        target,
        findings,
        service="events",
        complete=complete,
        overrides_shape=structure("ecs", "TaskOverride"),
    )
    if definition is not None:
        check_against_task_definition(target, definition, findings)
    refuse_errors(findings, options.paths.render)


def with_arns(session: Session, target: Document) -> Document:
    """Return the target with the ARNs of a cluster and a task definition that were given by name.

    Account and partition are those of the role or of the other ARN, where one is given: a target and its role belong
    to the same account. Only otherwise STS is asked.
    """
    parameters = target.get("EcsParameters", {})
    cluster, definition = target.get("Arn"), parameters.get("TaskDefinitionArn")
    names = [name for name in (cluster, definition) if name and parse_arn(name) is None]
    if not names:
        return target
    place = _place(session, [cluster, definition, target.get("RoleArn")])
    resolved = dict(target)
    if cluster:
        resolved["Arn"] = cluster_arn(place, cluster)
    if definition:
        resolved["EcsParameters"] = {
            **parameters,
            "TaskDefinitionArn": task_definition_arn(place, definition),
        }
    return resolved


def _place(session: Session, arns: list[str | None]) -> Place:
    known = next((arn for arn in map(parse_arn, arns) if arn is not None and arn.account_id), None)
    if known is None:
        return session.place()
    return Place(known.partition, known.region or session.clients.region, known.account_id)


def _definition_to_run(session: Session, target: Document) -> Document | None:
    """Return the task definition that the target starts; it and the cluster must exist outside check mode."""
    cluster = target.get("Arn")
    reference = target.get("EcsParameters", {}).get("TaskDefinitionArn")
    if cluster and not session.check_mode:
        describe_cluster(session.clients.client("ecs"), cluster)
    if not reference:
        return None
    look = task_definitions.observe if session.check_mode else task_definitions.require
    found = look(session, reference)
    return found.definition if found else None


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
