#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manage EventBridge rules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: eventbridge_rule
version_added: 0.1.0
short_description: Manage an EventBridge rule without its targets
description:
  - Makes, changes and removes a rule. Its targets are never touched, see
    M(batchwork.aws.eventbridge_ecs_target) for them.
  - Options that are left out are not managed; what AWS has stays. An explicit empty text clears the
    field. Since C(PutRule) replaces the whole rule, the module reads it, merges and writes
    everything back.
  - Rules that AWS services manage are refused.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  state:
    description:
      - Whether the rule shall exist. Removing a rule that has targets needs O(force=true).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the rule, up to 64 letters, digits, dots, hyphens and underscores.
    type: str
    required: true
  event_bus_name:
    description:
      - Name or ARN of the event bus. Schedules work on the default bus only.
    type: str
    default: default
  schedule_expression:
    description:
      - When the rule fires, as C(cron(minutes hours day-of-month month day-of-week year)) or
        C(rate(value unit)), in UTC.
      - A new rule needs this or O(event_pattern).
    type: str
  event_pattern:
    description:
      - The events on which the rule fires, as JSON.
    type: json
  description:
    description:
      - A description, up to 512 characters.
    type: str
  role_arn:
    description:
      - ARN of the rule's own role. An ECS target does not need it; it has a role of its own.
    type: str
  enabled:
    description:
      - Whether the rule fires.
      - Left out, a new rule is enabled and an existing one stays as it is, so that a batch that was
        stopped during an incident stays stopped.
    type: bool
  force:
    description:
      - Whether to remove all targets of the rule before it is removed. Only for O(state=absent).
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - batchwork.aws.attributes
seealso:
  - module: batchwork.aws.eventbridge_ecs_target
  - module: batchwork.aws.eventbridge_rule_info
"""

EXAMPLES = r"""
- name: Fire every 30 minutes
  batchwork.aws.eventbridge_rule:
    name: hello
    schedule_expression: cron(*/30 * * * ? *)
    description: Says hello twice an hour
    tags:
      team: finance
  register: hello

- name: Show the next runs
  ansible.builtin.debug:
    var: hello.rule.next_runs

- name: Stop a batch, and leave everything else as it is
  batchwork.aws.eventbridge_rule:
    name: hello
    enabled: false

- name: Remove a rule and its targets
  batchwork.aws.eventbridge_rule:
    name: hello
    state: absent
    force: true
"""

RETURN = r"""
rule:
  description: The rule as it is now, or would be after a real run. Null for O(state=absent).
  returned: success
  type: dict
  contains:
    arn:
      description: ARN of the rule.
      type: str
      returned: always
      sample: arn:aws:events:eu-central-1:123456789012:rule/hello
    name:
      description: Name of the rule.
      type: str
      returned: always
      sample: hello
    state:
      description: C(ENABLED), C(DISABLED) or C(ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS).
      type: str
      returned: always
      sample: ENABLED
    schedule_expression:
      description: The schedule expression.
      type: str
      returned: when the rule has one
      sample: cron(*/30 * * * ? *)
    next_runs:
      description:
        - The next five times at which the rule fires when it is enabled, in UTC.
        - Empty for C(rate()), which counts from the rule's creation, which AWS does not tell.
      type: list
      elements: str
      returned: always
      sample: ["2026-11-22T03:00:00+00:00", "2026-11-22T03:30:00+00:00"]
    next_runs_remark:
      description: Why there are no or fewer next runs. Null where there is nothing to say.
      type: str
      returned: always
      sample: null
    schedule_explained:
      description: The schedule in words. Null without a schedule.
      type: str
      returned: always
      sample: every 30 minutes
    tags:
      description: Tags of the rule, where O(tags) is given.
      type: dict
      returned: when O(tags) is given
      sample: {"team": "finance"}
changes:
  description: Every difference with its path in the API's spelling.
  returned: success
  type: list
  elements: dict
  sample:
    - path: ScheduleExpression
      before: cron(0 3 * * ? *)
      after: cron(*/30 * * * ? *)
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.rules import (
    converge_rule,
    remove_rule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule
from ansible_collections.batchwork.aws.plugins.module_utils._module.tags import TAG_OPTIONS

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "event_bus_name": {"type": "str", "default": "default"},
    "schedule_expression": {"type": "str"},
    "event_pattern": {"type": "json"},
    "description": {"type": "str"},
    "role_arn": {"type": "str"},
    "enabled": {"type": "bool"},
    "force": {"type": "bool", "default": False},
    **TAG_OPTIONS,
}


def main() -> None:
    """Run the module."""
    module = BatchworkModule(argument_spec=ARGUMENT_SPEC)
    module.run(converge_rule if module.params["state"] == "present" else remove_rule)


if __name__ == "__main__":
    main()
