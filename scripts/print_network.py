# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the emulator's own subnet and security group as extra variables of the playbooks.

RunTask refuses ids that do not exist, and the emulator's are new with every start.
"""

from __future__ import annotations

import json
import os
import sys

import boto3


def main() -> None:
    """Ask the emulator, and no other endpoint."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    if not endpoint.startswith("http://127.0.0.1:"):
        sys.exit(f"AWS_ENDPOINT_URL={endpoint} is no local emulator")
    client = boto3.client("ec2", endpoint_url=endpoint)
    subnet = client.describe_subnets()["Subnets"][0]["SubnetId"]
    group = client.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    network = {"scheduled_batch_subnets": [subnet], "scheduled_batch_security_groups": [group]}
    json.dump(network, sys.stdout)


if __name__ == "__main__":
    main()
