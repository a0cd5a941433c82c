# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the trigger exists, was enabled, was due at that time, and has a valid target."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.cloudtrail import (
    KEPT,
    lookup_events,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_clusters,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError, NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.case import (
    Case,
    unread,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.diagnosis import (
    NG,
    OK,
    UNKNOWN,
    Evidence,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.trail import (
    CHANGES_OF_RULES,
    CHANGES_OF_SCHEDULES,
    Change,
    changes_of,
    state_at,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import STATE_MACHINE
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.offline import (
    overrides_of_event,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    NOT_CONVERTED,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.past_runs import (
    Timing,
    last_run,
    meant_in_other_zone,
    skipped_reading,
)

DISABLED = "DISABLED"
TRAIL = "cloudtrail:LookupEvents"


def exists(case: Case) -> Evidence:
    """Look at the trigger itself."""
    created = case.document.get("CreationDate")
    source = _reader(case)
    if created is not None and created > case.expected:
        found = f"The {case.trigger.shown} was made later, at {case.shown(created)}."
        return Evidence("trigger", NG, found, source, ("created_later",))
    return Evidence("trigger", OK, f"The {case.trigger.shown} exists: {case.arn}.", source)


def is_enabled(case: Case) -> Evidence:
    """Look at the state that the trigger has now."""
    state = str(case.document.get("State") or "ENABLED")
    found = f"The {case.trigger.shown} is {state} now."
    if state == DISABLED:
        return Evidence("enabled", NG, found, _reader(case), ("disabled",))
    return Evidence("enabled", OK, found, _reader(case))


def was_enabled(case: Case) -> tuple[Evidence, list[Change]]:
    """Look in CloudTrail at the state that the trigger had then; also return what changed it."""
    operations = CHANGES_OF_RULES if case.trigger.kind == RULE else CHANGES_OF_SCHEDULES
    try:
        changes, complete = changes_in_trail(case, operations)
    except AwsError as error:
        return unread("enabled_then", TRAIL, error), []
    state_now = str(case.document.get("State") or "ENABLED")
    state = state_at(changes, case.expected, state_now) if complete else None
    listed = _listed(changes)
    if state is None:
        told = f"CloudTrail does not tell which state it had. {listed}".strip()
        return Evidence("enabled_then", UNKNOWN, told, TRAIL), changes
    found = f"The {case.trigger.shown} was {state} at {case.shown(case.expected)}. {listed}"
    if state == "ENABLED" or state.startswith("ENABLED_"):
        return Evidence("enabled_then", OK, found.strip(), TRAIL), changes
    return Evidence("enabled_then", NG, found.strip(), TRAIL, ("disabled_then",)), changes


def changes_in_trail(case: Case, operations: Sequence[str]) -> tuple[list[Change], bool]:
    """Return the changes of the trigger that CloudTrail still has, and whether these are all."""
    client = case.session.clients.client("cloudtrail")
    begin = case.now - KEPT
    events: list[Document] = []
    complete = True
    for operation in operations:
        found, all_of_them = lookup_events(client, operation, begin, case.now)
        events += found
        complete = complete and all_of_them
    trigger = case.trigger
    return changes_of(events, trigger.kind, trigger.name, trigger.group_name), complete


SHOWN_CHANGES = 5


def _listed(changes: Sequence[Change]) -> str:
    if not changes:
        return "CloudTrail knows no change of it in the last 90 days."
    newest = "; ".join(map(str, changes[-SHOWN_CHANGES:]))
    return f"Its last changes: {newest}."


def was_due(case: Case, changes: Sequence[Change]) -> Evidence:
    """Look at what the schedule says of the time."""
    text = str(case.document.get("ScheduleExpression") or "")
    source = f"the expression {text}" if text else "the expression"
    if case.timing is None:
        told = f"{text or 'No schedule'} is not understood, so that its runs are not known."
        return Evidence("schedule", UNKNOWN, told, source)
    if not case.runs_are_known:
        told = f"{text} counts from its creation, which AWS does not tell."
        return Evidence("schedule", UNKNOWN, told, source)
    if case.run is not None:
        found = f"A run was due at {case.shown(case.run)}: {text} in {case.timing.timezone}."
        return Evidence("schedule", OK, found, source)
    return _not_due(case, case.timing, text, changes)


def _not_due(case: Case, timing: Timing, text: str, changes: Sequence[Change]) -> Evidence:
    source, zone = f"the expression {text}", timing.timezone
    later = [each for each in changes if each.state and each.moment > case.expected]
    replaced = [each for each in later if each.operation not in {"EnableRule", "DisableRule"}]
    nearest = f"The nearest runs: {', '.join(nearest_runs(case)) or 'none'}."
    skipped = skipped_reading(timing, case.expected, case.tolerance)
    other = meant_in_other_zone(timing, case.expected, case.tolerance)
    if replaced:
        found = f"{text} has no run then, but it was changed later: {replaced[0]}. {nearest}"
        return Evidence("schedule", UNKNOWN, found, source, ("changed_later",))
    if skipped is not None:
        found = f"The clocks in {zone} skip {skipped.isoformat()}, so it does not run. {nearest}"
        return Evidence("schedule", NG, found, source, ("skipped_by_clocks",))
    if other is not None:
        found = (
            f"{text} is in {zone}: its run is at {case.shown(other)}, not at"
            f" {case.expected.isoformat()}. {nearest}"
        )
        return Evidence("schedule", NG, found, source, ("other_zone",))
    found = f"{text} in {zone} has no run at {case.shown(case.expected)}. {nearest}"
    return Evidence("schedule", NG, found, source, ("not_scheduled",))


def nearest_runs(case: Case) -> list[str]:
    """Return the runs before and after the expected time."""
    if case.timing is None:
        return []
    before = last_run(case.timing, case.expected)
    after = case.timing.after(case.expected)
    return [case.shown(each) for each in (*([before] if before else []), *after)]


def has_cluster(case: Case) -> Evidence:
    """Look at the cluster of the target."""
    source = "ecs:DescribeClusters"
    if not case.target:
        targets = ", ".join(str(each.get("Arn")) for each in case.trigger.targets) or "none"
        found = f"The {case.trigger.shown} has no ECS target to start; its targets: {targets}."
        return Evidence("cluster", NG, found, "events:ListTargetsByRule", ("no_target",))
    try:
        found_clusters = describe_clusters(case.session.clients.client("ecs"), [case.cluster])
    except AwsError as error:
        return unread("cluster", source, error)
    cluster = found_clusters.get(case.cluster)
    if cluster is None or cluster.get("status") != "ACTIVE":
        found = f"The cluster {case.cluster} does not exist, or is not ACTIVE."
        return Evidence("cluster", NG, found, source, ("cluster_missing",))
    return Evidence("cluster", OK, f"The cluster {case.cluster} is ACTIVE now.", source)


def has_guard(case: Case) -> Evidence | None:
    """Tell of the state machine between trigger and task, where there is one."""
    guard = case.target.get(GUARD)
    if not guard:
        return None
    machine, overlap = guard[STATE_MACHINE], guard.get("Overlap")
    found = f"Its runs go through the guard {machine} (overlap: {overlap})."
    return Evidence("guard", OK, found, "the target", ("guard",))


def has_overrides(case: Case) -> Evidence | None:
    """Tell of an input that never makes overrides. A rule takes it, and then calls no RunTask, so
    that only the target itself shows it."""
    made = overrides_of_event(case.target)
    of_event = made is not None and made.check.status == NG
    given = case.target.get("Input")
    if "EcsParameters" not in case.target or not (of_event or given):
        return None
    if not of_event and isinstance(parsed_json(given), dict):
        return None
    what = "The input template" if of_event else "The input"
    found = f"{what} of the target is no JSON object, so that it makes no overrides."
    return Evidence("input", NG, found, "the target", ("no_overrides",), NOT_CONVERTED)


def has_definition(case: Case) -> tuple[Evidence | None, Document]:
    """Look at the task definition of the target; also return it, empty where it cannot be read."""
    reference = case.request.get("taskDefinition")
    if not reference:
        return None, {}
    source = "ecs:DescribeTaskDefinition"
    try:
        definition = describe_task_definition(
            case.session.clients.client("ecs"), str(reference)
        ).document
    except NotFound:
        found = f"The task definition {reference} has no ACTIVE revision."
        return Evidence("task_definition", NG, found, source, ("definition_inactive",)), {}
    except AwsError as error:
        return unread("task_definition", source, error), {}
    revision = f"{definition['family']}:{definition['revision']}"
    if definition.get("status") != "ACTIVE":
        found = f"The task definition {revision} is {definition.get('status')}."
        return Evidence("task_definition", NG, found, source, ("definition_inactive",)), definition
    found = f"The task definition {revision} is ACTIVE now."
    return Evidence("task_definition", OK, found, source), definition


def _reader(case: Case) -> str:
    return "events:DescribeRule" if case.trigger.kind == RULE else "scheduler:GetSchedule"
