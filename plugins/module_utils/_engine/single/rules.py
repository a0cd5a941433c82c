# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge rules: read, merge, write everything back; and reading them with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    describe_rule,
    list_rule_tags,
    list_rules,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    schedule_facts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import bus_name, rule_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule_options import (
    read_rule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import to_snake
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.names import (
    rule_name_problem,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import RuleWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
    plan_rule_removal,
    wanted_rule,
)


def observe(
    session: Session, name: str, event_bus_name: str, *, with_tags: bool
) -> ObservedRule | None:
    """Read a rule, and its tags where asked for; None where there is none. One call, with tags
    two."""
    client = session.clients.client("events")
    try:
        rule = describe_rule(client, name, event_bus_name)
    except NotFound:
        return None
    return ObservedRule(rule, list_rule_tags(client, rule["Arn"]) if with_tags else {})


def converge_rule(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make a rule the wanted one (module ``eventbridge_rule``, state present)."""
    options = read_rule_options(params, input_shape("events", "PutRule"))
    options.check_given()
    wish = options.wish
    observed = observe(session, wish.name, wish.event_bus_name, with_tags=wish.tags is not None)
    plan = plan_rule(observed, wish)
    if plan.changed:
        refuse_managed(observed)
        options.check_whole(wanted_rule(observed, wish), observed.rule if observed else None)
    arn = _arn(session, observed, wish)
    if not session.check_mode:
        answers = apply_actions(session, plan.actions)
        arn = next((answer["RuleArn"] for answer in answers if answer.get("RuleArn")), arn)
    return Outcome.of_plan(plan, {"rule": present(plan, arn, wish)}, options.warnings())


def refuse_name(name: str) -> None:
    """Refuse a name that no rule can have."""
    problem = rule_name_problem(name)
    if problem:
        raise InvalidDescription([f"name: {problem}"])


def refuse_managed(observed: ObservedRule | None) -> None:
    """Refuse to touch a rule that an AWS service made for itself."""
    manager = observed.rule.get("ManagedBy") if observed else None
    if manager:
        raise InvalidDescription(
            [f"name: the rule is managed by {manager}; only that service may change or remove it."]
        )


def _arn(session: Session, observed: ObservedRule | None, wish: RuleWish) -> str | None:
    if observed is not None:
        return observed.arn
    return rule_arn(session.place(), wish.name, wish.event_bus_name) if session.check_mode else None


def present(plan: Plan, arn: str | None, wish: RuleWish) -> Document:
    """Return a planned rule as results show it, with its next runs."""
    rule = {key: value for key, value in (plan.after or {}).items() if key != "Tags"}
    shown = {**to_snake(rule, input_shape("events", "PutRule")), "arn": arn}
    if wish.tags is not None:
        shown["tags"] = (plan.after or {}).get("Tags", {})
    return {**shown, **schedule_facts(rule.get("ScheduleExpression"))}


def remove_rule(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove a rule (module ``eventbridge_rule``, state absent); one with targets only with
    ``force``."""
    name, bus = params["name"], bus_name(params["event_bus_name"])
    refuse_name(name)
    observed = observe(session, name, bus, with_tags=False)
    targets: list[str] = []
    if observed is not None:
        refuse_managed(observed)
        found = list_targets(session.clients.client("events"), name, bus)
        targets = [str(target["Id"]) for target in found]
    if targets and not params["force"]:
        raise InvalidDescription(
            [
                f"force: the rule {name} still has the targets {', '.join(targets)}; "
                "remove them first, or set force to true to remove them with the rule."
            ]
        )
    plan = plan_rule_removal(observed, bus, targets)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(plan, {"rule": None})


def read_rules(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Read rules with their targets, tags and next runs (module ``eventbridge_rule_info``)."""
    client = session.clients.client("events")
    bus = params["event_bus_name"]
    if params.get("name"):
        observed = observe(session, params["name"], bus, with_tags=False)
        rules = [observed.rule] if observed else []
    else:
        rules = list_rules(client, bus, name_prefix=params.get("name_prefix"))
    in_order = sorted(rules, key=lambda found: str(found["Name"]))
    shown = (_described(session, rule, bus) for rule in in_order)
    return Outcome(results={"rules": [rule for rule in shown if rule is not None]})


def _described(session: Session, rule: Document, bus: str) -> Document | None:
    """Return a rule with its targets, tags and next runs; None where it has gone meanwhile."""
    client = session.clients.client("events")
    try:
        targets = list_targets(client, rule["Name"], bus)
        tags = list_rule_tags(client, rule["Arn"])
    except NotFound:
        return None
    target_shape = structure("events", "Target")
    return {
        **plain(to_snake(rule, output_shape("events", "DescribeRule"))),
        "event_bus_name": bus_name(rule.get("EventBusName") or bus),
        "targets": [to_snake(target, target_shape) for target in targets],
        "tags": tags,
        **schedule_facts(rule.get("ScheduleExpression")),
    }
