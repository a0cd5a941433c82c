# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's patterns in Python, and names and ARNs."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import input_shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import names, patterns

TAG = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (TAG, "Größe 5: a/b=c+d-e@f", True),
        (TAG, "夜間\u3000バッチ", True),
        (TAG, "", True),
        (TAG, "a{b}", False),
        (TAG, "tab\there", False),
        (r"^[\p{L}]+$", "abc", True),
        (r"[\.\-_A-Za-z0-9]+", "a.b-c_d", True),
        (r"[\.\-_A-Za-z0-9]+", "a b", False),
        (r"[\.\-_A-Za-z0-9]+", "a\n", False),
        (r"[0-9a-zA-Z-_.]+", "a-b_c.d", True),
        (r"[\w-_]*", "!!! not readable in Python, so not checked", True),
        (r"\p{IsGreek}+", "not readable either", True),
        (r"(unclosed", "x", True),
        (r"[[a]", "a set within a set, which Python warns of", True),
    ],
)
def test_patterns(pattern, value, expected):
    assert patterns.matches(value, pattern) is expected


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ecs", "RegisterTaskDefinition"),
        ("ecs", "RunTask"),
        ("events", "PutRule"),
        ("events", "PutTargets"),
        ("scheduler", "CreateSchedule"),
        ("scheduler", "CreateScheduleGroup"),
    ],
)
def test_every_pattern_in_use_can_be_read(service, operation):
    unread = [
        pattern
        for pattern in _patterns(input_shape(service, operation), set())
        if patterns.compiled(pattern) is None
    ]
    assert unread == []


def _patterns(shape, seen):
    if id(shape) in seen:
        return
    seen.add(id(shape))
    if shape.pattern:
        yield shape.pattern
    for below in [*shape.members.values(), shape.element, shape.value]:
        if below is not None:
            yield from _patterns(below, seen)


def test_patterns_are_described_in_words_where_they_are_known():
    assert patterns.description(TAG) == "use letters, digits, spaces and _ . : / = + - @"
    assert patterns.description("[a-z]+") == "it must match AWS's pattern [a-z]+"


ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("value", "short_name", "good"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/batch", False, True),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/team/night/batch", False, True),
        (f"arn:aws-us-gov:iam::{ACCOUNT}:role/a+b=c,d.e@f-g_h", False, True),
        (f"arn:aws:iam::{ACCOUNT}:role/{'x' * 64}", False, True),
        (f"arn:aws:iam::{ACCOUNT}:role/{'x' * 65}", False, False),
        (f"arn:aws:iam:eu-west-1:{ACCOUNT}:role/batch", False, False),
        (f"arn:aws:iam::{ACCOUNT}:user/batch", False, False),
        (f"arn:AWS:iam::{ACCOUNT}:role/batch", False, False),
        (f"arn:aws:sts::{ACCOUNT}:role/batch", False, False),
        ("arn:aws:iam::1234:role/batch", False, False),
        ("batch", False, False),
        ("batch", True, True),
        ("my batch", True, False),
        (f"arn:aws:iam::{ACCOUNT}:user/batch", True, False),
        ("x" * 65, True, False),
    ],
)
def test_roles(value, short_name, good):
    assert (names.role_problem(value, short_name=short_name) is None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("batch", True),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/batch", True),
        (f"arn:aws:ecs:us-gov-west-1:{ACCOUNT}:cluster/batch", True),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/", False),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:service/batch", False),
        (f"arn:aws:ecs::{ACCOUNT}:cluster/batch", False),
        (f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/batch", False),
        ("a b", False),
        ("", False),
        ("x" * 256, False),
    ],
)
def test_clusters(value, good):
    assert (names.cluster_problem(value) is None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("nightly", True),
        ("nightly:7", True),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/nightly", True),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/nightly:70", True),
        ("nightly:0", False),
        ("nightly:latest", False),
        ("nightly:", False),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/nightly:*", False),
        (f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/nightly", False),
        ("x" * 256, False),
    ],
)
def test_task_definitions(value, good):
    assert (names.task_definition_problem(value) is None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed", True),
        (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed.fifo", True),
        (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:", False),
        (f"arn:aws:sns:eu-west-1:{ACCOUNT}:failed", False),
        ("failed", False),
    ],
)
def test_queues(value, good):
    assert (names.queue_problem(value) is None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        (f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf", True),
        (f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf:password:AWSCURRENT:", True),
        (f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/db/password", True),
        ("/db/password", True),
        ("db-password", True),
        (f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/x", False),
        (f"arn:aws:s3:::{ACCOUNT}/x", False),
        ("arn:aws", False),
        ("p@ss word", False),
    ],
)
def test_references_to_secrets(value, good):
    assert names.is_secret_reference(value) is good


@pytest.mark.parametrize(
    ("find_problem", "good", "bad"),
    [
        (
            lambda value: names.name_problem(value, "a container"),
            ["a", "A_b-9", "x" * 255],
            ["", "a.b", "ä", "x" * 256],
        ),
        (names.rule_name_problem, ["a.b-c_9", "x" * 64], ["", "a/b", "x" * 65]),
        (names.port_name_problem, ["_a-9", "x" * 64], ["", "-a", "A", "x" * 65]),
        (names.image_problem, ["busybox", "a.b/c:d@sha256:e#f_g"], ["", "a b", "a{b}", "a\n"]),
    ],
)
def test_other_names(find_problem, good, bad):
    assert [value for value in good if find_problem(value) is not None] == []
    assert [value for value in bad if find_problem(value) is None] == []


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("arn:aws:s3:::b/a.env", True),
        ("arn:aws:s3:::b", False),
        ("s3://b/a.env", False),
        ("arn:aws:sqs:::b/c", False),
    ],
)
def test_objects_in_s3(value, good):
    assert names.is_s3_object(value) is good
