#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell why an expected run of a batch did not happen."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_diagnosis
version_added: 0.1.0
short_description: Tell why an expected run of a batch did not happen
description:
  - EventBridge and Scheduler fail in silence. This module looks at everything that tells of one
    expected run and names the most likely cause and what helps.
  - It looks in this order at the trigger, its state now and then, its schedule, the cluster and the
    task definition, the counts of invocations in CloudWatch, the dead-letter queue, CloudTrail's
    RunTask calls, the tasks that ECS still shows, and the log.
  - What may not be read is V(UNKNOWN) with the missing permission, and no failure of the module. A
    run that did happen is told as well.
  - It only reads. The one exception is O(read_dead_letters), which is off unless asked for.
  - "ECS forgets stopped tasks after about an hour, CloudTrail keeps events for 90 days, and both
    CloudTrail and CloudWatch may be some minutes late: an answer is best between a quarter of an
    hour and an hour after the time."
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the batch, which is the name of its rule or schedule.
    type: str
    required: true
  expected_at:
    description:
      - When it should have run, in ISO 8601 with an offset, such as C(2026-11-22T03:00:00+09:00).
      - Where it is left out, it is the last run before now by the schedule. A C(rate()) schedule
        without a start date does not tell when that was, so that it has to be given.
    type: str
  trigger:
    description:
      - Whether the batch is started by an EventBridge rule (V(rule)) or by an EventBridge Scheduler
        schedule (V(scheduler)).
      - Where it is left out, it is whichever exists under this name, and an error where both do.
    type: str
    choices: [rule, scheduler]
  group_name:
    description:
      - Schedule group; with it, O(trigger=scheduler) is meant. AWS's group C(default) where it is
        left out.
    type: str
  target_id:
    description:
      - Which ECS target is meant when the rule has several. The first one where it is left out.
    type: str
  container:
    description:
      - The container whose exit code and log count. The first essential one where it is left out.
    type: str
  log_lines:
    description:
      - How many of the container's last log lines to return. 0 reads no log.
    type: int
    default: 20
  read_dead_letters:
    description:
      - Whether to look at the messages in the target's dead-letter queue, which carry the error of
        a failed start. Without it only their number is told.
      - Nothing is taken and nothing is hidden from others (visibility timeout 0), but SQS counts
        each look as a receive of the message. So it is off by default, and a queue that moves
        messages which are received too often is never looked at.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  action_group:
    description: Use C(group/batchwork.aws.aws) in C(module_defaults) to set options for all modules
      of this collection and of amazon.aws.
    support: full
    membership:
      - batchwork.aws.aws
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: N/A
  idempotent:
    description: Reads only.
    support: full
seealso:
  - module: batchwork.aws.scheduled_batch_run
"""

EXAMPLES = r"""
- name: Tell why the last run did not happen
  batchwork.aws.scheduled_batch_diagnosis:
    name: nightly-report
  register: diagnosis

- name: Show cause and remedy
  ansible.builtin.debug:
    msg: "{{ diagnosis.cause }} {{ diagnosis.remedy }}"

- name: Tell it of a run of last week, with the errors in the dead-letter queue
  batchwork.aws.scheduled_batch_diagnosis:
    name: monthly-report
    group_name: reports
    expected_at: "2026-11-01T03:00:00+09:00"
    read_dead_letters: true
"""

RETURN = r"""
expected_at:
  description: The time of the run that was looked for.
  returned: success
  type: str
  sample: "2026-11-22T03:00:00+00:00"
trigger_arn:
  description: The ARN of the rule or schedule. Null where there is none.
  returned: success
  type: str
  sample: arn:aws:events:eu-central-1:123456789012:rule/nightly-report
evidence:
  description: What was looked at, in order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: What it is, such as V(enabled), V(schedule) or V(run_task).
      type: str
    status:
      description: V(OK) where it is as it should be, V(NG) where not, V(UNKNOWN) where that cannot
        be told.
      type: str
    found:
      description: What was found.
      type: str
    source:
      description: Where it was found, mostly the API call.
      type: str
  sample:
    - name: run_task
      status: NG
      found: >-
        InvalidParameterException: Override for container named helo is not a container in the
        TaskDefinition. (at 2026-11-22T03:00:02+00:00)
      source: cloudtrail:LookupEvents
cause:
  description: The most likely cause.
  returned: success
  type: str
  sample: >-
    The trigger called RunTask, and ECS refused: InvalidParameterException: Override for container
    named helo is not a container in the TaskDefinition. (at 2026-11-22T03:00:02+00:00)
remedy:
  description: What helps. Null where there is nothing to mend.
  returned: success
  type: str
  sample: >-
    Use the name of a container of the task definition in the overrides, or name the container so.
nearest_runs:
  description: The scheduled runs before and after the expected time, in the schedule's zone and in
    UTC.
  returned: success
  type: list
  elements: str
  sample: ["2026-11-22T03:00:00+00:00", "2026-11-23T03:00:00+00:00"]
log:
  description: The last lines that the run's container wrote, oldest first.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.diagnosis.diagnosis import (
    diagnose,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "expected_at": {"type": "str"},
    "trigger": {"type": "str", "choices": ["rule", "scheduler"]},
    "group_name": {"type": "str"},
    "target_id": {"type": "str"},
    "container": {"type": "str"},
    "log_lines": {"type": "int", "default": 20},
    "read_dead_letters": {"type": "bool", "default": False},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(diagnose)


if __name__ == "__main__":
    main()
