# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trigger of a batch as AWS has it: whether it is there, whether it is on, and what it
starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.events_rules import (
    describe_rule,
    list_targets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.scheduler_schedules import (
    get_schedule,
    list_schedules_named,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_trigger import (
    Trigger,
    seek_triggers,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import (
    SCHEDULER,
    Examined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
    not_answered,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.schedule import (
    check_next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.ecs_targets import (
    check_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    NG,
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.offline import (
    SCHEDULE,
    Written,
    check_command,
    check_topics,
    overrides_of_event,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.universal_target import (
    is_run_task_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.expression import (
    check_expression,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_fit import (
    check_unasked_fargate,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import listed

TRIGGER = "trigger"
STATE = "trigger_state"
ON = "ENABLED"


def read_trigger(account: Account, examined: Examined) -> Iterator[Check]:
    """Read the trigger, and its target where the batch is not declared."""
    if not examined.declared and not examined.batch.options.get("trigger"):
        yield from _read_unsaid(account, examined)
    elif examined.service == SCHEDULER:
        yield from _read_schedule(account, examined)
    else:
        yield from _read(account, examined, _find_rule(account, examined))


def _read_unsaid(account: Account, examined: Examined) -> Iterator[Check]:
    """Read the trigger of a deployed batch of which nobody says whether it is a rule or a schedule.
    Where both exist, neither is taken for it, as running and diagnosing do."""
    options, group = examined.batch.options, examined.batch.group_name
    if options.get("group_name"):
        examined.service = SCHEDULER
    params = {"name": examined.name, "group_name": options.get("group_name")}
    sought = seek_triggers(account.session, params, group)
    for error in sought.unread:
        question = Question(TRIGGER, f"rule or schedule {examined.name}", tuple)
        yield not_answered(account.session, question, error)
    if len(sought.found) > 1:
        yield ng(
            TRIGGER,
            f"rule or schedule {examined.name}",
            f"There are a rule and a schedule of this name (in the group {group}), and nothing says"
            " which one is the batch.",
            "Say which one with trigger, rule or scheduler; remove the other one where it is left"
            " over, since both start the batch.",
        )
    elif sought.found:
        yield from _read(account, examined, _found(account, examined, sought.found[0]))
    elif not sought.unread:
        yield from _read_schedule(account, examined)


def _found(account: Account, examined: Examined, trigger: Trigger) -> Document | None:
    if trigger.kind == RULE:
        return describe_rule(account.client("events"), examined.name)
    examined.service = SCHEDULER
    return trigger.schedule


def _read(account: Account, examined: Examined, found: Document | None) -> Iterator[Check]:
    if found is None:
        yield from _missing(examined)
        return
    examined.trigger = found
    subject = f"{examined.trigger_kind} {examined.name}"
    if is_run_task_target(found.get("Target") or {}):
        yield skip(TRIGGER, subject, "Its target is Scheduler's universal one, not looked into.")
        return
    if not examined.declared:
        targets = _targets(account, examined)
        if len(targets) != 1:
            yield ng(TRIGGER, subject, *_no_single_target(examined, targets))
            return
        examined.target = targets[0]
        yield ok(TRIGGER, subject)
    yield _check_state(examined, subject)


def _find_rule(account: Account, examined: Examined) -> Document | None:
    try:
        return describe_rule(account.client("events"), examined.name)
    except NotFound:
        return None


def _read_schedule(account: Account, examined: Examined) -> Iterator[Check]:
    """Read the schedule; one of a batch that is not declared may lie in another group."""
    groups = _groups(account, examined)
    if len(groups) > 1:
        yield ng(
            TRIGGER,
            f"schedule {examined.name}",
            f"There are schedules of this name in the groups {listed(groups, 'and')}, and nothing"
            " says which one is the batch.",
            "Say which one with group_name.",
        )
        return
    yield from _read(account, examined, _find_schedule(account, examined, groups[0]))


def _groups(account: Account, examined: Examined) -> list[str]:
    """Return the groups in which the schedule may lie: its own where it is there or expected."""
    own = examined.batch.group_name
    if examined.declared or examined.batch.options.get("group_name"):
        return [own]
    found = list_schedules_named(account.client("scheduler"), examined.name)
    groups = sorted({str(schedule["GroupName"]) for schedule in found})
    return [own] if own in groups or not groups else groups


def _find_schedule(account: Account, examined: Examined, group: str) -> Document | None:
    try:
        found = get_schedule(account.client("scheduler"), examined.name, group)
    except NotFound:
        return None
    examined.service = SCHEDULER
    return found


def _missing(examined: Examined) -> Iterator[Check]:
    subject = f"{examined.trigger_kind} {examined.name}"
    if examined.declared:
        yield ok(TRIGGER, subject, "It does not exist yet; deploying makes it.")
        return
    what = (
        f"There is no {examined.trigger_kind} of this name in this region"
        if {"trigger", "group_name"} & set(examined.batch.options)
        else "There is neither a rule nor a schedule of this name in this region"
    )
    yield ng(
        TRIGGER,
        subject,
        f"{what}, so that nothing ever starts.",
        "Deploy the batch, or correct its name, its group_name or the region.",
    )


def _targets(account: Account, examined: Examined) -> list[Document]:
    if examined.service == SCHEDULER:
        return [(examined.trigger or {})["Target"]]
    found = list_targets(account.client("events"), examined.name)
    wanted = examined.batch.options.get("target_id")
    return [each for each in found if "EcsParameters" in each and wanted in {None, each["Id"]}]


def _no_single_target(examined: Examined, found: list[Document]) -> tuple[str, str]:
    if not found:
        return (
            "It has no ECS target, so that nothing starts.",
            "Deploy the batch again, or correct target_id.",
        )
    ids = ", ".join(str(target["Id"]) for target in found)
    return f"It has several ECS targets: {ids}.", "Name the one to look at with target_id."


def _check_state(examined: Examined, subject: str) -> Check:
    """A rule that is off says nothing; only what the batch says makes it right."""
    subject = f"state of the {subject}"
    state = str((examined.trigger or {}).get("State") or ON)
    wanted = examined.batch.options.get("enabled") if examined.declared else None
    if wanted is False:
        return ok(STATE, subject, "The batch is declared as disabled: it does not run.")
    if state.startswith(ON):
        return ok(STATE, subject, f"It is {state}.")
    if wanted:
        return ok(STATE, subject, f"It is {state}; deploying the batch enables it.")
    return ng(
        STATE,
        subject,
        f"It is {state}: nothing starts, and nothing says so. Where enabled is left out, deploying"
        " leaves it so.",
        "Set enabled to true, or to false where the batch shall not run, and deploy the batch.",
    )


def check_observed(examined: Examined) -> Iterator[Check]:
    """Yield what the trigger and the task definition of a deployed batch tell by themselves."""
    schedule, target = examined.trigger or {}, examined.target or {}
    findings = Findings()
    if schedule.get("ScheduleExpression"):
        check_expression(schedule["ScheduleExpression"], ("ScheduleExpression",), findings)
    service: Any = examined.service
    check_target(
        _known_members(target, examined.service),
        findings,
        service=service,
        complete=True,
        definition=_active(examined.definition),
    )
    _check_unasked_fargate(examined, findings)
    problems = [Written(problem.location, problem.render(_as_api)) for problem in findings.errors]
    of_event = overrides_of_event(target)
    unknown = of_event.topics if of_event else ()
    yield from check_topics(problems, without=(SCHEDULE, *unknown))
    if schedule.get("ScheduleExpression"):
        yield check_next_runs(examined, schedule)
    if of_event:
        yield of_event.check
    elif examined.definition is not None:
        yield check_command(examined.definition, examined.overrides)


def _check_unasked_fargate(examined: Examined, findings: Findings) -> None:
    if examined.definition is not None:
        target = examined.target or {}
        check_unasked_fargate(target, examined.definition, examined.overrides, findings)


def check_named_definition(examined: Examined) -> Iterator[Check]:
    """Yield what is wrong between a declared batch and the task definition that it names."""
    findings = Findings()
    definition = _active(examined.definition) or {}
    check_against_task_definition(examined.target or {}, definition, findings)
    _check_unasked_fargate(examined, findings)
    problems = [Written(problem.location, problem.render(_as_api)) for problem in findings.errors]
    yield from (check for check in check_topics(problems) if check.status == NG)
    yield check_command(definition, examined.overrides)


def _active(definition: Document | None) -> Document | None:
    """Return a definition without its status, which has a check of its own."""
    if definition is None:
        return None
    return {member: value for member, value in definition.items() if member != "status"}


def _known_members(target: Mapping[str, Any], service: str) -> Document:
    """Return what botocore knows of the target, so that nothing new in AWS counts as a mistake."""
    known = structure(service, "Target").members
    return {member: value for member, value in target.items() if member in known}


def _as_api(location: tuple[str | int, ...]) -> str:
    """Return where something stands in a document of AWS."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return text.removeprefix(".")
