#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the roles, policies, log groups and state machines that fleets stand on."""

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_foundation_info
version_added: 0.1.0
short_description: Read the roles, policies, log groups and guards that a fleet stands on
description:
  - Reads any number of IAM roles, managed policies, log groups and state machines with one process
    start and few API calls, and with all that is needed to tell whether they differ from what is
    wanted.
  - The role C(batchwork.aws.scheduled_batches) uses it, so that a run with nothing to do costs the
    same for one role as for many.
  - What does not exist is left out of the answer.
author:
  - Contributors to the batchwork.aws project (@batchwork)
options:
  names:
    description:
      - Names of roles, and of managed policies of the account. Policies of these names with a
        number behind a plus sign, such as C(reports+2), are found as well.
    type: list
    elements: str
  name_prefix:
    description:
      - Roles and policies whose names begin so are found as well. This lists all roles.
    type: str
  log_groups:
    description:
      - Names of log groups in CloudWatch Logs.
    type: list
    elements: str
  owner:
    description:
      - Log groups with this value in the tag C(batchwork:owner) are found as well, by one listing
        (C(tag:GetResources)).
    type: str
  state_machines:
    description:
      - Names of state machines of Step Functions, as M(batchwork.aws.scheduled_batch_guard) makes
        them.
    type: list
    elements: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
seealso:
  - module: batchwork.aws.scheduled_batches
"""

EXAMPLES = r"""
- name: Read the roles of a fleet with their policies
  batchwork.aws.fleet_foundation_info:
    names: [reports-eu-central-1-execution, reports-eu-central-1-trigger]
    log_groups: [/ecs/reports]
  register: foundation

- name: Show what the trigger's role may do
  ansible.builtin.debug:
    msg: "{{ foundation.policies | selectattr('name', 'search', 'trigger') }}"
"""

RETURN = r"""
roles:
  description: The roles that exist, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name.
      type: str
      returned: always
      sample: reports-eu-central-1-trigger
    arn:
      description: ARN.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/reports-eu-central-1-trigger
    path:
      description: Path.
      type: str
      returned: always
      sample: /
    description:
      description: Description. Null where there is none.
      type: str
      returned: always
      sample: Starts the scheduled batches of reports
    trust:
      description: Who may take on the role, as a policy document.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    permissions_boundary:
      description: ARN of the permissions boundary. Null where there is none.
      type: str
      returned: always
      sample: null
    policies:
      description: ARNs of the attached managed policies.
      type: list
      elements: str
      returned: always
      sample: ["arn:aws:iam::123456789012:policy/reports-eu-central-1-trigger"]
    tags:
      description: Tags.
      type: dict
      returned: always
      sample: {"batchwork:owner": "reports"}
policies:
  description: The managed policies of the account that exist, by ARN.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name.
      type: str
      returned: always
      sample: reports-eu-central-1-trigger
    arn:
      description: ARN.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:policy/reports-eu-central-1-trigger
    path:
      description: Path.
      type: str
      returned: always
      sample: /
    document:
      description: What the default version says.
      type: dict
      returned: always
      sample: {"Version": "2012-10-17", "Statement": []}
    tags:
      description: Tags.
      type: dict
      returned: always
      sample: {"batchwork:owner": "reports"}
log_groups:
  description: The log groups that exist, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name.
      type: str
      returned: always
      sample: /ecs/reports
    arn:
      description: ARN.
      type: str
      returned: always
      sample: arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/reports
    retention_in_days:
      description: How many days a log is kept. Null where for ever.
      type: int
      returned: always
      sample: 30
    retention_policy_name:
      description: The policy of the account that rules the retention. Null where there is none.
      type: str
      returned: always
      sample: null
    tags:
      description: Tags.
      type: dict
      returned: always
      sample: {"batchwork:owner": "reports"}
state_machines:
  description: The state machines that exist, in the order of O(state_machines).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name.
      type: str
      returned: always
      sample: reports-guard
    arn:
      description: ARN.
      type: str
      returned: always
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:reports-guard
    role_arn:
      description: ARN of the role that Step Functions assumes.
      type: str
      returned: always
      sample: arn:aws:iam::123456789012:role/reports-eu-central-1-guard
    definition:
      description: The definition in Amazon States Language.
      type: dict
      returned: always
      sample: {"StartAt": "Run", "States": {}}
    is_going:
      description: Whether AWS is deleting it, which takes until its executions have ended.
      type: bool
      returned: always
      sample: false
    tags:
      description: Tags. Empty while AWS is deleting it.
      type: dict
      returned: always
      sample: {"batchwork:owner": "reports"}
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.foundation import (
    read_foundation,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule

ARGUMENT_SPEC = {
    "names": {"type": "list", "elements": "str"},
    "name_prefix": {"type": "str"},
    "log_groups": {"type": "list", "elements": "str"},
    "owner": {"type": "str"},
    "state_machines": {"type": "list", "elements": "str"},
}


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec=ARGUMENT_SPEC).run(read_foundation)


if __name__ == "__main__":
    main()
