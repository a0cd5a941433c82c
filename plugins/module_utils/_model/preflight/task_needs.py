# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task makes use of before its containers start: images, log groups, secrets and files.

``policies/in_use.j2`` derives the same for the policies of the roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    part,
    text,
)

_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]+))?"
)
SECRETS_MANAGER = "secretsmanager"
PARAMETER_STORE = "ssm"


@dataclass(frozen=True)
class EcrImage:
    """An image in a private repository of ECR; a tag that is left out means ``latest``."""

    text: str
    account_id: str
    region: str
    repository: str
    tag: str | None
    digest: str | None

    def repository_arn(self, partition: str) -> str:
        """Return the ARN of the repository."""
        where = f"{self.region}:{self.account_id}"
        return f"arn:{partition}:ecr:{where}:repository/{self.repository}"

    @property
    def image_id(self) -> dict[str, str]:
        """Return the image as ECR's API names it."""
        if self.digest:
            return {"imageDigest": self.digest}
        return {"imageTag": self.tag or "latest"}


def ecr_image(image: str) -> EcrImage | None:
    """Return where in ECR an image lies, None where it comes from elsewhere."""
    found = _ECR.fullmatch(image)
    if found is None:
        return None
    tag, digest = found["tag"], found["digest"]
    return EcrImage(image, found["account"], found["region"], found["repository"], tag, digest)


@dataclass(frozen=True)
class LogGroup:
    """A log group that containers write to. ``region`` is None where it is the task's own."""

    name: str
    region: str | None
    created: bool = False
    """Whether ECS makes it where it is missing (``awslogs-create-group``)."""


@dataclass(frozen=True)
class SecretReference:
    """A secret of Secrets Manager or a parameter of Systems Manager that ECS reads.

    ``identifier`` is its ARN without selectors, or its name; ``region`` and ``account_id`` are
    None where they are the task's own.
    """

    service: str
    identifier: str
    region: str | None = None
    account_id: str | None = None

    @property
    def name(self) -> str:
        """Return the name of a parameter, or of a secret given by name."""
        arn = parse_arn(self.identifier)
        return self.identifier if arn is None else _named_by(arn.resource)


def _named_by(resource: str) -> str:
    """Return what an ARN's resource names: a parameter's name begins with a slash only where it
    has several parts (``parameter/a/b`` is ``/a/b``, ``parameter/a`` is ``a``)."""
    kind, _separator, name = resource.replace(":", "/", 1).partition("/")
    return f"/{name}" if kind == "parameter" and "/" in name else name


@dataclass(frozen=True)
class TaskNeeds:
    """What a task makes use of, each thing once and in order."""

    images: tuple[str, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    secrets: tuple[SecretReference, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def ecr_images(self) -> tuple[EcrImage, ...]:
        """Return the images that lie in private repositories of ECR."""
        return tuple(found for found in map(ecr_image, self.images) if found is not None)

    @property
    def other_images(self) -> tuple[str, ...]:
        """Return the images that come from elsewhere."""
        return tuple(image for image in self.images if ecr_image(image) is None)


def needs_of(definition: Mapping[str, Any], overrides: Mapping[str, Any]) -> TaskNeeds:
    """Return what a task with these overrides makes use of."""
    containers = [container for _location, container in task_traits.containers(definition)]
    overridden = [entry for _index, entry in entries(overrides, "containerOverrides")]
    images = (text(container.get("image")) for container in containers)
    files = (
        text(entry.get("value"))
        for container in (*containers, *overridden)
        for _index, entry in entries(container, "environmentFiles")
    )
    return TaskNeeds(
        images=_once(images),
        log_groups=_once(group for each in containers for group in _log_groups(each)),
        secrets=_once(found for each in containers for found in _secrets(each)),
        files=_once(files),
    )


def _once(found: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(each for each in found if each))


def _log_groups(container: Mapping[str, Any]) -> Iterator[LogGroup]:
    options = part(container, "logConfiguration", "options")
    group = text(part(options, "awslogs-group")) if isinstance(options, Mapping) else None
    if task_traits.log_driver(container) == "awslogs" and group:
        created = (text(options.get("awslogs-create-group")) or "").lower() == "true"
        yield LogGroup(group, text(options.get("awslogs-region")), created)


def _secrets(container: Mapping[str, Any]) -> Iterator[SecretReference]:
    lists = (container.get("secrets"), part(container, "logConfiguration", "secretOptions"))
    for found in lists:
        for _index, secret in entries({"secrets": found}, "secrets"):
            reference = text(secret.get("valueFrom"))
            if reference:
                yield secret_reference(reference)
    credentials = text(part(container, "repositoryCredentials", "credentialsParameter"))
    if credentials:
        yield secret_reference(credentials, by_name=SECRETS_MANAGER)


def secret_reference(reference: str, by_name: str = PARAMETER_STORE) -> SecretReference:
    """Return what ``valueFrom`` refers to: an ARN, with selectors behind that of a secret, or the
    name of a parameter. A registry's credentials are a secret also by name."""
    arn = parse_arn(reference)
    if arn is None:
        return SecretReference(by_name, reference)
    whole = 7 if arn.service == SECRETS_MANAGER else 6
    identifier = ":".join(reference.split(":")[:whole])
    return SecretReference(arn.service, identifier, arn.region or None, arn.account_id or None)
