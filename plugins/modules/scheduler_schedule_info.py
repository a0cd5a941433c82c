#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read EventBridge Scheduler schedules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule_info
version_added: 0.1.0
short_description: Read EventBridge Scheduler schedules with their targets
description:
  - Reads one schedule by name, or all schedules of a group or of the region, with their targets and
    next runs.
  - A schedule or group that does not exist is no failure; RV(schedules) is empty then.
  - Schedules carry no tags, see M(batchwork.aws.scheduler_schedule_group_info) for those of their
    groups.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the one schedule to read.
      - Mutually exclusive with O(name_prefix).
    type: str
  name_prefix:
    description:
      - Reads the schedules whose names begin so.
    type: str
  group_name:
    description:
      - Reads the schedules of this group.
      - Left out, O(name) is looked for in the group C(default), and otherwise the schedules of all
        groups are read.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.scheduler_schedule
"""

EXAMPLES = r"""
- name: Read a schedule
  batchwork.aws.scheduler_schedule_info:
    name: hello
  register: found

- name: Show when it runs next
  ansible.builtin.debug:
    msg: "{{ found.schedules[0].next_runs }}"
  when: found.schedules | length > 0

- name: Read all schedules of a group
  batchwork.aws.scheduler_schedule_info:
    group_name: nightly
"""

RETURN = r"""
schedules:
  description: The schedules, sorted by group and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the schedule.
      type: str
      returned: always
      sample: hello
    group_name:
      description: Name of its group.
      type: str
      returned: always
      sample: default
    arn:
      description: ARN of the schedule.
      type: str
      returned: always
      sample: arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/hello
    state:
      description: State of the schedule.
      type: str
      returned: always
      sample: ENABLED
    schedule_expression:
      description: The schedule expression.
      type: str
      returned: always
      sample: cron(0 3 * * ? *)
    schedule_expression_timezone:
      description: The time zone of the schedule expression.
      type: str
      returned: always
      sample: Asia/Tokyo
    target:
      description: What the schedule starts, in snake_case.
      type: dict
      returned: always
      sample: {"arn": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/batch"}
    creation_date:
      description: When the schedule was made, in UTC.
      type: str
      returned: always
      sample: "2026-11-22T03:00:00+00:00"
    next_runs:
      description:
        - The next five times at which the schedule runs when it is enabled, as local times of its
          zone.
      type: list
      elements: str
      returned: always
      sample: ["2026-11-23T03:00:00+09:00"]
    next_runs_remark:
      description: Why there are no or fewer next runs. Null where there is nothing to say.
      type: str
      returned: always
      sample: null
    schedule_explained:
      description: The schedule in words.
      type: str
      returned: always
      sample: at 03:00 every day, Asia/Tokyo
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.schedules import (
    read_schedules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "name": {"type": "str"},
    "name_prefix": {"type": "str"},
    "group_name": {"type": "str"},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC, mutually_exclusive=[("name", "name_prefix")]).run(
        read_schedules
    )


if __name__ == "__main__":
    main()
