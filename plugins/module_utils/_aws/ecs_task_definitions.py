# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECS task definitions: describe, register, deregister, delete, list and tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    collect,
    in_batches,
    retries_of,
    send,
    service_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AnswerLost,
    AwsError,
    Call,
    FailedEntry,
    NotFound,
    PartialFailure,
    Rejected,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import ECS_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

DELETE_BATCH = 10
"""Task definitions per DeleteTaskDefinitions (botocore)."""

BEING_DELETED = "in the process of being deleted"
"""What ECS says of a revision that is being deleted already, as Terraform's provider knows it."""

LOST_ANSWER_LIMIT = 3
"""Registrations that are sent at most when answers are lost."""

SETTLING_SECONDS = 2.0
"""Wait before looking for a revision whose answer was lost: the request may still be on its way."""


class TaskDefinition(NamedTuple):
    """One revision: ``document`` as ECS describes it, and its tags, which ECS keeps beside it."""

    document: Document
    tags: dict[str, str]


def describe_task_definition(client: Client, task_definition: str) -> TaskDefinition:
    """Return a revision with its tags.

    :param task_definition: a family (its latest ACTIVE revision), ``family:revision`` or an ARN.
    :raises NotFound: where the family has no ACTIVE revision, or the revision is unknown.
    """
    answer = call(
        client,
        "DescribeTaskDefinition",
        {"taskDefinition": task_definition, "include": ["TAGS"]},
        doing=f"describing the task definition {task_definition}",
        expect=("taskDefinition",),
    )
    return TaskDefinition(answer["taskDefinition"], ECS_TAGS.to_mapping(answer.get("tags")))


def register_task_definition(
    client: Client,
    request: Document,
    recognise: Callable[[Document], bool],
    *,
    tags: Mapping[str, str] | None = None,
    after_revision: int = 0,
) -> TaskDefinition:
    """Register a new revision exactly once, also when AWS's answer is lost on its way.

    A registration must not be repeated blindly, since each makes a revision. Where an answer was
    lost, the family's latest revision is described instead, and taken as the result where it is
    newer than ``after_revision`` and ``recognise`` says that it is the lost one; only otherwise is
    it registered again.

    :param request: the input in the API's spelling, without tags.
    :param recognise: whether a described task definition has the content that was sent.
    :param after_revision: the latest revision number known before; 0 where the family has none.
    :raises AnswerLost: where answers were lost again and again, and no such revision is seen.
    """
    # ECS refuses an empty list: "Tags can not be empty".
    complete = {**request, "tags": ECS_TAGS.to_list(tags)} if tags else request
    family = str(request.get("family"))
    remaining = LOST_ANSWER_LIMIT
    while True:
        remaining -= 1
        try:
            return _register(client, complete, tags or {}, family)
        except AnswerLost as lost:
            retries_of(client).pause(SETTLING_SECONDS)
            found = _latest_after(client, family, after_revision, lost)
            if found is not None and recognise(found.document):
                return found
            if not remaining:
                raise


def _register(
    client: Client, request: Document, tags: Mapping[str, str], family: str
) -> TaskDefinition:
    answer = call(
        client,
        "RegisterTaskDefinition",
        request,
        doing=f"registering the task definition of family {family}",
        expect=("taskDefinition",),
    )
    echoed = ECS_TAGS.to_mapping(answer.get("tags"))
    return TaskDefinition(answer["taskDefinition"], echoed or dict(tags))


def _latest_after(
    client: Client, family: str, revision: int, lost: AnswerLost
) -> TaskDefinition | None:
    try:
        latest = describe_task_definition(client, family)
    except NotFound:
        return None
    except AwsError as error:
        # What the user must know is that a revision may have been registered.
        raise lost from error
    return latest if int(latest.document.get("revision", 0)) > revision else None


def deregister_task_definition(client: Client, task_definition: str) -> Document:
    """Make a revision INACTIVE and return it; one that is INACTIVE already is returned as it is.

    :param task_definition: ``family:revision`` or an ARN with a revision.
    :raises NotFound: where the revision is unknown.
    """
    doing = f"deregistering the task definition {task_definition}"
    try:
        answer = call(
            client,
            "DeregisterTaskDefinition",
            {"taskDefinition": task_definition},
            doing=doing,
            expect=("taskDefinition",),
        )
    except Rejected:
        # Somebody else, or an attempt whose answer was lost, may have done it.
        described = describe_task_definition(client, task_definition).document
        if described.get("status") == "ACTIVE":
            raise
        return described
    return dict(answer["taskDefinition"])


def delete_task_definitions(client: Client, task_definitions: Sequence[str]) -> list[Document]:
    """Delete INACTIVE revisions and return those that AWS deletes now (DELETE_IN_PROGRESS).

    :param task_definitions: ARNs, or ``family:revision``.
    :raises PartialFailure: with the revisions that AWS refused; the others are in ``done``.
    """
    return in_batches(task_definitions, DELETE_BATCH, lambda batch: _delete(client, batch))


def _delete(client: Client, batch: Sequence[str]) -> list[Document]:
    identity = Call(
        service_of(client),
        "DeleteTaskDefinitions",
        f"deleting the task definitions {', '.join(batch)}",
    )
    pending = list(batch)
    deleted: list[Document] = []

    def attempt() -> None:
        answer = send(client, identity, {"taskDefinitions": pending})
        deleted.extend(answer.get("taskDefinitions") or ())
        failed = _failures(answer.get("failures") or ())
        pending[:] = [entry.id for entry in failed]
        if failed:
            raise PartialFailure(identity, failed, deleted)

    try:
        retries_of(client).run(identity, attempt)
    except Rejected as error:
        if BEING_DELETED not in error.message:
            raise
        if len(batch) > 1:
            # One of them makes ECS refuse all: find out which.
            return in_batches(batch, 1, lambda one: _delete(client, one))
    return deleted


def _failures(failures: Iterable[Mapping[str, str]]) -> list[FailedEntry]:
    entries = [
        FailedEntry(failure.get("arn", ""), failure.get("reason", ""), failure.get("detail", ""))
        for failure in failures
    ]
    return [entry for entry in entries if BEING_DELETED not in f"{entry.code} {entry.message}"]


def list_task_definitions(client: Client, family: str, status: str = "ACTIVE") -> list[str]:
    """Return the ARNs of a family's revisions, newest first.

    :param status: ``ACTIVE``, ``INACTIVE`` or ``DELETE_IN_PROGRESS``.
    """
    arns: list[str] = collect(
        client,
        "ListTaskDefinitions",
        "taskDefinitionArns",
        {"familyPrefix": family, "status": status, "sort": "DESC"},
        doing=f"listing the {status} revisions of family {family}",
    )
    return sorted(arns, key=lambda arn: int(arn.rpartition(":")[2]), reverse=True)


def list_active_task_definitions(client: Client) -> list[str]:
    """Return the ARNs of all ACTIVE revisions of the region."""
    arns: list[str] = collect(
        client,
        "ListTaskDefinitions",
        "taskDefinitionArns",
        {"status": "ACTIVE"},
        doing="listing the ACTIVE task definitions",
    )
    return arns


def list_families(client: Client, status: str = "ACTIVE") -> list[str]:
    """Return the names of all families that have a revision of this status.

    :param status: ``ACTIVE`` or ``INACTIVE``.
    """
    families: list[str] = collect(
        client,
        "ListTaskDefinitionFamilies",
        "families",
        {"status": status},
        doing=f"listing the families with {status} revisions",
    )
    return families


def tag_task_definition(client: Client, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags of a revision, and keep the others."""
    request = {"resourceArn": arn, "tags": ECS_TAGS.to_list(tags)}
    call(client, "TagResource", request, doing=f"tagging the task definition {arn}")


def untag_task_definition(client: Client, arn: str, keys: Iterable[str]) -> None:
    """Remove tags of a revision by their keys."""
    request = {"resourceArn": arn, "tagKeys": list(keys)}
    call(client, "UntagResource", request, doing=f"removing tags of the task definition {arn}")


def list_task_definition_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of a revision."""
    answer = call(
        client,
        "ListTagsForResource",
        {"resourceArn": arn},
        doing=f"listing the tags of the task definition {arn}",
    )
    return ECS_TAGS.to_mapping(answer.get("tags"))
