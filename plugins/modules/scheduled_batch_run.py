#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a deployed batch now."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_batch_run
version_added: 0.1.0
short_description: Run a deployed batch now, exactly as its trigger would
description:
  - Reads the batch's trigger and starts its task with everything that stands there, all parameters
    and the overrides, without touching the schedule. It then waits for the end and returns the exit
    code and the last lines of the log.
  - A task that never started, an exit code other than 0 and a task that was stopped for another
    reason fail the module, with AWS's reason and, where it is known, the remedy.
  - The task is started with your permissions, not with those of the trigger's role.
  - Started tasks carry C(batchwork-run/NAME) in C(startedBy). A client token keeps a repeated
    request from starting the task twice.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the batch, which is the name of its rule or schedule.
    type: str
    required: true
  trigger:
    description:
      - Whether the batch is started by an EventBridge rule (V(rule)) or by an EventBridge Scheduler
        schedule (V(scheduler)).
    type: str
    choices: [rule, scheduler]
    default: rule
  group_name:
    description:
      - Schedule group, for O(trigger=scheduler). AWS's group C(default) where it is left out.
    type: str
  target_id:
    description:
      - Which ECS target to run when the rule has several.
    type: str
  overrides:
    description:
      - What this one run changes on top of the trigger's own overrides, with the keys of ECS's
        C(TaskOverride) in either spelling. Containers and environment variables are merged by name.
    type: dict
  container:
    description:
      - The container whose exit code and log count. The first essential container where it is left
        out.
    type: str
  wait:
    description:
      - Whether to wait for the end of the task. Without waiting, RV(task) has the ARN to wait for
        later with O(task_arn).
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait. The module fails then, and the task goes on.
    type: int
    default: 900
  log_lines:
    description:
      - How many of the container's last log lines to return. 0 reads no log.
    type: int
    default: 100
  task_arn:
    description:
      - Waits for this task, which was started earlier, instead of starting one.
      - Mutually exclusive with O(overrides) and O(target_id), which say what to start.
    type: str
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
    description: Checks the trigger, the task definition and the overrides, and starts nothing.
    support: full
  diff_mode:
    description: Has nothing to show, since a run changes no configuration.
    support: N/A
  idempotent:
    description: Every call starts the batch once, except with O(task_arn).
    support: none
seealso:
  - module: batchwork.aws.eventbridge_ecs_target
"""

EXAMPLES = r"""
- name: Run the batch now and wait for its end
  batchwork.aws.scheduled_batch_run:
    name: hello
  register: run

- name: Show what it wrote
  ansible.builtin.debug:
    var: run.log

- name: Run it once with another command
  batchwork.aws.scheduled_batch_run:
    name: hello
    overrides:
      container_overrides:
        - name: hello
          command: [echo, again]
          environment:
            LOG_LEVEL: debug

- name: Start it without waiting
  batchwork.aws.scheduled_batch_run:
    name: hello
    wait: false
  register: started

- name: Wait for it later
  batchwork.aws.scheduled_batch_run:
    name: hello
    task_arn: "{{ started.task.task_arn }}"
"""

RETURN = r"""
task:
  description:
    - The task as DescribeTasks answers it, in snake_case. Where several copies run, the first one
      that failed, else the first one.
    - Null in check mode.
  returned: success
  type: dict
  sample:
    task_arn: arn:aws:ecs:eu-central-1:123456789012:task/batch/0123456789abcdef0123456789abcdef
    last_status: STOPPED
    stop_code: EssentialContainerExited
    started_by: batchwork-run/hello
container:
  description: The container whose exit code and log are returned.
  returned: success
  type: str
  sample: hello
exit_code:
  description: Exit code of the container. Null where it did not run, or was not waited for.
  returned: success
  type: int
  sample: 0
stop_reason:
  description: Stop code, reason and the reasons of the containers, as AWS gives them. Null while
    the task runs.
  returned: success
  type: str
  sample: EssentialContainerExited; Essential container in task exited
log:
  description: The last lines that the container wrote, oldest first.
  returned: success
  type: list
  elements: str
  sample: ["Hello,World!"]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.batch_runs import run_batch
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "trigger": {"type": "str", "choices": ["rule", "scheduler"], "default": "rule"},
    "group_name": {"type": "str"},
    "target_id": {"type": "str"},
    "overrides": {"type": "dict"},
    "container": {"type": "str"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    "log_lines": {"type": "int", "default": 100},
    "task_arn": {"type": "str"},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[("task_arn", "overrides"), ("task_arn", "target_id")],
    ).run(run_batch)


if __name__ == "__main__":
    main()
