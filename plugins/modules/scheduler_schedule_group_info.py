#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read EventBridge Scheduler's schedule groups."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule_group_info
version_added: 0.1.0
short_description: Read schedule groups of EventBridge Scheduler with their tags
description:
  - Reads one schedule group by name, or all of the region, with their tags.
  - A group that does not exist is no failure; RV(schedule_groups) is empty then.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the one group to read.
      - Mutually exclusive with O(name_prefix).
    type: str
  name_prefix:
    description:
      - Reads the groups whose names begin so.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.scheduler_schedule_group
  - module: batchwork.aws.scheduler_schedule_info
"""

EXAMPLES = r"""
- name: Read all schedule groups
  batchwork.aws.scheduler_schedule_group_info:
  register: found

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ found.schedule_groups | map(attribute='name') }}"
"""

RETURN = r"""
schedule_groups:
  description: The groups, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the group.
      type: str
      returned: always
      sample: nightly
    arn:
      description: ARN of the group.
      type: str
      returned: always
      sample: arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/nightly
    state:
      description: C(ACTIVE), or C(DELETING) while AWS deletes the group and its schedules.
      type: str
      returned: always
      sample: ACTIVE
    creation_date:
      description: When the group was made. The group C(default) may have none.
      type: str
      returned: when AWS tells
      sample: "2026-11-22T03:00:00+00:00"
    tags:
      description: Tags of the group.
      type: dict
      returned: always
      sample: {"team": "finance"}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.schedule_groups import (
    read_schedule_groups,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {"name": {"type": "str"}, "name_prefix": {"type": "str"}}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC, mutually_exclusive=[("name", "name_prefix")]).run(
        read_schedule_groups
    )


if __name__ == "__main__":
    main()
