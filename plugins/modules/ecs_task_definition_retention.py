#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the newest revisions of an ECS task definition and those in use."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_definition_retention
version_added: 0.1.0
short_description: Deregister old revisions of an ECS task definition
description:
  - Keeps the newest revisions of a family, and every revision that any EventBridge rule or
    EventBridge Scheduler schedule of the account and region starts, whoever made it. The other
    ACTIVE revisions are deregistered and, when asked, deleted.
  - Run it after the triggers point at the new revision, so that a trigger never points at an
    INACTIVE one.
  - Services and running tasks are not looked at; ECS lets them go on with a deregistered revision.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  family:
    description:
      - Name of the family.
    type: str
    required: true
  keep:
    description:
      - How many of the newest ACTIVE revisions stay, at least 1. Keeping more than one makes it
        possible to go back.
    type: int
    required: true
  delete:
    description:
      - Whether revisions that are INACTIVE then are deleted as well, also those that were
        deregistered earlier. A deleted revision cannot be described any more.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.ecs_task_definition
"""

EXAMPLES = r"""
- name: Keep the five newest revisions and those in use
  batchwork.aws.ecs_task_definition_retention:
    family: nightly-report
    keep: 5
"""

RETURN = r"""
kept:
  description: ARNs of the revisions that stay ACTIVE, newest first.
  returned: success
  type: list
  elements: str
  sample: ["arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly-report:4"]
deregistered:
  description: ARNs of the revisions that were deregistered.
  returned: success
  type: list
  elements: str
  sample: ["arn:aws:ecs:eu-central-1:123456789012:task-definition/nightly-report:1"]
deleted:
  description: ARNs of the revisions that were deleted.
  returned: success
  type: list
  elements: str
  sample: []
changes:
  description: Every revision that changes its status.
  returned: success
  type: list
  elements: dict
  sample:
    - path: taskDefinitions[nightly-report:1].status
      before: ACTIVE
      after: INACTIVE
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.retention import (
    retain_revisions,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "family": {"type": "str", "required": True},
    "keep": {"type": "int", "required": True},
    "delete": {"type": "bool", "default": False},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(retain_revisions)


if __name__ == "__main__":
    main()
