# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that are not permitted, or fail: a remark that names the permission, where the rest can
be told without them."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AwsError,
)

ACTION_PREFIXES: Mapping[str, str] = {"resourcegroupstaggingapi": "tag"}
"""What IAM calls a service, where that is not botocore's name."""


def action_of(error: AwsError) -> str:
    """Return the IAM action of the call that failed, such as ``logs:DescribeLogStreams``."""
    return f"{ACTION_PREFIXES.get(error.service, error.service)}:{error.operation}"


def why_unread(error: AwsError) -> str:
    """Return why something could not be read, as a sentence that names the missing permission."""
    if isinstance(error, AccessDenied):
        return f"The permission {action_of(error)} is missing."
    return f"{str(error).rstrip('.')}."
