# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQS's calls for queues, their tags, and the messages that wait in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    call_deletion,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

MESSAGES = "ApproximateNumberOfMessages"
REDRIVE_POLICY = "RedrivePolicy"

MOST_LOOKS = 5
"""ReceiveMessage calls, of up to 10 messages each; a call may answer some again."""


def get_queue_url(client: Client, name: str, account_id: str | None = None) -> str:
    """Return the URL by which a queue is asked.

    :param account_id: whose queue; the caller's where None.
    :raises NotFound: where it does not exist.
    """
    owner = {"QueueOwnerAWSAccountId": account_id} if account_id else {}
    request = {"QueueName": name, **owner}
    doing = f"finding the queue {name}"
    return str(call(client, "GetQueueUrl", request, doing=doing, expect=("QueueUrl",))["QueueUrl"])


def get_queue_attributes(client: Client, url: str, names: Sequence[str]) -> dict[str, str]:
    """Return the attributes of a queue that are set, all of them texts.

    :raises NotFound: where it does not exist.
    """
    request = {"QueueUrl": url, "AttributeNames": list(names)}
    answer = call(client, "GetQueueAttributes", request, doing=f"describing the queue {url}")
    return dict(answer.get("Attributes") or {})


def create_queue(
    client: Client, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]
) -> str:
    """Create a queue and return its URL. The same request again changes nothing."""
    request = {"QueueName": name, "Attributes": dict(attributes), "tags": dict(tags)}
    doing = f"creating the queue {name}"
    return str(call(client, "CreateQueue", request, doing=doing, expect=("QueueUrl",))["QueueUrl"])


def set_queue_attributes(client: Client, url: str, attributes: Mapping[str, str]) -> None:
    """Set attributes of a queue, and keep the others."""
    request = {"QueueUrl": url, "Attributes": dict(attributes)}
    call(client, "SetQueueAttributes", request, doing=f"changing the queue {url}")


def delete_queue(client: Client, url: str) -> None:
    """Delete a queue with its messages.

    :raises NotFound: where there is none to delete.
    """
    call_deletion(client, "DeleteQueue", {"QueueUrl": url}, doing=f"deleting the queue {url}")


def list_queue_tags(client: Client, url: str) -> dict[str, str]:
    """Return the tags of a queue."""
    doing = f"listing the tags of the queue {url}"
    return dict(call(client, "ListQueueTags", {"QueueUrl": url}, doing=doing).get("Tags") or {})


def tag_queue(client: Client, url: str, tags: Mapping[str, str]) -> None:
    """Set tags of a queue, and keep the others."""
    request = {"QueueUrl": url, "Tags": dict(tags)}
    call(client, "TagQueue", request, doing=f"tagging the queue {url}")


def untag_queue(client: Client, url: str, keys: Iterable[str]) -> None:
    """Remove tags of a queue by their keys."""
    request = {"QueueUrl": url, "TagKeys": list(keys)}
    call(client, "UntagQueue", request, doing=f"removing tags of the queue {url}")


def count_messages(client: Client, url: str) -> int:
    """Return about how many messages can be received from a queue.

    :raises NotFound: where it does not exist.
    """
    return int(get_queue_attributes(client, url, (MESSAGES,)).get(MESSAGES, 0))


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


def queue_url(queue_arn: str, dns_suffix: str) -> str:
    """Return the URL of a queue, as AWS makes it of region, account and name.

    Nothing needs to be asked for it; with ``endpoint_url`` only its path counts.
    """
    _arn, _partition, _service, region, account_id, name = queue_arn.split(":", 5)
    return f"https://sqs.{region}.{dns_suffix}/{account_id}/{name}"
