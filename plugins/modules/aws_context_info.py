#!/usr/bin/python
# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell where a play works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: aws_context_info
version_added: 0.1.0
short_description: Tell in which account, partition and region a play works
description:
  - Returns what is needed to build ARNs and policies before anything exists.
  - Costs one call, C(sts:GetCallerIdentity), which needs no permission.
author:
  - Contributors to the batchwork.aws project (@batchwork)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - batchwork.aws.attributes.read_only
"""

EXAMPLES = r"""
- name: See where the play works
  batchwork.aws.aws_context_info:
  register: context

- name: Build the ARN of a cluster
  ansible.builtin.debug:
    msg: >-
      arn:{{ context.partition }}:ecs:{{ context.region }}:{{ context.account_id }}:cluster/batch
"""

RETURN = r"""
account_id:
  description: Number of the account.
  returned: success
  type: str
  sample: "123456789012"
partition:
  description: The partition, C(aws), C(aws-cn) or C(aws-us-gov).
  returned: success
  type: str
  sample: aws
region:
  description: The region.
  returned: success
  type: str
  sample: eu-central-1
dns_suffix:
  description: The partition's DNS suffix, for image repositories and endpoints.
  returned: success
  type: str
  sample: amazonaws.com
caller_arn:
  description: ARN of the user or role that the play works as.
  returned: success
  type: str
  sample: arn:aws:sts::123456789012:assumed-role/deployer/ansible
"""

from ansible_collections.batchwork.aws.plugins.module_utils._engine.context import (
    read_context_of_play,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.module import BatchworkModule


def main() -> None:
    """Run the module."""
    BatchworkModule(argument_spec={}).run(read_context_of_play)


if __name__ == "__main__":
    main()
