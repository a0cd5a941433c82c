# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge rules and targets as AWS refuses and answers them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.events.models import events_backends
from moto.utilities.utils import get_partition

from emulator import schedule_grammar
from emulator.layer import ApiError, Call, Forward
from emulator.strict import ecs_targets
from emulator.strict.registry import corrects, refuses
from emulator.strict.tags import refuse_bad_tags
from emulator.strict.trust import can_assume

CODE = "ValidationException"
SERVICE = "events.amazonaws.com"

_MOST_TARGETS_PER_CALL = 10
_MOST_TARGETS_PER_RULE = 5
_PAGE = 100


def _fail(message: str) -> ApiError:
    return ApiError(CODE, message)


def _rule(call: Call) -> Any:
    """moto's rule that the call names, or None."""
    name = call.parameters.get("Name") or call.parameters.get("Rule") or ""
    bus = (call.parameters.get("EventBusName") or "default").rpartition("/")[2]
    buses = events_backends[call.account][call.region].event_buses
    return buses[bus].rules.get(name) if bus in buses else None


def manage_rule(account: str, region: str, name: str, managed_by: str, bus: str) -> None:
    """Make a rule one that an AWS service manages, which no API call can."""
    events_backends[account][region].event_buses[bus].rules[name].managed_by = managed_by


@refuses("events", "PutRule")
def bad_schedule(call: Call, _forward: Forward) -> None:
    """The grammar of cron and rate, in AWS's words [observed, localstack's validated tests]."""
    expression = call.parameters.get("ScheduleExpression")
    if expression and not schedule_grammar.rule_accepts(expression):
        raise _fail("Parameter ScheduleExpression is not valid.")


@refuses("events", "PutRule")
def role_of_the_rule(call: Call, forward: Forward) -> None:
    """A role on the rule itself is tried at once [observed, Zappa#381]."""
    role = call.parameters.get("RoleArn")
    if not role:
        return
    place = f"{call.region}:{call.account}"
    arn = f"arn:{get_partition(call.region)}:events:{place}:rule/{call.parameters['Name']}"
    context = {"aws:sourceaccount": call.account, "aws:sourcearn": arn}
    if not can_assume(call, forward, SERVICE, role, context):
        raise _fail(f"Provided role '{role}' cannot be assumed by principal '{SERVICE}'.")


@refuses("events", "PutRule", "TagResource")
def bad_tags(call: Call, _forward: Forward) -> None:
    """As everywhere."""
    refuse_bad_tags(CODE, call.parameters.get("Tags"), "Key")


@corrects("events", "PutRule")
def tags_of_an_existing_rule(call: Call, forward: Forward) -> dict[str, Any]:
    """ "any tags you specify in the PutRule operation are ignored" on update; moto merges them."""
    if _rule(call) is None or not call.parameters.get("Tags"):
        return forward(call)
    parameters = {name: value for name, value in call.parameters.items() if name != "Tags"}
    return forward(replace(call, parameters=parameters))


@refuses("events", "PutRule", "PutTargets", "EnableRule", "DisableRule")
def managed_rule(call: Call, _forward: Forward) -> None:
    """Rules of AWS services cannot be changed [botocore ManagedRuleException]."""
    _refuse_managed(call, _rule(call))


@refuses("events", "TagResource", "UntagResource")
def tags_of_a_managed_rule(call: Call, _forward: Forward) -> None:
    """Nor can their tags [botocore ManagedRuleException]."""
    for bus in list(events_backends[call.account][call.region].event_buses.values()):
        for rule in list(bus.rules.values()):
            if rule.arn == call.parameters["ResourceARN"]:
                _refuse_managed(call, rule)


@refuses("events", "DeleteRule", "RemoveTargets")
def managed_rule_without_force(call: Call, _forward: Forward) -> None:
    """Removing one needs Force [botocore DeleteRule Force]."""
    if not call.parameters.get("Force"):
        _refuse_managed(call, _rule(call))


def _refuse_managed(call: Call, rule: Any) -> None:
    if rule is not None and rule.managed_by:
        raise ApiError(
            "ManagedRuleException",
            f"Rule {rule.name} is managed by {rule.managed_by} and cannot be changed by "
            f"{call.operation}.",
        )


@refuses("events", "PutTargets")
def too_many_targets_in_a_call(call: Call, _forward: Forward) -> None:
    """Ten entries a request [botocore PutTargets]; the model itself says 100."""
    count = len(call.parameters["Targets"])
    if count > _MOST_TARGETS_PER_CALL:
        raise _fail(
            "1 validation error detected: Value at 'targets' failed to satisfy constraint: Member "
            f"must have length less than or equal to {_MOST_TARGETS_PER_CALL}"
        )


@refuses("events", "PutTargets")
def too_many_targets_of_a_rule(call: Call, _forward: Forward) -> None:
    """Five targets a rule [botocore PutTargets]."""
    rule = _rule(call)
    known = {target["Id"] for target in rule.targets} if rule is not None else set()
    if (
        len(known | {target["Id"] for target in call.parameters["Targets"]})
        > _MOST_TARGETS_PER_RULE
    ):
        raise ApiError(
            "LimitExceededException", "The requested resource exceeds the maximum number allowed."
        )


@refuses("events", "PutTargets")
def bad_ecs_target(call: Call, _forward: Forward) -> None:
    """Role, parameters, launch and network of an ECS target [botocore Target, EcsParameters]."""
    for target in call.parameters["Targets"]:
        if ecs_targets.is_cluster(target["Arn"]):
            ecs_targets.refuse_bad_ecs_target(target)


@refuses("events", "PutTargets")
def bad_input(call: Call, _forward: Forward) -> None:
    """JSON, and only one of the three ways to say it [botocore Target]."""
    for target in call.parameters["Targets"]:
        ways = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name)]
        if len(ways) > 1:
            raise _fail(
                f"Only one of {', '.join(ways)} must be provided for target {target['Id']}."
            )
        ecs_targets.refuse_input_that_is_not_json(target)


@corrects("events", "ListRules", "ListTargetsByRule", "ListRuleNamesByTarget")
def page_size(call: Call, forward: Forward) -> dict[str, Any]:
    """Pages of up to 100 [botocore Limit]; moto's have 50."""
    return forward(replace(call, parameters={"Limit": _PAGE, **call.parameters}))
