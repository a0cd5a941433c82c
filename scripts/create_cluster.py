# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create an ECS cluster in the emulator: the playbooks expect one to exist.

Usage: create_cluster.py NAME
"""

from __future__ import annotations

import os
import sys

import boto3


def main(name: str) -> None:
    """Create the cluster, in the emulator only."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    if not endpoint.startswith("http://127.0.0.1:"):
        sys.exit(f"AWS_ENDPOINT_URL={endpoint} is no local emulator")
    boto3.client("ecs", endpoint_url=endpoint).create_cluster(clusterName=name)


if __name__ == "__main__":
    main(sys.argv[1])
