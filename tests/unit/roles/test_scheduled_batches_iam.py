# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role for fleets makes of policies that it is given."""

from __future__ import annotations

from typing import Any

import pytest

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
BATCH: dict[str, Any] = {
    "name": "nightly",
    "schedule": "rate(1 day)",
    "cluster": "batch",
    "launch_type": "FARGATE",
    "network_configuration": {"subnets": ["subnet-0123456789abcdef0"]},
    "task_definition": {
        "cpu": 256,
        "memory": 512,
        "network_mode": "awsvpc",
        "requires_compatibilities": ["FARGATE"],
        "container_definitions": [{"name": "main", "image": "busybox"}],
    },
}


def task_policies(fleet, **options) -> list[Any]:
    """The statements of the policies that the task roles are to have."""
    policies = fleet("wanted_policies", **options)
    return [
        statement
        for policy in policies
        if "task" in policy["name"]
        for statement in policy["document"]["Statement"]
    ]


@pytest.mark.parametrize("own", [True, False])
def test_a_task_role_may_do_what_its_policy_says(fleet, own):
    given = {"Statement": READ}
    options = (
        {"batches": [{**BATCH, "task_role_policy": given}]}
        if own
        else {"batches": [BATCH], "task_role_policy": given}
    )
    assert task_policies(fleet, **options) == [READ]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("no JSON", "scheduled_batches_task_role_policy: 'no JSON' is not allowed; use an IAM"),
        ({"Statement": ["s3:*"]}, "scheduled_batches_task_role_policy.Statement[0]: 's3:*' is no"),
    ],
)
def test_a_policy_that_iam_would_refuse_is_told(fleet, policy, told):
    options = {"batches": [BATCH], "task_role_policy": policy}
    (found,) = fleet("told_mistakes", **options)
    assert found.startswith(told)
    assert task_policies(fleet, **options) == []


def test_so_is_that_of_a_batch_s_own_role(fleet):
    options = {"batches": [{**BATCH, "task_role_policy": {"Statement": ["s3:*"]}}]}
    (told,) = fleet("needs.mistakes", **options)
    assert told.startswith("batches[0] (nightly).task_role_policy.Statement[0]: 's3:*' is no")
    assert task_policies(fleet, **options) == []
