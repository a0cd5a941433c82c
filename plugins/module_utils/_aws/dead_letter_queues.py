# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQS: what waits in a dead-letter queue, looked at without taking it."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

ATTRIBUTES = ("ApproximateNumberOfMessages", "RedrivePolicy")
MOST_LOOKS = 5
"""ReceiveMessage calls, of up to 10 messages each; a call may answer some again."""


def dead_letter_queue_url(client: Client, queue_arn: str) -> str:
    """Return the URL by which the queue of an ARN is asked.

    :raises NotFound: where it does not exist.
    """
    account_id, name = queue_arn.split(":")[4:6]
    request = {"QueueName": name, "QueueOwnerAWSAccountId": account_id}
    doing = f"finding the queue {name}"
    return str(call(client, "GetQueueUrl", request, doing=doing, expect=("QueueUrl",))["QueueUrl"])


def dead_letter_queue_attributes(client: Client, url: str) -> dict[str, str]:
    """Return about how many messages can be received, and the queue's own redrive policy if any."""
    request = {"QueueUrl": url, "AttributeNames": list(ATTRIBUTES)}
    answer = call(client, "GetQueueAttributes", request, doing=f"describing the queue {url}")
    return dict(answer.get("Attributes") or {})


def look_at_messages(client: Client, url: str) -> list[Document]:
    """Return messages of a queue and leave them there, visible to everybody (visibility timeout 0).

    SQS counts each look as a receive all the same (``ApproximateReceiveCount``).
    """
    request = {
        "QueueUrl": url,
        "MaxNumberOfMessages": 10,
        "MessageAttributeNames": ["All"],
        "VisibilityTimeout": 0,
        "WaitTimeSeconds": 0,
    }
    found: dict[str, Document] = {}
    for _look in range(MOST_LOOKS):
        answer = call(client, "ReceiveMessage", request, doing=f"looking at the queue {url}")
        known = len(found)
        found.update((message["MessageId"], message) for message in answer.get("Messages") or ())
        if len(found) == known:
            break
    return list(found.values())
