# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that wait in a queue, whose URL is known by its ARN."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.sqs import (
    count_messages,
    queue_url,
)

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters"


@pytest.fixture
def sqs(stubbed):
    return stubbed("sqs")


@pytest.mark.parametrize(
    ("arn", "suffix", "url"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:dead-letters", "amazonaws.com", URL),
        (
            "arn:aws-cn:sqs:cn-north-1:123456789012:dead-letters",
            "amazonaws.com.cn",
            "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/dead-letters",
        ),
    ],
)
def test_the_url_of_a_queue(arn, suffix, url):
    assert queue_url(arn, suffix) == url


@pytest.mark.parametrize(
    ("answer", "count"),
    [({"Attributes": {"ApproximateNumberOfMessages": "3"}}, 3), ({}, 0)],
)
def test_messages_are_counted(sqs, answer, count):
    asked = {"QueueUrl": URL, "AttributeNames": ["ApproximateNumberOfMessages"]}
    sqs.answers("get_queue_attributes", answer, **asked)
    assert count_messages(sqs.client, URL) == count


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"])
def test_a_queue_that_is_gone_is_not_found(sqs, code):
    sqs.fails("get_queue_attributes", code)
    with pytest.raises(NotFound, match="dead-letters"):
        count_messages(sqs.client, URL)
