#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check whether batches will run."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_preflight
version_added: 0.1.0
short_description: Check whether scheduled batches will run, without writing anything
description:
  - A scheduled task fails in silence. EventBridge accepts a wrong role, subnet, container name or
    image, and only a missing run shows it. This module looks beforehand at everything that can be
    known, and says what is wrong, why it matters and what to do about it.
  - O(name) alone checks a deployed batch as AWS has it. With further options, the same as a batch
    of M(batchwork.aws.scheduled_batches) has, it checks a batch that is only declared. O(batches)
    checks many in one process, O(owner) alone all deployed batches of an owner.
  - The description is checked first, which needs neither credentials nor a connection. These are
    its keys and types, the schedule with its next runs, sizes, network configuration, container
    names of the overrides, roles that are needed, and whether anything says what to run.
  - Then the account is asked for the trigger and its state, the cluster, the task definition, the
    roles (who may assume them, and what they may do), subnets, security groups and the ways from
    there to ECR, logs and secrets, free addresses, images and their architecture, secrets,
    parameters, log groups and the dead-letter queue.
  - What may not be looked at, or cannot be known, is V(SKIP), with the permission that is missing.
    It never fails the module. Without credentials everything that needs AWS is V(SKIP).
  - What roles may do is asked of IAM's policy simulator. Where that is not permitted, or does not
    know enough, the policies of the role and its permissions boundary are read and judged here.
    Policies of an organization, of repositories, keys and endpoints are not read.
  - Nothing is ever written, and no value of a secret is read.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the batch, which is the name of its rule or schedule.
      - Mutually exclusive with O(batches).
    type: str
  batches:
    description:
      - Many batches, each a mapping as in M(batchwork.aws.scheduled_batches). A batch with only
        C(name), and where it is needed C(trigger), C(group_name) and C(target_id), is checked as it
        is deployed.
    type: list
    elements: dict
  defaults:
    description:
      - A batch without a name that lies under each of O(batches), as in
        M(batchwork.aws.scheduled_batches).
    type: dict
  images:
    description:
      - Images by container name, as in M(batchwork.aws.scheduled_batches).
    type: dict
  owner:
    description:
      - Whose batches these are. It gives schedules their group, as in
        M(batchwork.aws.scheduled_batches).
      - Without O(name) and O(batches) all deployed batches with this owner are checked.
    type: str
  fail_on:
    description:
      - With V(ng) the module fails where a check is V(NG), with these lines in its message, after
        all checks were made. This is the default, since the batch would not run, and so that the
        module serves as a gate in continuous integration. V(SKIP) never fails.
      - With V(never) it only returns what it found.
    type: str
    choices: [ng, never]
    default: ng
  workers:
    description:
      - How many calls run at the same time, from 1 to 64.
    type: int
    default: 8
  state:
    description:
      - A batch that is V(absent) is not checked.
    type: str
  trigger:
    description:
      - V(rule) (an EventBridge rule) or V(scheduler) (a schedule of EventBridge Scheduler).
      - A declared batch has a rule where it is left out. For a deployed one both are looked for,
        and where both exist this has to say which one is meant.
    type: str
  schedule:
    description:
      - When the batch runs, as C(cron(...)) or C(rate(...)), with V(scheduler) also C(at(...)). The
        schedule of a rule is in UTC.
      - The next runs are told in the schedule's zone and, where that is another, in the local time
        of where the module runs.
    type: str
  timezone:
    description:
      - Time zone of the schedule, only for O(trigger=scheduler).
    type: str
  enabled:
    description:
      - Whether the batch runs. Left out, a trigger that is disabled is V(NG), since deploying
        leaves it so.
    type: bool
  description:
    description:
      - A description.
    type: str
  group_name:
    description:
      - Schedule group. Left out, it is one named after O(owner), else C(default).
      - Where a deployed batch is not in that one, all groups are searched, and where several have a
        schedule of its name this has to say which one is meant.
    type: str
  task_definition:
    description:
      - A mapping with the options of M(batchwork.aws.ecs_task_definition), or the name of a task
        definition.
    type: raw
  tags:
    description:
      - Tags of the rule and of the task definition.
    type: dict
  target_id:
    description:
      - Id of the target on the rule, by default the batch's name. For a deployed batch it is needed
        only where the rule has several ECS targets.
    type: str
  other_targets:
    description:
      - What becomes of foreign targets on the rule. It is not looked at.
    type: str
  guard:
    description:
      - The state machine that stands between the trigger and ECS, as in
        M(batchwork.aws.scheduled_batches). Then its role is what has to be allowed to run the task.
    type: dict
  start_date:
    description:
      - The schedule does not run before this time, only for O(trigger=scheduler).
    type: str
  end_date:
    description:
      - The schedule does not run after this time, only for O(trigger=scheduler).
    type: str
  flexible_time_window:
    description:
      - Within which time after its moment a run may start, only for O(trigger=scheduler).
    type: dict
  action_after_completion:
    description:
      - What AWS does with a schedule after its last run, only for O(trigger=scheduler).
    type: str
  kms_key_arn:
    description:
      - ARN of the key that encrypts the schedule, only for O(trigger=scheduler).
    type: str
notes:
  - "What cannot be known beforehand is left to M(batchwork.aws.scheduled_batch_run), which runs a
    batch at once: what an image runs by itself, whether runs overlap, values and JSON keys of
    secrets, quotas, and whatever the batch itself does."
  - The permissions that the checks need are in C(policies/operator-preflight.json.j2), besides
    those of C(policies/operator.json.j2).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.ecs_target
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.scheduled_batches
  - module: batchwork.aws.scheduled_batch_run
"""

EXAMPLES = r"""
- name: Check a deployed batch
  batchwork.aws.scheduled_batch_preflight:
    name: hello

- name: Check a batch before it is deployed, and only show what is found
  batchwork.aws.scheduled_batch_preflight:
    name: hello
    schedule: cron(0 3 * * ? *)
    cluster: batch
    role_arn: arn:aws:iam::123456789012:role/events
    task_definition: hello
    launch_type: FARGATE
    network_configuration:
      subnets: [subnet-0123456789abcdef0]
    fail_on: never
  register: preflight

- name: Show every check as a line
  ansible.builtin.debug:
    msg: "{{ preflight.checks | map(attribute='line') }}"

- name: Check a whole fleet before it is deployed
  batchwork.aws.scheduled_batch_preflight:
    owner: reports
    defaults: "{{ batch_defaults }}"
    batches: "{{ batches }}"

- name: Check everything that an owner has deployed
  batchwork.aws.scheduled_batch_preflight:
    owner: reports
"""

RETURN = r"""
checks:
  description: Every check, batch by batch, also where the module fails for one of them.
  returned: always
  type: list
  elements: dict
  contains:
    batch:
      description: Name of the batch.
      type: str
      returned: always
      sample: hello
    name:
      description: Which check it is.
      type: str
      returned: always
      sample: trigger_role_pass_role
    status:
      description: V(OK), V(NG), or V(SKIP) where it could not be checked.
      type: str
      returned: always
      sample: NG
    subject:
      description: What was looked at.
      type: str
      returned: always
      sample: trigger role EcsEventsRole-sample may pass EcsTaskExecutionRole-sample
    reason:
      description: What was found, and why it matters. Empty where there is nothing to say.
      type: str
      returned: always
      sample: >-
        No policy of it allows iam:PassRole. Who starts a task passes its roles to ECS, and RunTask
        is refused without this.
    remedy:
      description: What to do about it. Empty where there is nothing to do.
      type: str
      returned: always
      sample: >-
        Allow iam:PassRole on arn:aws:iam::123456789012:role/EcsTaskExecutionRole-sample in a policy
        of the role.
    line:
      description: All of it as one line.
      type: str
      returned: always
      sample: "OK   cluster batch: It is ACTIVE."
ok:
  description: Whether no check is V(NG).
  returned: always
  type: bool
  sample: false
counts:
  description: How many checks have each status.
  returned: always
  type: dict
  sample: {"ng": 1, "ok": 21, "skip": 2}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.preflight import (
    check_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.ecs_target import (
    ECS_TARGET_OPTIONS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    **ECS_TARGET_OPTIONS,
    "name": {"type": "str"},
    "batches": {"type": "list", "elements": "dict"},
    "defaults": {"type": "dict"},
    "images": {"type": "dict"},
    "owner": {"type": "str"},
    "fail_on": {"type": "str", "choices": ["ng", "never"], "default": "ng"},
    "workers": {"type": "int", "default": 8},
    "state": {"type": "str"},
    "trigger": {"type": "str"},
    "schedule": {"type": "str"},
    "timezone": {"type": "str"},
    "enabled": {"type": "bool"},
    "description": {"type": "str"},
    "group_name": {"type": "str"},
    "task_definition": {"type": "raw"},
    "tags": {"type": "dict"},
    "target_id": {"type": "str"},
    "other_targets": {"type": "str"},
    "guard": {"type": "dict"},
    "start_date": {"type": "str"},
    "end_date": {"type": "str"},
    "flexible_time_window": {"type": "dict"},
    "action_after_completion": {"type": "str"},
    "kms_key_arn": {"type": "str", "no_log": False},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(
        argument_spec=ARGUMENT_SPEC,
        required_one_of=[("name", "batches", "owner")],
        mutually_exclusive=[("name", "batches")],
    ).run(check_batches)


if __name__ == "__main__":
    main()
