# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles of a fleet know its task definitions by the tag of their owner."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.scheduled_batch_preflight.surroundings import (  # noqa: E501
    CLUSTER,
    EXECUTION,
    TASK,
)
from ansible_collections.batchwork.aws.tests.unit.policies.policy_inputs import fleet_trigger
from ansible_collections.batchwork.aws.tests.unit.policies.rendering import rendered

OWNER = "reports"
CHECK = "trigger_role_run_task"


@pytest.fixture
def fleet(surroundings):
    """An account in which the trigger's role may run what belongs to the owner, nothing else."""
    inputs = fleet_trigger(
        cluster_arns=[CLUSTER], passed_role_arns=[EXECUTION, TASK], tags_tasks=True
    )
    surroundings.allow("trigger", rendered("fleet-trigger-role", inputs))
    return surroundings


@pytest.fixture(params=["simulator", "documents"])
def judge(request, emulator):
    """IAM's simulator, and the documents where nobody may ask it."""
    if request.param == "documents":
        emulator.deny("iam:SimulatePrincipalPolicy")
    return request.param


def may_run(result):
    (check,) = [each for each in result["checks"] if each["name"] == CHECK]
    return check


def test_a_declared_fleet_may_run_its_own(fleet, preflight, judge):
    result = preflight(batches=[fleet.batch()], owner=OWNER)
    assert may_run(result)["status"] == "OK"


def test_a_deployed_fleet_may_run_its_own(fleet, run_module, preflight, judge):
    deployed = run_module("scheduled_batches", {"batches": [fleet.batch()], "owner": OWNER})
    assert not deployed["failed"], deployed["msg"]
    assert may_run(preflight(name="report"))["status"] == "OK"


@pytest.mark.parametrize("owner", [None, "others"])
def test_it_may_not_run_what_has_another_owner_or_none(fleet, preflight, judge, owner):
    check = may_run(preflight(batches=[fleet.batch()], **({"owner": owner} if owner else {})))
    assert check["status"] == "NG"
    assert "No policy of it allows ecs:RunTask" in check["reason"]


def test_a_tag_that_the_collection_does_not_write_is_not_known_before(fleet, preflight, judge):
    statement = {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "reports"}},
    }
    fleet.allow("trigger", {"Version": "2012-10-17", "Statement": [statement]})
    check = may_run(preflight(batches=[fleet.batch()], owner=OWNER))
    assert check["status"] == "SKIP"
    assert "aws:ResourceTag/team" in check["reason"]
