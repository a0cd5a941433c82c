# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an ECS target, the same on a rule, on a schedule and in a batch."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that say how ECS runs the task when the trigger fires."""

    DOCUMENTATION = r"""
options:
  cluster:
    description:
      - Name or ARN of the ECS cluster that runs the task.
      - Required when the target is made.
    type: str
  role_arn:
    description:
      - ARN of the role with which the trigger starts the task. It needs C(ecs:RunTask) on the task
        definition and C(iam:PassRole) on the task definition's roles.
      - Required when the target is made.
    type: str
  task_definition:
    description:
      - The task definition to run, as C(family), as C(family:revision) or as an ARN.
      - A family without a revision means its latest ACTIVE revision at the time the trigger fires.
        The revision-less form needs no change when a new revision is registered; the form with a
        revision runs exactly that one.
      - Required when the target is made.
    type: str
  task_count:
    description:
      - How many copies of the task one run starts, from 1 to 10.
      - AWS starts 1 where this was never set.
    type: int
  launch_type:
    description:
      - V(FARGATE), V(EC2) or V(EXTERNAL).
      - Excludes O(capacity_provider_strategy); giving one clears the other. With neither, the
        cluster's default strategy applies.
    type: str
  capacity_provider_strategy:
    description:
      - Up to six entries with C(capacity_provider), C(weight) (0 to 1000, default 0) and C(base) (0
        to 100000, default 0; on one entry only). This is how tasks run on Fargate Spot.
    type: list
    elements: dict
  platform_version:
    description:
      - Fargate's platform version, such as V(1.4.0) or V(LATEST). Only for Fargate.
    type: str
  group:
    description:
      - The task group, up to 255 characters. ECS uses C(family:FAMILY) where none is given.
    type: str
  network_configuration:
    description:
      - Where the task's network interface is made. Required for V(FARGATE) and for every task
        definition with the network mode C(awsvpc).
      - C(subnets) is a list of 1 to 16 subnet ids, C(security_groups) a list of up to 5 security
        group ids (the VPC's default group where none is given), C(assign_public_ip) a boolean,
        false by default.
      - The API's own form, C(awsvpcConfiguration) with V(ENABLED) or V(DISABLED), is accepted too.
    type: dict
  enable_execute_command:
    description:
      - Whether C(aws ecs execute-command) may open a shell in the task's containers. The task
        definition needs a task role with the C(ssmmessages) actions.
    type: bool
  enable_ecs_managed_tags:
    description:
      - Whether ECS tags the tasks with the cluster's name.
    type: bool
  placement_constraints:
    description:
      - Up to ten constraints with C(type) and C(expression). Not for Fargate.
    type: list
    elements: dict
  placement_strategy:
    description:
      - Up to five strategies with C(type) and C(field), applied in their order. Not for Fargate.
    type: list
    elements: dict
  propagate_tags:
    description:
      - V(TASK_DEFINITION) copies the task definition's tags to the tasks.
    type: str
  reference_id:
    description:
      - A free reference that ECS keeps with the task, up to 1024 characters.
    type: str
  task_tags:
    description:
      - Tags for the started tasks, up to 50. The role in O(role_arn) then needs C(ecs:TagResource).
    type: dict
  overrides:
    description:
      - What this trigger changes in the task definition, with the keys of ECS's C(TaskOverride) in
        either spelling, such as C(container_overrides) with C(name), C(command), C(environment) (a
        list or a mapping), C(cpu) and C(memory).
      - Every container that is named must exist in the task definition, which is checked. All
        together may have 8192 characters.
      - An empty mapping clears the overrides.
    type: dict
  input:
    description:
      - The same as O(overrides), as the JSON text that AWS stores. Differences in white space and
        key order are no change.
      - Mutually exclusive with O(overrides).
    type: json
  retry_policy:
    description:
      - How often and how long the trigger tries again when ECS does not take the request, with
        C(maximum_retry_attempts) (0 to 185) and C(maximum_event_age_in_seconds) (60 to 86400).
      - Without it AWS tries up to 185 times within 24 hours, so that a batch may start hours late.
      - It is about starting the task. A task that ran and failed is not run again.
    type: dict
  dead_letter_arn:
    description:
      - ARN of the SQS queue that receives what could not be started. An empty text clears it.
    type: str
"""
