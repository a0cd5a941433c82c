# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Terraform state or plan to batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    Conversion,
    Draft,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_json import (
    MANAGED,
    Block,
    Resource,
    TerraformFile,
    read_terraform,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_target import (
    put_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_task_definition import (  # noqa: E501
    describe,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_values import (
    Source,
    ValueReader,
    own_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    bus_name,
    family_and_revision,
)

RULE, TARGET = "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"
SCHEDULE, GROUP = "aws_scheduler_schedule", "aws_scheduler_schedule_group"
DEFINITION = "aws_ecs_task_definition"
CONVERTED = frozenset({RULE, TARGET, SCHEDULE, DEFINITION})

KEPT_BESIDE: dict[str, str] = {
    GROUP: "make it with the module scheduler_schedule_group; the batches in it name it",
    "aws_ecs_cluster": "a batch names its cluster, and the collection makes none",
    "aws_iam_role": "a batch names it by its ARN; keep it where it is, or let the role"
    " scheduled_batch make one",
    "aws_iam_policy": "it belongs to a role; keep it with that",
    "aws_iam_role_policy": "it belongs to a role; keep it with that",
    "aws_iam_role_policy_attachment": "it belongs to a role; keep it with that",
    "aws_cloudwatch_log_group": "a container names it; keep it where it is, or let the role"
    " scheduled_batch make one",
    "aws_sqs_queue": "a batch names its dead-letter queue by its ARN; keep it where it is",
}
"""What a scheduled batch needs and is no part of it."""

NO_PART = "this is no part of a scheduled batch"


def convert_terraform(document: Any, account_id: str | None, keep_secrets: bool) -> Conversion:
    """Return the batches of a state or a plan as ``terraform show -json`` prints it.

    :raises UnreadableSource: where it is neither.
    """
    file = read_terraform(document)
    return _Converter(Source(file, account_id, keep_secrets)).convert()


class _Converter:
    """Finds triggers with their targets and task definitions among the resources of a file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.conversion = Conversion()
        self.described: set[str] = set()
        self.named: set[str] = set()

    @property
    def file(self) -> TerraformFile:
        """Return the file that is converted."""
        return self.source.file

    def convert(self) -> Conversion:
        """Return everything that the file has."""
        rules = self.file.of_type(RULE)
        for rule in rules:
            self._convert_rule(rule, _targets_of(rule, self.file.of_type(TARGET)))
        known = {(rule.text("name"), bus_name(rule.text("event_bus_name"))) for rule in rules}
        for target in self.file.of_type(TARGET):
            if (target.text("rule"), bus_name(target.text("event_bus_name"))) not in known:
                reason = "its rule is not in this file, so that nobody knows when it runs"
                self.conversion.remark(TARGET, target.path, reason)
        for schedule in self.file.of_type(SCHEDULE):
            self._convert_schedule(schedule)
        self._tell_of_definitions()
        self._tell_of_others()
        return self.conversion

    def _convert_rule(self, rule: Resource, targets: list[Resource]) -> None:
        remark = self.conversion.remark
        target, problem = _convertible(rule, targets)
        if target is None:
            remark(RULE, rule.path, problem)
            for other in targets:
                remark(TARGET, other.path, "its rule is no batch, see there")
            return
        draft = Draft({})
        read = ValueReader(self.source, rule, draft)
        read.put("name", rule, "name")
        read.put("schedule", rule, "schedule_expression")
        self._put_common(read, draft)
        self._put_target_id(draft, rule, target)
        others = [other for other in targets if other is not target]
        if others:
            draft.options["other_targets"] = "keep"
        for other in others:
            reason = f"a batch has one target; this one stays on the rule {rule.text('name')}"
            draft.remark(TARGET, other.path, reason)
        self._put_target(draft, target, target, target.blocks("ecs_target")[0])
        for name in ("input_path", "input_transformer"):
            if target.get(name):
                reason = "an ECS task of a schedule has nothing to choose from; use overrides"
                draft.gap(TARGET, f"{target.path}.{name}", reason)
        draft.put("tags", own_tags(rule.get("tags_all") or rule.get("tags")))
        self._add(draft)

    def _put_target_id(self, draft: Draft, rule: Resource, target: Resource) -> None:
        if target.is_unknown("target_id"):
            reason = "Terraform would make one up; the batch's name is taken"
            draft.remark("target id", f"{target.path}.target_id", reason)
        elif target.text("target_id") != rule.text("name"):
            draft.put("target_id", target.text("target_id"))

    def _convert_schedule(self, schedule: Resource) -> None:
        target = schedule.block("target")
        ecs = target.block("ecs_parameters") if target else None
        if not schedule.get("name"):
            self.conversion.remark(SCHEDULE, schedule.path, "its name is not known yet")
            return
        if target is None or ecs is None:
            reason = "it starts no ECS task by ecs_parameters, which is what a batch does"
            self.conversion.remark(SCHEDULE, schedule.path, reason)
            return
        draft = Draft({})
        read = ValueReader(self.source, schedule, draft)
        read.put("name", schedule, "name")
        draft.put("trigger", "scheduler")
        read.put("schedule", schedule, "schedule_expression")
        zone = read.value("timezone", schedule, "schedule_expression_timezone")
        draft.put("timezone", None if zone == "UTC" else zone)
        self._put_group(read, schedule)
        self._put_common(read, draft)
        for name in ("start_date", "end_date", "kms_key_arn"):
            read.put(name, schedule, name)
        action = schedule.get("action_after_completion")
        draft.put("action_after_completion", None if action == "NONE" else action)
        window = schedule.block("flexible_time_window")
        if window is not None and window.get("mode") != "OFF":
            names = {"mode": "mode", "maximum_window_in_minutes": "maximum_window_in_minutes"}
            read.put_parts("flexible_time_window", window, names)
        self._put_target(draft, schedule, target, ecs)
        self._add(draft)

    def _put_group(self, read: ValueReader, schedule: Resource) -> None:
        """Name the schedule's group, also ``default``: without it, an owner has one of its own."""
        meant = read.meant(schedule, "group_name") if schedule.is_unknown("group_name") else None
        if meant is not None and meant.resource.type == GROUP:
            read.put("group_name", meant.resource, "name")
            return
        group = read.value("group_name", schedule, "group_name")
        if not schedule.is_unknown("group_name"):
            read.draft.put("group_name", group or "default")

    def _put_common(self, read: ValueReader, draft: Draft) -> None:
        resource = read.resource
        read.put("description", resource, "description")
        state = resource.text("state")
        if state == "DISABLED" or (not state and resource.get("is_enabled") is False):
            draft.options["enabled"] = False

    def _put_target(self, draft: Draft, resource: Resource, target: Block, ecs: Block) -> None:
        read = ValueReader(self.source, resource, draft)
        put_target(read, target, ecs)
        definition, pinned = self._definition(read, ecs)
        if definition is None:
            read.put("task_definition", ecs, "task_definition_arn")
        elif pinned:
            self._put_described(draft, definition, target, ecs)
        else:
            self.named.add(definition.path)
            name = definition.text("family")
            draft.put("task_definition", ecs.get("task_definition_arn") or name)

    def _definition(self, read: ValueReader, ecs: Block) -> tuple[Resource | None, bool]:
        """Return the task definition of the file that a target starts, and whether it means that
        very revision."""
        if ecs.is_unknown("task_definition_arn"):
            meant = read.meant(ecs, "task_definition_arn")
            if meant is None or meant.resource.type != DEFINITION:
                return None, False
            return meant.resource, meant.attribute == "arn"
        started = ecs.text("task_definition_arn")
        for definition in self.file.of_type(DEFINITION):
            if started and started == definition.text("arn"):
                return definition, True
            if started and _is_family_of(started, definition):
                return definition, False
        return None, False

    def _put_described(self, draft: Draft, definition: Resource, target: Block, ecs: Block) -> None:
        """Describe the task definition. One that holds secrets is named instead, where it
        exists."""
        options, described = describe(self.source, definition, target)
        arn = ecs.get("task_definition_arn")
        if not described.gaps or not arn:
            draft.options["task_definition"] = options
            draft.remarks += described.remarks
            draft.gaps += described.gaps
            self.described.add(definition.path)
            return
        draft.put("task_definition", arn)
        draft.remarks += described.gaps
        reason = (
            "the batches name this revision and do not describe it, since parts of it were left out"
        )
        draft.remark(DEFINITION, definition.path, reason)
        self.named.add(definition.path)

    def _add(self, draft: Draft) -> None:
        self.conversion.drafts.append(draft)

    def _tell_of_definitions(self) -> None:
        for definition in self.file.of_type(DEFINITION):
            if definition.path in self.described or definition.path in self.named:
                continue
            reason = "no rule or schedule of this file starts it"
            self.conversion.remark(DEFINITION, definition.path, reason)

    def _tell_of_others(self) -> None:
        """Tell of what is no part of a batch; what has nothing to do with one, one row a type."""
        strangers: dict[str, list[str]] = {}
        for resource in self.file.resources:
            if resource.mode != MANAGED or resource.type in CONVERTED:
                continue
            if resource.type in KEPT_BESIDE:
                reason = KEPT_BESIDE[resource.type]
                self.conversion.remark(resource.type, resource.path, reason)
            else:
                strangers.setdefault(resource.type, []).append(resource.path)
        for kind, paths in strangers.items():
            self.conversion.remark(kind, ", ".join(paths), NO_PART)


def _targets_of(rule: Resource, targets: Iterable[Resource]) -> list[Resource]:
    name, bus = rule.text("name"), bus_name(rule.text("event_bus_name"))
    return [
        target
        for target in targets
        if (target.text("rule"), bus_name(target.text("event_bus_name"))) == (name, bus)
    ]


def _convertible(rule: Resource, targets: list[Resource]) -> tuple[Resource | None, str]:
    """Return the target that makes a rule a batch, or None and why it is none."""
    ecs = [target for target in targets if target.blocks("ecs_target")]
    named = [target for target in ecs if target.text("target_id") == rule.text("name")]
    problems = {
        "its name is not known yet": not rule.get("name"),
        "it fires on events, not at times": not rule.get("schedule_expression"),
        "it is not on the default event bus, where schedules are": bus_name(
            rule.text("event_bus_name")
        )
        != "default",
        "it has no ECS target in this file": not ecs,
        "it has several ECS targets, and a batch has one: give each a rule of its own": len(ecs) > 1
        and len(named) != 1,
    }
    problem = next((reason for reason, holds in problems.items() if holds), "")
    return (None, problem) if problem else ((named or ecs)[0], "")


def _is_family_of(started: str, definition: Resource) -> bool:
    """Whether an ARN without a revision, or a family's name, means the task definition's family."""
    family, revision = family_and_revision(started)
    return revision is None and family == definition.text("family")
