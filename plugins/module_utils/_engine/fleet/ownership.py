# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing foreign is touched: what stands under a batch's name is its own, or it is refused or left
alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.fleet import (
    BatchWork,
    FamilyWork,
    Fleet,
    GroupWork,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import OWNER_TAG, RULE
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ownership import (
    belongs_to_another,
    group_is_ours,
    is_ours,
    is_unclaimed,
    owner_refusal,
    refusal,
)

Tags = Mapping[str, str]


def refuse_foreign(fleet: Fleet) -> None:
    """Forget triggers that are none of our business.

    :raises InvalidDescription: where a batch would touch what is not its own.
    """
    refusals = [sentence for group in fleet.groups.values() for sentence in _refused(fleet, group)]
    refusals += [sentence for family in fleet.families.values() for sentence in _claimed(family)]
    for work in fleet.sound_works:
        refusals += _look_at_rule(fleet, work)
        refusals += _look_at_schedule(fleet, work)
        refusals += _unmovable(work)
    if refusals:
        raise InvalidDescription(refusals)


def _refused(fleet: Fleet, group: GroupWork) -> Iterator[str]:
    """Yield why the group cannot be used. One of no owner may be used by batches without one."""
    first = group.works[0].batch
    where = f"{first.where}.group_name"
    if group.observed is None:
        if first.owner != group.name and not fleet.session.check_mode:
            yield (
                f"{where}: there is no schedule group {group.name!r}; make it with"
                " scheduler_schedule_group first."
            )
    elif group.observed.is_going:
        yield f"{where}: the schedule group {group.name!r} is being deleted and takes no schedule."
    else:
        tags = group.observed.tags
        for work in group.works:
            if group_is_ours(tags, work.batch) or (first.owner is None and is_unclaimed(tags)):
                continue
            what = f"the schedule group {group.name}"
            refused = refusal(what, tags, work.batch, adopt=fleet.options.adopt)
            if refused:
                yield refused
                return


def _claimed(family: FamilyWork) -> Iterator[str]:
    """Yield why no revision can be registered. An untagged family is anybody's."""
    first = family.works[0].batch
    tags = family.observed.tags if family.observed else {}
    what = f"the task definition {family.name}"
    refused = owner_refusal(what, tags, first)
    if refused:
        yield refused


def _look_at_rule(fleet: Fleet, work: BatchWork) -> list[str]:
    rule, batch = work.observed.rule, work.batch
    if rule is None:
        return []
    what, manager = f"the rule {batch.name}", rule.rule.get("ManagedBy")
    if batch.trigger == RULE and not batch.absent:
        if manager:
            return [f"{batch.where}: {what} is managed by {manager}, which alone may change it."]
        if is_ours(rule.tags, batch):
            return []
        refused = refusal(what, rule.tags, batch, adopt=fleet.options.adopt)
        return [refused] if refused else []
    if manager or not is_ours(rule.tags, batch):
        work.leave_alone(work.observed.without_rule())
        _note_left_alone(work, what, rule.tags)
    return []


def _look_at_schedule(fleet: Fleet, work: BatchWork) -> list[str]:
    batch = work.batch
    if work.observed.schedule is None:
        return []
    tags = fleet.group_tags.get(batch.group_name, {})
    if group_is_ours(tags, batch) or (is_unclaimed(tags) and _starts_our_family(work)):
        return []
    what = f"the schedule {batch.group_name}/{batch.name}"
    if work.wants_schedule:
        refused = refusal(what, tags, batch, adopt=fleet.options.adopt)
        return [refused] if refused else []
    work.leave_alone(work.observed.without_schedule())
    _note_left_alone(work, what, tags)
    return []


def _starts_our_family(work: BatchWork) -> bool:
    """Whether the schedule starts this batch's task definition. In a group without tags there is
    nothing else to know it by."""
    schedule, ours = work.observed.schedule, work.batch.family_name
    if schedule is None or ours is None:
        return False
    parameters = schedule.schedule.get("Target", {}).get("EcsParameters", {})
    found = family_and_revision(str(parameters.get("TaskDefinitionArn", "")))[0]
    return found == family_and_revision(ours)[0]


def _note_left_alone(work: BatchWork, what: str, tags: Tags) -> None:
    """Say that something of the batch's name stays; another owner's is nobody's business but where
    it was to be removed."""
    if not belongs_to_another(tags, work.batch.owner):
        beside = "" if work.batch.absent else ", and fires beside it"
        work.notes.append(
            f"There is {what}, which was not made by this batch; it was left alone{beside}."
        )
    elif work.batch.absent:
        work.notes.append(
            f"There is {what}, which belongs to the owner {tags[OWNER_TAG]!r}; it was left alone."
        )


def _unmovable(work: BatchWork) -> list[str]:
    """A rule with foreign targets cannot become a schedule: they would go with it."""
    others = work.observed.targets.others(work.batch.target_id)
    if not work.wants_schedule or not others or work.batch.other_targets == "remove":
        return []
    names = ", ".join(str(target["Id"]) for target in others)
    return [
        f"{work.batch.where}.trigger: the rule {work.batch.name} has the foreign targets {names},"
        " which a move to a schedule would remove; set other_targets to 'remove', or remove them"
        " first."
    ]
