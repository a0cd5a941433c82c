# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the emulator share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def refusal() -> Callable[..., tuple[str, str]]:
    """Makes a call that must be refused, and says with which code and message."""

    def refused(method: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as failure:
            method(**parameters)
        error = failure.value.response["Error"]
        return error["Code"], error["Message"]

    return refused


@pytest.fixture
def make_role(aws: Any) -> Callable[..., str]:
    """Makes a role that services can assume, and says its ARN."""

    def make(name: str, *services: str, condition: dict[str, Any] | None = None) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": [f"{service}.amazonaws.com" for service in services]},
            "Action": "sts:AssumeRole",
            **({"Condition": condition} if condition else {}),
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        return str(role["Role"]["Arn"])

    return make
