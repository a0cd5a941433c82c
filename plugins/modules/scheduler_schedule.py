#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage EventBridge Scheduler schedules that start an ECS task."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule
version_added: 0.1.0
short_description: Manage an EventBridge Scheduler schedule that starts an ECS task
description:
  - Makes, changes and removes a schedule of EventBridge Scheduler with its ECS target. Unlike a
    rule it knows time zones, runs once, start and end dates, and flexible windows, and there may be
    millions of them.
  - Options that are left out are not managed; what AWS has stays. An explicit empty value clears
    the field, which AWS then fills with its default. Since C(UpdateSchedule) replaces the whole
    schedule, the module reads it, merges and writes everything back.
  - Before anything is written, the schedule is checked as a whole, and its overrides against the
    containers of the task definition. EventBridge Scheduler itself checks little of it; a mistake
    would show only as a run that is missing.
  - Outside check mode, the schedule group must exist when the schedule is made, and the cluster and
    the task definition when the target is written.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the schedule shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the schedule, up to 64 letters, digits, dots, hyphens and underscores. Unique within
        its group.
    type: str
    required: true
  group_name:
    description:
      - Name of the schedule group, which must exist, see M(batchwork.aws.scheduler_schedule_group).
        The group V(default) always does.
    type: str
    default: default
  previous_group_name:
    description:
      - Moves the schedule out of this group into O(group_name), where it is found there. It takes
        everything along that no option says otherwise, also whether it is enabled. Without such a
        schedule the option has no effect, so that it may stay.
      - A schedule cannot change its group. It is created in the new group first and deleted in the
        old one with the next call, so that it is never missing. A run that is due exactly between
        the two calls can happen twice. Where the module is interrupted there, both schedules fire
        until it is run again, which finishes the move.
      - Only for O(state=present).
    type: str
  schedule_expression:
    description:
      - When the schedule runs, as C(cron(minutes hours day-of-month month day-of-week year)), as
        C(rate(value unit)), or once as C(at(yyyy-mm-ddThh:mm:ss)). C(cron()) and C(at()) mean local
        times of O(schedule_expression_timezone).
      - A new schedule needs it.
      - An C(at()) that has passed is refused where the schedule would be made or changed. A
        schedule that has run is unchanged.
    type: str
  schedule_expression_timezone:
    description:
      - Name of the time zone in the IANA database, such as V(Asia/Tokyo). AWS uses V(UTC) where
        this was never set.
      - A local time that is skipped when the clocks change does not run that day; one that comes
        twice runs once.
      - An unknown name is refused, with suggestions. Where this host has no time zone database, the
        module warns instead.
    type: str
  start_date:
    description:
      - The schedule does not run before this time, such as V(2026-12-01T00:00:00+09:00). Without an
        offset it is in UTC.
      - C(rate()) counts from it.
      - A start date that has passed is the same as none, since AWS takes no start date of the past.
    type: str
  end_date:
    description:
      - The schedule does not run after this time, which has to be later than O(start_date). Without
        an offset it is in UTC.
    type: str
  flexible_time_window:
    description:
      - Within which time after its moment a run may start, with C(mode) (V(OFF) or V(FLEXIBLE))
        and, for V(FLEXIBLE), C(maximum_window_in_minutes) (1 to 1440).
      - A new schedule has no window where this is left out. An empty mapping means V(OFF).
    type: dict
  action_after_completion:
    description:
      - What AWS does with a schedule after its last run, V(NONE) or V(DELETE). AWS uses V(NONE)
        where this was never set.
      - With V(DELETE) a later run of the playbook finds no schedule, and makes it again, or refuses
        an C(at()) that has passed.
    type: str
  kms_key_arn:
    description:
      - ARN of a customer managed KMS key with which AWS encrypts the schedule. An empty text clears
        it.
    type: str
  description:
    description:
      - A description, up to 512 characters.
    type: str
  enabled:
    description:
      - Whether the schedule runs.
      - Left out, a new schedule is enabled and an existing one stays as it is, so that a batch that
        was stopped during an incident stays stopped.
    type: bool
  tags:
    description:
      - Refused, since schedules carry no tags in AWS. Only their groups do, see
        M(batchwork.aws.scheduler_schedule_group). For tags of the started tasks use O(task_tags).
    type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.ecs_target
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.scheduler_schedule_group
  - module: batchwork.aws.scheduler_schedule_info
  - module: batchwork.aws.scheduled_batch_run
"""

EXAMPLES = r"""
- name: Run the batch on Fargate every night at three, Tokyo's time
  batchwork.aws.scheduler_schedule:
    name: hello
    schedule_expression: cron(0 3 * * ? *)
    schedule_expression_timezone: Asia/Tokyo
    cluster: batch
    role_arn: arn:aws:iam::123456789012:role/EcsSchedulerRole-sample
    task_definition: ecs-scheduled-batch-task
    launch_type: FARGATE
    network_configuration:
      subnets: [subnet-0123456789abcdef0]
      security_groups: [sg-0123456789abcdef0]
    overrides:
      container_overrides:
        - name: hello
          command: [echo, "Hello,World!"]
  register: hello

- name: Show the next runs
  ansible.builtin.debug:
    var: hello.schedule.next_runs

- name: Stop it, and leave everything else as it is
  batchwork.aws.scheduler_schedule:
    name: hello
    enabled: false

- name: Let AWS choose the moment within a quarter of an hour
  batchwork.aws.scheduler_schedule:
    name: hello
    flexible_time_window:
      mode: FLEXIBLE
      maximum_window_in_minutes: 15

- name: Move it into another group
  batchwork.aws.scheduler_schedule:
    name: hello
    group_name: nightly
    previous_group_name: default

- name: Remove it
  batchwork.aws.scheduler_schedule:
    name: hello
    group_name: nightly
    state: absent
"""

RETURN = r"""
schedule:
  description:
    - The whole schedule as it is now, or would be after a real run, in snake_case and with AWS's
      defaults filled in. Null for O(state=absent).
  returned: success
  type: dict
  contains:
    arn:
      description: ARN of the schedule.
      type: str
      returned: always
      sample: arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/hello
    name:
      description: Name of the schedule.
      type: str
      returned: always
      sample: hello
    group_name:
      description: Name of its group.
      type: str
      returned: always
      sample: default
    state:
      description: C(ENABLED) or C(DISABLED).
      type: str
      returned: always
      sample: ENABLED
    schedule_expression:
      description: The schedule expression.
      type: str
      returned: always
      sample: cron(0 3 * * ? *)
    schedule_expression_timezone:
      description: The time zone of the schedule expression.
      type: str
      returned: always
      sample: Asia/Tokyo
    start_date:
      description: The start date in UTC. One that has passed is shown as long as AWS has it.
      type: str
      returned: when the schedule has one
      sample: "2026-11-30T15:00:00+00:00"
    end_date:
      description: The end date in UTC.
      type: str
      returned: when the schedule has one
      sample: "2027-11-30T15:00:00+00:00"
    flexible_time_window:
      description: Within which time after its moment a run may start.
      type: dict
      returned: always
      sample: {"mode": "OFF"}
    action_after_completion:
      description: What AWS does with the schedule after its last run.
      type: str
      returned: always
      sample: NONE
    kms_key_arn:
      description: The customer managed KMS key.
      type: str
      returned: when the schedule has one
      sample: arn:aws:kms:ap-northeast-1:123456789012:key/0123abcd
    description:
      description: The description.
      type: str
      returned: when the schedule has one
      sample: Says hello every night
    target:
      description:
        - What the schedule starts. Its C(input) is shown as the mapping that it means. Values of
          environment variables whose names look secret are hidden.
      type: dict
      returned: always
      sample:
        arn: arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch
        role_arn: arn:aws:iam::123456789012:role/EcsSchedulerRole-sample
        ecs_parameters:
          task_definition_arn: arn:aws:ecs:ap-northeast-1:123456789012:task-definition/hello
          task_count: 1
          launch_type: FARGATE
        retry_policy:
          maximum_retry_attempts: 185
          maximum_event_age_in_seconds: 86400
    next_runs:
      description:
        - The next five times at which the schedule runs when it is enabled, between its dates, as
          local times of its zone. With a flexible window a run starts within the window after its
          time.
        - Empty for C(rate()) without a start date, since AWS does not document from when it counts.
      type: list
      elements: str
      returned: always
      sample: ["2026-11-23T03:00:00+09:00", "2026-11-24T03:00:00+09:00"]
    next_runs_remark:
      description: Why there are no or fewer next runs. Null where there is nothing to say.
      type: str
      returned: always
      sample: null
    schedule_explained:
      description: The schedule in words.
      type: str
      returned: always
      sample: at 03:00 every day, Asia/Tokyo
changes:
  description: Every difference with its path in the API's spelling.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "ScheduleExpressionTimezone", "before": "UTC", "after": "Asia/Tokyo"}]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.schedules import (
    converge_schedule,
    remove_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.ecs_target import (
    ECS_TARGET_OPTIONS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "group_name": {"type": "str", "default": "default"},
    "previous_group_name": {"type": "str"},
    "schedule_expression": {"type": "str"},
    "schedule_expression_timezone": {"type": "str"},
    "start_date": {"type": "str"},
    "end_date": {"type": "str"},
    "flexible_time_window": {"type": "dict"},
    "action_after_completion": {"type": "str"},
    "kms_key_arn": {"type": "str", "no_log": False},
    "description": {"type": "str"},
    "enabled": {"type": "bool"},
    "tags": {"type": "dict"},
    **ECS_TARGET_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(
        argument_spec=ARGUMENT_SPEC, mutually_exclusive=[("overrides", "input")]
    )
    module.run(converge_schedule if module.params["state"] == "present" else remove_schedule)


if __name__ == "__main__":
    main()
