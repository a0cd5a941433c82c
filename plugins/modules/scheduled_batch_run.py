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
  - A guarded batch is run directly, not through its state machine, so that neither C(timeout) nor
    C(overlap) nor C(retries) holds for this run.
  - While it waits, the terminal shows how far the run is, at least every ten seconds, and the lines
    of the log as they come; with C(no_log) on the task only how far it is. With C(async) nothing is
    shown. The results are the same in every case.
  - Who interrupts the playbook leaves the task running; its ARN was shown at the start.
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
      - Which ECS target to run when the rule has several.
    type: str
  overrides:
    description:
      - What this one run changes on top of the trigger's own overrides, with the keys of ECS's
        C(TaskOverride) in either spelling. Containers and environment variables are merged by name.
      - A schedule's keywords, such as C(<aws.scheduler.scheduled-time>), are replaced in its input
        as Scheduler does; the scheduled time is the present.
    type: dict
  container:
    description:
      - The container whose exit code and log count. The first essential container where it is left
        out.
    type: str
  wait:
    description:
      - Whether to wait for the end of the task. Without waiting, RV(task_arns) has what to wait for
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
      - Waits for this task, which was started earlier, instead of starting one; for all of them
        where a run has several. The results are those of a run that was waited for at once.
      - Mutually exclusive with O(overrides) and O(target_id), which say what to start.
    type: list
    elements: str
  poll:
    description:
      - How the action plugin of this collection follows a run. It is not meant for playbooks, and
        may change in any version.
      - The module ends as soon as the tasks have another status, lines in their log or an end, and
        returns under C(progress) what to show and what to hand over next time. It starts them where
        O(task_arn) is left out.
    type: dict
    suboptions:
      seconds:
        description: How long to wait for news at most, in seconds.
        type: float
        required: true
      waited:
        description: How many seconds of O(wait_timeout) have passed.
        type: float
        default: 0
      started:
        description: Whether this run of the playbook has started the tasks.
        type: bool
        default: false
      seen:
        description: What C(progress.seen) of the last result was.
        type: dict
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
  - module: batchwork.aws.scheduler_schedule
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
    task_arn: "{{ started.task_arns }}"

- name: Run a batch that a schedule of a group starts
  batchwork.aws.scheduled_batch_run:
    name: monthly-report
    group_name: reports
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
task_arns:
  description: The ARNs of all tasks of the run. Empty in check mode.
  returned: success
  type: list
  elements: str
  sample:
    - arn:aws:ecs:eu-central-1:123456789012:task/batch/0123456789abcdef0123456789abcdef
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

from ansible_collections.batchwork.aws.plugins.module_utils._engine.run.runs import run_batch
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "trigger": {"type": "str", "choices": ["rule", "scheduler"]},
    "group_name": {"type": "str"},
    "target_id": {"type": "str"},
    "overrides": {"type": "dict"},
    "container": {"type": "str"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    "log_lines": {"type": "int", "default": 100},
    "task_arn": {"type": "list", "elements": "str"},
    "poll": {
        "type": "dict",
        "options": {
            "seconds": {"type": "float", "required": True},
            "waited": {"type": "float", "default": 0},
            "started": {"type": "bool", "default": False},
            "seen": {"type": "dict"},
        },
    },
}


def main() -> None:
    """Run the module."""
    BatchworkModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[("task_arn", "overrides"), ("task_arn", "target_id")],
    ).run(run_batch)


if __name__ == "__main__":
    main()
