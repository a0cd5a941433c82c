#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage who is told when a batch fails."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_notifications
version_added: 0.1.0
short_description: Manage who is told when a scheduled batch fails
description:
  - A scheduled task fails in silence. This module makes what tells of it, for one batch, in one
    process.
  - With O(topic_arn) a rule on the events of ECS tells the topic of each task of O(family) on
    O(cluster) that ended with another exit code than 0, failed to start, or was stopped. An alarm
    tells of starts that EventBridge could not make, of which ECS never hears.
  - With O(dead_letter_queue) a queue keeps what EventBridge could not start, with the error, for 14
    days, and with O(topic_arn) an alarm tells when it holds anything. Give the queue's ARN to the
    trigger as C(dead_letter_arn). A schedule's role needs C(sqs:SendMessage) on it; a rule is
    allowed by the queue's policy.
  - What carries these names and not the tag C(batchwork:batch) of this batch is refused, and left
    alone by O(state=absent).
  - "What it costs (in 2026, most regions): 0.10 US dollars a month for each alarm; events of AWS
    services, the rule and a queue of this size are free; the topic's messages cost as ever."
  - "What it does not cover: a trigger that is disabled, or that was never due; a task that runs
    without an end; a wrong result with exit code 0. A schedule's failed starts are counted by its
    group, so that all batches of a group share that alarm's meaning."
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the notifications shall exist. With V(absent) the queue goes with its messages.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the batch, up to 50 letters, digits, hyphens and underscores. The parts are named
        after it, such as C(NAME-failures), C(NAME-failed-invocations) and C(NAME-dead-letters).
    type: str
    required: true
  trigger:
    description:
      - Whether a rule or a schedule of EventBridge Scheduler starts the batch.
    type: str
    choices: [rule, scheduler]
    default: rule
  group_name:
    description:
      - Schedule group of the batch, V(default) where left out. Only with O(trigger=scheduler).
    type: str
  family:
    description:
      - Family of the task definition that the batch runs. Required with O(topic_arn).
    type: str
  cluster:
    description:
      - Name or ARN of the cluster. Required with O(topic_arn).
    type: str
  topic_arn:
    description:
      - ARN of the SNS topic that is told. Its policy has to let C(events.amazonaws.com) and
        C(cloudwatch.amazonaws.com) publish.
      - Left out, nobody is told, and the rule and the alarms of an earlier run are removed.
    type: str
  dead_letter_queue:
    description:
      - Whether the batch has a dead-letter queue. One that was made stays with V(false), since it
        may hold messages and the trigger may still use it; O(state=absent) removes it.
    type: bool
    default: false
  tags:
    description:
      - Tags of the rule, the queue and the alarms, besides C(batchwork:batch). Others are removed.
    type: dict
    aliases: [resource_tags]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.scheduled_batches
  - module: batchwork.aws.scheduled_batch_guard
"""

EXAMPLES = r"""
- name: Tell the topic when the batch fails, and keep what could not be started
  batchwork.aws.scheduled_batch_notifications:
    name: report
    family: report
    cluster: batch
    topic_arn: arn:aws:sns:ap-northeast-1:123456789012:alerts
    dead_letter_queue: true
  register: told

- name: Deploy the batch with its dead-letter queue
  batchwork.aws.scheduled_batches:
    batches:
      - name: report
        schedule: rate(1 hour)
        cluster: batch
        role_arn: arn:aws:iam::123456789012:role/events
        task_definition: report
        dead_letter_arn: "{{ told.notifications.dead_letter_arn }}"

- name: Tell nobody any more
  batchwork.aws.scheduled_batch_notifications:
    name: report
    state: absent
"""

RETURN = r"""
notifications:
  description: What stands now, or would after a real run. Null for O(state=absent).
  returned: success
  type: dict
  contains:
    dead_letter_arn:
      description: ARN of the dead-letter queue. Null without one.
      type: str
      returned: always
      sample: arn:aws:sqs:ap-northeast-1:123456789012:report-dead-letters
    rule_arn:
      description: ARN of the rule on failed tasks. Null without O(topic_arn).
      type: str
      returned: always
      sample: arn:aws:events:ap-northeast-1:123456789012:rule/report-failures
    alarms:
      description: Names of the alarms.
      type: list
      elements: str
      returned: always
      sample: [report-failed-invocations, report-dead-letters]
changes:
  description: Every difference with its path, which begins with the part.
  returned: success
  type: list
  elements: dict
  sample:
    - path: alarms[report-failed-invocations].Threshold
      before: 5.0
      after: 1.0
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.notifications import (
    converge_notifications,
    remove_notifications,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "trigger": {"type": "str", "choices": ["rule", "scheduler"], "default": "rule"},
    "group_name": {"type": "str"},
    "family": {"type": "str"},
    "cluster": {"type": "str"},
    "topic_arn": {"type": "str"},
    "dead_letter_queue": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(argument_spec=ARGUMENT_SPEC)
    present = module.params["state"] == "present"
    module.run(converge_notifications if present else remove_notifications)


if __name__ == "__main__":
    main()
