#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage many scheduled batches in one process."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batches
version_added: 0.1.0
short_description: Manage scheduled batches, one or many, in one process
description:
  - Makes, changes and removes the task definitions and triggers of any number of batches, with one
    process start and few API calls.
  - A batch is one mapping that says what to run, where and when. Its trigger is an EventBridge rule
    on the default event bus with one ECS target, or an EventBridge Scheduler schedule.
  - A batch is a complete document. What is left out is AWS's default, also where AWS has something
    else. Only C(enabled) left out means enabled on creation and untouched afterwards, so that a
    batch that was stopped stays stopped.
  - All batches are read and checked first. Where one has a mistake, or something that it names does
    not exist, all mistakes are reported together and nothing is written.
  - Then task definitions that differ are registered, and only then the triggers are pointed at the
    new revisions. A batch that fails does not stop the others. The module fails at the end, and
    returns what was done for each.
  - Check mode writes nothing and returns what a run would change. Clusters, task definitions and
    schedule groups may be missing then, since an earlier task may make them.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  batches:
    description:
      - The batches. Names are unique.
      - Every batch has C(name), and unless it is absent C(schedule), C(cluster), C(role_arn) and
        C(task_definition), here or in O(defaults).
      - C(state) is V(present) (the default) or V(absent). The trigger of an absent batch is
        removed, whichever it is. Its task definition stays; O(prune) removes it.
      - C(trigger) is V(rule) (the default) or V(scheduler).
      - C(schedule) is C(cron(...)) or C(rate(...)), with V(scheduler) also C(at(...)). A rule's
        schedule is in UTC.
      - C(enabled) says whether the batch runs.
      - C(task_definition) is a mapping with the options of M(batchwork.aws.ecs_task_definition)
        that describe one, with C(tags) and C(purge_tags), or the name of one. Several batches may
        describe the same family, with the same content. What is described is pinned to its
        revision. A family by name means its latest ACTIVE revision at the time the trigger fires,
        and needs no change when a revision is registered; C(family:revision) is that revision.
      - C(task_count), C(launch_type), C(capacity_provider_strategy), C(platform_version),
        C(group), C(network_configuration), C(enable_execute_command), C(enable_ecs_managed_tags),
        C(placement_constraints), C(placement_strategy), C(propagate_tags), C(reference_id),
        C(task_tags), C(overrides), C(input), C(retry_policy) and C(dead_letter_arn) are what
        M(batchwork.aws.eventbridge_ecs_target) calls so.
      - C(description) and C(tags) belong to the rule and to the task definition; schedules have no
        tags, and their C(description) only. Other tags of the rule are removed, except those of
        AWS, unless C(purge_tags) is false.
      - C(other_targets) says what becomes of foreign targets on the rule. V(warn) (the default)
        tells of them, V(keep) accepts them, V(remove) removes them.
      - C(target_id) is the id of the target on the rule, by default the batch's name.
      - C(group_name) is the schedule group, by default one named after O(owner), else V(default).
        Any other group must exist. A schedule that AWS has in another group is not looked for.
      - C(target_id) and C(group_name) may be given with both triggers, since they say where the
        other trigger is when a batch moves.
      - C(guard) lets a state machine stand between the trigger and ECS. Its C(state_machine_arn) is
        what M(batchwork.aws.scheduled_batch_guard) returns, C(timeout) the seconds that a run may
        take, C(overlap) V(skip) (the default) or V(allow), and C(retries) how often a run that
        failed is repeated, 0 by default. C(role_arn) then has to be allowed to start the state
        machine (C(states:StartExecution)), and the state machine's role does what otherwise
        C(role_arn) does. A guarded batch runs one task at a time.
      - With C(trigger=scheduler) also C(timezone), C(start_date), C(end_date),
        C(flexible_time_window), C(action_after_completion) and C(kms_key_arn), as
        M(batchwork.aws.scheduler_schedule) has them (C(timezone) is its
        C(schedule_expression_timezone)).
      - C(status), which M(batchwork.aws.scheduled_batch_info) tells of a batch, is accepted and
        ignored. C(VALUE_HIDDEN), which results have in place of a secret, is refused anywhere in a
        batch.
      - An C(at(...)) that has passed is refused where the schedule would be made or get it. A
        schedule that has run is left as it is, with a warning where something else differs.
    type: list
    elements: dict
    required: true
  defaults:
    description:
      - A batch without a name that lies under each batch. Mappings are merged, everything else is
        replaced by what the batch says. An empty text, list or mapping puts away the default's.
      - Of C(launch_type) and C(capacity_provider_strategy), and of C(overrides) and C(input), what
        a batch says puts away the other one's default.
    type: dict
  images:
    description:
      - Images by container name. They replace those of all containers of that name in the task
        definitions that batches describe, so that a new image needs one variable and no other
        change.
      - A name that no container has is a mistake.
    type: dict
  owner:
    description:
      - Whose batches these are. Rules, the owner's schedule group and task definitions carry it as
        the tag C(batchwork:owner), besides C(batchwork:batch) with the name of the batch, which
        what several batches share does not carry.
      - Schedules carry no tags, only their groups do; they belong to whom their group belongs. With
        an owner, schedules without C(group_name) live in a group that is named after the owner,
        which the module makes. The group V(default) is nobody's.
      - Up to 64 letters, digits, dots, hyphens and underscores, and not V(default).
    type: str
  adopt:
    description:
      - Whether to take over rules, schedules and schedule groups that were not made by these
        batches and carry no other owner's tag. They are refused otherwise.
      - What carries another owner's tag, or without O(owner) another batch's, and a rule that an
        AWS service manages, is refused always.
        So is describing a task definition whose latest revision carries another owner's tag; one
        without that tag gets a new revision without O(adopt).
      - A schedule in a group without tags counts as the batch's where it has its name and starts
        its task definition.
      - With a schedule group that is taken over, the other schedules in it belong to O(owner) too.
      - Without O(owner) there is nobody whom a tag would tell from others. What is as the batch
        says is then left without our tags, so that nothing at all is written, and needs O(adopt)
        in later runs as well. It is tagged when the batch first changes it.
      - Only the trigger that is wanted is taken over. A foreign rule beside a wanted schedule, or
        the other way round, is left alone with a warning; take it over with its own C(trigger)
        first, and then move it.
    type: bool
    default: false
  prune:
    description:
      - Whether to remove what belongs to O(owner) and is no longer declared, after everything else
        was done. Needs O(owner). Check mode shows it.
      - These are rules with the tags of the owner and of a batch that is not in O(batches),
        schedules with an ECS target in groups with the owner's tag, and task definitions with the
        owner's tag of families that no present batch describes or names. Names and prefixes do not
        count.
      - Every deletion asks for the tags again. A rule with foreign targets stays, without the
        batch's target and tags. Of task definitions the ACTIVE revisions with the owner's tag are
        deregistered, but for those that a rule or schedule of the region still starts.
      - Where a batch failed nothing is pruned.
    type: bool
    default: false
  max_deletes:
    description:
      - How many batches O(prune) may remove. Where it would be more, nothing at all is done, and
        the module fails and says which.
      - A trigger counts as one batch together with the task definitions that carry its name.
    type: int
    default: 10
  allow_empty:
    description:
      - Whether O(batches) may be empty with O(prune), which removes all batches of the owner. An
        empty list is mostly a mistake, such as a file that was not found.
    type: bool
    default: false
  keep_revisions:
    description:
      - How many of the newest revisions stay of each task definition that a batch describes, at
        least 1. Older ones are deregistered after the triggers were pointed at the newest one, but
        for those that any rule or schedule of the region still starts, whoever made it.
      - Where a run was killed or failed before it came to that, the next one does it.
      - Left out, nothing is deregistered.
    type: int
  plan_only:
    description:
      - Whether to stop before anything is written, and return what a run would do. Unlike check
        mode, it finds clusters, task definitions and schedule groups that are missing, as a run
        would. So a play can have a description refused before it makes what the batches need.
      - In check mode it changes nothing.
    type: bool
    default: false
  workers:
    description:
      - How many calls run at the same time, from 1 to 64.
    type: int
    default: 8
notes:
  - "Changing C(trigger) moves a batch. The new trigger is made disabled, the old one is disabled,
    the new one is enabled if the old one was, or as C(enabled) says, and the old one is removed.
    The two are never enabled together. The intent is recorded in the tag C(batchwork:migration) of
    the rule while the move lasts. A run that is killed in between may leave the batch without runs
    until the next run of the module, which finishes the move."
  - "A run may be killed at any moment. The next one finishes what it began, and registers nothing
    twice. The module ends at once on SIGTERM, without a message."
  - "The switch from one trigger to the other waits while either would fire within the next two
    minutes, or was due within the last one, for four minutes at most. Runs of C(rate()) without a
    start date are not known and not waited for. A batch that is stopped waits for nothing."
  - With C(-vvv) the module writes its progress to the system's log, a line per batch that changes.
  - Tags are looked up in one listing (C(tag:GetResources)) for more than three batches. Who may not
    call it pays with a call per rule. Only O(prune) cannot do without.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.scheduled_batch_info
  - module: batchwork.aws.scheduled_batch_export
  - module: batchwork.aws.ecs_task_definition
  - module: batchwork.aws.eventbridge_rule
  - module: batchwork.aws.eventbridge_ecs_target
  - module: batchwork.aws.scheduler_schedule
"""

EXAMPLES = r"""
- name: Deploy two batches that share a task definition
  batchwork.aws.scheduled_batches:
    owner: reports
    defaults:
      cluster: batch
      role_arn: arn:aws:iam::123456789012:role/events
      launch_type: FARGATE
      network_configuration:
        subnets: [subnet-0123456789abcdef0]
      task_definition:
        family: reports
        cpu: 256
        memory: 512
        network_mode: awsvpc
        requires_compatibilities: [FARGATE]
        execution_role_arn: arn:aws:iam::123456789012:role/execution
        container_definitions:
          - name: report
            image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1.4.2
    batches:
      - name: daily-report
        schedule: cron(0 3 * * ? *)
        overrides:
          container_overrides:
            - name: report
              command: [report, daily]
      - name: weekly-report
        trigger: scheduler
        schedule: cron(0 3 ? * MON *)
        timezone: Europe/Berlin
        role_arn: arn:aws:iam::123456789012:role/scheduler
        overrides:
          container_overrides:
            - name: report
              command: [report, weekly]
  register: fleet

- name: Show what changed
  ansible.builtin.debug:
    msg: "{{ fleet.batches | selectattr('changed') | map(attribute='name') }}"

- name: Deploy a new image, and keep the two revisions before it
  batchwork.aws.scheduled_batches:
    owner: reports
    defaults: "{{ batch_defaults }}"
    batches: "{{ batches }}"
    images:
      report: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1.5.0
    keep_revisions: 3

- name: Deploy what the list says, and remove what is no longer in it
  batchwork.aws.scheduled_batches:
    owner: reports
    defaults: "{{ batch_defaults }}"
    batches: "{{ batches }}"
    prune: true

- name: Remove a batch
  batchwork.aws.scheduled_batches:
    owner: reports
    batches:
      - name: weekly-report
        state: absent
"""

RETURN = r"""
batches:
  description: One item for each batch, in the order of O(batches).
  returned: when the batches could be read
  type: list
  elements: dict
  contains:
    name:
      description: Name of the batch.
      type: str
      returned: always
      sample: daily-report
    changed:
      description:
        - Whether anything was changed for this batch, or would be in check mode. For a batch that
          failed, whether anything was changed before.
      type: bool
      returned: always
      sample: true
    changes:
      description: >-
        Every difference of the task definition, the schedule group and the trigger, and old
        revisions that go, with its path in the API's spelling. Where a batch moves, the triggers
        are compared as schedules.
      type: list
      elements: dict
      returned: always
      sample:
        - path: containerDefinitions[report].image
          before: report:1.4.1
          after: report:1.4.2
    task_definition_arn:
      description: >-
        ARN of the task definition that the trigger starts. In check mode without a revision where
        one would be registered. Null for a batch that is absent.
      type: str
      returned: always
      sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/reports:5
    trigger_arn:
      description: ARN of the rule or schedule. Null for a batch that is absent.
      type: str
      returned: always
      sample: arn:aws:events:eu-central-1:123456789012:rule/daily-report
    next_runs:
      description: The next five times at which the batch runs when it is enabled.
      type: list
      elements: str
      returned: always
      sample: ["2026-11-23T03:00:00+00:00"]
    next_runs_remark:
      description: Why there are no or fewer next runs. Null where there is nothing to say.
      type: str
      returned: always
      sample: null
    schedule_explained:
      description: The schedule in words. Null for a batch that is absent.
      type: str
      returned: always
      sample: at 03:00 every day
    deregistered:
      description: ARNs of the old revisions that were deregistered, or would be in check mode.
      type: list
      elements: str
      returned: with O(keep_revisions)
      sample: ["arn:aws:ecs:eu-central-1:123456789012:task-definition/reports:2"]
    found_task_definition_tags:
      description: >-
        Tags of the family's latest revision. Null where there is none, and where the batch
        describes no task definition.
      type: dict
      returned: with O(plan_only)
      sample: {"batchwork:batch": "daily-report"}
    error:
      description: Why the batch failed. Null where it did not.
      type: str
      returned: always
      sample: null
pruned:
  description: What was removed, or would be in check mode, since it is no longer declared.
  returned: when the batches could be read
  type: list
  elements: dict
  contains:
    kind:
      description: V(rule), V(schedule) or V(task_definition).
      type: str
      returned: always
      sample: rule
    name:
      description: Name of the rule or schedule, family and revision of the task definition.
      type: str
      returned: always
      sample: yearly-report
    group_name:
      description: Schedule group.
      type: str
      returned: for a schedule
      sample: reports
    arn:
      description: ARN.
      type: str
      returned: always
      sample: arn:aws:events:eu-central-1:123456789012:rule/yearly-report
    error:
      description: Why the removal failed. Null where it did not.
      type: str
      returned: always
      sample: null
api_calls:
  description: How many calls were sent, repetitions included, by service and operation.
  returned: when the batches could be read
  type: dict
  sample: {"ecs:DescribeTaskDefinition": 1, "events:ListTargetsByRule": 2}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.batches import (
    converge_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "batches": {"type": "list", "elements": "dict", "required": True},
    "defaults": {"type": "dict"},
    "images": {"type": "dict"},
    "owner": {"type": "str"},
    "adopt": {"type": "bool", "default": False},
    "prune": {"type": "bool", "default": False},
    "max_deletes": {"type": "int", "default": 10},
    "allow_empty": {"type": "bool", "default": False},
    "keep_revisions": {"type": "int"},
    "plan_only": {"type": "bool", "default": False},
    "workers": {"type": "int", "default": 8},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(converge_batches)


if __name__ == "__main__":
    main()
