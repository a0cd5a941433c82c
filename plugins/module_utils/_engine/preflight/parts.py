# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch needs besides roles and network: cluster, task definition, images, secrets, log
groups and the dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import (
    EVENTS,
    Examined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    family_and_revision,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_policy import (
    Decision,
    Request,
    decide,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    SECRETS_MANAGER,
    EcrImage,
    LogGroup,
    SecretReference,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    target_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

CLUSTER = "cluster"
DEFINITION = "task_definition"
IMAGE = "image"
ARCHITECTURE = "image_architecture"
SECRET = "secret"
LOG_GROUP = "log_group"
QUEUE = "dead_letter_queue"

ARCHITECTURES: Mapping[str, str] = {"X86_64": "amd64", "ARM64": "arm64"}
"""The platform's word in an image's manifest for each of ECS's (OCI image index, GOARCH)."""


def questions_of_parts(account: Account, examined: Examined) -> Iterator[Question]:
    """Yield what is to be asked of the things that a batch names."""
    cluster = (examined.target or {}).get("Arn")
    if cluster:
        subject = f"cluster {str(cluster).rpartition('/')[2]}"
        yield Question(CLUSTER, subject, lambda: _check_cluster(account, examined, subject))
    for image in examined.needs.ecr_images:
        yield _image_question(account, examined, image)
    for name in examined.needs.other_images:
        yield _foreign_image(name)
    for secret in examined.needs.secrets:
        yield _secret_question(account, secret)
    for group in examined.needs.log_groups:
        yield _log_group_question(account, group)
    queue = ((examined.target or {}).get("DeadLetterConfig") or {}).get("Arn")
    if queue:
        yield _queue_question(account, examined, str(queue))


def _check_cluster(account: Account, examined: Examined, subject: str) -> Iterator[Check]:
    named = str((examined.target or {}).get("Arn"))
    try:
        cluster = account.cluster(named)
    except NotFound:
        yield ng(
            CLUSTER,
            subject,
            "It does not exist, or was deleted; RunTask answers ClusterNotFoundException.",
            "Make the ECS cluster, or correct the batch's cluster and the region.",
        )
        return
    status = str(cluster.get("status"))
    if status != "ACTIVE":
        yield ng(CLUSTER, subject, f"It is {status}.", "Wait until it is ACTIVE, or name another.")
        return
    yield _check_capacity(cluster, examined, subject)


def _check_capacity(cluster: Mapping[str, Any], examined: Examined, subject: str) -> Check:
    """Say whether the cluster has what the target asks for: providers, or instances."""
    target = examined.target or {}
    lacking = sorted(
        set(target_traits.providers(target)) - set(cluster.get("capacityProviders") or ())
    )
    if lacking:
        return ng(
            CLUSTER,
            subject,
            f"It has no capacity provider {listed(lacking, 'and')}, which the batch asks for.",
            "Add the provider to the cluster, or set launch_type instead.",
        )
    by_instance = target_traits.launch_type(target) == "EC2"
    if by_instance and not cluster.get("registeredContainerInstancesCount"):
        return ng(
            CLUSTER,
            subject,
            "It has no container instances, which the launch type EC2 needs.",
            "Add instances to the cluster, or use the launch type FARGATE.",
        )
    return ok(CLUSTER, subject, "It is ACTIVE.")


def read_definition(account: Account, examined: Examined) -> Iterator[Check]:
    """Read the task definition that is named, and say whether a task can start from it."""
    reference = examined.reference
    if examined.described or not reference:
        return
    subject = f"task definition {reference.rpartition('/')[2]}"
    try:
        definition = account.definition(reference)
    except NotFound:
        yield ng(
            DEFINITION,
            subject,
            "There is no such ACTIVE task definition, so that no task can start.",
            "Deploy the batch again, or name a family that has an ACTIVE revision.",
        )
        return
    examined.definition = definition
    status = str(definition.get("status"))
    if status != "ACTIVE":
        yield ng(
            DEFINITION,
            subject,
            f"It is {status}: no task starts from a revision that was deregistered.",
            "Point the trigger at an ACTIVE revision, by deploying the batch again.",
        )
        return
    yield ok(DEFINITION, subject, _newer(account, examined, reference))


def _newer(account: Account, examined: Examined, reference: str) -> str:
    """Tell which revision a family means, or of a newer one than the one that is named."""
    revision = family_and_revision(reference)[1]
    if revision is None:
        return f"The newest revision, {(examined.definition or {}).get('revision')}, starts."
    newest = account.definition(examined.family).get("revision")
    if newest in {None, revision}:
        return "It is ACTIVE."
    return f"It is ACTIVE; the family's newest revision is {newest}."


def _image_question(account: Account, examined: Examined, image: EcrImage) -> Question:
    subject = f"image {image.text}"
    return Question(IMAGE, subject, lambda: _check_image(account, examined, image, subject))


def _check_image(
    account: Account, examined: Examined, image: EcrImage, subject: str
) -> Iterator[Check]:
    try:
        account.image(image)
    except NotFound as error:
        what = "repository" if error.code == "RepositoryNotFoundException" else "image"
        yield ng(
            IMAGE,
            subject,
            f"ECR has no such {what} in {image.region}; the task would stop with"
            " CannotPullContainerError.",
            "Push the image, or correct its name and tag in the task definition.",
        )
        return
    yield ok(IMAGE, subject)
    yield from _check_architecture(account, examined, image)


def _check_architecture(account: Account, examined: Examined, image: EcrImage) -> Iterator[Check]:
    platform = (examined.definition or {}).get("runtimePlatform") or {}
    wanted = str(platform.get("cpuArchitecture") or "X86_64")
    subject = f"architecture of the image {image.text}"
    found = architectures(account.manifest(image))
    if not found:
        yield skip(
            ARCHITECTURE,
            subject,
            "Its manifest names no platform, as that of an image for a single one.",
        )
    elif ARCHITECTURES.get(wanted, wanted) in found:
        yield ok(ARCHITECTURE, subject, f"It is there for {wanted}.")
    else:
        yield ng(
            ARCHITECTURE,
            subject,
            f"The task runs on {wanted}, and the image is for {listed(sorted(found), 'and')}; it"
            " would end with 'exec format error'.",
            "Build the image for the runtime_platform of the task definition, or change that.",
        )


def architectures(manifest: str) -> set[str]:
    """Return the architectures that an image's manifest names; one for a single platform names
    none."""
    with suppress(ValueError):
        parsed = json.loads(manifest)
        entries = parsed.get("manifests") if isinstance(parsed, dict) else None
        platforms = [entry.get("platform") or {} for entry in entries or ()]
        named = {str(platform.get("architecture", "")) for platform in platforms}
        return named - {"", "unknown"}
    return set()


def _foreign_image(name: str) -> Question:
    subject = f"image {name}"
    reason = "It comes from a registry that is not asked here."
    return Question(IMAGE, subject, lambda: [skip(IMAGE, subject, reason)])


def _secret_question(account: Account, secret: SecretReference) -> Question:
    kind = "secret" if secret.service == SECRETS_MANAGER else "parameter"
    subject = f"{kind} {secret.identifier}"
    check = _check_secret if secret.service == SECRETS_MANAGER else _check_parameter
    return Question(SECRET, subject, lambda: [check(account, secret, subject)])


def _no_secret(subject: str, reason: str) -> Check:
    return ng(
        SECRET,
        subject,
        f"{reason} The task would stop with ResourceInitializationError.",
        "Make it, or correct the reference in the container definition.",
    )


def _check_secret(account: Account, secret: SecretReference, subject: str) -> Check:
    try:
        found = account.secret(secret.identifier, secret.region)
    except NotFound:
        return _no_secret(subject, "Secrets Manager does not have it.")
    if found.get("DeletedDate"):
        return _no_secret(subject, "It is scheduled for deletion.")
    return ok(SECRET, subject)


def _check_parameter(account: Account, secret: SecretReference, subject: str) -> Check:
    if secret.account_id not in {None, account.place.account_id}:
        return skip(SECRET, subject, "It belongs to another account, which is not asked here.")
    if not find_parameter(account, secret):
        return _no_secret(subject, "The Parameter Store does not have it.")
    return ok(SECRET, subject)


def find_parameter(account: Account, secret: SecretReference) -> Mapping[str, Any] | None:
    """Return what is said of a parameter. An ARN leaves open whether the name of a parameter at
    the top begins with a slash."""
    names = sorted(
        {secret.name, f"/{secret.name.lstrip('/')}"} if ":" in secret.identifier else {secret.name}
    )
    return next(iter(account.parameters(names, secret.region)), None)


def _log_group_question(account: Account, group: LogGroup) -> Question:
    where = f" in {group.region}" if group.region else ""
    subject = f"log group {group.name}{where}"
    return Question(LOG_GROUP, subject, lambda: [_check_log_group(account, group, subject)])


def _check_log_group(account: Account, group: LogGroup, subject: str) -> Check:
    try:
        account.log_group(group.name, group.region)
    except NotFound:
        if group.created:
            return ok(LOG_GROUP, subject, "It does not exist yet; ECS makes it with the first log.")
        return ng(
            LOG_GROUP,
            subject,
            "It does not exist there; the task would stop before its containers start.",
            "Make the log group in the region that awslogs-region names, or correct that.",
        )
    return ok(LOG_GROUP, subject)


def _queue_question(account: Account, examined: Examined, arn: str) -> Question:
    subject = f"dead-letter queue {arn.rpartition(':')[2]}"
    return Question(QUEUE, subject, lambda: [_check_queue(account, examined, arn, subject)])


def _check_queue(account: Account, examined: Examined, arn: str, subject: str) -> Check:
    try:
        attributes = account.queue(arn)
    except NotFound:
        return ng(
            QUEUE,
            subject,
            "It does not exist, so that failed starts leave no trace.",
            "Make a standard SQS queue in the region of the batch, or leave dead_letter_arn out.",
        )
    if attributes.get("FifoQueue") == "true":
        return ng(
            QUEUE, subject, "It is a FIFO queue, which is not supported.", "Use a standard queue."
        )
    if examined.service != EVENTS:
        return ok(QUEUE, subject)
    return _check_queue_policy(account, examined, arn, attributes, subject)


def _check_queue_policy(
    account: Account, examined: Examined, arn: str, attributes: Mapping[str, str], subject: str
) -> Check:
    """EventBridge sends by the queue's own policy (EventBridge's guide, "Using dead-letter
    queues")."""
    source = examined.source_arn(account.place)
    context = {
        "aws:SourceArn": [source],
        "aws:SourceAccount": [account.place.account_id],
        "aws:SecureTransport": ["true"],
    }
    request = Request("sqs:SendMessage", arn, context, "events.amazonaws.com")
    policy = json.loads(attributes.get("Policy") or "{}")
    verdict = decide([policy], request)
    if verdict.decision is Decision.UNKNOWN:
        return skip(
            QUEUE, subject, f"Its policy depends on {listed(verdict.unknown, 'and')}, unknown here."
        )
    if verdict.allowed:
        return ok(QUEUE, subject, "EventBridge may send to it.")
    return ng(
        QUEUE,
        subject,
        "Its policy does not let EventBridge send to it, so that failed starts leave no trace.",
        "Allow sqs:SendMessage to events.amazonaws.com in the queue's policy, with aws:SourceArn"
        f" {source}.",
    )
