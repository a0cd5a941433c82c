# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one run of a fleet works with: its batches on their way, and what they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import RULE, Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
    Description,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.options import FleetOptions
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.rule_options import RuleOptions
from ansible_collections.batchwork.aws.plugins.module_utils._model.schedule_options import (
    ScheduleOptions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import UserPaths
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    TargetOptions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import TaskDefinitionWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.batch import (
    BatchPlan,
    BatchWish,
    ObservedBatch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.pruning import Orphan
from ansible_collections.batchwork.aws.plugins.module_utils._plan.schedule_group import (
    ObservedScheduleGroup,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.task_definition import (
    DescribedTaskDefinition,
)


@dataclass(frozen=True)
class Clock:
    """What time it is, and how to wait (in seconds)."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


@dataclass(eq=False)
class Described:
    """What a user wrote of one thing: what was found wrong with it, and where it stands."""

    findings: Findings
    paths: UserPaths

    def errors(self) -> list[str]:
        """Return the mistakes as sentences with the user's own paths."""
        return [problem.render(self.paths.render) for problem in self.findings.errors]

    def warnings(self) -> list[str]:
        """Return the warnings as sentences with the user's own paths."""
        return [problem.render(self.paths.render) for problem in self.findings.warnings]


@dataclass(eq=False)
class BatchWork:
    """One batch on its way: what is wanted, found, planned and done.

    ``family`` is the task definition that the batch describes, or names where another batch
    describes it. ``done`` are the calls that were carried out for its trigger.
    """

    batch: Batch
    definition: Description | None = None
    rule: RuleOptions | None = None
    target: TargetOptions | None = None
    schedule: ScheduleOptions | None = None
    described: list[Described] = field(default_factory=list)
    family: FamilyWork | None = None
    observed: ObservedBatch = field(default_factory=ObservedBatch)
    wish: BatchWish | None = None
    plan: BatchPlan | None = None
    definition_arn: str | None = None
    trigger_arn: str | None = None
    done: list[Action] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    def leave_alone(self, observed: ObservedBatch) -> None:
        """Forget something foreign that was found, and what was planned with it."""
        self.observed = observed
        self.plan = None

    def mistakes(self) -> list[str]:
        """Return everything that is wrong in what the user wrote."""
        return [sentence for each in self.described for sentence in each.errors()]

    def warnings(self) -> list[str]:
        """Return everything that is doubtful in what the user wrote or AWS has."""
        written = [sentence for each in self.described for sentence in each.warnings()]
        planned = self.plan.warnings if self.plan else ()
        return list(dict.fromkeys([*written, *self.notes, *planned]))

    @property
    def wants_schedule(self) -> bool:
        """Whether the batch shall have a schedule."""
        return not self.batch.absent and self.batch.trigger != RULE

    @property
    def own_family(self) -> FamilyWork | None:
        """Return the task definition that the batch describes itself."""
        return self.family if self.definition is not None else None

    @property
    def family_error(self) -> str | None:
        """Return why there is nothing to start. A family that is only named may have an older
        revision."""
        family = self.family
        if family is None or (self.definition is None and family.observed is not None):
            return None
        return family.error


@dataclass(eq=False)
class FamilyWork:
    """One task definition on its way, described by one or several batches."""

    name: str
    wish: TaskDefinitionWish
    works: list[BatchWork]
    observed: DescribedTaskDefinition | None = None
    plan: Plan | None = None
    arn: str | None = None
    written: bool = False
    retention: Plan | None = None
    error: str | None = None

    @property
    def registers(self) -> bool:
        """Whether a new revision is needed."""
        return self.plan is not None and bool(self.plan.facts["registers"])


@dataclass(eq=False)
class GroupWork:
    """One schedule group on its way, and the batches that shall have their schedules in it.

    ``strangers`` are other schedules in a group that is taken over. ``plan`` is None where the
    group is not the owner's to make or to tag.
    """

    name: str
    works: list[BatchWork]
    observed: ObservedScheduleGroup | None = None
    strangers: list[str] = field(default_factory=list)
    plan: Plan | None = None
    written: bool = False

    @property
    def changes(self) -> list[Change]:
        """Return what changes, with paths that say of what."""
        changes = self.plan.changes if self.plan else ()
        return [
            Change(f"scheduleGroups[{self.name}].{change.path}", change.before, change.after)
            for change in changes
        ]


@dataclass(eq=False)
class PruneWork:
    """Something of the owner's on its way out."""

    orphan: Orphan
    done: bool = False
    error: str | None = None


@dataclass(frozen=True)
class Index:
    """What listings told of the account: rules with their tags, and schedules by group.

    ``rules`` and ``schedules`` are None where the batches are few and asked for one by one.
    ``tags`` are those of everything that carries ours, by ARN; the listing may lag behind.
    """

    rules: Mapping[str, Document] | None = None
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    schedules: Mapping[str, frozenset[str]] | None = None


@dataclass(eq=False)
class Fleet:
    """All batches of one run, and what they share."""

    session: Session
    options: FleetOptions
    clock: Clock = field(default_factory=Clock)
    works: list[BatchWork] = field(default_factory=list)
    families: dict[str, FamilyWork] = field(default_factory=dict)
    groups: dict[str, GroupWork] = field(default_factory=dict)
    group_tags: dict[str, Mapping[str, str]] = field(default_factory=dict)
    index: Index = field(default_factory=Index)
    prunes: list[PruneWork] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether this run carries out what it plans."""
        return not self.session.check_mode and not self.options.plan_only

    @property
    def sound_works(self) -> Iterator[BatchWork]:
        """Return the batches that have not failed so far."""
        return (work for work in self.works if work.error is None)

    def log(self, line: str) -> None:
        """Tell how far the run is, to whom asks for it."""
        self.session.log(line)
