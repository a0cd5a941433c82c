# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Resource Groups Tagging API: which resources carry which tags.

It is an index that may lag behind: what is missing from it may exist, and may carry tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    given,
    pages,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import UPPER_CASE_TAGS

PAGE_RESOURCES = 100
"""Resources per GetResources (botocore)."""

LISTINGS = 3
"""Listings that are begun at most, where one takes longer than its token lives (15 minutes)."""


def get_resources(
    client: Client,
    resource_types: Iterable[str],
    tag_filters: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, dict[str, str]]:
    """Return the tags of all tagged resources, by ARN.

    :param resource_types: such as ``events:rule``, ``scheduler:schedule-group`` and
        ``ecs:task-definition``.
    :param tag_filters: values that are looked for by tag key; no values stand for any.
    """
    remaining = LISTINGS
    while True:
        remaining -= 1
        try:
            return _get_resources(client, list(resource_types), tag_filters or {})
        except AwsError as error:
            if error.code != "PaginationTokenExpiredException" or not remaining:
                raise


def _get_resources(
    client: Client, resource_types: list[str], tag_filters: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, str]]:
    filters = [{"Key": key, "Values": list(values)} for key, values in tag_filters.items()]
    request = given(
        ResourceTypeFilters=resource_types,
        TagFilters=filters or None,
        ResourcesPerPage=PAGE_RESOURCES,
    )
    doing = f"listing the tagged resources of type {', '.join(resource_types)}"
    return {
        resource["ResourceARN"]: UPPER_CASE_TAGS.to_mapping(resource.get("Tags"))
        for page in pages(client, "GetResources", request, doing=doing)
        for resource in page.get("ResourceTagMappingList") or ()
    }
