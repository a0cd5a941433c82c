# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task makes use of, read from its definition."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    LogGroup,
    SecretReference,
    ecr_image,
    needs_of,
    secret_reference,
)

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter"


@pytest.mark.parametrize(
    ("image", "repository", "image_id"),
    [
        (f"{REGISTRY}/app", "app", {"imageTag": "latest"}),
        (f"{REGISTRY}/team/app:1.2", "team/app", {"imageTag": "1.2"}),
        (f"{REGISTRY}/app@sha256:0a", "app", {"imageDigest": "sha256:0a"}),
        (f"{REGISTRY}/app:1@sha256:0a", "app", {"imageDigest": "sha256:0a"}),
        ("123456789012.dkr-ecr.eu-west-1.on.aws/app:1", "app", {"imageTag": "1"}),
        ("123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/app:1", "app", {"imageTag": "1"}),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/app:1", "app", {"imageTag": "1"}),
    ],
)
def test_an_image_of_ecr_says_where_it_lies(image, repository, image_id):
    found = ecr_image(image)
    assert found is not None
    assert (found.account_id, found.region) == ("123456789012", "eu-west-1")
    assert (found.repository, found.image_id) == (repository, image_id)
    arn = f"arn:aws:ecr:eu-west-1:123456789012:repository/{repository}"
    assert found.repository_arn("aws") == arn


@pytest.mark.parametrize("image", ["busybox", "public.ecr.aws/a/b:1", "ghcr.io/a/b@sha256:0a"])
def test_other_images_come_from_elsewhere(image):
    assert ecr_image(image) is None
    needs = needs_of({"containerDefinitions": [{"image": image}]}, {})
    assert (needs.ecr_images, needs.other_images) == ((), (image,))


@pytest.mark.parametrize(
    ("reference", "identifier", "service"),
    [
        (SECRET, SECRET, "secretsmanager"),
        (f"{SECRET}:password::", SECRET, "secretsmanager"),
        (f"{PARAMETER}/a/b", f"{PARAMETER}/a/b", "ssm"),
        (f"{PARAMETER}/a/b:3", f"{PARAMETER}/a/b", "ssm"),
    ],
)
def test_a_secret_is_known_by_its_arn_without_selectors(reference, identifier, service):
    found = secret_reference(reference)
    assert found == SecretReference(service, identifier, "eu-west-1", "123456789012")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("/a/b", "/a/b"),
        ("a", "a"),
        (f"{PARAMETER}/a/b", "/a/b"),
        (f"{PARAMETER}/a", "a"),
    ],
)
def test_a_parameter_has_a_name(reference, name):
    assert secret_reference(reference).name == name


def test_everything_in_use_is_found_once():
    log = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ecs/a",
            "awslogs-region": "eu-west-1",
            "awslogs-create-group": "true",
        },
        "secretOptions": [{"name": "t", "valueFrom": "/log/token"}],
    }
    container = {
        "name": "a",
        "image": f"{REGISTRY}/app:1",
        "logConfiguration": log,
        "secrets": [{"name": "P", "valueFrom": SECRET}, {"name": "odd"}],
        "repositoryCredentials": {"credentialsParameter": "login"},
        "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a.env"}],
    }
    overrides = {
        "containerOverrides": [
            {"name": "a", "environmentFiles": [{"value": "arn:aws:s3:::bucket/b.env"}]}
        ]
    }
    needs = needs_of({"containerDefinitions": [container, {**container, "name": "b"}]}, overrides)
    assert [image.text for image in needs.ecr_images] == [f"{REGISTRY}/app:1"]
    assert needs.log_groups == (LogGroup("/ecs/a", "eu-west-1", True),)
    assert [secret.identifier for secret in needs.secrets] == [SECRET, "/log/token", "login"]
    assert needs.secrets[-1].service == "secretsmanager"
    assert needs.files == ("arn:aws:s3:::bucket/a.env", "arn:aws:s3:::bucket/b.env")


@pytest.mark.parametrize(
    "log",
    [None, {"logDriver": "splunk", "options": {"awslogs-group": "a"}}, {"logDriver": "awslogs"}],
)
def test_only_awslogs_has_a_log_group(log):
    definition = {"containerDefinitions": [{"name": "a", "logConfiguration": log}]}
    assert needs_of(definition, {}).log_groups == ()
