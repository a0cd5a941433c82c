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
    process start and the fewest API calls.
  - A batch is one mapping that says what to run, where and when. Its trigger is an EventBridge rule
    with one ECS target, or an EventBridge Scheduler schedule.
  - A batch is a complete document. What is left out is AWS's default. Only C(enabled) left out
    means enabled on creation and untouched afterwards.
  - All batches are checked before anything is written. New revisions are registered first, and then
    the triggers are pointed at them. A batch that fails does not stop the others; the module fails
    at the end and returns what was done for each.
  - When C(trigger) of a deployed batch changes, it moves. The new trigger is made without firing,
    the old one is disabled, the new one gets the state of the old one, and the old one is removed,
    so that the two are never enabled together. The switch waits, for at most four minutes, where
    one of them would fire within the next two. A run that is killed in between may leave the batch
    disabled until the next run of the module, which finishes the move.
  - Only what carries the tag C(batchwork:batch) with the batch's name, and the owner's tag, is
    changed or removed.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  batches:
    description:
      - The batches. Each is a mapping with C(name), C(schedule), C(cluster), C(role_arn) and
        C(task_definition), and optionally C(state), C(trigger) (C(rule), the default, or
        C(scheduler)), C(enabled), C(description), C(tags), C(target_id), C(other_targets) and all
        options of the target, as M(batchwork.aws.eventbridge_ecs_target) has them.
      - C(task_definition) is a mapping with the options of M(batchwork.aws.ecs_task_definition), or
        the name of a task definition that exists. Several batches may describe the same one. The
        trigger is pinned to the registered revision; a family by name means its latest revision at
        the time the trigger fires.
      - With C(trigger=scheduler) also C(timezone), C(group_name), C(start_date), C(end_date),
        C(flexible_time_window), C(action_after_completion) and C(kms_key_arn), as
        M(batchwork.aws.scheduler_schedule) has them.
    type: list
    elements: dict
    required: true
  defaults:
    description:
      - A mapping that is merged under each batch. Mappings are merged, everything else is replaced
        by what the batch says.
    type: dict
  images:
    description:
      - Images by container name, over all batches, so that a deployment of a new image needs one
        variable and no other change.
    type: dict
  owner:
    description:
      - Whose batches these are. It is written as the tag C(batchwork:owner). What carries another
        owner's tag is never touched.
      - With an owner, schedules without C(group_name) live in a schedule group that is named after
        it, which the module makes.
    type: str
  adopt:
    description:
      - Whether to take over rules and schedules of the same name that carry no tags of this
        collection.
    type: bool
    default: false
  workers:
    description:
      - How many calls run at the same time, from 1 to 64.
    type: int
    default: 8
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.ecs_task_definition
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

- name: Remove a batch
  batchwork.aws.scheduled_batches:
    owner: reports
    batches:
      - name: weekly-report
        trigger: scheduler
        state: absent
"""

RETURN = r"""
batches:
  description: One item for each batch, in the order of O(batches).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the batch.
      type: str
      returned: always
      sample: daily-report
    changed:
      description: Whether anything was changed for this batch, or would be in check mode.
      type: bool
      returned: always
      sample: true
    changes:
      description: Every difference with its path in the API's spelling.
      type: list
      elements: dict
      returned: always
      sample:
        - path: containerDefinitions[report].image
          before: report:1.4.1
          after: report:1.4.2
    task_definition_arn:
      description: ARN of the task definition that the trigger starts. In check mode without a
        revision where one would be registered.
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
      description: The schedule in words.
      type: str
      returned: always
      sample: at 03:00 every day
    error:
      description: Why the batch failed. Null where it did not.
      type: str
      returned: always
      sample: null
api_calls:
  description: How many calls were sent, by service and operation.
  returned: success
  type: dict
  sample: {"ecs:DescribeTaskDefinition": 1, "events:ListTargetsByRule": 2}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.batches import converge_batches
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "batches": {"type": "list", "elements": "dict", "required": True},
    "defaults": {"type": "dict"},
    "images": {"type": "dict"},
    "owner": {"type": "str"},
    "adopt": {"type": "bool", "default": False},
    "workers": {"type": "int", "default": 8},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(converge_batches)


if __name__ == "__main__":
    main()
