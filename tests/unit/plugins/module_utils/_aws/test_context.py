# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where calls work, in every partition."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.context import (
    AwsContext,
    read_context,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    CredentialsRejected,
    RegionMissing,
    UnexpectedAnswer,
)


def identity(arn: str) -> str:
    return (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDA</UserId>"
        "<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


@pytest.mark.parametrize(
    ("region", "arn", "partition", "suffix"),
    [
        ("ap-northeast-1", "arn:aws:iam::123456789012:user/x", "aws", "amazonaws.com"),
        (
            "cn-north-1",
            "arn:aws-cn:sts::123456789012:assumed-role/deploy/x:y",
            "aws-cn",
            "amazonaws.com.cn",
        ),
        (
            "us-gov-west-1",
            "arn:aws-us-gov:iam::123456789012:user/x",
            "aws-us-gov",
            "amazonaws.com",
        ),
        ("eu-isoe-west-1", "arn:aws-iso-e:iam::123456789012:root", "aws-iso-e", "cloud.adc-e.uk"),
        ("xx-new-1", "arn:aws-new:iam::123456789012:root", "aws-new", "amazonaws.com"),
    ],
)
def test_the_context_is_that_of_the_caller_and_the_region(
    aws_module, endpoint, answer, region, arn, partition, suffix
):
    endpoint.answers = [answer(identity(arn), content_type="text/xml")]
    clients = Clients(aws_module(region=region))
    expected = AwsContext("123456789012", partition, region, suffix, arn)
    assert read_context(clients) == expected
    assert clients.calls == {"sts:GetCallerIdentity": 1}


def test_a_caller_without_an_arn_is_no_answer_of_aws(aws_module, endpoint, answer):
    endpoint.answers = [answer(identity("nobody"), content_type="text/xml")]
    with pytest.raises(UnexpectedAnswer, match="nobody is not an ARN"):
        read_context(Clients(aws_module()))


def test_expired_credentials_are_told(aws_module, endpoint, answer):
    error = "<Error><Code>ExpiredToken</Code><Message>x</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>"
    endpoint.answers = [answer(body, 403, content_type="text/xml")]
    with pytest.raises(CredentialsRejected, match="The credentials have expired: renew them"):
        read_context(Clients(aws_module()))


def test_nobody_is_asked_without_a_region(aws_module, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    with pytest.raises(RegionMissing):
        read_context(Clients(aws_module(region=None)))
