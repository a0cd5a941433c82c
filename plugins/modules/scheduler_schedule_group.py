#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage EventBridge Scheduler's schedule groups."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule_group
version_added: 0.1.0
short_description: Manage a schedule group of EventBridge Scheduler and its tags
description:
  - Makes and removes a schedule group, and manages its tags. In EventBridge Scheduler only groups
    carry tags, schedules do not.
  - With a group AWS deletes all schedules in it, in the background. The module names them in a
    warning and in RV(changes), also in check mode, and waits until the group is gone. Their runs
    can still start until then.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the group shall exist. A group that AWS is still deleting is waited for, and with
        V(present) then made anew.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the group, up to 64 letters, digits, dots, hyphens and underscores. The group
        V(default) is AWS's own and cannot be removed.
    type: str
    required: true
  wait_timeout:
    description:
      - How many seconds to wait for a group that is being deleted. The module fails then, and AWS
        goes on with it. A group with thousands of schedules takes minutes.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.scheduler_schedule
  - module: batchwork.aws.scheduler_schedule_group_info
"""

EXAMPLES = r"""
- name: Make a group for the nightly batches
  batchwork.aws.scheduler_schedule_group:
    name: nightly
    tags:
      team: finance

- name: Remove it with its schedules, and wait until it is gone
  batchwork.aws.scheduler_schedule_group:
    name: nightly
    state: absent
"""

RETURN = r"""
schedule_group:
  description: The group as it is now, or would be after a real run. Null for O(state=absent).
  returned: success
  type: dict
  contains:
    arn:
      description: ARN of the group.
      type: str
      returned: always
      sample: arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/nightly
    name:
      description: Name of the group.
      type: str
      returned: always
      sample: nightly
    state:
      description: State of the group.
      type: str
      returned: always
      sample: ACTIVE
    tags:
      description: Tags of the group, where O(tags) is given.
      type: dict
      returned: when O(tags) is given
      sample: {"team": "finance"}
changes:
  description:
    - Every difference with its path in the API's spelling. With a group its schedules go, each with
      a line of its own.
  returned: success
  type: list
  elements: dict
  sample: [{"path": "tags[team]", "before": null, "after": "finance"}]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.schedule_groups import (
    converge_schedule_group,
    remove_schedule_group,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule
from ansible_collections.batchwork.aws.plugins.module_utils._module.tags import TAG_OPTIONS

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "wait_timeout": {"type": "int", "default": 300},
    **TAG_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(argument_spec=ARGUMENT_SPEC)
    present = module.params["state"] == "present"
    module.run(converge_schedule_group if present else remove_schedule_group)


if __name__ == "__main__":
    main()
