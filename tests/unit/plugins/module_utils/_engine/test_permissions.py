# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a read that failed."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    Call,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.permissions import why_unread


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("logs", "DescribeLogStreams", "logs:DescribeLogStreams"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
    ],
)
def test_a_missing_permission_is_named_as_iam_names_it(service, operation, action):
    error = AccessDenied(Call(service, operation, "reading"), "not authorized")
    assert why_unread(error) == f"The permission {action} is missing."


def test_anything_else_is_told_as_it_came():
    error = NotFound(Call("logs", "DescribeLogStreams", "reading the log"), "there is none.")
    assert why_unread(error) == (
        "Failed reading the log: there is none (logs:DescribeLogStreams, tried once)."
    )
