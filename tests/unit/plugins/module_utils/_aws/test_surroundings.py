# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the services around a batch: networks, images, secrets and keys."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ec2 import (
    describe_default_security_group,
    describe_route_tables,
    describe_security_groups,
    describe_subnets,
    describe_vpc_attribute,
    describe_vpc_endpoints,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecr import (
    describe_image,
    get_image_manifest,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.kms import describe_key
from ansible_collections.batchwork.aws.plugins.module_utils._aws.secretsmanager import (
    describe_secret,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ssm import (
    describe_parameters,
)

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"


def by(name, *values):
    return {"Filters": [{"Name": name, "Values": list(values)}]}


class TestNetwork:
    @pytest.mark.parametrize(
        ("read", "method", "member", "asked", "value"),
        [
            (
                describe_subnets,
                "describe_subnets",
                "Subnets",
                "subnet-id",
                ["subnet-1", "subnet-2"],
            ),
            (
                describe_security_groups,
                "describe_security_groups",
                "SecurityGroups",
                "group-id",
                ["sg-1"],
            ),
            (describe_route_tables, "describe_route_tables", "RouteTables", "vpc-id", "vpc-1"),
            (describe_vpc_endpoints, "describe_vpc_endpoints", "VpcEndpoints", "vpc-id", "vpc-1"),
        ],
    )
    def test_it_is_asked_by_filter_so_that_what_is_missing_is_no_error(
        self, stubbed, read, method, member, asked, value
    ):
        ec2 = stubbed("ec2")
        request = by(asked, *([value] if isinstance(value, str) else value))
        ec2.answers(method, {member: [{"VpcId": "vpc-1"}], "NextToken": "2"}, **request)
        ec2.answers(method, {member: [{"VpcId": "vpc-2"}]}, **request, NextToken="2")
        assert read(ec2.client, value) == [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}]

    def test_the_default_group_is_that_of_the_vpc(self, stubbed):
        ec2 = stubbed("ec2")
        filters = [*by("vpc-id", "vpc-1")["Filters"], *by("group-name", "default")["Filters"]]
        answer = {"SecurityGroups": [{"GroupId": "sg-1"}]}
        ec2.answers("describe_security_groups", answer, Filters=filters)
        assert describe_default_security_group(ec2.client, "vpc-1") == [{"GroupId": "sg-1"}]

    @pytest.mark.parametrize("value", [True, False])
    def test_an_attribute_is_on_or_off(self, stubbed, value):
        ec2 = stubbed("ec2")
        answer = {"EnableDnsSupport": {"Value": value}}
        asked = {"VpcId": "vpc-1", "Attribute": "enableDnsSupport"}
        ec2.answers("describe_vpc_attribute", answer, **asked)
        assert describe_vpc_attribute(ec2.client, "vpc-1", "enableDnsSupport") is value

    def test_what_may_not_be_seen_is_not_absent(self, stubbed):
        ec2 = stubbed("ec2")
        ec2.fails("describe_subnets", "UnauthorizedOperation", "You are not authorized", 403)
        with pytest.raises(AccessDenied):
            describe_subnets(ec2.client, ["subnet-1"])


class TestImages:
    ASKED = {"registryId": "123456789012", "repositoryName": "app"}
    WHERE = ("123456789012", "app", {"imageTag": "1"})

    def test_an_image_is_described(self, stubbed):
        ecr = stubbed("ecr")
        answer = {"imageDetails": [{"imageDigest": "sha256:0a"}]}
        ecr.answers("describe_images", answer, **self.ASKED, imageIds=[{"imageTag": "1"}])
        assert describe_image(ecr.client, *self.WHERE) == {"imageDigest": "sha256:0a"}

    @pytest.mark.parametrize("code", ["ImageNotFoundException", "RepositoryNotFoundException"])
    def test_a_missing_image_is_not_found(self, stubbed, code):
        ecr = stubbed("ecr")
        ecr.fails("describe_images", code)
        with pytest.raises(NotFound, match="describing the image app:1"):
            describe_image(ecr.client, *self.WHERE)

    def test_an_answer_without_the_image_is_not_found(self, stubbed):
        ecr = stubbed("ecr")
        asked = {**self.ASKED, "imageIds": [{"imageTag": "1"}]}
        ecr.answers("describe_images", {"imageDetails": []}, **asked)
        with pytest.raises(NotFound):
            describe_image(ecr.client, *self.WHERE)

    @pytest.mark.parametrize("images", [[{"imageManifest": "{}"}], []])
    def test_a_manifest_is_read_as_a_list_where_there_is_one(self, stubbed, images):
        ecr = stubbed("ecr")
        types = [
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
        ]
        asked = {**self.ASKED, "imageIds": [{"imageTag": "1"}], "acceptedMediaTypes": types}
        ecr.answers("batch_get_image", {"images": images, "failures": []}, **asked)
        if images:
            assert get_image_manifest(ecr.client, *self.WHERE) == "{}"
        else:
            with pytest.raises(NotFound):
                get_image_manifest(ecr.client, *self.WHERE)


def test_a_secret_is_described_without_its_value(stubbed):
    secrets = stubbed("secretsmanager")
    secrets.answers("describe_secret", {"ARN": SECRET}, SecretId=SECRET)
    assert describe_secret(secrets.client, SECRET) == {"ARN": SECRET}


def test_a_missing_secret_is_not_found(stubbed):
    secrets = stubbed("secretsmanager")
    secrets.fails("describe_secret", "ResourceNotFoundException")
    with pytest.raises(NotFound):
        describe_secret(secrets.client, SECRET)


def test_parameters_are_described_without_their_values(stubbed):
    ssm = stubbed("ssm")
    asked = {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": ["/a", "/b"]}]}
    ssm.answers("describe_parameters", {"Parameters": [{"Name": "/a"}]}, **asked)
    assert describe_parameters(ssm.client, ["/a", "/b"]) == [{"Name": "/a"}]


def test_a_key_is_described_by_its_alias(stubbed):
    kms = stubbed("kms")
    answer = {"KeyMetadata": {"KeyId": "1", "Arn": "arn:aws:kms:eu-west-1:123456789012:key/1"}}
    kms.answers("describe_key", answer, KeyId="alias/mine")
    assert describe_key(kms.client, "alias/mine")["Arn"].endswith(":key/1")
