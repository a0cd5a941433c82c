# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ECR: images in private repositories."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

MANIFEST_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
"""Lists of platforms, and images of a single one."""


def describe_image(
    client: Client, registry_id: str, repository: str, image_id: Mapping[str, str]
) -> Document:
    """Return an image of a repository.

    :param image_id: ``{"imageTag": ...}`` or ``{"imageDigest": ...}``.
    :raises NotFound: where the repository or the image does not exist.
    """
    doing = f"describing the image {_named(repository, image_id)}"
    request = {
        "registryId": registry_id,
        "repositoryName": repository,
        "imageIds": [dict(image_id)],
    }
    answer = call(client, "DescribeImages", request, doing=doing, expect=("imageDetails",))
    if not answer["imageDetails"]:
        raise NotFound(Call("ecr", "DescribeImages", doing), "the image does not exist")
    return dict(answer["imageDetails"][0])


def get_image_manifest(
    client: Client, registry_id: str, repository: str, image_id: Mapping[str, str]
) -> str:
    """Return the manifest of an image, or its list of platforms, as the text that ECR holds.

    :raises NotFound: where the image does not exist.
    """
    doing = f"reading the manifest of the image {_named(repository, image_id)}"
    request = {
        "registryId": registry_id,
        "repositoryName": repository,
        "imageIds": [dict(image_id)],
        "acceptedMediaTypes": list(MANIFEST_TYPES),
    }
    answer = call(client, "BatchGetImage", request, doing=doing, expect=("images",))
    if not answer["images"]:
        raise NotFound(Call("ecr", "BatchGetImage", doing), "the image does not exist")
    return str(answer["images"][0].get("imageManifest", ""))


def _named(repository: str, image_id: Mapping[str, str]) -> str:
    return f"{repository}:{next(iter(image_id.values()))}"
