# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many batches in one process: read, check everything, then register, re-point and only then clean up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_clusters,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine import task_definitions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import (
    InterruptedPlan,
    apply_actions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.ecs_targets import (
    check_target,
    with_arns,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet_reading import (
    Index,
    attempt,
    in_threads,
    observe_batch,
    read_index,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import (
    Failure,
    Outcome,
    shown_changes,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.schedule_facts import (
    facts_of_schedule,
    schedule_facts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    family_and_revision,
    rule_arn,
    schedule_arn,
    task_definition_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
    RULE,
    Batch,
    BatchReading,
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change, compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    Description,
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import (
    merged as merged_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule_options import (
    RuleOptions,
    read_rule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import (
    TARGET,
    ScheduleOptions,
    read_schedule_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    TargetOptions,
    read_target_options,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.ecs_target import (
    check_against_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    TargetWish,
    TaskDefinitionWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    BatchPlan,
    BatchWish,
    ObservedBatch,
    plan_batch,
    plan_batch_removal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ownership import (
    group_is_ours,
    is_ours,
    refusal,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
    plan_task_definition,
)

BUS = "default"
QUIET_MINUTES = timedelta(minutes=2)
"""A move waits where a trigger would fire so soon: EventBridge needs up to a minute to notice a change."""


@dataclass
class BatchWork:
    """One batch on its way: what is wanted, found, planned and done."""

    batch: Batch
    definition: Description | None = None
    rule: RuleOptions | None = None
    target: TargetOptions | None = None
    schedule: ScheduleOptions | None = None
    findings: Findings = field(default_factory=Findings)
    mistakes: list[str] = field(default_factory=list)
    observed: ObservedBatch = field(default_factory=ObservedBatch)
    wish: BatchWish | None = None
    plan: BatchPlan | None = None
    definition_arn: str | None = None
    trigger_arn: str | None = None
    error: str | None = None

    @property
    def family(self) -> str | None:
        """Return the family that the batch describes itself; None where it names one."""
        return str(self.definition.document.get("family")) if self.definition else None

    def sentences(self, findings: Findings) -> list[str]:
        """Return the errors of ``findings`` with the user's own paths."""
        paths = self.schedule.paths if self.schedule else self.target.paths if self.target else None
        render = paths.render if paths else str
        return [problem.render(render) for problem in findings.errors]


@dataclass
class FamilyWork:
    """One task definition on its way, wanted by one or several batches."""

    family: str
    wish: TaskDefinitionWish
    works: list[BatchWork]
    observed: DescribedTaskDefinition | None = None
    plan: Plan | None = None
    arn: str | None = None
    error: str | None = None

    @property
    def registers(self) -> bool:
        """Whether a new revision is needed."""
        return self.plan is not None and bool(self.plan.facts["registers"])


def converge_batches(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make all batches the wanted ones (module ``scheduled_batches``)."""
    return Fleet(session, params).converge()


class Fleet:
    """All batches of one run, and the steps from their descriptions to AWS."""

    def __init__(
        self,
        session: Session,
        params: Mapping[str, Any],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.session = session
        self.params = params
        self.workers = int(params.get("workers") or 8)
        self.adopt = bool(params.get("adopt"))
        self.now = now
        self.sleep = sleep
        self.works: list[BatchWork] = []
        self.families: dict[str, FamilyWork] = {}
        self.index = Index()

    def converge(self) -> Outcome:
        """Read, check, plan; outside check mode apply; return what was done, or fail with all of it."""
        self.read_descriptions()
        self.read_aws()
        self.refuse_foreign()
        self.plan()
        self.check_named()
        if not self.session.check_mode:
            self.apply()
        return self.outcome()

    # --- what the user wants ---------------------------------------------------------------------

    def read_descriptions(self) -> None:
        """Read and check all batches; raise every mistake of all of them together."""
        reading = read_batches(
            self.params["batches"],
            self.params.get("defaults"),
            self.params.get("images"),
            self.params.get("owner"),
        )
        mistakes = list(reading.mistakes)
        for batch in self._readable(reading):
            work = self._describe(batch)
            self.works.append(work)
            mistakes += [*work.mistakes, *work.sentences(work.findings)]
            if work.definition is not None:
                mistakes += [
                    problem.render(work.definition.paths.render)
                    for problem in work.definition.findings.errors
                ]
        mistakes += self._join_families()
        if mistakes:
            raise InvalidDescription(mistakes)

    def _readable(self, reading: BatchReading) -> list[Batch]:
        """Return the batches that can be looked at closer: those without a name or a kind cannot."""
        broken = {mistake.partition(": ")[0].partition(".")[0] for mistake in reading.mistakes}
        return [batch for batch in reading.batches if batch.path[0] not in broken]

    def _describe(self, batch: Batch) -> BatchWork:
        work = BatchWork(batch)
        if batch.absent:
            return work
        wanted = batch.options["task_definition"]
        if isinstance(wanted, Mapping):
            options = {
                key: value for key, value in wanted.items() if key not in {"tags", "purge_tags"}
            }
            work.definition = describe_task_definition(
                options,
                input_shape("ecs", "RegisterTaskDefinition"),
                {**(wanted.get("tags") or {}), **batch.tags},
                path=(*batch.path, "task_definition"),
            )
        overrides = structure("ecs", "TaskOverride")
        if batch.trigger == RULE:
            work.rule = read_rule_options(
                batch.rule_options(), input_shape("events", "PutRule"), path=batch.path
            )
            work.rule.paths.note(("ScheduleExpression",), (*batch.path, "schedule"))
            work.target = read_target_options(
                batch.target_options(),
                structure("events", "Target"),
                overrides,
                work.findings,
                path=batch.path,
            )
            work.target.paths.note(("Id",), (*batch.path, "target_id"))
            self._check_rule(work)
        else:
            work.schedule = read_schedule_options(
                batch.schedule_options(),
                input_shape("scheduler", "CreateSchedule"),
                overrides,
                path=batch.path,
            )
            work.schedule.paths.note(("ScheduleExpression",), (*batch.path, "schedule"))
            work.schedule.paths.note(("ScheduleExpressionTimezone",), (*batch.path, "timezone"))
            work.findings.extend(work.schedule.findings)
            self._check_schedule(work)
        return work

    def _check_rule(self, work: BatchWork) -> None:
        """Check the rule and the target as they would be put, as far as they can be seen offline."""
        if work.rule is None or work.target is None:
            return
        try:
            work.rule.check_given()
        except InvalidDescription as problem:
            work.mistakes += problem.sentences
        target = {**merged_target(None, work.target.target), "Id": work.batch.target_id}
        check_target(
            _without_definition(target),
            work.findings,
            service="events",
            complete=True,
            definition=_own_definition(work),
        )

    def _check_schedule(self, work: BatchWork) -> None:
        if work.schedule is None:
            return
        wish = work.schedule.wish
        given = {member: value for member, value in wish.given.items() if value not in ("", {})}
        target = merged_target(None, given.pop("Target", {}))
        work.schedule.check(
            {**given, "Name": wish.name, "GroupName": wish.group_name}, None, complete=False
        )
        check_target(
            _without_definition(target),
            work.findings,
            service="scheduler",
            location=TARGET,
            complete=True,
            definition=_own_definition(work),
        )
        work.findings.extend(work.schedule.findings)

    def _join_families(self) -> list[str]:
        """Gather the batches that describe one family; different content of one family is a mistake."""
        mistakes = []
        for work in self.works:
            if work.definition is None or work.definition.findings.errors:
                continue
            family = str(work.family)
            wish = TaskDefinitionWish(
                work.definition.document, _definition_tags(work, shared=False)
            )
            known = self.families.get(family)
            if known is None:
                self.families[family] = FamilyWork(family, wish, [work])
            elif differs := compare(
                normal_form(known.wish.definition), normal_form(wish.definition)
            ):
                mistakes.append(
                    f"{known.works[0].batch.path[0]} and {work.batch.path[0]}: both describe the task definition "
                    f"{family}, with different content at {', '.join(change.path for change in differs[:3])}."
                )
            else:
                known.works.append(work)
                known.wish = replace(known.wish, tags=_definition_tags(known.works[0], shared=True))
        return mistakes

    # --- what stands in AWS ----------------------------------------------------------------------

    def read_aws(self) -> None:
        """Read listings, task definitions and triggers; a batch that cannot be read fails alone."""
        batches = [work.batch for work in self.works]
        self.index = read_index(self.session, batches, self.workers)
        families = list(self.families.values())
        observe = attempt(lambda family: task_definitions.observe(self.session, family.family))
        for family, found in zip(families, in_threads(self.workers, observe, families)):
            if isinstance(found, AwsError):
                family.error = str(found)
            else:
                family.observed = found
        look = attempt(lambda work: observe_batch(self.session, self.index, work.batch))
        for work, observed in zip(self.works, in_threads(self.workers, look, self.works)):
            if isinstance(observed, AwsError):
                work.error = str(observed)
            else:
                work.observed = observed

    def refuse_foreign(self) -> None:
        """Raise InvalidDescription where a batch would touch what is not ours; forget foreign triggers of the
        other kind, which are none of our business."""
        refusals = []
        for work in self.works:
            observed, batch = work.observed, work.batch
            if observed.rule is not None:
                ours = is_ours(observed.rule.tags, batch)
                wanted = batch.trigger == RULE
                if wanted and not batch.absent:
                    refused = refusal(
                        f"the rule {batch.name}",
                        observed.rule.tags,
                        batch,
                        ours=ours,
                        adopt=self.adopt,
                    )
                    refusals += [refused] if refused else []
                elif not ours:
                    observed = replace(observed, rule=None)
            if observed.schedule is not None:
                tags = self.index.groups.get(batch.group_name, {})
                ours = group_is_ours(tags, batch) or self._starts_our_family(work)
                if batch.trigger != RULE and not batch.absent:
                    what = f"the schedule {batch.group_name}/{batch.name}"
                    refused = refusal(what, tags, batch, ours=ours, adopt=self.adopt)
                    refusals += [refused] if refused else []
                elif not ours:
                    observed = replace(observed, schedule=None)
            work.observed = observed
            refusals += self._unmovable(work)
        if refusals:
            raise InvalidDescription(refusals)

    def _starts_our_family(self, work: BatchWork) -> bool:
        """Whether a schedule in a group without tags starts the task definition of this batch: then it is ours."""
        if work.observed.schedule is None or work.batch.absent:
            return False
        parameters = work.observed.schedule.schedule.get("Target", {}).get("EcsParameters", {})
        found = family_and_revision(str(parameters.get("TaskDefinitionArn", "")))[0]
        wanted = work.family or family_and_revision(str(work.batch.options["task_definition"]))[0]
        return found == wanted

    def _unmovable(self, work: BatchWork) -> list[str]:
        """A rule with foreign targets cannot become a schedule: they would go with it."""
        others = work.observed.targets.others(work.batch.target_id)
        if work.batch.trigger == RULE or work.observed.rule is None or not others:
            return []
        if work.batch.options.get("other_targets") == "remove":
            return []
        names = ", ".join(str(target["Id"]) for target in others)
        return [
            f"{work.batch.path[0]}.trigger: the rule {work.batch.name} has the foreign targets {names}, which a move to "
            "a schedule would remove; set other_targets to remove, or remove them first."
        ]

    # --- what has to be done ---------------------------------------------------------------------

    def plan(self) -> None:
        """Plan the task definitions and the triggers."""
        for family in self.families.values():
            if family.error is None:
                family.plan = plan_task_definition(family.observed, family.wish)
                family.arn = self._predicted_arn(family)
        for work in self.works:
            self._plan_work(work)

    def _predicted_arn(self, family: FamilyWork) -> str:
        if family.observed is not None and not family.registers:
            return family.observed.arn
        return task_definition_arn(self.session.place(), family.family)

    def _plan_work(self, work: BatchWork) -> None:
        family = self.families.get(str(work.family)) if work.definition else None
        if family is not None and family.error is not None:
            work.error = work.error or family.error
        if work.error is not None:
            return
        now = self.now()
        if work.batch.absent:
            work.plan = plan_batch_removal(work.observed, now, own_target=work.batch.target_id)
            return
        wish = self._wish(work)
        work.definition_arn = (
            family.arn if family else _target_of(wish)["EcsParameters"]["TaskDefinitionArn"]
        )
        work.wish = wish.with_definition(str(work.definition_arn))
        work.plan = plan_batch(work.observed, work.wish, now, self.session.place())
        work.trigger_arn = self._trigger_arn(work.batch)

    def _wish(self, work: BatchWork) -> BatchWish:
        """Return the batch in the API's spelling, with ARNs for names."""
        reference = work.batch.options["task_definition"]
        name = reference if isinstance(reference, str) else str(work.family)
        if work.rule is not None and work.target is not None:
            target = _with_definition(work.target.target, name)
            given = coerce(with_arns(self.session, target), structure("events", "Target"))
            others = str(work.batch.options.get("other_targets") or "warn")
            wish = TargetWish(work.batch.name, BUS, work.batch.target_id, given, others)
            return BatchWish(work.batch, rule=work.rule.wish, target=wish)
        if work.schedule is None:
            raise ValueError("a batch has a rule or a schedule")
        target = _with_definition(work.schedule.wish.given["Target"], name)
        given = coerce(with_arns(self.session, target), structure("scheduler", "Target"))
        schedule = replace(work.schedule.wish, given={**work.schedule.wish.given, "Target": given})
        return BatchWish(work.batch, schedule=schedule)

    def _trigger_arn(self, batch: Batch) -> str:
        place = self.session.place()
        if batch.trigger == RULE:
            return rule_arn(place, batch.name, BUS)
        return schedule_arn(place, batch.group_name, batch.name)

    def check_named(self) -> None:
        """Check what changed triggers name besides their own: clusters, task definitions, schedule groups.

        Outside check mode they must exist; in check mode an earlier task may yet make them.
        """
        changed = [
            work for work in self.works if work.plan and work.plan.changed and not work.batch.absent
        ]
        mistakes = [
            *self._missing_clusters(changed),
            *self._unfit_definitions(changed),
            *self._missing_groups(changed),
        ]
        if mistakes:
            raise InvalidDescription(mistakes)

    def _missing_clusters(self, works: Sequence[BatchWork]) -> list[str]:
        if self.session.check_mode:
            return []
        named = {
            work.batch.path[0]: str(_target_of(work.wish)["Arn"]) for work in works if work.wish
        }
        if not named:
            return []
        found = describe_clusters(self.session.clients.client("ecs"), sorted(set(named.values())))
        return [
            f"{path}.cluster: there is no cluster {arn}."
            for path, arn in named.items()
            if arn not in found or found[arn].get("status") == "INACTIVE"
        ]

    def _unfit_definitions(self, works: Sequence[BatchWork]) -> list[str]:
        """Check triggers against task definitions that are named, not described."""
        named = [work for work in works if work.definition is None and work.definition_arn]
        references = sorted({str(work.definition_arn) for work in named})
        look = lambda reference: task_definitions.observe(self.session, reference)  # noqa: E731
        found = dict(zip(references, in_threads(self.workers, look, references)))
        mistakes = []
        for work in named:
            definition = found[str(work.definition_arn)]
            if definition is None:
                if not self.session.check_mode:
                    reference = work.batch.options["task_definition"]
                    mistakes.append(
                        f"{work.batch.path[0]}.task_definition: there is no ACTIVE {reference}."
                    )
                continue
            findings = Findings()
            location = TARGET if work.schedule else ()
            target = merged_target(None, _target_of(work.wish)) if work.wish else {}
            check_against_task_definition(
                target, definition.definition, findings, location=location
            )
            mistakes += work.sentences(findings)
        return mistakes

    def _missing_groups(self, works: Sequence[BatchWork]) -> list[str]:
        if self.session.check_mode:
            return []
        return [
            f"{work.batch.path[0]}.group_name: there is no schedule group {work.batch.group_name!r}; "
            "make it with scheduler_schedule_group first."
            for work in works
            if work.schedule
            and work.batch.group_name not in self.index.groups
            and not self._makes_group(work.batch)
        ]

    def _makes_group(self, batch: Batch) -> bool:
        """Whether the batch's group is the one named after the owner, which the fleet makes."""
        return batch.owner is not None and batch.group_name == batch.owner

    # --- doing it --------------------------------------------------------------------------------

    def apply(self) -> None:
        """Register first, then point the triggers at the new revisions. Each failure stays with its batches."""
        self._make_group()
        in_threads(self.workers, self._apply_family, list(self.families.values()))
        in_threads(self.workers, self._apply_work, self.works)

    def _make_group(self) -> None:
        """Make the owner's schedule group, or tag it where it was adopted."""
        makers = [
            work.batch for work in self.works if work.schedule and self._makes_group(work.batch)
        ]
        if not makers:
            return
        owner = str(makers[0].owner)
        tags = self.index.groups.get(owner)
        if tags is None:
            request = {"Name": owner, "Tags": {OWNER_TAG: owner}}
            apply_actions(self.session, [Action("scheduler", "CreateScheduleGroup", request)])
        elif tags.get(OWNER_TAG) != owner:
            arn = self.session.place().arn("scheduler", f"schedule-group/{owner}")
            request = {"ResourceArn": arn, "Tags": {OWNER_TAG: owner}}
            apply_actions(self.session, [Action("scheduler", "TagResource", request)])

    def _apply_family(self, family: FamilyWork) -> None:
        if family.plan is None or family.error is not None:
            return
        try:
            registered = task_definitions.apply_plan(self.session, family.plan, family.observed)
        except AwsError as error:
            family.error = str(error)
            return
        if registered is not None:
            family.arn = str(registered["taskDefinitionArn"])

    def _apply_work(self, work: BatchWork) -> None:
        if work.error is not None or work.plan is None:
            return
        family = self.families.get(str(work.family)) if work.definition else None
        if family is not None:
            if family.error is not None:
                work.error = family.error
                return
            work.definition_arn = family.arn
            if work.wish is not None and family.registers:
                work.wish = work.wish.with_definition(str(family.arn))
                work.plan = plan_batch(work.observed, work.wish, self.now(), self.session.place())
        try:
            self._apply_trigger(work, work.plan)
        except InterruptedPlan as interrupted:
            done = ", ".join(action.operation for action in interrupted.done)
            left = ", ".join(action.operation for action in interrupted.left)
            work.error = (
                f"{interrupted.error}. Done before: {done}. Not done: {left}. Run again to finish."
            )
        except AwsError as error:
            work.error = str(error)

    def _apply_trigger(self, work: BatchWork, plan: BatchPlan) -> None:
        if plan.switch is None:
            apply_actions(self.session, plan.actions)
            return
        apply_actions(self.session, plan.actions[: plan.switch])
        self._wait_for_a_quiet_moment(work)
        apply_actions(self.session, plan.actions[plan.switch :])

    def _wait_for_a_quiet_moment(self, work: BatchWork) -> None:
        """Wait where the old or the new trigger would fire within the next two minutes, until it has."""
        deadline = self.now() + 2 * QUIET_MINUTES
        while (moment := self.now()) < deadline:
            coming = [
                run for run in self._coming_runs(work, moment) if run <= moment + QUIET_MINUTES
            ]
            if not coming:
                return
            self.sleep(max(1.0, (min(coming) - moment).total_seconds() + 60.0))

    def _coming_runs(self, work: BatchWork, moment: datetime) -> list[datetime]:
        texts = []
        if work.observed.rule is not None:
            texts.append((work.observed.rule.rule.get("ScheduleExpression"), None))
        if work.observed.schedule is not None:
            schedule = work.observed.schedule.schedule
            texts.append(
                (schedule.get("ScheduleExpression"), schedule.get("ScheduleExpressionTimezone"))
            )
        texts.append((work.batch.options.get("schedule"), work.batch.options.get("timezone")))
        runs = [run for text, zone in texts for run in schedule_facts(text, zone)["next_runs"][:1]]
        return [datetime.fromisoformat(run) for run in runs]

    # --- what came of it -------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """Return one item per batch; raise Failure with all of them where one failed."""
        items = [self._item(work) for work in self.works]
        shown = [work for work in self.works if work.plan is not None]
        warnings = [
            f"{work.batch.name}: {warning}" for work in shown for warning in self._warnings(work)
        ]
        outcome = Outcome(
            changed=any(item["changed"] for item in items),
            results={
                "batches": items,
                "api_calls": dict(sorted(self.session.clients.calls.items())),
            },
            before={
                work.batch.name: _side(work, "before") for work in shown if _changes(work, self)
            },
            after={work.batch.name: _side(work, "after") for work in shown if _changes(work, self)},
            warnings=warnings,
        )
        failed = [work for work in self.works if work.error is not None]
        if failed:
            listed = "\n".join(f"- {work.batch.name}: {work.error}" for work in failed)
            raise Failure(f"{len(failed)} of {len(self.works)} batches failed.\n{listed}", outcome)
        return outcome

    def _warnings(self, work: BatchWork) -> list[str]:
        options = work.schedule or work.rule
        found = options.warnings() if options else []
        paths = work.schedule.paths if work.schedule else work.target.paths if work.target else None
        found += [problem.render(paths.render) for problem in work.findings.warnings if paths]
        found += work.definition.warnings() if work.definition else []
        return list(dict.fromkeys([*found, *(work.plan.warnings if work.plan else ())]))

    def _item(self, work: BatchWork) -> Document:
        changes = _changes(work, self)
        facts: Document = {"next_runs": [], "next_runs_remark": None, "schedule_explained": None}
        if work.plan is not None and not work.batch.absent:
            after = work.plan.trigger.after or {}
            if work.batch.trigger == RULE:
                facts = schedule_facts(after.get("ScheduleExpression"))
            else:
                facts = facts_of_schedule(work.plan.trigger.facts["schedule"], self.now())
        return {
            "name": work.batch.name,
            "changed": bool(changes) and work.error is None,
            "changes": shown_changes(changes),
            "task_definition_arn": work.definition_arn,
            "trigger_arn": None if work.batch.absent else work.trigger_arn,
            **facts,
            "error": work.error,
        }


def _changes(work: BatchWork, fleet: Fleet) -> list[Change]:
    """Return what changes for a batch: its task definition's content and its trigger."""
    family = fleet.families.get(str(work.family)) if work.definition else None
    changes = list(family.plan.changes) if family and family.plan else []
    return changes + list(work.plan.changes if work.plan else ())


def _side(work: BatchWork, side: str) -> Document:
    if work.plan is None:
        return {}
    plans = {"trigger": work.plan.trigger, "target": work.plan.target}
    return {name: getattr(plan, side) for name, plan in plans.items() if plan is not None}


def _definition_tags(work: BatchWork, *, shared: bool) -> dict[str, str]:
    """Return the tags of a task definition; one that several batches share carries no single batch's name."""
    wanted = work.batch.options["task_definition"]
    own = {str(key): str(value) for key, value in (wanted.get("tags") or {}).items()}
    tags = {**work.batch.tags, **own}
    if shared:
        tags.pop(BATCH_TAG, None)
    return tags


def _own_definition(work: BatchWork) -> Document | None:
    """Return the task definition that the batch describes itself, where it is sound enough to look at."""
    if work.definition is None or work.definition.findings.errors:
        return None
    return normal_form(work.definition.document)


def _without_definition(target: Document) -> Document:
    """Return the target with a placeholder where the fleet puts the task definition in later."""
    return _with_definition(target, "described-beside")


def _with_definition(target: Mapping[str, Any], reference: str) -> Document:
    return {
        **target,
        "EcsParameters": {**target.get("EcsParameters", {}), "TaskDefinitionArn": reference},
    }


def _target_of(wish: BatchWish) -> Document:
    return (
        wish.target.given if wish.target else wish.schedule.given["Target"] if wish.schedule else {}
    )
