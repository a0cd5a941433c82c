#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Register and deregister ECS task definitions."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_definition
version_added: 0.1.0
short_description: Manage ECS task definitions
description:
  - Registers a revision of an ECS task definition when its content differs from the family's latest
    ACTIVE revision, and only then.
  - The comparison is by meaning. Defaults that AWS fills in, the order of environment variables,
    C(1 vCPU) instead of C(1024) and the like are no difference; every other difference is, and
    stands in RV(changes).
  - Tags are changed in place, without a new revision. Where O(tags) is left out, a new revision
    takes over the tags of the last one.
  - Structured options take snake_case keys or the API's own spelling, so that JSON of the AWS CLI
    or the console can be pasted. Keys that AWS does not know are refused with a suggestion.
  - All mistakes are reported together, before anything is sent.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - V(present) registers a revision if needed. V(absent) deregisters O(revision), or all ACTIVE
        revisions of the family where no revision is given. Deregistered revisions stay describable,
        and tasks that run go on.
    type: str
    choices: [present, absent]
    default: present
  family:
    description:
      - Name of the family, up to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  revision:
    description:
      - The one revision to deregister. Only for O(state=absent).
    type: int
  container_definitions:
    description:
      - The containers, one to ten. Required for O(state=present).
      - See AWS's documentation of C(ContainerDefinition) for all keys, such as C(name), C(image),
        C(command), C(environment), C(secrets), C(log_configuration) and C(essential).
        C(environment) may be a mapping.
    type: list
    elements: dict
  cpu:
    description:
      - CPU of the task in units (1024 are one vCPU), or as in C(0.5 vCPU). Required for Fargate.
    type: str
  memory:
    description:
      - Memory of the task in MiB, or as in C(1 GB). Required for Fargate, which has fixed pairs of
        CPU and memory.
    type: str
  network_mode:
    description:
      - V(awsvpc), V(bridge), V(host) or V(none). AWS uses V(bridge) where this is left out; Fargate
        needs V(awsvpc).
    type: str
  requires_compatibilities:
    description:
      - What AWS checks the definition against. Any of V(FARGATE), V(EC2), V(EXTERNAL) and
        V(MANAGED_INSTANCES).
    type: list
    elements: str
  execution_role_arn:
    description:
      - ARN of the role with which ECS pulls the image, writes the log and reads the secrets.
    type: str
  task_role_arn:
    description:
      - ARN or name of the role that the batch itself uses.
    type: str
  volumes:
    description:
      - Volumes that containers can mount, each with C(name) and one kind of configuration.
    type: list
    elements: dict
  runtime_platform:
    description:
      - C(cpu_architecture) (C(X86_64) or C(ARM64)) and C(operating_system_family). Fargate uses
        C(X86_64) and C(LINUX) where this is left out.
    type: dict
  ephemeral_storage:
    description:
      - C(size_in_gib), the task's disk in GiB, 21 to 200. Fargate gives 20 GiB where this is left
        out.
    type: dict
  placement_constraints:
    description:
      - Constraints with C(type) and C(expression). Not for Fargate.
    type: list
    elements: dict
  proxy_configuration:
    description:
      - The App Mesh proxy's configuration.
    type: dict
  pid_mode:
    description:
      - V(task) or V(host). On Fargate only V(task).
    type: str
  ipc_mode:
    description:
      - V(host), V(task) or V(none). Not for Fargate.
    type: str
  enable_fault_injection:
    description:
      - Whether fault injection is allowed in the task. AWS's default is false.
    type: bool
  force_new_revision:
    description:
      - Whether to register a revision although nothing differs. The task then reports a change at
        every run.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.ecs_task_definition_info
  - module: batchwork.aws.ecs_task_definition_retention
  - module: batchwork.aws.eventbridge_ecs_target
"""

EXAMPLES = r"""
- name: Register the batch's task definition
  batchwork.aws.ecs_task_definition:
    family: nightly-report
    requires_compatibilities: [FARGATE]
    network_mode: awsvpc
    cpu: 256
    memory: 512
    execution_role_arn: arn:aws:iam::123456789012:role/nightly-report-execution
    task_role_arn: arn:aws:iam::123456789012:role/nightly-report-task
    container_definitions:
      - name: report
        image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1.4.2
        command: [python, -m, report]
        environment:
          LOG_LEVEL: info
        log_configuration:
          log_driver: awslogs
          options:
            awslogs-group: /ecs/nightly-report
            awslogs-region: eu-central-1
            awslogs-stream-prefix: ecs
            mode: blocking
    tags:
      team: finance
  register: registered

- name: Show why a revision was registered
  ansible.builtin.debug:
    var: registered.changes

- name: Register container definitions that are kept as JSON in the API's own spelling
  batchwork.aws.ecs_task_definition:
    family: nightly-report
    cpu: 256
    memory: 512
    network_mode: awsvpc
    requires_compatibilities: [FARGATE]
    execution_role_arn: arn:aws:iam::123456789012:role/nightly-report-execution
    container_definitions: >-
      {{ lookup('ansible.builtin.file', 'container_definitions.json') | from_json }}

- name: Deregister one revision
  batchwork.aws.ecs_task_definition:
    state: absent
    family: nightly-report
    revision: 3
"""

RETURN = r"""
task_definition:
  description:
    - The latest revision in normal form. AWS's defaults are filled in and unordered lists are
      sorted, so that it reads the same whether it was registered now, found unchanged or predicted.
      Null for O(state=absent).
    - In check mode, where a revision would be registered, C(revision) is null and
      C(task_definition_arn) carries no revision.
  returned: success
  type: dict
  contains:
    task_definition_arn:
      description: ARN of the revision.
      type: str
      returned: always
      sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly-report:4
    family:
      description: Name of the family.
      type: str
      returned: always
      sample: nightly-report
    revision:
      description: Number of the revision.
      type: int
      returned: always
      sample: 4
    status:
      description: Status of the revision.
      type: str
      returned: always
      sample: ACTIVE
    container_definitions:
      description: The containers, sorted by name.
      type: list
      elements: dict
      returned: always
      sample:
        - name: report
          image: public.ecr.aws/docker/library/busybox:stable
          essential: true
    tags:
      description: Tags of the revision.
      type: dict
      returned: always
      sample: {"team": "finance"}
changes:
  description:
    - Every difference with its path in the API's spelling. Values of environment variables whose
      names look secret are hidden.
  returned: success
  type: list
  elements: dict
  sample:
    - path: containerDefinitions[report].environment[LOG_LEVEL]
      before: info
      after: debug
deregistered:
  description: ARNs of the revisions that were deregistered. Only for O(state=absent).
  returned: when O(state=absent)
  type: list
  elements: str
  sample: ["arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly-report:3"]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.task_definitions import (
    converge_task_definition,
    remove_task_definitions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule
from ansible_collections.batchwork.aws.plugins.module_utils._module.tags import TAG_OPTIONS

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "family": {"type": "str", "required": True},
    "revision": {"type": "int"},
    "container_definitions": {"type": "list", "elements": "dict"},
    "cpu": {"type": "str"},
    "memory": {"type": "str"},
    "network_mode": {"type": "str"},
    "requires_compatibilities": {"type": "list", "elements": "str"},
    "execution_role_arn": {"type": "str"},
    "task_role_arn": {"type": "str"},
    "volumes": {"type": "list", "elements": "dict"},
    "runtime_platform": {"type": "dict"},
    "ephemeral_storage": {"type": "dict"},
    "placement_constraints": {"type": "list", "elements": "dict"},
    "proxy_configuration": {"type": "dict"},
    "pid_mode": {"type": "str"},
    "ipc_mode": {"type": "str"},
    "enable_fault_injection": {"type": "bool"},
    "force_new_revision": {"type": "bool", "default": False},
    **TAG_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(
        argument_spec=ARGUMENT_SPEC,
        required_if=[("state", "present", ["container_definitions"])],
    )
    if module.params["state"] == "present":
        module.run(converge_task_definition)
    else:
        module.run(remove_task_definitions)


if __name__ == "__main__":
    main()
