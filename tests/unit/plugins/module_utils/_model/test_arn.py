# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon Resource Names in every partition."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    Arn,
    Place,
    bus_name,
    cluster_arn,
    family_and_revision,
    is_arn,
    parse_arn,
    rule_arn,
    schedule_arn,
    schedule_group_arn,
    task_definition_arn,
)

CHINA = Place("aws-cn", "cn-north-1", "123456789012")
PREFIX = "arn:aws-cn:ecs:cn-north-1:123456789012"
EVENTS = "arn:aws-cn:events:cn-north-1:123456789012"


def test_an_arn_is_taken_apart():
    arn = parse_arn("arn:aws-us-gov:events:us-gov-west-1:1:rule/bus/name")
    assert arn == Arn("aws-us-gov", "events", "us-gov-west-1", "1", "rule/bus/name")
    assert arn.name == "name"


def test_a_resource_may_have_colons():
    arn = parse_arn(f"{PREFIX}:task-definition/hello:7")
    assert (arn.resource, arn.name) == ("task-definition/hello:7", "hello:7")


@pytest.mark.parametrize("text", [None, "", "hello", "hello:7", "arn:aws:ecs", "a:b:c:d:e:f"])
def test_what_is_no_arn(text):
    assert parse_arn(text) is None
    assert not is_arn(text)


def test_a_cluster_is_given_by_name_or_arn():
    assert cluster_arn(CHINA, "batch") == f"{PREFIX}:cluster/batch"
    assert cluster_arn(CHINA, "arn:aws:ecs:x:1:cluster/other") == "arn:aws:ecs:x:1:cluster/other"


@pytest.mark.parametrize(
    ("reference", "arn"),
    [
        ("hello", f"{PREFIX}:task-definition/hello"),
        ("hello:7", f"{PREFIX}:task-definition/hello:7"),
        ("arn:aws:ecs:x:1:task-definition/a:1", "arn:aws:ecs:x:1:task-definition/a:1"),
    ],
)
def test_a_task_definition_is_given_by_family_revision_or_arn(reference, arn):
    assert task_definition_arn(CHINA, reference) == arn


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("hello", ("hello", None)),
        ("hello:7", ("hello", 7)),
        (f"{PREFIX}:task-definition/hello", ("hello", None)),
        (f"{PREFIX}:task-definition/hello:12", ("hello", 12)),
        ("hello:latest", ("hello", None)),
    ],
)
def test_family_and_revision(reference, parts):
    assert family_and_revision(reference) == parts


@pytest.mark.parametrize(
    ("bus", "name"),
    [
        (None, "default"),
        ("", "default"),
        ("orders", "orders"),
        (f"{EVENTS}:event-bus/orders", "orders"),
        (f"{EVENTS}:event-bus/aws.partner/example.com/1", "aws.partner/example.com/1"),
    ],
)
def test_a_bus_is_given_by_name_or_arn(bus, name):
    assert bus_name(bus) == name


@pytest.mark.parametrize(
    ("bus", "arn"),
    [
        (None, f"{EVENTS}:rule/nightly"),
        ("default", f"{EVENTS}:rule/nightly"),
        ("orders", f"{EVENTS}:rule/orders/nightly"),
        (f"{EVENTS}:event-bus/orders", f"{EVENTS}:rule/orders/nightly"),
    ],
)
def test_the_default_bus_does_not_stand_in_a_rules_arn(bus, arn):
    assert rule_arn(CHINA, "nightly", bus) == arn


def test_schedules_stand_below_their_group():
    scheduler = "arn:aws-cn:scheduler:cn-north-1:123456789012"
    assert schedule_arn(CHINA, "reports", "nightly") == f"{scheduler}:schedule/reports/nightly"
    assert schedule_group_arn(CHINA, "reports") == f"{scheduler}:schedule-group/reports"
