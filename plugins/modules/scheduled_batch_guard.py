#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage the state machine that guards batches."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_guard
version_added: 0.1.0
short_description: Manage the state machine that limits the time of batches and keeps runs apart
description:
  - Makes and removes a state machine of AWS Step Functions that stands between the trigger of a
    batch and ECS. Neither EventBridge nor ECS can limit the time of a run, leave a run out while
    the last one still runs, or repeat one that failed.
  - One state machine serves any number of batches. A batch names it in its C(guard), together with
    C(timeout), C(overlap) and C(retries), see M(batchwork.aws.scheduled_batches).
  - A run is one execution. It looks for running tasks of the batch, runs the task, and waits for
    its end. A run that takes too long ends the execution, and Step Functions stops the task.
  - A Standard state machine costs by the state transition, about nine for a run (0.000225 US
    dollars in most regions in 2026). Its executions can be seen for 90 days.
  - "What it does not do: two runs that begin within the same few seconds may both see no other one,
    since ECS tells of new tasks with a delay; and stopping a task is an attempt, which can fail
    where the role may not stop it."
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the state machine shall exist. AWS deletes it when its executions have ended.
      - With V(absent) and O(tags), only a state machine that carries all of these tags is removed.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the state machine, up to 80 letters, digits, hyphens and underscores.
    type: str
    required: true
  role_arn:
    description:
      - ARN of the role that Step Functions assumes. It starts, watches and stops the tasks, so that
        it needs what otherwise the trigger's role needs, and more. The file
        C(policies/guard-role.json.j2) has it all.
      - The trigger's role then only needs to start the state machine.
      - Required with O(state=present).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.scheduled_batches
"""

EXAMPLES = r"""
- name: Make the state machine
  batchwork.aws.scheduled_batch_guard:
    name: batch-guard
    role_arn: arn:aws:iam::123456789012:role/batch-guard
  register: guard

- name: Deploy a batch that ends after an hour, and never runs twice at a time
  batchwork.aws.scheduled_batches:
    batches:
      - name: report
        schedule: rate(10 minutes)
        cluster: batch
        role_arn: arn:aws:iam::123456789012:role/events
        task_definition: report
        guard:
          state_machine_arn: "{{ guard.state_machine.arn }}"
          timeout: 3600
          overlap: skip
          retries: 2
"""

RETURN = r"""
state_machine:
  description: >-
    The state machine as it is now, or would be after a real run. Null for O(state=absent).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the state machine.
      type: str
      returned: always
      sample: batch-guard
    arn:
      description: ARN of the state machine.
      type: str
      returned: always
      sample: arn:aws:states:ap-northeast-1:123456789012:stateMachine:batch-guard
    role_arn:
      description: ARN of the role that Step Functions assumes.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/batch-guard
    tags:
      description: Tags of the state machine, where O(tags) is given.
      type: dict
      returned: when O(tags) is given
      sample: {"team": "finance"}
found_tags:
  description: >-
    The tags that the state machine had before. Null where there was none, and without O(tags).
  returned: success
  type: dict
  sample: {"team": "finance"}
changes:
  description: Every difference with its path in the API's spelling.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "roleArn", "before": null, "after": "arn:aws:iam::123456789012:role/guard"}]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.state_machines import (
    converge_guard,
    remove_guard,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule
from ansible_collections.batchwork.aws.plugins.module_utils._module.tags import TAG_OPTIONS

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "role_arn": {"type": "str"},
    **TAG_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(
        argument_spec=ARGUMENT_SPEC, required_if=[("state", "present", ["role_arn"])]
    )
    present = module.params["state"] == "present"
    module.run(converge_guard if present else remove_guard)


if __name__ == "__main__":
    main()
