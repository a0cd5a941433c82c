# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target on Fargate that starts a revision which nobody asked to run there."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_fit import (
    check_unasked_fargate,
)

ROLE = "arn:aws:iam::123456789012:role/execution"
LOGS = {"logConfiguration": {"logDriver": "awslogs"}}
DEFINITION = {
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "executionRoleArn": ROLE,
    "containerDefinitions": [{"name": "report", "image": "busybox", **LOGS}],
}
ON_FARGATE = {"EcsParameters": {"LaunchType": "FARGATE"}}
ON_EC2 = {"EcsParameters": {"LaunchType": "EC2"}}


def locations(target, definition, overrides=None):
    findings = Findings()
    check_unasked_fargate(target, definition, overrides or {}, findings)
    return [problem.location for problem in findings.errors]


def test_a_revision_that_fits_is_right():
    assert locations(ON_FARGATE, DEFINITION) == []


@pytest.mark.parametrize(
    ("changes", "location"),
    [
        ({"memory": "8192"}, ("memory",)),
        ({"cpu": None}, ("cpu",)),
        ({"executionRoleArn": None}, ("executionRoleArn",)),
        ({"ipcMode": "host"}, ("ipcMode",)),
    ],
)
def test_what_fargate_does_not_take_is_noted(changes, location):
    assert locations(ON_FARGATE, {**DEFINITION, **changes}) == [location]
    assert locations(ON_EC2, {**DEFINITION, **changes}) == []
    assert locations({}, {**DEFINITION, **changes}) == []


def test_what_ecs_checked_is_not_checked_again():
    asked = {**DEFINITION, "memory": "8192", "requiresCompatibilities": ["FARGATE"]}
    assert locations(ON_FARGATE, asked) == []


def test_the_network_mode_is_left_to_the_check_of_the_pair():
    assert locations(ON_FARGATE, {**DEFINITION, "networkMode": "bridge"}) == []


@pytest.mark.parametrize(
    ("changes", "overrides"),
    [
        ({"memory": "8192"}, {"memory": "512"}),
        ({"executionRoleArn": None}, {"executionRoleArn": ROLE}),
    ],
)
def test_overrides_make_it_right(changes, overrides):
    assert locations(ON_FARGATE, {**DEFINITION, **changes}, overrides) == []
