#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read ECS task definitions."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_definition_info
version_added: 0.1.0
short_description: Read an ECS task definition
description:
  - Reads one revision of a task definition with its tags, or the family's latest ACTIVE revision.
  - A family or revision that does not exist is no failure; RV(task_definition) is null then.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  family:
    description:
      - Name of the family.
    type: str
    required: true
  revision:
    description:
      - Number of the revision. Left out, the latest ACTIVE one is read. INACTIVE revisions can be
        read by their number.
    type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.ecs_task_definition
"""

EXAMPLES = r"""
- name: Read the latest revision
  batchwork.aws.ecs_task_definition_info:
    family: nightly-report
  register: latest

- name: Show which image it runs
  ansible.builtin.debug:
    msg: "{{ latest.task_definition.container_definitions | map(attribute='image') }}"
"""

RETURN = r"""
task_definition:
  description:
    - The revision as DescribeTaskDefinition answers it, in snake_case, with its tags as a mapping.
      Null where there is none.
    - Values of environment variables whose names look secret are hidden.
  returned: success
  type: dict
  sample:
    task_definition_arn: arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly-report:4
    family: nightly-report
    revision: 4
    status: ACTIVE
    cpu: "256"
    memory: "512"
    tags:
      team: finance
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.task_definitions import (
    read_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "family": {"type": "str", "required": True},
    "revision": {"type": "int"},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(read_task_definition)


if __name__ == "__main__":
    main()
