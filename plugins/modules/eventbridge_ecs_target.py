#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage the ECS target of an EventBridge rule."""

from __future__ import annotations

DOCUMENTATION = r"""
module: eventbridge_ecs_target
version_added: 0.1.0
short_description: Manage one ECS target of an EventBridge rule
description:
  - Makes, changes and removes one target of a rule that starts an ECS task.
  - Options that are left out are not managed; what AWS has stays. An explicit empty value clears
    the field. Since C(PutTargets) replaces the whole target, the module reads it, merges and writes
    everything back.
  - Before anything is written, the target is checked as a whole, and its overrides against the
    containers of the task definition. EventBridge itself checks nothing of it; a mistake would show
    only as a run that is missing.
  - Outside check mode, the cluster and the task definition must exist when the target is written.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the target shall exist.
    type: str
    choices: [present, absent]
    default: present
  rule:
    description:
      - Name of the rule.
    type: str
    required: true
  event_bus_name:
    description:
      - Name or ARN of the rule's event bus.
    type: str
    default: default
  target_id:
    description:
      - Id of the target, up to 64 letters, digits, dots, hyphens and underscores.
    type: str
    required: true
  other_targets:
    description:
      - What to do with other targets of the rule, each of which fires too. V(warn) names them in a
        warning, V(keep) says nothing, V(remove) removes them after this target was put.
    type: str
    choices: [keep, warn, remove]
    default: warn
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.ecs_target
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.eventbridge_rule
  - module: batchwork.aws.scheduled_batch_run
"""

EXAMPLES = r"""
- name: Run the batch on Fargate when the rule fires
  batchwork.aws.eventbridge_ecs_target:
    rule: hello
    target_id: hello
    cluster: batch
    role_arn: arn:aws:iam::123456789012:role/EcsEventsRole-sample
    task_definition: ecs-scheduled-batch-task
    task_count: 1
    launch_type: FARGATE
    platform_version: 1.4.0
    enable_execute_command: true
    network_configuration:
      subnets: [subnet-0123456789abcdef0]
      security_groups: [sg-0123456789abcdef0]
      assign_public_ip: true
    overrides:
      container_overrides:
        - name: hello
          command: [echo, "Hello,World!"]

- name: Change the retry policy, and leave everything else as it is
  batchwork.aws.eventbridge_ecs_target:
    rule: hello
    target_id: hello
    retry_policy:
      maximum_retry_attempts: 3
      maximum_event_age_in_seconds: 900

- name: Run on Fargate Spot instead
  batchwork.aws.eventbridge_ecs_target:
    rule: hello
    target_id: hello
    capacity_provider_strategy:
      - capacity_provider: FARGATE_SPOT
        weight: 1
"""

RETURN = r"""
target:
  description:
    - The whole target as it is now, or would be after a real run, in snake_case and with AWS's
      defaults filled in. Null for O(state=absent).
    - Its C(input) is shown as the mapping that it means. Values of environment variables whose
      names look secret are hidden.
  returned: success
  type: dict
  sample:
    id: hello
    arn: arn:aws:ecs:eu-central-1:123456789012:cluster/batch
    role_arn: arn:aws:iam::123456789012:role/EcsEventsRole-sample
    ecs_parameters:
      task_definition_arn:
        arn:aws:ecs:eu-central-1:123456789012:task-definition/ecs-scheduled-batch-task
      task_count: 1
      launch_type: FARGATE
    retry_policy:
      maximum_retry_attempts: 185
      maximum_event_age_in_seconds: 86400
other_targets:
  description: The other targets that the rule has afterwards, in snake_case.
  returned: success
  type: list
  elements: dict
  sample: []
changes:
  description: Every difference with its path in the API's spelling.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "EcsParameters.LaunchType", "before": "EC2", "after": "FARGATE"}]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.rule_targets import (
    converge_rule_target,
    remove_rule_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.ecs_target import (
    ECS_TARGET_OPTIONS,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "rule": {"type": "str", "required": True},
    "event_bus_name": {"type": "str", "default": "default"},
    "target_id": {"type": "str", "required": True},
    "other_targets": {"type": "str", "choices": ["keep", "warn", "remove"], "default": "warn"},
    **ECS_TARGET_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(
        argument_spec=ARGUMENT_SPEC, mutually_exclusive=[("overrides", "input")]
    )
    module.run(converge_rule_target if module.params["state"] == "present" else remove_rule_target)


if __name__ == "__main__":
    main()
