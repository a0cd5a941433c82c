#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read scheduled batches and how they do."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_info
version_added: 0.1.0
short_description: Read scheduled ECS tasks as batches, and how they do
description:
  - Reads every scheduled ECS task of the account and region, EventBridge rules of the default event
    bus and EventBridge Scheduler schedules alike, whoever made them.
  - Each is returned as the batch that M(batchwork.aws.scheduled_batches) takes. Deployed with
    C(adopt) as it was read, it changes nothing of the rule, the schedule, the target or the task
    definition. The module checks that for each of them by the same code that would deploy it.
  - What no batch can say is returned in RV(not_batches) with the reason.
  - A batch's RV(batches[].status) tells when it runs next, and with O(history) how it did.
  - The module never writes. With many batches it makes one call for each rule or schedule, one for
    each task definition, and some listings; with O(history) at most three for each batch, all
    together.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  cluster:
    description:
      - Name or ARN of an ECS cluster. Only what starts tasks there is read.
    type: str
  owner:
    description:
      - Only what carries this owner's tag is read. Schedules belong to whom their group belongs.
    type: str
  names:
    description:
      - Only rules and schedules of these names are read, schedules in any group. Up to three are
        read without listing the whole account.
      - A name that nothing has is no failure; the module warns of it.
    type: list
    elements: str
  history:
    description:
      - How many last runs to read for each batch, up to 1000. With V(0) nothing is read of runs.
      - ECS keeps a stopped task for about an hour, with its exit code and stop reason. Of older
        runs the log streams tell when they wrote their first and their last line, where the task
        definition uses C(awslogs) with a stream prefix.
      - What may not be read, or cannot, is told in the batch's C(remarks) and is no failure.
    type: int
    default: 0
  describe_task_definitions:
    description:
      - Whether task definitions are described in full instead of named, for moving them into the
        description of a fleet.
      - Only where the trigger pins the family's newest revision; everything else stays named, with
        a remark, since a description would point it at another revision.
      - The tags of a batch then belong to its task definition as well, and a first deployment adds
        them there.
    type: bool
    default: false
  workers:
    description:
      - How many calls run at the same time, from 1 to 64.
    type: int
    default: 8
notes:
  - Values of environment variables that look like secrets are C(VALUE_HIDDEN) in results.
    C(hidden_values) says where, and M(batchwork.aws.scheduled_batches) refuses that mark.
  - A run that several batches could have started, since their log streams have the same prefix, is
    told of none of them.
  - EventBridge Scheduler counts invocations for schedule groups only. A schedule's are known where
    it is alone in its group.
  - Up to 60 calls, or three for each batch where these are more, are made altogether. Dead
    letters come before logs then, and what was left out is told in the batch's C(remarks).
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.scheduled_batches
  - module: batchwork.aws.scheduled_batch_export
"""

EXAMPLES = r"""
- name: Read all batches of an owner
  batchwork.aws.scheduled_batch_info:
    owner: reports
  register: found

- name: Show when they run next
  ansible.builtin.debug:
    msg: "{{ item.name }} {{ item.status.schedule_explained }}: {{ item.status.next_runs }}"
  loop: "{{ found.batches }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read what somebody made by hand in a cluster
  batchwork.aws.scheduled_batch_info:
    cluster: batch
  register: by_hand

- name: Take it over, which changes only the tags that say whose it is
  batchwork.aws.scheduled_batches:
    owner: reports
    adopt: true
    batches: "{{ by_hand.batches }}"

- name: See how two batches did
  batchwork.aws.scheduled_batch_info:
    names: [daily-report, weekly-report]
    history: 5
  register: runs

- name: Fail where the last run failed
  ansible.builtin.assert:
    that: item.status.last_runs[0].exit_code in [0, none]
  loop: "{{ runs.batches | selectattr('status.last_runs') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
batches:
  description: >-
    The batches, sorted by name, with the keys that M(batchwork.aws.scheduled_batches) takes. What
    is AWS's default is left out.
  returned: success
  type: list
  elements: dict
  sample:
    - name: daily-report
      trigger: rule
      schedule: cron(0 3 * * ? *)
      enabled: true
      cluster: batch
      role_arn: arn:aws:iam::123456789012:role/events
      task_definition: reports:4
      launch_type: FARGATE
      network_configuration: {"subnets": ["subnet-0123456789abcdef0"]}
  contains:
    status:
      description: >-
        How the batch stands. M(batchwork.aws.scheduled_batches) accepts and ignores it.
      type: dict
      returned: always
      contains:
        enabled:
          description: Whether the batch runs.
          type: bool
          returned: always
          sample: true
        owner:
          description: >-
            Whose it is, by the tag of the rule or of the schedule's group. Null for nobody's.
          type: str
          returned: always
          sample: reports
        trigger_arn:
          description: ARN of the rule or schedule.
          type: str
          returned: always
          sample: arn:aws:events:eu-central-1:123456789012:rule/daily-report
        schedule_explained:
          description: The schedule in words. Null where the expression is not understood.
          type: str
          returned: always
          sample: at 03:00 every day
        next_runs:
          description: The next five times at which the batch runs when it is enabled.
          type: list
          elements: str
          returned: always
          sample: ["2026-11-26T03:00:00+00:00"]
        next_runs_remark:
          description: Why there are no or fewer next runs. Null where there is nothing to say.
          type: str
          returned: always
          sample: null
        task_definition_arn:
          description: What the trigger starts, with the revision where one is pinned.
          type: str
          returned: always
          sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/reports:4
        revision:
          description: The pinned revision. Null where the family's latest is meant.
          type: int
          returned: always
          sample: 4
        newest_revision:
          description: >-
            The newest ACTIVE revision of the family. Null where there is none, or it cannot be
            read.
          type: int
          returned: always
          sample: 5
        hidden_values:
          description: Where V(VALUE_HIDDEN) stands for the value of a secret-looking variable.
          type: list
          elements: str
          returned: always
          sample: ["overrides.container_overrides[0].environment.API_TOKEN"]
        running:
          description: >-
            The runs in progress, oldest first, each with C(task_arn), C(started_at), C(started_by)
            and C(revision).
          type: list
          elements: dict
          returned: with O(history)
          sample: []
        overlapping:
          description: Whether more tasks are in progress than one run starts.
          type: bool
          returned: with O(history)
          sample: false
        last_runs:
          description: >-
            The last runs, newest first, each task as one. C(source) is V(ecs), or V(log) for older
            ones, of which only the first and the last line's times are known and no exit code.
            C(duration_seconds) is from the start to the stop of the containers, or between those
            lines.
          type: list
          elements: dict
          returned: with O(history)
          sample:
            - task_arn: arn:aws:ecs:eu-central-1:123456789012:task/batch/0123456789abcdef
              started_at: "2026-11-25T03:00:31+00:00"
              stopped_at: "2026-11-25T03:02:10+00:00"
              duration_seconds: 99
              exit_code: 0
              stop_code: EssentialContainerExited
              stop_reason: Essential container in task exited
              revision: 4
              source: ecs
        invocations:
          description: >-
            How often the trigger invoked its target in the last 24 hours. Null where that is not
            known.
          type: int
          returned: with O(history)
          sample: 1
        failed_invocations:
          description: >-
            How many of them failed for good (C(FailedInvocations)); for a schedule, how many
            attempts the target answered with an error (C(TargetErrorCount)). Null where that is not
            known.
          type: int
          returned: with O(history)
          sample: 0
        dead_letters:
          description: >-
            About how many messages wait in the batch's dead-letter queue. Null where it has none.
          type: int
          returned: with O(history)
          sample: null
        remarks:
          description: What could not be read and why, such as a missing permission by its name; and
            where runs overlap, what helps.
          type: list
          elements: str
          returned: always
          sample: []
not_batches:
  description: >-
    Rules and schedules that start ECS tasks and cannot be said as a batch, such as a rule with two
    ECS targets or a schedule with a universal target; and other targets of the rules in
    RV(batches), which stay beside them.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(rule), V(schedule) or V(target).
      type: str
      returned: always
      sample: rule
    name:
      description: Name of the rule or schedule; of a target, that of the rule and its id.
      type: str
      returned: always
      sample: two-at-once
    arn:
      description: ARN of the rule or schedule, or of what the target starts.
      type: str
      returned: always
      sample: arn:aws:events:eu-central-1:123456789012:rule/two-at-once
    reason:
      description: Why it is no batch, in sentences.
      type: str
      returned: always
      sample: The rule has 2 ECS targets (first, second), and a batch is one.
api_calls:
  description: How many calls were sent, repetitions included, by service and operation.
  returned: success
  type: dict
  sample: {"ecs:DescribeTaskDefinition": 1, "events:ListRules": 1, "events:ListTargetsByRule": 1}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.info.info import (
    read_batch_info,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "cluster": {"type": "str"},
    "owner": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "history": {"type": "int", "default": 0},
    "describe_task_definitions": {"type": "bool", "default": False},
    "workers": {"type": "int", "default": 8},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(read_batch_info)


if __name__ == "__main__":
    main()
