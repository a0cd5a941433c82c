#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read EventBridge rules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: eventbridge_rule_info
version_added: 0.1.0
short_description: Read EventBridge rules with their targets and tags
description:
  - Reads one rule by name, or all rules of an event bus, with their targets, tags and next runs.
  - A rule that does not exist is no failure; RV(rules) is empty then.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  name:
    description:
      - Name of the one rule to read.
      - Mutually exclusive with O(name_prefix).
    type: str
  name_prefix:
    description:
      - Reads the rules whose names begin so.
    type: str
  event_bus_name:
    description:
      - Name or ARN of the event bus.
    type: str
    default: default
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.eventbridge_rule
"""

EXAMPLES = r"""
- name: Read a rule
  batchwork.aws.eventbridge_rule_info:
    name: hello
  register: found

- name: Show what it starts
  ansible.builtin.debug:
    msg: "{{ found.rules[0].targets }}"
  when: found.rules | length > 0
"""

RETURN = r"""
rules:
  description: The rules, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the rule.
      type: str
      returned: always
      sample: hello
    arn:
      description: ARN of the rule.
      type: str
      returned: always
      sample: arn:aws:events:eu-central-1:123456789012:rule/hello
    state:
      description: State of the rule.
      type: str
      returned: always
      sample: ENABLED
    targets:
      description: All targets, in snake_case.
      type: list
      elements: dict
      returned: always
      sample: [{"id": "hello", "arn": "arn:aws:ecs:eu-central-1:123456789012:cluster/batch"}]
    tags:
      description: Tags of the rule.
      type: dict
      returned: always
      sample: {"team": "finance"}
    next_runs:
      description: The next five times at which the rule fires when it is enabled, in UTC.
      type: list
      elements: str
      returned: always
      sample: ["2026-11-22T03:00:00+00:00"]
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.single.rules import (
    read_rules,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "name": {"type": "str"},
    "name_prefix": {"type": "str"},
    "event_bus_name": {"type": "str", "default": "default"},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC, mutually_exclusive=[("name", "name_prefix")]).run(
        read_rules
    )


if __name__ == "__main__":
    main()
