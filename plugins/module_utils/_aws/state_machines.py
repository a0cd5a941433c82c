# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Step Functions' calls for state machines and their tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    call_deletion,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import ECS_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_state_machine(client: Client, arn: str) -> Document:
    """Return a state machine, without its tags.

    :raises NotFound: where it does not exist.
    """
    doing = f"reading the state machine {arn}"
    expect = ("stateMachineArn", "definition", "roleArn")
    request = {"stateMachineArn": arn}
    return call(client, "DescribeStateMachine", request, doing=doing, expect=expect)


def create_state_machine(client: Client, request: Document, tags: Mapping[str, str]) -> str:
    """Create a state machine and return its ARN. The same request again changes nothing.

    :param request: the input in the API's spelling, without tags.
    :raises Conflict: where there is another one of this name.
    """
    complete = {**request, **({"tags": ECS_TAGS.to_list(tags)} if tags else {})}
    doing = f"creating the state machine {request['name']}"
    expect = ("stateMachineArn",)
    answer = call(client, "CreateStateMachine", complete, doing=doing, expect=expect)
    return str(answer["stateMachineArn"])


def update_state_machine(client: Client, request: Document) -> None:
    """Change definition and role of a state machine; executions under way keep the old ones.

    :raises NotFound: where it does not exist.
    """
    doing = f"updating the state machine {request['stateMachineArn']}"
    call(client, "UpdateStateMachine", request, doing=doing)


def delete_state_machine(client: Client, arn: str) -> None:
    """Delete a state machine; AWS does so when its executions have ended, and takes no new ones."""
    request = {"stateMachineArn": arn}
    call_deletion(client, "DeleteStateMachine", request, doing=f"deleting the state machine {arn}")


def list_state_machine_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of a state machine.

    :raises NotFound: where it does not exist.
    """
    doing = f"listing the tags of the state machine {arn}"
    answer = call(client, "ListTagsForResource", {"resourceArn": arn}, doing=doing)
    return ECS_TAGS.to_mapping(answer.get("tags"))


def tag_state_machine(client: Client, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags of a state machine, and keep the others."""
    request = {"resourceArn": arn, "tags": ECS_TAGS.to_list(tags)}
    call(client, "TagResource", request, doing=f"tagging the state machine {arn}")


def untag_state_machine(client: Client, arn: str, keys: Iterable[str]) -> None:
    """Remove tags of a state machine by their keys."""
    request = {"resourceArn": arn, "tagKeys": list(keys)}
    call(client, "UntagResource", request, doing=f"removing tags of the state machine {arn}")
